"""How far a routine figure may be off by chance: doses are counted, and counts vary.

A year's doses vary about as a Poisson count, times an over-dispersion read from the
year's own quarters: variance of the doses = phi x doses. What lasts all year (a wrong
target, doses reported twice each month) does not show between quarters and is not in
it: an interval from here is too narrow where reporting is at fault.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def overdispersion(parts: Floats, *, least: float) -> Floats:
    """phi of each group from its parts: Pearson's chi-square over degrees of freedom.

    `parts`: doses by group and quarter, shape (groups, quarters), NaN where not
    known. A season that all groups share is not noise: each group's doses are
    expected to spread over the quarters as those of all groups with every quarter
    known do. At least `least`; NaN for a group with a quarter unknown, or with no
    doses, or where there is one quarter only. Source: McCullagh and Nelder,
    Generalized linear models, 1989.
    """
    whole = np.isfinite(parts).all(axis=1) & (np.nansum(parts, axis=1) > 0)
    found = np.full(len(parts), np.nan)
    if parts.shape[1] < 2 or not whole.any():
        return found
    known = parts[whole]
    season = known.sum(axis=0) / known.sum()
    expected = known.sum(axis=1, keepdims=True) * season
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(expected > 0, (known - expected) ** 2 / expected, 0.0)
    found[whole] = np.maximum(terms.sum(axis=1) / (parts.shape[1] - 1), least)
    return found


def errors_of_counts(doses: Floats, targets: Floats, dispersion: Floats) -> Floats:
    """Standard errors, in points, of 100 x doses / target; the target is taken as
    known."""
    found: Floats = 100 * np.sqrt(dispersion * doses) / targets
    return found


def errors_of_intervals(lower: Floats, upper: Floats, normals: Floats) -> Floats:
    """Standard errors behind intervals of `normals` standard errors to either side."""
    found: Floats = (upper - lower) / (2 * normals)
    return found
