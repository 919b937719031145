"""Files brought through the hub: read, told, decided about, published, taken back."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from boloci.hub import current
from boloci.hub.imports import folders, told, work
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.people.models import ROLES, AuditRow
from boloci.hub.places.models import Place
from boloci.lake import snapshots
from boloci.problems import refuse
from tests.hub.conftest import Hub

WIDE = "Centre;Janvier;Février\nKologo;12;13\nNiono;9;8\n"
HEADER = "element,place_id,period,sex,age,strategy,value\n"


@pytest.fixture
def at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done as soon as they are asked for; no page is drawn after them."""
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(work.warming, "before", lambda _build: None)
    monkeypatch.setattr(work.warming, "go_on", lambda: None)


def values(hub: Hub, doses: int) -> bytes:
    """A tidy file: one area's DTP1 in the last month of the data."""
    area = hub.places("area")[0].place_id
    return f"{HEADER}DTP1,{area},202403,,,,{doses}\n".encode()


def send(client: Client, *files: tuple[str, bytes], **more: str) -> Any:
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post("/imports", {"files": given, **more}, follow=True)


def act(client: Client, upload: Upload, what: str) -> Any:
    upload.refresh_from_db()
    url = f"/imports/{upload.pk}/{what}"
    return client.post(url, {"version": upload.version}, follow=True)


@pytest.mark.usefixtures("at_once")
def test_files_are_told_before_anything_of_them_counts(own_hub: Hub) -> None:
    before = len(snapshots.snapshots(own_hub.workspace.lake))
    client = own_hub.browser("analyst")
    page = send(client, ("mars.csv", values(own_hub, 77))).content.decode()
    assert "Ce qui a été compris" in page
    assert "mars.csv" in page
    assert Upload.objects.get().state == "understood"
    assert len(snapshots.snapshots(own_hub.workspace.lake)) == before


