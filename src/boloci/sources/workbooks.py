"""Excel and OpenDocument workbooks as grids of cells, through python-calamine."""

import datetime
import html
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import python_calamine as calamine

from boloci.problems import Problem, Refused, Where, refuse
from boloci.sources import compound

Cell = int | float | str | bool | datetime.date | datetime.time | datetime.timedelta
Grid = list[list[Cell]]
"""Rows of cells from A1 on; an empty cell is the empty text."""

SIGNATURES = (b"PK\x03\x04", compound.SIGNATURE)
"""First bytes of .xlsx and .ods (zip), and of .xls."""


def is_workbook(start: bytes) -> bool:
    """True where the first bytes may be a workbook's."""
    return start.startswith(SIGNATURES)


@contextmanager
def opened(path: Path, name: str) -> Iterator[calamine.CalamineWorkbook]:
    """The workbook; a damaged or encrypted one is refused by `name`."""
    try:
        with _book(path) as book:
            yield book
    except calamine.PasswordError:
        raise refuse("file_encrypted", Where(file=name)) from None
    except BaseException as error:
        if not is_damage(error):
            raise
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise refuse("workbook_damaged", Where(file=name), detail=detail) from None


def _book(path: Path) -> calamine.CalamineWorkbook:
    with path.open("rb") as file:
        old = file.read(8) == compound.SIGNATURE
    if old and not compound.is_sound(path):
        raise calamine.CalamineError("its sectors do not follow one another")
    with _rust_kept_quiet() if old else nullcontext():
        return calamine.CalamineWorkbook.from_path(path)


@contextmanager
def _rust_kept_quiet() -> Iterator[None]:
    """calamine may panic on a damaged .xls: its message is not for the user, who gets
    `workbook_damaged`."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def is_damage(error: BaseException) -> bool:
    """True for what calamine raises on a damaged file, its Rust panics included."""
    damage = (calamine.CalamineError, OSError, EOFError, ValueError, OverflowError)
    return isinstance(error, damage) or type(error).__name__ == "PanicException"


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets; empty where the file is no readable workbook."""
    try:
        with _book(path) as book:
            return list(book.sheet_names)
    except BaseException as error:
        if not is_damage(error):
            raise
        return []


def grid(
    book: calamine.CalamineWorkbook, sheet: str, *, rows: int | None = None
) -> Grid:
    """Every cell of a sheet from A1 on, so that row and column numbers are Excel's.

    rows    the first so many; None: all of them
    """
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=rows)


def text(cell: Cell) -> str:
    """A cell as text: whole numbers without `.0`, dates ISO, empty as empty."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


def column_letter(index: int) -> str:
    """Excel's name of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(sheet: str, row: int, column: int) -> str:
    """`Service_data_2!E7` of a row and column counted from 0."""
    return f"{sheet}!{column_letter(column)}{row + 1}"


_CELL_WITHOUT_VALUE = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL_IN_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+\d+)"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(?!#N/A)(#[^<]+)</(?:\w+:)?v>",
    re.DOTALL,
)
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_OVERLAP = 4096
MOST_FORMULAS = 20


def check(path: Path, name: str) -> None:
    """Refuse, by `name`, a workbook that cannot be opened."""
    with opened(path, name):
        pass


def check_formulas(path: Path, name: str, sheets: list[str]) -> None:
    """Refuse sheets where a formula has no stored result: it would read as a blank.

    Programs that write a workbook without calculating it leave such cells. calamine
    does not tell them from empty ones, so the sheet's text is searched for them.
    """
    found = [
        Problem("formula_without_value", Where(name, sheet, _row(cell), text=cell))
        for sheet in sheets
        for cell in uncalculated(path, sheet)
    ]
    if found:
        raise Refused(*found[:MOST_FORMULAS])


def _row(cell: str) -> int:
    return int(re.sub(r"\D", "", cell))


def uncalculated(path: Path, sheet: str) -> list[str]:
    """Cells of an .xlsx sheet whose formula has no stored result, the first 20.

    A stored empty text (`t="str"`) is a result: the formula says "nothing here".
    """
    found = _searched(path, sheet, _CELL_WITHOUT_VALUE)
    return [match[1].decode() for match in found]


def errors(path: Path, sheet: str) -> list[tuple[str, str]]:
    """Cells of an .xlsx sheet that show an error (`#REF!`), and the error.

    calamine gives them as empty; `#N/A` says "not available" and is a blank.
    """
    found = _searched(path, sheet, _CELL_IN_ERROR)
    return [(match[1].decode(), match[2].decode()) for match in found]


def _searched(
    path: Path, sheet: str, pattern: re.Pattern[bytes]
) -> list[re.Match[bytes]]:
    """The first matches in the text of a sheet, read block by block."""
    found: list[re.Match[bytes]] = []
    if not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part not in archive.namelist():
            return found
        rest = b""
        with archive.open(part) as file:
            while (block := file.read(1 << 20)) and len(found) < MOST_FORMULAS:
                rest += block
                seen = list(pattern.finditer(rest))
                found += seen
                end = seen[-1].end() if seen else 0
                rest = rest[max(end, len(rest) - _OVERLAP) :]
    return found[:MOST_FORMULAS]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Name inside the archive of a sheet's part; blank where it cannot be told."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    except KeyError:
        return ""
    parts = {
        given.get("Id", ""): given.get("Target", "")
        for given in map(_attributes, _RELATION.findall(relations))
    }
    for given in map(_attributes, _SHEET.findall(book)):
        if given.get("name") == sheet:
            key = next((v for k, v in given.items() if k.endswith(":id")), "")
            target = parts.get(key, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(text) for name, text in _ATTRIBUTE.findall(tag)}
