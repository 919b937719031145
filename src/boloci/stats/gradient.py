"""How unequal groups in an order are: wealth quintiles, years of schooling.

The population is ranked from the most disadvantaged (0) to the most advantaged (1);
a group stands at the middle of its stretch. WHO's Health Equity Assessment Toolkit.
Source: Schlotheuber and Hosseinpoor, Summary measures of health inequality, 2022.
"""

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from boloci.stats.inequality import Groups, Kind, Measure, with_error
from boloci.stats.intervals import Z

Floats = npt.NDArray[np.float64]

STEPS, STILL = 100, 1e-12
"""Newton steps at most, and the change of the coefficients that ends them."""


def fractional_rank(weights: Floats) -> Floats:
    """Middle of each group's stretch of the ranked population, 0 to 1.

    Groups from the most disadvantaged on.
    """
    found: Floats = (np.cumsum(weights) - weights / 2) / weights.sum()
    return found


def concentration_index(
    values: Floats, weights: Floats, *, relative: bool = False
) -> Measure:
    """Absolute concentration index, or relative: divided by the weighted mean.

    The slope of 2 var(rank) y on the rank, weighted by population: twice the
    covariance of value and rank. Positive: concentrated among the advantaged.
    """
    rank, shares = fractional_rank(weights), weights / weights.sum()
    spread = float(shares @ (rank - 0.5) ** 2)
    left = 2 * spread * values / (float(shares @ values) if relative else 1.0)
    design = np.column_stack([rank, np.ones_like(rank)])
    inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
    slope, level = inverse @ (design.T @ (weights * left))
    residual = left - slope * rank - level
    error = None
    if len(values) > 2:
        variance = float(weights @ residual**2) / (len(values) - 2)
        error = sqrt(variance * inverse[0, 0])
    return with_error(float(slope), error)


def slope_index(values: Floats, weights: Floats, *, scale: float = 100.0) -> Measure:
    """Slope index of inequality: predicted value at rank 1 minus that at rank 0.

    Quasi-binomial logit of the number reached (rounded) on the rank; robust standard
    error (HC1), in the unit of the values. `values` 0 to `scale`.
    """
    at_0, at_1, slopes, covariance = _predicted(values, weights, scale)
    change = slopes[1] - slopes[0]
    error = scale * sqrt(change @ covariance @ change)
    return with_error(scale * (at_1 - at_0), error)


def relative_index(values: Floats, weights: Floats, *, scale: float = 100.0) -> Measure:
    """Relative index of inequality: predicted value at rank 1 over that at rank 0.

    As `slope_index`; interval on the log scale, standard error of the ratio itself.
    """
    at_0, at_1, slopes, covariance = _predicted(values, weights, scale)
    change = slopes[1] / at_1 - slopes[0] / at_0
    value, of_log = at_1 / at_0, sqrt(change @ covariance @ change)
    lower, upper = (exp(log(value) + side * Z * of_log) for side in (-1, 1))
    return Measure(value, value * of_log, lower, upper)


def _predicted(
    values: Floats, weights: Floats, scale: float
) -> tuple[float, float, Floats, Floats]:
    """Share predicted at rank 0 and 1, their slopes in the two coefficients, and the
    robust covariance of the coefficients.

    As in `healthequal` a group weighs by the square of its people: each group is a
    binomial of so many, and is weighted by so many again.
    """
    people = np.ceil(weights)
    reached = np.round(values / scale * people) / people
    if np.ptp(reached) == 0:  # no slope; where all or none are reached, no logit
        same = float(reached[0])
        return same, same, np.zeros((2, 2)), np.zeros((2, 2))
    rank, weight = fractional_rank(people), people**2
    design = np.column_stack([np.ones_like(rank), rank])
    coefficients, bread = _logit(design, reached, weight)
    share = 1 / (1 + np.exp(-design @ coefficients))
    scores = design * (weight * (reached - share))[:, None]
    n, k = design.shape
    covariance = bread @ (scores.T @ scores) @ bread * n / (n - k)
    ends = np.array([[1.0, 0.0], [1.0, 1.0]])
    at = 1 / (1 + np.exp(-ends @ coefficients))
    slopes = ends * (at * (1 - at))[:, None]
    return float(at[0]), float(at[1]), slopes, covariance


def _logit(design: Floats, reached: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Coefficients of a weighted logit by Newton's steps, and inverse information."""
    coefficients = np.zeros(design.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-design @ coefficients))
        information = design.T @ ((weight * share * (1 - share))[:, None] * design)
        inverse: npt.NDArray[Any] = np.linalg.inv(information)
        step = inverse @ (design.T @ (weight * (reached - share)))
        coefficients = coefficients + step
        if np.abs(step).max() < STILL:
            break
    return coefficients, inverse


def _weights(groups: Groups) -> Floats:
    assert groups.weights is not None
    return groups.weights


KINDS: Mapping[str, Kind] = {
    "aci": Kind(lambda g, _: concentration_index(g.values, _weights(g))),
    "rci": Kind(lambda g, _: concentration_index(g.values, _weights(g), relative=True)),
    "sii": Kind(
        lambda g, _: slope_index(g.values, _weights(g), scale=g.scale), bounded=True
    ),
    "rii": Kind(
        lambda g, _: relative_index(g.values, _weights(g), scale=g.scale), bounded=True
    ),
}
"""The measures of groups in an order; the groups come from the most disadvantaged on.

A logit has no share above all: `sii` and `rii` are refused above the scale."""
