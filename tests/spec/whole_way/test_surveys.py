"""Surveys, lots and WHO/UNICEF estimates beside what was reported.

One country is built for all: each of its regions tells another case.
"""

import csv
import io

import pytest
from click.testing import CliRunner

from boloci import pipeline, workspace
from boloci.problems import Refused
from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
M Mali country .
R1 Limits region M
R2 Sizes region M
R3 Cards region M
R4 Alone region M
R5 Pair region M
R6 Lots region M
A1 Ada district R6
A2 Abe district R6
A3 Ayo district R6
R7 Few region M
B1 Boa district R7
B2 Bia district R7
B3 Bou district R7
R8 Unknown region M
C1 Coa district R8
C2 Cia district R8
C3 Cou district R8
"""
HEADER = (
    "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
    " age_max_months evidence timing dose sex estimate standard_error lower upper n"
    " design_effect"
)
COVERAGE = "by_survey crude"
FIELD = "2023-11-01 2023-11-30 12 23"
EITHER = "card_or_history"
SURVEYS = f"""
{HEADER}
EDS DTC1 R1 {FIELD} {EITHER} {COVERAGE} . .8 .02 .76 .84 600 1.5
EDS dtp1_coverage R2 {FIELD} . . . . .5 . . . 200 .
EDS DTP1 R3 {FIELD} card {COVERAGE} . .5 .02 . . 600 .
EDS DTP1 R3 {FIELD} {EITHER} by_12_months crude . .7 .02 . . 600 .
EDS DTP1 R3 {FIELD} {EITHER} {COVERAGE} . .8 .02 . . 600 .
EDS DTP1 R3 {FIELD} {EITHER} by_survey valid . .6 .02 . . 600 .
EDS DTP1 R4 {FIELD} card {COVERAGE} . .5 .02 . . 600 .
EDS DTP1 R5 {FIELD} {EITHER} {COVERAGE} . .8 .02 . . . .
MICS DTP1 R5 {FIELD} {EITHER} {COVERAGE} . .6 .03 . . . .
EDS nets R1 {FIELD} {EITHER} {COVERAGE} . .8 .02 . . . .
Undated DTP1 R2 . . 12 23 {EITHER} {COVERAGE} . .8 .02 . . . .
EDS zero_dose R1 {FIELD} {EITHER} {COVERAGE} . .2 .02 . . . .
"""
LOTS = (
    "round place_id fieldwork_start fieldwork_end indicator age_min_months"
    " age_max_months vaccinated sample clusters decision_number upper lower"
    " lot_population"
)


def lot(place: str, vaccinated: int, population: object = 100, name: str = "L") -> str:
    """A lot of 19 children in five clusters."""
    day = "2023-11-06 2023-11-10"
    return f"{name} {place} {day} DTP1 12 23 {vaccinated} 19 5 13 .8 .5 {population}"


LQAS = "\n".join(
    [
        LOTS,
        *(lot("A1", 19, 200), lot("A2", 12), lot("A3", 0)),
        *(lot("B1", 19, name="Few"), lot("B2", 15, name="Few")),
        lot("B3", 20, name="Few"),
        *(lot("C1", 19, name="Un"), lot("C2", 15, ".", "Un"), lot("C3", 15, name="Un")),
    ]
)
ESTIMATES = """fact,vaccine,year,value
gov,dtp1,2022,95
admin,dtp1,2022,104
vaccinated,dtp1,2022,416
target,dtp1,2022,400
legacy,dtp1,2022,80
legacy,rotac,2022,70
si_UNPD,,2022,500
"""
OLDER = "fact,vaccine,year,value\nlegacy,dtp1,2021,70\nlegacy,dtp1,2022,71\n"


def bring_file(mali: Country, text: str, name: str) -> None:
    """Import a file of this name."""
    path = mali.workspace.root / name
    path.write_text(text)
    pipeline.import_files(mali.workspace, [path], by="a test")


@pytest.fixture(scope="module")
def mali(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Nine places, doses of one year, and every kind of survey."""
    told = country(tmp_path_factory.mktemp("surveys") / "w")
    told.bring(
        places=PLACES,
        values=values(months("DTP1", "A1", 2022, "30 " * 12)),
        targets="population place_id year value\nsurviving_infants A1 2022 400",
        surveys=SURVEYS,
        lqas=LQAS,
    )
    bring_file(told, OLDER, "mali_wuenic_2022rev_facts.csv")
    bring_file(told, ESTIMATES, "mali_wuenic_2023rev_facts.csv")
    told.build()
    return told


