"""Coordinates in which the posterior is nearly a standard normal.

The log density is nearly quadratic: given the mixing weights, log doses are normal
about a smooth function of the inputs. Its Gauss-Newton curvature is an arrow: areas are
tied only through what they share (the flow between neighbours is left out: it shapes
the coordinates, never the posterior). Areas are eliminated one by one, so the work
grows with their number.
"""

from dataclasses import dataclass, replace

import numpy as np

from boloci.stats.estimate import asked
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.layout import (
    APART,
    BIRTHS,
    DTP3,
    FLOW,
    INPUTS,
    LAG_DTP3,
    LAG_MCV1,
    LEVEL,
    MCV1,
    OVER,
    OWN,
    PATH,
)
from boloci.stats.estimate.model import (
    GROWTH,
    OF_OWN,
    OWN_PATH,
    Cells,
    Model,
    Weights,
)


@dataclass(frozen=True)
class Whitening:
    """The unknowns are their centre plus `map(z)`, with z nearly standard normal."""

    model: Model
    curvature: "Curvature"
    """of the figures of a quarter"""
    roots: Array
    """(areas, own, own): inverse of the Cholesky factor of an area's curvature"""
    shared_root: Array
    """(shared, shared): the same for what is shared, areas eliminated"""
    apart: Array
    """(figures, unknowns): orthonormal directions that surveys, lots and recounts tell
    of, in the coordinates of the arrow"""
    shrunk: Array
    """(figures) how much narrower they make them, 0-1"""

    def map(self, z: Array) -> Array:
        """From white coordinates to how far the unknowns are from their centre."""
        return self._by_arrow(z - (self.shrunk * (self.apart @ z)) @ self.apart)

    def back(self, gradient: Array) -> Array:
        """The gradient in white coordinates."""
        z = self._by_arrow_back(gradient)
        return z - (self.shrunk * (self.apart @ z)) @ self.apart

    def _by_arrow(self, z: Array) -> Array:
        own, shared = self.model.split(z)
        shared = shared @ self.shared_root
        free = own - _times(self.roots, self._tied(shared))
        pulled = _times(self.roots.transpose(0, 2, 1), free)
        return np.concatenate([pulled.ravel(), shared])

    def _by_arrow_back(self, gradient: Array) -> Array:
        own, shared = self.model.split(gradient)
        white = _times(self.roots, own)
        solved = _times(self.roots.transpose(0, 2, 1), white)
        shared = self.shared_root @ (shared - self._tied_back(solved))
        return np.concatenate([white.ravel(), shared])

    def _tied(self, shared: Array) -> Array:
        """Coupling of areas to what is shared, times the latter: (areas, own)."""
        model = self.model
        inputs = model.layout.carry(shared)[:, model.evidence.district]
        result: Array = model.gather(self.curvature.through(inputs))
        expected = (model.target_shared @ shared)[model.evidence.district]
        pulled = model.target_precision * expected
        result[:, 0] += pulled.sum(1)
        result[:, GROWTH] += (pulled * model.target_when).sum(1)
        return result

    def _tied_back(self, own: Array) -> Array:
        """The transpose of `_tied`."""
        model = self.model
        inputs = np.zeros((len(INPUTS), len(own), model.evidence.quarters))
        model.spread(inputs, own)
        moved = self.curvature.through(inputs)
        districts = np.add.reduceat(moved, model.first, axis=1)
        result = model.layout.carry_back(districts)
        expected = own[:, [0]] + own[:, [GROWTH]] * model.target_when
        pulled = model.target_precision * expected
        by_district = np.add.reduceat(pulled, model.first, axis=0)
        return result + np.tensordot(by_district, model.target_shared, 2)


def _times(matrices: Array, vectors: Array) -> Array:
    result: Array = np.matmul(matrices, vectors[..., None])[..., 0]
    return result


_CAUSE = (0, 1, 2, 3, 4, 0, 5, 6)
"""The cause that each input is, `APART` left out: it moves no dose."""
_CAUSES = max(_CAUSE) + 1


