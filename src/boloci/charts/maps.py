"""Maps: places coloured and numbered by class, as their shapes allow.

With boundaries the places themselves; with points alone a mark at each; with neither
a tile a place, in the order of the rows. Each class has a number beside its colour,
written in the place too, so that the map reads in grey. What is schematic says so.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from boloci.charts.axes import LETTER, Spec, nothing, whole
from boloci.charts.canvas import Canvas
from boloci.charts.geometry import (
    Geometry,
    Spot,
    area,
    centre,
    largest,
    snapped,
    span,
    spots_of,
)
from boloci.charts.looks import (
    BORDER,
    DOUBTFUL,
    INK,
    MISSING,
    ON_SEQUENTIAL,
    QUIET,
    SEQUENTIAL,
)
from boloci.charts.tables import Chart, Table

PERCENT_CLASSES = (50.0, 80.0, 90.0, 100.0)
"""Classes of coverage: in the last one are more doses than children."""
HIGHEST = 1.1
"""A map's height at most, of its width."""
DENSE = 300
"""Areas from which borders are drawn fine: else they are all that is seen of a city."""
ROOM = 130
"""Square pixels of a place from which its number is written in it."""


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
    missing: str = "",
) -> Chart:
    """Places coloured by a figure, in classes.

    table        a row a place: `place_id`, its name `place`, `value` (null: none known)
    shapes       where the places are: `boloci.hub.shapes.shapes(scope, places)`
    breaks       where a new class begins, rising, 4 at most (5 classes); else those of
                 coverage for percent (50, 80, 90, and from 100 on one that is marked
                 as doubtful), and classes of about as many places for others
    missing      what a place without a figure is; else that it has none
    """
    unit = table.column(value).unit
    known = [row[value] for row in table.rows if row.get(value) is not None]
    edges = list(breaks if breaks is not None else usual_breaks(known, unit))
    doubtful = len(edges) + 1 if breaks is None and unit == "percent" else None

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not table.rows:
            return nothing(canvas)
        rows = [
            {
                "place_id": str(row.get("place_id", "")),
                "place": str(row[place]),
                "class": (number := class_of(row.get(value), edges)),
                "told": sign(number, doubtful),
            }
            for row in table.rows
        ]
        blank = missing or canvas.gettext("no figure")
        without = blank if any(r["class"] == 0 for r in rows) else ""
        legend = _legend(canvas, edges, unit, without, doubtful)
        if shapes.areas:
            return _areas(canvas, rows, shapes, legend, _edge(doubtful))
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


def sign(number: int, doubtful: int | None) -> str:
    """What stands in a place for its class."""
    return f"{number}?" if number == doubtful else str(number)


def class_names(canvas: Canvas, edges: Sequence[float], unit: str) -> list[str]:
    """What each class holds, in words, the lowest first."""
    told = [canvas.level(edge, unit) for edge in edges]
    if not told:
        return [canvas.gettext("A figure")]
    names = [canvas.gettext("less than {most}").format(most=told[0])]
    for least, most in pairwise(told):
        names.append(
            canvas.gettext("{least} to less than {most}").format(least=least, most=most)
        )
    most = canvas.gettext("{least} and more").format(least=told[-1])
    return [*names, most]


