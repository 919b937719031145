"""Draws of children, summed over places and time, as figures with intervals.

Sums are made draw by draw, so intervals of sums are right and areas add up to their
district. A figure is the mean of its draws; its interval holds the middle 90 in 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.evidence import Array

INTERVAL = (0.05, 0.95)
CONFIDENCE = 90


@dataclass(frozen=True)
class Figure:
    """Mean and interval of draws: arrays of one shape, places and periods."""

    value: Array
    lower: Array
    upper: Array

    def at(self, which: int | Sequence[int]) -> "Figure":
        """One of several that lie along the first axis, or some of them."""
        return Figure(self.value[which], self.lower[which], self.upper[which])


def summed(draws: Array, of_place: Array) -> Array:
    """Sums over the areas of a place: (..., areas, quarters) -> (..., quarters).

    of_place    (areas, quarters) of bool: which areas a place has, quarter by quarter:
                areas open, close and change their district
    """
    some = np.flatnonzero(of_place.any(1))
    result: Array = (draws[..., some, :] * of_place[some]).sum(-2, dtype=float)
    return result


def by_period(draws: Array, of_period: Array) -> Array:
    """Sums over the quarters of periods: (..., quarters) -> (..., periods).

    of_period    (periods, quarters) of bool
    """
    result: Array = draws @ of_period.T.astype(float)
    return result


def figure(draws: Array) -> Figure:
    """Mean and interval over the first axis; nan where any draw is unknown.

    An interval holds its mean even where more than 95 draws in 100 are alike: of an
    area that misses a child in one draw of fifty the mean is above 0, and so is the
    end of its interval.
    """
    known = ~np.isnan(draws).any(0)
    mean = np.where(known, np.where(known, draws, 0).mean(0), np.nan)
    lower, upper = np.quantile(np.where(known, draws, 0), INTERVAL, axis=0)
    lower, upper = np.where(known, lower, np.nan), np.where(known, upper, np.nan)
    return Figure(mean, np.minimum(lower, mean), np.maximum(upper, mean))


def share(reached: Array, due: Array) -> Array:
    """Percent reached of those due, draw by draw; nan where nobody was due in one."""
    some = due > 0
    result = np.full(due.shape, np.nan)
    np.divide(100.0 * reached, due, out=result, where=some)
    return result


def whole(groups: Sequence[Sequence[int]], count: int) -> Array:
    """(groups, count) of bool: which of `count` things each group has."""
    result = np.zeros((len(groups), count), bool)
    for number, group in enumerate(groups):
        result[number, list(group)] = True
    return result
