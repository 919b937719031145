"""Funnels: groups of places by size, and how far chance alone moves small ones."""

from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import Spec, any_value, labelled, level, nothing, only, values
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, SERIES, WARNING
from boloci.charts.tables import Chart, Table


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
                 the widest limit are named
    """

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        rows = only(table.rows, place, value, size, "limit", "low", "high", "outside")
        limits = sorted({row["limit"] for row in rows if "limit" in row})
        x: Spec = {
            "field": size,
            "type": "quantitative",
            "scale": {"zero": True, "nice": True},
            "axis": {
                "title": table.column(size).label or None,
                "labelExpr": labelled(canvas, table.column(size).unit),
                "labelFlush": True,
                "description": table.column(size).label,
                "grid": False,
                "tickCount": 5,
            },
        }
        y = values(canvas, table.column(value), zero=False)
        layers: list[Spec] = []
        for at, limit in enumerate(limits):
            for edge in ("low", "high"):
                layers.append(
                    {
                        "transform": [{"filter": f"datum.limit == {limit}"}],
                        "mark": {
                            "type": "line",
                            "color": QUIET,
                            "strokeWidth": 1,
                            "strokeDash": [2, 3]
                            if at == 0 and len(limits) > 1
                            else [1, 0],
                            "clip": True,
                        },
                        "encoding": {"x": x, "y": {**y, "field": edge}},
                    }
                )
        widest = {"filter": f"datum.limit == {limits[-1]}"} if limits else None
        transform = [widest] if widest else []
        points = {
            "transform": transform,
            "mark": {"type": "point", "filled": True, "size": 50, "opacity": 0.9},
            "encoding": {
                "x": x,
                "y": y,
                "color": {
                    "condition": {"test": "datum.outside", "value": WARNING},
                    "value": SERIES[0],
                },
                "shape": {
                    "condition": {"test": "datum.outside", "value": "triangle-up"},
                    "value": "circle",
                },
            },
        }
        names = {
            "transform": [*transform, {"filter": "datum.outside"}],
            "mark": {
                "type": "text",
                "align": "left",
                "dx": 6,
                "limit": canvas.width / 3,
            },
            "encoding": {"x": x, "y": y, "text": {"field": place}},
        }
        mean = next((row["mean"] for row in table.rows if row.get("mean")), None)
        told = canvas.figure(mean, table.column(value).unit)
        beside = [] if mean is None else level(canvas, mean, told)
        return {
            "data": {"values": rows},
            "width": canvas.width,
            "height": height,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [*layers, points, names, *beside],
        }

    return Chart(table.title, description, table, specify)
