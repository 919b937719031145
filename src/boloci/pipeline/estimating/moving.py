"""What moved an estimate: DTP1 coverage of a place from doses over target to the
estimate, and how far each source beside doses pulled it.

Worked out of draws that are kept: no region is fitted for it. Coverage is told in
percent; the pulls of `stats.estimate.pulls` are taken on the logit scale, on which the
model is nearest to linear, and made points so that they add up to the whole way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from boloci import periods
from boloci.pipeline.estimating.baselines import NAIVE, Baseline
from boloci.pipeline.estimating.children import Alone
from boloci.pipeline.estimating.figures import Times
from boloci.stats.estimate import nation
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import chance
from boloci.stats.estimate.nearby import KINDS, nearby
from boloci.stats.estimate.pulls import Pulled, pulls

SAME = 1e-6
"""Logits below which a move is taken as that of the tangent."""
Rows = list[dict[str, Any]]


def pulled(
    alone: Sequence[Alone], wanted: Collection[int], when: Times, *, whole: bool
) -> dict[int, Pulled]:
    """Pulls by year on places, by key.

    wanted    keys of the places that are told
    whole     whether regions were put together (`children.together`)
    """
    if not wanted:
        return {}
    years = when.of[when.at(periods.YEAR)]
    parts = [
        nearby(
            one.fitted.model,
            one.x,
            {k: of for k, of in one.fitted.region.belonging.items() if k in wanted},
            years,
        )
        for one in alone
    ]
    before = nation.prior(alone[0].fitted.model)
    groups = [parts] if whole else [[one] for one in parts]
    found: dict[int, Pulled] = {}
    for group in groups:
        found |= pulls(group, before, draws=len(alone[0].x))
    return found


def moved(
    places: Iterable[int],
    naive: Iterable[Baseline],
    prior: Mapping[int, float],
    by_doses: Mapping[int, Array],
    coverage: Mapping[int, Array],
    pulled: Mapping[int, Pulled],
) -> tuple[Rows, Rows]:
    """Rows of `estimate_moved`: coverage after each step; and of `estimate_pulls`: the
    points of each source, and the weight of the prior.

    naive       published; only those of `naive.NAIVE` are taken
    prior       percent believed before any figure, by year
    by_doses    (years) the estimate without the shift that surveys and lots force, by
                place, in the order of the years of `prior`
    coverage    (years) the estimate, likewise
    pulled      what other sources than doses did
    """
    over = {(one.place, one.period): one.coverage for one in naive if one.way == NAIVE}
    steps: Rows = []
    by_source: Rows = []
    for place, (at, year) in product(places, enumerate(prior)):
        here = {"place": place, "period": year}
        told = {NAIVE: over[place, year]} if (place, year) in over else {}
        told["prior"] = prior[year]
        value = float(coverage[place][at]) if place in coverage else np.nan
        if not np.isnan(value):
            points = _points(value, pulled[place], at)
            told |= _chain(value, points)
            told["without_shift"] = float(by_doses[place][at])
            by_source += [
                {**here, "kind": kind, "source": source, "points": one}
                for (kind, source), one in points.items()
            ]
            weight = float(pulled[place].prior_weight[at])
            by_source.append({**here, "kind": "prior", "source": "", "weight": weight})
        steps += [{**here, "step": step, "value": one} for step, one in told.items()]
    return steps, by_source


def _chain(value: float, points: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """Coverage by doses alone, then after each kind of source; where no pull is known,
    the estimate alone."""
    if not points:
        return {"estimate": value}
    reached = value - sum(points.values())
    found = {"doses": reached}
    for kind in KINDS:
        own = [one for (of, _name), one in points.items() if of == kind]
        if own:
            reached += sum(own)
            found[kind] = reached
    return {**found, "estimate": value}


def _points(value: float, moved: Pulled, at: int) -> dict[tuple[str, str], float]:
    """Points of each source: along the line between doses alone and the estimate, both
    taken on the logit scale, so that no step leaves 0 to 100.

    None where the estimate is at one of these ends: its logit is not known.
    """
    share, coverage = value / 100, float(moved.coverage[at])
    by = {source: float(each[at]) for source, each in moved.by_source.items()}
    if not 0 < share < 1 or not all(np.isfinite([coverage, *by.values()])):
        return {}
    tangent = coverage * (1 - coverage)
    far = sum(by.values()) / tangent
    slope = share * (1 - share)
    if abs(far) > SAME:
        before = chance(np.array([np.log(share / (1 - share)) - far]))
        slope = (share - float(before[0])) / far
    return {source: 100 * one * slope / tangent for source, one in by.items()}
