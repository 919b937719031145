"""Outliers of many series at once, by median and median absolute deviation.

Series of any length lie one after the other in one array; `starts` says where each
begins. One sort orders all of them, so 255,000 series cost about as much as one.
Source: Iglewicz and Hoaglin, How to detect and handle outliers (1993).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MODIFIED_Z_FACTOR = 0.6745
"""0.75 quantile of the standard normal: makes MAD comparable to a deviation."""


def starts_of(series: npt.NDArray[np.int64]) -> Ints:
    """Index at which each run of equal series numbers begins (sorted input)."""
    if len(series) == 0:
        return np.zeros(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(np.diff(series)) + 1))


def medians(values: Floats, starts: Ints) -> Floats:
    """Median of each series. `values` without NaN; shape (n,), starts (k,) -> (k,)."""
    lengths = np.diff(np.append(starts, len(values)))
    order = np.lexsort((values, np.repeat(np.arange(len(starts)), lengths)))
    ordered = values[order]
    low = ordered[starts + (lengths - 1) // 2]
    high = ordered[starts + lengths // 2]
    middle: Floats = (low + high) / 2
    return middle


def modified_z(values: Floats, starts: Ints) -> Floats:
    """0.6745 (x - median) / MAD of each value in its series; NaN where MAD is 0."""
    lengths = np.diff(np.append(starts, len(values)))
    away = values - np.repeat(medians(values, starts), lengths)
    spread = np.repeat(medians(np.abs(away), starts), lengths)
    scores = np.full(len(values), np.nan)
    np.divide(MODIFIED_Z_FACTOR * away, spread, out=scores, where=spread > 0)
    return scores