@dataclass(frozen=True)
class Curvature:
    """How sharply the figures of a quarter bend the log density in its inputs.

    Births and over-reporting move them alike, and how far coverage is from what doses
    say moves none: seven causes stand for the nine inputs.
    """

    causes: Array
    """(causes, causes, areas, quarters)"""

    def through(self, inputs: Array) -> Array:
        """Inputs (inputs, areas, quarters) through each quarter's curvature."""
        own = np.zeros((_CAUSES, *inputs.shape[1:]))
        for which, cause in enumerate(_CAUSE):
            own[cause] += inputs[which]
        causes, flat = self.causes, own.reshape(len(own), -1)
        flat = np.einsum("ijc,jc->ic", causes.reshape(*causes.shape[:2], -1), flat)
        moved = flat.reshape(own.shape)
        result = np.zeros_like(inputs)
        result[:APART] = moved[list(_CAUSE)]
        return result

    def matrices(self) -> Array:
        """(areas, quarters, inputs, inputs) the same, as a matrix for each quarter."""
        of_inputs = self.causes[np.ix_(_CAUSE, _CAUSE)].transpose(2, 3, 0, 1)
        size = len(INPUTS)
        result = np.zeros((*of_inputs.shape[:2], size, size))
        result[..., :APART, :APART] = of_inputs
        return result


def whiten(model: Model, x: Array, weights: Weights) -> Whitening:
    """Coordinates that fit the posterior near `x`."""
    return whiten_around(model, x[None], weights)


def whiten_around(model: Model, several: Array, weights: Weights) -> Whitening:
    """Coordinates that fit it where these draws (draws, unknowns) lie, on average.

    Where coverage is high, doses hardly tell its level: coordinates of one such place
    are far too long a little lower, and steps must be short.
    """
    cells = [model.cells(x) for x in several]
    parts = [_curvature(model, each, weights) for each in cells]
    of_quarters = Curvature(sum(part.causes for part in parts) / len(parts))
    curvature = of_quarters.matrices()
    flow = [
        _flow_curvature(model, each, part)
        for each, part in zip(cells, parts, strict=True)
    ]
    areas = _areas(model, curvature, weights)
    areas[:, FLOW, FLOW] += sum(flow) / len(flow)
    lower = np.linalg.cholesky(areas)
    eye = np.broadcast_to(np.eye(areas.shape[1]), areas.shape)
    roots = np.linalg.solve(lower, eye)
    left = _shared(model, curvature)
    for district in range(model.evidence.districts):
        _eliminate(left, model, curvature, roots, district)
    shared_root = np.linalg.solve(np.linalg.cholesky(left), np.eye(len(left)))
    none = np.zeros((0, several.shape[1]))
    arrow = Whitening(model, of_quarters, roots, shared_root, none, np.zeros(0))
    told = _told_apart(model, model.cells(several.mean(0)))
    if not len(told):
        return arrow
    told = np.stack([arrow.back(row) for row in told])
    _left, size, apart = np.linalg.svd(told, full_matrices=False)
    return replace(arrow, apart=apart, shrunk=1 - 1 / np.sqrt(1 + size**2))


def _curvature(model: Model, cells: Cells, weights: Weights) -> Curvature:
    noise, shock = model.precisions(weights)
    third, measles = cells.after
    moves = np.zeros((len(noise), _CAUSES, *noise.shape[1:]))
    moves[:, BIRTHS] = 1.0
    moves[:, LEVEL], moves[:, PATH] = cells.slopes
    moves[1, DTP3], moves[1, _CAUSE[LAG_DTP3]] = 1 - third, 1.0
    moves[2, MCV1], moves[2, _CAUSE[LAG_MCV1]] = 1 - measles, 1.0
    weighed = moves * noise[:, None]
    # What the figures of a quarter share, its shock, takes away from what they tell.
    shared = weighed.sum(0)
    together = np.einsum("iaq,jaq->ijaq", shared, shared / (noise.sum(0) + 1 / shock))
    return Curvature(np.einsum("viaq,vjaq->ijaq", weighed, moves) - together)


