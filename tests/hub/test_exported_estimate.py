"""The page of zero-dose children as files: with its estimate, alone, and whole."""

import csv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from boloci.hub.current import current
from boloci.hub.export.layout import Layout, layout
from boloci.hub.export.pages import Written, write
from boloci.hub.rights import public
from tests.hub.conftest import Hub
from tests.hub.test_static_export import Read

pytestmark = pytest.mark.reading

TOLD = {"day": "2026-11-23", "build": "b", "month": "202412"}
TABLES = {"estimates", "chances", "moved", "sensitivity", "sexes", "gaps", "places"}
"""Tables of the page that have a file beside it, at least."""


@pytest.fixture
def laid(estimated_hub: Callable[..., Hub]) -> Layout:
    """Where pages of the estimated country go."""
    estimated_hub()
    return layout(public(), current().places, ["dtp1_coverage"], ["fr", "en"])


@pytest.fixture
def written(laid: Layout, tmp_path: Path) -> Written:
    """The page, written in both languages."""
    return write("/zero-dose", laid, tmp_path, TOLD)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            [
                "enfants sans première dose de DTC, entre",
                "2 enquêtes, 24 lots (LQAS)",
                "Ce qui l'a déplacée",
                "Ce que personne ne peut savoir",
                "tirages d'un modèle conjoint",
            ],
        ),
        (
            "en",
            [
                "children without a first dose of DTP, between",
                "2 surveys, 24 lots (LQAS)",
                "What moved it",
                "What nobody can know",
                "draws of a joint model",
            ],
        ),
    ],
)
def test_the_estimate_is_told_in_words(
    written: Written, tmp_path: Path, language: str, words: list[str]
) -> None:
    text = (tmp_path / language / "zero-dose.html").read_text(encoding="utf-8")
    plain = text.replace("\u00a0", " ").replace("&#39;", "'")
    assert [one for one in words if one not in plain] == []
    assert written.pages == 2


def test_every_link_leads_to_a_page_or_a_file_of_the_export(
    written: Written, laid: Layout, tmp_path: Path
) -> None:
    for language in ("fr", "en"):
        page = tmp_path / language / "zero-dose.html"
        read = Read(page.read_text(encoding="utf-8"))
        pages = {
            tmp_path / str(laid.file(address, one))
            for address in written.found
            for one in ("fr", "en")
        }
        there = pages | {path for path in tmp_path.rglob("*") if path.is_file()}
        for _name, address in read.leads:
            told = urlsplit(address)
            assert told[0:2] == ("", ""), address
            assert told.query == "", address
            if told.path:
                assert (page.parent / unquote(told.path)).resolve() in there, address
            else:
                assert told.fragment in read.ids, address
    assert {"form", "button", "script"} & read.tags == set()


def test_its_tables_lie_beside_it_with_the_intervals(
    written: Written, laid: Layout, tmp_path: Path
) -> None:
    found = {path.name.split(".")[1] for path in (tmp_path / "fr").glob("*.csv")}
    assert found >= TABLES
    file = tmp_path / "fr" / "zero-dose.estimates.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert rows
    assert all(float(one["lower"]) < float(one["upper"]) for one in rows)


def test_no_health_area_is_named_in_them(written: Written, tmp_path: Path) -> None:
    areas = [one.place_id for one in current().places if one.level == "area"]
    assert areas
    files = [path for path in tmp_path.rglob("*") if path.suffix in (".html", ".csv")]
    assert len(files) > 2
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not [one for one in areas if one in text], path
