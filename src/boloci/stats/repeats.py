"""Numbers that were copied: from the month before, or from one dose to the next.

Grids as in `boloci.stats.grids`: shape (series, months), NaN where nothing was
reported. Series of one unit lie one after the other; `starts` says where each begins.
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.grids import Floats, Ints

COUNTABLE = 2**33
"""More than all people alive: what is not below it is no count of a month, and its
digits say nothing. Below it, units, months and numbers fit one whole number."""


@dataclass(frozen=True)
class Repeats:
    """Months of units, by position in `starts` and month; every field shape (k,)."""

    unit: Ints
    month: Ints
    numbers: Ints
    """Different numbers that are the same as the month before."""


def copied_forward(
    grid: Floats, starts: Ints, *, least_value: float, least_numbers: int, share: float
) -> Repeats:
    """Months in which a unit's numbers are those of the month before.

    Numbers below `least_value` repeat by chance and are left out. At least
    `least_numbers` different numbers must repeat, and `share` of all that could:
    doses given at one visit have one number, which says a thing once.
    """
    before, now = grid[:, :-1], grid[:, 1:]
    judged = np.fmin(before, now) >= least_value
    judged |= (np.fmax(before, now) >= least_value) & ~np.isnan(before + now)
    same = judged & (before == now)
    units = len(starts)
    if not units or not grid.shape[1]:
        nothing = np.zeros(0, np.int64)
        return Repeats(nothing, nothing, nothing)
    count = np.add.reduceat(judged, starts, axis=0, dtype=np.int32)
    equal = np.add.reduceat(same, starts, axis=0, dtype=np.int32)
    likely = (equal >= least_numbers) & (equal >= share * count)
    owner = _owners(starts, len(grid))
    rows, columns = np.nonzero(same & likely[owner])
    different = different_numbers(owner[rows], columns, now[rows, columns])
    numbers = np.zeros((units, now.shape[1]), np.int64)
    np.add.at(numbers, (different[:, 0], different[:, 1]), 1)
    unit, month = np.nonzero(likely & (numbers >= least_numbers))
    return Repeats(unit, month + 1, numbers[unit, month])


def same_across(
    grid: Floats, starts: Ints, *, least_value: float, least_doses: int
) -> Repeats:
    """Months in which many doses of a unit, given at different visits, are one number.

    `grid`: one series a visit. `numbers` here: how many doses bear the number.
    """
    rows, columns = np.nonzero(grid >= least_value)
    owner = _owners(starts, len(grid))[rows]
    told, counts = _distinct(owner, columns, grid[rows, columns])
    many = counts >= least_doses
    return Repeats(told[many, 0], told[many, 1], counts[many])


def different_numbers(owner: Ints, month: Ints, value: Floats) -> Ints:
    """Each different number of a unit and month once: (k, 3) unit, month, number.

    Values are whole numbers; a fraction of a dose is cut off, and what is not
    `COUNTABLE` is left out.
    """
    return _distinct(owner, month, value)[0]


def _distinct(owner: Ints, month: Ints, value: Floats) -> tuple[Ints, Ints]:
    """Each different row of unit, month and whole number, and how often it is there."""
    real = value < COUNTABLE
    owner, month, whole = owner[real], month[real], value[real].astype(np.int64)
    most_value = int(whole.max(initial=0)) + 1
    most_month = int(month.max(initial=0)) + 1
    codes = np.sort((owner * most_month + month) * most_value + whole)
    new = np.flatnonzero(np.diff(codes, prepend=-1))
    rest, number = np.divmod(codes[new], most_value)
    told = np.column_stack((*np.divmod(rest, most_month), number))
    return told, np.diff(np.append(new, len(codes)))


def _owners(starts: Ints, rows: int) -> Ints:
    """Unit of each row of a grid, by position in `starts`."""
    return np.repeat(np.arange(len(starts)), np.diff(np.append(starts, rows)))