def _eliminate(
    left: Array, model: Model, curvature: Array, roots: Array, district: int
) -> None:
    """Take the areas of a district out of the curvature of what is shared."""
    at = model.layout.of_district(district)
    areas = np.flatnonzero(model.evidence.district == district)
    coupled = np.stack(
        [coupling(model, curvature, area, at) for area in areas.tolist()]
    )
    half = np.matmul(roots[areas], coupled).reshape(-1, len(at))
    left[np.ix_(at, at)] -= half.T @ half


def _flow_curvature(model: Model, cells: Cells, curvature: Curvature) -> Array:
    """(areas) curvature in an area's flow: in its own doses and in its neighbours'.

    Flow is kept apart from all else: what leaves an area arrives in another, so it
    makes up for nothing that places share.
    """
    reached = model.reached(cells)
    given = np.maximum(model.given(cells, reached).sum((0, 2)), 1.0)
    moved = cells.away * (1 - cells.away) * reached.sum((0, 2))
    here = curvature.causes[_CAUSE[OVER], _CAUSE[OVER]].sum(1) / given**2
    result: Array = moved**2 * (here + model.evidence.neighbours**2 @ here)
    return result


def _areas(model: Model, curvature: Array, weights: Weights) -> Array:
    """(areas, own, own) curvature of what is an area's own, prior included; of its flow
    the prior alone."""
    e, when = model.evidence, model.when
    shape = (e.areas, model.layout.own, model.layout.own)
    result: Array = np.broadcast_to(model.layout.own_prior, shape).copy()
    result[:, OWN_PATH:, OWN_PATH:] *= weights.path[:, None, None]
    sums = curvature.sum(1)
    for one, first in OF_OWN.items():
        for two, second in OF_OWN.items():
            result[:, one, two] += sums[:, first, second]
        tied = curvature[..., first, BIRTHS] @ when
        result[:, one, GROWTH] += tied
        result[:, GROWTH, one] += tied
        path = curvature[..., first, PATH]
        result[:, one, OWN_PATH:] += path
        result[:, OWN_PATH:, one] += path
    result[:, GROWTH, GROWTH] += curvature[..., BIRTHS, BIRTHS] @ when**2
    path = curvature[..., BIRTHS, PATH] * when
    result[:, GROWTH, OWN_PATH:] += path
    result[:, OWN_PATH:, GROWTH] += path
    steps = np.arange(e.quarters) + OWN_PATH
    result[:, steps, steps] += curvature[..., PATH, PATH]
    precision, at = model.target_precision, model.target_when
    result[:, 0, 0] += precision.sum(1)
    result[:, 0, GROWTH] += (precision * at).sum(1)
    result[:, GROWTH, 0] += (precision * at).sum(1)
    result[:, GROWTH, GROWTH] += (precision * at**2).sum(1)
    return result


def coupling(model: Model, curvature: Array, area: int, at: Array) -> Array:
    """(own, those) of one area, with those at some positions among the shared."""
    district = model.evidence.district[area]
    moves = model.layout.shared[:, district][..., at]
    moved = np.matmul(curvature[area], moves.transpose(1, 0, 2)).transpose(1, 0, 2)
    result = np.zeros((model.layout.own, len(at)))
    for row, one in OF_OWN.items():
        result[row] = moved[one].sum(0)
    result[GROWTH] = model.when @ moved[BIRTHS]
    result[OWN_PATH:] = moved[PATH]
    shared = model.target_shared[district][:, at]
    pulled = model.target_precision[area][:, None] * shared
    result[0] += pulled.sum(0)
    result[GROWTH] += model.target_when[area] @ pulled
    return result


