"""Where places are, for the maps of a reader: what the scope sees, as it may be shown.

In public no place that is marked sensitive is drawn, nor any inside it, nor has it part
in the middle of a place above it.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from statistics import fmean

from boloci import whereabouts
from boloci.charts.cells import cells
from boloci.charts.geometry import Spot
from boloci.charts.maps import Shapes
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope
from boloci.hub.withheld import without_points
from boloci.published import PlaceRow

LEAST_CELLS = 3
"""Places from which schematic areas say more than points."""


def shapes(scope: Scope, places: Iterable[PlaceRow]) -> Shapes:
    """Where some places are, for a map: boundaries, else schematic areas, else points.

    A place without a point of its own lies in the middle of those inside it.
    """
    asked = scope.keep(places)
    hidden = without_points(scope)
    drawn = whereabouts.boundaries(workspace())
    shown = [one for one in asked if one.place_id not in hidden]
    areas = {p.place_id: drawn[p.place_id] for p in shown if p.place_id in drawn}
    if areas and 2 * len(areas) >= len(asked):
        return Shapes(areas=areas)
    spots = _points_of(shown, hidden)
    rings = _cells(tuple(spots.items())) if len(spots) >= LEAST_CELLS else {}
    return Shapes(
        areas={k: {"type": "Polygon", "coordinates": [r]} for k, r in rings.items()},
        points=spots,
        schematic=True,
    )


@lru_cache(maxsize=8)
def _cells(spots: tuple[tuple[str, Spot], ...]) -> dict[str, list[Spot]]:
    """Schematic areas: those of a country take seconds, and all periods share them."""
    return cells(dict(spots))


def _points_of(
    places: Iterable[PlaceRow], hidden: frozenset[str]
) -> dict[str, tuple[float, float]]:
    """A point a place: its own, else the middle of those of the places inside it."""
    told = whereabouts.points(workspace())
    wanted = {place.place_id for place in places}
    inside: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for place in current().places:
        if place.place_id in told and place.place_id not in hidden:
            for above in wanted.intersection(place.path.split("/")):
                inside[above].append(told[place.place_id])
    return {
        place_id: told[place_id] if place_id in told else _middle(inside[place_id])
        for place_id in sorted(wanted)
        if place_id in told or place_id in inside
    }


def _middle(spots: list[tuple[float, float]]) -> tuple[float, float]:
    return fmean(x for x, _y in spots), fmean(y for _x, y in spots)
