"""Intervals of shares and of their differences, for columns of frames and for arrays.

Shares are 0-1; `size` is the number of children, of a simple random sample or as sure
as one. What is not known (null, NaN) gives no limits. Arithmetic only, so that one
formula serves a column of a frame and an array of numbers.
"""

from typing import Any, TypeVar

import narwhals as nw
import numpy as np

Number = TypeVar("Number", nw.Expr, np.ndarray[Any, np.dtype[np.float64]], float)

CONFIDENCE = 95.0
"""Percent of such intervals that hold the truth, counting error alone."""

Z = 1.959963984540054
"""Normal quantile of an interval of `CONFIDENCE` percent."""


def wilson(share: Number, size: Number, *, z: float) -> tuple[Number, Number]:
    """Score limits of a share; `size` above 0. Source: Wilson, JASA 1927."""
    part = z**2 / size
    middle = (share + part / 2) / (1 + part)
    spread = share * (1 - share) / size + part / size / 4
    half = spread**0.5 * z / (1 + part)
    return middle - half, middle + half


def difference(
    one: Number,
    one_limits: tuple[Number, Number],
    other: Number,
    other_limits: tuple[Number, Number],
) -> tuple[Number, Number]:
    """Limits of `one` - `other`, two independent shares, from the limits of each.

    With Wilson's limits it is Newcombe's method 10, with a survey's own limits it is
    design-based. Sources: Newcombe, Statistics in Medicine 17, 1998; Zou and Donner,
    Statistics in Medicine 27, 2008.
    """
    below = (one - one_limits[0]) ** 2 + (other_limits[1] - other) ** 2
    above = (one_limits[1] - one) ** 2 + (other - other_limits[0]) ** 2
    return one - other - below**0.5, one - other + above**0.5
