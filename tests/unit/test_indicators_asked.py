"""Indicators as people call them: codes, names in both languages, names of doses."""

import pytest

from boloci.catalogue.loader import load
from boloci.indicators_asked import indicators_named
from boloci.problems import Refused
from boloci.wording import problem_sentence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dtp1_coverage", "dtp1_coverage"),
        ("DTP1-coverage", "dtp1_coverage"),
        ("dtp1 coverage", "dtp1_coverage"),
        ("couverture penta 1", "dtp1_coverage"),
        ("Couverture Penta 1 (DTC 1)", "dtp1_coverage"),
        ("  COUVERTURE   DTC1", "dtp1_coverage"),
        ("taux de couverture en Penta1", "dtp1_coverage"),
        ("Penta 1 coverage", "dtp1_coverage"),
        ("couverture VAR", "mcv1_coverage"),
        ("enfants zero-dose", "zero_dose_children"),
        ("Enfants zéro dose", "zero_dose_children"),
        ("abandon Penta1 Penta3", "dropout_dtp1_dtp3"),
    ],
)
def test_an_indicator_is_found_by_its_code_its_names_and_what_its_dose_is_called(
    text: str, code: str
) -> None:
    assert indicators_named(load(), (), [text]) == (code,)


def test_every_indicator_is_found_by_each_of_its_names() -> None:
    catalogue = load()
    for code, definition in list(catalogue.indicators.items())[::40]:
        for name in definition.name.values():
            assert indicators_named(catalogue, (), [name]) == (code,)


def test_an_indicator_that_only_the_build_knows_is_found_by_its_code() -> None:
    assert indicators_named(load(), ("my_own",), ["my own"]) == ("my_own",)


def test_two_names_of_one_indicator_are_one() -> None:
    named = indicators_named(load(), (), ["bcg_coverage", "Couverture BCG"])
    assert named == ("bcg_coverage",)


@pytest.mark.parametrize(
    ("text", "closest"),
    [
        ("dtp1_covrage", "dtp1_coverage"),
        ("couvertur penta 1", "dtp1_coverage"),
        ("couverture penta", "dtp1_coverage"),
        ("zéro dose", "zero_dose_children"),
    ],
)
def test_what_names_no_indicator_is_refused_with_the_closest_by_code_and_by_name(
    text: str, closest: str
) -> None:
    catalogue = load()
    with pytest.raises(Refused) as refused:
        indicators_named(catalogue, (), [text])
    (problem,) = refused.value.problems
    assert problem.code == "indicator_unknown"
    assert closest in problem.values["closest"].split(", ")
    for language in ("fr", "en"):
        name = catalogue.indicators[closest].name[language]
        sentence = problem_sentence(problem, catalogue, language)
        assert f"{closest} ({name})" in sentence


@pytest.mark.parametrize("text", ["", "   ", "de la", "()"])
def test_words_that_say_nothing_name_no_indicator(text: str) -> None:
    with pytest.raises(Refused):
        indicators_named(load(), (), [text])
