"""Monthly series as the rows of an array: medians that leave blanks out, neighbours.

A grid has shape (series, months); NaN is a month without a reported value, which no
statistic here ever takes for a zero. Sorting many short rows is what NumPy does best:
a million of them take less time than reading them.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def medians(rows: Floats) -> Floats:
    """Median of each row without its NaN; NaN for a row of none. (n, m) -> (n,)."""
    ordered = np.sort(rows, axis=1)
    counts = np.count_nonzero(~np.isnan(rows), axis=1)
    return (at(ordered, (counts - 1) // 2) + at(ordered, counts // 2)) / 2


def at(ordered: Floats, positions: Ints) -> Floats:
    """One cell of each row, by position; NaN for a row without months."""
    if ordered.shape[1] == 0:
        return np.full(len(ordered), np.nan)
    inside = np.clip(positions, 0, ordered.shape[1] - 1)
    found: Floats = ordered[np.arange(len(ordered)), inside]
    return found


def means(rows: Floats) -> Floats:
    """Mean of each row without its NaN; NaN for a row of none. (n, m) -> (n,)."""
    counts = np.count_nonzero(~np.isnan(rows), axis=1)
    return divided(np.nansum(rows, axis=1), counts.astype(np.float64))


def divided(above: Floats, below: Floats) -> Floats:
    """above / below; NaN where there is nothing to divide by."""
    found = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found


def neighbours(grid: Floats, rows: Ints, columns: Ints, months: int) -> Floats:
    """Months before and after some cells, without the cells: (k, 2 x months).

    NaN where the grid has no such month.
    """
    steps = np.concatenate((np.arange(-months, 0), np.arange(1, months + 1)))
    wanted = columns[:, None] + steps
    inside = (wanted >= 0) & (wanted < grid.shape[1])
    found = grid[rows[:, None], np.where(inside, wanted, 0)]
    return np.where(inside, found, np.nan)


def run_before(cells: Bools) -> Ints:
    """How many months in a row, right before each, are among `cells`. (n, months).

    A run that begins with the series counts for none: what came before is not known.
    """
    months = np.arange(cells.shape[1])
    last = np.maximum.accumulate(np.where(cells, -1, months), axis=1)
    before = np.concatenate((np.full((len(cells), 1), -1), last[:, :-1]), axis=1)
    return np.where(cells | (before < 0), 0, months - before - 1)


def rounded(values: Floats, decimals: int = 0) -> Floats:
    """Round as R 4 does: to the nearer of two decimal numbers, a tie to the even one.

    NumPy multiplies, rounds and divides, which gives 0.2 for 0.15 where R gives 0.1.
    Source: R's nmath/fround.c since version 4.0.0.
    """
    if decimals == 0:
        return np.rint(values)
    scale = math.pow(10, decimals)
    size = np.abs(values)
    below = np.floor(scale * size)
    lower, upper = below / scale, np.ceil(scale * size) / scale
    down, up = size - lower, upper - size
    nearer_down = (down < up) | ((down == up) & (below % 2 == 0))
    return np.copysign(np.where(nearer_down, lower, upper), values)