def _shared(model: Model, curvature: Array) -> Array:
    """Curvature of what is shared, prior included."""
    e, layout = model.evidence, model.layout
    by_district = np.add.reduceat(curvature, model.first, axis=0)
    result: Array = layout.prior.copy()
    for district in range(e.districts):
        moves = layout.shared[:, district].transpose(1, 0, 2)
        pulled = np.matmul(by_district[district], moves)
        flat = moves.reshape(-1, layout.size)
        result += flat.T @ pulled.reshape(-1, layout.size)
    precision = np.add.reduceat(model.target_precision, model.first, axis=0)
    flat = model.target_shared.reshape(-1, layout.size)
    result += flat.T @ (precision.reshape(-1, 1) * flat)
    return result


def _told_apart(model: Model, cells: Cells) -> Array:
    """(figures, unknowns) curvature of surveys, lots and recounts, as its square root.

    They ask of many areas at once: too few to be worth a place in the arrow, too strong
    to be left out of it.
    """
    rows = []
    if model.anchors:
        slopes, weight = anchor_slopes(model, cells)
        rows.append(np.linalg.cholesky(weight).T @ slopes)
    if model.evidence.recounts:
        slopes, error = recount_slopes(model)
        rows.append(slopes / error[:, None])
    size = model.evidence.areas * model.layout.own + model.layout.size
    return np.concatenate(rows) if rows else np.zeros((0, size))


def recount_slopes(model: Model) -> tuple[Array, Array]:
    """(recounts, unknowns) how what each is of moves; (recounts) standard errors."""
    layout = model.layout
    area, over, _found, error = model.recounts
    cut = model.evidence.areas * layout.own
    slopes = np.zeros((len(area), cut + layout.size))
    slopes[np.arange(len(area)), area * layout.own + OWN.index("over")] = 1
    slopes[:, cut:] = over
    return slopes, error


def anchor_slopes(model: Model, cells: Cells) -> tuple[Array, Array]:
    """(anchors, unknowns) how the share of each moves; (anchors, anchors) precision.

    The children it is of are taken as they are.
    """
    layout = model.layout
    share, below = model.anchored(cells)
    share = np.clip(share, 0.01, 0.99)
    slopes = share_slopes(model, cells, model.asked_for(model.anchors), below)
    cut = model.evidence.areas * layout.own
    for number in np.flatnonzero(~model.anchor_is_lot):
        slopes[number, cut + model.anchor_bias[:, number]] += 1
    lots = model.anchor_size / (share * (1 - share))
    slope = asked.evened(share)[1]
    surveys = model.anchor_precision * np.outer(slope, slope)
    return slopes, surveys + np.diag(lots * model.anchor_is_lot)


def share_slopes(model: Model, cells: Cells, top: Array, below: Array) -> Array:
    """(shares, unknowns) how shares of children move with the unknowns.

    top      (shares, doses, districts, quarters) weights of children reached
    below    (shares) children they are of
    """
    e, layout = model.evidence, model.layout
    reached = cells.true * cells.children
    third, measles = cells.after
    none = np.zeros_like(third)
    with_level, with_path = cells.slopes
    by_doses, by_apart = cells.true_slopes
    lost = {
        LEVEL: (by_doses * with_level)[None],
        PATH: (by_doses * with_path)[None],
        APART: by_apart[None],
        DTP3: np.stack([none, 1 - third, none]),
        MCV1: np.stack([none, none, 1 - measles]),
    }
    slopes = np.zeros((len(top), e.areas * layout.own + layout.size))
    for number, (row, whole) in enumerate(zip(top, below, strict=True)):
        by_input = np.zeros((len(INPUTS), e.areas, e.quarters))
        for moved, by in lost.items():
            by_input[moved] = (row[:, e.district] * reached * by).sum(0) / whole
        district = np.add.reduceat(by_input, model.first, axis=1)
        shared = layout.carry_back(district)
        slopes[number] = np.concatenate([model.gather(by_input).ravel(), shared])
    return slopes
