"""Sites and groups: who sees them, and how the office changes them."""

import datetime
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boloci import workspace
from boloci.groups import groups
from boloci.hub.imports import work as publishing
from boloci.hub.people.models import AuditRow
from boloci.hub.sites import actions
from boloci.hub.sites.models import Change
from boloci.lake import snapshots
from boloci.names import fold
from boloci.workspace import read_settings
from tests.hub.conftest import Hub

CODE = "programme"
PAGE = f"/sites/{CODE}"
AREAS = "T2FbBs3ctPq"
"""A group that DHIS2 tells: units of a kind, here and there."""


@pytest.fixture
def at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done as soon as they are asked for; no page is drawn after them."""
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(publishing.warming, "before", lambda _build: None)
    monkeypatch.setattr(publishing.warming, "go_on", lambda: None)


def send(client: Client, path: str, code: str = CODE, **given: Any) -> Any:
    """A form of a group's page, filled from the group as it stands."""
    given.setdefault("version", actions.version_of(code))
    return client.post(f"/sites/{code}/{path}", given, follow=True)


def told(answer: Any) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.replace("&#39;", "'").split())


def outside(hub: Hub) -> Any:
    """A district that is no member of the group of these tests."""
    inside = {one.place_id for one in groups(hub.workspace)[CODE].members}
    return next(p for p in hub.places("district") if p.place_id not in inside)


def members(hub: Hub, code: str = CODE) -> list[Any]:
    """Members of a group, as the imports that count tell them."""
    return list(groups(hub.workspace)[code].members)


def test_everyone_sees_groups_of_whole_districts_with_members_and_dates(
    hub: Hub,
) -> None:
    client = hub.browser()
    assert PAGE in client.get("/sites").content.decode()
    page = client.get(PAGE).content.decode()
    one = members(hub)[0].place_id
    assert f"/place/{one}" in page
    rows = client.get(f"{PAGE}.json?table=members").json()["tables"][0]["rows"]
    assert {row["place_id"] for row in rows} == {m.place_id for m in members(hub)}


def test_a_group_of_areas_is_for_those_who_may_see_them_all(hub: Hub) -> None:
    path = f"/sites/{AREAS}"
    assert hub.browser().get(path).status_code == 404
    assert AREAS not in hub.browser().get("/sites").content.decode()
    assert hub.browser("analyst").get(path).status_code == 200


def test_groups_are_found_by_folded_names_and_by_kind(hub: Hub) -> None:
    client = hub.browser()
    name = groups(hub.workspace)[CODE].name
    assert PAGE in client.get("/sites", {"words": fold(name)}).content.decode()
    assert PAGE not in client.get("/sites", {"words": "qqqq"}).content.decode()
    assert PAGE in client.get("/sites", {"kind": "programme"}).content.decode()
    assert PAGE not in client.get("/sites", {"kind": "study"}).content.decode()
    assert client.get("/sites", {"kind": "secret"}).status_code == 400


def test_only_the_office_changes_groups(hub: Hub) -> None:
    chief = hub.browser("district_manager", hub.places("district")[0].place_id)
    assert "/sites/add" not in chief.get("/sites").content.decode()
    for path in ("add", "programme/members", "programme/name", "programme/undo"):
        assert chief.post(f"/sites/{path}").status_code == 403
    assert not Change.objects.exists()


@pytest.mark.usefixtures("at_once")
def test_a_group_is_made_filled_published_and_read_by_everyone(own_hub: Hub) -> None:
    office = own_hub.browser("analyst")
    office.post("/sites/add", {"name": "Campagne d'Asaco", "kind": "project"})
    code = Change.objects.get().group
    first, second = own_hub.places("district")[:2]
    given = {"level": "district", "valid_from": "2023-01-01", "reason": "campagne"}
    names = f"{first.place_id}\n{second.place_id}"
    page = told(send(office, "members", code, places=names, **given))
    assert "Visible après la prochaine publication" in page
    assert [m.valid_from for m in members(own_hub, code)] == [
        datetime.date(2023, 1, 1)
    ] * 2
    everyone = own_hub.browser()
    assert everyone.get(f"/sites/{code}").status_code == 404
    office.post("/imports/publish")
    shown = told(everyone.get(f"/sites/{code}"))
    assert "Campagne d'Asaco" in shown
    assert first.name in shown
    assert everyone.get(f"/place/{code}").status_code == 200
    assert "dans les chiffres" in told(office.get(f"/sites/{code}"))


