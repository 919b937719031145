"""The unknowns of a region: where each lies in one vector, and what it moves.

Unknowns of areas come first, one row an area; then those that areas share. What is
shared moves the inputs of a district's quarter linearly (`Layout.shared`): `carry`
takes it forward, and its transpose `carry_back` the gradient back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.evidence import AGES, ANTIGENS, JOINT, Array, Evidence
from boloci.stats.estimate.scales import Scales

INPUTS = (
    *("births", "level", "path", "dtp3", "mcv1", "over"),
    *("lag_dtp3", "lag_mcv1", "apart"),
)
"""What a quarter of an area is computed from: log of children due, logit of DTP1 on the
whole, log of the quarter's DTP1 over it, logits that lead from DTP1 to the other doses,
log of over-reporting, log of the children due for a later dose in this quarter over
those due for DTP1 (they were born in another season), and how far coverage is from what
doses say of it (log)."""
BIRTHS, LEVEL, PATH, DTP3, MCV1, OVER, LAG_DTP3, LAG_MCV1, APART = range(len(INPUTS))
OWN = ("births", "growth", "level", "over", "flow", "dtp3", "mcv1")
"""Unknowns of an area that do not change; its path of reach, by quarter, follows."""
FLOW = OWN.index("flow")
NATIONAL = (
    "births_nation",
    "path_nation",
    "dtp3_nation",
    "mcv1_nation",
    "over_nation",
    "over_walk",
    "apart_nation",
    "apart_walk",
    "target_nation",
    "survey",
    "survey_dose",
)
"""Shared unknowns that are the same in every region of a country."""


@dataclass(frozen=True)
class Term:
    """Unknowns that areas share: one for each place and step, and what they move."""

    name: str
    input: int
    places: int
    steps: int
    first: int
    """Position of its first unknown among the shared."""

    @property
    def last(self) -> int:
        """Position after its last unknown."""
        return self.first + self.places * self.steps

    @property
    def at(self) -> slice:
        """Where its unknowns lie among the shared."""
        return slice(self.first, self.last)


class Layout:
    """Positions of the unknowns, their priors, and the matrix of what is shared."""

    def __init__(self, evidence: Evidence, scales: Scales):
        self.evidence, self.scales = evidence, scales
        self.terms: dict[str, Term] = {}
        self.epochs = int(evidence.epoch.max()) + 1
        years = int(evidence.year.max()) + 1
        quarters, districts = evidence.quarters, evidence.districts
        middle = (years - 1) / 2
        self.years_from_middle = (
            evidence.year + (evidence.season + 0.5) / 4 - 0.5 - middle
        )
        precision: list[Array] = []
        for name, moves, places, steps, own in self._wanted(districts, quarters, years):
            first = sum(len(p) for p in precision)
            self.terms[name] = Term(name, moves, places, steps, first)
            precision += [own] * places
        self.size = sum(len(p) for p in precision)
        self.prior = blocks(precision)
        self.shared = self._shared()
        self._moving = [self._of_input(each) for each in self.shared]
        self.own = len(OWN) + quarters
        self.own_prior = self._own_prior()

    @property
    def national(self) -> Array:
        """Positions of what is the same in every region, among the shared."""
        terms = [self.terms[name] for name in NATIONAL if name in self.terms]
        return np.concatenate([np.arange(term.first, term.last) for term in terms])

    def _wanted(
        self, districts: int, quarters: int, years: int
    ) -> Iterator[tuple[str, int, int, int, Array]]:
        """Name, input, places, steps and prior precision of each shared term."""
        s = self.scales

        def one(sd: float, count: int = 1) -> Array:
            return np.eye(count) / sd**2

        yield "births_nation", BIRTHS, 1, 1, one(s.births_nation)
        yield "births_region", BIRTHS, 1, 1, one(s.births_region)
        yield "births_district", BIRTHS, districts, 1, one(s.births_district)
        yield "season", BIRTHS, 1, 2, one(s.season, 2)
        yield "level_region", LEVEL, 1, 1, one(s.level_region)
        yield "path_nation", PATH, 1, years, walk(years, s.walk_nation)
        yield "path_region", PATH, 1, quarters, walk(quarters, s.walk)
        yield "level_district", LEVEL, districts, 1, one(s.level_district)
        yield "path_district", PATH, districts, quarters, walk(quarters, s.walk)
        for name, moves in (("dtp3", DTP3), ("mcv1", MCV1)):
            yield f"{name}_nation", moves, 1, 1, one(s.next_nation)
            yield f"{name}_region", moves, 1, 1, one(s.next_region)
            yield f"{name}_walk", moves, 1, quarters, walk(quarters, s.next_walk)
            yield f"{name}_district", moves, districts, 1, one(s.next_district)
            path = walk(years, s.next_walk_district)
            yield f"{name}_walk_district", moves, districts, years, path
        yield "over_nation", OVER, 1, 1, one(s.over_nation)
        yield "over_walk", OVER, 1, years, walk(years, s.over_walk)
        yield "over_region", OVER, 1, 1, one(s.over_region)
        yield "over_walk_region", OVER, 1, years, walk(years, s.over_walk_region)
        yield "over_district", OVER, districts, 1, one(s.over_district)
        path = walk(years, s.over_walk_district)
        yield "over_walk_district", OVER, districts, years, path
        yield "apart_nation", APART, 1, 1, one(s.apart_nation)
        yield "apart_walk", APART, 1, years, walk(years, s.apart_walk)
        yield "apart_region", APART, 1, 1, one(s.apart_region)
        path = walk(years, s.apart_walk_region)
        yield "apart_walk_region", APART, 1, years, path
        yield "apart_district", APART, districts, 1, one(s.apart_district)
        path = walk(years, s.apart_walk_district)
        yield "apart_walk_district", APART, districts, years, path
        yield "target_nation", -1, 1, self.epochs, one(s.target_nation, self.epochs)
        own = one(s.target_district, self.epochs)
        yield "target_district", -1, districts, self.epochs, own
        if self.evidence.sources:
            count = self.evidence.sources
            yield "survey", -1, 1, count, one(s.survey, count)
            count *= len(ANTIGENS[JOINT])
            yield "survey_dose", -1, 1, count, one(s.survey_dose, count)

    def _shared(self) -> Array:
        """(inputs, districts, quarters, shared unknowns)"""
        e = self.evidence
        result = np.zeros((len(INPUTS), e.districts, e.quarters, self.size))
        quarter: Array = np.arange(e.quarters)
        district: Array = np.arange(e.districts)
        for term in self.terms.values():
            if term.input < 0:
                continue
            if term.name == "season":
                result[:, :, :, term.at] = self._seasons()[:, None]
                continue
            steps = {1: quarter * 0, e.quarters: quarter}
            step: Array = steps.get(term.steps, e.year)
            place = district if term.places > 1 else district * 0
            where = term.first + np.add.outer(place * term.steps, step)
            own = result[term.input]
            own[district[:, None], quarter[None, :], where] = 1.0
        return result

    def _of_input(self, moves: Array) -> tuple[Array, Array]:
        """Which of the shared move one input, and how: (districts x quarters, those).

        An input is moved by few of them; all in one matrix would be nearly all zeros.
        """
        columns = np.flatnonzero(moves.any((0, 1)))
        flat = moves[..., columns].reshape(-1, len(columns))
        return columns, np.ascontiguousarray(flat)

    def carry(self, shared: Array) -> Array:
        """(inputs, districts, quarters) how far what is shared moves each."""
        e = self.evidence
        moved = np.stack([matrix @ shared[at] for at, matrix in self._moving])
        return moved.reshape(len(INPUTS), e.districts, e.quarters)

    def carry_back(self, by_input: Array) -> Array:
        """The transpose of `carry`: (shared)."""
        result = np.zeros(self.size)
        flat = by_input.reshape(len(INPUTS), -1)
        for (at, matrix), row in zip(self._moving, flat, strict=True):
            result[at] += row @ matrix
        return result

    def of_district(self, district: int) -> Array:
        """Which of the shared move anything of a district, or its targets."""
        epochs = np.arange(self.epochs)
        result = self.shared[:, district].any((0, 1))
        for name, place in (("target_nation", 0), ("target_district", district)):
            result[self.terms[name].first + place * self.epochs + epochs] = True
        return np.flatnonzero(result)

    def _seasons(self) -> Array:
        """(inputs, quarters, 2): how a yearly wave of births moves children due."""
        usual, third, measles = (
            self.wave(age - AGES[1]) for age in AGES[JOINT.start :]
        )
        result = np.zeros((len(INPUTS), self.evidence.quarters, 2))
        result[BIRTHS], result[LAG_DTP3] = usual, third - usual
        result[LAG_MCV1] = measles - usual
        return result

    def wave(self, lag: int) -> Array:
        """(quarters, 2) the two parts of a yearly wave, so many months later."""
        angle = np.pi / 2 * (self.evidence.season + 0.5) - np.pi / 6 * lag
        return np.stack([np.sin(angle), np.cos(angle)], -1)

    def _own_prior(self) -> Array:
        """Prior precision of the unknowns of an area."""
        s = self.scales
        sds = {
            "births": s.births_area,
            "growth": s.growth_area,
            "level": s.level_area,
            "over": s.over_area,
            "flow": s.flow_area,
            "dtp3": s.next_area,
            "mcv1": s.next_area,
        }
        fixed = np.diag([1 / sds[name] ** 2 for name in OWN])
        path = remembering(self.evidence.quarters, s.path_area, s.path_memory)
        return blocks([fixed, path])

    def means(self) -> Array:
        """Prior mean of every input: (inputs)."""
        s = self.scales
        return np.array([0.0, s.level, 0.0, s.dtp3, s.mcv1, s.over, 0.0, 0.0, 0.0])


def walk(steps: int, sd: float) -> Array:
    """Precision of a random walk that is near 0 in the middle of the time."""
    change = np.diff(np.eye(steps), axis=0) / sd
    result: Array = change.T @ change
    result[steps // 2, steps // 2] += 1 / (0.1 * sd) ** 2
    return result


def remembering(steps: int, sd: float, memory: float) -> Array:
    """Precision of an autocorrelated path of one standard deviation throughout."""
    lag = np.abs(np.subtract.outer(np.arange(steps), np.arange(steps)))
    result: Array = np.linalg.inv(sd**2 * memory**lag)
    return result


def blocks(parts: Sequence[Array]) -> Array:
    """Square matrices one after the other along the diagonal."""
    size = sum(len(part) for part in parts)
    result, first = np.zeros((size, size)), 0
    for part in parts:
        last = first + len(part)
        result[first:last, first:last] = part
        first = last
    return result
