"""Units of several levels enter data of their own: a hospital at the district."""

import collections

import pytest

from tests.spec.small_country import country

PLACES = """
place_id name level parent_id
C Country country .
D District district C
A Area area D
F Facility facility A
"""
VALUES = """
element place_id period value
DTP1 D 202401 100
DTP1 A 202401 10
DTP1 F 202401 1
DTP1 F 202402 2
DTP1 D 202403 300
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    told = country(tmp_path_factory.mktemp("levels") / "w")
    told.bring(places=PLACES, values=VALUES)
    told.build()
    return told


def test_there_is_one_row_a_key(told):
    keys = collections.Counter(
        (fact["indicator"], fact["place_id"], fact["period"], fact["sex"])
        for fact in told.facts()
    )
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize(
    ("place", "period", "doses"),
    [
        ("F", "202401", 1),
        ("A", "202401", 11),
        ("D", "202401", 111),
        ("D", "202402", 2),
        ("D", "202403", 300),
        ("D", "2024Q1", 413),
        ("C", "2024Q1", 413),
    ],
)
def test_a_sum_holds_what_each_level_entered(told, place, period, doses):
    assert told.value("dtp1_doses", place, period) == doses


@pytest.mark.parametrize(
    ("place", "due", "came"), [("F", 3, 2), ("A", 6, 3), ("D", 9, 5), ("C", 9, 5)]
)
def test_a_district_that_enters_data_still_waits_for_those_below(
    told, place, due, came
):
    fact = told.fact("completeness", place, "2024Q1")
    assert (fact["numerator"], fact["denominator"]) == (came, due)
