"""Months out of line with the rest of their series, by the rules of four profiles.

Every function takes a grid (series, months) of reported values, NaN where nothing was
reported, and gives the flagged cells. Missing months are never zero: taken for zero,
they made 164 of the 262 outliers that a national workbook was said to have. Who counts
them so all the same, as Countdown does, must fill the grid: docs/decisions/0015.
"""

from dataclasses import dataclass, fields

import numpy as np

from boloci.stats.grids import (
    Bools,
    Floats,
    Ints,
    at,
    divided,
    means,
    medians,
    neighbours,
    rounded,
)

MODIFIED_Z_FACTOR = 0.6745
"""0.75 quantile of the standard normal: makes a median absolute deviation comparable
to a standard deviation."""
CHUNK = 40_000
"""Cells judged at once: their series are copied."""


@dataclass(frozen=True)
class Outliers:
    """Flagged cells of a grid; every field has shape (k,)."""

    row: Ints
    column: Ints
    value: Floats
    median: Floats
    """Of the baseline that the value was held against (`z_score`: the mean)."""
    spread: Floats
    """Comparable to a standard deviation: score = (value - median) / spread."""
    score: Floats
    """NaN where the baseline does not vary at all: the size alone decided."""

    @property
    def high(self) -> Bools:
        """Whether a value lies above its baseline."""
        above: Bools = self.value > self.median
        return above

    def only(self, kept: Bools) -> "Outliers":
        """Some of the cells."""
        return Outliers(*(getattr(self, field.name)[kept] for field in fields(self)))

    def mask(self, shape: tuple[int, ...]) -> Bools:
        """The flagged cells of a grid of that shape."""
        found = np.zeros(shape, np.bool_)
        found[self.row, self.column] = True
        return found


@dataclass(frozen=True)
class Size:
    """Least deviation that matters: the largest of three, for a median m."""

    root_factor: float
    """times the root of m: what chance alone does to a count"""
    least: float
    """doses"""
    share: float
    """of m"""

    def of(self, median: Floats) -> Floats:
        """Least deviation, in doses. Same shape as the medians."""
        by_chance = self.root_factor * np.sqrt(np.maximum(median, 0))
        return np.maximum(np.maximum(by_chance, self.least), self.share * median)


@dataclass(frozen=True)
class ModifiedZ:
    """Constants of `modified_z`; with a mean deviation factor of 0 it is not used."""

    threshold: float
    size: Size
    mean_deviation_factor: float
    least_months: int
    """Reported months without which a series is not judged."""
    own_year_out_from: int
    """Reported months in other years from which those are the baseline; 0: never."""
    around: int
    """Months before and after that a value must stand out from as well; 0: none."""


