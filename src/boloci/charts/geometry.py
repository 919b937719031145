"""Polygons of a map: their corners, middles and sizes, cut to what a picture shows.

Longitude and latitude are taken as flat, which is near enough for a country.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Any

Geometry = Mapping[str, Any]
"""GeoJSON: a Polygon or a MultiPolygon."""
Spot = tuple[float, float]
"""Longitude and latitude."""


def polygons_of(geometry: Geometry) -> Sequence[Sequence[Sequence[Spot]]]:
    """Each polygon: its outer ring, then its holes."""
    found: Sequence[Any] = geometry["coordinates"]
    return found if geometry["type"] == "MultiPolygon" else [found]


def spots_of(geometries: Iterable[Geometry]) -> Iterator[Spot]:
    """Every corner."""
    for one in geometries:
        for polygon in polygons_of(one):
            for ring in polygon:
                yield from ring


def span(spots: Sequence[Spot]) -> tuple[float, float]:
    """How far spots reach from west to east and from south to north."""
    if not spots:
        return 0.0, 0.0
    x, y = [spot[0] for spot in spots], [spot[1] for spot in spots]
    return max(x) - min(x), max(y) - min(y)


def largest(geometry: Geometry) -> Sequence[Spot]:
    """The outer ring of the largest part."""
    return max((polygon[0] for polygon in polygons_of(geometry)), key=area)


def area(ring: Sequence[Spot]) -> float:
    """What a closed ring goes around, in square degrees."""
    return abs(_moments(ring)[0]) / 2


def centre(ring: Sequence[Spot]) -> Spot:
    """Centre of gravity of a closed ring; of one without an area, of its corners."""
    twice, x, y = _moments(ring)
    if not twice:
        return fmean(s[0] for s in ring), fmean(s[1] for s in ring)
    return ring[0][0] + x / (3 * twice), ring[0][1] + y / (3 * twice)


def _moments(ring: Sequence[Spot]) -> tuple[float, float, float]:
    """Twice the area, positive where it turns to the left, and its moments."""
    twice = x = y = 0.0
    start = ring[0]
    for a, b in pairwise([(s[0] - start[0], s[1] - start[1]) for s in ring]):
        cross = a[0] * b[1] - b[0] * a[1]
        twice += cross
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return twice, x, y


def snapped(geometry: Geometry, step: float) -> Geometry:
    """The geometry on a grid of `step` degrees: corners that fall together are one.

    Neighbours keep their common border, since each corner falls on the same crossing.
    Outer rings turn to the right, as Vega wants them.
    """
    polygons = []
    for polygon in polygons_of(geometry):
        rings = [_on_grid(ring, step) for ring in polygon]
        if len(rings[0]) > 3:
            outer, *holes = rings
            inside = [_turned(hole, 1) for hole in holes if len(hole) > 3]
            polygons.append([_turned(outer, -1), *inside])
    return {"type": "MultiPolygon", "coordinates": polygons}


def _on_grid(ring: Sequence[Spot], step: float) -> list[Spot]:
    kept: list[Spot] = []
    for spot in ring:
        x, y = (round(round(part / step) * step, 4) for part in spot[:2])
        if not kept or kept[-1] != (x, y):
            kept.append((x, y))
    return kept


def _turned(ring: list[Spot], way: int) -> list[Spot]:
    return ring if _moments(ring)[0] * way >= 0 else ring[::-1]
