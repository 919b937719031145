"""One sheet of the workbook: names of columns, label rows, rows of districts."""

import datetime
import re
from dataclasses import dataclass, field

from boloci.problems import Problem, Refused, Where
from boloci.sources import dates, numbers, workbooks
from boloci.sources.cells import MOST_PROBLEMS, Log
from boloci.sources.reading import Input
from boloci.sources.words import fold, is_blank, squeeze
from boloci.sources.workbooks import Cell, Grid

HEADER_WITHIN = 10
"""Rows from the top in which the row of names is looked for."""
LABELS_WITHIN = 5
"""Rows after the names in which instructions and labels may stand."""

_KEYS: dict[str, tuple[str, ...]] = {
    "admin_data": ("district",),
    "population_data": ("district", "year"),
    "contextual_campaigns": ("year", "month"),
}
_MONTHLY = ("district", "year", "month")
_SAME = {
    "annee": "year",
    "ano": "year",
    "mois": "month",
    "mes": "month",
    "distrito": "district",
    "adminlevel_2": "district",
    "adminlevel_1": "first_admin_level",
    "firstadminlevel": "first_admin_level",
    "pays": "country",
}
_NO_FIGURES = ("num_order", "country", "first_admin_level")
"""Columns of Admin_data that the template fills below the last district."""
_TOTALS = re.compile(r"(grand )?total\b.*|ensemble|national|moyenne|average|somme|soma")


def squash(name: str) -> str:
    """A name of a sheet or column: lower case, no accents, no spaces."""
    return re.sub(r"\s+", "", fold(name).replace(" _", "_").replace("_ ", "_"))


@dataclass(frozen=True)
class Row:
    """A row of data: its index from 0, its cells, and its period where it has one."""

    index: int
    cells: list[Cell]
    period: int | None = None
    """Month code, or year code in a yearly sheet."""


@dataclass(frozen=True)
class Sheet:
    """A sheet ready to become tables."""

    title: str
    """As the workbook writes it."""
    columns: dict[str, int]
    """Index of each column by its squashed name, in order."""
    labels: dict[str, str]
    """What the label row calls each column."""
    header: int
    rows: list[Row]
    log: Log = field(compare=False)
    style: numbers.Style = numbers.UNKNOWN

    def text(self, row: Row, column: str) -> str:
        """A cell as text, spaces squeezed; blank where the column is not there."""
        at = self.columns.get(column)
        if at is None or at >= len(row.cells):
            return ""
        return squeeze(workbooks.text(row.cells[at]))

    def number(self, row: Row, column: str) -> float | None:
        """A cell as a number; a remark in it is null and a finding."""
        at = self.columns.get(column)
        cell = row.cells[at] if at is not None and at < len(row.cells) else ""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._doubted(float(cell), row, column)
        text = workbooks.text(cell)
        if is_blank(text):
            if squeeze(text):
                self._doubt("blank_words_read", row, column, text)
            return None
        try:
            return self._doubted(numbers.parse(text, self.style), row, column)
        except numbers.NotANumber:
            self._doubt("text_in_number_cell", row, column, text)
            return None

    def _doubted(self, value: float | None, row: Row, column: str) -> float | None:
        if value is not None and value < 0:
            self._doubt("negative_value", row, column, f"{value:g}")
        return value

    def _doubt(self, rule: str, row: Row, column: str, text: str) -> None:
        self.log.doubt(rule, column, 1, [row.index + 1], text)

    def cell(self, row: Row, column: str) -> str:
        """`Service_data_2!E7`."""
        return workbooks.address(self.title, row.index, self.columns[column])


