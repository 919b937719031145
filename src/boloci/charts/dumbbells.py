"""Dumbbells: two figures of each place and the distance between them: girls, boys."""

from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import Spec, any_value, level, nothing, only, values
from boloci.charts.canvas import Canvas
from boloci.charts.looks import BOYS, GIRLS, QUIET
from boloci.charts.tables import Chart, Table

ROW = 20


def dumbbell(
    *,
    table: Table,
    description: str,
    place: str = "place",
    left: str = "female",
    right: str = "male",
    reference: float | None = None,
) -> Chart:
    """Two marks a place, joined: how far apart they are.

    table        a row a place, in the order drawn; `left` (a triangle, orange) and
                 `right` (a circle, blue) are columns of one unit, named by their
                 labels. A row with one of the two shows that one alone
    reference    a level to compare with
    """
    first, second = table.column(left), table.column(right)

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, left, right):
            return nothing(canvas)
        named = [first.label or left, second.label or right]
        rows = only(table.rows, place, left, right)
        y: Spec = {
            "field": place,
            "type": "nominal",
            "sort": None,
            "axis": {
                "title": None,
                "labelLimit": 120 if canvas.narrow else 260,
                "domain": False,
                "ticks": False,
                "description": canvas.gettext("Places"),
            },
        }
        x = {**values(canvas, first, title=""), "field": left}
        signs = {
            "color": {
                "field": "which",
                "type": "nominal",
                "scale": {"domain": named, "range": [GIRLS, BOYS]},
                "legend": {
                    "orient": "top",
                    "title": None,
                    "description": " / ".join(named),
                },
            },
            "shape": {
                "field": "which",
                "type": "nominal",
                "scale": {"domain": named, "range": ["triangle-up", "circle"]},
            },
        }
        layers: list[Spec] = [
            {
                "mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
                "encoding": {"y": y, "x": x, "x2": {"field": right}},
            }
        ]
        for column, name in zip((left, right), named, strict=True):
            layers.append(
                {
                    "transform": [{"calculate": repr(name), "as": "which"}],
                    "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                    "encoding": {"y": y, "x": {**x, "field": column}, **signs},
                }
            )
        beside = (
            []
            if reference is None
            else level(
                canvas, reference, canvas.level(reference, first.unit), along="x"
            )
        )
        return {
            "data": {"values": rows},
            "width": canvas.width,
            "height": {"step": ROW},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [*layers, *beside],
        }

    return Chart(table.title, description, table, specify)
