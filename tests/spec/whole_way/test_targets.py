"""Target populations: the official figure as given, or what stands in for it."""

import pytest

from tests.spec.small_country import Country, country, flags, months, values

YEAR = "10 10 10 10 10 10 10 10 10 10 10 10"
PLACES = """
place_id name level parent_id
C Country country .
D1 North district C
D2 South district C
A Aa area D1
B Bb area D1
E Ee area D2
F Ff area D2
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A infants, B under 1, E live births; F none; D1 states its own infants too."""
    return country(
        tmp_path_factory.mktemp("targets") / "w",
        places=PLACES,
        targets="""
        population place_id year sex value source
        surviving_infants A 2024 . 120 .
        surviving_infants A 2024 . 999 un
        surviving_infants A 2023 . 96 .
        under_1 A 2024 . 777 .
        under_1 B 2024 . 240 .
        live_births E 2024 . 1000 .
        live_births E 2024 female 490 .
        live_births E 2024 male 510 .
        surviving_infants D1 2024 . 600 census
        """,
        values=values(
            *(months("DTP1", place, 2024, YEAR) for place in "ABEF"),
            months("MR2", "A", 2024, YEAR),
            months("BCG", "E", 2024, YEAR),
        ),
    )


def target(told, place, indicator="dtp1_coverage", **filters):
    return told.fact(indicator, place, "2024", **filters)


def test_surviving_infants_as_given_are_the_target(told):
    fact = target(told, "A")
    assert (fact["denominator"], flags(fact)) == (120, {"age_unknown"})


def test_a_candidate_of_the_un_is_no_official_target(told):
    assert target(told, "A")["denominator"] != 999


def test_children_under_one_stand_in_with_a_flag(told):
    fact = target(told, "B")
    assert fact["denominator"] == 240
    assert "target_substituted" in flags(fact)


def test_live_births_less_infant_mortality_stand_in_with_a_flag(told):
    fact = target(told, "E")
    assert fact["denominator"] == pytest.approx(1000 * (1 - 0.0484))
    assert "target_substituted" in flags(fact)


def test_birth_doses_are_held_against_live_births(told):
    fact = target(told, "E", "bcg_coverage")
    assert (fact["denominator"], "target_substituted" in flags(fact)) == (1000, False)


def test_a_quarter_has_a_quarter_of_the_year(told):
    fact = told.fact("dtp1_coverage", "A", "2024Q2")
    assert fact["denominator"] == pytest.approx(30)
    assert fact["value"] == pytest.approx(100)


def test_mr2_takes_last_years_surviving_infants_and_says_so(told):
    fact = target(told, "A", "mcv2_coverage")
    assert fact["denominator"] == 96
    assert "target_last_year" in flags(fact)


def test_a_districts_own_target_stands_and_is_not_added_to_its_areas(told):
    assert target(told, "D1")["denominator"] == 600


def test_the_country_takes_a_districts_own_target_and_the_others_areas(told):
    assert target(told, "C")["denominator"] == pytest.approx(600 + 951.6)


def test_an_area_without_a_target_has_no_coverage(told):
    fact = target(told, "F")
    assert (fact["numerator"], fact["value"]) == (120, None)
    assert "target_missing" in flags(fact)


def test_a_total_that_lacks_a_target_says_so_and_tells_no_zero_dose(told):
    assert "target_incomplete" in flags(target(told, "D2"))
    assert target(told, "D2", "zero_dose_children")["value"] is None


def test_a_total_with_a_target_of_its_own_lacks_none(told):
    assert "target_incomplete" not in flags(target(told, "D1"))


def test_targets_by_sex_are_used_as_given(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="""
        population place_id year sex value
        surviving_infants A 2024 female 48
        surviving_infants A 2024 male 72
        """,
        values="""
        element place_id period sex value
        DTP1 A 202401 female 2
        DTP1 A 202401 male 6
        """,
    )
    girls = told.fact("dtp1_coverage", "A", "2024Q1", sex="female")
    assert (girls["denominator"], girls["value"]) == (12, pytest.approx(100 / 6))
    assert "sex_ratio_assumed" not in flags(girls)
    assert told.value("dtp1_sex_gap", "A", "2024Q1") == pytest.approx(100 / 6)


def test_a_year_in_progress_keeps_its_target_and_red_looks_at_its_months(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants A 2024 120",
        values=values(
            months("DTP1", "A", 2024, "9 9 9 9"), months("DTP3", "A", 2024, "9 9 9 9")
        ),
    )
    fact = told.fact("dtp1_coverage", "A", "2024")
    assert (fact["denominator"], fact["value"]) == (120, 30)
    assert "to_date" in flags(fact)
    assert told.value("red_category", "A", "2024") == 1
    assert told.value("zero_dose_children", "A", "2024") is None
    assert told.value("zero_dose_children", "A", "2024Q1") == pytest.approx(3)


def test_a_year_whose_data_begin_late_tells_no_zero_dose(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants A 2024 120",
        values=values(months("DTP1", "A", 2024, "x x x x x x 9 9 9 9 9 9")),
    )
    assert told.fact("dtp1_coverage", "A", "2024")["denominator"] == 120
    assert told.value("zero_dose_children", "A", "2024") is None


def test_coverage_of_doses_entered_by_quarter_only(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants A 2024 120",
        values="element place_id period value\nDTP1 A 2024Q1 27\nDTP1 A 2024Q2 30",
    )
    assert told.value("dtp1_coverage", "A", "2024Q1") == pytest.approx(90)
    assert told.value("dtp1_coverage", "D1", "2024S1") == pytest.approx(95)


def test_reporting_units_below_a_districts_own_target_cannot_be_told_apart(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        targets="population place_id year value\nsurviving_infants D1 2024 240",
        values=values(
            months("DTP1", "A", 2024, "9 9 ."), months("DTP1", "B", 2024, "9 9 9")
        ),
    )
    assert told.value("dtp1_coverage_reporting_units", "D1", "2024Q1") is None