def sheet_of(grid: Grid, title: str, name: str, source: Input) -> Sheet:
    """Find the names, drop the labels, and read district, year and month of each row.

    `name` is the squashed title, which tells what columns a row needs. Raises
    `Refused`: `columns_missing`, `row_without_month`, `number_ambiguous`.
    """
    log = Log(source.name, title)
    needs = _KEYS.get(name, _MONTHLY)
    header, columns = _header(grid, needs)
    missing = [need for need in needs if need not in columns]
    if missing:
        where = Where(source.name, title, row=header + 1)
        values = {"columns": ", ".join(missing), "table": title}
        raise Refused(Problem("columns_missing", where, values))
    _tell_nameless(grid, header, columns, log)
    first = _first_row(grid, header, columns, needs)
    rows = _rows(grid, first, columns, needs, log)
    style = _style(rows, columns, needs, log)
    if log.problems:
        raise Refused(*log.problems)
    for cell, text in workbooks.errors(source.path, title):
        log.doubt("cell_error", cell, 1, [int(re.sub(r"\D", "", cell))], text)
    labels = _labels(grid[header + 1 : first], columns)
    return Sheet(title, columns, labels, header, rows, log, style)


def is_monthly(grid: Grid) -> bool:
    """Whether a sheet has a row of names with district, year and month."""
    return all(need in _header(grid, _MONTHLY)[1] for need in _MONTHLY)


def _header(grid: Grid, needs: tuple[str, ...]) -> tuple[int, dict[str, int]]:
    """The row with the most of the names a sheet needs, and its columns."""
    best: tuple[int, dict[str, int]] = (0, {})
    for index, cells in enumerate(grid[:HEADER_WITHIN]):
        columns = _columns(cells)
        if sum(need in columns for need in needs) > sum(n in best[1] for n in needs):
            best = index, columns
    return best


