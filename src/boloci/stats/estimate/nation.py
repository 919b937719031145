"""Regions put together: what a whole country shares is known from all of them.

Given what is national (births and over-reporting of the country, targets of a census,
the bias of a survey), regions tell nothing of each other. So each is fitted alone, and
says what it found out about the nation: its posterior over the prior. The product of
these is the nation's posterior, as normals; then each region's draws are moved to
national draws, by the regression of its unknowns on what is national. Draw number n of
every region is of one country, so sums over regions have the right width.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import Draws, expected_of_all

_ROUNDS, _AHEAD = 4, 0.4
"""How often regions are asked again in the country, and how much of what they say is
believed each time: all of it at once swings to and fro."""
_ASKED = 40
"""Draws of a region that are asked."""


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
    first = Found(drawn.x[:, at].mean(0).astype(float), covariance, slopes)
    return replace(first, mean=_told(model, drawn.x, first))


def _told(model: Model, x: Array, part: Found) -> Array:
    """(national) a region's mean, told by draws and the slope of its log density there:
    were it normal, each draw would tell it exactly."""
    asked = x[:: -(-len(x) // _ASKED)].astype(float)
    slope = np.zeros(x.shape[1])
    for one in asked:
        weights = expected_of_all(model, one)
        slope += model.log_density(one, weights)[1] / len(asked)
    ahead = part.covariance @ (part.slopes.T @ slope)
    result: Array = asked[:, positions(model)].mean(0) + ahead
    return result


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


@dataclass(frozen=True)
class Part:
    """A region: x (draws, unknowns), and what it found out about the nation."""

    model: Model
    x: Array
    found: Found


def moved(part: Part, national: Array) -> Array:
    """A region's unknowns as they are in each national draw: (draws, unknowns).

    national    (draws, national)
    """
    ahead = national - part.x[:, positions(part.model)]
    result: Array = part.x + ahead @ part.found.slopes.T
    return result


@dataclass(frozen=True)
class Country:
    """What is known of the nation, and every region's unknowns in its draws.

    covariance (national, national); x (draws, unknowns) of each region
    """

    covariance: Array
    x: tuple[Array, ...]


def settled(parts: Sequence[Part], rng: np.random.Generator) -> Country:
    """Regions of one country, each told where it lies in it.

    At the end the slopes of all regions' log densities, on average over the country's
    draws and as regions move with the nation, nearly add up to none.
    """
    before = prior(parts[0].model)
    noise = rng.standard_normal((len(parts[0].x), len(before)))
    noise -= noise.mean(0)  # so that means are not moved by chance
    told = [part.found for part in parts]
    for left in reversed(range(_ROUNDS + 1)):
        mean, covariance = together(told, before)
        national = mean + noise @ np.linalg.cholesky(covariance).T
        x = [moved(one, national) for one in parts]
        if left:
            told = [
                replace(
                    own, mean=own.mean + _AHEAD * (_told(p.model, at, own) - own.mean)
                )
                for own, p, at in zip(told, parts, x, strict=True)
            ]
    return Country(covariance, tuple(x))


def positions(model: Model) -> Array:
    """Where what is national lies among all unknowns of a region."""
    return model.evidence.areas * model.layout.own + model.layout.national


def not_below_zero(precision: Array) -> Array:
    """What a region adds to what is known; nothing where rounding made it less."""
    values, vectors = np.linalg.eigh((precision + precision.T) / 2)
    result: Array = (vectors * np.maximum(values, 0)) @ vectors.T
    return result