def surveyed(mali: Country, place: str) -> dict:
    """DTP1 coverage of 2022 by survey."""
    return mali.fact("dtp1_coverage", place, "2022", method="survey")


def test_a_survey_is_a_fact_of_the_year_its_children_were_vaccinated(mali):
    fact = surveyed(mali, "Limits")
    assert fact["value"] == 80
    assert (fact["lower"], fact["upper"], fact["confidence"]) == (76, 84, 95)
    assert fact["denominator"] == 600
    assert fact["denominator_source"] == ""
    assert fact["flags"] == ""


def test_zero_dose_of_a_survey_is_a_share(mali):
    assert mali.value("zero_dose_share", "Limits", "2022", method="survey") == 20


def test_without_limits_the_interval_comes_from_the_effective_sample(mali):
    fact = surveyed(mali, "Sizes")
    # 200 children, design effect 2 assumed: Wilson of 50 in 100 is 40.4 to 59.6
    assert fact["lower"] == pytest.approx(40.38, abs=0.01)
    assert fact["upper"] == pytest.approx(59.62, abs=0.01)
    assert flags(fact) == {"design_effect_assumed"}


def test_one_row_a_key_card_or_history_at_the_day_of_the_survey(mali):
    assert surveyed(mali, "Cards")["value"] == 80
    found = mali.findings("survey_rows_passed_over")
    (finding,) = [one for one in found if one["place_id"] == "R3"]
    assert (finding["period_start"], finding["value"]) == ("2022", 3)


def test_a_card_alone_is_no_coverage(mali):
    assert mali.facts("dtp1_coverage", place="Alone", method="survey") == []


def test_of_two_surveys_the_surer_is_shown_and_the_other_told(mali):
    assert surveyed(mali, "Pair")["value"] == 80
    (finding,) = mali.findings("survey_says_otherwise")
    assert (finding["value"], finding["expected"]) == (80, 60)


def test_a_word_that_is_no_indicator_is_told(mali):
    (finding,) = mali.findings("survey_indicator_unknown")
    assert (finding["indicator"], finding["value"]) == ("nets", 1)


def test_a_survey_without_dates_speaks_of_no_year(mali):
    (finding,) = mali.findings("survey_cohort_unknown")
    assert finding["value"] == 1


@pytest.mark.parametrize(
    "cells", [". 80 . . . . .", ". .8 2 . . . .", ". .8 . 76 84 . ."]
)
def test_percentages_in_a_survey_are_refused_with_their_row(tmp_path, cells):
    row = f"EDS DTP1 R1 {FIELD} card_or_history {COVERAGE} {cells}"
    told = Country(workspace.init(tmp_path / "w"))
    with pytest.raises(Refused) as raised:
        told.bring(surveys=f"{HEADER}\n{row}")
    assert {p.code for p in raised.value.problems} == {"estimate_over_1"}
    assert raised.value.problems[0].where.row == 2


def test_lots_pass_fail_or_are_uncertain(mali):
    found = {
        name: mali.value("dtp1_lot", name, "2022") for name in ("Ada", "Abe", "Ayo")
    }
    assert found == {"Ada": 1, "Abe": 2, "Ayo": 3}
    fact = mali.fact("dtp1_lot", "Abe", "2022")
    assert (fact["numerator"], fact["denominator"]) == (12, 19)
    assert fact["method"] == "lqas"


def test_a_lot_speaks_of_a_year_and_of_no_month(mali):
    assert mali.facts("dtp1_lot", place="Ada", period="202206") == []


