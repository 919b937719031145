"""Coverage that cannot be, or jumps beyond what its place usually shows."""

import json

import pytest

from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
C Country country .
R Spike region C
S Rise region C
D North district R
E South district S
A Aa area D
B Bb area D
F Ff area D
G Gg area D
"""
QUARTERS = {
    "A": "54 51 57 51 54 48 54 57 54 90 54 51",
    "B": "54 51 57 51 54 48 54 57 54 72 54 51",
    "F": "54 51 57 51 54 48 54 57 54 18 54 51",
}
"""Doses by quarter from 2021 on, of 60 children."""


def monthly(element, place, quarters):
    """Months of quarters that are told as sums."""
    doses = [f"{int(total) // 3} " * 3 for total in quarters.split()]
    for number in range(0, len(doses), 4):
        text = "".join(doses[number : number + 4])
        if place == "F" and number == 8:
            text = text.replace("6 6 6", "18 . .")
        yield from months(element, place, 2021 + number // 4, text)


def year(place, doses, of, element="DTP1"):
    return months(element, place, of, f"{doses} " * 12)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Areas by quarter, and two regions by year."""
    lines = [monthly("DTP1", place, text) for place, text in QUARTERS.items()]
    lines += [
        year("E", doses, of) for of, doses in ((2021, 80), (2022, 95), (2023, 96))
    ]
    lines += [
        year("G", doses, of) for of, doses in ((2021, 80), (2022, 130), (2023, 81))
    ]
    lines += [
        months("MCV1", "A", 2023, "30 " * 12),
        months("MCV1", "B", 2023, "21 21 21 21 20 20 20 20 20 20 20 20"),
    ]
    targets = "\n".join(
        f"surviving_infants {place} {of} {target}"
        for place, target in (
            ("A", 240),
            ("B", 240),
            ("F", 240),
            ("E", 1200),
            ("G", 1200),
        )
        for of in (2021, 2022, 2023)
    )
    return country(
        tmp_path_factory.mktemp("coverage") / "w",
        places=PLACES,
        values=values(*lines),
        targets=f"population place_id year value\n{targets}",
    )


@pytest.fixture
def found(told):
    """Findings of a rule by place and first period."""
    return lambda rule: {
        (f["place_id"], f["period_start"]): f for f in told.findings(rule)
    }


def test_coverage_above_100_is_said_once_for_a_place_and_year(told, found):
    """A: MCV1 360 of 240 and DTP1 249 of 240 in 2023."""
    row = found("coverage_above_100")["A", "2023"]
    assert (row["element"], row["indicator"]) == ("MCV1", "mcv1_coverage")
    assert (row["value"], row["severity"]) == (150, "warning")
    assert json.loads(row["params"])["elements"] == ["DTP1", "MCV1"]
    assert told.value("mcv1_coverage", "A", "2023") == 150


def test_a_few_doses_above_the_target_are_told_and_no_warning(found):
    """B: 244 of 240; 4 <= 2 sqrt(240) = 31."""
    assert found("coverage_above_100")["B", "2023"]["severity"] == "info"


def test_a_jump_that_reverses_is_a_finding_at_region_and_above(found):
    """G makes the region's 2022; E rises from 80 to 95 % and stays."""
    rows = found("coverage_jump_reverses")
    assert ("R", "2022") in rows
    assert not [key for key in rows if key[0] in ("S", "A", "G", "D", "E")]


def test_a_quarter_outside_its_own_limits_is_a_finding(found):
    row = found("coverage_jump")["A", "2023Q2"]
    assert (row["value"], row["expected"]) == (150, pytest.approx(88.75))
    assert row["high"] < 150


def test_thirty_points_within_the_limits_of_a_small_place_are_none(found):
    """72 of 60 after 54: up by 30 points, upper limit 121."""
    assert ("B", "2023Q2") not in found("coverage_jump")


def test_a_quarter_without_its_reports_is_no_jump(found):
    assert not [key for key in found("coverage_jump") if key[0] == "F"]
