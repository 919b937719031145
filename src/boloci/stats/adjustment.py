"""Scenarios of adjustment: what a grid of reported months becomes under a rule.

Grids have shape (series, months), NaN where nothing is known. A scenario never writes
over what was reported: it is a second grid beside the first, with the reason of each
change. What a rule cannot tell stays NaN; nothing is made zero.

    outliers      months out of line are replaced
    completeness  reports that did not come are allowed for
    both          one after the other
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats import outliers
from boloci.stats.grids import (
    Bools,
    Floats,
    Ints,
    divided,
    medians,
    neighbours,
    rounded,
    run_before,
)
from boloci.stats.outliers import Outliers, Size

UNCHANGED, OUTLIER, MISSING, RATE = 0, 1, 2, 3
REASONS = ("", "outlier", "missing", "rate")


@dataclass(frozen=True)
class Reported:
    """What was reported of some series, and what is known of their reports."""

    values: Floats
    """(series, months)"""
    years: Ints
    """(months,)"""
    rates: Floats
    """Reports received of those due, in percent; NaN where it is not known."""
    due: Bools
    """A value is missing that `completeness` may fill."""


@dataclass(frozen=True)
class Scenario:
    """A grid as adjusted, and which of its cells stand for an outlier."""

    after: Floats
    replaced: Bools

    def reasons(self, before: Floats) -> np.ndarray:
        """One of `REASONS` for each cell, by number; `UNCHANGED` where it is so."""
        same = (self.after == before) | (np.isnan(self.after) & np.isnan(before))
        changed = np.where(np.isnan(before), MISSING, RATE)
        changed = np.where(self.replaced & ~np.isnan(before), OUTLIER, changed)
        return np.where(same, UNCHANGED, changed).astype(np.int8)


@dataclass(frozen=True)
class Countdown:
    """Constants of Countdown's adjustment."""

    k: float
    """Service where there is no report, as a share of where there is."""
    trusted_from: float
    """Rate in percent below which a rate is replaced."""
    mads: float
    mad_factor: float


def countdown(reported: Reported, rule: Countdown) -> dict[str, Scenario]:
    """Countdown's scenarios; `both` fills missing months last.

    Source: cd2030, re-derived from its text on two national workbooks; exact on
    Kenya's (k .25) in every element and year.
    """
    values, years = reported.values, reported.years
    none = np.zeros(values.shape, np.bool_)
    by_rate = for_rate(values, trusted(reported.rates, rule.trusted_from), rule.k)
    on_reported, replaced = year_medians_for_outliers(values, years, rule)
    on_both, replaced_both = year_medians_for_outliers(by_rate, years, rule)
    filled = year_medians_for(on_both, years, reported.due & np.isnan(on_both))
    return {
        "outliers": Scenario(on_reported, replaced),
        "completeness": Scenario(by_rate, none),
        "both": Scenario(filled, replaced_both),
    }


def trusted(rates: Floats, trusted_from: float) -> Floats:
    """Rates rounded to whole percents; a low or missing one becomes the series' median.

    The median is that of the series' own rates from `trusted_from` to 100; a series
    without any keeps NaN: nothing says how much of it is missing.
    """
    whole = rounded(rates)
    good = np.where((whole >= trusted_from) & (whole <= 100), whole, np.nan)
    kept = whole >= trusted_from
    return np.where(kept, whole, medians(good)[:, None])


def for_rate(values: Floats, rates: Floats, k: float) -> Floats:
    """x (1 + (1/rate - 1) k), one decimal; as reported where no rate is known."""
    adjusted = rounded(values * _times(rates, k), 1)
    return np.where(np.isnan(rates), values, adjusted)


def _times(rates: Floats, k: float) -> Floats:
    """1 + (1/rate - 1) k for rates in percent; NaN for a rate of zero."""
    times: Floats = 1 + (divided(np.ones_like(rates), rates / 100) - 1) * k
    return times


def year_medians_for_outliers(
    values: Floats, years: Ints, rule: Countdown
) -> tuple[Floats, Bools]:
    """Countdown's outliers replaced by the rounded median of their year's other months.

    The other months are those of the year that are no outliers themselves. A year of
    nothing but outliers has none: it is left NaN, and is gone from every total, as in
    Countdown.
    """
    found = outliers.countdown(
        values, years, mads=rule.mads, mad_factor=rule.mad_factor
    ).mask(values.shape)
    kept = np.where(found, np.nan, values)
    return year_medians_for(kept, years, found), found


def year_medians_for(values: Floats, years: Ints, cells: Bools) -> Floats:
    """Some cells replaced by the rounded median of their series' year."""
    found = values.copy()
    for year in np.unique(years):
        mine = years == year
        middle = rounded(medians(values[:, mine]))
        found[:, mine] = np.where(cells[:, mine], middle[:, None], values[:, mine])
    return found


@dataclass(frozen=True)
class Late:
    """When a month after silent ones holds their doses as well as its own."""

    share: float
    """Least share of a usual month that it holds for each silent one."""
    over: float
    """Most."""
    months: int
    """Silent months at most."""


