"""What an import keeps: never changed, found by its content, taken back by a note."""

import datetime
import hashlib

import pytest

from boloci.lake import disk, snapshots
from boloci.problems import Refused
from tests.spec.small_country import Country, country

FILES = {
    "places": "place_id name level parent_id\nD North district .\nA Aa area D",
    "values": "element place_id period value\nDTP1 A 202401 10\nDTP1 A 202402 .",
}
NOW = datetime.datetime(2024, 2, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def told(tmp_path) -> Country:
    """One import, nothing built."""
    told = country(tmp_path / "w")
    told.bring(**FILES, received=NOW)
    return told


def only(told: Country) -> snapshots.Snapshot:
    """The one snapshot of the lake."""
    [snapshot] = snapshots.snapshots(told.workspace.lake)
    return snapshot


def test_a_manifest_says_who_when_what_and_how_much(told):
    snapshot = only(told)
    assert (snapshot.by, snapshot.received, snapshot.replace) == ("a test", NOW, False)
    values = next(file for file in snapshot.files if file.values)
    assert (values.name, values.rows["values"], values.blanks) == ("values.csv", 2, 1)
    assert (values.first_period, values.last_period) == (202401, 202402)


def test_the_users_own_files_are_kept_under_their_hash(told):
    for file in only(told).files:
        raw = told.workspace.lake / "raw" / file.sha256
        assert hashlib.sha256(raw.read_bytes()).hexdigest() == file.sha256


def test_a_snapshot_is_named_by_its_turn_and_its_content(told):
    snapshot = only(told)
    assert snapshot.id == f"000001-{snapshot.digest[:12]}"


def test_the_address_of_content_does_not_depend_on_the_order_of_files():
    one, other = (
        snapshots.digest_of(order, replace=False) for order in (["a", "b"], ["b", "a"])
    )
    assert one == other
    assert one != snapshots.digest_of(["a", "b"], replace=True)


def test_every_file_of_a_snapshot_is_in_its_manifest(told):
    snapshot = only(told)
    there = {path.name for path in snapshot.folder.iterdir()} - {"manifest.json"}
    assert set(snapshot.contents) == there


def test_a_later_import_changes_nothing_of_an_earlier_one(told):
    before = {p: p.read_bytes() for p in only(told).folder.iterdir()}
    told.bring(values="element place_id period value\nDTP1 A 202401 12")
    assert all(path.read_bytes() == content for path, content in before.items())


def test_undo_is_a_note_and_deletes_nothing(told):
    snapshot = only(told)
    before = {p: p.read_bytes() for p in snapshot.folder.iterdir()}
    lake = told.workspace.lake
    undone = snapshots.undo(lake, snapshot.id, by="Awa", at=NOW)
    assert (undone.live, undone.undone["by"]) == (False, "Awa")
    assert snapshots.live(lake) == []
    assert all(path.read_bytes() == content for path, content in before.items())


def test_content_that_was_undone_may_come_again(told):
    lake = told.workspace.lake
    snapshots.undo(lake, only(told).id, by="Awa", at=NOW)
    assert not told.bring(**FILES).already
    assert [s.live for s in snapshots.snapshots(lake)] == [False, True]


def test_undo_twice_or_of_nothing_is_refused(told):
    lake, name = told.workspace.lake, only(told).id
    snapshots.undo(lake, name, by="Awa", at=NOW)
    for asked, code in ((name, "snapshot_undone"), ("000009", "snapshot_unknown")):
        with pytest.raises(Refused) as refused:
            snapshots.undo(lake, asked, by="Awa", at=NOW)
        assert refused.value.problems[0].code == code


def test_a_refused_file_leaves_nothing_behind(told):
    lake = told.workspace.lake
    before = sorted(path for path in lake.rglob("*") if path.is_file())
    with pytest.raises(Refused):
        told.bring(values="element place_id period value\nDTP1 A 2024W05 12")
    after = sorted(path for path in lake.rglob("*") if path.is_file())
    assert after == before


def test_a_sound_snapshot_verifies(told):
    assert snapshots.verify(only(told), told.workspace.lake) == []


def test_verify_finds_a_changed_table(told):
    snapshot = only(told)
    path = snapshot.folder / "places.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    [problem] = snapshots.verify(snapshot, told.workspace.lake)
    assert problem.code == "snapshot_damaged"


def test_verify_finds_a_lost_table_and_a_lost_file_of_the_user(told):
    snapshot = only(told)
    (snapshot.folder / "places.parquet").unlink()
    (told.workspace.lake / "raw" / snapshot.files[0].sha256).unlink()
    found = snapshots.verify(snapshot, told.workspace.lake)
    assert [problem.code for problem in found] == ["snapshot_damaged", "raw_damaged"]


def test_a_second_writer_waits_and_is_then_told_that_the_lake_is_busy(told):
    lake = told.workspace.lake
    import threading

    said: list[str] = []

    def second() -> None:
        try:
            with disk.one_writer(lake, seconds=0.05):
                said.append("in")
        except Refused as refused:
            said.append(refused.problems[0].code)

    with disk.one_writer(lake):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert said == ["lake_busy"]
    with disk.one_writer(lake, seconds=0.05):
        pass


def test_what_an_interrupted_writer_left_is_swept_by_the_next(told):
    staging = told.workspace.lake / "staging" / "123"
    staging.mkdir(parents=True)
    (staging / "half.parquet").write_text("half")
    with disk.one_writer(told.workspace.lake):
        assert not staging.exists()


def test_a_small_file_is_replaced_whole(tmp_path):
    path = tmp_path / "current"
    path.write_text("old")
    disk.write_text(path, "new\n")
    assert path.read_text() == "new\n"
    assert [p.name for p in tmp_path.iterdir()] == ["current"]
