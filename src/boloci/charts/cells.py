"""Schematic areas where no boundary is known: to each point all that lies nearest.

Longitude and latitude are taken as flat, which is near enough for a country.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from boloci.charts.geometry import Spot, centre

Ring = list[Spot]

ROUNDS = 3
"""Times that each point moves to the middle of its area, so that areas of crowded
points can be seen too: a sketch keeps neighbours, not distances."""
MARGIN = 0.12
"""How far the outline around points alone lies from them, of their extent."""


def cells(
    points: Mapping[str, Spot], outline: Sequence[Spot] | None = None
) -> dict[str, Ring]:
    """A closed ring a point, all together filling the outline.

    outline     a ring, a country's own form; else the points' convex hull and a margin
    """
    around = list(outline) if outline else hull(list(points.values()))
    spots = dict(points)
    for _ in range(ROUNDS):
        spots |= {name: centre(ring) for name, ring in _around(spots, around).items()}
    return _around(spots, around)


def _around(points: Mapping[str, Spot], around: Sequence[Spot]) -> dict[str, Ring]:
    """To each point the closed ring of all that lies nearer to it than to others."""
    found = {}
    known = sorted(set(points.values()))
    spots = np.array(known, float).reshape(-1, 2)
    for name, here in points.items():
        apart = ((spots - np.array(here)) ** 2).sum(1)
        ring = list(around)
        reach = max((_square(spot, here) for spot in ring), default=0.0)
        for at in np.argsort(apart, kind="stable").tolist():
            other = known[at]
            if other == here:
                continue
            if apart[at] > 4 * reach:
                break  # farther than twice the farthest corner: it cuts nothing
            cut = _nearer(ring, here, other)
            if cut is not ring:
                ring = cut
                reach = max((_square(spot, here) for spot in ring), default=0.0)
        if len(ring) > 2:
            found[name] = [*ring, ring[0]]
    return found


def hull(points: Sequence[Spot]) -> Ring:
    """The convex outline of points, a margin wider than they are."""
    if not points:
        return []
    across = max(p[0] for p in points) - min(p[0] for p in points)
    high = max(p[1] for p in points) - min(p[1] for p in points)
    more = MARGIN * max(across, high, 0.1)
    half = [(-1.0, -0.4), (-0.4, -1.0), (0.4, -1.0), (1.0, -0.4)]
    corners = [*half, *((-x, -y) for x, y in half)]
    wide = [(p[0] + more * x, p[1] + more * y) for p in points for x, y in corners]
    ordered = sorted(set(wide))
    return [*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]]


def _chain(ordered: Sequence[Spot]) -> Ring:
    kept: Ring = []
    for spot in ordered:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], spot) <= 0:
            kept.pop()
        kept.append(spot)
    return kept


def _turn(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _square(a: Spot, b: Spot) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _nearer(ring: Ring, here: Spot, other: Spot) -> Ring:
    """The part of a ring that lies nearer to one point than to the other: the ring
    itself where all of it does."""
    far = [_square(spot, here) - _square(spot, other) for spot in ring]
    if all(one <= 0 for one in far):
        return ring
    kept: Ring = []
    befores = zip([ring[-1], *ring[:-1]], [far[-1], *far[:-1]], strict=True)
    for (before, was), spot, now in zip(befores, ring, far, strict=True):
        if (was <= 0) != (now <= 0):
            part = was / (was - now)
            kept.append(
                (
                    before[0] + part * (spot[0] - before[0]),
                    before[1] + part * (spot[1] - before[1]),
                )
            )
        if now <= 0:
            kept.append(spot)
    return kept