def modified_z(values: Floats, years: Ints, rule: ModifiedZ) -> Outliers:
    """Values whose modified z and whose size both say that they are out of line.

    0.6745 (x - median) / MAD beyond the threshold, and |x - median| at least
    `rule.size`. MAD zero: the mean absolute deviation, scaled, takes its place, and
    the size rule keeps thirteen among twelves from being an outlier. The tested
    value's own year is left out of the baseline where the other years are enough. A
    value must stand out from the months around it as well, so that a lasting change
    of level is not a row of outliers.

    `years` (months,). Source: Iglewicz and Hoaglin (1993); sizes: boloci.
    """
    rows, columns = np.nonzero(_far_enough(values, years, rule.size))
    parts = [
        _judged(values, years, rows[some], columns[some], rule)
        for some in np.array_split(np.arange(len(rows)), len(rows) // CHUNK + 1)
    ]
    return _together(parts)


def _far_enough(values: Floats, years: Ints, size: Size) -> Bools:
    """Cells that may be outliers: no baseline can bring their median nearer.

    However one leaves out a year's k months, the median of the rest lies between two
    order statistics of the whole series.
    """
    ordered = np.sort(values, axis=1)
    counts = np.count_nonzero(~np.isnan(values), axis=1)
    most = int(np.unique(years, return_counts=True)[1].max(initial=0))
    low = at(ordered, np.maximum((counts - most - 1) // 2, 0))
    high = at(ordered, np.minimum((counts - most) // 2 + most, counts - 1))
    far_above = values >= (low + size.of(low))[:, None]
    nearest = np.maximum(low - size.of(low), high - size.of(high))
    found: Bools = far_above | (values <= nearest[:, None])
    return found


def _judged(
    values: Floats, years: Ints, rows: Ints, columns: Ints, rule: ModifiedZ
) -> Outliers:
    tested = values[rows, columns]
    baseline = values[rows]
    if rule.own_year_out_from:
        others = np.where(years == years[columns][:, None], np.nan, baseline)
        enough = np.count_nonzero(~np.isnan(others), axis=1) >= rule.own_year_out_from
        baseline = np.where(enough[:, None], others, baseline)
    median, spread = middle_and_spread(baseline, rule.mean_deviation_factor)
    reported = np.count_nonzero(~np.isnan(values[rows]), axis=1)
    out = (reported >= rule.least_months) & _out(tested, median, spread, rule)
    if rule.around:
        around = neighbours(values, rows, columns, rule.around)
        near = middle_and_spread(around, rule.mean_deviation_factor)
        out &= _out(tested, *near, rule) | np.isnan(near[0])
    score = divided(tested - median, spread)
    return Outliers(rows, columns, tested, median, spread, score).only(out)


def middle_and_spread(
    baseline: Floats, mean_deviation_factor: float
) -> tuple[Floats, Floats]:
    """Median, and MAD / 0.6745 or else the mean deviation / its factor. (n, m) -> (n,).

    A factor of 0 leaves a MAD of zero as it is: NaN.
    """
    median = medians(baseline)
    away = np.abs(baseline - median[:, None])
    spread = medians(away) / MODIFIED_Z_FACTOR
    if not mean_deviation_factor:
        return median, np.where(spread > 0, spread, np.nan)
    return median, np.where(spread > 0, spread, means(away) / mean_deviation_factor)


def _out(tested: Floats, median: Floats, spread: Floats, rule: ModifiedZ) -> Bools:
    away = np.abs(tested - median)
    found: Bools = (
        (away > rule.threshold * spread) & (away > 0) & (away >= rule.size.of(median))
    )
    return found


def _together(parts: list[Outliers]) -> Outliers:
    return Outliers(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Outliers)
        )
    )


def z_score(values: Floats, *, threshold: float) -> Outliers:
    """DHIS2's default: |x - mean| / standard deviation beyond a threshold.

    The standard deviation is the population's (divided by n). Source: DHIS2
    documentation, outlier detection; its example with nine values can reach a z of
    2.8161 only so.
    """
    mean = means(values)
    deviation = np.sqrt(means((values - mean[:, None]) ** 2))
    low, high = z_bounds(mean, deviation, threshold)
    cells = (values < low[:, None]) | (values > high[:, None])
    return _flagged(cells, values, mean, deviation)


def _flagged(cells: Bools, values: Floats, middle: Floats, spread: Floats) -> Outliers:
    """Cells with the middle and spread of their series: (n, m), (n, m), (n,), (n,)."""
    rows, columns = np.nonzero(cells)
    tested, median, around = values[rows, columns], middle[rows], spread[rows]
    score = divided(tested - median, around)
    return Outliers(rows, columns, tested, median, around, score)


def z_bounds(
    mean: Floats, deviation: Floats, threshold: float
) -> tuple[Floats, Floats]:
    """Lowest and highest value that DHIS2 does not call an outlier."""
    return mean - threshold * deviation, mean + threshold * deviation


def countdown(
    values: Floats, years: Ints, *, mads: float, mad_factor: float
) -> Outliers:
    """Countdown's rule: outside the median and some MADs of all years before the last.

    Median, scaled MAD and both bounds are each rounded to one decimal as R rounds.
    The last year is tested and does not enter the baseline. A MAD of zero makes every
    other value an outlier: that is Countdown's, and not `modified_z`.

    Source: cd2030 (Countdown to 2030), re-derived on two national workbooks.
    """
    middle, spread = countdown_baseline(values, years, mad_factor)
    low = rounded(middle - mads * spread, 1)[:, None]
    high = rounded(middle + mads * spread, 1)[:, None]
    return _flagged((values < low) | (values > high), values, middle, spread)


def countdown_baseline(
    values: Floats, years: Ints, mad_factor: float
) -> tuple[Floats, Floats]:
    """Rounded median and scaled MAD of every year before the last. (n, m) -> (n,)."""
    before = values[:, years < years.max(initial=0)]
    median = medians(before)
    spread = mad_factor * medians(np.abs(before - median[:, None]))
    return rounded(median, 1), rounded(spread, 1)


def high_side(
    values: Floats, *, mads: float, year_share: float, least_value: float
) -> Outliers:
    """FASTR's rule: far above the median, or most of the last twelve months' doses.

    |x - median| / MAD beyond `mads`, where the MAD is that of the values from the
    median up around the median; or x more than `year_share` of the sum of its trailing
    twelve months, once a series is twelve months old; and x > `least_value` in both.

    Source: FASTR's documentation of methods; not verified against the tool.
    """
    median = medians(values)
    upper = np.where(values >= median[:, None], values, np.nan)
    spread = medians(np.abs(upper - median[:, None]))
    far = (values - median[:, None] > mads * spread[:, None]) & (spread > 0)[:, None]
    share = values > year_share * trailing_year(values)
    with_size = (values > least_value) & (values > median[:, None])
    return _flagged((far | share) & with_size, values, median, spread)


def trailing_year(values: Floats) -> Floats:
    """Sum of the twelve months up to and with each; NaN in a series' first eleven."""
    reported = ~np.isnan(values)
    summed = np.cumsum(np.where(reported, values, 0.0), axis=1)
    before = np.zeros_like(summed)
    before[:, 12:] = summed[:, :-12]
    since = np.arange(values.shape[1]) - np.argmax(reported, axis=1)[:, None]
    return np.where(since >= 11, summed - before, np.nan)
