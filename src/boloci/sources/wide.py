"""A wide spreadsheet and its recipe become rows of a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from boloci.periods import NotAPeriod, WeeklyPeriod
from boloci.problems import Problem, Refused, Where
from boloci.sources import dates, numbers, workbooks
from boloci.sources.cells import BadCell, Log
from boloci.sources.grids import Sheet
from boloci.sources.header_words import (
    BOTH,
    ELEMENT,
    MONTH,
    PERIOD,
    PLACE,
    YEAR,
    is_total,
    role_of,
)
from boloci.sources.layout import Recipe, column_name, period_of, split_period
from boloci.sources.words import fold, is_blank
from boloci.tables import POPULATIONS, SNAPSHOT, TIDY

PATH = " / "
"""Between the names of a place and the places above it."""


@dataclass(frozen=True)
class Figure:
    """One cell of figures with what its row and its headers say of it."""

    place: str
    period: int
    element: str
    value: float | None
    row: int
    cell: str
    option: str = ""
    """Sex, age, strategy as the row says them."""


@dataclass(frozen=True)
class Column:
    """A column of figures: what the header rows say over it."""

    index: int
    element: str = ""
    period: int | None = None
    year: str = ""
    month: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Plan:
    """A recipe with its columns found in a sheet."""

    recipe: Recipe
    place: tuple[int, ...]
    period: tuple[int, ...]
    element: int | None
    split: tuple[int, ...]
    columns: tuple[Column, ...]


def table_of(recipe: Recipe, sheet: Sheet, log: Log) -> pa.Table:
    """The rows of a sheet as the table its recipe names, in the `SNAPSHOT` schema.

    Raises `Refused`: a column of the recipe is missing, a period or a number cannot be
    read.
    """
    plan = planned(recipe, sheet, log)
    figures = list(_figures(plan, sheet, log))
    if log.problems or log.unsure:
        raise Refused(*log.everything())
    made = _SHAPES.get(recipe.table, _measured)(figures, recipe, log)
    return pa.Table.from_pylist(made, schema=SNAPSHOT[recipe.table])


def planned(recipe: Recipe, sheet: Sheet, log: Log) -> Plan:
    """Find the columns of a recipe. Raises `Refused` (`recipe_columns_missing`)."""
    headers = [row - 1 for row in recipe.header_rows]
    index = {}
    for column in reversed(range(sheet.width)):
        index[fold(column_name(sheet, headers, column))] = column
        index[fold(f"column {workbooks.column_letter(column)}")] = column
    wanted = (*recipe.place, *recipe.period, *recipe.split, *recipe.values)
    wanted += (recipe.element,) if recipe.element else ()
    missing = [name for name in wanted if fold(name) not in index]
    if missing:
        where = Where(log.file, sheet.title, row=headers[-1] + 1 if headers else None)
        values = {"columns": ", ".join(missing), "recipe": recipe.name}
        raise Refused(Problem("recipe_columns_missing", where, values))
    found = {name: index[fold(name)] for name in wanted}
    used = {found[n] for n in wanted if n not in recipe.values}
    used |= {index[fold(name)] for name in recipe.ignore if fold(name) in index}
    for name in recipe.ignore:
        if not role_of(name):
            log.doubt("columns_not_used", name, 1, [])
    figures = [found[n] for n in recipe.values] or _rest(sheet, recipe, used)
    return Plan(
        recipe,
        tuple(found[name] for name in recipe.place),
        tuple(found[name] for name in recipe.period),
        found.get(recipe.element),
        tuple(found[name] for name in recipe.split),
        tuple(_headed(sheet, headers, recipe, figures, log)),
    )


def _rest(sheet: Sheet, recipe: Recipe, used: set[int]) -> list[int]:
    rows = range(recipe.first_row - 1, len(sheet.cells))
    return [
        column
        for column in range(sheet.width)
        if column not in used and any(sheet.text(row, column) for row in rows)
    ]


def _headed(
    sheet: Sheet, headers: list[int], recipe: Recipe, figures: list[int], log: Log
) -> Iterator[Column]:
    """Columns with their headers; totals and unreadable ones are told and left out."""
    before = [""] * len(headers)
    for index in figures:
        column = Column(index)
        if recipe.values and not recipe.element and "element" not in recipe.fixed:
            column = Column(index, element=column_name(sheet, headers, index))
        texts = [sheet.text(row, index) for row in headers]
        if any(map(is_total, texts)) and not recipe.values:
            log.doubt("total_column_left_out", "", 1, [], " ".join(texts).strip())
            continue
        wrong = False
        for at, (row, holds) in enumerate(zip(headers, recipe.across, strict=False)):
            text = texts[at] or (before[at] if at < len(headers) - 1 else "")
            before[at] = text
            if holds and not recipe.values:
                column, bad = _with(column, holds, text)
                wrong = wrong or bad
                if bad and text:
                    log.doubt("column_not_read", text, 1, [row + 1], text)
        if not wrong:
            yield column


def _with(column: Column, holds: str, text: str) -> tuple[Column, bool]:
    """The column with one header text added; True where it cannot be read."""
    if not text:
        return column, holds in (PERIOD, BOTH)
    if holds == ELEMENT:
        name = f"{column.element} {text}" if column.element else text
        return replace(column, element=name), False
    if holds == PLACE:
        return replace(column, place=text), False
    if holds == YEAR:
        year = re.fullmatch(r"(?:19|20)\d\d", text)
        return replace(column, year=text), not year
    if holds == MONTH:
        month = dates.month(text)
        return replace(column, month=month), month is None
    if holds == BOTH:
        split = split_period(text)
        if not split:
            return column, True
        return replace(column, element=split[0], period=split[1]), False
    period = period_of(text)
    return replace(column, period=period), period is None


def _figures(plan: Plan, sheet: Sheet, log: Log) -> Iterator[Figure]:
    recipe = plan.recipe
    style = _style(plan, sheet)
    above: dict[int, str] = {}
    for row in range(recipe.first_row - 1, len(sheet.cells)):
        if not any(sheet.text(row, column.index) for column in plan.columns):
            _remember(plan, sheet, row, above)
            continue
        labels = _labels(plan, sheet, row, above)
        if any(is_total(text) for text in labels.values() if text):
            text = next(text for text in labels.values() if is_total(text))
            log.doubt("total_row_left_out", "", 1, [row + 1], text)
            continue
        yield from _row(plan, sheet, row, labels, style, log)


def _remember(plan: Plan, sheet: Sheet, row: int, above: dict[int, str]) -> None:
    """A row without figures may still name the region of the rows below it."""
    for column in plan.place[:-1]:
        if text := sheet.text(row, column):
            above[column] = text


def _labels(
    plan: Plan, sheet: Sheet, row: int, above: dict[int, str]
) -> dict[int, str]:
    """Texts of the label columns; a blank repeats the text above it where something
    to its right is filled (merged cells)."""
    columns = [*plan.place, *plan.period, *plan.split]
    columns += [plan.element] if plan.element is not None else []
    columns.sort()
    labels = {column: sheet.text(row, column) for column in columns}
    for at, column in enumerate(columns):
        if labels[column]:
            above[column] = labels[column]
            for later in columns[at + 1 :]:
                above.pop(later, None)
        elif any(labels[later] for later in columns[at + 1 :]):
            labels[column] = above.get(column, "")
    return labels


def _row(
    plan: Plan,
    sheet: Sheet,
    row: int,
    labels: dict[int, str],
    style: numbers.Style,
    log: Log,
) -> Iterator[Figure]:
    recipe = plan.recipe
    names = [text for column in plan.place if (text := labels[column])]
    option = ", ".join(text for column in plan.split if (text := labels[column]))
    for column in plan.columns:
        text = sheet.text(row, column.index)
        if not text and recipe.blanks != "keep":
            continue
        place = PATH.join([*names, column.place] if column.place else names)
        place = place or recipe.fixed.get("place", "")
        period = _period(plan, labels, column, sheet, row, log)
        element = labels.get(plan.element, "") if plan.element is not None else ""
        element = element or column.element or recipe.fixed.get("element", "")
        if not place or not element:
            lacking = "place" if not place else "element"
            bad = BadCell("row_lacks", what=lacking)
            log.problem(bad, row + 1, workbooks.column_letter(column.index), text)
        elif period is not None:
            value = _value(sheet, row, column, style, log, element)
            where = sheet.where(row, column.index)
            yield Figure(place, period, element, value, row + 1, where, option)
        if log.full():
            return


def _period(
    plan: Plan,
    labels: dict[int, str],
    column: Column,
    sheet: Sheet,
    row: int,
    log: Log,
) -> int | None:
    """Period of a cell: of its column, its row, year and month of both, or fixed."""
    if column.period:
        return column.period
    year, month, text = column.year, column.month, ""
    if len(plan.period) == 2:
        year = labels[plan.period[0]].removesuffix(".0")
        month = dates.month(labels[plan.period[1]])
        text = f"{year} {labels[plan.period[1]]}"
    elif plan.period:
        text = labels[plan.period[0]]
        if year and not month:
            month = dates.month(text)
        elif month and not year:
            year = text
    if re.fullmatch(r"(19|20)\d\d", year) and (month or not text):
        return int(year) * 100 + (month or 0)
    letter = workbooks.column_letter(plan.period[0]) if plan.period else ""
    return _read_period(text or plan.recipe.fixed.get("period", ""), row, letter, log)


def _read_period(text: str, row: int, letter: str, log: Log) -> int | None:
    try:
        return dates.period(text)
    except WeeklyPeriod:
        log.problem(BadCell("weekly_period"), row + 1, letter, text)
    except NotAPeriod:
        code = "not_a_period" if text else "cell_blank"
        log.problem(BadCell(code), row + 1, letter, text)
    return None


def _value(
    sheet: Sheet, row: int, column: Column, style: numbers.Style, log: Log, element: str
) -> float | None:
    cell = sheet.cell(row, column.index)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value: float | None = float(cell)
    else:
        text = workbooks.text(cell)
        try:
            value = numbers.parse(text, style)
        except numbers.AmbiguousNumber:
            letter = workbooks.column_letter(column.index)
            log.problem(BadCell("number_ambiguous"), row + 1, letter, text)
            return None
        except numbers.NotANumber:
            log.doubt("text_in_number_cell", element, 1, [row + 1], text)
            return None
        if value is None and not is_blank(text):
            log.doubt("blank_words_read", element, 1, [row + 1], text)
    if value is not None and value < 0:
        log.doubt("negative_value", element, 1, [row + 1], f"{value:g}")
    return value


def _style(plan: Plan, sheet: Sheet) -> numbers.Style:
    return numbers.style_of(
        text
        for row in range(plan.recipe.first_row - 1, len(sheet.cells))
        for column in plan.columns
        if isinstance(sheet.cell(row, column.index), str)
        and (text := sheet.text(row, column.index))
    )


Rows = list[dict[str, Any]]


def _values(figures: list[Figure], recipe: Recipe, log: Log) -> Rows:
    return [
        {
            "element": recipe.measures.get(figure.element, figure.element),
            "option": figure.option or None,
            "place": figure.place,
            "period": figure.period,
            "value": figure.value,
            "row": figure.row,
            "cell": figure.cell,
        }
        for figure in figures
    ]


def _targets(figures: list[Figure], recipe: Recipe, log: Log) -> Rows:
    """Figures of the populations a recipe names; the other columns are told."""
    rows = []
    for figure in figures:
        population = recipe.measures.get(figure.element, figure.element)
        if population not in POPULATIONS:
            log.doubt("columns_not_used", figure.element, 1, [figure.row])
            continue
        rows.append(
            {
                "population": population,
                "place_id": figure.place,
                "year": figure.period // 100,
                "value": figure.value,
                "source": recipe.fixed.get("source", "official"),
                "row": figure.row,
                "cell": figure.cell,
            }
        )
    return rows


def _measured(figures: list[Figure], recipe: Recipe, log: Log) -> Rows:
    """Tables with several figures a row: reports, sessions, stock, recounts."""
    table = TIDY[recipe.table]
    numbers_ = {column.name for column in table.columns if column.kind == "number"}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for figure in figures:
        name = recipe.measures.get(figure.element, figure.element)
        if name not in numbers_:
            log.doubt("columns_not_used", figure.element, 1, [figure.row])
            continue
        row = rows.setdefault(
            (figure.place, figure.period),
            {
                "place_id": figure.place,
                "period": figure.period,
                "row": figure.row,
                "cell": figure.cell,
                **{k: v for k, v in recipe.fixed.items() if k in table.names},
            },
        )
        row[name] = figure.value
    return list(rows.values())


_SHAPES = {"values": _values, "targets": _targets}
