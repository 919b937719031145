"""Maps: places coloured and numbered by class, as their shapes allow.

With boundaries the places themselves; with points alone a mark at each; with neither
a tile a place, in the order of the rows. Each class has a number beside its colour,
written in the place too, so that the map reads in grey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boloci.charts.axes import Spec, nothing
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, MISSING, SEQUENTIAL
from boloci.charts.tables import Chart, Table

Geometry = Mapping[str, Any]

PERCENT_CLASSES = (50.0, 80.0, 90.0, 100.0)


@dataclass(frozen=True)
class Shapes:
    """Where places are, by `place_id`: all may be empty."""

    areas: Mapping[str, Geometry] = field(default_factory=dict)
    """GeoJSON geometry of a place: Polygon or MultiPolygon."""
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Longitude and latitude."""
    schematic: bool = False
    """Whether the areas are drawn up from points, not surveyed."""


def choropleth(
    *,
    table: Table,
    description: str,
    shapes: Shapes,
    value: str = "value",
    place: str = "place",
    breaks: Sequence[float] | None = None,
    names: bool = False,
) -> Chart:
    """Places coloured by a figure, in classes.

    table        a row a place: `place_id`, its name `place`, `value` (null: none known)
    shapes       where the places are: `boloci.hub.reading.shapes(scope, places)`
    breaks       where a new class begins, rising, 4 at most (5 classes); else 50, 80,
                 90, 100 for percent, and classes of about as many places for others
    names        whether places are named on the map (few places)
    """
    unit = table.column(value).unit
    known = [row[value] for row in table.rows if row.get(value) is not None]
    edges = list(breaks if breaks is not None else usual_breaks(known, unit))

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not table.rows:
            return nothing(canvas)
        return _tiles(canvas, table, value, place, edges)

    return Chart(table.title, description, table, specify)


def usual_breaks(known: Sequence[float], unit: str) -> list[float]:
    """Where classes begin when nobody says so."""
    if unit == "percent":
        return list(PERCENT_CLASSES)
    ordered = sorted(known)
    cuts = [ordered[len(ordered) * k // 5] for k in range(1, 5)] if ordered else []
    return sorted(set(cuts) - {ordered[0]} if ordered else set())


def class_of(value: float | None, edges: Sequence[float]) -> int | None:
    """Which class a figure is in: 1 for the lowest; None where there is no figure."""
    if value is None or value != value:
        return None
    return 1 + sum(value >= edge for edge in edges)


def _tiles(
    canvas: Canvas, table: Table, value: str, place: str, edges: Sequence[float]
) -> Spec:
    across = 4 if canvas.narrow else 10
    rows = []
    for at, row in enumerate(table.rows):
        number = class_of(row.get(value), edges)
        rows.append(
            {
                "place": str(row[place]),
                "class": number or 0,
                "column": at % across,
                "line": at // across,
            }
        )
    colours = [MISSING, *SEQUENTIAL[: len(edges) + 1]]
    spot = {
        "x": {"field": "column", "type": "ordinal", "axis": None},
        "y": {"field": "line", "type": "ordinal", "axis": None},
    }
    colour = {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": list(range(len(edges) + 2)), "range": colours},
        "legend": {"title": None, "orient": "bottom"},
    }
    return {
        "data": {"values": rows},
        "width": canvas.width,
        "height": {"step": 36},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "encoding": spot,
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white"},
                "encoding": {"color": colour},
            },
            {
                "mark": {"type": "text", "fontSize": 8, "color": INK, "limit": 60},
                "encoding": {"text": {"field": "place"}},
            },
        ],
    }
