"""Each lot, and each survey whole, beside what everything else says of it.

A fit to doses, births and targets alone is the base. What was found by asking is added
to it in a few directions, linearly, so to leave out one lot or one survey is a small
solve and no fit. The base is a fit of its own, not the estimate less its lots: what
doses alone say is found from their draws, as the most likely values lie far from the
middle of what is possible (record 0021).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from boloci.stats.estimate import asked
from boloci.stats.estimate.evidence import Array, Evidence
from boloci.stats.estimate.layout import blocks
from boloci.stats.estimate.model import Cells, Model
from boloci.stats.estimate.sampling import even, expected
from boloci.stats.estimate.whitening import anchor_slopes, recount_slopes, whiten

NINE_IN_TEN = 1.645
_EDGE = 0.02


@dataclass(frozen=True)
class LeftOut:
    """A figure found by asking (0-1), and what all else says of it."""

    name: str
    districts: tuple[int, ...]
    antigen: int
    lot: bool
    found: float
    expected: float
    error: float
    """Standard deviation of `found - expected`: what else is uncertain, and chance."""

    @property
    def interval(self) -> tuple[float, float]:
        """Where 90 of 100 such figures lie if all is as the model has it (0-1)."""
        low, high = (self.expected + s * NINE_IN_TEN * self.error for s in (-1, 1))
        return max(low, 0.0), min(high, 1.0)

    @property
    def within(self) -> bool:
        """Whether it lies in the 90 % interval of what all else says."""
        low, high = self.interval
        return low <= self.found <= high


@dataclass(frozen=True)
class _Told:
    """What was found by asking: how much more than the base has it, its precision, and
    the covariance that the base has of it."""

    left: Array
    precision: Array
    spread: Array


def unasked(evidence: Evidence) -> Evidence:
    """Without surveys, lots and recounts: what the base is fitted to."""
    return replace(evidence, anchors=(), recounts=())


def left_out(model: Model, base: Array) -> list[LeftOut]:
    """Every lot and every figure of surveys that the region's estimate takes.

    model   of the whole evidence
    base    (draws, unknowns) of the model of `unasked` evidence, with the same scales
    """
    x = base.mean(0).astype(float)
    told = _told(model, x, model.cells(x))
    found = []
    for group in _groups(model):
        keep = np.ones(len(told.left), bool)
        keep[np.array(group)] = False
        moved, spread = _by_the_rest(told, np.array(group), keep)
        for row, ahead, own in zip(group, moved, np.diag(spread), strict=True):
            rest = float(model.anchor_share[row] - told.left[row] + ahead)
            error = np.sqrt(max(own, 0.0) + _sampled(model, row, rest))
            found.append(_one(model, row, rest, float(error)))
    return found


def _one(model: Model, row: int, expected: float, error: float) -> LeftOut:
    anchor = model.anchors[row]
    lot = bool(model.anchor_is_lot[row])
    return LeftOut(
        anchor.name,
        anchor.districts,
        anchor.antigen,
        lot,
        float(anchor.share),
        expected,
        error,
    )


def _sampled(model: Model, row: int, expected: float) -> float:
    """Variance of a figure about the share that is true."""
    if not model.anchor_is_lot[row]:
        found, true = asked.evened(np.array([model.anchor_share[row], expected]))[1]
        return float((model.anchors[row].se * found / true) ** 2)
    safe = float(np.clip(expected, _EDGE, 1 - _EDGE))
    return safe * (1 - safe) / float(model.anchor_size[row])


def _by_the_rest(told: _Told, group: Array, keep: Array) -> tuple[Array, Array]:
    """How far the rest moves the figures of a group from the base; their covariance."""
    own, tied = told.spread[np.ix_(group, group)], told.spread[group][:, keep]
    if not keep.any():
        return np.zeros(len(group)), own
    at = np.ix_(keep, keep)
    whole = told.spread[at] + np.linalg.inv(told.precision[at])
    pull = np.linalg.solve(whole, tied.T).T
    return pull @ told.left[keep], own - pull @ tied.T


def _groups(model: Model) -> Iterator[list[int]]:
    """Rows of lots one by one; those of one survey together."""
    for row in np.flatnonzero(model.anchor_is_lot).tolist():
        yield [row]
    for source in np.unique(model.anchor_source[~model.anchor_is_lot]).tolist():
        yield np.flatnonzero(model.anchor_source == source).tolist()


def _told(model: Model, x: Array, cells: Cells) -> _Told:
    slopes, left, parts = [np.zeros((0, len(x)))], [np.zeros(0)], [np.zeros((0, 0))]
    if model.anchors:
        own, precision = anchor_slopes(model, cells)
        share, _below = model.anchored(cells)
        slopes.append(own)
        left.append(model.anchor_share - share)
        parts.append(precision)
    if model.evidence.recounts:
        own, error = recount_slopes(model)
        found = np.array([one for _a, _q, one, _se in model.evidence.recounts])
        slopes.append(own)
        left.append(found - model.scales.over - own @ x)
        parts.append(np.diag(1 / error**2))
    rows = np.concatenate(slopes)
    alone = Model(unasked(model.evidence), model.scales)
    near = whiten(alone, x, expected(alone, x, even(alone)))
    white = np.array([near.back(row) for row in rows]).reshape(rows.shape)
    return _Told(np.concatenate(left), blocks(parts), white @ white.T)
