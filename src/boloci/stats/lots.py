"""Lots of a quality assurance sample: what a lot says, and how often it is wrong.

A lot of n children passes if at least d of them are vaccinated. It classifies, it does
not estimate: only lots pooled by their populations give coverage. Both errors are told
for children drawn one by one (binomial) and for children drawn in clusters, who
resemble each other (beta-binomial, intracluster correlation `icc`).

Source: Pezzoli, Andrews, Ronveaux, Clustered lot quality assurance sampling to assess
immunisation coverage: increasing rapidity and maintaining precision, TMIH 2010.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from boloci.stats.surveys import wilson

Array = np.ndarray[Any, np.dtype[np.float64]]

PASSED, UNCERTAIN, FAILED = 1, 2, 3


def cluster_sizes(sample: int, clusters: int | None) -> tuple[int, ...]:
    """Children in each cluster of a lot, as even as can be: 19 in 5 is 4, 4, 4, 4, 3.

    No clusters: every child alone.
    """
    if not clusters:
        return (1,) * sample
    each, rest = divmod(sample, clusters)
    return tuple(each + (number < rest) for number in range(clusters))


@lru_cache(maxsize=4096)
def vaccinated_chances(
    coverage: float, sizes: tuple[int, ...], icc: float = 0.0
) -> tuple[float, ...]:
    """Probability of 0, 1, ... sum(sizes) vaccinated children at a coverage (0-1).

    `icc` 0: children drawn one by one. Raises `ValueError` for a coverage or
    correlation outside 0-1.
    """
    if not (0 <= coverage <= 1 and 0 <= icc < 1):
        raise ValueError((coverage, icc))
    if icc == 0 or coverage in (0, 1):
        return tuple(_binomial(sum(sizes), coverage))
    chances = np.ones(1)
    for size in sizes:
        chances = np.convolve(chances, _beta_binomial(size, coverage, icc))
    return tuple(chances)


def _binomial(size: int, coverage: float) -> Array:
    return np.array(
        [
            math.comb(size, k) * coverage**k * (1 - coverage) ** (size - k)
            for k in range(size + 1)
        ]
    )


def _beta_binomial(size: int, coverage: float, icc: float) -> Array:
    spread = 1 / icc - 1
    a, b = coverage * spread, (1 - coverage) * spread
    return np.array(
        [
            math.comb(size, k)
            * math.exp(_log_beta(k + a, size - k + b) - _log_beta(a, b))
            for k in range(size + 1)
        ]
    )


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def at_most(
    vaccinated: int, coverage: float, sizes: tuple[int, ...], icc: float = 0.0
) -> float:
    """Probability of so few vaccinated children, or fewer, at a coverage."""
    return sum(vaccinated_chances(coverage, sizes, icc)[: vaccinated + 1])


def at_least(
    vaccinated: int, coverage: float, sizes: tuple[int, ...], icc: float = 0.0
) -> float:
    """Probability of so many vaccinated children, or more, at a coverage."""
    return sum(vaccinated_chances(coverage, sizes, icc)[vaccinated:])


@dataclass(frozen=True)
class Risks:
    """Both errors of a decision rule, as probabilities."""

    fail_good: float
    """A lot at the upper coverage fails."""
    pass_bad: float
    """A lot at the lower coverage passes."""


def risks(
    sizes: tuple[int, ...],
    decision: int,
    *,
    upper: float,
    lower: float,
    icc: float = 0.0,
) -> Risks:
    """Errors of the rule "passes with `decision` vaccinated children or more"."""
    return Risks(
        at_most(decision - 1, upper, sizes, icc), at_least(decision, lower, sizes, icc)
    )


def lot_class(
    vaccinated: int,
    sizes: tuple[int, ...],
    decision: int,
    *,
    upper: float,
    lower: float,
    icc: float,
    risk: float,
) -> int:
    """`PASSED`, `FAILED`, or `UNCERTAIN` between the two.

    The decision number says on which side a lot is; it is uncertain where the design
    as drawn cannot tell it from the other side: so many vaccinated children in a lot
    at `lower` (or so few in one at `upper`) happen with more than probability `risk`.
    """
    if vaccinated >= decision:
        told = at_least(vaccinated, lower, sizes, icc) <= risk
        return PASSED if told else UNCERTAIN
    told = at_most(vaccinated, upper, sizes, icc) <= risk
    return FAILED if told else UNCERTAIN


@dataclass(frozen=True)
class Pooled:
    """Coverage of several lots together: shares 0-1."""

    estimate: float
    effective: float
    """Children of a simple random sample that would be as sure."""
    lower: float
    upper: float


def pooled(
    vaccinated: Sequence[float],
    sample: Sequence[float],
    clusters: Sequence[float],
    population: Sequence[float],
    *,
    icc: float,
    z: float,
) -> Pooled:
    """Coverage of lots weighed by their populations, with an interval.

    `clusters` 0: children drawn one by one. The variance of a lot is that of its
    share with one more child on either side (a lot of 19 of 19 is not certain), times
    1 + (children a cluster - 1) x `icc`. Raises `ValueError` for populations that
    add up to nothing.
    """
    seen, size = np.asarray(vaccinated, float), np.asarray(sample, float)
    groups, weight = np.asarray(clusters, float), np.asarray(population, float)
    if not weight.sum() > 0:
        raise ValueError("populations add up to nothing")
    weight = weight / weight.sum()
    estimate = float((weight * seen / size).sum())
    each = np.divide(size, groups, out=np.ones_like(size), where=groups > 0)
    design = 1 + np.maximum(each - 1, 0) * icc
    share = (seen + 1) / (size + 2)
    variance = float((weight**2 * share * (1 - share) * design / size).sum())
    middle = float((weight * share).sum())
    effective = middle * (1 - middle) / variance
    low, high = wilson(np.array([estimate]), np.array([effective]), z=z)
    return Pooled(estimate, effective, float(low[0]), float(high[0]))
