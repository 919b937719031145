"""How likely what was reported is, for given unknowns; and the gradient of its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from boloci.stats.estimate import asked
from boloci.stats.estimate.evidence import ANTIGENS, JOINT, Anchor, Array, Evidence
from boloci.stats.estimate.layout import (
    APART,
    BIRTHS,
    DTP3,
    FLOW,
    LAG_DTP3,
    LAG_MCV1,
    LEVEL,
    MCV1,
    OVER,
    OWN,
    PATH,
    Layout,
)
from boloci.stats.estimate.scales import Scales

JOINED = range(len(ANTIGENS))[JOINT]
DOSES = len(JOINED)
_COUNTED_SHOCK = 0.7
_COUNTED_NOISE = 0.3
_LEAST = 1e-6
MOST = 1 - 1e-9
"""No chance is higher."""
_TINY = 1e-300
"""No share is lower: logs and divisions need some."""
_FAR = 500.0
_POWER = 40.0
"""Of a share of which the odds are multiplied: see `times`."""
OF_OWN = {
    OWN.index("births"): BIRTHS,
    OWN.index("level"): LEVEL,
    OWN.index("over"): OVER,
    OWN.index("dtp3"): DTP3,
    OWN.index("mcv1"): MCV1,
}
"""The input that each steady unknown of an area moves; growth moves births by year."""
GROWTH, OWN_PATH = OWN.index("growth"), len(OWN)


@dataclass(frozen=True)
class Weights:
    """What makes one figure count less than another: all of 1 at first.

    noise (doses, areas, quarters), shock (areas, quarters), path (areas): Student's
    mixing weights of figures, of quarters, and of the paths of areas
    """

    noise: Array
    shock: Array
    path: Array


@dataclass(frozen=True)
class Cells:
    """Children and chances of every quarter of an area, as the unknowns have them.

    Doses are those of `JOINT`, in that order.
    """

    children: Array
    """(areas, quarters) due for DTP1"""
    chance: Array
    """(doses, areas, quarters) as doses tell them"""
    true: Array
    """(doses, areas, quarters) as they are: what surveys and lots ask of"""
    later: Array
    """(doses, areas, quarters) children due in a quarter for each due for DTP1"""
    after: tuple[Array, Array]
    """Chances of DTP3 and of MCV1 for a child who had DTP1."""
    slopes: tuple[Array, Array]
    """How the log of DTP1 moves with its level and with its path"""
    true_slopes: tuple[Array, Array]
    """How the log of DTP1 as it is moves with that of doses, and with how far it
    lies apart"""
    away: Array
    """(areas) share that is vaccinated with a neighbour"""


class Model:
    """The likelihood and prior of one region."""

    def __init__(self, evidence: Evidence, scales: Scales):
        self.evidence, self.scales = evidence, scales
        self.layout = Layout(evidence, scales)
        e = evidence
        with np.errstate(invalid="ignore", divide="ignore"):
            log = np.log(e.doses[JOINT] / e.completeness)
        self.known = np.isfinite(log)
        self.log_doses = np.where(self.known, log, 0.0)
        self.log_children = np.log(e.births[:, e.year] / 4)
        self.when = self.layout.years_from_middle
        self.first = np.searchsorted(e.district, np.arange(e.districts))
        self._travels = e.neighbours.sum(1) > 0
        self.due = e.due[JOINT, None, None]
        self._noise_counted = np.where(
            self.known, _COUNTED_NOISE / np.maximum(e.doses[JOINT], 1.0), 1.0
        )
        self._shock_counted = _COUNTED_SHOCK / np.maximum(e.births[:, e.year] / 4, 1.0)
        self._take_targets()
        self._take_anchors()
        self.recounts = self._recounts()

    # -- what was given, as arrays that fit each other

    def _take_targets(self) -> None:
        e, epochs = self.evidence, self.layout.epochs
        years = np.arange(e.targets.shape[1])
        log = np.log(e.targets / e.births)
        self.target = np.zeros((e.areas, epochs))
        self.target_known = np.zeros((e.areas, epochs), bool)
        self.target_when = np.zeros((e.areas, epochs))
        at = np.array([self.when[e.year == y].mean() for y in years])
        for epoch in range(epochs):
            own = np.isfinite(log) & (e.epoch == epoch)[None, :]
            count = np.maximum(own.sum(1), 1)
            self.target[:, epoch] = np.where(own, log, 0).sum(1) / count
            self.target_when[:, epoch] = np.where(own, at, 0).sum(1) / count
            self.target_known[:, epoch] = own.any(1)

    def _take_anchors(self) -> None:
        e = self.evidence
        self.anchors = e.joint_anchors
        count = len(self.anchors)
        top = self.asked_for(self.anchors)
        self.anchor_top = top.reshape(count, top[0].size if count else 0)
        self.anchor_bottom = top.sum(1).reshape(count, top[0, 0].size if count else 0)
        self.anchor_share = np.array([a.share for a in self.anchors])
        self.anchor_source = np.array([a.source for a in self.anchors], int)
        self.anchor_bias = np.zeros((2, count), int)
        if e.sources:
            self.anchor_bias = self.biases(self.anchors)
        self.anchor_size = np.array([a.size for a in self.anchors])
        self.anchor_is_lot = self.anchor_source < 0
        self.anchor_evened, slope = asked.evened(self.anchor_share)
        self.anchor_precision = asked.precision(self.anchors) / np.outer(slope, slope)

    def asked_for(self, anchors: Sequence[Anchor]) -> Array:
        """(anchors, doses, districts, quarters) weights of the children that each asks
        for: of all districts where it is of the country."""
        e = self.evidence
        result = np.zeros((len(anchors), DOSES, e.districts, e.quarters))
        for row, one in zip(result, anchors, strict=True):
            every = one.districts or range(e.districts)
            row[JOINED.index(one.antigen), list(every)] = one.weights
        return result

    def biases(self, anchors: Sequence[Anchor]) -> Array:
        """(2, anchors) positions among the shared of what a survey, and what its dose,
        errs by."""
        whole, single = (self.layout.terms[name] for name in ("survey", "survey_dose"))
        source = np.array([one.source for one in anchors], int)
        dose = np.array([JOINED.index(one.antigen) for one in anchors], int)
        of_dose = source * DOSES + dose
        return np.stack([whole.first + source, single.first + of_dose])

    def _recounts(self) -> tuple[Array, Array, Array, Array]:
        """Of every recount: area, what shared moves it (recounts, shared), log of
        over-reporting found, its standard error."""
        told = np.array(self.evidence.recounts, float).reshape(-1, 4)
        area, quarter = told[:, 0].astype(int), told[:, 1].astype(int)
        over = self.layout.shared[OVER, self.evidence.district[area], quarter]
        return area, over, told[:, 2], told[:, 3]

    # -- from unknowns to cells

    def split(self, x: Array) -> tuple[Array, Array]:
        """Unknowns of areas (areas, own), and those shared."""
        cut = self.evidence.areas * self.layout.own
        return x[:cut].reshape(self.evidence.areas, -1), x[cut:]

    def inputs(self, x: Array) -> Array:
        """(inputs, areas, quarters)"""
        own, shared = self.split(x)
        by_district = self.layout.carry(shared)
        by_district += self.layout.means()[:, None, None]
        result: Array = by_district[:, self.evidence.district]
        result[BIRTHS] += self.log_children
        self.spread(result, own)
        return result

    def spread(self, inputs: Array, own: Array) -> None:
        """Add to inputs what is an area's own; the flow is no input."""
        for column, moved in OF_OWN.items():
            inputs[moved] += own[:, [column]]
        inputs[BIRTHS] += own[:, [GROWTH]] * self.when
        inputs[PATH] += own[:, OWN_PATH:]

    def gather(self, by_input: Array) -> Array:
        """The transpose of `spread`: (areas, own)."""
        result = np.zeros((self.evidence.areas, self.layout.own))
        sums = by_input.sum(2)
        for column, moved in OF_OWN.items():
            result[:, column] = sums[moved]
        result[:, GROWTH] = by_input[BIRTHS] @ self.when
        result[:, OWN_PATH:] = by_input[PATH]
        return result

    def cells(self, x: Array) -> Cells:
        """Children and chances."""
        return self.cells_of(self.inputs(x), self.split(x)[0])

    def cells_of(self, inputs: Array, own: Array) -> Cells:
        """Children and chances of inputs."""
        chances = np.empty((DOSES, *inputs.shape[1:]))
        usual = np.clip(chance(inputs[LEVEL]), _LEAST, MOST)
        first, with_level, with_path = along(usual, inputs[PATH])
        third, measles = chance(inputs[DTP3]), chance(inputs[MCV1])
        chances[0] = first
        np.multiply(first, third, out=chances[1])
        np.multiply(first, measles, out=chances[2])
        truly, by_doses, by_apart = times(first, inputs[APART])
        true = chances * (truly / first)
        later = np.ones_like(chances)
        np.exp(inputs[LAG_DTP3 : LAG_MCV1 + 1], out=later[1:])
        away = chance(self.scales.flow + own[:, FLOW])
        away = np.where(self._travels, away, 0.0)
        return Cells(
            children=np.exp(inputs[BIRTHS]),
            chance=chances,
            true=true,
            later=later,
            after=(third, measles),
            slopes=(with_level, with_path),
            true_slopes=(by_doses, by_apart),
            away=away,
        )

    def reached(self, cells: Cells) -> Array:
        """Children of an area who had a dose, wherever: (doses, areas, quarters)."""
        return cells.chance * cells.children * cells.later * self.due

    def given(self, cells: Cells, reached: Array) -> Array:
        """Doses given in an area: (doses, areas, quarters)."""
        away = cells.away[:, None] * reached
        result: Array = np.matmul(self.evidence.neighbours.T, away)
        result += reached
        result -= away
        return result

    # -- how likely

    def precisions(self, weights: Weights) -> tuple[Array, Array]:
        """Of each figure's own noise; and the variance a quarter's figures share."""
        s = self.scales
        own = s.noise**2 + self._noise_counted
        noise = np.where(self.known, weights.noise / own, 0.0)
        return noise, (s.shock**2 + self._shock_counted) / weights.shock

    def log_density(self, x: Array, weights: Weights) -> tuple[float, Array]:
        """Log posterior density but for a constant, and its gradient."""
        own, shared = self.split(x)
        inputs = self.inputs(x)
        cells = self.cells_of(inputs, own)
        reached = self.reached(cells)
        totals = self.given(cells, reached)
        by_input = np.zeros_like(inputs)
        value, back = self._doses(inputs, totals, weights, by_input)
        back /= np.maximum(totals, _LEAST)
        sent = np.matmul(self.evidence.neighbours, back)
        sent -= back
        d_away = np.einsum("vat,vat->a", reached, sent)
        back += cells.away[:, None] * sent
        d_shared, d_own = np.zeros_like(shared), np.zeros_like(own)
        d_log = back * reached
        d_doses = d_log.sum(0)
        by_input[LAG_DTP3 : LAG_MCV1 + 1] += d_log[1:]
        value += self._anchored(cells, shared, by_input, d_shared)
        self._through_chances(cells, d_log, d_doses, by_input)
        d_own[:, FLOW] += d_away * cells.away * (1 - cells.away)
        d_own += self.gather(by_input)
        districts = np.add.reduceat(by_input, self.first, axis=1)
        d_shared += self.layout.carry_back(districts)
        value += self._targeted(own, shared, d_own, d_shared)
        value += self._recounted(own, shared, d_own, d_shared)
        value += self._prior(own, shared, weights, d_own, d_shared)
        return value, np.concatenate([d_own.ravel(), d_shared])

    def residual(self, inputs: Array, totals: Array) -> Array:
        """Log of what was reported over what was expected; 0 where nothing was."""
        left = np.log(np.maximum(totals, _LEAST))
        np.subtract(self.log_doses - inputs[OVER], left, out=left)
        left[~self.known] = 0.0
        return left

    def _doses(
        self, inputs: Array, totals: Array, weights: Weights, by_input: Array
    ) -> tuple[float, Array]:
        left = self.residual(inputs, totals)
        noise, shock = self.precisions(weights)
        back = noise * left
        together = back.sum(0) / (noise.sum(0) + 1 / shock)
        back -= noise * together
        by_input[OVER] += back.sum(0)
        return -0.5 * float(np.vdot(left, back)), back

    def _through_chances(
        self, cells: Cells, d_log: Array, d_first: Array, by_input: Array
    ) -> None:
        """From the gradient in logs of children reached, and in that of DTP1's chance,
        to that of inputs."""
        with_level, with_path = cells.slopes
        third, measles = cells.after
        by_input[PATH] += d_first * with_path
        by_input[LEVEL] += d_first * with_level
        by_input[BIRTHS] += d_log.sum(0)
        by_input[DTP3] += d_log[1] * (1 - third)
        by_input[MCV1] += d_log[2] * (1 - measles)

    def anchored(self, cells: Cells) -> tuple[Array, Array]:
        """Share that each anchor asks for, and the children it is of."""
        reached = cells.true * cells.children
        top = np.add.reduceat(reached, self.first, 1).ravel()
        bottom = np.add.reduceat(cells.children, self.first, 0).ravel()
        below = self.anchor_bottom @ bottom
        return (self.anchor_top @ top) / below, below

    def _anchored(
        self,
        cells: Cells,
        shared: Array,
        by_input: Array,
        d_shared: Array,
    ) -> float:
        e = self.evidence
        if not self.anchors:
            return 0.0
        share, below = self.anchored(cells)
        share = np.clip(share, _LEAST, 1 - _LEAST)
        lot = self.anchor_is_lot
        bias = np.zeros(len(share))
        if e.sources:
            bias = np.where(lot, 0.0, shared[self.anchor_bias].sum(0))
        asked_for, slope = asked.evened(share + bias)
        left = self.anchor_evened - asked_for
        back = self.anchor_precision @ left
        value = -0.5 * float(back @ left)
        back *= slope
        if e.sources:
            # Not `np.add.at`: with rows of positions it reads past the values.
            for row in self.anchor_bias[:, ~lot]:
                d_shared += np.bincount(row, back[~lot], minlength=len(shared))
        yes, size = self.anchor_share, self.anchor_size
        told = size * (yes * np.log(share) + (1 - yes) * np.log1p(-share))
        value += float(told[lot].sum())
        back = np.where(lot, size * (yes - share) / (share * (1 - share)), back)
        shape = (DOSES, e.districts, e.quarters)
        moved = ((back / below) @ self.anchor_top).reshape(shape)
        told = moved[:, e.district] * cells.true * cells.children
        every = told.sum(0)
        by_doses, by_apart = cells.true_slopes
        by_input[APART] += every * by_apart
        self._through_chances(cells, told, every * by_doses, by_input)
        lost = ((back * share / below) @ self.anchor_bottom).reshape(shape[1:])
        by_input[BIRTHS] -= lost[e.district] * cells.children
        return value

    @cached_property
    def target_shared(self) -> Array:
        """(districts, epochs, shared): what moves the log of target over births."""
        e, terms = self.evidence, self.layout.terms
        result = np.zeros((e.districts, self.layout.epochs, self.layout.size))
        result[:, :, terms["births_nation"].first] = 1
        result[:, :, terms["births_region"].first] = 1
        for district in range(e.districts):
            result[district, :, terms["births_district"].first + district] = 1
        own: Array = np.arange(e.districts)
        for epoch in range(self.layout.epochs):
            result[:, epoch, terms["target_nation"].first + epoch] = 1
            at = terms["target_district"].first + own * self.layout.epochs + epoch
            result[own, epoch, at] = 1
        return result

    @property
    def target_precision(self) -> Array:
        """(areas, epochs); 0 where there is no target."""
        return np.where(self.target_known, 1 / self.scales.target_area**2, 0.0)

    def target_left(self, own: Array, shared: Array) -> Array:
        """(areas, epochs) log of target over births that is not explained."""
        expected = (self.target_shared @ shared)[self.evidence.district]
        expected += own[:, [0]] + own[:, [GROWTH]] * self.target_when
        return np.where(self.target_known, self.target - expected, 0.0)

    def _targeted(
        self, own: Array, shared: Array, d_own: Array, d_shared: Array
    ) -> float:
        left = self.target_left(own, shared)
        back = self.target_precision * left
        d_own[:, 0] += back.sum(1)
        d_own[:, GROWTH] += (back * self.target_when).sum(1)
        districts = np.add.reduceat(back, self.first, axis=0)
        d_shared += np.tensordot(districts, self.target_shared, 2)
        return -0.5 * float(np.vdot(back, left))

    def _recounted(
        self, own: Array, shared: Array, d_own: Array, d_shared: Array
    ) -> float:
        if not self.evidence.recounts:
            return 0.0
        area, over, found, se = self.recounts
        column = OWN.index("over")
        left = found - self.scales.over - over @ shared - own[area, column]
        back = left / se**2
        d_own[:, column] += np.bincount(area, back, minlength=len(own))
        d_shared += back @ over
        return -0.5 * float(back @ left)

    def _prior(
        self,
        own: Array,
        shared: Array,
        weights: Weights,
        d_own: Array,
        d_shared: Array,
    ) -> float:
        pulled = own @ self.layout.own_prior
        pulled[:, OWN_PATH:] *= weights.path[:, None]
        together = self.layout.prior @ shared
        d_own -= pulled
        d_shared -= together
        return -0.5 * float(np.vdot(pulled, own) + together @ shared)


