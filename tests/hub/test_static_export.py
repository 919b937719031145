"""The public pages as files: whole, alone, and with nothing that is not public."""

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from boloci.charts import drawing
from boloci.hub.export import layout
from boloci.hub.export.alone import standing_alone
from boloci.hub.export.exporting import Exported, export
from boloci.hub.export.folder import LIST, zipped
from boloci.hub.export.layout import file_names
from boloci.hub.figures import place
from boloci.hub.rights import OPEN_LEVELS, public
from boloci.problems import Refused
from tests.browser.conftest import MISSING, chromium

pytestmark = pytest.mark.reading

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NAME = "Aminata Introuvable"
"""A person of the hub whose name must stand in no file."""
INDICATORS = ("dtp1_coverage", "dropout_dtp1_dtp3")
"""Those that get a page here: all of them would take minutes."""
AXE = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
"""Without asking for the style sheet again: a file may not read another."""
TEXTS = (".html", ".csv", ".json", ".svg", ".css")


@dataclass(frozen=True)
class Folder:
    """An export of the small country."""

    root: Path
    told: Exported

    def files(self, suffix: str) -> list[Path]:
        """Its files of a kind."""
        return sorted(self.root.rglob(f"*{suffix}"))


_made: list[Folder] = []


@pytest.fixture
def exported(
    hub: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Folder:
    """The small country exported, once for all tests of this file.

    A picture of each kind is drawn and then stands for all, and of the thousand
    definitions those of the profiles alone have pages: else it would take minutes.
    """
    if not _made:
        kept: dict[str, bytes] = {}
        draw = drawing._drawn

        def once(specification: Any, kind: str, language: str) -> bytes:
            if kind not in kept:
                kept[kind] = draw(specification, kind, language)
            return kept[kind]

        monkeypatch.setattr(drawing, "_drawn", once)
        monkeypatch.setattr(place, "card_png", lambda **_told: b"a card")
        monkeypatch.setattr(layout, "PAGES", layout.PAGES - {"defined", "rule"})
        _people(hub)
        root = tmp_path_factory.mktemp("export") / "pages"
        told = export(root, now=NOW, indicators=INDICATORS, workers=0)
        _made.append(Folder(root, told))
    return _made[0]


def _people(hub: Any) -> None:
    """A person who commented and acts on a district."""
    from boloci.hub.inbox import actions

    district = hub.places("district")[0]
    person = hub.user("administrator", username="temoin.zqx")
    person.name = NAME
    person.save()
    subject = f"place:{district.place_id}"
    actions.comment(by=person, subject=subject, place_id=district.place_id, text=NAME)


class Read(HTMLParser):
    """What a page holds and leads to, by a real parser."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "srcset", "xlink:href", "data"):
                self.leads.append((name, value or ""))
            if name == "id":
                self.ids.add(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(name)


@pytest.fixture
def pages(exported: Folder) -> dict[Path, Read]:
    """Every page of the export, read."""
    return {
        path: Read(path.read_text(encoding="utf-8")) for path in exported.files(".html")
    }


def test_every_link_leads_to_a_file_that_is_there(
    exported: Folder, pages: dict[Path, Read]
) -> None:
    broken = [
        (path.name, address)
        for path, page in pages.items()
        for _name, address in page.leads
        if not _leads(path, address, exported.root, pages)
    ]
    assert broken == []


def _leads(path: Path, address: str, root: Path, pages: dict[Path, Read]) -> bool:
    """Whether a link on a page is relative and leads to something of the export."""
    told = urlsplit(address)
    if told.scheme or told.netloc or told.query or address.startswith("/"):
        return False
    target = (path.parent / unquote(told.path)).resolve() if told.path else path
    if not target.is_relative_to(root) or not target.is_file():
        return False
    return (
        not told.fragment or target not in pages or told.fragment in pages[target].ids
    )


def test_no_page_holds_a_script_a_form_or_an_inline_style(
    pages: dict[Path, Read],
) -> None:
    for path, page in pages.items():
        assert not page.tags & {"script", "form", "input", "button", "iframe"}, path
        assert page.inline == [], path


def test_the_style_sheet_asks_for_nothing(exported: Folder) -> None:
    for path in exported.files(".css"):
        assert not re.search(r"url\(|@import|https?:", path.read_text())


def test_both_languages_have_the_same_pages_and_lead_to_each_other(
    exported: Folder, pages: dict[Path, Read]
) -> None:
    french = {p.relative_to(exported.root / "fr") for p in _under(exported, "fr")}
    english = {p.relative_to(exported.root / "en") for p in _under(exported, "en")}
    assert french | {Path("index.html")} == english
    assert exported.told.pages == 2 * len(english)
    first = exported.root / "index.html"
    assert ("href", "en/index.html") in pages[first].leads
    assert ("href", "../index.html") in pages[exported.root / "en/index.html"].leads
    assert '<html lang="fr">' in first.read_text()


def _under(exported: Folder, language: str) -> list[Path]:
    return sorted((exported.root / language).rglob("*.html"))


def test_every_district_and_public_group_has_a_page_and_no_other_place_has(
    exported: Folder, hub: Any
) -> None:
    from boloci.hub.current import current

    seen = public().keep(current().places)
    wanted = {p.place_id for p in seen if p.level in (*OPEN_LEVELS, "group")}
    hidden = {p.place_id for p in current().places} - wanted
    found = {path.stem for path in (exported.root / "fr" / "place").glob("*.html")}
    assert found == wanted
    assert hidden
    assert any(p.level == "area" for p in current().places)


def test_nothing_tells_a_hidden_place_or_a_person(exported: Folder, hub: Any) -> None:
    from boloci.hub.current import current

    seen = {p.place_id for p in public().keep(current().places)}
    hidden = {p.place_id for p in current().places} - seen
    words = re.compile("|".join(map(re.escape, [*hidden, NAME, "temoin.zqx"])))
    for suffix in TEXTS:
        for path in exported.files(suffix):
            told = words.search(path.read_text(encoding="utf-8"))
            assert told is None, (path, told)


def test_an_indicator_has_a_page_if_it_was_named_and_a_definition_always(
    exported: Folder,
) -> None:
    pages = {path.stem for path in (exported.root / "en/indicator").glob("*.html")}
    assert pages == set(INDICATORS)
    laid = layout.layout(public(), [], INDICATORS, ["fr"])
    assert laid.file("/indicator/bcg_coverage", "fr") is None
    assert laid.file("/sources/indicator/bcg_coverage", "fr") is not None


def test_an_indicator_that_nobody_published_is_refused(
    hub: Any, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        export(tmp_path / "pages", now=NOW, indicators=["nonsense"], workers=0)
    assert refused.value.problems[0].code == "indicator_unknown"


@pytest.mark.skipif(chromium() is None, reason=MISSING)
def test_a_browser_opens_it_from_a_stick_with_nothing_to_say(exported: Folder) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    region = sorted((exported.root / "en" / "place").glob("*.html"))[0]
    said: list[str] = []
    asked: list[str] = []
    wrong: list[Any] = []
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        for path in (
            exported.root / "index.html",
            exported.root / "fr/learning-hub.html",
            region,
        ):
            page.goto(path.as_uri())
            wrong += Axe().run(page, options=AXE).response["violations"]
        browser.close()
    assert said == []
    assert wrong == []
    assert {url.partition(":")[0] for url in asked} == {"file"}


def test_the_page_says_what_it_is_a_copy_of(exported: Folder) -> None:
    text = (exported.root / "index.html").read_text(encoding="utf-8")
    assert "Exporté le 22 novembre 2026 depuis la publication" in text
    assert "données jusqu" in text


def test_what_was_chosen_is_told_where_the_form_stood(exported: Folder) -> None:
    text = (exported.root / "index.html").read_text(encoding="utf-8")
    assert '<p class="shown">Vaccin\u00a0: DTC1' in text


def test_a_table_as_a_file_is_the_one_the_hub_gives(exported: Folder, hub: Any) -> None:
    answer = hub.browser().get("/overview.csv?table=coverage")
    path = exported.root / "fr" / "overview.coverage.csv"
    assert path.read_bytes() == answer.content


def test_the_list_names_every_file(exported: Folder) -> None:
    listed = json.loads((exported.root / LIST).read_text(encoding="utf-8"))["files"]
    there = [p for p in exported.root.rglob("*") if p.is_file()]
    assert sorted(p.relative_to(exported.root).as_posix() for p in there) == listed
    assert exported.told.files == len(listed)


def test_no_two_files_differ_by_their_capitals_alone(exported: Folder) -> None:
    names = [p.relative_to(exported.root).as_posix() for p in exported.files("")]
    assert len({name.casefold() for name in names}) == len(names)


def test_ids_that_differ_by_capitals_get_different_names() -> None:
    names = file_names(["abC", "aBc", "ABC-2", "a/../b", "été"])
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names.values())


def test_a_folder_with_other_files_is_left_alone(hub: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        export(mine, now=NOW, workers=0)
    assert refused.value.problems[0].code == "export_folder_used"
    assert [p.name for p in tmp_path.rglob("*")] == ["mine", "letter.txt"]


@pytest.fixture
def one_page(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Exported]:
    """Exports of a single page: what is tested is the folder."""
    from boloci.hub.export import exporting

    def quick(address: str, *, layout: Any, folder: Path, told: Any) -> Any:
        (folder / "index.html").write_text(f"<p>{told['build']}</p>")
        return exporting.Written(pages=1)

    monkeypatch.setattr(exporting, "write", quick)
    return lambda folder: export(folder, now=NOW, workers=0)


def test_an_older_export_is_replaced_as_a_whole(
    hub: Any, tmp_path: Path, one_page: Callable[[Path], Exported]
) -> None:
    folder = tmp_path / "pages"
    one_page(folder)
    content = json.loads((folder / LIST).read_text())
    (folder / "old.html").write_text("old")
    (folder / LIST).write_text(json.dumps({"files": [*content["files"], "old.html"]}))
    one_page(folder)
    assert sorted(p.name for p in folder.iterdir()) == [LIST, "index.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["pages"]


def test_an_older_export_that_somebody_put_a_file_into_is_left_alone(
    hub: Any, tmp_path: Path, one_page: Callable[[Path], Exported]
) -> None:
    folder = tmp_path / "pages"
    one_page(folder)
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        one_page(folder)
    assert refused.value.problems[0].code == "export_folder_others"
    assert (folder / "letter.txt").read_text() == "mine"


def test_an_export_that_fails_leaves_the_older_one(
    hub: Any,
    tmp_path: Path,
    one_page: Callable[[Path], Exported],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from boloci.hub.export import exporting

    folder = tmp_path / "pages"
    one_page(folder)
    before = (folder / LIST).read_bytes()

    def failing(*_given: Any, **_named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "write", failing)
    with pytest.raises(KeyboardInterrupt):
        export(folder, now=NOW, workers=0)
    assert (folder / LIST).read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["pages"]


def test_a_closed_workspace_exports_nothing(
    hub: Any, tmp_path: Path, settings: Any
) -> None:
    settings.WORKSPACE = replace(hub.workspace, public=False)
    with pytest.raises(Refused) as refused:
        export(tmp_path / "pages", now=NOW, workers=0)
    assert refused.value.problems[0].code == "export_closed"
    assert list(tmp_path.iterdir()) == []


def test_the_zip_file_holds_the_folder(
    hub: Any, tmp_path: Path, one_page: Callable[[Path], Exported]
) -> None:
    one_page(tmp_path / "pages")
    zipped(tmp_path / "pages", tmp_path / "pages.zip")
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert archive.namelist() == [f"pages/{LIST}", "pages/index.html"]


def test_a_link_to_nothing_exported_becomes_text_and_a_call_to_open_it_nothing() -> (
    None
):
    page = (
        '<p><a href="/explain?x=1">84,2 %</a> <a class="online" href="/x">Open</a>'
        ' <a href="/a.xlsx?table=t">XLSX</a> <a href="/kept?a=1&amp;b=2">K</a></p>'
        '<form action="/search"><input></form><script src="/a.js"></script>'
    )
    told = standing_alone(
        page, lambda one: "k.html" if one == "/kept?a=1&b=2" else None, chosen=""
    )
    assert told == '<p>84,2 %   <a href="k.html">K</a></p>'
