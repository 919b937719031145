"""Limits within which a rate or a share moves by chance: U, P, and Laney's U' and P'.

Administrative coverage can pass 100 %, so it is a rate (doses per child of the target)
and not a share. U and P charts take chance alone as their measure and alarm all the
time where counts are large; Laney's U' and P' widen (or narrow) their limits by how
much the series itself has moved from one period to the next.
Source: Laney, Improved control charts for attributes, Quality Engineering 14(4), 2002.
"""

from collections.abc import Callable
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
    """Laney's sigma z: how many times more than chance the baseline moves; (k,). 1
    where chance alone is the measure."""
    points: Floats
    """Known points of the baseline: (k,)."""
    sigma: Floats
    """Standard deviation that the limits are made of: (k, t)."""
    lower: Floats
    """(k, t); never below zero, which no rate can pass."""
    upper: Floats
    """(k, t); of a share never above 1."""


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
    return _limits(
        counts,
        exposure,
        _poisson,
        baseline=baseline,
        sigmas=sigmas,
        least_spread=least_spread,
        ahead=ahead,
    )


def u(counts: Floats, exposure: Floats, *, baseline: Bools, sigmas: float) -> Limits:
    """U limits, of chance alone (Poisson); arguments as of `u_prime`."""
    return _limits(
        counts, exposure, _poisson, baseline=baseline, sigmas=sigmas, laney=False
    )


def p_prime(counts: Floats, size: Floats, *, baseline: Bools, sigmas: float) -> Limits:
    """P' limits of shares; as `u_prime`, with every count inside its `size`."""
    return _limits(counts, size, _binomial, baseline=baseline, sigmas=sigmas, most=1.0)


def p(counts: Floats, size: Floats, *, baseline: Bools, sigmas: float) -> Limits:
    """P limits, of chance alone (binomial); arguments as of `p_prime`."""
    return _limits(
        counts,
        size,
        _binomial,
        baseline=baseline,
        sigmas=sigmas,
        laney=False,
        most=1.0,
    )


def _poisson(centre: Floats) -> Floats:
    return centre


def _binomial(centre: Floats) -> Floats:
    return centre * (1 - centre)


def _limits(
    counts: Floats,
    exposure: Floats,
    variance: Callable[[Floats], Floats],
    *,
    baseline: Bools,
    sigmas: float,
    laney: bool = True,
    least_spread: float = 0.0,
    ahead: bool = False,
    most: float = np.inf,
) -> Limits:
    """Limits of rates whose variance at exposure 1 is `variance` of their centre."""
    known = baseline[None, :] & np.isfinite(counts) & (exposure > 0)
    past_counts, past_exposure = np.where(known, (counts, exposure), np.nan)
    total = np.nansum(past_exposure, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(total > 0, np.nansum(past_counts, axis=1) / total, np.nan)
        chance = np.sqrt(variance(centre)[:, None] / exposure)
        scores = (counts / exposure - centre[:, None]) / chance
        scores = np.where(known, scores, np.nan)
        spread = moving_deviation(scores) if laney else np.ones(len(scores))
        spread = np.maximum(spread, least_spread)
        points = known.sum(axis=1).astype(np.float64)
        sigma = spread[:, None] * chance
        if ahead:
            few = _times_sigma(points, sigmas) / sigmas
            sigma = sigma * few[:, None] * np.sqrt(1 + exposure / total[:, None])
    middle, half = centre[:, None], sigmas * sigma
    lower, upper = np.maximum(middle - half, 0), np.minimum(middle + half, most)
    return Limits(centre, spread, points, sigma, lower, upper)


def moving_deviation(scores: Floats) -> Floats:
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
