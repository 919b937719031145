"""Regions of a country fitted by the joint model, and children drawn of them."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.estimate_regions import Region
from boloci.stats.estimate import nation
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.gap import GapScales, by_sex, gaps
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.realised import realised
from boloci.stats.estimate.sampling import Draws, sample
from boloci.stats.estimate.scales import Scales

FARTHEST = 1e-3
"""The gap is a difference of logits: shares this near to 0 and 1 are taken as there."""


@dataclass(frozen=True)
class Fitted:
    """A region with what was drawn of it.

    reached, due   (antigens, draws, areas, quarters) children
    by_sex         DTP1: (2, sexes, draws, areas, years) children due, and reached
    """

    region: Region
    reached: Array
    due: Array
    by_sex: Array


def fitted(
    regions: Sequence[Region],
    *,
    draws: int,
    warmup: int,
    seed: int,
    apart: bool = False,
) -> Iterator[Fitted]:
    """Each region, all of one country: what they share is known from all of them.

    apart    each region alone, as if no other were known
    """
    kept: list[tuple[Region, Model, Draws, nation.Found]] = []
    for number, one in enumerate(regions):
        started = time.monotonic()
        model = Model(one.evidence, Scales())
        drawn = sample(
            model, np.random.default_rng([seed, number]), draws=draws, warmup=warmup
        )
        took = time.monotonic() - started
        print(f"{one.evidence.name}: fitted in {took:.0f} s", file=sys.stderr)
        if apart or len(regions) == 1:
            rng = np.random.default_rng([seed, number, 1])
            yield _drawn(one, model, drawn, rng)
        else:
            kept.append((one, model, drawn, nation.found(model, drawn)))
    if not kept:
        return
    country = nation.settled(
        [nation.Part(model, drawn.x, found) for _, model, drawn, found in kept],
        np.random.default_rng([seed, len(kept), 2]),
    )
    for number, ((one, model, drawn, _found), x) in enumerate(
        zip(kept, country.x, strict=True)
    ):
        rng = np.random.default_rng([seed, number, 1])
        yield _drawn(one, model, replace(drawn, x=x), rng)


def _drawn(
    region: Region, model: Model, drawn: Draws, rng: np.random.Generator
) -> Fitted:
    reached, due = realised(model, drawn, rng)
    return Fitted(region, reached, due, _sexes(region, reached, due, rng))


def _sexes(
    region: Region, reached: Array, due: Array, rng: np.random.Generator
) -> Array:
    """Girls and boys due for DTP1 and reached by it, drawn at the gap that is drawn."""
    year = region.evidence.year
    firsts = np.flatnonzero(np.diff(year, prepend=-1))
    got, children = (np.add.reduceat(of, firsts, 3) for of in (reached, due))
    share = _share(got, children)
    scales = GapScales()
    gap = gaps(
        region.sexes, share.mean(1), scales, draws=reached.shape[1], rng=rng
    ).logits
    girls = 1 / (1 + scales.boys)
    chances = by_sex(share[1], gap, girls=girls)
    first = rng.binomial(children[1], girls)
    both = np.stack([first, children[1] - first])
    return np.stack([both, rng.binomial(both, np.stack(chances))])


def _share(reached: Array, due: Array) -> Array:
    """Share reached, as far from 0 and 1 as logits need; a half where nobody is due."""
    half = np.full(due.shape, 0.5)
    share = np.divide(reached, due, out=half, where=due > 0)
    return np.clip(share, FARTHEST, 1 - FARTHEST)
