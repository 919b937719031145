"""Dumbbells: two figures of each place and the distance between them: girls, boys."""

import json
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
from boloci.charts.looks import BOYS, BOYS_SHAPE, GIRLS, GIRLS_SHAPE, QUIET
from boloci.charts.tables import Chart, Table


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
        y = categories(canvas, [str(row.get(place)) for row in table.rows])
        x = {**values(canvas, first, title=""), "field": left}
        signs = _signs([first.label or left, second.label or right])
        bar = {"type": "rule", "color": QUIET, "strokeWidth": 2}
        both = f"isValid(datum['{left}']) && isValid(datum['{right}'])"
        layers: list[Spec] = [
            {
                "transform": [{"filter": both}],
                "mark": bar,
                "encoding": {"y": y, "x": x, "x2": {"field": right}},
            }
        ]
        for column, name in zip(
            (left, right), signs["color"]["scale"]["domain"], strict=True
        ):
            told = json.dumps(name, ensure_ascii=False)
            layers.append(
                {
                    "transform": [{"calculate": told, "as": "which"}],
                    "mark": {"type": "point", "size": 70, "opacity": 1},
                    "encoding": {"y": y, "x": {**x, "field": column}, **signs},
                }
            )
        if reference is not None:
            known = (row.get(k) or 0 for row in table.rows for k in (left, right))
            late = reference > max(*known, reference) / 2
            told = canvas.level(reference, first.unit)
            layers += level(reference, told, along="x", late=late)
        return listed(canvas, only(table.rows, place, left, right), layers)

    return Chart(table.title, description, table, specify)


def _signs(names: Sequence[str]) -> dict[str, Spec]:
    """Colour and shape of the two marks, with one legend above the picture."""
    told: Spec = {
        "field": "which",
        "type": "nominal",
        "legend": {
            "orient": "top",
            "title": None,
            "offset": 20,
            "description": ", ".join(names),
        },
    }
    return {
        "color": {**told, "scale": {"domain": list(names), "range": [GIRLS, BOYS]}},
        "shape": {
            **told,
            "scale": {"domain": list(names), "range": [GIRLS_SHAPE, BOYS_SHAPE]},
        },
    }
