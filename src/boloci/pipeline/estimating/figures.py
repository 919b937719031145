"""From sums of draws to facts: each indicator of a place in every whole period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from boloci import periods
from boloci.pipeline.estimating.children import SUMS, UNTOLD
from boloci.stats.estimate import sums_of_draws
from boloci.stats.estimate.evidence import Array
from boloci.stats.vocabulary import BOTH, FEMALE, FLAGS, MALE

WHY = {
    "level": "level_not_told",
    "sexes": "sexes_not_told",
    "target": "target_missing",
    "children": "target_missing",
}
"""What cannot be told of a place -> the flag that says so; a dose: `dose_not_told`."""


@dataclass(frozen=True)
class Times:
    """Whole periods of the quarters that were fitted: quarters, semesters, years."""

    codes: tuple[int, ...]
    of: Array
    """(periods, quarters) of bool"""

    @cached_property
    def column(self) -> Array:
        """(periods) their codes."""
        return np.array(self.codes)

    def at(self, kind: str) -> list[int]:
        """Positions of the periods of a kind."""
        return self._positions.get(kind, [])

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, code in enumerate(self.codes):
            found.setdefault(periods.kind(code), []).append(number)
        return found


def times(quarters: Sequence[int], whole: Array) -> Times:
    """Periods all of whose months have data.

    whole    (quarters) whether the data have all months of each
    """
    at = {quarter: n for n, quarter in enumerate(quarters) if whole[n]}
    found: dict[int, list[int]] = {}
    for kind in (periods.QUARTER, periods.SEMESTER, periods.YEAR):
        wanted = {
            periods.containing(periods.months(quarter)[0], kind) for quarter in at
        }
        for code in sorted(wanted):
            inside = {
                periods.containing(month, periods.QUARTER)
                for month in periods.months(code)
            }
            if inside <= at.keys():
                found[code] = [at[quarter] for quarter in sorted(inside)]
    of = sums_of_draws.whole(list(found.values()), len(quarters))
    return Times(tuple(found), of)


@dataclass(frozen=True)
class Place:
    """Sums of a place over its areas, by period, and what cannot be told of it.

    sums      `SUMS` x draws x periods
    untold    names of what cannot be told of it; see `children.told_of`
    """

    key: int
    sums: Array
    untold: frozenset[str]

    @property
    def there(self) -> Array:
        """(periods) whether there was anything to tell: not before a place opens nor
        after it closes, when it has no children."""
        if "children" in self.untold:
            return np.ones(self.sums.shape[-1], bool)
        result: Array = self.sum("due").any(0)
        return result

    def sum(self, name: str) -> Array:
        """(draws, periods)"""
        result: Array = self.sums[SUMS.index(name)]
        return result


def place(key: int, sums: Array, children: Mapping[str, float], when: Times) -> Place:
    """A place from its sums by quarter.

    Told only where those that cannot be told have few of its children (`UNTOLD`).
    """
    every = children["children"]
    untold = {
        name
        for name, number in children.items()
        if not every or number < (1 - UNTOLD) * every
    }
    by_period = sums_of_draws.by_period(sums, when.of)
    return Place(key, by_period, frozenset(untold))


@dataclass(frozen=True)
class Figures:
    """One indicator of one sex: draws (draws, periods), and means of what is divided.

    needs    what must be told of a place for it
    """

    indicator: str
    sex: int
    draws: Array
    needs: tuple[str, ...]
    numerator: Array | None = None
    denominator: Array | None = None


def figures(one: Place) -> Iterator[Figures]:
    """Every indicator that is estimated of a place."""
    due, reached = one.sum("due"), one.sum("dtp1")
    girls, girls_due = one.sum("girls"), one.sum("girls_due")
    for dose in ("bcg", "dtp1", "dtp3", "mcv1"):
        below = one.sum("due_bcg") if dose == "bcg" else due
        yield _share(f"{dose}_coverage", BOTH, one.sum(dose), below, ("level", dose))
    for name, dose in (("zero_dose", "dtp1"), ("under_immunised", "dtp3")):
        yield from _missed(name, BOTH, one.sum(dose), due, ("level", dose))
    needs = ("level", "sexes", "dtp1")
    for sex, some, below in (
        (FEMALE, girls, girls_due),
        (MALE, reached - girls, due - girls_due),
    ):
        yield _share("dtp1_coverage", sex, some, below, needs)
        yield next(_missed("zero_dose", sex, some, below, needs))
    of_girls = sums_of_draws.share(girls, girls_due)
    of_boys = sums_of_draws.share(reached - girls, due - girls_due)
    yield Figures("dtp1_sex_gap", BOTH, of_boys - of_girls, needs)
    relative = sums_of_draws.share(of_boys - of_girls, np.nan_to_num(of_boys))
    yield Figures("dtp1_sex_gap_relative", BOTH, relative, ("sexes", "dtp1"))
    third = one.sum("dtp3")
    lost = reached - third
    yield _share("dropout_dtp1_dtp3", BOTH, lost, reached, ("dtp1", "dtp3"))
    yield Figures("births", BOTH, due, ())
    given, counted = one.sum("given"), one.sum("counted")
    over = sums_of_draws.share(counted - given, given)
    yield Figures("over_reporting", BOTH, over, ("level", "dtp1"))
    target, targeted = one.sum("target"), one.sum("targeted")
    bias = sums_of_draws.share(target - targeted, targeted)
    yield _with(Figures("target_bias", BOTH, bias, ("target",)), target, targeted)


def _share(
    indicator: str, sex: int, some: Array, below: Array, needs: tuple[str, ...]
) -> Figures:
    share = sums_of_draws.share(some, below)
    return _with(Figures(indicator, sex, share, needs), some, below)


def _missed(
    name: str, sex: int, reached: Array, due: Array, needs: tuple[str, ...]
) -> Iterator[Figures]:
    """Children who were not reached, and their share."""
    children = Figures(f"{name}_children", sex, due - reached, needs)
    yield _with(children, reached, due)
    yield _share(f"{name}_share", sex, due - reached, due, needs)


def _with(found: Figures, numerator: Array, denominator: Array) -> Figures:
    return Figures(
        found.indicator,
        found.sex,
        found.draws,
        found.needs,
        numerator.mean(0),
        denominator.mean(0),
    )


def refusal(one: Place, needs: Sequence[str]) -> int:
    """Flags of what a place's figure is refused for; 0: it is told."""
    lacking = [name for name in ("children", *needs) if name in one.untold]
    lacking = lacking[:1] if "children" in lacking else lacking
    why = {WHY.get(name, "dose_not_told") for name in lacking}
    return sum(FLAGS[name] for name in why) + (FLAGS["refused"] if why else 0)
