"""Index = 100: series of different size on one scale, each a part of its own start."""

from dataclasses import replace

from boloci.charts.axes import distinct
from boloci.charts.tables import Column, Table

INDEX = "index"
"""The column that `indexed` adds."""


def base_of(
    table: Table, *, x: str = "period", y: str = "value", series: str = "place"
) -> str | None:
    """The first period in which every series has a figure above 0."""
    names = set(distinct(table.rows, series))
    for period in distinct(table.rows, x):
        told = {
            str(row[series])
            for row in table.rows
            if row.get(x) == period and (row.get(y) or 0) > 0
        }
        if told == names:
            return period
    return None


def indexed(
    table: Table,
    *,
    base: str | None,
    label: str,
    x: str = "period",
    y: str = "value",
    series: str = "place",
) -> Table:
    """The table with a column `index`: 100 in the base period, for each series.

    base     a period, such as `base_of` finds; a series without a figure then, and all
             of them where it is None, have no index
    label    of the column: "Index, T4 2019 = 100"

    Draw it with `trend(table=..., y="index", reference=100)`.
    """
    starts = {row[series]: row.get(y) for row in table.rows if row.get(x) == base}

    def index(value: float | None, start: float | None) -> float | None:
        return 100 * value / start if value is not None and start else None

    rows = [
        {**row, INDEX: index(row.get(y), starts.get(row[series]))} for row in table.rows
    ]
    column = Column(INDEX, label, INDEX)
    return replace(table, columns=[*table.columns, column], rows=rows)