@pytest.mark.usefixtures("at_once")
def test_a_membership_ends_on_a_day_and_stays_in_the_history(own_hub: Hub) -> None:
    office, one = own_hub.browser("analyst"), members(own_hub)[0]
    page = office.get(f"{PAGE}/member?place={one.place_id}&since=").content.decode()
    assert "De quand à quand" in page
    given = {"place": one.place_id, "since": "", "reason": one.reason}
    send(office, "member", **given, valid_to="2023-06-30")
    ended = next(m for m in members(own_hub) if m.place_id == one.place_id)
    assert ended.valid_to == datetime.date(2023, 6, 30)
    assert Change.objects.get().what == "ended"
    assert "autrefois" in told(office.get(PAGE))


@pytest.mark.usefixtures("at_once")
def test_a_change_can_be_taken_back_and_made_again(own_hub: Hub) -> None:
    office, new = own_hub.browser("analyst"), outside(own_hub)
    before = members(own_hub)
    added = {"places": new.place_id, "level": "district"}
    for _round in range(2):
        send(office, "members", **added)
        assert len(members(own_hub)) == len(before) + 1
        send(office, "undo")
        assert members(own_hub) == before
    states = Change.objects.values_list("state", flat=True)
    assert set(states) == {"undone"}
    assert send(office, "undo").status_code == 400


@pytest.mark.usefixtures("at_once")
def test_a_group_may_become_again_what_it_was_before(own_hub: Hub) -> None:
    office, new = own_hub.browser("analyst"), outside(own_hub)
    before = members(own_hub)
    for _round in range(2):
        send(office, "members", places=new.place_id, level="district")
        gone = {"place": new.place_id, "since": "", "do": "remove", "why": "erreur"}
        send(office, "member", **gone)
        assert members(own_hub) == before
    assert set(Change.objects.values_list("state", flat=True)) == {"kept"}


@pytest.mark.usefixtures("at_once")
def test_a_group_takes_another_name_in_all_its_rows(own_hub: Hub) -> None:
    office = own_hub.browser("analyst")
    send(office, "name", name="Districts appuyés", kind="project")
    known = groups(own_hub.workspace)[CODE]
    assert (known.name, known.kind) == ("Districts appuyés", "project")
    assert len(known.members) == len(members(own_hub))


@pytest.mark.usefixtures("at_once")
def test_the_download_of_members_can_be_brought_back_changed(own_hub: Hub) -> None:
    office = own_hub.browser("analyst")
    content = office.get(f"{PAGE}.csv?table=members").content
    lines = content.decode("utf-8-sig").splitlines()
    kept = "\r\n".join(lines[:2]).encode("utf-8-sig")
    send(office, "file", file=SimpleUploadedFile("m.csv", kept), whole="yes")
    assert len(members(own_hub)) == 1
    rest = "\r\n".join([lines[0], *lines[2:]]).encode()
    send(office, "file", file=SimpleUploadedFile("m.csv", rest))
    assert len(members(own_hub)) == len(lines) - 1


def test_a_file_tells_each_row_that_cannot_be_read(hub: Hub) -> None:
    new = outside(hub)
    content = (
        "lieu;du;au;motif\n"
        f"{new.name};2024-01-01;;bon\n"
        f"{new.name};demain;;date\n"
        "Nulle Part;;;inconnu\n"
    ).encode("cp1252")
    file = SimpleUploadedFile("membres.csv", content)
    answer = send(hub.browser("analyst"), "file", file=file, level="district")
    page = told(answer)
    assert answer.status_code == 400
    assert "membres.csv, ligne 3" in page
    assert "membres.csv, ligne 4" in page
    assert "ligne 2" not in page
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"district\nKologo\n",
        b'place_id\n"never closed',
        b"group,place_id\nother,x\n",
        b"place_id\n",
    ],
)
def test_a_file_that_is_no_list_of_members_is_refused_in_words(
    hub: Hub, content: bytes
) -> None:
    file = SimpleUploadedFile("x.csv", content)
    answer = send(hub.browser("analyst"), "file", file=file, level="district")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("members", {"places": "", "level": "district"}),
        ("members", {"places": "nowhere at all", "level": "district"}),
        ("members", {"places": "programme", "level": "district"}),
        ("name", {"name": "  ", "kind": "study"}),
        ("name", {"name": "Essai", "kind": "secret"}),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused_in_words(
    hub: Hub, path: str, given: dict[str, str]
) -> None:
    answer = send(hub.browser("analyst"), path, **given)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Change.objects.exists()


def test_a_place_cannot_belong_twice_on_one_day_nor_end_before_it_begins(
    hub: Hub,
) -> None:
    office, one = hub.browser("analyst"), members(hub)[0]
    again = send(office, "members", places=one.place_id, level="district")
    assert "deux fois" in told(again)
    days = {"valid_from": "2024-05-01", "valid_to": "2024-04-30"}
    page = send(office, "member", place=one.place_id, since="", **days)
    assert "la fin vient avant le début" in told(page)
    assert "2024-04-30" in page.content.decode(), "what was typed is still there"


