"""Entries that contradict what stands next to them."""

import json

import pytest

from tests.spec.small_country import country

PLACES = """
place_id name level parent_id
D District district .
A Aa area D
B Bb area D
E Ee area D
"""
VALUES = """
element place_id period sex age strategy value
DTP1 A 202401 . . . 75
DTP1 A 202401 female . . 30
DTP1 A 202401 male . . 40
DTP1 A 202402 . . . 75
DTP1 A 202402 female . . 35
DTP1 A 202402 male . . 45
DTP3 A 202401 . . . 60
DTP3 A 202401 female . . 20
DTP3 A 202401 male . . 20
DTP1 B 202401 . . . 75
DTP1 B 202401 . . fixed 30
DTP1 B 202401 . . outreach 40
MCV1 E 202401 . . . 70
MCV1 E 202401 . 0_11m . 80
MCV1 B 202401 . . . 80
MCV1 B 202401 . 0_11m . 70
DTP1 E 202401 . . . 80
DTP1 E 202401 . 12_23m . 90
MCV1 A 202401 . . . 80
MCV1 A 202401 . 12_23m . 10
BCG A 202401 . . . 12.5
BCG B 202401 . . . 12.25
BCG E 202401 . . . 12
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return country(
        tmp_path_factory.mktemp("entries") / "w",
        places=PLACES,
        values=VALUES,
        events="""
        kind place_id start end note
        stock_out A 2024-05-01 2024-03-01 x
        stock_out B 2024-03-01 2024-05-01 x
        """,
    )


def test_sexes_that_are_not_the_total_are_one_finding_a_place_and_year(told):
    (row,) = told.findings("sexes_are_not_the_total")
    assert (row["place_id"], row["element"], row["value"]) == ("A", "DTP1", 2)
    assert json.loads(row["params"])["elements"] == ["DTP1", "DTP3"]


def test_strategies_that_are_not_the_total_are_told_as_that(told):
    (row,) = told.findings("strategies_are_not_the_total")
    assert row["place_id"] == "B"


def test_more_children_of_some_ages_than_of_all_ages_are_a_finding(told):
    """E: 80 under one year, 70 in all, and 90 older of 80; B: 70 of 80."""
    (row,) = told.findings("age_above_all_ages")
    assert row["place_id"] == "E"
    assert json.loads(row["params"])["elements"] == ["DTP1", "MCV1"]
    assert told.value("mcv1_doses", "E", "202401") == 80


def test_a_total_with_children_of_another_age_in_it_is_counted_and_said(told):
    """A: 80 in all, 10 of them older, nothing said of the target age."""
    found = told.findings("other_ages_counted")
    assert {(row["place_id"], row["element"]) for row in found} == {
        ("A", "MCV1"),
        ("E", "DTP1"),
    }
    assert told.value("mcv1_doses", "A", "202401") == 80


def test_doses_in_fractions_are_said_once_for_an_element(told):
    (row,) = told.findings("doses_in_fractions")
    params = json.loads(row["params"])
    assert (row["element"], params["count"], params["places"]) == ("BCG", 2, "Aa, Bb")
    assert told.value("bcg_doses", "A", "202401") == 12.5


def test_an_event_that_ends_before_it_starts_is_a_finding(told):
    (row,) = told.findings("event_ends_before_start")
    assert (row["place_id"], row["period_start"]) == ("A", "202405")
