"""Spreads: one figure under every way of computing it, a line a choice.

No mark is the true one: the eye should see how far the answer hangs on what is assumed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci.charts.axes import (
    ROW,
    Spec,
    any_value,
    categories,
    distinct,
    level,
    nothing,
    only,
    series_signs,
    values,
    whole,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET
from boloci.charts.tables import Chart, Table


def spread(
    *,
    table: Table,
    description: str,
    row: str = "over",
    key: str = "",
    series: str = "how",
    value: str = "value",
    reference: float | None = None,
    reference_label: str = "",
) -> Chart:
    """A line a choice, a mark for each of the other choice, joined from end to end.

    table        a row a combination: `row` (names a line), `series` (names a mark),
                 `value`; combinations without a value are left out. Where present
                 `open`: true is drawn as an open mark, an end that is not known
    key          a column that tells lines of one name apart; else their name does
    reference    a level to compare with, and its name
    """
    column = table.column(value)

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        told = [one for one in table.rows if one.get(value) is not None]
        lines = {one[key or row]: str(one[row]) for one in told}
        y = categories(canvas, list(lines.values()))
        x = values(canvas, column, zero=False)
        rule = {"type": "rule", "color": QUIET, "strokeWidth": 2}
        layers: list[Spec] = [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": rule,
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "low"},
                    "x2": {"field": "high"},
                },
            }
        ]
        names = distinct(told, series)
        signs = series_signs(canvas, series, names, above=14 if reference else 0)
        sign = {"color": signs["color"], "shape": signs["shape"]}
        layers += _marks({"y": y, "x": x, **sign}, any_value(table, "open"))
        if reference is not None:
            spots = [one[value] for one in told]
            late = reference > (min(spots) + max(spots)) / 2
            name = reference_label or canvas.level(reference, column.unit)
            layers += level(reference, name, along="x", late=late)
        ended = _with_ends(told, key or row, value, list(lines))
        drawn = only(ended, "line", row, series, value, "low", "high", "open")
        return {**whole(canvas, 0, drawn, layers), "height": {"step": ROW}}

    return Chart(table.title, description, table, specify)


def _marks(encoding: Spec, some_open: bool) -> list[Spec]:
    """A mark at each value: full, or open where the end is not known."""
    mark = {"type": "point", "size": 70, "opacity": 0.9}
    if not some_open:
        return [{"mark": mark, "encoding": encoding}]
    looks: dict[str, Spec] = {
        "!datum.open": {},
        "datum.open": {"filled": False, "fill": "white"},
    }
    return [
        {
            "transform": [{"filter": test}],
            "mark": {**mark, **look},
            "encoding": encoding,
        }
        for test, look in looks.items()
    ]


def _with_ends(
    rows: Sequence[Mapping[str, Any]], key: str, value: str, lines: Sequence[str]
) -> list[dict[str, Any]]:
    """Rows with their line, the first of each line with its `low` and `high` end."""
    held: dict[str, list[float]] = {}
    for one in rows:
        held.setdefault(one[key], []).append(one[value])
    ended = []
    for one in rows:
        known = held.pop(one[key], None)
        ends = {"low": min(known), "high": max(known)} if known else {}
        ended.append({**one, "line": lines.index(one[key]), **ends})
    return ended