def along(usual: Array, path: Array) -> tuple[Array, Array, Array]:
    """A share that follows a path, and the slopes of its log with level and path.

    Downwards the path multiplies the share, upwards it divides what is missing: smooth,
    below 1, and without reason to prefer one level over another where doses swing.
    """
    down = np.exp(np.minimum(path, 0.0))
    odds = usual / (1 - usual)
    missing = (1 - usual) * np.exp(-odds * np.maximum(path, 0.0))
    share = np.where(path < 0, np.maximum(usual * down, _TINY), 1 - missing)
    up = np.maximum(path, 0.0)
    # Of the share that is missing: with usual, then with path.
    by_usual = missing / (1 - usual) * (1 + up / (1 - usual))
    above = np.maximum(share, usual)
    with_level = np.where(path < 0, 1 - usual, by_usual * usual * (1 - usual) / above)
    with_path = np.where(path < 0, 1.0, missing * odds / above)
    return np.minimum(share, MOST), with_level, with_path


def times(share: Array, log: Array) -> tuple[Array, Array, Array]:
    """A share times a factor whose log is given, and the slopes of its log with its own
    and with the factor's.

    Never above 1: it is the odds of a high power of the share that are multiplied, and
    that is the share itself unless it is near 1. So a survey's figure is nearly linear
    in how far coverage lies from what doses say; on log odds each region's belief of
    what is national leans upwards, and many regions together lean far (record 0021).
    """
    missing = -_POWER * np.log(share)
    left = missing + np.log(-np.expm1(-missing)) - _POWER * log
    with_log = chance(left)
    found = np.exp(np.logaddexp(0.0, left) / -_POWER)
    with_share = with_log / -np.expm1(-missing)
    return np.minimum(found, MOST), with_share, with_log


def chance(logit: Array) -> Array:
    """Share of log odds."""
    result: Array = np.clip(np.negative(logit), -_FAR, _FAR)
    np.exp(result, out=result)
    result += 1
    return np.reciprocal(result, out=result)
