"""Maps: places coloured and numbered by class, as their shapes allow.

With boundaries the places themselves; with points alone a mark at each; with neither
a tile a place, in the order of the rows. Each class has a number beside its colour,
written in the place too, so that the map reads in grey. What is schematic says so.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boloci.charts.axes import LETTER, Spec, nothing
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, MISSING, ON_SEQUENTIAL, QUIET, SEQUENTIAL
from boloci.charts.tables import Chart, Table

Geometry = Mapping[str, Any]
Spot = tuple[float, float]

PERCENT_CLASSES = (50.0, 80.0, 90.0, 100.0)
HIGHEST = 1.1
"""A map's height at most, of its width."""


@dataclass(frozen=True)
class Shapes:
    """Where places are, by `place_id`: all may be empty."""

    areas: Mapping[str, Geometry] = field(default_factory=dict)
    """GeoJSON geometry of a place: Polygon or MultiPolygon."""
    points: Mapping[str, Spot] = field(default_factory=dict)
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
) -> Chart:
    """Places coloured by a figure, in classes.

    table        a row a place: `place_id`, its name `place`, `value` (null: none known)
    shapes       where the places are: `boloci.hub.shapes.shapes(scope, places)`
    breaks       where a new class begins, rising, 4 at most (5 classes); else 50, 80,
                 90, 100 for percent, and classes of about as many places for others
    """
    unit = table.column(value).unit
    known = [row[value] for row in table.rows if row.get(value) is not None]
    edges = list(breaks if breaks is not None else usual_breaks(known, unit))

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not table.rows:
            return nothing(canvas)
        rows = [
            {
                "place_id": str(row.get("place_id", "")),
                "place": str(row[place]),
                "class": class_of(row.get(value), edges),
            }
            for row in table.rows
        ]
        legend = _legend(canvas, edges, unit, any(r["class"] == 0 for r in rows))
        if shapes.areas:
            return _areas(canvas, rows, shapes, legend)
        if shapes.points:
            return _points(canvas, rows, shapes, legend)
        return _tiles(canvas, rows, legend)

    return Chart(table.title, description, table, specify)


