"""Changes from one period to the next that are larger than a place's usual ones.

What is usual is read from the place itself: the median of its earlier changes and
their spread (1.4826 times the median absolute deviation), no less than what chance
alone does to counts (Poisson). Source: Hampel, The influence curve and its role in
robust estimation, JASA 69, 1974.
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.grids import Floats

DEVIATIONS = 3.0
"""Spreads from the median change from which a change is unusual."""
LEAST_CHANGES = 6
"""Earlier changes without which nothing is said to be usual."""
_SPREAD_OF_MAD = 1.4826


@dataclass(frozen=True)
class Changes:
    """The last change of each series; every field has shape (n,), NaN: not known."""

    before: Floats
    after: Floats
    beyond: Floats
    """What `after` has more or less than the usual change would have made of it."""
    usual: Floats
    """Spread of the usual changes, as a share: 0.08 is 8 per cent up or down."""
    deviations: Floats
    """How many spreads the change lies from the median change."""

    @property
    def unusual(self) -> np.ndarray:
        """Series whose last change is beyond what is usual there."""
        return np.abs(np.nan_to_num(self.deviations)) > DEVIATIONS


def last(counts: Floats) -> Changes:
    """The last change of each series of counts (n, periods); NaN: no count.

    Two periods in a row with a count above 0 make a change. A series with fewer than
    `LEAST_CHANGES` earlier ones has no usual change.
    """
    if counts.shape[1] < 2:
        nothing = np.full(len(counts), np.nan)
        return Changes(nothing, nothing, nothing, nothing, nothing)
    known = np.where(counts > 0, counts, np.nan)
    steps = np.diff(np.log(known), axis=1)
    before, after, step = known[:, -2], known[:, -1], steps[:, -1]
    enough = np.sum(np.isfinite(steps[:, :-1]), axis=1) >= LEAST_CHANGES
    earlier = np.where(enough[:, None], steps[:, :-1], np.nan)
    middle, spread = _middle(earlier)
    noise = np.sqrt(1 / before + 1 / after)
    usual = np.maximum(spread, noise)
    return Changes(
        before=before,
        after=after,
        beyond=after - before * np.exp(middle),
        usual=np.expm1(usual),
        deviations=(step - middle) / usual,
    )


def _middle(steps: Floats) -> tuple[Floats, Floats]:
    """Median and spread of each row; NaN where a row has nothing known."""
    middle = np.full(len(steps), np.nan)
    spread = np.full(len(steps), np.nan)
    for at, row in enumerate(steps):
        known = row[np.isfinite(row)]
        if len(known):
            middle[at] = np.median(known)
            spread[at] = _SPREAD_OF_MAD * np.median(np.abs(known - middle[at]))
    return middle, spread
