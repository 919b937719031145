"""Draws from the posterior of a region: Hamiltonian steps in white coordinates, and
between them the mixing weights, which given the rest are simple."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import OWN_PATH, Model, Weights
from boloci.stats.estimate.whitening import Whitening, whiten, whiten_around

FREEDOM = 4.0
_WISHED = 0.7
_FIRST_STEP, _STEPS = 0.15, (0.01, 0.6)
_STEADIED, _SHRINKING, _FORGETTING = 10, 0.1, 0.75
_PATH = 2.4
_MOST_STEPS = 36
_FARTHEST = 1.0
_SHORTEST = 1e-3
_ENOUGH = 1.0
_REWEIGHED = 2
_GUESSED = 3
"""So many passes bring means of mixing weights to rest: one leaves .8 sd, two .2."""
_AROUND = 40
"""So many of the last draws tell how coordinates lie: about as many as warm up."""
_LOOSENED = (0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Draws:
    """Unknowns (draws, size), shocks (draws, areas, quarters), how the chain was."""

    x: Array
    shock: Array
    white: Whitening
    """The coordinates in which the chain moved last."""
    accepted: float
    """Share of trajectories that were accepted."""
    step: float


def start(model: Model) -> Array:
    """All unknowns at their prior mean."""
    size = model.evidence.areas * model.layout.own + model.layout.size
    return np.zeros(size)


def even(model: Model) -> Weights:
    """Every figure counts fully."""
    shape = model.log_doses.shape
    return Weights(np.ones(shape), np.ones(shape[1:]), np.ones(shape[1]))


def begin(model: Model) -> tuple[Array, Weights]:
    """Unknowns and weights near the mode.

    Levels are let go bit by bit, while figures that fit nothing lose their weight: a
    first step with all free follows the outliers to where nothing fits.
    """
    weights, x = even(model), start(model)
    s = model.scales
    for share in _LOOSENED:
        tight = replace(
            s,
            level_region=s.level_region * share,
            level_district=s.level_district * share,
            level_area=s.level_area * share,
            over_district=s.over_district * share,
            over_area=s.over_area * share,
        )
        tighter = model if share == 1 else Model(model.evidence, tight)
        for _ in range(_REWEIGHED):
            x = climb(tighter, x, weights, steps=3)
            weights = expected(tighter, x, weights)
    return x, weights


def climb(model: Model, x: Array, weights: Weights, *, steps: int = 15) -> Array:
    """Towards the mode for given weights, by Newton steps with the Gauss-Newton
    curvature: short enough that no logit runs away, halved until they lead upwards."""
    value, gradient = model.log_density(x, weights)
    for _ in range(steps):
        white = whiten(model, x, weights)
        ahead = white.map(white.back(gradient))
        farthest = float(np.abs(ahead).max())
        if not farthest:
            return x
        share = min(1.0, _FARTHEST / farthest)
        while share > _SHORTEST:
            reached, slope = model.log_density(x + share * ahead, weights)
            if np.isfinite(reached) and reached > value:
                break
            share /= 2
        else:
            return x
        gained = reached - value
        x, value, gradient = x + share * ahead, reached, slope
        if gained < _ENOUGH:
            return x
    return x


def expected(model: Model, x: Array, weights: Weights) -> Weights:
    """Mixing weights at their mean given the rest: a first guess, no draw."""
    left, together, noise, shock = _left(model, x, weights)
    own = (left - together) ** 2 * noise / weights.noise
    shared = together**2 / (shock * weights.shock)
    return Weights(
        np.where(model.known, (FREEDOM + 1) / (FREEDOM + own), 1.0),
        (FREEDOM + 1) / (FREEDOM + shared),
        weights.path,
    )


def expected_of_all(model: Model, x: Array) -> Weights:
    """All mixing weights at their mean given the unknowns, those of paths too.

    The slope of the log density with them is nearly that with weights summed out.
    """
    shape = FREEDOM + model.evidence.quarters
    path = shape / (FREEDOM + _paths(model, x))
    weights = replace(even(model), path=path)
    for _ in range(_GUESSED):
        weights = expected(model, x, weights)
    return weights


def _paths(model: Model, x: Array) -> Array:
    """(areas) how far each area's path is from still, in squared deviations."""
    own = model.split(x)[0][:, OWN_PATH:]
    prior = model.layout.own_prior[OWN_PATH:, OWN_PATH:]
    result: Array = ((own @ prior) * own).sum(1)
    return result


def _left(
    model: Model, x: Array, weights: Weights
) -> tuple[Array, Array, Array, Array]:
    inputs = model.inputs(x)
    cells = model.cells_of(inputs, model.split(x)[0])
    left = model.residual(inputs, model.given(cells, model.reached(cells)))
    noise, shock = model.precisions(weights)
    together = (noise * left).sum(0) / (noise.sum(0) + 1 / shock)
    return left, together, noise, shock


