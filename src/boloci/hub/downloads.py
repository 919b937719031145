"""A page's tables and charts as files: CSV, XLSX, JSON, SVG, PNG, specification."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from boloci import charts
from boloci.charts import Column, Table
from boloci.hub.current import current, workspace
from boloci.hub.language import spoken
from boloci.names import fold
from boloci.spreadsheets import guarded

if TYPE_CHECKING:
    from boloci.hub.pages import Page

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".vl.json": "application/json",
}


HOME, HOME_FILES = "/", "/overview"
"""The overview, and the address that its files have, for "/.csv" is none."""
LONGEST_NAME = 60
"""Letters of a page's title in the names of its files."""


def answer(
    request: HttpRequest, page: "Page", suffix: str, *, figures: bool = False
) -> HttpResponse:
    """A page in one of its formats; `?table=` or `?chart=` names which.

    `figures`: its tables are of a build; each row of a file (JSON: the whole) then
    says of which one, and which page it was on, for it is read far from where it came.
    """
    from boloci.hub.pages import chart_named, table_named

    name = request.GET.get("table") or request.GET.get("chart") or ""
    if suffix in (".svg", ".png", ".vl.json"):
        chart = chart_named(page, name)
        content: bytes | str = charts.as_file(chart, suffix, language=spoken())
        file = chart.name
    elif suffix == ".json":
        lineage = _lineage(address_of(request, suffix)) if figures else {}
        content, file = _json(page, name, lineage), "page"
    else:
        table = table_named(page, name)
        file = table.name
        if figures:
            table = with_lineage(table, address_of(request, suffix))
        content = csv_of(table) if suffix == ".csv" else _xlsx(table)
    named = "-".join(filter(None, ("boloci", _plain(page.title), file)))
    response = HttpResponse(content, content_type=TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{named}{suffix}"'
    return response


def _plain(title: str) -> str:
    """A title as part of a file's name: letters and digits that every system takes."""
    plain = "".join(
        one if one.isascii() and one.isalnum() else " " for one in fold(title)
    )
    return "-".join(plain.split())[:LONGEST_NAME].strip("-")


def address_of(request: HttpRequest, suffix: str) -> str:
    """The page that a file was asked on, with what was chosen there."""
    chosen = [
        pair
        for pair in parse_qsl(request.META.get("QUERY_STRING", ""))
        if pair[0] not in ("table", "chart")
    ]
    query = f"?{urlencode(chosen)}" if chosen else ""
    path = request.path.removesuffix(suffix)
    return f"{HOME if path == HOME_FILES else path}{query}"


def with_lineage(table: Table, address: str) -> Table:
    """A table of figures with columns that tell where it comes from: `place_id` where
    rows are of places, `build`, `page`, and `synthetic` for an invented country."""
    lineage = _lineage(address)
    if lineage.pop("synthetic"):
        lineage["synthetic"] = "yes"  # a column, in a file that has no true and false
    table = _with_places(table)
    known = {column.name for column in table.columns}
    more = [Column(name, name) for name in lineage if name not in known]
    return replace(
        table,
        columns=[*table.columns, *more],
        rows=[{**lineage, **row} for row in table.rows],
    )


def _lineage(address: str) -> dict[str, Any]:
    """Where figures come from: build, page, and whether the country is invented."""
    return {
        "build": current().build,
        "page": address,
        "synthetic": workspace().synthetic,
    }


def _with_places(table: Table) -> Table:
    """A table with the column `place_id` where its rows are of places."""
    told = any(column.name == "place_id" for column in table.columns)
    if told or not any(row.get("place_id") for row in table.rows):
        return table
    return replace(table, columns=[*table.columns, Column("place_id", "place_id")])


def _json(page: "Page", name: str, lineage: Mapping[str, Any]) -> str:
    """Every table of a page, or one: columns told, rows by column name.

    `lineage` is told once, beside the title: it is the same for every row.
    """
    tables = [one for one in page.every_table if not name or one.name == name]
    told = {
        "title": page.title,
        **lineage,
        "tables": [
            {
                "name": one.name,
                "title": one.title,
                "columns": [
                    {"name": c.name, "label": c.label, "unit": c.unit}
                    for c in (_with_places(one) if lineage else one).columns
                ],
                "rows": one.rows,
            }
            for one in tables
        ],
    }
    return json.dumps(told, ensure_ascii=False, default=str)


def csv_of(table: Table) -> str:
    """A table as CSV, with a byte order mark for Excel; texts that a spreadsheet would
    run are defused."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(row.get(column.name)) for column in table.columns])
    return file.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else value


def _xlsx(table: Table) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    strong = book.add_format({"bold": True})
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.label, strong)
    for line, row in enumerate(table.rows, start=1):
        for at, column in enumerate(table.columns):
            value = row.get(column.name)
            if isinstance(value, bool):
                sheet.write_boolean(line, at, value)
            elif isinstance(value, int | float) and value == value:
                sheet.write_number(line, at, value)
            elif value is not None:
                sheet.write_string(line, at, str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return file.getvalue()