def test_the_second_of_two_who_change_a_group_is_told_and_loses_nothing(
    hub: Hub,
) -> None:
    office, new = hub.browser("analyst"), outside(hub)
    send(office, "name", name="Premier", kind="study")
    given = {"places": new.place_id, "level": "district", "version": 0}
    answer = send(office, "members", **given)
    assert answer.status_code == 409
    assert "Quelqu'un d'autre" in told(answer)
    assert new.place_id in answer.content.decode()


def test_html_in_a_name_is_shown_as_text(hub: Hub) -> None:
    office = hub.browser("analyst")
    office.post("/sites/add", {"name": "<script>alert(1)</script>", "kind": "study"})
    page = office.get("/sites").content.decode()
    assert "<script>alert" not in page
    assert "alert(1)" in page


@pytest.mark.usefixtures("at_once")
def test_every_change_is_an_import_with_its_author_and_in_the_audit(
    own_hub: Hub,
) -> None:
    office, new = own_hub.browser("analyst"), outside(own_hub)
    send(office, "members", places=new.place_id, level="district")
    latest = snapshots.live(own_hub.workspace.lake)[-1]
    assert latest.by == f"hub:sites {own_hub.user('analyst').username}"
    row = AuditRow.objects.get(action="group_added")
    assert [one["place_id"] for one in row.after["members"]] == [new.place_id]
    assert row.before["members"] == []


def test_an_administrator_opens_a_group_to_everyone_and_closes_it_again(
    own_hub: Hub,
) -> None:
    everyone, chief = own_hub.browser(), own_hub.browser("administrator")
    page, area = f"/sites/{AREAS}", members(own_hub, AREAS)[0].place_id
    assert everyone.get(page).status_code == 404
    assert everyone.get(f"/place/{area}").status_code == 404
    time.sleep(0.01)  # a disk may tell the time of a change no finer
    send(chief, "open", AREAS, open="yes")
    assert everyone.get(page).status_code == 200
    assert everyone.get(f"/place/{area}").status_code == 200
    assert AREAS in read_settings(own_hub.workspace.root)["public_groups"]
    time.sleep(0.01)
    send(chief, "open", AREAS, open="no")
    assert everyone.get(page).status_code == 404
    assert everyone.get(f"/place/{area}").status_code == 404
    done = AuditRow.objects.filter(about=f"group {AREAS}").values_list("action")
    assert {action for (action,) in done} == {"open_group", "close_group"}


def test_an_analyst_opens_no_group(hub: Hub) -> None:
    assert send(hub.browser("analyst"), "open", open="yes").status_code == 403


def test_opening_a_group_leaves_the_other_settings_as_they_were(tmp_path: Path) -> None:
    root = workspace.init(tmp_path / "w", country="ML").root
    before = read_settings(root)
    for groups_open in (["c"], ["b", 'a"]'], [], ["b", 'a"]']):
        workspace.write_public_groups(root, groups_open)
    after = read_settings(root)
    assert after.pop("public_groups") == ['a"]', "b"]
    assert after == {k: v for k, v in before.items() if k != "public_groups"}
    text = (root / "boloci.toml").read_text(encoding="utf-8")
    assert "# groups whose members everyone may see" in text


@pytest.mark.usefixtures("at_once")
def test_the_history_says_of_a_change_whether_its_import_counts(own_hub: Hub) -> None:
    office, new = own_hub.browser("analyst"), outside(own_hub)
    lake, now = own_hub.workspace.lake, datetime.datetime.now(datetime.UTC)
    send(office, "members", places=new.place_id, level="district")
    one = Change.objects.get()
    snapshots.undo(lake, one.snapshot, by="Awa", at=now)
    assert "annulée sur la page Imports" in told(office.get(PAGE))
    snapshots.bring_back(lake, one.snapshot, by="Awa", at=now)
    send(office, "undo")
    assert "annulée par" in told(office.get(PAGE))
    snapshots.bring_back(lake, one.snapshot, by="Awa", at=now)
    page = told(office.get(PAGE))
    assert "puis rétablie" in page
    assert send(office, "undo").status_code == 400, "taken back where it was restored"


def test_the_list_says_to_whom_a_group_is_shown_and_what_dhis2_tells(hub: Hub) -> None:
    page = told(hub.browser("analyst").get("/sites"))
    assert "Montré à" in page
    assert "qui peut voir tous ses lieux" in page
    rows = hub.browser("analyst").get("/sites.json").json()["tables"][0]["rows"]
    kinds = {row["group"]: row["kind"] for row in rows}
    assert kinds[AREAS] == "groupe d'unités de DHIS2"
