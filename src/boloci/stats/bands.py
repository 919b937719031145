"""Bands of places that intervals tell apart, and ranks that each interval allows.

Two places of different bands never overlap, so bands have an order. Inside a band each
place overlaps another one, and no order is claimed.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def bands(lower: Floats, upper: Floats) -> Integers:
    """The band of each interval: 1 the highest; 0 where an end is not known.

    A band goes on as long as the next interval below overlaps one of those in it.
    Intervals that touch overlap. Raises `ValueError` where a lower end is above its
    upper end.
    """
    known = np.flatnonzero(np.isfinite(lower) & np.isfinite(upper))
    if np.any(lower[known] > upper[known]):
        raise ValueError("an interval ends before it begins")
    found = np.zeros(len(lower), np.int64)
    band, lowest = 0, np.inf
    for at in known[np.argsort(-upper[known], kind="stable")]:
        if upper[at] < lowest:
            band, lowest = band + 1, lower[at]
        lowest = min(lowest, lower[at])
        found[at] = band
    return found


def ranks(band: Integers) -> Integers:
    """First and last rank of each place's band: (places, 2), 1 the highest.

    Both are 0 for places without a band.
    """
    counts = np.bincount(band, minlength=1)
    counts[0] = 0
    last = np.cumsum(counts)
    first = last - counts + 1
    found: Integers = np.column_stack([first[band], last[band]])
    found[band == 0] = 0
    return found
