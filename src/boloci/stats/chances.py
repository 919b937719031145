"""Chances that a quantity is above a threshold, read from quantiles of its draws."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def chance_above(quantiles: Floats, threshold: float) -> Floats:
    """Chance (0 to 1) that each quantity is above a threshold, of each row.

    quantiles   (rows, n): n evenly spaced quantiles of a row from 0 to 1, rising.
                Between two of them the distribution is taken as even; a row with a
                null gives a null

    A value that many quantiles share is wholly at or below the threshold once that
    reaches it. Beyond the draws the chance is 0 or 1: as sure as draws can be, which
    is not certain. Raises `ValueError` for rows that fall, or fewer than two quantiles.
    """
    if quantiles.ndim != 2 or quantiles.shape[1] < 2:
        raise ValueError("needs rows of at least two quantiles")
    if np.any(np.diff(quantiles, axis=1) < 0):
        raise ValueError("quantiles fall")
    last = quantiles.shape[1] - 1
    below = np.sum(quantiles <= threshold, axis=1)  # quantiles at or below it
    at = np.clip(below - 1, 0, last - 1)
    rows = np.arange(len(quantiles))
    low, high = quantiles[rows, at], quantiles[rows, at + 1]
    step = np.divide(
        threshold - low, high - low, out=np.zeros_like(low), where=high > low
    )
    share = (at + np.clip(step, 0.0, 1.0)) / last
    share = np.where(below == 0, 0.0, np.where(below > last, 1.0, share))
    return np.where(np.isnan(quantiles).any(axis=1), np.nan, 1.0 - share)
