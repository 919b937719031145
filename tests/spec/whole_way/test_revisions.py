"""Several imports: what a later one changes, what it cannot, and how it is undone."""

import datetime
import json

import pytest

from boloci import pipeline
from boloci.lake import snapshots
from tests.spec.small_country import Country, country

PLACES = """
place_id name level parent_id
C Country country .
D North district C
A Aa area D
B Bb area D
"""
FIRST = """
element place_id period value
DTP1 A 202401 10
DTP1 A 202402 11
DTP1 B 202401 20
DTP3 A 202401 8
"""


@pytest.fixture
def told(tmp_path) -> Country:
    """One import of four values."""
    return country(tmp_path / "w", places=PLACES, values=FIRST)


def doses(told, place="A", period="202401", indicator="dtp1_doses", **filters):
    found = told.facts(indicator, place=place, period=period, **filters)
    return found[0]["value"] if found else "absent"


def test_a_later_value_revises_a_blank_or_an_absent_row_does_not(told):
    told.bring(
        values="element place_id period value\nDTP1 A 202401 12\nDTP1 A 202402 ."
    )
    told.build()
    assert [doses(told), doses(told, period="202402"), doses(told, "B")] == [12, 11, 20]


def test_the_same_content_twice_changes_nothing(told):
    report = told.bring(places=PLACES, values=FIRST)
    assert report.already
    assert len(snapshots.snapshots(told.workspace.lake)) == 1


def test_a_dry_run_keeps_nothing(told):
    told.bring(values="element place_id period value\nDTP1 A 202401 12", dry_run=True)
    assert len(snapshots.snapshots(told.workspace.lake)) == 1


def test_replace_is_the_whole_of_its_elements_places_and_periods(told):
    told.bring(
        values="element place_id period sex value\nDTP1 A 202401 female 7",
        replace=True,
    )
    told.build()
    assert doses(told) is None
    assert doses(told, period="202402") == 11
    assert doses(told, "B") == 20
    assert doses(told, indicator="dtp3_doses") == 8


def test_undo_takes_an_import_back(told):
    report = told.bring(values="element place_id period value\nDTP1 A 202401 12")
    told.build()
    assert doses(told) == 12
    moment = datetime.datetime.now(datetime.UTC)
    snapshots.undo(told.workspace.lake, report.snapshot, by="a test", at=moment)
    told.build()
    assert doses(told) == 10


def test_as_of_is_what_had_been_received_by_the_end_of_that_day(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    first = datetime.datetime(2024, 2, 1, 23, 59, tzinfo=datetime.UTC)
    later = datetime.datetime(2024, 2, 2, 0, 1, tzinfo=datetime.UTC)
    told.bring(places=PLACES, values=FIRST, received=first)
    told.bring(values="element place_id period value\nDTP1 A 202401 12", received=later)
    told.build()
    assert doses(told, as_of="2024-02-01") == 10
    assert doses(told, as_of="2024-02-02") == 12


def test_one_place_under_two_names_is_counted_once(told):
    told.bring(values="element place_id period value\nDTP1 Aa 202401 12")
    told.build()
    assert doses(told) == 12
    assert doses(told, "D") == 32


def test_the_same_month_under_two_names_in_one_file_counts_once(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 10\nDTP1 Aa 202401 10",
    )
    assert doses(told) == 10


def test_one_element_under_two_aliases_is_revised_not_doubled(told):
    told.bring(values="element place_id period value\nPenta1 A 202401 12")
    told.build()
    assert doses(told) == 12


def test_duplicates_in_one_file_that_agree_count_once(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 10\nDTP1 A 202401 10",
    )
    assert doses(told) == 10


def test_duplicates_in_one_file_that_disagree_are_told(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    report = told.bring(
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 10\nDTP1 A 202401 14",
    )
    assert "duplicate_disagree" in report.findings["rule"].to_pylist()
    told.build()
    assert doses(told) == 14


def dhis2(told, name, *rows, **extra):
    values = [
        {"dataElement": e, "period": p, "orgUnit": o, "value": str(v), **more}
        for e, p, o, v, more in rows
    ]
    path = told.workspace.root / f"{name}.json"
    path.write_text(json.dumps({"dataValues": values, **extra}))
    return pipeline.import_files(told.workspace, [path], by="a test")


def test_a_value_that_dhis2_deleted_is_gone(told):
    dhis2(told, "one", ("DTP1", "202403", "A", 5, {}), ("DTP1", "202404", "A", 6, {}))
    told.build()
    assert doses(told, period="202403") == 5
    dhis2(told, "two", ("DTP1", "202403", "A", 5, {"deleted": True}))
    told.build()
    assert doses(told, period="202403") in (None, "absent")
    assert doses(told, period="202404") == 6


def test_two_systems_that_tell_the_same_number_are_not_added(told):
    dhis2(told, "one", ("DTP1", "202401", "A", 13, {}))
    told.build()
    assert doses(told) == 13
    assert doses(told, "D") == 33


def test_a_blank_of_a_later_system_does_not_erase(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    told.bring(places=PLACES)
    dhis2(told, "one", ("DTP1", "202401", "A", 13, {}))
    told.bring(values="element place_id period value\nDTP1 A 202401 .\nDTP1 B 202401 1")
    told.build()
    assert doses(told) == 13


def test_totals_of_analytics_at_two_levels_are_not_doubled(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    told.bring(places=PLACES)
    headers = [{"name": name} for name in ("dx", "pe", "ou", "value")]
    rows = [
        ["DTP1", "202401", ou, str(v)] for ou, v in (("C", 33), ("D", 33), ("A", 20))
    ]
    path = told.workspace.root / "analytics.json"
    path.write_text(json.dumps({"headers": headers, "rows": rows}))
    pipeline.import_files(told.workspace, [path], by="a test")
    told.build()
    assert [doses(told, place) for place in "CDA"] == [33, 33, 20]


def test_an_unmapped_element_is_told_with_the_closest_names(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    report = told.bring(
        places=PLACES, values="element place_id period value\nDTPP1x A 202401 10"
    )
    rules = report.findings["rule"].to_pylist()
    assert "unmapped_element" in rules


def test_a_mosquito_net_given_at_penta3_is_not_a_dose(tmp_path):
    told = Country(country(tmp_path / "w").workspace)
    told.bring(places=PLACES)
    told.bring(
        values="element place_id period value\nDTP3 A 202401 10\nDTP1 A 202401 10"
    )
    dhis2(told, "nets", ("LLITN given at Penta3", "202401", "A", 70, {}))
    told.build()
    assert doses(told, indicator="dtp3_doses") == 10
