"""Wide spreadsheets: DHIS2 pivot tables and Data Visualizer downloads, and recipes.

Contract. Workbooks (.xlsx, .xls, .ods) and CSV whose headers tell where the places, the
periods and the elements stand, and any file a saved recipe knows. Elements and places
keep the names that are written; a place below others is `Sikasso / Bougouni / Kologo`,
or its identifier where the file has a column of them. Totals are left out, and said.
A pivot table's empty cell says nothing: no row is made of it.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from boloci.problems import Problem, Refused, Where, refuse
from boloci.sources import grids, recipe, text_files, workbooks
from boloci.sources.cells import MOST_PROBLEMS, Log
from boloci.sources.duplicates import one_row_a_key
from boloci.sources.grids import Sheet
from boloci.sources.layout import Layout, Recipe
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.recognise import Head
from boloci.tables import TIDY, VALUES_KEY, Finding

FORMAT = "spreadsheet"
SYSTEM = "spreadsheet"
_HTML = (b"<html", b"<!doctype html", b"<table", b"<?xml")


def recognise(head: Head, *, recipes: Sequence[Recipe] = ()) -> str | None:
    """A recipe's file, or one that shows places, periods and elements."""
    if _is_html(head.start):
        return FORMAT if head.name.lower().endswith(".xls") else None
    try:
        found = _sheets_of_head(head)
    except Refused:
        return None
    for sheet in found:
        if (known := recipe.matching(recipes, sheet)) is not None:
            return f"spreadsheet recipe {known.name}"
    for sheet in found:
        laid = recipe.layout_of(sheet, head.name)
        if laid and not set(laid.lacks) - {"element"}:
            return f"{FORMAT} pivot"
    return None


def _is_html(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_HTML)


def _sheets_of_head(head: Head) -> list[Sheet]:
    if workbooks.is_workbook(head.start):
        return list(grids.of_workbook(head.path, head.name))
    if not text_files.is_text(head.start):
        return []
    text = text_files.decoded(head.start)
    if text.lstrip()[:1] in ("{", "["):
        return []
    whole = (
        text if len(head.start) < text_files.HEADER_BYTES else text[: text.rfind("\n")]
    )
    return [Sheet("", grids.rows_of(whole))]


def read(
    source: Input,
    *,
    staging: Path,
    progress: Progress,
    recipes: Sequence[Recipe] = (),
) -> Reading:
    """Every sheet that is a table of figures.

    Raises `Refused`: `html_table`, `spreadsheet_unclear` (and what is lacking),
    `no_table_found`, `weekly_period`, numbers that cannot be read.
    """
    if _is_html(text_files.start(source.path)):
        raise refuse("html_table", Where(source.name))
    sheets, findings = _opened(source, staging)
    parts: dict[str, list[pa.Table]] = {}
    names: list[str] = []
    aside: list[str] = []
    for at, sheet in enumerate(sheets):
        progress("read", at / len(sheets))
        chosen = _recipe_of(sheet, source, recipes)
        if chosen is None:
            aside.append(sheet.title)
            continue
        table, told = _read_sheet(chosen, sheet, source, staging)
        parts.setdefault(chosen.table, []).append(table)
        findings += told
        names.append(chosen.name if chosen in recipes else "pivot")
    if not parts:
        raise refuse("no_table_found", Where(source.name))
    if aside:
        params = {"file": source.name, "sheets": ", ".join(filter(None, aside))}
        findings.append(Finding("sheets_not_read", "info", params=params))
    progress("read", 1.0)
    tables = {name: pa.concat_tables(each) for name, each in parts.items()}
    kind = f"{FORMAT} {', '.join(dict.fromkeys(names))}"
    aggregate = not any(each.name in names and not each.aggregate for each in recipes)
    return Reading(kind, SYSTEM, tables, aggregate=aggregate, findings=findings)


def _opened(source: Input, staging: Path) -> tuple[list[Sheet], list[Finding]]:
    if workbooks.is_workbook(text_files.start(source.path)):
        return list(grids.of_workbook(source.path, source.name)), []
    sheet, file = grids.of_text(source, staging)
    return [sheet], list(file.findings)


def _recipe_of(sheet: Sheet, source: Input, recipes: Sequence[Recipe]) -> Recipe | None:
    """The saved recipe of a sheet, else its own layout; None: no table in it."""
    known = recipe.matching(recipes, sheet)
    if known:
        return known
    laid: Layout | None = recipe.layout_of(sheet, source.name)
    if laid and laid.lacks:
        if {"place", "period"} <= set(laid.lacks):
            return None
        where = Where(source.name, sheet.title)
        raise refuse("spreadsheet_unclear", where, lacks=", ".join(laid.lacks))
    return laid.recipe if laid else None


def _read_sheet(
    chosen: Recipe, sheet: Sheet, source: Input, staging: Path
) -> tuple[pa.Table, list[Finding]]:
    if sheet.title:
        workbooks.check_formulas(source.path, source.name, [sheet.title])
    log = Log(source.name, sheet.title)
    try:
        table = recipe.apply(chosen, sheet, log)
    except Refused as refused:
        raise _naming(chosen, source, refused) from None
    if sheet.title:
        for cell, text in workbooks.errors(source.path, sheet.title):
            log.doubt("cell_error", cell, 1, [], text)
    key = VALUES_KEY if chosen.table == "values" else TIDY[chosen.table].key
    once, repeats = one_row_a_key(
        table, key=key, file=source.name, sheet=sheet.title, staging=staging
    )
    return once, [*log.findings(), *repeats]


def _naming(chosen: Recipe, source: Input, refused: Refused) -> Refused:
    """A refusal that names the kept recipe by which the file was read, if any: who
    made it for another file cannot tell from the cells why they are refused."""
    if not chosen.kept:
        return refused
    values = {"recipe": chosen.name, "kept": chosen.kept}
    told = Problem("read_by_recipe", Where(source.name), values)
    return Refused(*refused.problems[: MOST_PROBLEMS - 1], told)
