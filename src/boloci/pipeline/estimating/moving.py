"""What moved an estimate: DTP1 coverage of a place from doses over target to the
estimate, and how far each source beside doses pulled it.

Worked out of draws that are kept: no region is fitted for it. Coverage is told in
percent; the pulls of `stats.estimate.pulls` are taken on the logit scale, on which the
model is nearest to linear, one kind of source after the other.
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
            one.asked,
        )
        for one in alone
    ]
    before = nation.prior(alone[0].fitted.model)
    groups = [parts] if whole else [[one] for one in parts]
    found: dict[int, Pulled] = {}
    for group in groups:
        found |= pulls(group, before, country=alone[0].asked, draws=len(alone[0].x))
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
            chain, points = _chain(value, pulled[place], at)
            told |= chain
            told["without_shift"] = float(by_doses[place][at])
            by_source += [
                {**here, "kind": kind, "source": source, "points": one}
                for (kind, source), one in points.items()
            ]
            weight = float(pulled[place].prior_weight[at])
            by_source.append({**here, "kind": "prior", "source": "", "weight": weight})
        steps += [{**here, "step": step, "value": one} for step, one in told.items()]
    return steps, by_source


Points = dict[tuple[str, str], float]
"""By kind and name of source."""


def _chain(value: float, moved: Pulled, at: int) -> tuple[dict[str, float], Points]:
    """Coverage by doses alone, after each kind of source, and as estimated; and the
    points of each source: its part of the step of its kind.

    Steps are taken on the logit scale, so that none leaves 0 to 100. The estimate alone
    where it is at one of these ends: its logit is not known.
    """
    coverage = float(moved.coverage[at])
    tangent = coverage * (1 - coverage)
    by = {source: float(each[at]) for source, each in moved.by_source.items()}
    if not by or not 0 < value < 100 or not np.isfinite([tangent, *by.values()]).all():
        return {"estimate": value}, {}
    logits = {source: one / tangent for source, one in by.items()}
    reached = float(np.log(value / (100 - value))) - sum(logits.values())
    steps = {"doses": _percent(reached)}
    points: Points = {}
    for kind in KINDS:
        own = {source: one for source, one in logits.items() if source[0] == kind}
        if own:
            slope = _slope(reached, sum(own.values()))
            points |= {source: slope * one for source, one in own.items()}
            reached += sum(own.values())
            steps[kind] = _percent(reached)
    return {**steps, "estimate": value}, points


def _slope(logit: float, far: float) -> float:
    """Points for each logit on the way from one by so much."""
    if abs(far) > SAME:
        return (_percent(logit + far) - _percent(logit)) / far
    share = _percent(logit) / 100
    return 100 * share * (1 - share)


def _percent(logit: float) -> float:
    return 100 * float(chance(np.array([logit]))[0])