@pytest.mark.usefixtures("at_once")
def test_kept_files_are_published_and_can_be_taken_back_and_brought_back(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    first = current.build_file()
    send(client, ("mars.csv", values(own_hub, 77)))
    upload = Upload.objects.get()
    act(client, upload, "keep")
    upload.refresh_from_db()
    assert upload.state == "kept"
    assert upload.publication is not None
    assert upload.publication.state == "published"
    second = current.build_file()
    assert second != first
    assert upload.snapshot in client.get("/imports").content.decode()
    assert not folders.folder(upload.pk).exists()

    client.post("/imports/undo", {"snapshot": upload.snapshot, "sure": "yes"})
    assert Publication.objects.first().state == "published"
    live = [one.id for one in snapshots.live(own_hub.workspace.lake)]
    assert upload.snapshot not in live

    client.post("/imports/back", {"snapshot": upload.snapshot})
    assert Publication.objects.first().state == "published"
    live = [one.id for one in snapshots.live(own_hub.workspace.lake)]
    assert upload.snapshot in live
    assert Upload.objects.count() == 1


@pytest.mark.usefixtures("at_once")
def test_publishing_mirrors_every_place(own_hub: Hub) -> None:
    own_hub.browser("administrator").post("/imports/publish")
    published = Publication.objects.get()
    assert (published.state, published.problems) == ("published", [])
    assert Place.objects.filter(closed=False).count() == len(current.current().places)


@pytest.mark.usefixtures("at_once")
def test_a_file_that_cannot_be_read_is_refused_in_words_and_can_be_discarded(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    page = send(client, ("photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\0")).content.decode()
    upload = Upload.objects.get()
    assert upload.state == "refused"
    assert "photo.csv" in page
    act(client, upload, "discard")
    upload.refresh_from_db()
    assert upload.state == "discarded"


@pytest.mark.usefixtures("at_once")
def test_the_second_of_two_who_decide_is_told(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    upload = Upload.objects.get()
    seen = upload.version
    act(client, upload, "discard")
    answer = client.post(f"/imports/{upload.pk}/keep", {"version": seen})
    assert answer.status_code == 409
    upload.refresh_from_db()
    assert upload.state == "discarded"


@pytest.mark.usefixtures("at_once")
def test_html_and_folders_in_file_names_do_no_harm(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    name = "<script>alert(1)</script>.csv"
    page = send(client, (name, values(own_hub, 77))).content.decode()
    assert "<script>alert" not in page
    inside = own_hub.workspace.root / "uploads"
    assert all(path.is_relative_to(inside) for path in inside.rglob("*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\mars 2024.csv", "mars 2024.csv"),
        ("..", "file"),
        ("", "file"),
        (".csv", "csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
    ],
)
def test_a_hostile_file_name_becomes_a_plain_one(given: str, kept: str) -> None:
    assert folders.safe_name(given) == kept


def test_a_very_long_name_fits_a_disk() -> None:
    assert len(folders.safe_name("é" * 400 + ".csv").encode()) <= 255


def test_an_upload_that_is_cut_off_leaves_nothing(own_hub: Hub) -> None:
    class Cut:
        def read(self, _size: int) -> bytes:
            raise OSError("cut off")

    from boloci.hub.imports import actions

    with pytest.raises(OSError, match="cut off"):
        actions.take_files(by="a test", files=[("a.csv", Cut())])
    assert not Upload.objects.exists()
    left = (own_hub.workspace.root / "uploads").rglob("*")
    assert [path for path in left if path.is_file()] == []


def test_an_upload_without_a_file_is_told_so(hub: Hub) -> None:
    answer = hub.browser("analyst").post("/imports")
    assert answer.status_code == 400
    page = answer.content.decode()
    field = page[page.index('<input type="file"') : page.index('id="files-help"')]
    assert "required" in field
    assert 'aria-invalid="true"' in field
    assert "Aucun fichier" in field


@pytest.mark.parametrize("role", [r for r in ROLES if r not in ("analyst",)][:5])
def test_only_the_office_imports(hub: Hub, role: str) -> None:
    client = hub.browser(role, hub.places("district")[0].place_id)
    for url in ("/imports", "/imports/undo", "/imports/back", "/imports/publish"):
        assert client.post(url).status_code == 403, url
    assert client.get("/imports").status_code == 403


@pytest.mark.usefixtures("at_once")
def test_every_decision_is_in_the_audit(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    upload = Upload.objects.get()
    act(client, upload, "keep")
    upload.refresh_from_db()
    client.post("/imports/undo", {"snapshot": upload.snapshot, "sure": "yes"})
    client.post("/imports/back", {"snapshot": upload.snapshot})
    done = set(AuditRow.objects.values_list("action", flat=True))
    assert {"take_files", "keep_upload", "import", "publish"} <= done
    assert {"undo_import", "restore_import"} <= done


@pytest.mark.usefixtures("at_once")
def test_a_publishing_that_fails_says_why_and_leaves_the_figures(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_asked: object, **_named: object) -> None:
        raise refuse("disk_full")

    monkeypatch.setattr(work.pipeline, "build", full)
    before = current.build_file()
    client = own_hub.browser("analyst")
    client.post("/imports/publish")
    page = client.get("/imports").content.decode()
    assert Publication.objects.first().state == "failed"
    assert "a échoué" in page
    assert "plus de place sur le disque" in page
    assert current.build_file() == before


@pytest.mark.usefixtures("at_once")
def test_what_was_understood_is_told_in_the_readers_language(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    page = send(client, ("mars.csv", values(own_hub, 77))).content.decode()
    assert "table ordonnée\u00a0: valeurs" in page
    assert "1 valeur<" in page
    assert "tidy values" not in page


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("again", ["keep", "discard", "read"])
def test_who_decides_what_is_decided_already_is_told_where_it_stands(
    own_hub: Hub, again: str
) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    upload = Upload.objects.get()
    seen = upload.version
    act(client, upload, "keep")
    answer = client.post(f"/imports/{upload.pk}/{again}", {"version": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Cet import est déjà publié" in page
    assert "Comparez" not in page
    Publication.objects.update(state="building")
    page = client.post(f"/imports/{upload.pk}/{again}", {"version": seen})
    assert "Cet import est déjà en cours de publication" in page.content.decode()


@pytest.mark.usefixtures("at_once")
def test_a_file_sent_twice_waits_once(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    first = Upload.objects.get()
    written = AuditRow.objects.count()
    answer = send(client, ("copie de mars.csv", values(own_hub, 77)))
    assert answer.redirect_chain[-1][0] == f"/imports/{first.pk}"
    assert "Les mêmes fichiers attendent déjà" in answer.content.decode()
    assert (Upload.objects.get(), AuditRow.objects.count()) == (first, written)
    left = (own_hub.workspace.root / "uploads").rglob("*.csv")
    assert [path.name for path in left] == ["mars.csv"]


@pytest.mark.usefixtures("at_once")
def test_a_file_that_no_longer_waits_is_read_anew(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    for _time in range(2):
        send(client, ("mars.csv", values(own_hub, 77)))
        act(client, Upload.objects.first(), "discard")
    assert Upload.objects.count() == 2


@pytest.mark.usefixtures("at_once")
def test_the_same_file_as_the_whole_of_its_data_is_another_upload(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    send(client, ("mars.csv", values(own_hub, 77)), replace="yes")
    assert Upload.objects.count() == 2


@pytest.mark.usefixtures("at_once")
def test_a_table_that_is_not_known_gets_the_remedy_of_the_hub_once(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    page = send(client, ("large.csv", WIDE.encode())).content.decode()
    assert "boloci recipe" not in page
    assert "«\u00a0Dire ce qu&#39;est chaque colonne\u00a0»" in page
    upload = Upload.objects.get()
    Upload.objects.update(problems=[*upload.problems, *upload.problems])
    page = client.get(f"/imports/{upload.pk}").content.decode()
    shown = re.findall(r"<p>([^<]+)</p>", page.split('role="alert"')[1])
    assert len(shown) == len(set(shown))


def test_every_remedy_of_the_hub_is_of_a_problem_that_names_a_command(
    hub: Hub,
) -> None:
    known = hub.workspace.catalogue.problems
    assert set(told.remedies()) <= set(known)
    commands = {
        code
        for code, one in known.items()
        if "boloci recipe" in one.remedy.get("fr", "")
    }
    own = {"recipe_names_nothing"}  # of the command that makes recipes alone
    assert commands - own <= set(told.remedies())


@pytest.mark.usefixtures("at_once")
def test_only_what_the_published_build_holds_is_said_to_be_in_the_figures(
    own_hub: Hub,
) -> None:
    client = own_hub.browser("analyst")
    send(client, ("mars.csv", values(own_hub, 77)))
    act(client, Upload.objects.get(), "keep")
    lake = own_hub.workspace.lake
    last = snapshots.live(lake)[-1]
    now = timezone.now()

    def state() -> str:
        rows = client.get("/imports.json").json()["tables"][0]["rows"]
        return str(rows[0]["state"])

    assert state() == "dans les chiffres"
    snapshots.undo(lake, last.id, by="Awa", at=now)
    assert state() == "annulé par Awa\u00a0; les chiffres publiés le comptent encore"
    client.post("/imports/publish")
    assert state() == "annulé par Awa"
    snapshots.bring_back(lake, last.id, by="Awa", at=now)
    assert state() == "pas encore dans les chiffres"


def test_a_job_that_was_interrupted_goes_back_into_the_queue(hub: Hub) -> None:
    from django_tasks_db.models import DBTaskResult

    from boloci.hub import jobs

    work.publish.enqueue(12345)
    DBTaskResult.objects.update(status="RUNNING")
    assert jobs.requeue() == 1
    assert DBTaskResult.objects.get().status == "READY"


def test_paths_of_uploads_lie_in_the_workspace(hub: Hub) -> None:
    assert folders.folder(3).parent == Path(hub.workspace.root) / "uploads"
