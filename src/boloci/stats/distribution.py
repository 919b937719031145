"""Who is left behind: the worst fifth, Lorenz curves and funnels.

Groups are places or sexes; arrays of one length, none with NaN.
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDING = 1e-9
"""Less than any group's part of a share: 0.07 x 100 is 7 groups, not 8."""


def worst(values: Floats, share: float, *, favourable: bool = True) -> Ints:
    """Positions of the worst ceil(share x n) groups, worst first; ties as they come.

    `favourable`: high values are good, the worst are the lowest.
    """
    number = ceil(share * len(values) - ROUNDING)
    ordered = np.argsort(values if favourable else -values, kind="stable")
    return ordered[:number]


def lorenz(amounts: Floats, people: Floats) -> tuple[Ints, Floats, Floats]:
    """Order of the groups from the least reached on, and cumulative shares.

    `amounts` (doses) and `people` of each group. Gives the positions of the groups,
    then cumulative shares of the people and of the amounts, in percent, shape (k,);
    the curve begins at 0, 0. Shares of the amounts are NaN where their sum is 0.
    """
    order = np.argsort(amounts / people, kind="stable")
    cumulative = [np.cumsum(each[order]) for each in (people, amounts)]
    with np.errstate(invalid="ignore"):
        of_people, of_amounts = (100 * each / each[-1] for each in cumulative)
    return order, of_people, of_amounts


@dataclass(frozen=True)
class Funnel:
    """Limits around a mean that groups of their size keep by chance."""

    mean: float
    dispersion: float
    """Over-dispersion the limits were widened by; 1: none."""
    low: dict[float, Floats]
    """Confidence in percent -> lower limit of each group; not cut at 0."""
    high: dict[float, Floats]


def funnel(
    values: Floats,
    people: Floats,
    normals: dict[float, float],
    *,
    winsorised: float,
    least: float,
) -> Funnel:
    """Limits for 100 x doses / target of groups around the mean of all.

    Doses are taken as Poisson counts at the mean, since administrative coverage can
    pass 100 %; limits are widened by phi, the mean squared z after the `winsorised`
    share of either tail is drawn in, at least `least`. `normals`: confidence in
    percent -> normal quantile. Source: Spiegelhalter, Handling over-dispersion of
    performance indicators, 2005.
    """
    mean = float(values @ people / people.sum())
    errors = 10 * np.sqrt(mean / people)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(errors > 0, (values - mean) / errors, 0.0)
    ends = np.quantile(z, (winsorised, 1 - winsorised))
    dispersion = max(float((np.clip(z, *ends) ** 2).mean()), least)
    wide = {c: normal * sqrt(dispersion) * errors for c, normal in normals.items()}
    return Funnel(
        mean,
        dispersion,
        {confidence: mean - width for confidence, width in wide.items()},
        {confidence: mean + width for confidence, width in wide.items()},
    )
