"""Lasting changes of level in monthly series: said once, not as a row of outliers."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from boloci.stats.grids import Bools, Floats, Ints, medians
from boloci.stats.outliers import Size

CHUNK = 100_000
"""Candidates judged at once: the months around each are copied."""


@dataclass(frozen=True)
class Shifts:
    """Changes of level; every field has shape (k,)."""

    row: Ints
    month: Ints
    """Position of the first month of the new level."""
    before: Floats
    after: Floats


@dataclass(frozen=True)
class Rule:
    """Constants of `level_shifts`."""

    months: int
    """on each side: whole years, so that a season is no shift"""
    least_months: int
    """reported months on each side without which nothing is judged"""
    deviations: float
    """sums of the two median absolute deviations that the levels must lie apart"""
    hint_share: float
    """share of the least size that means must differ by for medians to be looked at"""
    size: Size


def level_shifts(grid: Floats, rule: Rule) -> Shifts:
    """Months from which the level of a series is another, for a year at least.

    The medians of the months before and after must differ by the least size, and by
    `deviations` times the sum of the median absolute deviations on both sides, so that
    the two years hardly overlap. Of neighbouring months that all qualify, the one is
    told at which both sides vary least. Shape (series, months), NaN: not reported.
    """
    rows, months = np.nonzero(_hinted(grid, rule))
    parts = [
        _judged(grid, rows[some], months[some], rule)
        for some in np.array_split(np.arange(len(rows)), len(rows) // CHUNK + 1)
    ]
    row, month, before, after, cost = (
        np.concatenate([part[field] for part in parts]) for field in range(5)
    )
    best = _steepest(row, month, np.sign(after - before), cost, rule.months)
    return Shifts(row[best], month[best], before[best], after[best])


def _hinted(grid: Floats, rule: Rule) -> Bools:
    """Cells with enough months on both sides and means that differ. Shape kept."""
    hinted = np.zeros(grid.shape, np.bool_)
    if grid.shape[1] < 2 * rule.least_months:
        return hinted
    reported = ~np.isnan(grid)
    count_before, count_after = _sides(reported.astype(np.float64), rule.months)
    sum_before, sum_after = _sides(np.where(reported, grid, 0.0), rule.months)
    enough = np.minimum(count_before, count_after) >= rule.least_months
    with np.errstate(invalid="ignore", divide="ignore"):
        before, after = sum_before / count_before, sum_after / count_after
        large = np.abs(after - before) >= rule.hint_share * rule.size.of(before)
    hinted[enough & large] = True
    return hinted


def _sides(cells: Floats, months: int) -> tuple[Floats, Floats]:
    """Sums over the months before each month, and from it on."""
    width = cells.shape[1]
    summed = np.zeros((len(cells), width + 1))
    np.cumsum(cells, axis=1, out=summed[:, 1:])
    at = np.arange(width)
    here = summed[:, :-1]
    first = summed[:, np.maximum(at - months, 0)]
    last = summed[:, np.minimum(at + months, width)]
    return here - first, last - here


def _judged(
    grid: Floats, rows: Ints, months: Ints, rule: Rule
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """The candidates that are shifts: row, month, level before and after, spread."""
    padded = np.pad(grid, ((0, 0), (rule.months, rule.months)), constant_values=np.nan)
    around = sliding_window_view(padded, 2 * rule.months, axis=1)[rows, months]
    one, other = around[:, : rule.months], around[:, rule.months :]
    before, after = medians(one), medians(other)
    spread_before = medians(np.abs(one - before[:, None]))
    spread_after = medians(np.abs(other - after[:, None]))
    apart = np.abs(after - before)
    found = (apart >= rule.size.of(before)) & (
        apart >= rule.deviations * (spread_before + spread_after)
    )
    cost = np.nanmean(
        np.abs(around - np.repeat(np.column_stack((before, after)), rule.months, 1)),
        axis=1,
    )
    return rows[found], months[found], before[found], after[found], cost[found]


def _steepest(row: Ints, month: Ints, sign: Floats, cost: Floats, months: int) -> Ints:
    """Of each run of candidates, the one with the least spread around its levels."""
    if not len(row):
        return np.zeros(0, np.int64)
    new = (np.diff(row) != 0) | (np.diff(month) > months) | (np.diff(sign) != 0)
    run = np.concatenate(([0], np.cumsum(new)))
    order = np.lexsort((cost, run))
    best: Ints = order[np.concatenate(([True], np.diff(run[order]) != 0))]
    return best
