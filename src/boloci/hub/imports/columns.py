"""What a person says of a sheet's columns, and what it gives: read before it is kept.

Nothing here writes. The sheet is cut after some rows: the whole file is read by the job
once the recipe is kept.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boloci import periods
from boloci.hub import showing
from boloci.hub.current import current, workspace
from boloci.hub.imports import folders
from boloci.hub.imports.told import refusal
from boloci.hub.language import _, spoken
from boloci.places_asked import candidates
from boloci.problems import Refused, Where, refuse
from boloci.sources import archives, columns, grids, text_files, wide, workbooks
from boloci.sources.cells import Log
from boloci.sources.columns import ROLES, Told
from boloci.sources.grids import Sheet
from boloci.sources.header_words import (
    BOTH,
    ELEMENT,
    MONTH,
    PERIOD,
    PLACE,
    SPLIT,
    YEAR,
)
from boloci.sources.recipe import Recipe
from boloci.tables import POPULATIONS
from boloci.wording import finding_sentence

MOST_BYTES = 30 << 20
ROWS_READ = 60
ROWS_SHOWN = 10
MOST_COLUMNS = 60
TABLES = ("values", "targets")
MOST_NAMES = 40
"""Names of elements of a file that are told one by one."""


@dataclass(frozen=True)
class Asked:
    """A sheet with what is said of it."""

    files: Sequence[str]
    file: int
    sheets: Sequence[str]
    sheet: Sheet
    told: Told
    recipe: Recipe

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return columns.names(self.sheet, self.told.header_rows)


@dataclass(frozen=True)
class Preview:
    """What the first rows would be understood as."""

    rows: Sequence[Mapping[str, str]] = ()
    doubts: Sequence[str] = ()
    problems: Sequence[str] = ()
    elements: Sequence[tuple[str, str]] = ()
    """Names of elements in the file, and what each is understood as; blank: not."""


def asked(upload_id: int, query: Mapping[str, str]) -> Asked:
    """The sheet that a query asks for, with what it says. Raises `Refused`."""
    with _inputs(upload_id) as inputs:
        at = _number(query.get("file"), len(inputs) - 1)
        source = inputs[at]
        sheets = _sheets(source.path, source.name)
        files = [one.name for one in inputs]
    titles = [one.title for one in sheets]
    wanted = query.get("sheet", "")
    sheet = next((one for one in sheets if one.title == wanted), _likeliest(sheets))
    name = query.get("name", "").strip()[:60] or Path(source.name).stem[:60]
    guessed = columns.guess(sheet, name)
    told = _told(query, sheet, guessed)
    made = columns.recipe_of(told, sheet, name)
    return Asked(files, at, titles, sheet, told, made)


@contextmanager
def _inputs(upload_id: int) -> Iterator[list[Any]]:
    """The files of an upload, out of their archives. Raises `Refused`."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for at, path in enumerate(folders.files(upload_id)):
            staging = Path(folder) / str(at)
            staging.mkdir()
            found += list(archives.inputs(path, staging=staging))
        if not found:
            raise refuse("upload_without_file")
        yield found


def _sheets(path: Path, name: str) -> list[Sheet]:
    size = path.stat().st_size
    start = text_files.start(path)
    if workbooks.is_workbook(start):
        if size > MOST_BYTES:
            most = MOST_BYTES >> 20
            raise refuse(
                "columns_too_big", Where(name), megabytes=size >> 20, most=most
            )
        return [_cut(one) for one in grids.of_workbook(path, name)]
    if not text_files.is_text(start):
        raise refuse("not_text", Where(name))
    text = text_files.decoded(start)
    if len(start) == text_files.HEADER_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    return [_cut(Sheet("", grids.rows_of(text)))]


def _cut(sheet: Sheet) -> Sheet:
    return Sheet(sheet.title, sheet.cells[:ROWS_READ], sheet.merged)


def _likeliest(sheets: Sequence[Sheet]) -> Sheet:
    """The sheet that looks most like a table of figures."""
    if not sheets:
        raise refuse("no_table_found")
    return min(sheets, key=_unlike)


def _unlike(sheet: Sheet) -> int:
    try:
        return len(columns.missing(columns.guess(sheet, "")))
    except ValueError:  # weeks: told when the rows are read
        return len(ROLES)


def _number(text: str | None, most: int) -> int:
    plain = (text or "").isascii() and (text or "").isdigit() and len(text or "") < 6
    return min(int(text or 0), max(most, 0)) if plain else 0


