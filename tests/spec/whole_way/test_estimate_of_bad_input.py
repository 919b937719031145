"""Whatever was imported, an estimate comes with intervals or a refusal says why."""

import math
from pathlib import Path
from typing import Any

import pytest

from boloci import workspace
from boloci.problems import Refused
from tests.spec.estimated_country import (
    AREAS,
    LOTS,
    PLACES,
    asked,
    doses,
    estimated,
    figure,
    figures,
    lot,
    surveys,
    targets,
    told,
)
from tests.spec.small_country import Country, country, flags

TOLD = ("value", "lower", "upper")
LEVELS = ("dtp1_coverage", "zero_dose_children", "zero_dose_share", "over_reporting")
KEPT = ("dropout_dtp1_dtp3", "dtp1_sex_gap_relative", "births")


def _sound(made: Country) -> list[dict[str, Any]]:
    """Every estimated fact, each with a finite interval or refused in words."""
    found = figures(made)
    assert found
    for fact in found:
        if fact["value"] is None:
            assert "refused" in flags(fact), fact
            assert fact["lower"] is None
            assert fact["upper"] is None
        else:
            assert all(math.isfinite(fact[name]) for name in TOLD), fact
            assert fact["lower"] <= fact["value"] <= fact["upper"], fact
    words = made.workspace.catalogue.flags
    assert all(words[flag]["fr"] for fact in found for flag in flags(fact))
    return found


def _width(made: Country, indicator: str, place: str, period: str) -> float:
    fact = figure(made, indicator, place, period)
    return float(fact["upper"] - fact["lower"])


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Country:
    made = country(tmp_path_factory.mktemp("usual"), **told())
    estimated(made)
    return made


def test_doses_with_targets_and_a_survey_give_every_figure(usual: Country) -> None:
    found = [fact for fact in _sound(usual) if len(fact["period"]) == 4]
    assert all(fact["value"] is not None for fact in found)
    assert {fact["level"] for fact in found} == {
        "country",
        "region",
        "district",
        "area",
    }


def test_without_a_survey_levels_are_refused_and_ratios_are_not(tmp_path: Path) -> None:
    made = country(tmp_path, **told(surveys=None))
    report = estimated(made)
    assert report.untold == ("R1-name", "R2-name")
    _sound(made)
    for indicator in LEVELS:
        for place in ("C", "R1", "D1", "D1A"):
            fact = figure(made, indicator, place, "2023")
            assert fact["value"] is None
            assert flags(fact) == {"refused", "level_not_told"}
    for indicator in KEPT:
        assert figure(made, indicator, "R1", "2023")["value"] is not None


def test_a_survey_ten_years_old_tells_no_level_and_is_named(tmp_path: Path) -> None:
    old = surveys(*(asked(region, 0.8, on="2013-11") for region in ("R1", "R2")))
    made = country(tmp_path, **told(surveys=old))
    report = estimated(made)
    assert report.left_out == ("EDS",)
    assert report.untold == ("R1-name", "R2-name")
    _sound(made)


def test_a_region_that_nothing_tells_is_refused_beside_one_that_is_told(
    tmp_path: Path,
) -> None:
    made = country(tmp_path, **told(surveys=surveys(asked("R1", 0.8))))
    assert estimated(made).untold == ("R2-name",)
    _sound(made)
    assert figure(made, "dtp1_coverage", "R1", "2023")["value"] is not None
    assert figure(made, "dtp1_coverage", "R2", "2023")["value"] is None
    assert figure(made, "dtp1_coverage", "C", "2023")["value"] is None


def test_a_survey_of_the_country_alone_tells_every_region_less_surely(
    usual: Country, tmp_path: Path
) -> None:
    made = country(tmp_path, **told(surveys=surveys(asked("C", 0.8))))
    report = estimated(made)
    assert report.untold == report.left_out == ()
    _sound(made)
    for place in ("C", "R1", "R2"):
        fact = figure(made, "dtp1_coverage", place, "2022")
        assert fact["lower"] < 80 < fact["upper"]
    before = _width(usual, "dtp1_coverage", "R1", "2022")
    assert _width(made, "dtp1_coverage", "R1", "2022") > before


def test_a_survey_of_the_country_alone_pulls_the_country_towards_it(
    usual: Country, tmp_path: Path
) -> None:
    made = country(tmp_path, **told(surveys=surveys(asked("C", 0.55))))
    estimated(made)
    before = figure(usual, "dtp1_coverage", "C", "2022")["value"]
    assert figure(made, "dtp1_coverage", "C", "2022")["value"] < before - 5


def test_a_survey_of_the_country_alone_is_left_out_while_a_region_lacks(
    tmp_path: Path,
) -> None:
    made = country(tmp_path, **told(surveys=surveys(asked("C", 0.8))))
    report = estimated(made, regions=["R1"])
    assert report.left_out == ("EDS",)
    assert report.untold == ("R1-name",)
    assert "EDS" not in estimated(made, regions=["R2"]).left_out


def test_an_area_without_doses_for_a_year_has_a_figure_for_it_all_the_same(
    tmp_path: Path,
) -> None:
    # That it is less sure is held without chance: tests/stats, of an area's path. The
    # level is so little known here that a chain's widths do not tell.
    silent = doses(when=lambda area, month: area != "D1A" or month < 202301)
    made = country(tmp_path, **told(values=silent))
    estimated(made)
    _sound(made)
    fact = figure(made, "dtp1_coverage", "D1A", "2023")
    assert fact["value"] is not None
    assert _width(made, "dtp1_coverage", "D1A", "2023") > 5


