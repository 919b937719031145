"""Reports expected, received and on time; sessions; measures; one fact a key."""

import pytest

from boloci.tables import FACTS_KEY
from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
C Country country .
D North district C
A Aa area D
B Bb area D
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A's January report came late, after the first import; B reports little."""
    told = country(
        tmp_path_factory.mktemp("reports") / "w",
        places=PLACES,
        targets="""
        population place_id year value
        surviving_infants A 2024 120
        surviving_infants B 2024 120
        """,
        values=values(
            months("DTP1", "A", 2024, "x 9 9"), months("DTP1", "B", 2024, "9")
        ),
        reports="""
        dataset place_id period expected received on_time
        EPI A 202401 2 0 0
        EPI A 202402 2 2 1
        EPI A 202403 2 2 2
        EPI B 202401 1 1 1
        EPI B 202402 1 0 0
        EPI B 202403 1 0 0
        """,
        sessions="""
        place_id period strategy planned held
        A 202401 fixed 4 4
        A 202401 outreach 4 1
        B 202401 fixed 3 .
        B 202402 . 10 5
        """,
        measures="""
        indicator place_id period sex numerator denominator value source
        complete_immunisation A 2024 female 9 50 . register
        complete_immunisation A 2024 male . . 41 book
        complete_immunisation A 2024 male . . 40 survey
        complete_immunisation A 2024 male . . 42 ledger
        complete_imunisation A 2024 male . . 42 ledger
        """,
    )
    told.bring(
        reports="""
        dataset place_id period expected received on_time
        EPI A 202401 2 2 0
        """,
        values="element place_id period value\nDTP1 A 202401 9",
    )
    told.build()
    return told


def test_completeness_is_a_sum_over_units_not_a_mean_of_rates(told):
    fact = told.fact("completeness", "D", "2024Q1")
    assert (fact["numerator"], fact["denominator"]) == (7, 9)
    assert fact["value"] == pytest.approx(700 / 9)


def test_timeliness_as_now_counts_reports_on_time(told):
    assert told.value("timeliness", "D", "2024Q1") == pytest.approx(100 * 4 / 9)


def test_completeness_as_first_seen_stays_as_it_was(told):
    fact = told.fact("completeness_first_seen", "D", "2024Q1")
    assert fact["numerator"] == 5


def test_stated_reports_stand_beside_every_sum(told):
    fact = told.fact("dtp1_doses", "D", "2024Q1")
    assert (fact["value"], fact["expected"], fact["received"]) == (36, 9, 7)


def test_a_hundred_percent_of_one_expected_report_says_how_many_it_is_of(told):
    fact = told.fact("completeness", "B", "202401")
    assert (fact["value"], fact["denominator"]) == (100, 1)


def test_session_completion_is_of_units_that_gave_both_numbers(told):
    fact = told.fact("session_completion_fixed", "D", "202401")
    assert (fact["numerator"], fact["denominator"]) == (4, 4)


def test_sessions_of_all_strategies_take_the_total_else_the_parts(told):
    assert told.value("session_completion", "A", "202401") == pytest.approx(62.5)
    assert told.value("session_completion", "B", "202402") == pytest.approx(50)
    fact = told.fact("session_completion", "D", "2024Q1")
    assert (fact["numerator"], fact["denominator"]) == (10, 18)


def test_a_measure_is_its_value_or_its_numerator_over_its_denominator(told):
    girls = told.fact("complete_immunisation", "A", "2024", sex="female")
    assert (girls["value"], girls["method"]) == (18, "register")


def test_sources_of_one_method_give_one_fact_the_latest(told):
    boys = told.fact(
        "complete_immunisation", "A", "2024", sex="male", method="register"
    )
    assert boys["value"] == 42


def test_a_measure_of_an_indicator_nobody_defined_is_told(told):
    [finding] = told.findings("measure_unknown")
    assert finding["indicator"] == "complete_imunisation"


def test_timeliness_as_first_seen_stays_as_it_was(told):
    fact = told.fact("timeliness_first_seen", "D", "202401")
    assert (fact["numerator"], fact["denominator"]) == (1, 3)


def test_a_survey_is_a_fact_of_its_own(told):
    boys = told.fact("complete_immunisation", "A", "2024", sex="male", method="survey")
    assert boys["value"] == 40


def test_the_gap_of_measures_is_of_one_method(told):
    assert told.value("complete_immunisation_sex_gap", "A", "2024") == 42 - 18


def test_there_is_one_fact_a_key(told):
    table = told.workspace.facts()
    keys = table.group_by(list(FACTS_KEY)).aggregate([([], "count_all")])
    assert keys.num_rows == table.num_rows


def test_no_coverage_is_cut_at_a_hundred(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants A 2024 120\n"
        "surviving_infants B 2024 120",
        values=values(
            months("DTP1", "A", 2024, "15 15 16"),
            months("DTP1", "B", 2024, "1 1 1"),
            months("DTP3", "A", 2024, "20 20 20"),
        ),
    )
    fact = told.fact("dtp1_coverage", "A", "2024Q1")
    assert fact["value"] == pytest.approx(100 * 46 / 30)
    assert "above_100" in flags(fact)
    zero = told.fact("zero_dose_children", "A", "2024Q1")
    assert (zero["value"], "more_doses_than_children" in flags(zero)) == (None, True)
    left = told.fact("dtp1_target_minus_doses", "A", "2024Q1")
    assert (left["value"], "negative" in flags(left)) == (-16, True)
    assert told.value("dtp1_target_minus_doses", "D", "2024Q1") == pytest.approx(11)
    assert told.value("zero_dose_children", "D", "2024Q1") == pytest.approx(11)
    dropout = told.fact("dropout_dtp1_dtp3", "A", "2024Q1")
    assert dropout["value"] == pytest.approx(100 * (46 - 60) / 46)
    assert "negative" in flags(dropout)
    assert told.value("red_category", "A", "2024") is None


def test_registrations_alone_do_not_hide_what_was_due(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2024, "9 9"), months("DTP1", "B", 2024, "9 x")
        ),
        reports="""
        dataset place_id period expected received on_time
        EPI A 202401 . 1 1
        EPI A 202402 . 1 0
        EPI B 202401 . 1 1
        """,
    )
    fact = told.fact("dtp1_doses", "D", "202402")
    assert (fact["expected"], fact["received"]) == (2, 1)
    assert told.value("timeliness", "D", "2024Q1") == 50
