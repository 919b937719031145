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


def summed(draws: Array, of_place: Array, of_period: Array) -> Array:
    """Sums of children: (draws, areas, quarters) -> (draws, places, periods).

    of_place     (places, areas) of bool: which areas a place has
    of_period    (periods, quarters) of bool
    """
    result: Array = np.einsum(
        "dat,pa,qt->dpq",
        draws.astype(float),
        of_place.astype(float),
        of_period.astype(float),
        optimize=True,
    )
    return result


def figure(draws: Array) -> Figure:
    """Mean and interval over the first axis; nan where any draw is unknown."""
    lower, upper = np.quantile(draws, INTERVAL, axis=0)
    return Figure(draws.mean(0), lower, upper)


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
