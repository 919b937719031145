"""What a household survey says: how sure it is, and of which children.

Estimates, standard errors and limits are shares (0-1); NaN is not known. A survey of
children of 12-23 months speaks of the birth cohort it measured, vaccinated 10-22
months earlier, and not of the months of its fieldwork.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.stats import intervals

Array = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.int8]]

BASES = ("", "standard_error", "interval", "design_effect", "design_effect_assumed")
"""What an effective sample was worked out from, by number; 0: cannot be told."""


@dataclass(frozen=True)
class Effective:
    """Effective samples: children of a simple random sample that would be as sure."""

    size: Array
    basis: Codes
    """Position in `BASES`."""


def effective_sample(
    estimate: Array,
    *,
    standard_error: Array,
    lower: Array,
    upper: Array,
    n: Array,
    design_effect: Array,
    assumed: float,
    z: float,
) -> Effective:
    """n_eff = p(1-p)/se^2; else from the interval on the logit; else n / design
    effect; else n / `assumed`; NaN where nothing tells.

    `z`: quantile of the given interval (1.96 for 95 %). Source: Korn and Graubard,
    Analysis of Health Surveys, 1999.
    """
    spread = estimate * (1 - estimate)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = (_logit(upper) - _logit(lower)) / (2 * z)
        ways = (
            np.where(standard_error > 0, spread / standard_error**2, np.nan),
            np.where(half > 0, 1 / (half**2 * spread), np.nan),
            np.where(design_effect > 0, n / design_effect, np.nan),
            n / assumed,
        )
    size = np.full(len(estimate), np.nan)
    basis = np.zeros(len(estimate), np.int8)
    for number, way in enumerate(ways, start=1):
        take = (basis == 0) & np.isfinite(way) & (way > 0)
        size[take], basis[take] = way[take], number
    return Effective(size, basis)


def _logit(share: Array) -> Array:
    return np.log(share / (1 - share))


def wilson(estimate: Array, size: Array, *, z: float) -> tuple[Array, Array]:
    """`intervals.wilson` of an (effective) sample, not a rounding outside 0-1.

    NaN where either is not known.
    """
    low, high = intervals.wilson(estimate, size, z=z)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


@dataclass(frozen=True)
class Cohort:
    """Children a survey measured: months as serial numbers (`periods.serial`)."""

    born_first: int
    born_last: int
    vaccinated_first: int
    vaccinated_last: int

    @property
    def year(self) -> int:
        """The year in which the middle of the cohort was due its first doses."""
        return (self.vaccinated_first + self.vaccinated_last + 1) // 2 // 12


def cohort(
    first_month: int,
    last_month: int,
    *,
    age_min: float,
    age_max: float,
    vaccinated_at: int,
) -> Cohort:
    """Birth cohort of children of `age_min` to `age_max` completed months.

    `first_month`, `last_month`: fieldwork, as serial numbers; `vaccinated_at`: age in
    whole months by which the first doses are due.
    """
    born_first, born_last = first_month - int(age_max), last_month - int(age_min)
    return Cohort(
        born_first, born_last, born_first + vaccinated_at, born_last + vaccinated_at
    )
