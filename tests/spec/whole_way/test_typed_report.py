"""A month that somebody types is a report: what is told of it, and what is not."""

from pathlib import Path

import pytest

from boloci.pipeline import typed_report
from tests.spec.small_country import TWO_AREAS, Country, country

VALUES = """
element place_id period value
DTP1 A 202401 9
DTP1 B 202402 9
"""


def told(folder: Path, reports: str = "") -> Country:
    tables = {"places": TWO_AREAS, "values": VALUES}
    if reports:
        tables["reports"] = f"dataset place_id period expected received\n{reports}"
    brought = country(folder / "w")
    brought.bring(**tables)
    return brought


def typed(brought: Country, place: str, month: int) -> list[dict[str, str]]:
    return typed_report(brought.workspace, place, month, ["DTP1"])


def test_a_report_said_not_to_have_come_came(tmp_path: Path) -> None:
    assert typed(told(tmp_path, "EPI A 202402 1 0"), "A", 202402) == [
        {
            "dataset": "EPI",
            "place_id": "A",
            "period": "202402",
            "expected": "",
            "received": "1",
        }
    ]


def test_one_that_no_source_expected_was_due_too(tmp_path: Path) -> None:
    (row,) = typed(told(tmp_path, "EPI A 202402 1 0"), "B", 202402)
    assert (row["place_id"], row["expected"], row["received"]) == ("B", "1", "1")


def test_a_place_is_called_what_the_source_calls_it(tmp_path: Path) -> None:
    (row,) = typed(told(tmp_path, "EPI aa 202402 1 0"), "A", 202402)
    assert row["place_id"] == "aa"


@pytest.mark.parametrize(
    ("reports", "why"),
    [
        ("", "nothing states what was due: the value itself says that it came"),
        ("EPI A 202402 . 1", "registrations alone do not say what was due"),
        ("EPI A 202402 3 1", "which of three reports was typed is not known"),
    ],
)
def test_nothing_is_told_where(tmp_path: Path, reports: str, why: str) -> None:
    assert typed(told(tmp_path, reports), "A", 202402) == [], why