def _legend(
    canvas: Canvas,
    edges: Sequence[float],
    unit: str,
    missing: str,
    doubtful: int | None,
) -> Spec:
    """Colours of the classes with their numbers and names; what the map is above.

    missing    what places without a class are; blank: there is none
    doubtful   the last class, where what is in it cannot be
    """
    names = class_names(canvas, edges, unit)
    classes = list(range(1, len(names) + 1))
    if doubtful:
        names[-1] = canvas.gettext("{figures}: to be checked").format(figures=names[-1])
    labels = {
        number: f"{sign(number, doubtful)} · {name}"
        for number, name in zip(classes, names, strict=True)
    }
    colours = list(_picked(SEQUENTIAL, len(names) - bool(doubtful)))
    colours += [DOUBTFUL] * bool(doubtful)
    if missing:
        classes, colours = [*classes, 0], [*colours, MISSING]
        labels[0] = missing
    widest = max(len(label) for label in labels.values()) * LETTER + 50
    told = ", ".join(f"'{number}': {label!r}" for number, label in labels.items())
    return {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": classes, "range": colours},
        "legend": {
            "orient": "bottom",
            "direction": "horizontal",
            "columnPadding": 20,
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
    fits = int(canvas.width / LETTER)
    title = [part for line in lines for part in textwrap.wrap(line, fits)]
    return {**colour, "title": title, "legend": legend}


def _readable(colour: Spec) -> Spec:
    """The colour of a number on each class's own colour."""
    pairs = dict(zip(SEQUENTIAL, ON_SEQUENTIAL, strict=True))
    inks = [pairs.get(one, INK) for one in colour["scale"]["range"]]
    scale = {"domain": colour["scale"]["domain"], "range": inks}
    return {"field": "class", "type": "ordinal", "scale": scale, "legend": None}


def _edge(doubtful: int | None) -> Spec:
    """Lines around places: dashed and dark where the figure cannot be."""
    if doubtful is None:
        return {"stroke": {"value": BORDER}}
    told = f"datum['class'] === {doubtful}"
    return {
        "stroke": {"condition": {"test": told, "value": INK}, "value": BORDER},
        "strokeDash": {"condition": {"test": told, "value": [3, 2]}, "value": [1, 0]},
    }


def _areas(
    canvas: Canvas, rows: Sequence[Spec], shapes: Shapes, colour: Spec, edge: Spec
) -> Spec:
    drawn = [row for row in rows if row["place_id"] in shapes.areas]
    spots = list(spots_of(shapes.areas[row["place_id"]] for row in drawn))
    step = (max(span(spots)) / canvas.width) or 1e-4
    alike = sorted(drawn, key=lambda row: row["class"])  # one colour, one path: `svg`
    features = [
        {**_feature(shapes.areas[row["place_id"]], step), **row} for row in alike
    ]
    lines = []
    if shapes.schematic:
        lines.append(
            canvas.gettext("A sketch: areas drawn around points, no boundaries.")
        )
    lines += _left_out(canvas, len(rows) - len(drawn))
    fine = len(drawn) > DENSE
    mark = {"type": "geoshape", "strokeWidth": 0.3 if fine else 0.8}
    encoding = {"color": _titled(colour, lines, canvas), **edge}
    areas = {"mark": mark, "encoding": encoding}
    return _map(canvas, features, spots, [areas, _numbers(colour, canvas)])


def _feature(geometry: Geometry, step: float) -> Spec:
    """A place on the map; a spot for its number where there is room for one."""
    feature = {"type": "Feature", "geometry": snapped(geometry, step)}
    ring = largest(geometry)
    if area(ring) / step**2 < ROOM:
        return feature
    return {**feature, **_told(centre(ring))}


def _told(spot: Spot) -> Spec:
    return {"longitude": round(spot[0], 4), "latitude": round(spot[1], 4)}


def _map(
    canvas: Canvas, rows: Sequence[Spec], spots: Sequence[Spot], layers: Sequence[Spec]
) -> Spec:
    return {
        **whole(canvas, _height(canvas, spots), rows, layers),
        "projection": {"type": "mercator"},
        "resolve": {"scale": {"color": "independent"}},
    }


def _points(canvas: Canvas, rows: Sequence[Spec], shapes: Shapes, colour: Spec) -> Spec:
    drawn = [row for row in rows if row["place_id"] in shapes.points]
    spots = [shapes.points[row["place_id"]] for row in drawn]
    marks = [{**row, **_told(spot)} for row, spot in zip(drawn, spots, strict=True)]
    lines = [
        canvas.gettext("A mark at each place; no boundaries are known."),
        *_left_out(canvas, len(rows) - len(drawn)),
    ]
    mark = {"type": "circle", "size": 220, "opacity": 1, "stroke": QUIET}
    encoding = {**_LONG_LAT, "color": _titled(colour, lines, canvas)}
    circles = {"mark": {**mark, "strokeWidth": 0.8}, "encoding": encoding}
    return _map(canvas, marks, spots, [circles, _numbers(colour, canvas)])


_LONG_LAT = {
    "longitude": {"field": "longitude", "type": "quantitative"},
    "latitude": {"field": "latitude", "type": "quantitative"},
}


def _numbers(colour: Spec, canvas: Canvas) -> Spec:
    """The number of its class in each place."""
    return {
        "transform": [{"filter": "datum.class > 0 && isValid(datum.longitude)"}],
        "mark": {"type": "text", "fontSize": 8 if canvas.narrow else 10},
        "encoding": {
            **_LONG_LAT,
            "text": {"field": "told", "type": "nominal"},
            "color": _readable(colour),
        },
    }


def _left_out(canvas: Canvas, count: int) -> list[str]:
    if not count:
        return []
    told = canvas.gettext("Places not drawn, their position is not known: {n}.")
    return [told.format(n=count)]


def _height(canvas: Canvas, spots: Sequence[Spot]) -> int:
    """What keeps the form of what is drawn, in the width there is."""
    across, high = span(spots)
    ratio = high * 1.05 / across if across else 1.0
    return int(canvas.width * min(max(ratio, 0.3), HIGHEST))


def _tiles(canvas: Canvas, rows: Sequence[Spec], colour: Spec) -> Spec:
    """A tile a place with its name and class: order alone, no geography."""
    across = 3 if canvas.narrow else 7
    width = canvas.width / across
    letters = int((width - 8) / 5)
    tiles = [
        {
            "class": row["class"],
            "name": _cut(row["place"], letters),
            "told": row["told"] if row["class"] else "–",
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
