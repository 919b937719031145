"""Blank, absent and 0 are three states, from the file to the fact."""

import pytest

from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
C Country country .
D1 North district C
D2 South district C
A Aa area D1
B Bb area D1
E Ee area D2
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A reports 0 in February and a blank in March; E has a target, never a report."""
    return country(
        tmp_path_factory.mktemp("missing") / "w",
        places=PLACES,
        targets="""
        population place_id year value
        surviving_infants A 2024 120
        surviving_infants B 2024 240
        surviving_infants E 2024 360
        """,
        values=values(
            months("DTP1", "A", 2024, "10 0 . 10 10 10 10 10 10 x x 10"),
            months("DTP1", "B", 2024, "20 20 20 20 20 20 20 20 20 20 20 20"),
            months("DTP3", "A", 2024, "10 0 . 9 9 9 9 9 9 x x 9"),
        ),
    )


def test_a_reported_zero_is_a_value(told):
    fact = told.fact("dtp1_doses", "A", "202402")
    assert (fact["value"], fact["received"]) == (0, 1)


def test_a_blank_cell_is_null(told):
    fact = told.fact("dtp1_doses", "A", "202403")
    assert (fact["value"], fact["expected"], fact["received"]) == (None, 1, 0)


def test_a_month_without_a_row_is_null_and_expected(told):
    fact = told.fact("dtp1_doses", "A", "202410")
    assert (fact["value"], fact["expected"], fact["received"]) == (None, 1, 0)
    assert "no_report" in flags(fact)


def test_a_sum_adds_what_was_reported_and_says_what_is_missing(told):
    fact = told.fact("dtp1_doses", "A", "2024Q1")
    assert (fact["value"], fact["expected"], fact["received"]) == (10, 3, 2)
    assert "incomplete" in flags(fact)


def test_a_place_without_any_report_has_no_sum_of_doses(told):
    assert all(f["value"] is None for f in told.facts("dtp1_doses", place="E"))


def test_a_silent_area_keeps_its_children_in_the_target(told):
    assert told.fact("dtp1_coverage", "C", "2024")["denominator"] == 720


def test_a_silent_area_is_expected_to_report(told):
    fact = told.fact("completeness", "C", "2024")
    assert (fact["expected"], fact["received"]) == (36, 21)


def test_children_of_a_silent_area_are_not_counted_as_zero_dose(told):
    fact = told.fact("zero_dose_children", "C", "2024")
    assert fact["value"] is None
    assert {"reports_missing", "incomplete"} <= flags(fact)


def test_coverage_below_ninety_percent_completeness_is_shown_with_its_flag(told):
    fact = told.fact("dtp1_coverage", "A", "2024Q1")
    assert fact["value"] == pytest.approx(100 * 10 / 30)
    assert "incomplete" in flags(fact)


def test_coverage_of_reporting_units_stands_beside_coverage(told):
    fact = told.fact("dtp1_coverage_reporting_units", "C", "2024Q1")
    assert (fact["numerator"], fact["denominator"]) == (70, 2 * 10 + 3 * 20)
    assert fact["value"] == pytest.approx(87.5)


def test_zero_dose_is_told_where_enough_reports_came(told):
    fact = told.fact("zero_dose_children", "B", "2024")
    assert (fact["value"], flags(fact)) == (0, {"age_unknown"})


def test_zero_dose_share_is_a_percentage_of_the_target(told):
    fact = told.fact("zero_dose_share", "D1", "2024Q1")
    assert fact["value"] is None
    fact = told.fact("zero_dose_share", "B", "2024")
    assert fact["value"] == 0


def test_target_minus_doses_adds_up_over_places_and_months(told):
    for period in ("2024Q1", "2024S2", "2024"):
        parts = [told.fact("dtp1_coverage", place, period) for place in "AB"]
        left = told.value("dtp1_target_minus_doses", "D1", period)
        assert left == pytest.approx(
            sum(p["denominator"] - p["numerator"] for p in parts)
        )


def test_a_dropout_of_zero_is_a_value(told):
    assert told.value("dropout_dtp1_dtp3", "A", "202401") == 0


def test_a_dropout_without_first_doses_is_null(told):
    assert told.value("dropout_dtp1_dtp3", "A", "202402") is None


def test_silence_is_blank_in_the_months_asked_for(told):
    assert told.value("dtp1_coverage", "A", "202403") is None
    assert told.value("dtp1_coverage", "A", "202402") == 0
