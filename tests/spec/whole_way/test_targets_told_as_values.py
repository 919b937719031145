"""A target that came as a data element is traced to its rows, as a tidy one is."""

import csv

import pytest

from boloci import pipeline
from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
C Country country .
D District district C
A East area D
B West area D
"""
TARGETS = "population place_id year value\nsurviving_infants B 2024 120"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two areas; East's target is a value by year, West's is told both ways."""
    told = country(tmp_path_factory.mktemp("told") / "w")
    doses = values(
        months("DTP1", "A", 2024, "5 5 5", ". . ."),
        months("DTP1", "B", 2024, "5 5 5", ". . ."),
        header="element place_id period sex age strategy value",
    )
    told.bring(places=PLACES, values=doses, targets=TARGETS)
    path = told.workspace.root / "populations.csv"
    rows = [("element", "place_id", "period", "value")]
    rows += [("Surviving infants", place, 2024, 240) for place in "AB"]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    pipeline.import_files(told.workspace, [path], by="a test")
    told.build()
    return told


def behind(told, place):
    """The target of a quarter's coverage, and the rows that are told to be in it."""
    fact = told.fact("dtp1_coverage", place, "2024Q1")
    rows = pipeline.contributions(told.workspace, fact).to_pylist()
    used = [r for r in rows if (r["role"], r["state"]) == ("denominator", "used")]
    return fact["denominator"], [(row["file"], row["value"]) for row in used]


def test_a_target_told_as_a_value_is_traced_to_its_row(told):
    assert behind(told, "A") == (60, [("populations.csv", 240)])


def test_a_tidy_target_goes_before_a_value_and_is_the_row_traced(told):
    assert behind(told, "B") == (30, [("targets.csv", 120)])


def test_a_district_is_traced_to_the_targets_of_its_areas_told_either_way(told):
    target, rows = behind(told, "D")
    assert target == 90
    assert sorted(rows) == [("populations.csv", 240), ("targets.csv", 120)]
