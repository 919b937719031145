"""Limits within which a rate moves by chance: U' charts after Laney.

Administrative coverage can pass 100 %, so it is a rate (doses per child of the target)
and not a share. A U chart takes chance alone as its measure and alarms all the time
where counts are large; Laney's U' widens (or narrows) its limits by how much the
series itself has moved from one period to the next.
Source: Laney, Improved control charts for attributes, Quality Engineering 14(4), 2002.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

MOVING_RANGE_FACTOR = 1.128
"""Mean moving range of two standard normal values (d2 for n = 2)."""
DEGREES_A_RANGE = 0.62
"""Degrees of freedom that each moving range of two adds to a standard deviation.
Source: Wheeler, Advanced Topics in Statistical Process Control, 1995, table 4.2."""


@dataclass(frozen=True)
class Limits:
    """Centre and limits of many series; rates, not percentages."""

    centre: Floats
    """Rate of the baseline: shape (k,); NaN where it has no exposure."""
    spread: Floats
    """Laney's sigma z: how many times more than chance the baseline moves; (k,)."""
    points: Floats
    """Known points of the baseline: (k,)."""
    lower: Floats
    """(k, t); never below zero."""
    upper: Floats
    """(k, t)."""


def u_prime(
    counts: Floats,
    exposure: Floats,
    *,
    baseline: Bools,
    sigmas: float,
    least_spread: float = 0.0,
    ahead: bool = False,
) -> Limits:
    """U' limits of series in rows: shapes (k, t), NaN where nothing is known.

    `baseline`: (t,), the points that centre and spread are read from. `least_spread`
    1 takes chance as the least that a series may move. `ahead`: for points that are
    not in the baseline; centre and spread are then known from few points only, and
    the limits are as wide as that asks, so that a steady series passes them as rarely
    as `sigmas` says.
    """
    known = baseline[None, :] & np.isfinite(counts) & (exposure > 0)
    past_counts, past_exposure = np.where(known, (counts, exposure), np.nan)
    total = np.nansum(past_exposure, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(total > 0, np.nansum(past_counts, axis=1) / total, np.nan)
        chance = np.sqrt(centre[:, None] / exposure)
        scores = (counts / exposure - centre[:, None]) / chance
        spread = np.maximum(_moving(np.where(known, scores, np.nan)), least_spread)
        points = known.sum(axis=1).astype(np.float64)
        half = sigmas * spread[:, None] * chance
        if ahead:
            few = _times_sigma(points, sigmas) / sigmas
            half = half * few[:, None] * np.sqrt(1 + exposure / total[:, None])
    middle = centre[:, None]
    return Limits(centre, spread, points, np.maximum(middle - half, 0), middle + half)


def _moving(scores: Floats) -> Floats:
    """Standard deviation of each row by the moving range of its known points.

    Points are next to each other where no known point lies between them.
    """
    found = np.full(len(scores), np.nan)
    last = np.full(len(scores), np.nan)
    total, ranges = np.zeros(len(scores)), np.zeros(len(scores))
    for column in scores.T:
        moved = np.abs(column - last)
        both = np.isfinite(moved)
        total[both] += moved[both]
        ranges += both
        last = np.where(np.isfinite(column), column, last)
    np.divide(total, ranges * MOVING_RANGE_FACTOR, out=found, where=ranges > 0)
    return found


def _times_sigma(points: Floats, sigmas: float) -> Floats:
    """`sigmas` of a known deviation as times one read from so many points.

    The quantile of Student's t that a normal one of `sigmas` stands for.
    Source: Peizer and Pratt, JASA 63, 1968 (within 2 % from three degrees on).
    """
    degrees = np.maximum(DEGREES_A_RANGE * (points - 1), 1.0)
    shrunk = (degrees - 5 / 6) / (degrees - 2 / 3 + 0.1 / degrees) ** 2
    quantile: Floats = np.sqrt(degrees * np.expm1(sigmas**2 * shrunk))
    return quantile
