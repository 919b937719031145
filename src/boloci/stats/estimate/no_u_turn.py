"""Chains of the No-U-Turn sampler on the second writing of the model.

They move in white coordinates, made where a pilot chain says that the posterior lies:
there it is nearly a standard normal, so that a tree of 15 to 63 steps crosses it. The
density is that of the unknowns alone: mixing weights and shocks are summed out, so
chains need not wait for them. Needs the extra `boloci[estimate]`.

Hoffman and Gelman, The No-U-Turn Sampler, JMLR 15 (2014); Phan, Pradhan and Jankowiak,
NumPyro, arXiv:1912.11554.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.infer import NUTS

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import Model, Weights
from boloci.stats.estimate.sampling import begin, expected
from boloci.stats.estimate.second_writing import SecondWriting
from boloci.stats.estimate.shared_shock import drawn_shock
from boloci.stats.estimate.whitening import Whitening, whiten

_WISHED = 0.7
_FIRST_STEP = 0.15
_WARM, _DEEPEST = 6, 8
"""A trajectory doubles so many times at most: 63 steps while a chain is warmed up, when
steps may be much too short, then 255."""
_AT_ONCE = 10
"""Transitions between two words on progress."""
_WEIGHED = 20
"""Draws of the pilot over which mixing weights are averaged."""
_REWEIGHED = 3
_APART = 1.5
"""Chains start so many times as far apart as the posterior is wide."""
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Chain:
    """Draws of one chain, and how it moved."""

    x: Array
    """(draws, size)"""
    accepted: float
    diverged: int
    steps: float
    """Mean steps of a trajectory."""
    deepest: float
    """Share of trajectories that were cut off at the greatest depth."""
    step: float


def coordinates(white: Whitening, centre: Array) -> Callable[[Array], Array]:
    """From white coordinates to unknowns, as a linear map that JAX can go back."""
    model = white.model
    areas, own = model.evidence.areas, model.layout.own
    arrow = replace(white, apart=white.apart[:0], shrunk=white.shrunk[:0])
    ahead = np.zeros((model.layout.size, len(centre)))
    ahead[:, areas * own :] = np.eye(model.layout.size)
    # What is shared moves every area: its columns of the map, areas below each other.
    tied = jnp.array([arrow.map(one)[: areas * own] for one in ahead])
    roots, shared_root = jnp.array(white.roots), jnp.array(white.shared_root)
    apart, shrunk = jnp.array(white.apart), jnp.array(white.shrunk)

    def unknowns(z: Array) -> Array:
        z = z - (shrunk * (apart @ z)) @ apart
        alone, shared = z[: areas * own].reshape(areas, own), z[areas * own :]
        moved = jnp.einsum("aij,ai->aj", roots, alone).ravel() + shared @ tied
        return centre + jnp.concatenate([moved, shared @ shared_root])

    return unknowns


def chains(
    model: Model,
    *,
    seed: int,
    count: int,
    warmup: int,
    draws: int,
    progress: Progress,
) -> tuple[list[Chain], list[Array], Whitening]:
    """Chains of a region, the shocks of each (draws, areas, quarters), and the
    coordinates in which they moved.

    `progress` is told the share that is done. The same seed gives the same chains on
    the same machine.
    """
    second = SecondWriting(model.evidence, model.scales)
    keys = jax.random.split(jax.random.key(seed), 2 * count + 1)
    per_chain = warmup + draws
    every = warmup + count * per_chain

    def told(before: int) -> Progress:
        return lambda done: progress((before + done) / every)

    x, weights = begin(model)
    pilot = _Sampler(second, coordinates(whiten(model, x, weights), x), warmup // 2)
    found = pilot.chain(
        keys[-1], jnp.zeros(len(x)), max(warmup - warmup // 2, 1), told(0)
    )
    centre = found.x.mean(0)
    white = whiten(model, centre, _mean_weights(model, found.x))
    sampler = _Sampler(second, coordinates(white, centre), warmup)
    result, shocks = [], []
    for number in range(count):
        start, move = jax.random.split(keys[number])
        away = _APART * jax.random.normal(start, (len(x),))
        chain = sampler.chain(move, away, draws, told(warmup + number * per_chain))
        result.append(chain)
        shocks.append(_shocks(second, chain.x, keys[count + number]))
    return result, shocks, white


def _mean_weights(model: Model, drawn: Array) -> Weights:
    """Mixing weights at their mean over draws."""
    few = drawn[:: max(1, len(drawn) // _WEIGHED)]
    shape = model.log_doses.shape
    even = Weights(np.ones(shape), np.ones(shape[1:]), np.ones(shape[1]))
    each = []
    for x in few:
        weights = even
        for _ in range(_REWEIGHED):
            weights = expected(model, x, weights)
        each.append(weights)
    return replace(
        even,
        noise=np.mean([one.noise for one in each], axis=0),
        shock=np.mean([one.shock for one in each], axis=0),
    )


def _shocks(second: SecondWriting, drawn: Array, key: Array) -> Array:
    """(draws, areas, quarters) the shock that a quarter's doses share, drawn."""

    def shock(both: tuple[Array, Array]) -> Array:
        x, key = both
        left = second.left(second.expected(*second.named(x)))
        return drawn_shock(key, left, second.known, second.noise, second.shock)

    keys = jax.random.split(key, len(drawn))
    result: Array = np.asarray(jax.lax.map(shock, (jnp.array(drawn), keys)))
    return result


class _Sampler:
    """One kernel for all chains, so that it is compiled once."""

    def __init__(
        self,
        second: SecondWriting,
        unknowns: Callable[[Array], Array],
        warmup: int,
    ):
        self.warmup = warmup
        self.unknowns = jax.jit(jax.vmap(unknowns))
        self.kernel = NUTS(
            potential_fn=lambda z: -second.log_density(unknowns(z)),
            target_accept_prob=_WISHED,
            step_size=_FIRST_STEP,
            max_tree_depth=(_WARM, _DEEPEST),
        )
        self._move = jax.jit(self._moved)

    def chain(
        self, key: Array, start: Array, draws: int, progress: Callable[[int], None]
    ) -> Chain:
        """Warmed up from `start`, then `draws`."""
        state = self.kernel.init(key, self.warmup, start, (), {})
        told = []
        every = self.warmup + draws
        for first in range(0, every, _AT_ONCE):
            state, moved = self._move(state)
            told.append(jax.tree.map(np.asarray, moved))
            progress(min(first + _AT_ONCE, every))
        z, accepted, diverged, steps = (
            np.concatenate(part)[self.warmup : every]
            for part in zip(*told, strict=True)
        )
        return Chain(
            np.asarray(self.unknowns(z)),
            float(accepted.mean()),
            int(diverged.sum()),
            float(steps.mean()),
            float((steps >= 2**_DEEPEST - 1).mean()),
            float(state.adapt_state.step_size),
        )

    def _moved(self, state: Array) -> tuple[Array, tuple[Array, ...]]:
        def move(state: Array, _none: None) -> tuple[Array, tuple[Array, ...]]:
            state = self.kernel.sample(state, (), {})
            return state, (
                state.z,
                state.accept_prob,
                state.diverging,
                state.num_steps,
            )

        last, told = jax.lax.scan(move, state, None, length=_AT_ONCE)
        return last, told
