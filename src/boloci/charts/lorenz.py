"""Lorenz curves: which share of the doses the least reached share of children gets."""

from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import (
    Spec,
    any_value,
    distinct,
    labelled,
    nothing,
    only,
    series_signs,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET
from boloci.charts.tables import Chart, Table


def lorenz(
    *,
    table: Table,
    description: str,
    x: str = "share_of_children",
    y: str = "share_of_doses",
    series: str = "",
    height: int = 300,
) -> Chart:
    """A curve of cumulated shares beside the line of equal shares.

    table        the rows of `boloci.inequality.lorenz`: cumulated shares in percent,
                 from the least reached group on; the curve begins at 0, 0
    series       a column that tells several curves apart: a period, a sex
    """

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, y):
            return nothing(canvas)
        names = distinct(table.rows, series) if series else [table.column(y).label]
        rows = only(table.rows, x, y, series)
        start: list[Spec] = [
            {x: 0, y: 0, **({series: n} if series else {})} for n in names
        ]
        signs = series_signs(canvas, series or "curve", names, shapes=False)
        if not series:
            rows = [{**row, "curve": names[0]} for row in rows]
            start = [{**row, "curve": names[0]} for row in start]

        def share(name: str) -> Spec:
            label = table.column(name).label
            return {
                "field": name,
                "type": "quantitative",
                "scale": {"domain": [0, 100]},
                "axis": {
                    "title": label or None,
                    "labelExpr": labelled(canvas, "percent"),
                    "description": label,
                    "values": [0, 25, 50, 75, 100],
                },
            }

        across = {"x": share(x), "y": share(y)}
        equal = {
            "data": {"values": [{x: 0, y: 0}, {x: 100, y: 100}]},
            "mark": {
                "type": "line",
                "color": QUIET,
                "strokeWidth": 1,
                "strokeDash": [4, 4],
            },
            "encoding": across,
        }
        named = {
            "data": {
                "values": [{x: 50, y: 50, "label": canvas.gettext("Equal shares")}]
            },
            "mark": {"type": "text", "align": "right", "dx": -8, "color": QUIET},
            "encoding": {**across, "text": {"field": "label"}},
        }
        curve = {
            "mark": {"type": "line", "interpolate": "linear"},
            "encoding": {
                **across,
                **signs,
                "order": {"field": x, "type": "quantitative"},
            },
        }
        return {
            "data": {"values": [*start, *rows]},
            "width": min(canvas.width, height + 120),
            "height": height,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [equal, named, curve],
        }

    return Chart(table.title, description, table, specify)
