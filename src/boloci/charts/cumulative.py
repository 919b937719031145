"""Cumulative curves: what a growing number of visits, doses or places adds up to."""

from collections.abc import Mapping
from typing import Any

from boloci.charts.axes import Spec, any_value, nothing, only, values, whole
from boloci.charts.canvas import Canvas
from boloci.charts.looks import SERIES
from boloci.charts.tables import Chart, Table

HEIGHT = 260


def cumulative(
    *,
    table: Table,
    description: str,
    x: str,
    value: str = "value",
    lower: str = "lower",
    upper: str = "upper",
) -> Chart:
    """A curve that climbs, with a shade from its low end to its high end.

    table   a row a point, `x` rising from 0; `lower` and `upper` may be null
    """

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, value):
            return nothing(canvas)
        across = values(canvas, table.column(x))
        up = values(canvas, table.column(value))
        shade: Spec = {
            "transform": [{"filter": f"isValid(datum['{lower}'])"}],
            "mark": {"type": "area", "color": SERIES[0], "opacity": 0.2},
            "encoding": {
                "x": across,
                "y": {**up, "field": lower},
                "y2": {"field": upper},
            },
        }
        curve: Spec = {
            "mark": {"type": "line", "color": SERIES[0], "strokeWidth": 2.5},
            "encoding": {"x": across, "y": up},
        }
        rows = only(table.rows, x, value, lower, upper)
        return whole(canvas, HEIGHT, rows, [shade, curve])

    return Chart(table.title, description, table, specify)
