"""Surveys that tell the country alone: taken once its regions are put together.

Such a figure is a sum over all regions, so no region can take it alone. Given what is
national regions are independent normals (`nation`), and the log odds of a national
share are nearly linear in what moves it. So the figures move the draws of all regions
by one regression, each draw by its own distance and an error of its own (Evensen, Ocean
Dynamics 53, 2003), with covariances of the white coordinates and none of the draws:
a hundred draws would tell them with more noise than a survey is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate import asked, nation
from boloci.stats.estimate.evidence import Anchor, Array
from boloci.stats.estimate.model import JOINED
from boloci.stats.estimate.nation import Part
from boloci.stats.estimate.sampling import even, expected
from boloci.stats.estimate.whitening import share_slopes, whiten

_EDGE = 0.01
"""Log odds are of shares no nearer than this to 0 and 1: a survey's error is wider."""


@dataclass(frozen=True)
class _Moves:
    """How a region moves the figures: log odds with what is national (figures,
    national), and their covariance with its unknowns, the nation given (figures,
    unknowns)."""

    national: Array
    own: Array
    spread: Array


def told(
    parts: Sequence[Part],
    figures: Sequence[Anchor],
    covariance: Array,
    rng: np.random.Generator,
) -> list[Array]:
    """Draws of every region when national figures are known: (draws, unknowns) each.

    figures       of the doses of `JOINT`; their districts are not read
    covariance    (national, national) of what is national, before them
    """
    share = _shares(parts, figures)
    bias = _bias(parts[0], figures)
    drawn = _odds(share + parts[0].x[:, bias].sum(1))
    mean = [part.x.mean(0) for part in parts]
    middle = [Part(p.model, x[None], p.found) for p, x in zip(parts, mean, strict=True)]
    steep = _steepness(_shares(middle, figures)[0])
    below = _sums(middle, figures)[1][0]
    moves = [_moves(part, figures, below, steep) for part in middle]
    national = sum(one.national for one in moves) + _biased(parts[0], bias, steep)
    found = _safe(np.array([one.share for one in figures]))
    slope = _steepness(found)
    error = np.linalg.inv(asked.precision(figures)) * np.outer(slope, slope)
    spread = sum(one.spread for one in moves) + national @ covariance @ national.T
    noise = rng.multivariate_normal(np.zeros(len(found)), error, len(drawn))
    ahead = np.linalg.solve(spread + error, (_odds(found) + noise - drawn).T)
    return [
        part.x + ahead.T @ (own.own + national @ covariance @ part.found.slopes.T)
        for part, own in zip(parts, moves, strict=True)
    ]


def _moves(part: Part, figures: Sequence[Anchor], below: Array, steep: Array) -> _Moves:
    model, (x,) = part.model, part.x
    slopes = share_slopes(model, model.cells(x), model.asked_for(figures), below)
    slopes *= steep[:, None]
    white = whiten(model, x, expected(model, x, even(model)))
    tied = np.stack([white.map(white.back(row)) for row in slopes])
    at = nation.positions(model)
    own = tied - tied[:, at] @ part.found.slopes.T
    own[:, at] = 0.0
    return _Moves(
        slopes @ part.found.slopes, own, nation.not_below_zero(own @ slopes.T)
    )


def _sums(parts: Sequence[Part], figures: Sequence[Anchor]) -> tuple[Array, Array]:
    """(draws, figures) children reached, and due, of the whole country."""
    dose = np.array([JOINED.index(one.antigen) for one in figures])
    weights = np.stack([one.weights for one in figures])
    above = np.zeros((len(parts[0].x), len(figures)))
    below = np.zeros_like(above)
    for part in parts:
        for number, x in enumerate(part.x):
            cells = part.model.cells(x)
            reached = (cells.true * cells.children).sum(1)[dose]
            above[number] += (reached * weights).sum(1)
            below[number] += weights @ cells.children.sum(0)
    return above, below


def _shares(parts: Sequence[Part], figures: Sequence[Anchor]) -> Array:
    above, below = _sums(parts, figures)
    result: Array = above / below
    return result


def _bias(part: Part, figures: Sequence[Anchor]) -> Array:
    """(2, figures) positions, among all unknowns, of what surveys err by."""
    model = part.model
    result: Array = model.evidence.areas * model.layout.own + model.biases(figures)
    return result


def _biased(part: Part, bias: Array, steep: Array) -> Array:
    """(figures, national) how log odds move with what surveys err by."""
    at = nation.positions(part.model)
    result: Array = (bias[:, :, None] == at).sum(0) * steep[:, None]
    return result


def _safe(share: Array) -> Array:
    return np.clip(share, _EDGE, 1 - _EDGE)


def _odds(share: Array) -> Array:
    safe = _safe(share)
    result: Array = np.log(safe / (1 - safe))
    return result


def _steepness(share: Array) -> Array:
    """How log odds move with a share."""
    safe = _safe(share)
    result: Array = 1 / (safe * (1 - safe))
    return result
