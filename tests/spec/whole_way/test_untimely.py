"""A period that cannot be is told at the import and among a build's findings."""

import datetime

import pytest

from tests.spec.small_country import country

PLACES = "place_id name level parent_id\nC Country country .\nA East area C"
NOVEMBER = datetime.datetime(2024, 11, 20, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    told = country(tmp_path_factory.mktemp("untimely") / "w")
    told.bring(places=PLACES, received=NOVEMBER)
    return told


def rules(empty, period, element="DTP1"):
    """Rules of the findings on one value of a period, received in November 2024."""
    rows = f"element place_id period value\n{element} A {period} 5"
    report = empty.bring(values=rows, received=NOVEMBER, dry_run=True)
    return report.findings["rule"].to_pylist()


@pytest.mark.parametrize("period", ["202412", "2025Q1", "2026", "209912"])
def test_a_period_that_has_not_come_is_told(empty, period):
    assert rules(empty, period) == ["period_to_come"]


@pytest.mark.parametrize("period", ["202411", "2024Q4", "2024", "2025", "197401"])
def test_a_period_in_progress_and_a_target_set_ahead_are_not_told(empty, period):
    assert rules(empty, period) == []


def test_a_date_that_a_spreadsheet_made_of_an_empty_cell_is_told(empty):
    assert rules(empty, "190001") == ["period_long_ago"]


def test_the_build_tells_it_too(empty):
    empty.bring(
        values="element place_id period value\nDTP1 A 202501 5\nDTP1 A 202410 5",
        received=NOVEMBER,
    )
    empty.build()
    (finding,) = empty.findings("period_to_come")
    assert (finding["period_start"], finding["severity"]) == ("202501", "warning")
