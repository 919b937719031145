"""BCG beside DTP1, told after the joint model.

The doses of BCG over those of DTP1 say how many more children one reaches than the
other, whatever births and completeness are. They say nothing of the level of coverage
that could be trusted: the two are not over-reported alike, and one runs out of stock
when the other does not. So the ratio is drawn here, and multiplied with DTP1 as drawn;
surveys that ask of both move it.
"""

from collections.abc import Iterator

import numpy as np

from boloci.stats.estimate.evidence import AGES, Array
from boloci.stats.estimate.model import Model

USUAL, USUAL_SD = 0.03, 0.10
"""Log of BCG's coverage over DTP1's before any dose is seen."""
DISTRICT, AREA, NOISE = 0.08, 0.12, 0.15
"""Deviations of the log ratio: of a district, an area, a quarter's figures."""
REPORTED = 0.10
"""How far the two are reported otherwise (log): what a survey of both puts right."""
ASKED = 0.03
"""Error of the log ratio of a survey's two shares beside sampling."""
_MEDIAN = 1.25
"""Standard error of a median over that of a mean, for normal deviations."""


def ratios(model: Model, x: Array, rng: np.random.Generator) -> Array:
    """Log of BCG's coverage over DTP1's: (draws, areas, quarters).

    x    (draws, unknowns) draws of the joint model
    """
    left = _left(model, x)
    usual, error = _by_quarter(left)
    by_area = _by_area(model, left - usual, rng, len(x))
    quarters = usual + error * rng.standard_normal((len(x), len(usual)))
    told = quarters[:, None] + by_area[..., None]
    size = model.log_children.mean(1)
    region = np.average(usual[None] + by_area.mean(0)[:, None], 0, np.exp(size))
    result: Array = told + _reported(model, region, rng, len(x))[:, None, None]
    return result


def _left(model: Model, x: Array) -> Array:
    """(areas, quarters) log of doses of BCG over those of DTP1, of as many children."""
    evidence = model.evidence
    cut = evidence.areas * model.layout.own
    wave = x[:, cut:][:, model.layout.terms["season"].at].mean(0)
    born = model.layout.wave(AGES[0] - AGES[1]) - model.layout.wave(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(evidence.doses[0] / evidence.doses[1])
    ratio -= np.log(evidence.due[0] / evidence.due[1]) + born @ wave
    return np.where(np.isfinite(ratio), ratio, np.nan)


def _by_quarter(left: Array) -> tuple[Array, Array]:
    """Median of areas and its error in every quarter; the nearest quarter's where no
    area tells, and what is believed where none ever did."""
    count = np.isfinite(left).sum(0)
    told = np.flatnonzero(count)
    if not len(told):
        quarters = left.shape[1]
        return np.full(quarters, USUAL), np.full(quarters, USUAL_SD)
    spread = np.hypot(DISTRICT, np.hypot(AREA, NOISE))
    medians = np.nanmedian(left[:, told], axis=0)
    every = np.arange(left.shape[1])
    nearest = told[np.abs(every[:, None] - told).argmin(1)]
    usual = medians[np.searchsorted(told, nearest)]
    return usual, _MEDIAN * spread / np.sqrt(count[nearest])


def _by_area(model: Model, left: Array, rng: np.random.Generator, draws: int) -> Array:
    """(draws, areas) of an area, its district's in it: shrunk by how much it told."""
    known = np.isfinite(left)
    count = known.sum(1)
    ordered = np.where(known, left, 0.0)
    near = np.clip(ordered, -2 * NOISE, 2 * NOISE)
    mean = near.sum(1) / np.maximum(count, 1)
    error = NOISE**2 / np.maximum(count, 1)
    district = model.evidence.district
    result = np.zeros((draws, len(left)))
    for number in range(model.evidence.districts):
        mine = np.flatnonzero(district == number)
        told = mine[count[mine] > 0]
        weight = 1 / (AREA**2 + error[told])
        precision = weight.sum() + 1 / DISTRICT**2
        whole = (weight @ mean[told]) / precision
        shared = whole + rng.standard_normal(draws) / np.sqrt(precision)
        trust = np.where(count[mine] > 0, AREA**2 / (AREA**2 + error[mine]), 0.0)
        own = trust * (mean[mine] - shared[:, None])
        spread = AREA * np.sqrt(1 - trust)
        noise = spread * rng.standard_normal((draws, len(mine)))
        result[:, mine] = shared[:, None] + own + noise
    return result


def _reported(
    model: Model, region: Array, rng: np.random.Generator, draws: int
) -> Array:
    """(draws) what is taken from the ratio of doses, as surveys of both have it."""
    precision, pulled = 1 / REPORTED**2, 0.0
    for asked, error, weights in _asked(model):
        weight = 1 / error**2
        precision += weight
        pulled += weight * (asked - float(weights @ region))
    spread = 1 / np.sqrt(precision)
    return pulled / precision + spread * rng.standard_normal(draws)


def _asked(model: Model) -> Iterator[tuple[float, float, Array]]:
    """Log of BCG's share over DTP1's of each survey, its error, weights of quarters.

    Who had DTP1 mostly had BCG: they err together, so the error is that of those who
    had BCG alone.
    """
    anchors = [one for one in model.evidence.anchors if one.source >= 0]
    for one in (one for one in anchors if one.antigen == 0):
        first = [
            a
            for a in anchors
            if (a.source, a.districts, a.antigen) == (one.source, one.districts, 1)
        ]
        if first and min(one.share, first[0].share) > 0:
            apart = abs(one.share - first[0].share)
            size = max(one.share * (1 - one.share), 0.01) / max(one.se, 1e-4) ** 2
            error = np.sqrt(max(apart, 0.02) / size) / one.share
            yield (
                float(np.log(one.share / first[0].share)),
                float(np.hypot(error, ASKED)),
                one.weights,
            )
