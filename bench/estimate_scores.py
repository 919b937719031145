"""Scores of an estimate against the truth: pure functions on arrays.

Everything is about values one beside the other: of areas or districts and their
quarters, nan where not known. Intervals are of 90 % unless said.
Source of the interval score: Gneiting and Raftery, Strictly proper scoring rules,
prediction, and estimation, 2007 (Winkler 1972).
"""

from typing import Any

import numpy as np

Array = Any
MISSES = 0.10
"""Share of truths that a 90 % interval may miss."""


def rmse(found: Array, truth: Array) -> float:
    """Root mean square error; nan where nothing is known."""
    apart = (found - truth)[np.isfinite(found) & np.isfinite(truth)]
    return float(np.sqrt(np.mean(apart**2))) if len(apart) else float("nan")


def within(truth: Array, low: Array, high: Array) -> float:
    """Share of truths that lie in their interval, ends included."""
    known = np.isfinite(truth) & np.isfinite(low) & np.isfinite(high)
    inside = ((truth >= low) & (truth <= high))[known]
    return float(inside.mean()) if len(inside) else float("nan")


def winkler(truth: Array, low: Array, high: Array, *, misses: float = MISSES) -> float:
    """Mean interval score: width, and what lies outside times 2 / `misses`."""
    known = np.isfinite(truth) & np.isfinite(low) & np.isfinite(high)
    outside = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    score = (high - low + 2 / misses * outside)[known]
    return float(score.mean()) if len(score) else float("nan")


def off(found: float, truth: float) -> float:
    """Percent by which a total is off."""
    return 100 * (found / truth - 1) if truth else float("nan")


def worst_found(ranked_by: Array, children: Array, share: float = 0.2) -> float:
    """Children found in the places ranked worst, over those in the truly worst.

    ranked_by    what places are ranked by, the largest first; nan last
    children     truly missed, of each place
    share        of places that are visited
    """
    count = max(1, round(share * len(children)))
    ranked = np.argsort(-np.nan_to_num(ranked_by, nan=-np.inf), kind="stable")
    best = np.sort(children)[::-1][:count].sum()
    return float(children[ranked[:count]].sum() / best) if best else float("nan")
