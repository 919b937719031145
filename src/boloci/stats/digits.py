"""Heaping: numbers that people rounded, told by their last digit."""

import numpy as np

from boloci.stats.grids import Floats, Ints, divided

CHANCE = 0.2
"""Share of numbers that end in 0 or 5 where nobody rounds."""


def heaping(numbers: Ints, rounded: Ints) -> tuple[Floats, Floats]:
    """Share of last digits 0 or 5, and its standard deviations above chance.

    `numbers`: how many values were judged; `rounded`: how many of them end in 0 or 5.
    Shapes (k,); NaN where there is nothing to judge. The deviation is that of a
    binomial share, so that a threshold can allow for the number of places tested.
    """
    judged = numbers.astype(np.float64)
    share = divided(rounded.astype(np.float64), judged)
    by_chance = np.sqrt(divided(np.full(len(numbers), CHANCE * (1 - CHANCE)), judged))
    return share, (share - CHANCE) / by_chance


def ends_in_0_or_5(values: Ints) -> Ints:
    """1 for each whole number that ends in 0 or 5, else 0. Shape kept."""
    found: Ints = (values % 5 == 0).astype(np.int64)
    return found
