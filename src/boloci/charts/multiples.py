"""Small multiples: one small trend a place, all on the same scale."""

from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import Spec, any_value, distinct, labelled, nothing, only
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, SERIES
from boloci.charts.tables import Chart, Table

LEAST = 96
"""Narrowest panel, in CSS pixels."""
GAP = 12
SIDE = 46
"""What the axis of the first panel takes."""


def small_multiples(
    *,
    table: Table,
    description: str,
    facet: str = "place",
    x: str = "period",
    y: str = "value",
    reference: float | None = None,
    columns: int | None = None,
    panel_height: int = 56,
    own_scale: bool = False,
) -> Chart:
    """A panel a place in the order of the rows, one figure by period in each.

    table        rows with `facet` (what a panel is named), `x` (text of a period),
                 `y` (null: a gap)
    reference    a level drawn in every panel: 100 %
    columns      panels beside each other; else as many as the width allows, 8 at most
    own_scale    each panel its own scale: for the form of a line, not its height
    """
    unit = table.column(y).unit

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, y):
            return nothing(canvas)
        names = distinct(table.rows, facet)
        across = columns or max(1, min(8, (canvas.width - SIDE) // (LEAST + GAP)))
        across = min(across, len(names))
        width = max(48, int((canvas.width - SIDE) / across) - GAP - 2)
        shown = distinct(table.rows, x)
        ends = json_labels(canvas, shown)
        axis_x: Spec = {
            "field": x,
            "type": "ordinal",
            "scale": {"domain": shown},
            "axis": {
                "title": None,
                "values": list(ends),
                "labelExpr": labels_expression(ends),
                "labelAngle": 0,
                "labelFlush": True,
                "labelFontSize": 9,
                "grid": False,
                "ticks": False,
                "description": canvas.say("Periods"),
            },
        }
        axis_y: Spec = {
            "field": y,
            "type": "quantitative",
            "scale": {"zero": True},
            "axis": {
                "title": None,
                "tickCount": 2,
                "labelExpr": labelled(canvas, unit),
                "labelFontSize": 9,
                "domain": False,
                "description": table.column(y).label,
            },
        }
        layers: list[Spec] = []
        if reference is not None:
            layers.append(
                {
                    "mark": {"type": "rule", "color": QUIET, "strokeDash": [3, 3]},
                    "encoding": {"y": {"datum": reference}},
                }
            )
        layers.append(
            {
                "mark": {
                    "type": "line",
                    "color": SERIES[0],
                    "strokeWidth": 1.5,
                    "invalid": "break-paths-show-path-domains",
                },
                "encoding": {"x": axis_x, "y": axis_y},
            }
        )
        return {
            "data": {"values": only(table.rows, facet, x, y)},
            "facet": {
                "field": facet,
                "type": "nominal",
                "sort": names,
                "title": None,
                "header": {
                    "labelFontSize": 10,
                    "labelLimit": width + GAP - 4,
                    "labelAnchor": "start",
                    "labelPadding": 2,
                },
            },
            "columns": across,
            "spacing": {"column": GAP, "row": 8},
            "spec": {"width": width, "height": panel_height, "layer": layers},
            "resolve": {"scale": {"y": "independent" if own_scale else "shared"}},
        }

    return Chart(table.title, description, table, specify)


def json_labels(canvas: Canvas, shown: list[str]) -> dict[str, str]:
    """The first and the last period, told by their years."""
    ends = [shown[0], shown[-1]] if len(shown) > 1 else shown
    return {one: canvas.period(one)[-1] for one in ends}


def labels_expression(labels: Mapping[str, str]) -> str:
    """A Vega expression that gives the label of a value."""
    import json

    return f"{json.dumps(dict(labels), ensure_ascii=False)}[datum.value]"
