"""Sex, age and strategy: totals before parts, parts where every one is there."""

import pytest

from tests.spec.small_country import Country, country, flags

HEADER = "element place_id period sex age strategy value"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """One area a way of filling in the form; every area has 1,200 infants."""
    areas = ("total", "sexes", "both", "girls", "ages", "older", "unaged", "fixed")
    areas += ("blank", "camp")
    places = "\n".join(f"{area} {area} area D" for area in areas)
    targets = "\n".join(f"surviving_infants {area} 2024 1200" for area in areas)
    return country(
        tmp_path_factory.mktemp("splits") / "w",
        places=f"place_id name level parent_id\nD District district .\n{places}",
        targets=f"population place_id year value\n{targets}",
        values=f"""
        {HEADER}
        DTP1 total 202401 . . . 80
        DTP1 sexes 202401 female . . 30
        DTP1 sexes 202401 male . . 40
        DTP1 both 202401 . . . 75
        DTP1 both 202401 female . . 30
        DTP1 both 202401 male . . 40
        DTP1 girls 202401 female . . 30
        DTP1 ages 202401 . 0_11m . 60
        DTP1 ages 202401 . 12_23m . 7
        DTP1 older 202401 . 12_23m . 5
        DTP1 unaged 202401 . . . 50
        DTP1 unaged 202401 . 12_23m . 4
        DTP1 fixed 202401 . 0_11m fixed 45
        DTP1 fixed 202401 . 0_11m outreach 15
        DTP1 blank 202401 . 0_11m fixed 45
        DTP1 blank 202401 . 0_11m outreach .
        DTP1 camp 202401 . . . 20
        DTP1 camp 202401 . . campaign 900
        """,
    )


def doses(told, place, **filters):
    return told.fact("dtp1_doses", place, "202401", **filters)


def test_a_total_stands_alone(told):
    assert doses(told, "total")["value"] == 80


def test_sexes_without_a_total_are_added(told):
    assert doses(told, "sexes")["value"] == 70
    assert doses(told, "sexes", sex="female")["value"] == 30


def test_a_total_is_never_added_to_its_parts(told):
    assert doses(told, "both")["value"] == 75


def test_one_sex_alone_makes_no_total(told):
    fact = doses(told, "girls")
    assert (fact["value"], "partial" in flags(fact)) == (None, True)


def test_one_sex_alone_stays_its_units_own_and_is_told(told):
    assert doses(told, "girls", sex="female")["value"] == 30
    assert doses(told, "D", sex="female")["value"] == 60
    [finding] = told.findings("one_sex_only")
    assert finding["value"] == 1


def test_doses_after_the_target_age_do_not_count(told):
    assert doses(told, "ages")["value"] == 60


def test_doses_of_all_ages_have_a_name_of_their_own(told):
    fact = told.fact("dtp1_doses_all_ages", "ages", "202401")
    assert fact["value"] == 67


def test_doses_at_another_age_alone_do_not_count(told):
    found = told.facts("dtp1_doses", place="older", period="202401")
    assert all(fact["value"] is None for fact in found)


def test_doses_without_an_age_count_with_a_flag(told):
    fact = doses(told, "unaged")
    assert (fact["value"], "age_unknown" in flags(fact)) == (50, True)


def test_doses_at_the_target_age_carry_no_such_flag(told):
    assert "age_unknown" not in flags(doses(told, "ages"))


def test_strategies_are_added_where_all_are_filled_in(told):
    assert doses(told, "fixed")["value"] == 60


def test_a_strategy_left_blank_makes_the_count_partial(told):
    fact = doses(told, "blank")
    assert (fact["value"], "partial" in flags(fact)) == (None, True)


def test_campaign_doses_never_enter_routine_doses(told):
    assert doses(told, "camp")["value"] == 20
    assert told.value("dtp1_doses_campaign", "camp", "202401") == 900


def test_a_sum_over_places_holds_the_flag_of_its_parts(told):
    fact = doses(told, "D")
    assert fact["value"] == 80 + 70 + 75 + 60 + 50 + 60 + 20
    assert {"partial", "age_unknown"} <= flags(fact)


def test_coverage_by_sex_is_of_the_units_that_report_both_sexes(told):
    fact = told.fact("dtp1_coverage", "D", "2024Q1", sex="female")
    assert fact["numerator"] == 60
    assert fact["denominator"] == pytest.approx(2 * 100 / 2.03)
    assert {"sex_partial", "sex_ratio_assumed"} <= flags(fact)