def test_lots_pooled_by_population_give_coverage_with_an_interval(mali):
    fact = mali.fact("dtp1_coverage", "Lots", "2022", method="lqas")
    assert fact["value"] == pytest.approx((2 * 19 + 12 + 0) / (4 * 19) * 100)
    assert 40 < fact["lower"] < fact["value"] < fact["upper"] < 95
    assert (fact["expected"], fact["received"]) == (3, 3)


def test_a_lot_classifies_and_does_not_estimate(mali):
    assert mali.facts("dtp1_coverage", place="Ada", method="lqas") == []


def test_a_district_without_a_lot_makes_the_pool_incomplete(mali):
    fact = mali.fact("dtp1_coverage", "Few", "2022", method="lqas")
    assert flags(fact) == {"incomplete"}
    assert (fact["expected"], fact["received"]) == (3, 2)


def test_a_lot_with_more_vaccinated_than_seen_is_not_classified(mali):
    fact = mali.fact("dtp1_lot", "Bou", "2022")
    assert fact["value"] is None
    assert flags(fact) == {"not_classifiable"}
    (finding,) = mali.findings("lot_not_classified")
    assert finding["value"] == 1


def test_lots_without_population_are_not_pooled_and_say_so(mali):
    fact = mali.fact("dtp1_coverage", "Unknown", "2022", method="lqas")
    assert fact["value"] is None
    assert flags(fact) == {"refused", "lot_population_missing"}
    (finding,) = mali.findings("lots_without_population")
    assert finding["value"] == 1


def test_who_and_unicef_stand_beside_what_was_reported(mali):
    official = {"method": "reported", "denominator": "target"}
    assert mali.value("dtp1_coverage", "Mali", "2022", **official) == 90
    assert mali.value("dtp1_coverage", "Mali", "2022", method="wuenic") == 80
    assert mali.value("dtp1_coverage_government", "Mali", "2022") == 95
    fact = mali.fact("dtp1_coverage_administrative", "Mali", "2022")
    assert (fact["value"], fact["numerator"]) == (104, 416)
    assert flags(fact) == {"above_100"}


def test_the_children_their_estimate_implies_are_counted_over_un_infants(mali):
    fact = mali.fact("zero_dose_children", "Mali", "2022", method="wuenic")
    assert fact["value"] == 100
    assert (fact["denominator_source"], fact["denominator"]) == ("un", 500)
    assert mali.value("zero_dose_share", "Mali", "2022", method="wuenic") == 20


def test_two_revisions_are_never_mixed(mali):
    facts = mali.facts("dtp1_coverage", method="wuenic")
    assert [(fact["period"], fact["value"]) for fact in facts] == [("2022", 80)]
    (finding,) = mali.findings("wuenic_revision_older")
    assert finding["place_id"] == "M"


def test_a_vaccine_without_indicator_is_told(mali):
    (finding,) = mali.findings("wuenic_vaccine_unknown")
    assert "rotac" in finding["params"]


def test_a_file_of_another_country_is_refused(mali):
    with pytest.raises(Refused) as raised:
        bring_file(mali, ESTIMATES, "kenya_wuenic_2023rev_facts.csv")
    (problem,) = raised.value.problems
    assert problem.code == "wuenic_other_country"
    assert problem.values["known"] == "Mali"


def tellings(mali: Country, place: str = "", **asked: object) -> list[tuple]:
    """Teller, value and whether it is shown, of DTP1 coverage in 2022."""
    found = mali.workspace.side_by_side(
        "dtp1_coverage", place=place, period="2022", **asked
    )
    return [(row["teller"], row["value"], row["shown"]) for row in found.to_pylist()]


def test_everyone_who_tells_a_coverage_stands_side_by_side(mali):
    pooled = mali.value("dtp1_coverage", "Mali", "2022", method="lqas")
    assert tellings(mali) == [
        ("reported", 90, True),
        ("administrative", 104, True),
        ("government", 95, True),
        ("wuenic", 80, True),
        ("lqas", pooled, True),
    ]


