"""Coverage as a range over scenarios and denominators, carried into zero-dose."""

import json
from dataclasses import replace

import pytest

from boloci import ranges
from boloci.cli import language, range_table, run
from boloci.codes import SCENARIOS
from boloci.problems import Refused
from tests.spec.small_country import country, months, values

TEN = "10 10 10 10 10 10 10 10 10 10 10 10"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """One district of 150 infants, 160 births, 130 infants by the UN; 120 doses."""
    return country(
        tmp_path_factory.mktemp("range") / "w",
        places="""
        place_id name level parent_id
        C Country country .
        D North district C
        A Aa area D
        """,
        targets="""
        population place_id year sex value source
        surviving_infants A 2024 . 150 .
        live_births A 2024 . 160 .
        surviving_infants C 2024 . 110 un
        """,
        values=values(months("DTP1", "A", 2024, TEN), months("DTP3", "A", 2024, TEN)),
    )


@pytest.fixture(scope="module")
def coverage(told):
    [found] = told.workspace.range("dtp1_coverage", place="D", period="2024")
    return found


def test_the_range_goes_from_the_lowest_to_the_highest_combination(coverage):
    assert coverage.low["value"] == pytest.approx(100 * 120 / 156)  # dhis2: 160 x .975
    assert coverage.low["denominator_source"] == "dhis2"
    assert coverage.high["value"] == pytest.approx(100 * 120 / 110)
    assert coverage.high["denominator_source"] == "un"


def test_what_is_reported_over_the_target_is_named_in_it(coverage):
    assert coverage.reported["value"] == pytest.approx(80)


def test_it_says_which_choice_moves_it_most(coverage):
    moved = 100 * 120 / 110 - 100 * 120 / 156
    assert coverage.moved_by("denominator_source") == pytest.approx(moved)
    assert coverage.moved_by("method") == 0


def test_a_choice_moves_it_as_far_as_it_does_where_it_moves_it_most(coverage):
    values = {"target": (80, 84), "un": (70, 79)}
    facts = tuple(
        {"method": method, "denominator_source": source, "value": value}
        for source, pair in values.items()
        for method, value in zip(SCENARIOS[:2], pair, strict=True)
    )
    found = replace(coverage, facts=facts)
    assert found.moved_by("method") == 9
    assert found.moved_by("denominator_source") == 10


def test_a_refused_denominator_is_left_out_with_its_reason(coverage):
    left_out = {why: {s for _, s in pairs} for why, pairs in coverage.left_out.items()}
    assert "penta1" in left_out["survey_missing"]  # no survey: no chain from doses
    assert left_out["target_missing"] >= {"worldpop"}


def test_zero_dose_is_carried_and_not_estimable_where_doses_pass_children(coverage):
    children = {one.indicator: one for one in coverage.carried}["zero_dose_children"]
    assert children.high["value"] == pytest.approx(156 - 120)
    assert children.low["value"] == pytest.approx(150 - 120)
    blank = {source for _, source in children.left_out["more_doses_than_children"]}
    assert blank == {"un"}


def test_a_share_of_districts_over_a_refused_denominator_says_the_refusal(told):
    [found] = told.workspace.range("districts_dtp3_80", place="C", period="2024")
    assert "not_known" not in found.left_out
    blank = {source for _, source in found.left_out["survey_missing"]}
    assert blank == {"penta1", "penta1_derived"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "l'année de base n'a pas de valeur"), ("en", "the base year has no value")],
)
def test_a_change_without_its_base_year_says_that_it_is_missing(
    told, capsys, language, sentence
):
    """Only 2024 has doses; the change is since 2019."""
    asked = ("range", "zero_dose_progress", "--place", "D", "--period", "2024")
    where = ("--workspace", str(told.workspace.root), "--language", language)
    assert run([*where, *asked]) == 0
    assert sentence in capsys.readouterr().out


def test_rows_for_a_spreadsheet_say_why_each_is_left_out(coverage):
    rows = ranges.table([coverage]).to_pylist()
    assert {row["indicator"] for row in rows} == {
        "dtp1_coverage",
        "zero_dose_children",
        "zero_dose_share",
    }
    assert all((row["value"] is None) == bool(row["left_out"]) for row in rows)


def test_dropout_has_a_range_over_scenarios_only(told):
    [found] = told.workspace.range("dtp1_doses", place="D", period="2024")
    assert {fact["denominator_source"] for fact in found.facts} == {""}


@pytest.mark.parametrize("name", ["completeness", "complete_immunisation_sex_gap"])
def test_what_has_no_choice_has_no_range(told, name):
    with pytest.raises(Refused) as refused:
        told.workspace.range(name, place="D", period="2024")
    assert refused.value.problems[0].code == "range_without_choice"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Le dénominateur la déplace de 32,2 points au plus"),
        ("en", "The denominator moves it by up to 32.2 points"),
    ],
)
def test_the_command_tells_it_in_sentences(told, capsys, language, sentence):
    asked = ("range", "dtp1_coverage", "--place", "D", "--period", "2024")
    where = ("--workspace", str(told.workspace.root), "--language", language)
    assert run([*where, *asked]) == 0
    assert sentence in capsys.readouterr().out


def test_what_is_left_out_is_told_by_source(told, coverage):
    """One entry a source, with its scenarios where others of it have a value."""
    blank = {
        "outliers": ("target", "un"),
        "both": ("target", "un"),
        "reported": ("un",),
    }
    facts = [
        {**fact, "value": None, "flags": "refused;target_missing"}
        if fact["denominator_source"] in blank.get(fact["method"], ("un",))
        else fact
        for fact in coverage.facts
    ]
    one = replace(coverage, facts=tuple(facts))
    pairs = [
        (m, s)
        for s in ("target", "un")
        for m in SCENARIOS
        if (m, s)
        in {(f["method"], f["denominator_source"]) for f in facts if f["value"] is None}
    ]
    language.speak("fr")
    said = range_table.left_out(told.workspace, one, "target_missing", pairs)
    assert "(target)\u00a0: aberrants remplacés, les deux ajustements\u00a0; " in said
    assert said.count("(un)") == said.count("(target)") == 1


def test_the_command_writes_json(told, capsysbinary):
    asked = ("range", "dtp1_coverage", "--place", "D", "--period", "2024")
    where = ("--workspace", str(told.workspace.root))
    assert run([*where, *asked, "--format", "json"]) == 0
    [found] = json.loads(capsysbinary.readouterr().out)
    assert found["high"]["denominator_source"] == "un"


def test_of_equal_combinations_the_plainest_names_the_end(coverage):
    assert (coverage.low["method"], coverage.high["method"]) == ("reported", "reported")
