"""Funnels: groups of places by size, and how far chance alone moves small ones."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from boloci.charts.axes import (
    Rows,
    Spec,
    any_value,
    labelled,
    level,
    nothing,
    only,
    values,
    whole,
    written,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, SERIES, WARNING
from boloci.charts.tables import Chart, Table

MOST_NAMED, MOST_NAMED_NARROW = 10, 5
"""Groups outside the limits that are named, those farthest outside first."""
SAMPLES = ("- - -", "——")
"""How the lines of the inner limits and of the widest look, beside their names."""
GRID = 80
"""Sizes that a limit is drawn at: between few it would be a jagged line."""


def funnel(
    *,
    table: Table,
    description: str,
    place: str = "place",
    value: str = "value",
    size: str = "n",
    height: int = 300,
) -> Chart:
    """A mark a group between the limits of chance.

    table        the rows of `boloci.inequality.funnel`: one a group and `limit`, with
                 `value`, `n`, `mean`, `limit`, `low`, `high`, `outside`. Groups outside
                 the widest limit are triangles, those farthest outside are named
    """
    mean = next(
        (row["mean"] for row in table.rows if row.get("mean") is not None), None
    )
    unit = table.column(value).unit

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        drawn = (place, value, size, "limit", "mean", "low", "high", "outside")
        rows = only(table.rows, *drawn)
        limits = sorted({row["limit"] for row in rows if "limit" in row})
        widest = [row for row in rows if row.get("limit") == limits[-1]]
        x, y = (
            _sizes(canvas, table, size),
            values(canvas, table.column(value), zero=False),
        )
        layers = [
            *_limits(canvas, curves(rows, limits, size), size, x, y),
            _points(limits[-1], x, y),
            *_names(canvas, widest, place, value, size, x, y),
        ]
        if mean is not None:
            told = canvas.gettext("Mean: {value}").format(
                value=canvas.figure(mean, unit)
            )
            layers += level(mean, told)
        return whole(canvas, height, rows, layers)

    return Chart(table.title, description, table, specify)


def _sizes(canvas: Canvas, table: Table, size: str) -> Spec:
    column = table.column(size)
    axis = {
        "title": column.label or None,
        "labelExpr": labelled(canvas, column.unit),
        "description": column.label,
        "grid": False,
        "tickCount": 5,
    }
    return {
        "field": size,
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": axis,
    }


def curves(rows: Rows, limits: Sequence[float], size: str) -> dict[float, list[Spec]]:
    """Limit -> its `low` and `high` at sizes from the smallest group to the largest.

    A limit lies off the mean by what shrinks with the root of the size, so that one
    row tells it for every size; `low` is 0 at least, as no coverage is below. Rows
    without a size tell none.
    """
    sizes = sorted(row[size] for row in rows if row.get(size))
    found: dict[float, list[Spec]] = {}
    for limit in limits:
        own = (row for row in rows if row.get("limit") == limit and row.get(size))
        row = next((one for one in own if "low" in one and "high" in one), None)
        if row is None:
            continue
        mean = row.get("mean", (row["low"] + row["high"]) / 2)
        off = (row["high"] - mean) * sqrt(row[size])
        found[limit] = [
            {
                size: at,
                "low": max(mean - off / sqrt(at), 0.0),
                "high": mean + off / sqrt(at),
            }
            for at in _between(sizes[0], sizes[-1])
        ]
    return found


def _between(first: float, last: float) -> list[float]:
    """Sizes between two, closer where the curve bends most: among the small ones."""
    if last <= first:
        return [first]
    steps = [(last / first) ** (at / (GRID - 1)) for at in range(GRID)]
    return [round(first * step, 2) for step in steps]


def _limits(
    canvas: Canvas,
    lines: Mapping[float, Sequence[Spec]],
    size: str,
    x: Spec,
    y: Spec,
) -> list[Spec]:
    """The lines of each limit, the inner ones dashed, with their names."""
    layers: list[Spec] = []
    widest = max(lines, default=None)
    for at, (limit, spots) in enumerate(reversed(list(lines.items()))):
        mark = {
            "type": "line",
            "color": QUIET,
            "strokeWidth": 1,
            "strokeDash": [1, 0] if limit == widest else [2, 3],
        }
        layers += [
            {
                "data": {"values": list(spots)},
                "mark": mark,
                "encoding": {"x": x, "y": {**y, "field": edge}},
            }
            for edge in ("low", "high")
        ]
        # In the corner that a funnel leaves free; at the lines they would meet.
        told = f"{SAMPLES[limit == widest]} {canvas.level(limit, 'percent')}"
        corner = {"x": {"value": "width"}, "y": {"value": 0}}
        line = {"align": "right", "dy": 8 + 14 * at, "color": QUIET}
        layers += written({"values": [{"label": told}]}, corner, **line)
    return layers


def _points(limit: float, x: Spec, y: Spec) -> Spec:
    def sign(outside: str, inside: str) -> Spec:
        test = {"test": "datum.outside", "value": outside}
        return {"condition": test, "value": inside}

    signs = {"color": sign(WARNING, SERIES[0]), "shape": sign("triangle-up", "circle")}
    return {
        "transform": [{"filter": f"datum.limit == {limit}"}],
        "mark": {"type": "point", "size": 50, "opacity": 0.9},
        "encoding": {"x": x, "y": y, **signs},
    }


def _names(
    canvas: Canvas, rows: Rows, place: str, value: str, size: str, x: Spec, y: Spec
) -> list[Spec]:
    """Names of those farthest outside, on the side where there is room."""
    outside = [row for row in rows if row.get("outside")]
    most = MOST_NAMED_NARROW if canvas.narrow else MOST_NAMED
    far = sorted(
        outside, key=lambda row: min(row["high"] - row[value], row[value] - row["low"])
    )[:most]
    middle = max((row[size] for row in rows), default=0) / 2
    layers: list[Spec] = []
    for late in (False, True):
        data = [
            {"label": row[place], size: row[size], value: row[value]}
            for row in far
            if (row[size] > middle) == late
        ]
        side = {"align": "right", "dx": -7} if late else {"align": "left", "dx": 7}
        limit = canvas.width / 2.5
        layers += written({"values": data}, {"x": x, "y": y}, limit=limit, **side)
    return layers
