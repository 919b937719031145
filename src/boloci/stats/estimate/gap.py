"""Girls and boys: how far their coverage is apart, given how high it is.

Doses by sex say little of the level of coverage and much of the gap: the log of girls'
doses over boys' is free of births, targets, completeness and over-reporting. So the gap
is drawn after the level, as a difference of logits (boys - girls) that varies by place
and drifts by year. At a given level all of it is linear and normal, and exact.

Who had DTP1 is as likely to have the later doses, girl or boy: so they tell of the gap
of DTP1, by as much as DTP1 is missed. Taken as gaps of their own level, which is lower,
they made the gap too small: by half where coverage was high.

Source of the shape: design 8; the drift by year is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.evidence import ANTIGENS, Array
from boloci.stats.estimate.layout import walk

_LEAST = 1e-9


@dataclass(frozen=True)
class GapScales:
    """Prior mean and standard deviations of the gap in logits; boys for each girl."""

    mean: float = 0.15
    nation: float = 0.15
    region: float = 0.20
    district: float = 0.15
    area: float = 0.10
    step_region: float = 0.06
    step_district: float = 0.06
    boys: float = 1.03
    boys_area: float = 0.015
    spread: float = 1.3
    """Variance of doses over that of a count: girls and boys come together to a
    session or not."""
    noise: float = 0.02
    """Deviation of the log ratio beside counting: sex noted wrongly."""


@dataclass(frozen=True)
class SexEvidence:
    """Doses of forms that count girls and boys, and surveys that tell both.

    district       (areas) of each area, sorted
    girls, boys    (antigens, areas, years) doses; 0: not counted
    apart, error   (surveys) boys - girls, shares, and its standard error
    of             (surveys, antigens, districts, years) weights of the children asked
    """

    district: Array
    girls: Array
    boys: Array
    apart: Array
    error: Array
    of: Array


@dataclass(frozen=True)
class Gaps:
    """The gap in logits as drawn: (draws, areas, years)."""

    logits: Array
    nation: Array
    """(draws) its national part, for regions to be compared."""


def gaps(
    evidence: SexEvidence,
    coverage: Array,
    scales: GapScales,
    *,
    draws: int,
    rng: np.random.Generator,
) -> Gaps:
    """Draw the gap of every area and year.

    coverage    (antigens, areas, years) share of children who had the dose, not 0 or 1
    """
    areas, years = coverage.shape[1:]
    districts = int(evidence.district.max()) + 1
    moves = _moves(districts, years)
    precision = _prior(scales, districts, years)
    left, weight = _ratios(evidence, coverage, scales)
    slope = -lost(coverage)
    own = _own(slope, weight, scales)
    roots = np.linalg.inv(np.linalg.cholesky(own))
    pulled = np.zeros(len(precision))
    told = np.zeros((areas, 2))
    ties = np.zeros((areas, 2, len(precision)))
    for area in range(areas):
        here = moves[evidence.district[area]]
        by_year = (weight[:, area] * slope[:, area] ** 2).sum(0)
        by_ratio = (weight[:, area] * slope[:, area]).sum(0)
        precision += here.T @ (by_year[:, None] * here)
        pulled += (weight[:, area] * slope[:, area] * left[:, area]).sum(0) @ here
        told[area, 0] = (weight[:, area] * slope[:, area] * left[:, area]).sum()
        told[area, 1] = -(weight[:, area] * left[:, area]).sum()
        ties[area, 0] = by_year @ here
        ties[area, 1] = -by_ratio @ here
        half = roots[area] @ ties[area]
        precision -= half.T @ half
        pulled -= half.T @ (roots[area] @ told[area])
    precision, pulled = _with_surveys(
        evidence, coverage, moves, precision, pulled, usual=scales.mean
    )
    shared = _drawn(precision, pulled, draws, rng)
    mean = told[None] - np.einsum("aku,du->dak", ties, shared)
    white = np.einsum("aij,daj->dai", roots, mean) + rng.standard_normal(mean.shape)
    single = np.einsum("aji,daj->dai", roots, white)[..., 0]
    by_district = np.einsum("byu,du->dby", moves, shared)
    logits = scales.mean + by_district[:, evidence.district] + single[..., None]
    return Gaps(logits, scales.mean + shared[:, 0])


def together(
    parts: Sequence[Gaps], scales: GapScales, rng: np.random.Generator
) -> list[Array]:
    """The gaps of several regions, draw n of all of one country: (draws, areas, years).

    As in `nation`: each region's posterior of the national part over the prior,
    multiplied as normals; then each region's draws move with the national part by
    their own regression on it. One region alone stays as it was drawn.
    """
    if len(parts) < 2:
        return [part.logits for part in parts]
    before = 1 / scales.nation**2
    mean = np.array([part.nation.mean() for part in parts])
    own = np.maximum(1 / np.array([part.nation.var() for part in parts]), before)
    precision = before + (own - before).sum()
    pulled = (own * mean).sum() - (len(parts) - 1) * before * scales.mean
    draws = len(parts[0].nation)
    nation = pulled / precision + rng.standard_normal(draws) / np.sqrt(precision)
    return [part.logits + _with_nation(part, nation - part.nation) for part in parts]


def _with_nation(part: Gaps, ahead: Array) -> Array:
    """How far gaps move where their national part moves: (draws, areas, years)."""
    apart = part.nation - part.nation.mean()
    slope = np.einsum("d,day->ay", apart, part.logits) / (apart @ apart)
    result: Array = ahead[:, None, None] * slope
    return result


def girls_among(
    reached: Array,
    due: Array,
    share: Array,
    gap: Array,
    rng: np.random.Generator,
    *,
    girls: float,
) -> tuple[Array, Array]:
    """Girls among children reached, and among children due, drawn.

    reached, due    children of both sexes, of one shape
    share, gap      coverage of both and the gap in logits, of that shape
    girls           share of girls among children
    """
    low, _high = by_sex(share, gap, girls=girls)
    among_reached = np.clip(girls * low / np.maximum(share, _LEAST), 0, 1)
    among_missed = np.clip(girls * (1 - low) / np.maximum(1 - share, _LEAST), 0, 1)
    found = rng.binomial(reached, among_reached)
    return found, found + rng.binomial(due - reached, among_missed)


def by_sex(share: Array, gap: Array, *, girls: float) -> tuple[Array, Array]:
    """Coverage of girls and of boys whose mean is a share, a gap of logits apart.

    girls    share of girls among children
    """
    safe = np.clip(share, 1e-9, 1 - 1e-9)
    middle = np.log(safe / (1 - safe))
    for _ in range(3):
        low, high = _chance(middle - gap / 2), _chance(middle + gap / 2)
        mean = girls * low + (1 - girls) * high
        slope = girls * low * (1 - low) + (1 - girls) * high * (1 - high)
        middle = middle + (safe - mean) / slope
    return _chance(middle - gap / 2), _chance(middle + gap / 2)


_DTP1 = ANTIGENS.index("DTP1")


def lost(coverage: Array) -> Array:
    """(antigens, areas, years) how far a logit of the gap moves the log of doses: the
    share without the dose, for later doses that without DTP1."""
    first = 1 - coverage[_DTP1]
    return np.stack(
        [first if antigen > _DTP1 else 1 - own for antigen, own in enumerate(coverage)]
    )


def _chance(logit: Array) -> Array:
    return 1 / (1 + np.exp(-logit))


def _moves(districts: int, years: int) -> Array:
    """(districts, years, shared) what is shared -> the gap of a district's year.

    Shared are nation, region, the region by year, districts, districts by year.
    """
    result = np.zeros((districts, years, 2 + years + districts * (1 + years)))
    result[:, :, :2] = 1
    year = np.arange(years)
    for district in range(districts):
        result[district, year, 2 + year] = 1
        result[district, :, 2 + years + district] = 1
        first = 2 + years + districts + district * years
        result[district, year, first + year] = 1
    return result


def _prior(scales: GapScales, districts: int, years: int) -> Array:
    size = 2 + years + districts * (1 + years)
    result = np.zeros((size, size))
    single = [scales.nation, scales.region]
    result[[0, 1], [0, 1]] = 1 / np.square(single)
    result[2 : 2 + years, 2 : 2 + years] = walk(years, scales.step_region)
    own = np.arange(2 + years, 2 + years + districts)
    result[own, own] = 1 / scales.district**2
    for first in range(2 + years + districts, size, years):
        part = slice(first, first + years)
        result[part, part] = walk(years, scales.step_district)
    return result


def _ratios(
    evidence: SexEvidence, coverage: Array, scales: GapScales
) -> tuple[Array, Array]:
    """Log of girls over boys, less what is expected at the mean gap; its precision."""
    known = (evidence.girls > 0) & (evidence.boys > 0)
    girls = np.where(known, evidence.girls, 1.0)
    boys = np.where(known, evidence.boys, 1.0)
    variance = scales.spread * (1 / girls + 1 / boys) + scales.noise**2
    usual = -np.log(scales.boys) - lost(coverage) * scales.mean
    left = np.log(girls / boys) - usual
    return np.where(known, left, 0.0), np.where(known, 1 / variance, 0.0)


def _own(slope: Array, weight: Array, scales: GapScales) -> Array:
    """(areas, 2, 2) precision of an area's own gap and of its boys for each girl."""
    result = np.zeros((slope.shape[1], 2, 2))
    result[:, 0, 0] = (weight * slope**2).sum((0, 2)) + 1 / scales.area**2
    result[:, 1, 1] = weight.sum((0, 2)) + 1 / scales.boys_area**2
    result[:, 0, 1] = result[:, 1, 0] = -(weight * slope).sum((0, 2))
    return result


def _with_surveys(
    evidence: SexEvidence,
    coverage: Array,
    moves: Array,
    precision: Array,
    pulled: Array,
    *,
    usual: float,
) -> tuple[Array, Array]:
    """What surveys tell of what is shared: areas' own gaps average away in them."""
    if not len(evidence.apart):
        return precision, pulled
    first = np.searchsorted(evidence.district, np.arange(len(moves)))
    count = np.diff(np.append(first, len(evidence.district)))
    slope = np.add.reduceat(coverage * lost(coverage), first, 1)
    points = slope / count[:, None]
    each = (evidence.of * points).sum(1)
    rows = np.einsum("sby,byu->su", each, moves)
    weight = 1 / evidence.error**2
    left = evidence.apart - each.sum((1, 2)) * usual
    return precision + rows.T @ (weight[:, None] * rows), pulled + (
        weight * left
    ) @ rows


def _drawn(
    precision: Array, pulled: Array, draws: int, rng: np.random.Generator
) -> Array:
    root = np.linalg.inv(np.linalg.cholesky(precision))
    mean = root.T @ (root @ pulled)
    result: Array = mean + rng.standard_normal((draws, len(mean))) @ root
    return result
