import json
import sqlite3
import stat
import zipfile

import pytest
from published_by_hand import fact, publish

from boloci import backup, workspace
from boloci.problems import Refused
from boloci.upgrading import upgrade


@pytest.fixture
def mali(tmp_path):
    made = publish(tmp_path / "mali", [fact(value=7.0)])
    (made.root / "secrets.toml").write_text('password = "kola"\n')
    (made.own_catalogue / "mapping.csv").write_text("source_id,code\n")
    return made


def code(refused) -> str:
    return refused.value.problems[0].code


def test_a_restored_workspace_gives_the_same_facts(mali, tmp_path):
    backup.backup(mali, tmp_path / "b.zip")
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "again")
    assert restored.facts().equals(mali.facts())
    assert (restored.own_catalogue / "mapping.csv").exists()


def test_secrets_stay_out_of_a_backup_unless_asked_for(mali, tmp_path):
    backup.backup(mali, tmp_path / "b.zip")
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "again")
    assert "kola" not in (restored.root / "secrets.toml").read_text()

    backup.backup(mali, tmp_path / "all.zip", with_secrets=True)
    whole = backup.restore(tmp_path / "all.zip", tmp_path / "whole")
    secrets = whole.root / "secrets.toml"
    assert "kola" in secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600


def test_draws_of_an_estimate_stay_out_of_a_backup_and_the_estimate_is_in_it(
    mali, tmp_path
):
    draws = mali.lake / "estimates" / "draws"
    draws.mkdir(parents=True)
    (draws / "one.npz").write_bytes(b"again the same")
    (mali.lake / "estimates" / "estimate.duckdb").write_bytes(b"kept")
    backup.backup(mali, tmp_path / "b.zip")
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "again")
    kept = [path.name for path in (restored.lake / "estimates").rglob("*")]
    assert kept == ["estimate.duckdb"]


def test_what_people_wrote_is_saved_while_it_is_in_use_and_nobodys_session(
    mali, tmp_path
):
    hub = sqlite3.connect(mali.root / "hub.sqlite3", isolation_level=None)
    hub.execute("PRAGMA journal_mode=WAL")  # what is new is not in the file itself
    hub.execute("CREATE TABLE comment (text)")
    hub.execute("CREATE TABLE django_session (session_key)")
    hub.execute("INSERT INTO comment VALUES ('revenir à Kolo')")
    hub.execute("INSERT INTO django_session VALUES ('akeythatopensdoors')")
    backup.backup(mali, tmp_path / "b.zip")
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "again")
    again = sqlite3.connect(restored.root / "hub.sqlite3")
    assert again.execute("SELECT text FROM comment").fetchall() == [("revenir à Kolo",)]
    saved = (restored.root / "hub.sqlite3").read_bytes()
    assert b"akeythatopensdoors" not in saved
    assert hub.execute("SELECT count(*) FROM django_session").fetchone() == (1,)


def test_restore_wants_an_empty_folder(mali, tmp_path):
    backup.backup(mali, tmp_path / "b.zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        backup.restore(tmp_path / "b.zip", tmp_path / "full")
    assert code(refused) == "restore_not_empty"
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]


def altered(path, name: str, content: bytes):
    """A copy of a backup in which one member says something else."""
    other = path.with_name("altered.zip")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(other, "w") as made:
        for entry in given.namelist():
            made.writestr(entry, content if entry == name else given.read(entry))
    return other


def test_a_changed_file_in_a_backup_is_found_and_leaves_no_workspace(mali, tmp_path):
    backup.backup(mali, tmp_path / "b.zip")
    bad = altered(tmp_path / "b.zip", "catalogue/mapping.csv", b"other")
    with pytest.raises(Refused) as refused:
        backup.restore(bad, tmp_path / "again")
    assert code(refused) == "backup_damaged"
    assert not (tmp_path / "again" / "boloci.toml").exists()


def test_a_backup_cannot_write_outside_its_folder(mali, tmp_path):
    backup.backup(mali, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        listed = json.loads(archive.read("backup.json"))
    listed["files"]["../evil"] = "0"
    bad = altered(tmp_path / "b.zip", "backup.json", json.dumps(listed).encode())
    with pytest.raises(Refused) as refused:
        backup.restore(bad, tmp_path / "again")
    assert code(refused) == "backup_damaged"
    assert not (tmp_path / "evil").exists()


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    (tmp_path / "b.zip").write_text("hello")
    with pytest.raises(Refused) as refused:
        backup.restore(tmp_path / "b.zip", tmp_path / "again")
    assert code(refused) == "backup_unknown"


def test_a_backup_never_replaces_a_file(mali, tmp_path):
    (tmp_path / "b.zip").write_text("an older backup")
    with pytest.raises(Refused) as refused:
        backup.backup(mali, tmp_path / "b.zip")
    assert code(refused) == "file_exists"


def test_a_backup_inside_its_own_workspace_is_refused(mali):
    with pytest.raises(Refused) as refused:
        backup.backup(mali, mali.root / "b.zip")
    assert code(refused) == "backup_inside"


def set_format(root, number: int) -> None:
    path = root / "boloci.toml"
    lines = path.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("format")]
    path.write_text("\n".join([f"format = {number}", *kept]) + "\n")


def test_upgrade_does_nothing_where_nothing_is_to_be_done(mali, tmp_path):
    assert upgrade(mali.root).saved is None
    assert list(tmp_path.glob("*.zip")) == []


def test_upgrade_saves_then_changes_then_builds_again(mali, monkeypatch):
    built = []
    monkeypatch.setattr(
        "boloci.pipeline.build",
        lambda workspace, *, profile, progress: built.append(profile),
    )
    set_format(mali.root, 0)
    done = upgrade(mali.root, steps={0: lambda root: set_format(root, 1)})
    assert done.format_before == 0
    assert done.saved is not None
    assert "format = 0" in zipfile.ZipFile(done.saved).read("boloci.toml").decode()
    assert workspace.open_workspace(mali.root).root == mali.root
    assert built == ["boloci"]


def test_a_newer_workspace_asks_for_a_newer_program(mali):
    set_format(mali.root, 9)
    with pytest.raises(Refused) as refused:
        upgrade(mali.root)
    assert code(refused) == "format_newer"


def test_a_format_nobody_wrote_is_refused(mali):
    set_format(mali.root, 0)
    with pytest.raises(Refused) as refused:
        upgrade(mali.root)
    assert code(refused) == "format_unknown"
