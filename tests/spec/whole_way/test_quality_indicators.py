"""Outliers and blanks as facts, on a country that one can count by hand."""

import pytest

from tests.spec.small_country import Country, country, months, values

PLACES = """
place_id name level parent_id
C Country country .
R Region region C
D District district R
A1 A1 area D
A2 A2 area D
A3 A3 area D
"""
STEADY = "10 12 11 13 12 11 11 12 10 13 12 11"
SPIKED = "10 12 11 13 12 95 11 12 10 13 12 11"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Country:
    """Three areas, two years: A2 has one value out of line in 2024, A3 two blanks."""
    return country(
        tmp_path_factory.mktemp("quality") / "w",
        places=PLACES,
        values=values(
            *(months("DTP1", area, 2023, STEADY) for area in ("A1", "A2", "A3")),
            months("DTP1", "A1", 2024, STEADY),
            months("DTP1", "A2", 2024, SPIKED),
            months("DTP1", "A3", 2024, "10 . 11 13 12 11 . 12 10 13 12 11"),
        ),
    )


@pytest.mark.parametrize("place", ["C", "R", "D"])
def test_a_unit_with_one_outlier_is_not_among_those_without(told, place):
    fact = told.fact("dtp1_units_without_outlier", place, "2024")
    assert (fact["numerator"], fact["denominator"]) == (2, 3)
    assert fact["value"] == pytest.approx(200 / 3)


def test_an_outlier_counts_in_its_own_year_only(told):
    assert told.value("dtp1_units_without_outlier", "D", "2023") == 100


def test_a_blank_month_is_no_outlier_and_lowers_the_values_known(told):
    fact = told.fact("dtp1_values_known", "D", "2024")
    assert (fact["numerator"], fact["denominator"]) == (34, 36)
    assert told.value("dtp1_values_known", "D", "2023") == 100


@pytest.mark.parametrize(
    ("profile", "units", "months_in_line"),
    [("boloci", (1, 1), (11, 11)), ("countdown", (0, 1), (11, 12))],
)
def test_only_countdowns_count_takes_a_blank_month_for_a_zero(
    tmp_path, profile, units, months_in_line
):
    """As a zero: median 11.5, MAD .5, and 0 lies below 11.5 - 5 x .7."""
    made = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A1", 2023, "10 12 11 13 12 11 11 12 10 13 12 ."),
            months("DTP1", "A1", 2024, STEADY),
        ),
        profile=profile,
    )
    shares = {
        name: made.fact(f"dtp1_{name}", "D", "2023", profile=profile)
        for name in ("units_without_outlier", "months_without_outlier", "values_known")
    }
    assert [(f["numerator"], f["denominator"]) for f in shares.values()] == [
        units,
        months_in_line,
        (11, 12),
    ]
    december = made.fact("dtp1_doses", "A1", "202312", profile=profile)
    assert december["value"] is None


def test_a_total_that_an_outlier_distorts_has_a_month_out_of_line(told):
    fact = told.fact("dtp1_months_without_outlier", "D", "2024")
    assert (fact["numerator"], fact["denominator"]) == (11, 12)
    assert told.value("dtp1_months_without_outlier", "D", "2023") == 100


def test_shares_of_units_are_not_told_of_a_unit_itself(told):
    assert told.facts("dtp1_units_without_outlier", place="A2") == []


def test_shares_of_a_year_are_told_by_year_only(told):
    periods = {fact["period"] for fact in told.facts("dtp1_values_known")}
    assert periods == {"2023", "2024"}


def test_what_a_district_reports_itself_is_one_more_unit(tmp_path):
    made = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A1", 2024, STEADY),
            months("DTP1", "A2", 2024, STEADY),
            months("DTP1", "D", 2024, SPIKED),
        ),
    )
    assert made.fact("dtp1_units_without_outlier", "C", "2024")["denominator"] == 3


def test_a_district_is_complete_from_the_profiles_mark(tmp_path):
    reports = [
        f"EPI {place} 2024{month:02d} 10 {came}"
        for place, came in (("D1", 9), ("D2", 8))
        for month in range(1, 13)
    ]
    made = country(
        tmp_path / "w",
        places="place_id name level parent_id\nC Country country .\n"
        "D1 D1 district C\nD2 D2 district C",
        values=values(
            months("DTP1", "D1", 2024, STEADY), months("DTP1", "D2", 2024, STEADY)
        ),
        reports="\n".join(["dataset place_id period expected received", *reports]),
    )
    fact = made.fact("districts_complete", "C", "2024")
    assert (fact["numerator"], fact["denominator"], fact["value"]) == (1, 2, 50)
