"""An estimate and the baselines of a region, beside the truth."""

from dataclasses import dataclass

import numpy as np

from bench.estimate_fits import Fitted
from bench.estimate_regions import Region
from boloci.stats.estimate import baselines
from boloci.stats.estimate.evidence import ANTIGENS, Array
from boloci.stats.estimate.sums_of_draws import INTERVAL

LEVELS = ("area", "district")
MODEL, SURVEY = "model", "survey_worldpop"
BASELINES = ("naive", "capped", "penta1_derived", SURVEY)
DTP1, DTP3 = ANTIGENS.index("DTP1"), ANTIGENS.index("DTP3")


@dataclass(frozen=True)
class Compared:
    """Values one beside the other: the truth, what each way found, intervals.

    `found` and `bounds` are by way; bounds are (2, values).
    """

    truth: Array
    found: dict[str, Array]
    bounds: dict[str, Array]


@dataclass(frozen=True)
class Judged:
    """A region. `compared`: by figure; `missed`: (areas, years) children by way, with
    `truth`; `draws`: children missed in each draw of the whole region."""

    name: str
    compared: dict[str, Compared]
    missed: dict[str, Array]
    draws: Array


@dataclass(frozen=True)
class _Baseline:
    """Doses of the months reported, and the children of these: (areas, quarters).

    A month without a report counts in neither, which is kinder to baselines than doses
    over the whole target."""

    doses: Array
    children: Array


def judged(fit: Fitted) -> Judged:
    """Everything that scores are made of."""
    region = fit.region
    compared = {
        f"{level}-quarter": _coverage(fit, level, tuple(_firsts(region, level)))
        for level in LEVELS
    }
    compared["district-year drop-out"] = _dropout(fit)
    compared["district-year sex gap"] = _gap(fit, relative=False)
    compared["district-year girls over boys"] = _gap(fit, relative=True)
    lost = (fit.due - fit.reached)[DTP1]
    true = (region.due - region.reached)[DTP1].sum(2)
    missed = {"truth": _by_year(region, true), MODEL: _by_year(region, lost).mean(0)}
    return Judged(
        region.evidence.name, compared, missed | _missed(region), lost.sum((1, 2))
    )


def _firsts(region: Region, level: str) -> Array:
    """First area of each place of a level."""
    district = region.evidence.district
    whole = np.arange(len(district))
    return np.flatnonzero(np.diff(district, prepend=-1)) if level != "area" else whole


def _by_year(region: Region, values: Array) -> Array:
    """Sums over the quarters, the last axis, of each calendar year."""
    firsts = np.flatnonzero(np.diff(region.evidence.year, prepend=-1))
    return np.add.reduceat(values, firsts, -1)


def _against(region: Region) -> dict[str, _Baseline]:
    """Doses and children of the months reported, by area and quarter."""
    e = region.evidence
    doses = np.nan_to_num(e.doses[DTP1])
    result = {}
    for way, yearly in (("target", e.targets), ("penta1_derived", region.infants)):
        children = np.nan_to_num(yearly[:, e.year]) / 4 * e.completeness
        result[way] = _Baseline(doses, children)
    return result


def _coverage(fit: Fitted, level: str, firsts: tuple[int, ...]) -> Compared:
    """DTP1 by place and quarter, as shares; a baseline where it can be told."""
    region, places = fit.region, list(firsts)

    def at(values: Array) -> Array:
        return np.add.reduceat(values, places, -2)

    true_due = at(region.due[DTP1].sum(2))
    known = true_due > 0
    truth = at(region.reached[DTP1].sum(2))[known] / true_due[known]
    share = at(fit.reached[DTP1]) / np.maximum(at(fit.due[DTP1]), 1)
    against = {
        way: (at(b.doses), at(b.children)) for way, b in _against(region).items()
    }
    held = baselines.survey_held(
        region.evidence.anchors, DTP1, region.evidence.quarters
    )
    survey = np.broadcast_to(held[:, None], (3, *known.shape))[:, known]
    found = {
        MODEL: share.mean(0)[known],
        "naive": baselines.naive(*against["target"])[known],
        "capped": baselines.capped(*against["target"])[known],
        "penta1_derived": baselines.naive(*against["penta1_derived"])[known],
        SURVEY: survey[0],
    }
    bounds = np.quantile(share, INTERVAL, axis=0)[:, known]
    return Compared(truth, found, {MODEL: bounds, SURVEY: survey[1:]})


def _dropout(fit: Fitted) -> Compared:
    """Share of children with DTP1 who miss DTP3, by district and year."""
    region, places = fit.region, list(_firsts(fit.region, "district"))

    def ratio(reached: Array, due: Array) -> Array:
        got, children = (
            np.add.reduceat(_by_year(region, values), places, -2)
            for values in (reached, due)
        )
        share = got / np.maximum(children, 1)
        result: Array = 1 - share[DTP3] / np.maximum(share[DTP1], 1e-9)
        return result

    truth = ratio(region.reached.sum(3), region.due.sum(3))
    drawn = ratio(fit.reached, fit.due)
    doses = np.nan_to_num(region.evidence.doses)
    told = ratio(doses, np.ones_like(doses))
    flat = np.quantile(drawn, INTERVAL, axis=0).reshape(2, -1)
    found = {MODEL: drawn.mean(0).ravel(), "naive": told.ravel()}
    return Compared(truth.ravel(), found, {MODEL: flat})


def _gap(fit: Fitted, *, relative: bool) -> Compared:
    """Coverage of boys less that of girls, by district and year; or that of girls over
    that of boys, less 1: it asks nothing of the level."""
    region, places = fit.region, list(_firsts(fit.region, "district"))

    def apart(reached: Array, due: Array) -> Array:
        got, children = (
            np.add.reduceat(values, places, -2) for values in (reached, due)
        )
        girls, boys = got / np.maximum(children, 1)
        some = np.where(boys > 0, boys, np.nan)
        result: Array = girls / some - 1 if relative else boys - girls
        return result

    reached, due = (
        _by_year(region, np.moveaxis(values[DTP1], 2, 0))
        for values in (region.reached, region.due)
    )
    truth = apart(reached, due)
    drawn = apart(fit.by_sex[1], fit.by_sex[0])
    flat = np.quantile(drawn, INTERVAL, axis=0).reshape(2, -1)
    none = np.zeros(truth.size)
    found = {MODEL: drawn.mean(0).ravel(), "no gap": none}
    return Compared(truth.ravel(), found, {MODEL: flat})


def _missed(region: Region) -> dict[str, Array]:
    """Children each baseline says had no DTP1: by area and year, nan where not told.

    None in an area and year with more doses than children, as a district would count:
    so wrong targets alone make many."""
    e = region.evidence
    yearly = {"target": e.targets, "penta1_derived": region.infants}
    result = {}
    for way, told in _against(region).items():
        children = _by_year(region, yearly[way][:, e.year] / 4)
        doses, held = (_by_year(region, x) for x in (told.doses, told.children))
        result[way] = baselines.missed(baselines.naive(doses, held), children)
    held = baselines.survey_held(e.anchors, DTP1, e.quarters)[0]
    by_survey = baselines.missed(held, e.births[:, e.year] / 4)
    return {
        "naive": result["target"],
        "penta1_derived": result["penta1_derived"],
        SURVEY: _by_year(region, by_survey),
    }
