"""What would be believed of coverage if no figure had been looked at."""

import numpy as np

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import OWN_PATH, Model
from boloci.stats.estimate.sampling import FREEDOM

PAIRS = 64
"""Draws of the prior, each taken with its mirror image."""


def coverage(model: Model, rng: np.random.Generator) -> Array:
    """Prior mean of the share of children who had DTP1: (quarters).

    The same for every place: the mean over the areas of a region and over draws.
    """
    own = np.linalg.cholesky(model.layout.own_prior)
    shared = np.linalg.cholesky(model.layout.prior)
    total = np.zeros(model.evidence.quarters)
    for _ in range(PAIRS):
        z = rng.standard_normal((model.evidence.areas, len(own)))
        mine = np.linalg.solve(own.T, z.T).T
        mixed = rng.gamma(FREEDOM / 2, size=len(mine)) * 2 / FREEDOM
        mine[:, OWN_PATH:] /= np.sqrt(mixed)[:, None]
        ours = np.linalg.solve(shared.T, rng.standard_normal(len(shared)))
        x = np.concatenate([mine.ravel(), ours])
        for one in (x, -x):
            total += model.cells(one).true[0].mean(0)
    result: Array = total / (2 * PAIRS)
    return result
