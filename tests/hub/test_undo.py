"""Taking an import back: what goes is told first; what is left stands on something."""

import datetime
import html
import re
from typing import Any

import pytest
from django.test import Client

from boloci import losing, pipeline
from boloci.facts import facts
from boloci.hub import current
from boloci.hub.imports import actions, work
from boloci.hub.imports.models import Publication
from boloci.hub.people import words
from boloci.hub.people.models import AuditRow
from boloci.lake import disk, snapshots
from boloci.lake.snapshots import Snapshot
from tests.hub.conftest import Hub

HEADER = "element,place_id,period,sex,age,strategy,value\n"
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done as soon as they are asked for; no page is drawn after them."""
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(work.warming, "before", lambda _build: None)
    monkeypatch.setattr(work.warming, "go_on", lambda: None)


def first(hub: Hub) -> Snapshot:
    """The import that holds everything, its places too."""
    return snapshots.snapshots(hub.workspace.lake)[0]


def bring(hub: Hub, name: str, text: str) -> Snapshot:
    """An import of one file."""
    path = hub.workspace.root / name
    path.write_text(text, encoding="utf-8")
    report = pipeline.import_files(hub.workspace, [path], by="Awa")
    return next(
        one
        for one in snapshots.snapshots(hub.workspace.lake)
        if one.id == report.snapshot
    )


def typed(hub: Hub, doses: int = 77) -> Snapshot:
    """A month of one area, brought after everything else."""
    area = hub.places("area")[0].place_id
    return bring(hub, "mars.csv", f"{HEADER}DTP1,{area},202403,,,,{doses}\n")


def new_area(hub: Hub, place_id: str = "ZZnouvelle1") -> Snapshot:
    """One more area, brought after everything else."""
    district = hub.places("district")[0].place_id
    header = "place_id,name,level,parent_id\n"
    return bring(hub, "lieu.csv", f"{header}{place_id},Nouvelle,area,{district}\n")


def undo(client: Client, one: Snapshot) -> Any:
    return client.post("/imports/undo", {"snapshot": one.id, "sure": "yes"})


def ask(client: Client, one: Snapshot) -> str:
    answer = client.get("/imports/undo", {"snapshot": one.id})
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_one_click_takes_nothing_back_it_asks(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    one = typed(own_hub)
    answer = client.post("/imports/undo", {"snapshot": one.id})
    assert "Garder" in answer.content.decode()
    assert snapshots.is_live(own_hub.workspace.lake, one.id)
    assert not Publication.objects.exists()
    assert not AuditRow.objects.filter(action="undo_import").exists()


def test_the_list_leads_to_the_question(own_hub: Hub) -> None:
    page = own_hub.browser("analyst").get("/imports").content.decode()
    form = re.search(r'<form ([^>]*)><button name="snapshot"', page)
    assert form
    assert form[1] == 'action="/imports/undo"'


def test_the_question_says_files_lines_months_and_places(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    page = ask(client, typed(own_hub))
    assert "mars.csv" in page
    assert "1 valeur<" in page
    assert "mars 2024" in page
    assert "Lieux connus par cet import seul</dt><dd>0<" in page
    assert 'role="alert"' not in page
    assert "Retirer</button>" in page
    assert "Garder</button>" in page


def test_an_import_that_holds_some_places_warns_how_many(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    page = ask(client, new_area(own_hub))
    assert "Attention : cet import contient des lieux." in page
    assert "1 lieu disparaîtrait de toutes les pages" in page
    assert "Retirer</button>" in page


def test_the_import_of_all_places_cannot_go_while_others_need_them(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    typed(own_hub)
    one = first(own_hub)
    page = ask(client, one)
    assert "il contient tous les lieux" in page
    assert "importez d'abord les lieux depuis un autre fichier" in page
    assert "Retirer</button>" not in page
    answer = undo(client, one)
    assert answer.status_code == 409
    assert snapshots.is_live(own_hub.workspace.lake, one.id)
    assert not AuditRow.objects.filter(action="undo_import").exists()


def test_places_told_elsewhere_let_the_first_import_go(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    lines = [
        f"{p.place_id},{p.name},{p.level},{p.parent_id}"
        for p in current.current().places
        if p.level != "group"
    ]
    header = "place_id,name,level,parent_id"
    bring(own_hub, "lieux.csv", "\n".join([header, *lines]) + "\n")
    found = actions.loss_of(first(own_hub))
    assert (found.places, found.left, found.refused) == (0, len(lines), False)
    page = ask(client, first(own_hub))
    assert "Retirer</button>" in page


def test_two_that_go_at_once_do_not_take_all_places_together(own_hub: Hub) -> None:
    typed(own_hub)
    area = new_area(own_hub)
    lake = own_hub.workspace.lake
    assert not losing.loss(lake, first(own_hub)).refused
    assert losing.loss(lake, first(own_hub), {area.id}).refused
    Publication.objects.create(by="Awa", undoes=area.id)
    with pytest.raises(actions.NoPlaceLeft):
        actions.undo(by="a test", snapshot_id=first(own_hub).id)


def test_the_last_import_may_go_and_its_page_says_that_nothing_is_left(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    page = ask(client, first(own_hub))
    assert "Attention : il ne restera rien." in page
    undo(client, first(own_hub))
    assert Publication.objects.first().state == "published"
    assert not [p for p in current.current().places if p.level != "group"]


def test_after_everything_was_taken_back_the_overview_says_so_and_what_next(
    own_hub: Hub,
) -> None:
    office = own_hub.browser("analyst")
    coach = own_hub.browser("coach", own_hub.places("district")[0].place_id)
    undo(office, first(own_hub))
    for client, next_step, to_imports in (
        (office, "rétablissez un import annulé", True),
        (coach, "demandez à un analyste", False),
        (own_hub.browser(), "demandez à un analyste", False),
    ):
        answer = client.get("/")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Les données ont été retirées" in page
        assert next_step in page
        assert ('<p><a href="/imports">' in page) is to_imports


def test_figures_that_lie_at_no_place_are_no_dead_end(own_hub: Hub) -> None:
    typed(own_hub)
    lake = own_hub.workspace.lake
    with disk.one_writer(lake):  # as the command line does, which knows no pages
        snapshots.undo(lake, first(own_hub).id, by="Awa", at=NOW)
    pipeline.build(own_hub.workspace)
    for client in (own_hub.browser(), own_hub.browser("analyst")):
        answer = client.get("/")
        assert answer.status_code == 200
        assert "Les données ont été retirées" in answer.content.decode()


def test_no_page_fails_while_there_is_no_place(own_hub: Hub) -> None:
    office = own_hub.browser("analyst")
    district = own_hub.places("district")[0].place_id
    coach = own_hub.browser("coach", district)
    undo(office, first(own_hub))
    pages = ("/zero-dose", "/quality", "/sites", "/imports", "/inbox", "/compare")
    for client in (office, coach, own_hub.browser()):
        for url in (*pages, f"/place/{district}", "/overview.json"):
            assert client.get(url).status_code < 500, url


def test_before_anything_is_published_a_place_tells_no_command(own_hub: Hub) -> None:
    district = own_hub.places("district")[0].place_id
    (own_hub.workspace.lake / "facts" / "boloci" / "current").unlink()
    client = own_hub.browser()
    page = html.unescape(client.get(f"/place/{district}").content.decode())
    assert "boloci build" not in page
    assert "La vue d'ensemble dit quelle est l'étape suivante." in page
    page = client.get("/").content.decode()
    assert "Ce qui a été importé n'est pas encore publié" in html.unescape(page)


def test_what_was_taken_back_whole_comes_back_whole(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    undo(client, first(own_hub))
    client.post("/imports/back", {"snapshot": first(own_hub).id})
    assert Publication.objects.first().state == "published"
    assert "Les données ont été retirées" not in client.get("/").content.decode()


def test_bringing_back_does_not_override_what_was_typed_since(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    old = typed(own_hub, 77)
    area = own_hub.places("area")[0].place_id
    bring(own_hub, "apres.csv", f"{HEADER}DTP1,{area},202403,,,,88\n")
    before = [one.id for one in snapshots.live(own_hub.workspace.lake)]
    undo(client, old)
    client.post("/imports/back", {"snapshot": old.id})
    assert [one.id for one in snapshots.live(own_hub.workspace.lake)] == before
    rows = facts(
        own_hub.workspace,
        indicator="dtp1_doses",
        place=area,
        period="202403",
        sex="total",
        method="reported",
    ).to_pylist()
    assert [row["value"] for row in rows] == [88.0]


def test_what_counts_is_not_brought_back(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    answer = client.post("/imports/back", {"snapshot": first(own_hub).id})
    assert answer.status_code == 400
    assert not Publication.objects.exists()


def test_an_undo_that_waits_is_not_asked_for_twice(own_hub: Hub) -> None:
    one = typed(own_hub)
    waiting = Publication.objects.create(by="Awa", undoes=one.id)
    assert actions.undo(by="a test", snapshot_id=one.id) == waiting
    page = own_hub.browser("analyst").get("/imports").content.decode()
    assert "annulation en cours" in page


def test_the_audit_tells_both_in_words(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    one = typed(own_hub)
    undo(client, one)
    client.post("/imports/back", {"snapshot": one.id})
    page = own_hub.browser("administrator").get("/audit").content.decode()
    assert "import annulé" in page
    assert "import rétabli" in page


def test_every_write_of_the_hub_has_a_name_in_both_languages() -> None:
    """Codes are read from the code itself: a new write without a name is found."""
    import ast
    from pathlib import Path

    from django.utils import translation

    folder = Path(words.__file__).parents[1]
    codes: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                codes |= _codes(node)
    assert {"begin_month", "keep_upload", "propose_correction"} <= codes
    with translation.override("fr"):
        unnamed = [one for one in codes if words.action(one) == one.replace("_", " ")]
    assert not unnamed


def _codes(call: Any) -> set[str]:
    """Codes of writes that a call names: `action="…"`, or second to a recorder."""
    import ast

    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = [one.value for one in call.keywords if one.arg == "action"]
    if name == "record" and not given:
        return set()
    if name in ("_record", "_move", "_moved", "_decide", "_changed"):
        given += call.args[1:2]
    elif name != "record":
        return set()
    return {
        one.value
        for each in given
        for one in ast.walk(each)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    } - {"group_"}
