"""Progress against goals: yes, no, or it cannot be told."""

import pytest

from tests.spec.small_country import Country, country, flags, months, values


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Zero-dose children: A 120 -> 60, B 120 -> 108, E 120 -> not told."""
    dozen = " ".join
    return country(
        tmp_path_factory.mktemp("goals") / "w",
        places="""
        place_id name level parent_id
        C Country country .
        A North district C
        B South district C
        E East district C
        """,
        groups="group name kind place_id\nG Grants programme A",
        targets="population place_id year value\n"
        + "\n".join(
            f"surviving_infants {place} {year} 240"
            for place in "ABE"
            for year in (2019, 2023, 2024)
        ),
        values=values(
            *(months("DTP1", place, 2019, dozen(["10"] * 12)) for place in "ABE"),
            months("DTP1", "A", 2024, dozen(["15"] * 12)),
            months("DTP1", "B", 2024, dozen(["11"] * 12)),
            months("DTP1", "E", 2024, dozen(["11"] * 6)),
            months("DTP3", "A", 2024, dozen(["17"] * 12)),
            months("DTP3", "B", 2024, dozen(["10"] * 12)),
            months("DTP3", "E", 2024, dozen(["11"] * 6)),
        ),
        goals="""
        indicator place_id group baseline_year year value
        zero_dose_progress A . 2019 2025 -25
        zero_dose_progress A . 2019 2030 -60
        zero_dose_progress B . 2019 2025 -25
        zero_dose_progress E . 2019 2025 -25
        zero_dose_progress . G 2019 2025 -25
        zero_dose_progress B . 2020 2025 -25
        districts_dtp3_80 . . . 2024 30
        districts_dtp3_80 . . . 2025 90
        dtp3_coverage A . . 2023 50
        dtp3_coverage B . . 2024 50
        ratio_dtp1_dtp3 B . . 2024 1
        nonsense B . . 2024 50
        dtp3_coverage Nowhere . . 2024 50
        """,
    )


def verdict(told, indicator, place, year="2024"):
    return flags(told.fact(indicator, place, year)) & {
        "goal_met",
        "goal_not_met",
        "goal_unknown",
    }


def test_a_goal_that_is_reached_is_met(told):
    assert told.value("zero_dose_progress", "A", "2024") == -50
    assert verdict(told, "zero_dose_progress", "A") == {"goal_met"}


def test_a_goal_that_is_not_reached_is_not_met(told):
    assert told.value("zero_dose_progress", "B", "2024") == pytest.approx(-10)
    assert verdict(told, "zero_dose_progress", "B") == {"goal_not_met"}


def test_a_goal_cannot_be_told_where_reports_are_missing(told):
    assert told.value("zero_dose_progress", "E", "2024") is None
    assert verdict(told, "zero_dose_progress", "E") == {"goal_unknown"}


def test_a_group_may_have_a_goal(told):
    assert verdict(told, "zero_dose_progress", "G") == {"goal_met"}


def test_a_share_of_districts_is_met_where_the_unknown_cannot_change_it(told):
    fact = told.fact("districts_dtp3_80", "C", "2024")
    assert (fact["numerator"], fact["received"], fact["expected"]) == (1, 2, 3)
    assert verdict(told, "districts_dtp3_80", "C") == {"goal_met"}


def test_a_goal_of_an_indicator_that_is_published_as_a_view(told):
    assert verdict(told, "dtp3_coverage", "B") == {"goal_met"}
    assert told.value("dtp3_coverage", "C", "2024S1") == pytest.approx(
        100 * 38 * 6 / 360
    )


def test_a_goal_that_is_over_is_not_held_against_later_years(told):
    assert verdict(told, "dtp3_coverage", "A") == set()


def test_a_goal_that_cannot_be_judged_is_told(told):
    rules = {f["rule"] for f in told.findings() if f["rule"].startswith("goal")}
    assert rules == {
        f"goal_not_judged_{why}"
        for why in ("indicator", "direction", "baseline", "place")
    }
