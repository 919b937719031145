"""Rankings: places by a figure, with how far chance alone may have moved each.

Where intervals overlap no order is claimed: a place's rank is told as all the ranks
that it may have, 2–9, from how many intervals lie wholly above and below its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from boloci.charts.axes import (
    Spec,
    any_value,
    categories,
    level,
    listed,
    nothing,
    only,
    values,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, SERIES
from boloci.charts.tables import Chart, Table


def ranking(
    *,
    table: Table,
    description: str,
    place: str = "place",
    value: str = "value",
    lower: str = "lower",
    upper: str = "upper",
    reference: float | None = None,
    reference_label: str = "",
    highest_first: bool = True,
) -> Chart:
    """Places from the highest figure to the lowest, or the other way round.

    table        a row a place; where `lower` and `upper` are there, they are drawn and
                 the rank is told as a range. Places without a figure come last
    reference    a level to compare with (the country's), and its name
    """
    unit = table.column(value).unit

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        rows = _ranked(table.rows, value, lower, upper, highest_first)
        named = [
            {**row, "label": _name(canvas, str(row[place]), row["rank"])}
            for row in rows
        ]
        beside: list[Spec] = []
        if reference is not None:
            told = reference_label or canvas.level(reference, unit)
            highest = max(row.get(value) or 0 for row in table.rows)
            late = reference > max(highest, reference) / 2
            beside = level(reference, told, along="x", late=late)
        return _chart(canvas, table, named, value, lower, upper, beside)

    return Chart(table.title, description, table, specify)


def rank_ranges(
    intervals: Sequence[tuple[float, float] | None], *, highest_first: bool = True
) -> list[tuple[int, int] | None]:
    """The best and the worst rank each interval allows, beside all the others."""
    known = [one for one in intervals if one is not None]
    lows, highs = sorted(one[0] for one in known), sorted(one[1] for one in known)
    ranges: list[tuple[int, int] | None] = []
    for one in intervals:
        if one is None:
            ranges.append(None)
            continue
        above = len(known) - bisect_right(lows, one[1])
        below = bisect_left(highs, one[0])
        first, last = (above, below) if highest_first else (below, above)
        ranges.append((first + 1, len(known) - last))
    return ranges


def _ranked(
    rows: Sequence[Mapping[str, Any]],
    value: str,
    lower: str,
    upper: str,
    highest_first: bool,
) -> list[dict[str, Any]]:
    def order(row: Mapping[str, Any]) -> tuple[bool, float]:
        known = row.get(value)
        return known is None, -(known or 0) if highest_first else (known or 0)

    ordered = sorted(rows, key=order)
    ranges = rank_ranges(
        [_interval(row, value, lower, upper) for row in ordered],
        highest_first=highest_first,
    )
    return [
        {**row, "rank": "–" if one is None else _rank(*one)}
        for row, one in zip(ordered, ranges, strict=True)
    ]


def _interval(
    row: Mapping[str, Any], value: str, lower: str, upper: str
) -> tuple[float, float] | None:
    known = row.get(value)
    if known is None:
        return None
    low, high = row.get(lower), row.get(upper)
    return (known if low is None else low, known if high is None else high)


def _rank(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _name(canvas: Canvas, name: str, rank: str) -> str:
    longest = (16 if canvas.narrow else 40) - len(rank)
    short = name if len(name) <= longest else name[: longest - 1] + "…"
    return f"{short} ({rank})"


def _chart(
    canvas: Canvas,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    value: str,
    lower: str,
    upper: str,
    beside: Sequence[Spec],
) -> Spec:
    names = [str(row["label"]) for row in rows]
    y = categories(canvas, names, canvas.gettext("Place (ranks)"))
    x = values(canvas, table.column(value))
    intervals = {
        "transform": [{"filter": f"isValid(datum['{lower}'])"}],
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
        "encoding": {"y": y, "x": {**x, "field": lower}, "x2": {"field": upper}},
    }
    point = {"type": "point", "size": 60, "color": SERIES[0], "opacity": 1}
    points = {"mark": point, "encoding": {"y": y, "x": x}}
    drawn = only(rows, "label", value, lower, upper)
    return listed(canvas, drawn, [intervals, points, *beside])
