"""Saying which column is which: shown, understood, kept as a recipe, read by it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boloci.hub.imports import actions, columns
from boloci.hub.imports.models import Upload
from boloci.hub.people.models import AuditRow
from tests.hub.conftest import Hub

HEADER = "Ou;Quand;Quoi;Qui;Combien\n"


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Jobs are done as soon as they are asked for."""
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}


def lines(hub: Hub, *more: str) -> bytes:
    """A file of a country's own: columns that no header word tells."""
    area = hub.places("area")[0].name
    rows = [f"{area};janvier 2024;Penta 1;F;4\n", f"{area};janvier 2024;Penta 1;M;5\n"]
    return "".join([HEADER, *rows, *more]).encode()


def brought(client: Client, name: str, content: bytes) -> Upload:
    client.post("/imports", {"files": [SimpleUploadedFile(name, content)]})
    return Upload.objects.latest("id")


SAID = {
    "c0": "place",
    "c1": "period",
    "c2": "element",
    "c3": "split",
    "c4": "figure",
}


def page(client: Client, upload: Upload, **said: str) -> str:
    answer = client.get(f"/imports/{upload.pk}/columns", said)
    assert answer.status_code in (200, 400), answer.status_code
    return answer.content.decode()


def keep(client: Client, upload: Upload, **said: str) -> Any:
    upload.refresh_from_db()
    given = {**SAID, "version": str(upload.version), "name": "mensuel", **said}
    return client.post(f"/imports/{upload.pk}/columns", given)


def test_a_file_nobody_knows_is_read_by_what_a_person_says(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub))
    shown = page(client, upload, **SAID)
    assert "Penta 1 (DTC 1)" in shown
    assert "janv. 2024" in shown
    assert not columns.kept()

    keep(client, upload)
    upload.refresh_from_db()
    assert upload.state == "understood", upload.problems
    assert upload.report["elements"] == {"DTP1": 1}
    assert "mensuel" in str(upload.report["files"])
    assert columns.kept() == ["mensuel"]
    assert AuditRow.objects.filter(action="teach_recipe").exists()


def test_the_same_layout_is_understood_next_time(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    keep(client, brought(client, "notre.csv", lines(own_hub)))
    area = own_hub.places("area")[1].name
    more = lines(own_hub, f"{area};mars 2024;BCG;F;7\n")
    other = brought(client, "notre-mars.csv", more)
    assert other.state == "understood"
    assert other.report["elements"] == {"BCG": 1, "DTP1": 1}


def test_what_lacks_is_named_and_nothing_is_kept(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub))
    assert "Il manque encore" in page(client, upload, **{**SAID, "c0": ""})
    answer = keep(client, upload, c0="")
    assert answer.status_code == 409
    assert not columns.kept()


def test_one_vaccine_in_each_column_is_read_too(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    area = own_hub.places("area")[0].name
    wide = f"Ou,Quand,BCG,Ma dose\n{area},2024-01,4,5\n".encode()
    upload = brought(client, "large.csv", wide)
    said = {"c0": "place", "c1": "period", "c2": "figure", "c3": "figure"}
    shown = page(client, upload, **said)
    assert 'name="m:Ma dose"' in shown
    keep(client, upload, **said, **{"c4": "", "m:Ma dose": "DTP1"})
    upload.refresh_from_db()
    assert upload.report["elements"] == {"BCG": 1, "DTP1": 1}


def test_rows_that_would_be_refused_are_told_before(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub, "X;pas un mois;BCG;F;7\n"))
    shown = page(client, upload, **SAID)
    assert "seraient refusées" in shown
    assert "pas un mois" in shown


def test_html_in_cells_and_headers_is_shown_as_it_was_written(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    evil = "<script>alert(1)</script>"
    content = f"{evil};Quand;Quoi;Qui;Combien\n{evil};2024-01;{evil};F;4\n".encode()
    upload = brought(client, f"{evil}.csv", content)
    shown = page(client, upload, **SAID, **{f"m:{evil}": "DTP1"})
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\0\0\0\0",
        "Où;Quand\nSégou;2024".encode("utf-16"),
        "Où;Quand\nSégou;2024;\x81\x8d\n".encode("latin-1"),
        b'a;b\n"never closed;1\n',
        b"PK\x03\x04half of a workbook",
        b"{",
        b"\n\n\n",
    ],
)
def test_damaged_and_half_files_are_told_and_never_fail(
    own_hub: Hub, content: bytes
) -> None:
    client = own_hub.browser("analyst")
    client.raise_request_exception = True
    upload = brought(client, "x.csv", content)
    if Upload.objects.count():
        answer = client.get(f"/imports/{upload.pk}/columns", SAID)
        assert answer.status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "said",
    [
        {"header": "999"},
        {"header": "-1"},
        {"header": "0"},
        {"file": "7"},
        {"sheet": "no"},
        {"c0": "nonsense", "c99": "place"},
        {"head": "nonsense", "table": "nonsense"},
        {"table": "targets"},
        {"period": "\x00", "place": "x" * 5000},
    ],
)
def test_nonsense_in_the_address_is_no_fault(own_hub: Hub, said: dict) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub))
    assert page(client, upload, **{**SAID, **said})


def test_a_recipe_stays_in_its_folder_whatever_its_name(own_hub: Hub) -> None:
    for name in ("../../x", "..", "/etc/passwd", "a\x00b", "", "é" * 300):
        path = actions.recipe_file(name)
        assert path.parent == actions.recipes_folder()
        assert path.suffix == ".yaml"
        assert re.fullmatch(r"[^/\\\x00]+", path.name)


def test_a_kept_recipe_is_not_replaced_unasked_and_can_be_removed(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub))
    keep(client, upload)
    answer = keep(client, upload)
    assert answer.status_code == 409
    assert "remplacer" in answer.content.decode()
    assert keep(client, upload, replace="yes").status_code == 302
    client.post("/imports/recipes/forget", {"name": "mensuel"})
    assert columns.kept() == []


def test_the_second_of_two_who_decide_of_columns_is_told(own_hub: Hub) -> None:
    client = own_hub.browser("analyst")
    upload = brought(client, "notre.csv", lines(own_hub))
    seen = str(upload.version)
    keep(client, upload)
    answer = client.post(
        f"/imports/{upload.pk}/columns", {**SAID, "version": seen, "name": "autre"}
    )
    assert answer.status_code == 409
    assert columns.kept() == ["mensuel"]


def test_only_the_office_says_what_columns_are(own_hub: Hub) -> None:
    upload = brought(own_hub.browser("analyst"), "notre.csv", lines(own_hub))
    client = own_hub.browser("vaccinator", own_hub.places("area")[0].place_id)
    for url in (f"/imports/{upload.pk}/columns", "/imports/recipes/forget"):
        assert client.post(url, SAID).status_code == 403
    assert client.get(f"/imports/{upload.pk}/columns").status_code == 403
