"""Regions put together: what a whole country shares is known from all of them.

Given what is national (births and over-reporting of the country, targets of a census,
the bias of a survey), regions tell nothing of each other. So each is fitted alone, and
says what it found out about the nation: its posterior over the prior. The product of
these is the nation's posterior, as normals; then each region's draws are moved to
national draws, by the regression of its unknowns on what is national. Draw number n of
every region is of one country, so sums over regions have the right width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.chain import Chain
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import Draws


@dataclass(frozen=True)
class Found:
    """What one region found out about the nation.

    mean (national), covariance (national, national): its posterior of what is national
    slopes (unknowns, national): how its unknowns move with what is national
    """

    mean: Array
    covariance: Array
    slopes: Array


def found(model: Model, drawn: Draws) -> Found:
    """What a region's draws say of the nation.

    Covariances are those of the white coordinates: two hundred draws would tell thirty
    slopes of each of thousands of unknowns with more noise than that is worth.
    """
    at = positions(model)
    unit = np.zeros((len(at), drawn.x.shape[1]))
    unit[np.arange(len(at)), at] = 1
    together = np.stack([drawn.white.map(drawn.white.back(one)) for one in unit], 1)
    covariance = (together[at] + together[at].T) / 2
    slopes = np.linalg.solve(covariance, together.T).T
    return Found(drawn.x[:, at].mean(0).astype(float), covariance, slopes)


def prior(model: Model) -> Array:
    """Prior precision of what is national: (national, national)."""
    own = model.layout.national
    result: Array = model.layout.prior[np.ix_(own, own)]
    return result


def together(parts: Sequence[Found], before: Array) -> tuple[Array, Array]:
    """Mean and covariance of what is national, from all regions and the prior.

    before    the prior's precision, about 0
    """
    precision, pulled = before.copy(), np.zeros(len(before))
    for part in parts:
        own = np.linalg.inv(part.covariance)
        precision += not_below_zero(own - before)
        pulled += own @ part.mean
    covariance = np.linalg.inv(precision)
    return covariance @ pulled, covariance


def moved(model: Model, drawn: Chain, part: Found, national: Array) -> Array:
    """A region's unknowns as they are in each national draw: (draws, unknowns).

    national    (draws, national)
    """
    ahead = national - drawn.x[:, positions(model)]
    result: Array = drawn.x + ahead @ part.slopes.T
    return result


def draws(
    mean: Array, covariance: Array, count: int, rng: np.random.Generator
) -> Array:
    """National draws: (count, national)."""
    root = np.linalg.cholesky(covariance)
    result: Array = mean + rng.standard_normal((count, len(mean))) @ root.T
    return result


def positions(model: Model) -> Array:
    """Where what is national lies among all unknowns of a region."""
    return model.evidence.areas * model.layout.own + model.layout.national


def not_below_zero(precision: Array) -> Array:
    """What a region adds to what is known; nothing where rounding made it less."""
    values, vectors = np.linalg.eigh((precision + precision.T) / 2)
    result: Array = (vectors * np.maximum(values, 0)) @ vectors.T
    return result