def _told(query: Mapping[str, str], sheet: Sheet, guessed: Recipe) -> Told:
    """What a query says of a sheet; what it does not say is as it looks."""
    rows = guessed.header_rows
    first = guessed.first_row
    if "header" in query:
        header = _number(query["header"], len(sheet.cells))
        if header != (rows[-1] if rows else 0):
            rows, first = ((header,) if header else ()), header + 1
    look = columns.roles_of(guessed, sheet)
    roles = tuple(
        role if (role := query.get(f"c{at}", own)) in ROLES else own
        for at, own in enumerate(look)
    )
    fixed = {
        key: query.get(key, guessed.fixed.get(key, "")).strip()[:200]
        for key in ("place", "period", "element")
    }
    head, table = query.get("head", columns.FOUND), query.get("table", "values")
    measures = {
        key.removeprefix("m:"): code
        for key, code in query.items()
        if key.startswith("m:") and code
    }
    return Told(
        roles,
        rows,
        first,
        head if head in columns.HEADS else columns.FOUND,
        fixed,
        measures,
        table if table in TABLES else "values",
    )


def preview(one: Asked, file: str) -> Preview:
    """What the recipe makes of the first rows, in the language being spoken."""
    log = Log(file, one.sheet.title)
    try:
        table = wide.table_of(one.recipe, one.sheet, log)
    except Refused as refused:
        return Preview(problems=refusal(refused))
    rows = table.to_pylist()
    catalogue = workspace().catalogue
    doubts = [finding_sentence(f, catalogue, spoken())[0] for f in log.findings()]
    elements = _elements(one, file)
    known = {one.told.measures.get(text, text): meant for text, meant in elements}
    shown = [_row(row, known) for row in rows[:ROWS_SHOWN]]
    return Preview(shown, doubts, [], elements[:MOST_NAMES])


def _elements(one: Asked, file: str) -> list[tuple[str, str]]:
    """Names of what is counted as the file writes them, and what each is."""
    plain = replace(one.recipe, table="values", measures={})
    table = wide.table_of(plain, one.sheet, Log(file, one.sheet.title))
    texts = dict.fromkeys(table["element"].to_pylist())
    return [(text, _meant(one, text)) for text in texts]


def _meant(one: Asked, text: str) -> str:
    """What a name in the file is understood as; blank: not understood."""
    said = one.told.measures.get(text, text)
    if one.told.table == "targets":
        return said if said in POPULATIONS else ""
    catalogue = workspace().catalogue
    meaning = catalogue.dictionary.element(said)
    known = meaning is not None and meaning.table == "values"
    return _named(meaning.code) if meaning and known else ""


def _row(row: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    text = row.get("element") or row.get("population") or ""
    place = row.get("place") or row.get("place_id") or ""
    period = row.get("period") or (row["year"] * 100 if row.get("year") else None)
    return {
        "row": str(row["row"]),
        "place": place,
        "place_known": _place(place),
        "period": showing.period(periods.text(period) if period else None),
        "element": text,
        "element_known": known.get(text) or _named(text),
        "option": row.get("option") or "",
        "value": showing.number(row.get("value"), digits=0)
        if float(row.get("value") or 0).is_integer()
        else showing.number(row.get("value")),
    }


def _named(text: str) -> str:
    found = workspace().catalogue.elements.get(text)
    return showing.words(dict(found.name)) if found else ""


def _place(text: str) -> str:
    """What a place of the file is in the published tree; blank: none, or several."""
    try:
        found = candidates(current(), text)
    except Refused:
        return ""
    return found[0].name if len(found) == 1 else ""


def roles() -> dict[str, str]:
    """What a column can be, in words."""
    return {
        columns.NOTHING: _("leave out"),
        PLACE: _("place"),
        PERIOD: _("month or period"),
        YEAR: _("year"),
        MONTH: _("month of the year"),
        ELEMENT: _("vaccine, what is counted"),
        SPLIT: _("sex, age or strategy"),
        columns.FIGURE: _("numbers"),
    }


def heads() -> dict[str, str]:
    """What the header over the numbers can say, in words."""
    return {
        columns.FOUND: _("as it looks"),
        ELEMENT: _("the vaccine"),
        PERIOD: _("the month"),
        BOTH: _("vaccine and month"),
        columns.NOTHING: _("nothing of use"),
    }


def lacks(one: Asked) -> list[str]:
    """What is still to be said, in words."""
    told = {
        "place": _("the place"),
        "period": _("the month"),
        "element": _("the vaccine"),
        columns.FIGURE: _("the numbers"),
    }
    return [told[part] for part in columns.missing(one.recipe)]


def kept() -> list[str]:
    """Names of the recipes that the workspace keeps."""
    folder = workspace().own_catalogue / "recipes"
    return [path.stem for path in sorted(folder.glob("*.yaml"))]


def readable(upload_id: int) -> bool:
    """Whether an upload still has its files."""
    return bool(folders.files(upload_id))
