"""Sheets of figures become values, targets, reports and stock of a snapshot."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.sources.countdown.places import Known, compact
from boloci.sources.countdown.sheets import Row, Sheet
from boloci.tables import SNAPSHOT, Finding

PART = tuple[pa.Table, str]
"""A table and the title of the sheet it came from."""

POPULATIONS = {
    "totalpopulation": "total",
    "populationtotal": "total",
    "populationunder1year": "under_1",
    "populationunder1": "under_1",
    "livebirths": "live_births",
    "pregnantwomen": "pregnant_women",
    "survivinginfants": "surviving_infants",
}
"""Columns of Population_data (letters and digits alone) that are targets; the others
are told, not kept."""

DATASETS = {"instdelivey": "idelv", "instdelivery": "idelv"}
"""Forms whose short name is not the first word of their columns (sic: the template
writes `Instdelivey`)."""
_REPORTING = re.compile(r"(.+)_reporting_(expected|received|rate)")
_STOCK = re.compile(r"(.+)_(start|in|out|adm|end|waste|stockouts)")
_ID_COLUMNS = ("district", "year", "month")

TOO_MANY_DOSES = 20
"""First pentavalent doses per live birth beyond which the population must be in
thousands: the worst true target known is wrong by a factor of 3."""


def values(sheet: Sheet, known: Known) -> PART:
    """One row for each cell of a service sheet, blank ones included."""
    columns = [name for name in sheet.columns if name not in _ID_COLUMNS]
    rows = []
    for row in sheet.rows:
        place = known.district(sheet.text(row, "district"), sheet.title, row.index + 1)
        for name in columns:
            rows.append(
                {
                    "element": name,
                    "place": place,
                    "period": row.period,
                    "value": sheet.number(row, name),
                    "row": row.index + 1,
                    "cell": sheet.cell(row, name),
                }
            )
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["values"]), sheet.title


def elements(sheet: Sheet) -> PART:
    """What the sheet calls its columns."""
    rows = [
        {
            "element": name,
            "code": name,
            "name": sheet.labels.get(name) or name,
            "row": sheet.header + 1,
            "cell": f"{sheet.title}!{sheet.header + 1}",
        }
        for name in sheet.columns
        if name not in _ID_COLUMNS
    ]
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["elements"]), sheet.title


def targets(sheet: Sheet, known: Known) -> PART:
    """Official populations by district and year."""
    named = {column: POPULATIONS.get(compact(column), "") for column in sheet.columns}
    used = {column: population for column, population in named.items() if population}
    aside = [c for c in sheet.columns if c not in used and c not in _ID_COLUMNS]
    if aside:
        sheet.log.doubt("columns_not_used", ", ".join(aside), len(aside), [])
    rows = [
        {
            **_place_of(sheet, row, known),
            "population": population,
            "year": (row.period or 0) // 100,
            "value": sheet.number(row, column),
            "source": "official",
            "cell": sheet.cell(row, column),
        }
        for row in sheet.rows
        for column, population in used.items()
    ]
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["targets"]), sheet.title


def reports(sheet: Sheet, known: Known) -> PART:
    """Reports expected and received, and the rate as the workbook states it."""
    forms = _grouped(sheet, _REPORTING)
    shares = {form for form, parts in forms.items() if _is_share(sheet, parts)}
    for form in sorted(shares):
        sheet.log.doubt("rates_were_shares", forms[form]["rate"], len(sheet.rows), [])
    rows = []
    for row in sheet.rows:
        for form, parts in forms.items():
            found = {part: sheet.number(row, column) for part, column in parts.items()}
            if form in shares and found["rate"] is not None:
                found["rate"] *= 100
            rows.append(
                {
                    **_place_of(sheet, row, known),
                    "dataset": DATASETS.get(form, form),
                    "period": row.period,
                    **found,
                    "cell": sheet.cell(row, next(iter(parts.values()))),
                }
            )
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["reports"]), sheet.title


def _is_share(sheet: Sheet, parts: dict[str, str]) -> bool:
    """True where a column of rates holds 0.857 for 85.7 %: an Excel percent format.

    By the middle of the rates above 0, as single months pass 100 %.
    """
    at = sheet.columns.get(parts.get("rate", ""))
    if at is None:
        return False
    cells = (row.cells[at] for row in sheet.rows)
    rates = [cell for cell in cells if isinstance(cell, float) and cell > 0]
    return bool(rates) and statistics.median(rates) <= 1.0


def stock(sheet: Sheet, known: Known) -> PART:
    """Doses in store by product and month.

    `issued` is what left the store for use or for other facilities (the workbook's
    `adm` and `out`), so that opening + received - issued - lost = closing.
    """
    rows = []
    products = _grouped(sheet, _STOCK)
    for row in sheet.rows:
        for product, parts in products.items():
            found = {part: sheet.number(row, column) for part, column in parts.items()}
            left = [v for v in (found.get("adm"), found.get("out")) if v is not None]
            rows.append(
                {
                    **_place_of(sheet, row, known),
                    "product": product.upper(),
                    "period": row.period,
                    "opening": found.get("start"),
                    "received": found.get("in"),
                    "issued": sum(left) if left else None,
                    "lost": found.get("waste"),
                    "closing": found.get("end"),
                    "stockout_days": found.get("stockouts"),
                    "cell": sheet.cell(row, next(iter(parts.values()))),
                }
            )
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["stock"]), sheet.title


def _grouped(sheet: Sheet, pattern: re.Pattern[str]) -> dict[str, dict[str, str]]:
    """Columns by what stands before and after the pattern's own word."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for column in sheet.columns:
        if found := pattern.fullmatch(column):
            groups[found[1]][found[2]] = column
        elif column not in _ID_COLUMNS:
            sheet.log.doubt("columns_not_used", column, 1, [])
    return dict(groups)


def _place_of(sheet: Sheet, row: Row, known: Known) -> dict[str, Any]:
    name = sheet.text(row, "district")
    line = row.index + 1
    return {"place_id": known.district(name, sheet.title, line), "row": line}


def thousands_doubt(
    targets: Iterable[PART], values: Iterable[PART], file: str
) -> list[Finding]:
    """A finding where live births look like thousands beside the doses given."""
    births: dict[tuple[str, int], float] = {}
    for table, _ in targets:
        for row in table.to_pylist():
            if row["population"] == "live_births" and row["value"]:
                births[row["place_id"], row["year"]] = row["value"]
    doses: dict[tuple[str, int], float] = defaultdict(float)
    for table, _ in values:
        if births:
            for row in table.to_pylist():
                if row["element"] in ("penta1", "bcg") and row["value"]:
                    year = periods.containing(row["period"], periods.YEAR) // 100
                    doses[row["place"], year] += row["value"]
    ratios = [doses[key] / births[key] for key in births if key in doses]
    if not ratios or statistics.median(ratios) < TOO_MANY_DOSES:
        return []
    params = {
        "file": file,
        "sheet": "Population_data",
        "column": "Live_births",
        "ratio": round(statistics.median(ratios)),
    }
    return [Finding("population_in_thousands", params=params)]
