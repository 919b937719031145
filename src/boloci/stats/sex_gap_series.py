"""The gap between boys and girls month by month, as three series to draw and judge.

All three, because they can disagree: 41 % and 18 % are 23 points, a ratio of .44 and
a relative gap of 56 %; 83 % and 74 % are 9 points, .89 and 11 %.
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.grids import Floats


@dataclass(frozen=True)
class SexGapSeries:
    """Every field has shape (t,); NaN where it is not known."""

    points: Floats
    """Boys - girls, in percentage points."""
    girl_boy_ratio: Floats
    """Girls / boys."""
    relative: Floats
    """(boys - girls) / boys, in percent."""


def sex_gap_series(boys: Floats, girls: Floats) -> SexGapSeries:
    """The gap in points, as a ratio and relative to boys, from two percentages.

    `boys`, `girls`: (t,), percent of the same months, NaN: not known. A month has a
    gap only where both sexes are known. Without a boy (0 %) there is a gap in points,
    but neither ratio nor relative gap. Negative: girls are ahead; kept.
    Raises `ValueError` where the series differ in length or a percentage is below 0.
    Source: WHO, State of inequality: childhood immunization, 2016 (difference, ratio).
    """
    if boys.shape != girls.shape:
        raise ValueError("boys and girls of the same months", boys.shape, girls.shape)
    if (boys < 0).any() or (girls < 0).any():
        raise ValueError("a percentage is not below 0")
    points = boys - girls
    ratio = np.full(boys.shape, np.nan)
    np.divide(girls, boys, out=ratio, where=boys > 0)
    return SexGapSeries(points, ratio, (1 - ratio) * 100)
