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
Named Bord_dEau area D
Twice Deux_Noms area D
Alias Alias area D
Wiped Wiped area D
Later Later area D
Blank Blank area D
Gone Gone area D
Nets Nets area D
Same Same area D
"""
FIRST = """
element place_id period value
DTP1 A 202401 10
DTP1 A 202402 11
DTP1 B 202401 20
DTP1 Named 202401 10
DTP1 Twice 202401 10
DTP1 Deux_Noms 202401 10
DTP1 Alias 202401 10
DTP1 Wiped 202401 10
DTP1 Wiped 202402 11
DTP3 Wiped 202401 8
DTP1 Later 202401 10
DTP1 Same 202401 14
DTP1 Same 202401 14
DTP3 Nets 202401 10
"""
SECOND = """
element place_id period value
DTP1 A 202401 12
DTP1 A 202402 .
DTP1 Bord_dEau 202401 12
Penta1 Alias 202401 12
DTP1 Blank 202401 .
"""
REPLACING = """
element place_id period sex value
DTP1 Wiped 202401 female 7
"""
DAY = datetime.datetime(2024, 2, 1, tzinfo=datetime.UTC)


def received(day: int, hour: int = 12, minute: int = 0) -> datetime.datetime:
    """A moment of February 2024."""
    return DAY.replace(day=day, hour=hour, minute=minute)


def dhis2(told: Country, name: str, day: int, *rows: tuple) -> None:
    """Import values as a DHIS2 server tells them."""
    told_values = [
        {"dataElement": e, "period": p, "orgUnit": o, "value": str(v), **more}
        for e, p, o, v, more in rows
    ]
    path = told.workspace.root / f"{name}.json"
    path.write_text(json.dumps({"dataValues": told_values}))
    pipeline.import_files(told.workspace, [path], by="a test", received=received(day))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Six imports; every area is one thing that can happen to a number."""
    told = country(tmp_path_factory.mktemp("revisions") / "w")
    told.bring(places=PLACES, values=FIRST, received=received(1, 23, 59))
    dhis2(
        told,
        "one",
        2,
        ("DTP1", "202401", "Blank", 13, {}),
        ("DTP1", "202403", "Gone", 5, {}),
        ("DTP1", "202404", "Gone", 6, {}),
        ("DTP1", "202401", "Later", 13, {}),
        ("LLITN given at Penta3", "202401", "Nets", 70, {}),
    )
    told.bring(values=SECOND, received=received(3))
    told.bring(values=REPLACING, received=received(4), replace=True)
    dhis2(told, "two", 5, ("DTP1", "202403", "Gone", 5, {"deleted": True}))
    mistake = told.bring(
        values="element place_id period value\nDTP1 B 202401 99", received=received(6)
    )
    undone = received(7)
    snapshots.undo(told.workspace.lake, mistake.snapshot, by="a test", at=undone)
    told.build()
    return told


def doses(told, place="A", period="202401", indicator="dtp1_doses", **filters):
    found = told.facts(indicator, place=place, period=period, **filters)
    return found[0]["value"] if found else None


def test_a_later_value_revises(told):
    assert doses(told) == 12


def test_a_blank_cell_does_not_erase(told):
    assert doses(told, period="202402") == 11


def test_an_absent_row_does_not_erase(told):
    assert doses(told, "B") == 20


def test_undo_takes_an_import_back(told):
    assert doses(told, "B") == 20
    assert [s.live for s in snapshots.snapshots(told.workspace.lake)].count(False) == 1


def test_the_same_content_twice_changes_nothing(told):
    before = len(snapshots.snapshots(told.workspace.lake))
    assert told.bring(places=PLACES, values=FIRST).already
    assert len(snapshots.snapshots(told.workspace.lake)) == before


def test_a_dry_run_keeps_nothing(told):
    before = len(snapshots.snapshots(told.workspace.lake))
    report = told.bring(
        values="element place_id period value\nDTP1 A 202401 17", dry_run=True
    )
    assert report.files[0].rows["values"] == 1
    assert len(snapshots.snapshots(told.workspace.lake)) == before


def test_replace_is_the_whole_of_its_elements_places_and_periods(told):
    assert doses(told, "Wiped") is None
    assert doses(told, "Wiped", sex="female") == 7
    assert doses(told, "Wiped", period="202402") == 11
    assert doses(told, "Wiped", indicator="dtp3_doses") == 8


def test_one_place_under_two_names_is_revised_not_doubled(told):
    assert doses(told, "Named") == 12


def test_one_place_under_two_names_in_one_file_counts_once(told):
    assert doses(told, "Twice") == 10


def test_one_element_under_two_aliases_is_revised_not_doubled(told):
    assert doses(told, "Alias") == 12


def test_duplicates_in_one_file_that_agree_count_once(told):
    assert doses(told, "Same") == 14


def test_duplicates_in_one_file_that_disagree_are_told(told):
    report = told.bring(
        values="element place_id period value\nDTP1 A 202401 10\nDTP1 A 202401 14",
        dry_run=True,
    )
    assert "duplicate_disagree" in report.findings["rule"].to_pylist()


def test_a_value_that_dhis2_deleted_is_gone(told):
    assert doses(told, "Gone", period="202403") is None
    assert doses(told, "Gone", period="202404") == 6


def test_of_two_systems_that_tell_one_number_the_later_counts(told):
    assert doses(told, "Later") == 13


def test_a_blank_of_a_later_system_does_not_erase(told):
    assert doses(told, "Blank") == 13


def test_a_mosquito_net_given_at_penta3_is_not_a_dose(told):
    assert doses(told, "Nets", indicator="dtp3_doses") == 10


def test_the_district_is_the_sum_of_what_counts(told):
    assert doses(told, "D") == 12 + 20 + 12 + 10 + 12 + 13 + 13 + 14


def test_as_of_is_what_had_been_received_by_the_end_of_that_day(told):
    assert [doses(told, as_of=f"2024-02-0{day}") for day in (1, 3)] == [10, 12]


def test_as_of_holds_an_import_until_the_day_it_was_undone(told):
    assert doses(told, "B", as_of="2024-02-06") == 99


def test_an_unmapped_element_is_told_with_the_closest_names(told):
    report = told.bring(
        values="element place_id period value\nDTPP1x A 202401 10", dry_run=True
    )
    [finding] = [
        f for f in report.findings.to_pylist() if f["rule"] == "unmapped_element"
    ]
    assert json.loads(finding["params"])["closest"]


def test_totals_of_analytics_at_two_levels_are_not_doubled(tmp_path):
    told = country(tmp_path / "w")
    told.bring(places=PLACES)
    headers = [{"name": name} for name in ("dx", "pe", "ou", "value")]
    figures = (("C", 33), ("D", 33), ("A", 20))
    rows = [["DTP1", "202401", ou, str(figure)] for ou, figure in figures]
    path = told.workspace.root / "analytics.json"
    path.write_text(json.dumps({"headers": headers, "rows": rows}))
    pipeline.import_files(told.workspace, [path], by="a test")
    told.build()
    assert [doses(told, place) for place in "CDA"] == [33, 33, 20]
