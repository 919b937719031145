"""Fitting regions one by one: a chain of each, taken from the lake where it is."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boloci.pipeline.estimating import keeping
from boloci.pipeline.estimating.keeping import Chain, Kept
from boloci.pipeline.estimating.reading import Refusal, Region
from boloci.problems import Problem
from boloci.sources.reading import Progress
from boloci.stats.estimate import nation
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import sample
from boloci.stats.estimate.scales import Scales


@dataclass(frozen=True)
class Fitted:
    """A region with its model and draws."""

    region: Region
    model: Model
    drawn: Kept


@dataclass(frozen=True)
class Fits:
    """Regions with draws, those without, and how many were drawn now."""

    fitted: tuple[Fitted, ...]
    refused: tuple[Refusal, ...]
    drawn: int
    names: tuple[str, ...]
    """Names of the draws of every region, there or not."""


def generator(seed: int, *about: str) -> np.random.Generator:
    """Chance of its own for each region and use: the same whatever was drawn before."""
    digest = hashlib.sha256("\n".join(about).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8])])


def fit(
    lake: Path,
    regions: Sequence[Region],
    asked: Sequence[Region],
    *,
    seed: int,
    chain: Chain,
    progress: Progress,
) -> Fits:
    """Draws of the regions asked for, and of every other that has some in the lake."""
    scales = Scales()
    names = {one.place_id: keeping.name(one, scales, seed, chain) for one in regions}
    wanted = {one.place_id for one in asked}
    held = {place_id: keeping.load(lake, name) for place_id, name in names.items()}
    size = sum(one.evidence.areas for one in asked if held[one.place_id] is None)
    fitted, refused, done, drawn = [], [], 0, 0
    for region in regions:
        kept = held[region.place_id]
        model = Model(region.evidence, scales)
        if kept is None and region.place_id in wanted:
            here = _part(
                progress, region.name, done / size, region.evidence.areas / size
            )
            rng = generator(seed, region.place_id)
            found = _drawn(model, rng, chain, here)
            done += region.evidence.areas
            if found is None:
                refused.append(_refusal(region))
                continue
            drawn += 1
            kept = keeping.save(lake, names[region.place_id], found)
        if kept is not None:
            fitted.append(Fitted(region, model, kept))
    return Fits(tuple(fitted), tuple(refused), drawn, tuple(names.values()))


def _part(
    progress: Progress, name: str, before: float, share: float
) -> Callable[[float], None]:
    """Progress of one region as its part of all; regions weigh by their areas."""

    def told(done: float) -> None:
        progress(name, before + share * done)

    return told


def _drawn(
    model: Model,
    rng: np.random.Generator,
    chain: Chain,
    progress: Callable[[float], None],
) -> Kept | None:
    """A chain; None where no start was found, or where it left what is finite."""
    started = time.monotonic()
    try:
        drawn = sample(
            model, rng, draws=chain.draws, warmup=chain.warmup, progress=progress
        )
        part = nation.found(model, drawn)
    except (np.linalg.LinAlgError, FloatingPointError):
        return None
    arrays = (drawn.x, drawn.shock, part.mean, part.covariance, part.slopes)
    if not all(np.isfinite(array).all() for array in arrays):
        return None
    return Kept(*arrays, drawn.accepted, time.monotonic() - started)


def _refusal(region: Region) -> Refusal:
    problem = Problem("estimate_not_found", values={"region": region.name})
    places = frozenset(region.belonging)
    return Refusal(region.place_id, region.name, problem, places)