def mixed(
    model: Model, x: Array, weights: Weights, rng: np.random.Generator
) -> tuple[Weights, Array]:
    """Mixing weights drawn given the rest, and the shock that a quarter's doses share
    (areas, quarters), drawn on the way."""
    left, together, noise, shock = _left(model, x, weights)
    spread = 1 / np.sqrt(noise.sum(0) + 1 / shock)
    together = together + spread * rng.standard_normal(together.shape)
    own = np.where(model.known, (left - together) ** 2 * noise, 0.0)
    own /= weights.noise
    some = np.where(model.known, 1.0, 0.0)
    drawn = rng.gamma((FREEDOM + some) / 2) * 2 / (FREEDOM + own)
    shared = together**2 / (shock * weights.shock)
    quarters = rng.gamma((FREEDOM + 1) / 2, size=shared.shape) * 2 / (FREEDOM + shared)
    paths = _paths(model, x)
    shape = (FREEDOM + model.evidence.quarters) / 2
    areas = rng.gamma(shape, size=paths.shape) * 2 / (FREEDOM + paths)
    return Weights(drawn, quarters, areas), together


def sample(
    model: Model,
    rng: np.random.Generator,
    *,
    draws: int,
    warmup: int,
    progress: Callable[[float], None] = lambda _share: None,
) -> Draws:
    """A chain: from the mode, warmed up, then `draws` of the unknowns.

    `progress` is told the share that is done. The same generator gives the same draws.
    """
    x, weights = begin(model)
    white = whiten(model, x, weights)
    pace = _Pace()
    kept: list[Array] = []
    shocks: list[Array] = []
    accepted = 0.0
    seen: list[Array] = []
    again = {warmup // 5, 2 * warmup // 5, 3 * warmup // 5}
    for number in range(warmup + draws):
        if seen and number in again:
            weighed = expected(model, x, weights)
            white = whiten_around(model, np.array(seen[-_AROUND:]), weighed)
            pace = _Pace(pace.steady)
        step = pace.now if number < warmup else pace.steady
        x, chance = _move(model, white, x, weights, step, rng)
        weights, shock = mixed(model, x, weights, rng)
        if number < warmup:
            pace.learn(chance)
            seen.append(x)
        else:
            accepted += chance / draws
            kept.append(x.astype(np.float32))
            shocks.append(shock.astype(np.float32))
        progress((number + 1) / (warmup + draws))
    return Draws(np.array(kept), np.array(shocks), white, accepted, pace.steady)


@dataclass
class _Pace:
    """How far one step goes, so that a wished share of trajectories is accepted.

    Dual averaging: Hoffman and Gelman, The No-U-Turn Sampler, JMLR 15 (2014), 3.2.
    """

    first: float = _FIRST_STEP
    now: float = field(init=False)
    steady: float = field(init=False)
    tries: int = 0
    error: float = 0.0
    average: float = 0.0

    def __post_init__(self) -> None:
        self.now = self.steady = self.first

    def learn(self, chance: float) -> None:
        """Take notice of the chance with which a trajectory was accepted."""
        self.tries += 1
        self.error += (_WISHED - chance - self.error) / (self.tries + _STEADIED)
        log = np.log(self.first) - np.sqrt(self.tries) * self.error / _SHRINKING
        log = float(np.clip(log, *np.log(_STEPS)))
        share = self.tries**-_FORGETTING
        self.average = share * log + (1 - share) * self.average
        self.now, self.steady = float(np.exp(log)), float(np.exp(self.average))


def _move(
    model: Model,
    white: Whitening,
    x: Array,
    weights: Weights,
    step: float,
    rng: np.random.Generator,
) -> tuple[Array, float]:
    """One Hamiltonian trajectory: where it ends, and the chance that it was taken.

    One that runs to where numbers end is not taken.
    """
    here, gradient = model.log_density(x, weights)
    speed = rng.standard_normal(len(x))
    energy = here - 0.5 * float(speed @ speed)
    length = _PATH * rng.uniform(0.7, 1.3)
    count = min(max(1, round(length / step)), _MOST_STEPS)
    at, slope, value = x, white.back(gradient), here
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(count):
            speed = speed + step / 2 * slope
            at = at + white.map(step * speed)
            value, gradient = model.log_density(at, weights)
            if not (np.isfinite(value) and np.isfinite(gradient).all()):
                return x, 0.0
            slope = white.back(gradient)
            speed = speed + step / 2 * slope
        ahead = value - 0.5 * float(speed @ speed) - energy
    if not np.isfinite(ahead):
        return x, 0.0
    chance = float(np.exp(min(0.0, ahead)))
    return (at, chance) if rng.random() < chance else (x, chance)