def test_a_target_of_zero_is_no_target(tmp_path: Path) -> None:
    made = country(tmp_path, **told(targets=targets(official={"D1A": 0})))
    estimated(made)
    _sound(made)
    assert figure(made, "dtp1_coverage", "D1A", "2023")["value"] is not None
    assert figure(made, "births", "D1A", "2023")["value"] > 100


def test_a_target_of_zero_and_no_other_number_of_children_is_refused(
    tmp_path: Path,
) -> None:
    given = targets(official={"D1A": 0}, gridded=False)
    made = country(tmp_path, **told(targets=given))
    estimated(made)
    _sound(made)
    fact = figure(made, "dtp1_coverage", "D1A", "2023")
    assert flags(fact) == {"refused", "target_missing"}


def test_a_district_that_is_split_half_way_is_summed_as_it_was(tmp_path: Path) -> None:
    moved = PLACES.replace(
        "D1B D1B-name area D1 . .",
        "D1B D1B-name area D1 . 2022-12-31\nD1B D1B-name area D9 2023-01-01 .\n"
        "D9 D9-name district R1 2023-01-01 .",
    )
    made = country(tmp_path, **told(places=moved))
    estimated(made)
    _sound(made)
    births = {
        (place, year): figure(made, "births", place, year)["value"]
        for place in ("D1", "D1A", "D1B")
        for year in ("2022", "2023")
    }
    assert births["D1", "2022"] == pytest.approx(
        births["D1A", "2022"] + births["D1B", "2022"], abs=0.01
    )
    assert births["D1", "2023"] == pytest.approx(births["D1A", "2023"], abs=0.01)
    assert not figures(made, "births", place="D9", period="2022")
    assert figure(made, "births", "D9", "2023")["value"] == pytest.approx(
        births["D1B", "2023"]
    )


def test_doses_of_dtp1_alone_tell_dtp1_alone(tmp_path: Path) -> None:
    made = country(tmp_path, **told(values=doses(["DTP1"])))
    estimated(made)
    _sound(made)
    assert figure(made, "dtp1_coverage", "D1", "2023")["value"] is not None
    for indicator in ("bcg_coverage", "dtp3_coverage", "dropout_dtp1_dtp3"):
        fact = figure(made, indicator, "D1", "2023")
        assert flags(fact) == {"refused", "dose_not_told"}


def test_without_sexes_no_gap_is_told(tmp_path: Path) -> None:
    made = country(tmp_path, **told(values=doses(sexes=False)))
    estimated(made)
    _sound(made)
    assert figure(made, "dtp1_coverage", "D1", "2023")["value"] is not None
    for indicator in ("dtp1_sex_gap", "dtp1_sex_gap_relative"):
        assert "sexes_not_told" in flags(figure(made, indicator, "D1", "2023"))


def test_without_worldpop_targets_stand_for_births_and_their_error_is_not_told(
    tmp_path: Path,
) -> None:
    made = country(tmp_path, **told(targets=targets(gridded=False)))
    estimated(made)
    _sound(made)
    assert figure(made, "dtp1_coverage", "D1", "2023")["value"] is not None
    assert "target_missing" in flags(figure(made, "target_bias", "D1", "2023"))


def test_lots_that_contradict_the_survey_leave_a_finite_estimate_between(
    usual: Country, tmp_path: Path
) -> None:
    low = "\n".join([LOTS, *(lot(district, 2) for district in ("D1", "D2"))])
    made = country(tmp_path, **told(lqas=low))
    estimated(made)
    _sound(made)
    found = figure(made, "dtp1_coverage", "R1", "2022")["value"]
    assert 100 * 2 / 19 < found < figure(usual, "dtp1_coverage", "R1", "2022")["value"]


def test_a_region_without_doses_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    silent = doses(when=lambda area, _month: area[:2] in ("D1", "D2"))
    made = country(tmp_path, **told(values=silent))
    report = estimated(made)
    assert [one.problem.code for one in report.refused] == ["no_doses_to_estimate"]
    assert report.regions == ("R1-name",)
    assert not report.whole
    assert {fact["level"] for fact in _sound(made)} == {"region", "district", "area"}


def test_a_region_without_children_is_refused_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    some = "\n".join(
        line
        for line in targets().splitlines()
        if not any(f" {area} " in line for area in AREAS[4:])
    )
    made = country(tmp_path, **told(targets=some))
    report = estimated(made)
    assert [one.problem.code for one in report.refused] == ["no_children_to_estimate"]
    _sound(made)


def test_nothing_imported_is_told_in_words(tmp_path: Path) -> None:
    made = Country(workspace.init(tmp_path))
    with pytest.raises(Refused) as refused:
        estimated(made)
    assert [one.code for one in refused.value.problems] == ["facts_none"]


def test_a_build_without_doses_is_told_in_words(tmp_path: Path) -> None:
    made = country(tmp_path, places=PLACES, targets=targets())
    with pytest.raises(Refused) as refused:
        estimated(made)
    assert [one.code for one in refused.value.problems] == ["nothing_to_estimate"]


def test_a_region_that_is_none_is_told_in_words_with_those_there_are(
    usual: Country,
) -> None:
    with pytest.raises(Refused) as refused:
        estimated(usual, regions=["Nulle part"])
    (problem,) = refused.value.problems
    assert problem.code == "estimate_region_unknown"
    assert problem.values["known"] == "R1-name, R2-name"
