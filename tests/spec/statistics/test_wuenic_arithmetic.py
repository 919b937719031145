"""The arithmetic of WHO and UNICEF, on Mali's files of the 2023 revision."""

import csv

import pytest

from boloci.stats import wuenic
from tests.conftest import SHARED

FOLDER = SHARED / "data/wuenic"
needs_files = pytest.mark.skipif(
    not FOLDER.exists(), reason="wuenic is not in ../shared"
)


def facts() -> dict[tuple[str, str, int], float]:
    """(fact, vaccine, year) -> value."""
    with (FOLDER / "mali_wuenic_2023rev_facts.csv").open(newline="") as file:
        return {
            (row["fact"], row["vaccine"], int(row["year"])): float(row["value"])
            for row in csv.DictReader(file)
        }


def survey(vaccine: str, cohort: int, confirm: str) -> float:
    """The estimate of a survey of children of 12-23 months."""
    with (FOLDER / "mali_wuenic_2023rev_surveys.csv").open(newline="") as file:
        (value,) = {
            float(row["value"])
            for row in csv.DictReader(file)
            if (row["vaccine"], int(row["cohort"]), row["confirm"], row["age"])
            == (vaccine, cohort, confirm, "12-23 m")
        }
    return value


@needs_files
def test_dtp3_of_2017_is_corrected_for_recall():
    adjusted = wuenic.recall_bias_adjusted(
        survey("dtp1", 2017, "card or history"),
        card_first=survey("dtp1", 2017, "card"),
        card_third=survey("dtp3", 2017, "card"),
    )
    assert adjusted == pytest.approx(51 / 54 * 82)
    assert wuenic.whole(adjusted) == facts()["legacy", "dtp3", 2017] == 77


@needs_files
@pytest.mark.parametrize(("vaccine", "said"), [("dtp1", 75), ("dtp3", 70)])
def test_2020_is_the_anchor_plus_the_change_of_what_was_reported(vaccine, said):
    known = facts()
    found = wuenic.anchored(
        known["legacy", vaccine, 2019],
        reported_then=known["admin", vaccine, 2019],
        reported=known["admin", vaccine, 2020],
    )
    assert found == known["legacy", vaccine, 2020] == said


@needs_files
@pytest.mark.parametrize(
    ("year", "thousand"), [(2019, 149.8), (2020, 212.9), (2021, 157.1)]
)
def test_children_without_a_dose_where_reports_say_none(year, thousand):
    known = facts()
    infants = known["si_UNPD", "", year]
    estimate = known["legacy", "dtp1", year]
    found = wuenic.implied_zero_dose(estimate, infants)
    assert found / 1000 == pytest.approx(thousand, abs=0.05)
    assert known["admin", "dtp1", year] > 100  # target - doses is below zero


def test_halves_are_rounded_up():
    assert [wuenic.whole(value) for value in (76.5, 77.5, 77.4)] == [77, 78, 77]


def test_no_card_with_a_first_dose_gives_no_correction():
    with pytest.raises(ValueError, match="0"):
        wuenic.recall_bias_adjusted(80, card_first=0, card_third=0)
