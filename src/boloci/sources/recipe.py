"""Recipes: how a country's own wide spreadsheet is read, told once and kept as YAML.

`propose` guesses from the file, `preview` shows what the guess would read, a person
corrects it, `save` keeps it in the workspace's `recipes/` folder, and from then on
`boloci.sources.read(..., recipes=load_all(folder))` reads such files by themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from boloci.periods import WeeklyPeriod
from boloci.problems import Refused, Where, refuse
from boloci.sources import dates, grids, layout, text_files, wide, workbooks
from boloci.sources.cells import Log
from boloci.sources.columns import names as column_names
from boloci.sources.grids import Sheet
from boloci.sources.header_words import BOTH, MONTH, PERIOD, YEAR
from boloci.sources.layout import Recipe
from boloci.sources.words import fold

__all__ = ["Proposal", "Recipe", "apply", "load", "load_all", "matching", "propose"]

PREVIEW_ROWS = 12
TABLES = ("values", "targets", "reports", "sessions", "stock", "recounts")
"""Tables a wide spreadsheet can fill."""
SEARCHED = 40
"""Rows from the top in which the headers of a recipe are looked for."""
NEEDED = ("place", "period")
"""What no file can be read without; an element may still be told by hand."""


@dataclass(frozen=True)
class Proposal:
    """A guess, what it still lacks, and the first rows it would read."""

    recipe: Recipe
    lacks: tuple[str, ...]
    columns: tuple[str, ...]
    """Names of the columns of the sheet, to choose from."""
    preview: pa.Table | None
    problems: tuple[str, ...] = ()
    """Codes of the problems that stop the preview."""


def sheets(path: Path, name: str = "") -> list[Sheet]:
    """The grids of a workbook or a delimited file. Raises `Refused`."""
    start = text_files.start(path)
    if workbooks.is_workbook(start):
        return list(grids.of_workbook(path, name or path.name))
    if not text_files.is_text(start):
        raise refuse("not_text", Where(name or path.name))
    with path.open("rb") as file:
        return [Sheet("", grids.rows_of(text_files.decoded(file.read())))]


def propose(path: Path, *, sheet: str = "", name: str = "") -> Proposal:
    """Guess the recipe of a file: the sheet with a table, or the one named.

    Raises `Refused`: `no_table_found`, `weekly_period`, or what stops the reading.
    """
    found = [s for s in sheets(path) if not sheet or fold(s.title) == fold(sheet)]
    laid = [(each, layout_of(each, path.name, name or path.stem)) for each in found]
    known = [(each, lay) for each, lay in laid if lay]
    if not known:
        raise refuse("no_table_found", Where(path.name, sheet))
    best, lay = min(known, key=lambda pair: len(pair[1].lacks))
    return proposal(lay.recipe, best, path.name)


def layout_of(sheet: Sheet, file: str, name: str = "") -> layout.Layout | None:
    """`layout.find`, with a weekly period refused in words."""
    try:
        return layout.find(sheet, name)
    except WeeklyPeriod as week:
        raise refuse("weekly_period", _first_with(str(week), sheet, file)) from None


def _first_with(text: str, sheet: Sheet, file: str) -> Where:
    """Where a sheet first says a text."""
    for row in range(len(sheet.cells)):
        for column in range(sheet.width):
            if text in (said := sheet.text(row, column)):
                letter = workbooks.column_letter(column)
                return Where(file, sheet.title, row + 1, letter, said)
    return Where(file, sheet.title, text=text)


def proposal(recipe: Recipe, sheet: Sheet, file: str) -> Proposal:
    """A recipe, corrected by hand perhaps, with what it would read of a sheet."""
    recipe = _moved(recipe, sheet) or recipe
    headers = [row - 1 for row in recipe.header_rows]
    columns = layout.names_of(sheet, headers, range(sheet.width))
    lacks = layout.lacking(recipe)
    log = Log(file, sheet.title)
    try:
        table = None if lacks else wide.table_of(recipe, sheet, log)
    except Refused as refused:
        codes = tuple(dict.fromkeys(problem.code for problem in refused.problems))
        return Proposal(recipe, lacks, columns, None, codes)
    if table is None:
        return Proposal(recipe, lacks, columns, None)
    unknown = () if matching([recipe], sheet) else ("recipe_names_nothing",)
    return Proposal(recipe, lacks, columns, table.slice(0, PREVIEW_ROWS), unknown)


def apply(recipe: Recipe, sheet: Sheet, log: Log) -> pa.Table:
    """Read a sheet by a recipe, into the `SNAPSHOT` schema of the recipe's table.

    Header rows may have moved: they are found by their names. Raises `Refused`.
    """
    return wide.table_of(_moved(recipe, sheet) or recipe, sheet, log)


def matching(recipes: Iterable[Recipe], sheet: Sheet) -> Recipe | None:
    """The first recipe whose columns are all in the headers of a sheet.

    A recipe that does not tell the places or the periods is a draft: it knows no sheet.
    """
    for recipe in recipes:
        if is_draft(recipe):
            continue
        titled = not recipe.sheet or fold(recipe.sheet) == fold(sheet.title)
        if titled and _moved(recipe, sheet):
            return recipe
    return None


def is_draft(recipe: Recipe) -> bool:
    """Whether a recipe does not tell the places or the periods yet."""
    return bool(set(NEEDED) & set(layout.lacking(recipe)))


def _moved(recipe: Recipe, sheet: Sheet) -> Recipe | None:
    """The recipe with its header rows where this sheet has them; None if nowhere."""
    wanted = _told(recipe)
    named = {name for name in wanted if not name.startswith("column ")}
    if not named:
        return recipe if _is_unnamed_sheet_of(recipe, sheet) else None
    given = tuple(row - 1 for row in recipe.header_rows)
    height, below = len(given), recipe.first_row - max(recipe.header_rows, default=0)
    shifted = [
        tuple(range(top, top + height))
        for top in range(min(SEARCHED, len(sheet.cells)) - height + 1)
    ]
    for rows in (given, *shifted):
        have = {fold(sheet.text(r, c)) for r in rows for c in range(sheet.width)}
        if named <= have and _hold(recipe, sheet, rows):
            numbers = tuple(row + 1 for row in rows)
            first = numbers[-1] + below if numbers else recipe.first_row
            return replace(recipe, header_rows=numbers, first_row=first)
    return None


def _told(recipe: Recipe) -> set[str]:
    """Folded names of the columns that a recipe tells."""
    told = (*recipe.place, *recipe.period, *recipe.split, *recipe.values)
    return {fold(name) for name in (*told, recipe.element) if name}


def _is_unnamed_sheet_of(recipe: Recipe, sheet: Sheet) -> bool:
    """Whether a sheet is the one of a recipe that names no column by a header.

    It is known by its title; without one, by columns that have no header here either
    and periods where the recipe says they are. Nothing would tell one text file from
    another otherwise, and the recipe would take them all.
    """
    if recipe.sheet:
        return recipe.sheet == sheet.title
    here = [fold(name) for name in column_names(sheet, recipe.header_rows)]
    told = _told(recipe)
    if not told or not told <= set(here):
        return False
    if {PERIOD, YEAR, BOTH} & set(recipe.across):
        return _hold(recipe, sheet, tuple(row - 1 for row in recipe.header_rows))
    columns = [here.index(fold(name)) for name in recipe.period]
    return bool(columns) and all(
        _are_periods(sheet, column, recipe.first_row) for column in columns
    )


def _are_periods(sheet: Sheet, column: int, first_row: int) -> bool:
    """Whether a column holds periods, or months of a year, from a row on."""
    rows = range(first_row - 1, min(first_row - 1 + SEARCHED, len(sheet.cells)))
    texts = [text for row in rows if (text := sheet.text(row, column))]
    read = sum(_is_period(text) for text in texts)
    return bool(texts) and read >= layout.MOSTLY * len(texts)


def _is_period(text: str) -> bool:
    try:
        return layout.period_of(text) is not None or dates.month(text) is not None
    except WeeklyPeriod:
        return False


def _hold(recipe: Recipe, sheet: Sheet, rows: tuple[int, ...]) -> bool:
    """True where each header row holds a period if the recipe says so."""
    for row, holds in zip(rows, recipe.across, strict=False):
        found = layout.across(sheet, row, list(range(sheet.width)), share=0.0)
        if holds in (PERIOD, YEAR, MONTH, BOTH) and found != holds:
            return False
    return True


def save(recipe: Recipe, path: Path) -> None:
    """Write a recipe as YAML, for people to read and correct."""
    text = yaml.safe_dump(plain(recipe), allow_unicode=True, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def plain(recipe: Recipe) -> dict[str, Any]:
    """A recipe as lists, texts and numbers; what is blank is left out."""
    made: dict[str, Any] = {}
    for key, value in asdict(recipe).items():
        value = list(value) if isinstance(value, tuple) else value
        value = dict(value) if isinstance(value, Mapping) else value
        if key != "kept" and value not in ("", [], {}):
            made[key] = value
    return made


def load(path: Path) -> Recipe:
    """Read a recipe. Raises `Refused` (`recipe_malformed`) naming the key."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        detail = str(error).splitlines()[0]
        raise refuse("recipe_malformed", Where(path.name), key=detail) from None
    return replace(from_plain(given, path.name), kept=path.stem)