def test_results_of_surveys_that_are_not_shown_stand_below(mali):
    found = [told for told in tellings(mali, "Cards") if told[0] == "survey"]
    assert found == [
        ("survey", 80, True),
        ("survey", 50, False),
        ("survey", 70, False),
        ("survey", 60, False),
    ]


def test_the_command_line_compares_both_sexes_together(mali):
    from boloci.cli import language
    from boloci.cli.program import program

    language.speak("en")
    arguments = ["compare", "dtp1_coverage", "--place", "Cards", "--format", "csv"]
    environment = {"BOLOCI_WORKSPACE": str(mali.workspace.root)}
    done = CliRunner().invoke(program(), arguments, env=environment)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.output.lstrip("\ufeff"))))
    assert [row["value"] for row in rows if row["teller"] == "survey"] == ["80"]


def explained(mali: Country, place: str, method: str, indicator: str = "dtp1_coverage"):
    """The explanation of one fact of 2022."""
    asked = {"indicator": indicator, "place": place, "period": "2022"}
    (one,) = mali.workspace.explain(**asked, method=method, sex="total")
    return one


def test_a_survey_is_explained_by_its_row_its_size_and_its_children(mali):
    one = explained(mali, "Limits", "survey")
    (row,) = one.rows.to_pylist()
    assert (row["role"], row["state"], row["value"]) == ("estimate", "used", 0.8)
    assert (row["file"], row["element"], row["age"]) == (
        "surveys.csv",
        "EDS",
        "12-23 m",
    )
    (told,) = one.measured
    assert told["effective"] == pytest.approx(400)
    assert told["basis"] == "standard_error"
    assert (told["born_first"], told["born_last"]) == (202112, 202211)


def test_a_survey_is_explained_with_the_rows_it_passed_over(mali):
    states = explained(mali, "Cards", "survey").rows["state"].to_pylist()
    assert states == ["used", "passed_over", "passed_over", "passed_over"]


def test_a_lot_is_explained_by_both_risks(mali):
    (told,) = explained(mali, "Abe", "lqas", "dtp1_lot").measured
    assert told["fail_good"] == pytest.approx(0.068, abs=5e-4)
    assert told["pass_bad_clusters"] == pytest.approx(0.131, abs=5e-4)


def test_pooled_lots_are_explained_by_each_lot(mali):
    one = explained(mali, "Lots", "lqas")
    assert one.rows["place_id"].to_pylist() == ["A1", "A2", "A3"]
    assert one.rows["value"].to_pylist() == [19, 12, 0]


def test_an_estimate_of_who_and_unicef_is_explained_by_its_revision(mali):
    (row,) = explained(mali, "Mali", "wuenic").rows.to_pylist()
    assert (row["element"], row["value"]) == ("WUENIC 2023", 80)
    assert row["file"] == "mali_wuenic_2023rev_facts.csv"


@pytest.mark.parametrize(
    ("place", "method", "said"),
    [
        ("Limits", "survey", "400"),
        ("Abe", "lqas", "0.131"),
        ("Lots", "lqas", "1 passed, 1 uncertain, 1 failed"),
    ],
)
def test_what_stands_behind_is_said_line_by_line(mali, place, method, said):
    from boloci.cli import language
    from boloci.cli.tongue import TONGUE
    from boloci.telling import surveys

    language.speak("en")
    indicator = "dtp1_lot" if place == "Abe" else "dtp1_coverage"
    one = explained(mali, place, method, indicator)
    texts = [text for _name, text in surveys.lines(TONGUE, one.fact, one.measured)]
    assert any(said in text for text in texts)


def test_a_survey_is_not_said_to_be_doses_over_a_target(mali):
    from boloci.cli import explaining, language

    language.speak("en")
    one = explained(mali, "Limits", "survey")
    said = [line.plain for line in explaining.lines(one)]
    assert "  denominator: 600" in said
    assert not [line for line in said if "doses" in line and "numerator" in line]
    assert not [line for line in said if line.startswith("  formula")]