@dataclass(frozen=True)
class Usual:
    """Constants of boloci's adjustment."""

    k: float
    """Service where there is no report, as a share of what is usual there."""
    least_rate: float
    """Rate in percent below which too few reported to speak for the others."""
    around: int
    """Months before and after that say what is usual."""
    replaced_from: float
    """Times the usual from which a high outlier is replaced."""
    late: Late
    size: Size
    """Least deviation that is no chance."""


def by_usual(reported: Reported, found: Outliers, rule: Usual) -> dict[str, Scenario]:
    """boloci's scenarios: what is usual is the median of the valid months around.

    An outlier many times the usual becomes the usual. Others stay: a month of twice
    the usual is more often real than wrong. So do low ones: stock-outs, closures and
    cancelled sessions are real, and no doses are added to a month that was reported.
    A report that was due and did not come gives k times the usual, a partly received
    one x (1 + (1/rate - 1) k). A high month that silent ones before it explain stands;
    where it holds their doses, they are not filled. Where no valid month lies around,
    nothing says what is usual, and nothing is changed. Outliers never count towards it.

    Reasons and figures: docs/decisions/0007.
    """
    values = reported.values
    valid = np.where(found.mask(values.shape), np.nan, values)
    missing = reported.due & np.isnan(values)
    explained, told = late_reports(values, valid, missing, rule)
    high = found.only(found.high & ~explained[found.row, found.column])
    middle = usual(valid, high.row, high.column, rule.around)
    wrong = high.value >= rule.replaced_from * middle
    rows, columns = high.row[wrong], high.column[wrong]
    without = values.copy()
    without[rows, columns] = middle[wrong]
    none = np.zeros(values.shape, np.bool_)
    silent, month = np.nonzero(missing & ~told)
    doses = rule.k * usual(valid, silent, month, rule.around)

    def completed(months: Floats) -> Floats:
        found = _for_partly_received(months, reported.rates, rule)
        found[silent, month] = doses
        return found

    replaced = high.only(wrong).mask(values.shape)
    return {
        "outliers": Scenario(without, replaced),
        "completeness": Scenario(completed(values), none),
        "both": Scenario(completed(without), replaced),
    }


def usual(valid: Floats, rows: Ints, columns: Ints, around: int) -> Floats:
    """Median of the valid months before and after some cells: (k,); NaN: none."""
    return medians(neighbours(valid, rows, columns, around))


def _for_partly_received(values: Floats, rates: Floats, rule: Usual) -> Floats:
    partly = (rates >= rule.least_rate) & (rates < 100)
    return np.where(partly, values * _times(rates, rule.k), values)


def late_reports(
    values: Floats, valid: Floats, missing: Bools, rule: Usual
) -> tuple[Bools, Bools]:
    """Months no higher than silent ones before them explain, and silent months told.

    `missing`: reports that were due and did not come. After g of them a month may be
    up to (1 + over g) times the usual. It tells them where it is at least (1 + share g)
    times the usual, and so far from it that chance alone does not explain it.
    """
    gap = run_before(missing)
    rows, columns = np.nonzero((gap > 0) & (gap <= rule.late.months))
    before = gap[rows, columns]
    middle = usual(valid, rows, columns, rule.around)
    given = values[rows, columns]
    held = given <= (1 + rule.late.over * before) * middle
    explained, told = np.zeros((2, *values.shape), np.bool_)
    explained[rows[held], columns[held]] = True
    told_all = held & (given >= (1 + rule.late.share * before) * middle)
    told_all &= given - middle >= rule.size.of(middle)
    rows, columns, before = rows[told_all], columns[told_all], before[told_all]
    for month in range(1, int(before.max(initial=0)) + 1):
        still = before >= month
        told[rows[still], columns[still] - month] = True
    return explained, told


def by_nearest(values: Floats, found: Outliers, each_side: int) -> Scenario:
    """FASTR's outliers replaced by the mean of the nearest valid months on both sides.

    `each_side` months before and as many after, reported and no outliers; fewer where
    there are fewer; none: as reported. Source: FASTR's documentation of methods; not
    verified against the tool.
    """
    valid = np.where(found.mask(values.shape), np.nan, values)
    mean = nearest_mean(valid, found.row, found.column, each_side)
    known = found.only(~np.isnan(mean))
    after = values.copy()
    after[known.row, known.column] = mean[~np.isnan(mean)]
    return Scenario(after, known.mask(values.shape))


def nearest_mean(valid: Floats, rows: Ints, columns: Ints, each_side: int) -> Floats:
    """Mean of the `each_side` nearest known months before and after each cell: (k,)."""
    series = valid[rows]
    known = ~np.isnan(series)
    months = np.arange(valid.shape[1])
    before = known & (months < columns[:, None])
    after = known & (months > columns[:, None])
    from_cell = np.cumsum(before[:, ::-1], axis=1)[:, ::-1]
    chosen = (before & (from_cell <= each_side)) | (
        after & (np.cumsum(after, axis=1) <= each_side)
    )
    counts = chosen.sum(axis=1)
    sums = np.where(chosen, series, 0.0).sum(axis=1)
    mean = np.full(len(rows), np.nan)
    np.divide(sums, counts, out=mean, where=counts > 0)
    return mean