def from_plain(given: Any, file: str) -> Recipe:
    """A recipe from the keys of its YAML. Raises `Refused` (`recipe_malformed`)."""
    if not isinstance(given, dict):
        raise refuse("recipe_malformed", Where(file), key="name")
    known = {each.name for each in fields(Recipe)} - {"kept"}
    made: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known or not _fits(key, value):
            raise refuse("recipe_malformed", Where(file, text=str(value)), key=key)
        made[key] = tuple(value) if key in _LISTS else value
    missing = [key for key in ("name", "header_rows", "first_row") if key not in made]
    if missing:
        raise refuse("recipe_malformed", Where(file), key=missing[0])
    return Recipe(**made)


_LISTS = ("header_rows", "place", "period", "split", "values", "across", "ignore")
_MAPS = ("measures", "fixed")


def _fits(key: str, value: Any) -> bool:
    if key in _LISTS:
        kind = int if key == "header_rows" else str
        return isinstance(value, list) and all(isinstance(v, kind) for v in value)
    if key in _MAPS:
        return isinstance(value, dict) and all(
            isinstance(part, str) for pair in value.items() for part in pair
        )
    if key == "first_row":
        return isinstance(value, int)
    if key == "aggregate":
        return isinstance(value, bool)
    words = {"table": TABLES, "blanks": ("keep", "leave_out")}
    return isinstance(value, str) and value in words.get(key, (value,))


def load_all(folder: Path) -> list[Recipe]:
    """Every recipe of a folder, by file name; none where there is no folder."""
    return [load(path) for path in sorted(folder.glob("*.yaml"))]
