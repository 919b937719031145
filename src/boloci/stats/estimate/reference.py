"""The reference fit: long chains of another sampler on another writing of the model.

It says how far the fast fit is from the posterior that it stands for, never how far the
model is from the truth. One region at a time: minutes to an hour. Needs NumPyro and
JAX, `pip install "boloci[estimate]"`; importing this module does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.stats.estimate.evidence import Array, Evidence
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import Draws
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.whitening import Whitening

CHAINS, WARMUP, DRAWS = 4, 400, 1500


class NeedsExtra(Exception):
    """NumPyro or JAX is not installed: `pip install "boloci[estimate]"`."""


@dataclass(frozen=True)
class Reference:
    """Chains of a region, and how they moved."""

    x: Array
    """(chains, draws, size)"""
    shock: Array
    """(chains, draws, areas, quarters)"""
    white: Whitening
    accepted: float
    diverged: int
    """Trajectories in which the energy ran away: 0 in a chain to be trusted."""
    steps: float
    """Mean steps of a trajectory."""
    deepest: float
    """Share of trajectories that were cut off at the greatest depth."""
    step: float

    def pooled(self) -> Draws:
        """The draws of all chains, as those of the fast fit."""
        x = self.x.reshape(-1, self.x.shape[2])
        shock = self.shock.reshape(-1, *self.shock.shape[2:])
        return Draws(x, shock, self.white, self.accepted, self.step)


def sampler() -> Callable[..., Any]:
    """What draws the chains; ask for it before long work. Raises `NeedsExtra`."""
    try:
        from boloci.stats.estimate import no_u_turn
    except ImportError as missing:
        raise NeedsExtra from missing
    return no_u_turn.chains


def fit(
    evidence: Evidence,
    scales: Scales,
    *,
    seed: int,
    chains: int = CHAINS,
    warmup: int = WARMUP,
    draws: int = DRAWS,
    progress: Callable[[float], None] = lambda _share: None,
) -> Reference:
    """Chains of `draws` draws each, from far apart, each warmed up.

    `progress` is told the share that is done. Raises `NeedsExtra`.
    """
    draw = sampler()
    found, shocks, white = draw(
        Model(evidence, scales),
        seed=seed,
        count=chains,
        warmup=warmup,
        draws=draws,
        progress=progress,
    )
    return Reference(
        np.array([chain.x for chain in found], np.float32),
        np.array(shocks, np.float32),
        white,
        float(np.mean([chain.accepted for chain in found])),
        sum(chain.diverged for chain in found),
        float(np.mean([chain.steps for chain in found])),
        float(np.mean([chain.deepest for chain in found])),
        float(np.mean([chain.step for chain in found])),
    )
