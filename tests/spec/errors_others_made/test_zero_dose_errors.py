"""Mistakes of other tools with targets and what is left of them; ours must not."""

import pytest

from tests.spec.small_country import TWO_AREAS, Country, country, flags, months, values

PLACES = f"""{TWO_AREAS}
S Silent area D
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A gave 90 of 100, B 130 of 100; S reported in January, then never again."""
    return country(
        tmp_path_factory.mktemp("errors") / "w",
        places=PLACES,
        targets="""
        population place_id year value
        surviving_infants A 2024 1200
        surviving_infants B 2024 1200
        surviving_infants S 2024 1200
        """,
        values=values(
            months("DTP1", "A", 2024, " ".join(["90"] * 12)),
            months("DTP1", "B", 2024, " ".join(["130"] * 12)),
            months("DTP1", "S", 2024, "80 x x x x x x x x x x x"),
        ),
        reports="\n".join(
            [
                "dataset place_id period expected received",
                *(f"EPI A 2024{m:02} 1 1" for m in range(1, 13)),
                *(f"EPI B 2024{m:02} 1 1" for m in range(1, 13)),
                "EPI S 202401 1 1",
                *(f"EPI S 2024{m:02} 1 0" for m in range(2, 13)),
            ]
        ),
    )


def test_the_zero_dose_share_is_not_100_times_a_count(told):
    """11,918,480 % for 11.92 %: 100 x target - doses / target."""
    assert told.value("zero_dose_share", "A", "2024") == pytest.approx(10)


def test_children_are_never_taken_from_a_percentage(told):
    """Zero-dose as 100 minus a count of doses."""
    found = told.fact("zero_dose_children", "A", "2024")
    assert found["value"] == pytest.approx(1200 - 1080)
    assert found["unit"] == "children"


def test_areas_with_more_doses_than_children_stay_in_the_total(told):
    """The sum of the non-negative areas is biased by +18 %."""
    areas = [
        told.value("dtp1_target_minus_doses", place, "2024Q1") for place in ("A", "B")
    ]
    assert areas == [pytest.approx(30), pytest.approx(-90)]
    silent = told.value("dtp1_target_minus_doses", "S", "2024Q1")
    district = told.value("dtp1_target_minus_doses", "D", "2024Q1")
    assert district == pytest.approx(sum(areas) + silent)


def test_a_negative_number_of_children_is_blank_and_never_zero(told):
    found = told.fact("zero_dose_children", "B", "2024")
    assert found["value"] is None
    assert "more_doses_than_children" in flags(found)


def test_a_silent_areas_children_are_not_counted_as_zero_dose(told):
    found = told.fact("zero_dose_children", "S", "2024Q2")
    assert found["value"] is None
    assert {"no_report", "reports_missing"} <= flags(found)


def test_a_total_with_silent_areas_tells_no_zero_dose(told):
    found = told.fact("zero_dose_children", "D", "2024")
    assert found["value"] is None
    assert "reports_missing" in flags(found)
