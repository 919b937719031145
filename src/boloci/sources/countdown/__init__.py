"""The Countdown to 2030 workbook: districts by month, as ministries fill it in.

Contract. Sheets: Admin_data, Population_data, Reporting_completeness, Service_data_1
and up, Vaccine_stock_data, Contextual_campaigns; the first row with the names of
columns, then one or two rows of labels. Places become `country.kenya`,
`region.rift_valley`, `district.baringo`. An empty cell stays a value left blank, never
a zero and never a missing row. Cells that hold a remark instead of a number are blank
with a finding. Populations are persons, as the template asks.
Source: the template of Countdown to 2030 (cd2030, sheet Read_me).
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from boloci.problems import Refused, Where, refuse
from boloci.sources import workbooks
from boloci.sources.countdown import campaigns, places, tables
from boloci.sources.countdown.sheets import Sheet, is_monthly, sheet_of
from boloci.sources.duplicates import one_row_a_key
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.recognise import Head
from boloci.tables import SNAPSHOT, TIDY, VALUES_KEY, Finding

FORMAT = "countdown workbook"
SYSTEM = "countdown"
SERVICE = "service_data"
ADMIN, POPULATION = "admin_data", "population_data"
REPORTING, STOCK = "reporting_completeness", "vaccine_stock_data"
CAMPAIGNS = "contextual_campaigns"
EXPECTED = (ADMIN, POPULATION, REPORTING, STOCK, CAMPAIGNS)
NOT_DATA = ("readme", "datachecks")
ENOUGH = 2
"""A workbook with a sheet of services and this many of the other sheets is Countdown's
by their names alone, so that one whose stock sheet was removed is still known."""


def recognise(head: Head) -> str | None:
    """The workbook, from the names of its sheets.

    With fewer of them a sheet of services must have the template's own columns: a
    sheet `Service data` may be anybody's.
    """
    if not workbooks.is_workbook(head.start):
        return None
    names = {canonical(name): name for name in workbooks.sheet_names(head.path)}
    services = [title for name, title in names.items() if name.startswith(SERVICE)]
    if not services:
        return None
    if len(names.keys() & set(EXPECTED)) >= ENOUGH:
        return FORMAT
    return FORMAT if _has_a_months_sheet(head, services) else None


def _has_a_months_sheet(head: Head, titles: list[str]) -> bool:
    """Whether one of the sheets has a row of names with district, year and month."""
    try:
        with workbooks.opened(head.path, head.name) as book:
            return any(is_monthly(workbooks.grid(book, title)) for title in titles)
    except Refused:
        return False


def canonical(title: str) -> str:
    """`service_data_1` of ` Service data 1`: the template's name of a sheet."""
    key = places.compact(title)
    if key.startswith(places.compact(SERVICE)):
        return f"{SERVICE}_{key.removeprefix(places.compact(SERVICE))}"
    return next((name for name in EXPECTED if places.compact(name) == key), key)


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Every sheet of the workbook as tables of a snapshot.

    Raises `Refused`: columns missing, rows whose month cannot be read, ambiguous
    numbers, formulas without a stored result, a workbook that is damaged.
    """
    sheets, findings = _sheets(source, progress)
    known = places.known(sheets.get(ADMIN), source.name)
    services = [sheet for name, sheet in sheets.items() if name.startswith(SERVICE)]
    made = {
        "values": [tables.values(sheet, known) for sheet in services],
        "elements": [tables.elements(sheet) for sheet in services],
        "targets": [tables.targets(s, known) for s in _if_there(sheets, POPULATION)],
        "reports": [tables.reports(s, known) for s in _if_there(sheets, REPORTING)],
        "stock": [tables.stock(s, known) for s in _if_there(sheets, STOCK)],
        "events": [campaigns.events(s, known) for s in _if_there(sheets, CAMPAIGNS)],
    }
    findings += tables.thousands_doubt(made["targets"], made["values"], source.name)
    out = {"places": known.table()}
    for name, parts in made.items():
        whole, repeats = _together(name, parts, source.name, staging)
        if whole.num_rows:
            out[name] = whole
            findings += repeats
    for sheet in sheets.values():
        findings += sheet.log.findings()
    progress("read", 1.0)
    doubts = [*findings, *known.findings()]
    return Reading(FORMAT, SYSTEM, out, aggregate=True, findings=doubts)


def _if_there(sheets: dict[str, Sheet], name: str) -> list[Sheet]:
    return [sheets[name]] if name in sheets else []


def _sheets(
    source: Input, progress: Progress
) -> tuple[dict[str, Sheet], list[Finding]]:
    """The sheets to read, by folded name, and what was missing or left aside."""
    names = workbooks.sheet_names(source.path)
    wanted = {canonical(n): n for n in names if _is_wanted(canonical(n))}
    workbooks.check_formulas(source.path, source.name, list(wanted.values()))
    found: dict[str, Sheet] = {}
    with workbooks.opened(source.path, source.name) as book:
        for at, (name, sheet) in enumerate(wanted.items()):
            progress("read", at / len(wanted))
            found[name] = sheet_of(workbooks.grid(book, sheet), sheet, name, source)
    if not any(sheet.rows for n, sheet in found.items() if n.startswith(SERVICE)):
        raise refuse("countdown_no_service_data", Where(source.name))
    return found, _told(names, found, source.name)


def _is_wanted(name: str) -> bool:
    return name in EXPECTED or name.startswith(SERVICE)


def _told(names: list[str], found: dict[str, Sheet], file: str) -> list[Finding]:
    missing = [name for name in EXPECTED if name not in found]
    findings = [
        Finding(
            "sheet_missing",
            "info" if name in (STOCK, CAMPAIGNS) else "warning",
            params={"file": file, "sheet": name.capitalize()},
        )
        for name in missing
    ]
    aside = [
        name
        for name in names
        if not _is_wanted(canonical(name)) and canonical(name) not in NOT_DATA
    ]
    if aside:
        params = {"file": file, "sheets": ", ".join(aside)}
        findings.append(Finding("sheets_not_read", "info", params=params))
    return findings


def _together(
    name: str, parts: Iterable[tuple[pa.Table, str]], file: str, staging: Path
) -> tuple[pa.Table, list[Finding]]:
    """Sheets of one kind as one table, repeats told sheet by sheet, then across."""
    key = VALUES_KEY if name == "values" else _KEYS.get(name) or TIDY[name].key
    findings: list[Finding] = []
    kept = []
    for part, sheet in parts:
        once, told = one_row_a_key(
            part, key=key, file=file, sheet=sheet, staging=staging
        )
        kept.append(once)
        findings += told
    whole = pa.concat_tables(kept) if kept else SNAPSHOT[name].empty_table()
    if len(kept) > 1:
        whole, told = one_row_a_key(whole, key=key, file=file, staging=staging)
        findings += told
    return whole, findings


_KEYS = {
    "elements": ("element",),
    "events": ("kind", "place_id", "start", "end", "note"),
}
