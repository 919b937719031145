"""An import that was taken back counts again: at its old rank, and not before that."""

import datetime

import pytest

from boloci.lake import snapshots
from boloci.problems import Refused
from tests.spec.small_country import Country, country

PLACES = "place_id name level parent_id\nD North district .\nA Aa area D"
FIRST = "element place_id period value\nDTP1 A 202401 10\nDTP1 A 202402 11"
TYPED = "element place_id period value\nDTP1 A 202401 12"


def day(number: int) -> datetime.datetime:
    """Noon of a day of February 2024."""
    return datetime.datetime(2024, 2, number, 12, tzinfo=datetime.UTC)


@pytest.fixture
def told(tmp_path) -> Country:
    """A country, its first values, then a month that somebody typed since."""
    told = country(tmp_path / "w")
    told.bring(places=PLACES, received=day(1))
    told.bring(values=FIRST, received=day(1))
    told.bring(values=TYPED, received=day(2))
    return told


def taken_and_brought_back(told: Country) -> snapshots.Snapshot:
    """The first values: taken back on the 4th, brought back on the 6th."""
    lake = told.workspace.lake
    snapshots.undo(lake, "000002", by="Awa", at=day(4))
    return snapshots.bring_back(lake, "000002", by="Issa", at=day(6))


def doses(told: Country, period: str, **asked) -> float | None:
    found = told.facts("dtp1_doses", place="A", period=period, **asked)
    return found[0]["value"] if found else None


def test_an_import_brought_back_does_not_override_what_came_after_it(told):
    before = [one.id for one in snapshots.live(told.workspace.lake)]
    assert taken_and_brought_back(told).live
    assert [one.id for one in snapshots.live(told.workspace.lake)] == before
    told.build()
    assert [doses(told, month) for month in ("202401", "202402")] == [12, 11]


def test_figures_as_of_a_day_in_between_stay_without_it(told):
    taken_and_brought_back(told)
    told.build()
    days = [f"2024-02-0{number}" for number in (3, 5, 7)]
    assert [doses(told, "202402", as_of=one) for one in days] == [11, None, 11]


def test_who_took_it_back_and_who_brought_it_back_is_kept(told):
    (span,) = taken_and_brought_back(told).away
    assert (span["by"], span["back_by"]) == ("Awa", "Issa")


def test_an_import_can_be_taken_and_brought_back_again(told):
    lake = told.workspace.lake
    taken_and_brought_back(told)
    assert not snapshots.undo(lake, "000002", by="Awa", at=day(8)).live
    back = snapshots.bring_back(lake, "000002", by="Issa", at=day(9))
    assert (back.live, len(back.away)) == (True, 2)


def test_a_power_cut_before_the_note_was_gone_tells_its_span_once(told):
    lake = told.workspace.lake
    snapshots.undo(lake, "000002", by="Awa", at=day(4))
    note = next((lake / "undone").glob("000002-*.json"))
    text = note.read_text()
    snapshots.bring_back(lake, "000002", by="Issa", at=day(6))
    note.write_text(text)
    assert len(snapshots.bring_back(lake, "000002", by="Issa", at=day(7)).away) == 1


def test_only_what_was_taken_back_is_brought_back(told):
    for asked, code in (("000002", "snapshot_counts"), ("9", "snapshot_unknown")):
        with pytest.raises(Refused) as refused:
            snapshots.bring_back(told.workspace.lake, asked, by="Issa", at=day(6))
        assert refused.value.problems[0].code == code
