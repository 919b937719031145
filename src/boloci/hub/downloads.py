"""A page's tables and charts as files: CSV, XLSX, JSON, SVG, PNG, specification."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from boloci import charts
from boloci.charts import Table
from boloci.hub.language import spoken
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


def answer(request: HttpRequest, page: "Page", suffix: str) -> HttpResponse:
    """A page in one of its formats; `?table=` or `?chart=` names which."""
    from boloci.hub.pages import chart_named, table_named

    name = request.GET.get("table") or request.GET.get("chart") or ""
    if suffix in (".svg", ".png", ".vl.json"):
        chart = chart_named(page, name)
        content: bytes | str = charts.as_file(chart, suffix, language=spoken())
        file = chart.name
    elif suffix == ".json":
        content, file = _json(page, name), "page"
    else:
        table = table_named(page, name)
        content = csv_of(table) if suffix == ".csv" else _xlsx(table)
        file = table.name
    response = HttpResponse(content, content_type=TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="boloci-{file}{suffix}"'
    return response


def _json(page: "Page", name: str) -> str:
    """Every table of a page, or one: columns told, rows by column name."""
    tables = [one for one in page.every_table if not name or one.name == name]
    told = {
        "title": page.title,
        "tables": [
            {
                "name": one.name,
                "title": one.title,
                "columns": [
                    {"name": c.name, "label": c.label, "unit": c.unit}
                    for c in one.columns
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