def _columns(cells: list[Cell]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = squash(workbooks.text(cell))
        name = _SAME.get(name, name)
        if name and name not in columns:
            columns[name] = at
    return columns


def _tell_nameless(grid: Grid, header: int, columns: dict[str, int], log: Log) -> None:
    """Columns with figures but no name, or a name already used, cannot be read."""
    named = set(columns.values())
    for cells in grid[header + LABELS_WITHIN :]:
        for at, cell in enumerate(cells):
            if at not in named and isinstance(cell, int | float):
                named.add(at)
                letter = workbooks.column_letter(at)
                log.doubt("column_without_name", letter, 1, [header + 1])


def _first_row(
    grid: Grid, header: int, columns: dict[str, int], needs: tuple[str, ...]
) -> int:
    """Index of the first row after the labels."""
    first = header + 1
    for index in range(header + 1, min(header + 1 + LABELS_WITHIN, len(grid))):
        if not _is_label(grid[index], columns, needs):
            break
        first = index + 1
    return first


def _is_label(
    cells: list[Cell], columns: dict[str, int], needs: tuple[str, ...]
) -> bool:
    """True for instructions and labels: no year where a year is due; in Admin_data,
    words where numbers of hospitals are due, or one long text alone."""
    if "year" in needs:
        text = workbooks.text(cells[columns["year"]]) if cells else ""
        if any(isinstance(cell, int | float) for cell in cells):
            return False
        return not re.search(r"\d", text) and not _is_month(cells, columns)
    filled = [cell for cell in cells if workbooks.text(cell).strip()]
    numeric = [
        cells[at]
        for name, at in columns.items()
        if name.startswith(("number_", "total_", "num_")) and at < len(cells)
    ]
    words = [cell for cell in numeric if isinstance(cell, str) and not is_blank(cell)]
    return any(not re.search(r"\d", w) for w in words) or (
        len(filled) == 1 and len(workbooks.text(filled[0])) > 60
    )


def _is_month(cells: list[Cell], columns: dict[str, int]) -> bool:
    at = columns.get("month")
    return at is not None and dates.month(workbooks.text(cells[at])) is not None


def _labels(rows: Grid, columns: dict[str, int]) -> dict[str, str]:
    """The text of the last label row for each column (the first are instructions)."""
    return {
        name: squeeze(workbooks.text(rows[-1][at])) if rows else ""
        for name, at in columns.items()
    }


def _rows(
    grid: Grid,
    first: int,
    columns: dict[str, int],
    needs: tuple[str, ...],
    log: Log,
) -> list[Row]:
    rows = []
    for index, cells in enumerate(grid[first:], first):
        if not any(workbooks.text(cell).strip() for cell in cells):
            continue
        if needs == _KEYS["contextual_campaigns"]:
            rows.append(Row(index, cells))
            continue
        name = _district(cells, columns)
        if _TOTALS.fullmatch(fold(name)):
            log.doubt("total_row_left_out", "district", 1, [index + 1], name)
            continue
        row = _row(index, cells, columns, needs, log)
        if row:
            rows.append(row)
            if name and name != squeeze(name):
                log.doubt("spaces_trimmed", "district", 1, [index + 1], name)
    return rows


def _row(
    index: int,
    cells: list[Cell],
    columns: dict[str, int],
    needs: tuple[str, ...],
    log: Log,
) -> Row | None:
    """A row with its period; one without figures is left out, else a problem."""
    used = {columns[name] for name in (*needs, *_NO_FIGURES) if name in columns}
    figures = [cell for at, cell in enumerate(cells) if at not in used and cell != ""]
    wrong = "" if squeeze(_district(cells, columns)) else "district"
    if "year" not in needs:
        return None if wrong else Row(index, cells)
    year = _year(cells[columns["year"]])
    number = 0 if "month" not in needs else _month(cells[columns["month"]])
    wrong = wrong or ("year" if year is None else "month" if number is None else "")
    if not wrong and year is not None and number is not None:
        return Row(index, cells, year * 100 + number)
    if figures and len(log.problems) < MOST_PROBLEMS:
        text = workbooks.text(cells[columns[wrong]])[:80]
        where = Where(log.file, log.sheet, index + 1, wrong, text)
        log.problems.append(Problem("row_without_month", where, {"column": wrong}))
    elif not figures:
        log.doubt("row_without_figures", "", 1, [index + 1])
    return None


def _district(cells: list[Cell], columns: dict[str, int]) -> str:
    """Name of the district; a formula that points to an empty cell leaves 0."""
    text = workbooks.text(cells[columns["district"]])
    return "" if text == "0" else text


def _year(cell: Cell) -> int | None:
    if isinstance(cell, datetime.date):
        return cell.year
    text = squeeze(workbooks.text(cell)).removesuffix(".0")
    return int(text) if re.fullmatch(r"(19|20)\d\d", text) else None


def _month(cell: Cell) -> int | None:
    if isinstance(cell, datetime.date):
        return cell.month
    return dates.month(workbooks.text(cell))


def _style(
    rows: list[Row], columns: dict[str, int], needs: tuple[str, ...], log: Log
) -> numbers.Style:
    """The decimal sign of numbers typed as text; refused where it cannot be told."""
    skip = {columns[need] for need in needs} | {columns.get("first_admin_level", -1)}
    unsure: list[tuple[Row, int, str]] = []
    shown: set[str] = set()
    named = {at: name for name, at in columns.items()}
    for row in rows if "month" not in needs or "district" in needs else []:
        for at, cell in enumerate(row.cells):
            if not isinstance(cell, str) or not cell or at in skip or at not in named:
                continue
            if sign := numbers.decimal_shown(cell):
                shown.add(sign)
            elif _ambiguous(cell):
                unsure.append((row, at, cell))
    style = numbers.style_shown(shown)
    if not style.decimal:
        for row, at, cell in unsure[: MOST_PROBLEMS - len(log.problems)]:
            where = Where(log.file, log.sheet, row.index + 1, named[at], cell[:80])
            log.problems.append(Problem("number_ambiguous", where))
    return style


def _ambiguous(text: str) -> bool:
    try:
        numbers.parse(text)
    except numbers.AmbiguousNumber:
        return True
    except numbers.NotANumber:
        return False
    return False
