"""Bands: places with their intervals, shaded where intervals tell places apart.

Inside a band no order is claimed. A second figure of each place, found in another way,
is an open mark beside the first.
"""

import json
from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import (
    Spec,
    any_value,
    categories,
    listed,
    nothing,
    only,
    values,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, SERIES
from boloci.charts.tables import Chart, Table

SHADE = "#ececec"
"""Behind every second band: seen on paper, and under black letters."""


SHAPES, STROKES = ("circle", "diamond"), SERIES[:2]
FILLS = (SERIES[0], "white")
"""Looks of the two figures: told apart by shape and fill, without colour too."""


def banded(
    *,
    table: Table,
    description: str,
    place: str = "place",
    value: str = "value",
    lower: str = "lower",
    upper: str = "upper",
    beside: str = "usual",
    ranks: str = "ranks",
    band: str = "band",
) -> Chart:
    """Places from the highest band to the lowest.

    table        a row a place, in the order drawn: `value` with `lower` and `upper`,
                 `beside` (null: none), `ranks` (text, told after the name), `band` (a
                 number: 1 the highest). Rows without a value are not drawn
    """
    column = table.column(value)

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        told = [row for row in table.rows if row.get(value) is not None]
        labels = [_label(canvas, str(row[place]), str(row[ranks])) for row in told]
        title = canvas.gettext("Place (ranks)")
        y = {**categories(canvas, labels, title), "scale": {"type": "band"}}
        x = values(canvas, column, title="")
        layers: list[Spec] = [
            {
                "transform": [{"filter": f"datum['{band}'] % 2 === 1"}],
                "mark": {"type": "rect", "color": SHADE},
                "encoding": {"y": y},
            },
            {
                "transform": [{"filter": f"isValid(datum['{lower}'])"}],
                "mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": lower},
                    "x2": {"field": upper},
                },
            },
            *_marks(canvas, _named(table, value, beside), y, x),
        ]
        drawn = only(told, value, lower, upper, beside, band)
        return listed(canvas, drawn, layers)

    return Chart(table.title, description, table, specify)


def _named(table: Table, *columns: str) -> dict[str, str]:
    """Columns with a value, and what they are called."""
    return {
        name: table.column(name).label for name in columns if any_value(table, name)
    }


def _marks(canvas: Canvas, names: Mapping[str, str], y: Spec, x: Spec) -> list[Spec]:
    """A full circle for the first figure, an open diamond for the second."""
    legend = {
        "orient": "top",
        "title": None,
        "offset": 20,
        "labelLimit": canvas.width,
        "columns": 1 if canvas.narrow else 2,
        "symbolFillColor": "white",
        "symbolStrokeWidth": 2,
        "description": ", ".join(names.values()),
    }
    told: Spec = {"field": "which", "type": "nominal"}
    domain = list(names.values())
    signs = {
        "shape": {
            **told,
            "scale": {"domain": domain, "range": list(SHAPES)},
            "legend": legend,
        },
        "stroke": {
            **told,
            "scale": {"domain": domain, "range": list(STROKES)},
            "legend": legend,
        },
    }
    return [
        {
            "transform": [
                {"filter": f"isValid(datum['{column}'])"},
                {"calculate": json.dumps(name, ensure_ascii=False), "as": "which"},
            ],
            "mark": {
                "type": "point",
                "size": 55,
                "opacity": 1,
                "filled": True,
                "fill": fill,
                "strokeWidth": 2,
            },
            "encoding": {"y": y, "x": {**x, "field": column}, **signs},
        }
        for (column, name), fill in reversed(
            list(zip(names.items(), FILLS, strict=False))
        )
    ]


def _label(canvas: Canvas, name: str, ranks: str) -> str:
    longest = (16 if canvas.narrow else 40) - len(ranks)
    short = name if len(name) <= longest else name[: longest - 1] + "…"
    return f"{short} ({ranks})"