def usual_breaks(known: Sequence[float], unit: str) -> list[float]:
    """Where classes begin when nobody says so."""
    if unit == "percent":
        return list(PERCENT_CLASSES)
    ordered = sorted(known)
    cuts = {ordered[len(ordered) * k // 5] for k in range(1, 5)} if ordered else set()
    return sorted(cuts - {ordered[0]}) if ordered else []


def class_of(value: float | None, edges: Sequence[float]) -> int:
    """Which class a figure is in: 1 for the lowest; 0 where there is no figure."""
    if value is None or value != value:
        return 0
    return 1 + sum(value >= edge for edge in edges)


def class_names(canvas: Canvas, edges: Sequence[float], unit: str) -> list[str]:
    """What each class holds, in words, the lowest first."""
    told = [canvas.level(edge, unit) for edge in edges]
    if not told:
        return [canvas.gettext("A figure")]
    names = [canvas.gettext("less than {most}").format(most=told[0])]
    for least, most in itertools.pairwise(told):
        names.append(
            canvas.gettext("{least} to less than {most}").format(least=least, most=most)
        )
    most = canvas.gettext("{least} and more").format(least=told[-1])
    return [*names, most]


def _legend(canvas: Canvas, edges: Sequence[float], unit: str, missing: bool) -> Spec:
    """Colours of the classes with their numbers and names; what the map is above."""
    names = class_names(canvas, edges, unit)
    classes = list(range(1, len(names) + 1))
    labels = {
        number: f"{number}: {name}" for number, name in zip(classes, names, strict=True)
    }
    colours = list(_picked(SEQUENTIAL, len(names)))
    if missing:
        classes, colours = [*classes, 0], [*colours, MISSING]
        labels[0] = canvas.gettext("no figure")
    widest = max(len(label) for label in labels.values()) * LETTER + 30
    told = ", ".join(f"'{number}': {label!r}" for number, label in labels.items())
    return {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": classes, "range": colours},
        "legend": {
            "orient": "bottom",
            "direction": "horizontal",
            "columns": max(1, int(canvas.width // widest)),
            "symbolType": "square",
            "symbolSize": 160,
            "symbolStrokeColor": QUIET,
            "symbolStrokeWidth": 0.5,
            "labelLimit": canvas.width,
            "labelExpr": f"{{{told}}}[datum.label]",
            "description": canvas.gettext("Classes"),
        },
    }


def _picked(colours: Sequence[str], n: int) -> Iterator[str]:
    """As many colours as classes, from the lightest to the darkest."""
    for at in range(n):
        yield colours[round(at * (len(colours) - 1) / max(n - 1, 1))]


def _titled(colour: Spec, lines: Sequence[str], canvas: Canvas) -> Spec:
    """The legend with what the reader must know of the map above it."""
    if not lines:
        return {**colour, "title": None}
    legend = {
        **colour["legend"],
        "titleFontWeight": "normal",
        "titleLimit": canvas.width,
        "titlePadding": 6,
    }
    return {**colour, "title": list(lines), "legend": legend}


def _readable(colour: Spec) -> Spec:
    """The colour of a number on each class's own colour."""
    pairs = dict(zip(SEQUENTIAL, ON_SEQUENTIAL, strict=True))
    inks = [pairs.get(one, INK) for one in colour["scale"]["range"]]
    scale = {"domain": colour["scale"]["domain"], "range": inks}
    return {"field": "class", "type": "ordinal", "scale": scale, "legend": None}


def _areas(canvas: Canvas, rows: Sequence[Spec], shapes: Shapes, colour: Spec) -> Spec:
    drawn = [row for row in rows if row["place_id"] in shapes.areas]
    step = _extent(shapes.areas[row["place_id"]] for row in drawn) / canvas.width
    features = [
        {
            "type": "Feature",
            "geometry": snapped(shapes.areas[row["place_id"]], step),
            **row,
            **_middle(shapes, row["place_id"]),
        }
        for row in drawn
    ]
    lines = []
    if shapes.schematic:
        lines.append(
            canvas.gettext("A sketch: areas drawn around points, no boundaries.")
        )
    lines += _left_out(canvas, len(rows) - len(drawn))
    return {
        "data": {"values": features},
        "width": canvas.width,
        "height": _height(canvas, shapes),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "projection": {"type": "mercator"},
        "layer": [
            {
                "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": 0.8},
                "encoding": {"color": _titled(colour, lines, canvas)},
            },
            _numbers(colour, canvas),
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


def _points(canvas: Canvas, rows: Sequence[Spec], shapes: Shapes, colour: Spec) -> Spec:
    drawn = [row for row in rows if row["place_id"] in shapes.points]
    marks = [{**row, **_middle(shapes, row["place_id"])} for row in drawn]
    lines = [
        canvas.gettext("A mark at each place; no boundaries are known."),
        *_left_out(canvas, len(rows) - len(drawn)),
    ]
    return {
        "data": {"values": marks},
        "width": canvas.width,
        "height": _height(canvas, shapes),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "projection": {"type": "mercator"},
        "layer": [
            {
                "mark": {
                    "type": "circle",
                    "size": 220,
                    "opacity": 1,
                    "stroke": QUIET,
                    "strokeWidth": 0.8,
                },
                "encoding": {
                    **_LONG_LAT,
                    "color": _titled(colour, lines, canvas),
                },
            },
            _numbers(colour, canvas),
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


_LONG_LAT = {
    "longitude": {"field": "longitude", "type": "quantitative"},
    "latitude": {"field": "latitude", "type": "quantitative"},
}


def _numbers(colour: Spec, canvas: Canvas) -> Spec:
    """The number of its class in each place."""
    return {
        "transform": [{"filter": "datum.class > 0"}],
        "mark": {"type": "text", "fontSize": 8 if canvas.narrow else 10},
        "encoding": {
            **_LONG_LAT,
            "text": {"field": "class", "type": "ordinal"},
            "color": _readable(colour),
        },
    }


def _left_out(canvas: Canvas, count: int) -> list[str]:
    if not count:
        return []
    return [
        canvas.gettext("Places not drawn, their position is not known: {n}.").format(
            n=count
        )
    ]


def _height(canvas: Canvas, shapes: Shapes) -> int:
    """What keeps the form of what is drawn, in the width there is."""
    spots = [spot for one in shapes.areas.values() for spot in spots_of(one)]
    spots = spots or list(shapes.points.values())
    across, high = (_span([s[at] for s in spots]) for at in (0, 1))
    ratio = high * 1.05 / across if across else 1.0
    return int(canvas.width * min(max(ratio, 0.3), HIGHEST))


def _extent(areas: Iterable[Geometry]) -> float:
    spots = [spot for one in areas for spot in spots_of(one)]
    return max((_span([s[at] for s in spots]) for at in (0, 1)), default=1.0)


def _span(numbers: Sequence[float]) -> float:
    return max(numbers) - min(numbers) if numbers else 0.0


def spots_of(geometry: Geometry) -> Iterator[Spot]:
    """Every corner of a polygon or of several."""
    for ring in rings_of(geometry):
        yield from ring


def rings_of(geometry: Geometry) -> Iterator[Sequence[Spot]]:
    """The rings of a polygon or of several."""
    several = geometry["type"] == "MultiPolygon"
    for polygon in geometry["coordinates"] if several else [geometry["coordinates"]]:
        yield from polygon


def snapped(geometry: Geometry, step: float) -> Geometry:
    """The geometry on a grid of a pixel: corners that fall together are one.

    Neighbours keep their common border, since each corner falls on the same crossing;
    outer rings turn as Vega wants them, clockwise.
    """
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    kept = []
    for polygon in polygons:
        rings = [_snapped(ring, step) for ring in polygon]
        if len(rings[0]) > 3:
            kept.append(
                [
                    _turned(ring, at == 0)
                    for at, ring in enumerate(rings)
                    if len(ring) > 3
                ]
            )
    return {"type": "MultiPolygon", "coordinates": kept}


def _snapped(ring: Sequence[Spot], step: float) -> list[list[float]]:
    if step <= 0:
        return [list(spot[:2]) for spot in ring]
    kept: list[list[float]] = []
    for spot in ring:
        put = [round(round(part / step) * step, 4) for part in spot[:2]]
        if not kept or kept[-1] != put:
            kept.append(put)
    return kept


def _turned(ring: list[list[float]], outer: bool) -> list[list[float]]:
    twice = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in itertools.pairwise(ring))
    return ring if (twice > 0) == outer else ring[::-1]


def _middle(shapes: Shapes, place_id: str) -> Spec:
    """Where a place's number is written."""
    spot = shapes.points.get(place_id)
    if spot is None:
        largest = max(rings_of(shapes.areas[place_id]), key=_area)
        spot = _centre(largest)
    return {"longitude": round(spot[0], 4), "latitude": round(spot[1], 4)}


def _area(ring: Sequence[Spot]) -> float:
    pairs = itertools.pairwise(ring)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs))


def _centre(ring: Sequence[Spot]) -> Spot:
    """The centre of gravity of a ring; of one without an area the mean of corners."""
    total = x = y = 0.0
    for a, b in itertools.pairwise(ring):
        cross = a[0] * b[1] - b[0] * a[1]
        total, x, y = (
            total + cross,
            x + (a[0] + b[0]) * cross,
            y + (a[1] + b[1]) * cross,
        )
    if not total:
        return sum(s[0] for s in ring) / len(ring), sum(s[1] for s in ring) / len(ring)
    return x / (3 * total), y / (3 * total)


def _tiles(canvas: Canvas, rows: Sequence[Spec], colour: Spec) -> Spec:
    """A tile a place with its name and class: order alone, no geography."""
    across = 3 if canvas.narrow else 7
    width = canvas.width / across
    letters = int((width - 8) / 5)
    tiles = [
        {
            "class": row["class"],
            "name": _cut(row["place"], letters),
            "told": row["class"] or "–",
            "column": at % across,
            "line": at // across,
        }
        for at, row in enumerate(rows)
    ]
    spot = {
        "x": {"field": "column", "type": "ordinal", "axis": None},
        "y": {"field": "line", "type": "ordinal", "axis": None},
    }
    lines = [canvas.gettext("A tile for each place; where they lie is not known.")]
    ink = _readable(colour)
    return {
        "data": {"values": tiles},
        "width": canvas.width,
        "height": {"step": 34},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "encoding": spot,
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
                "encoding": {"color": _titled(colour, lines, canvas)},
            },
            {
                "mark": {"type": "text", "fontSize": 9, "dy": -6},
                "encoding": {"text": {"field": "name"}, "color": ink},
            },
            {
                "mark": {"type": "text", "fontSize": 10, "dy": 7},
                "encoding": {"text": {"field": "told"}, "color": ink},
            },
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


def _cut(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1] + "…"
