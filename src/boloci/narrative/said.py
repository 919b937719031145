"""What narratives are made of: figures in, facts out, and the limits between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from boloci import periods
from boloci.catalogue.definitions import Profile

FULL = 100.0
"""Percent. True coverage is never above it."""


@dataclass(frozen=True)
class Line:
    """A place or group with its figures, oldest first; None: not known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Figure:
    """Lines over the same periods of one kind, without a period left out.

    Raises `ValueError` where a line has not a value or None for each period, or where
    a period is missing: a change to the next one would then be of a longer time.
    """

    periods: Sequence[str]
    lines: Sequence[Line]

    def __post_init__(self) -> None:
        codes = [periods.code(one) for one in self.periods]
        if any(len(line.values) != len(codes) for line in self.lines):
            raise ValueError("a line's values are not one for each period")
        if len({periods.kind(one) for one in codes}) > 1 or not all(
            _month(later) - _month(earlier) == self._months
            for earlier, later in pairwise(codes)
        ):
            raise ValueError("the periods are not each the next of the one before")

    @property
    def kind(self) -> str:
        """month, quarter, semester or year."""
        return periods.kind(periods.code(self.periods[0]))

    @property
    def _months(self) -> int:
        return periods.MONTHS_IN[self.kind]

    @property
    def year(self) -> int:
        """Periods in a year: the same season, a year later."""
        return 12 // self._months


def _month(code: int) -> int:
    return periods.serial(periods.span(code).first)


@dataclass(frozen=True)
class Limits:
    """Constants `narrative_*` of a profile: from where on a thing is said."""

    pairs: int
    """Periods in a row that must pass those of a year earlier, to speak of a trend."""
    change: float
    """Median change (%) in a year below which there is none to speak of."""
    hidden: float
    """Percent of the figure's height that a line must move through to be seen."""
    swing: float
    """Points between two neighbouring periods that are a sharp change."""
    around: float
    """Points from 100 % that are still around it."""
    tau: float
    """Kendall's tau with time from which a short series has a direction."""

    @classmethod
    def of(cls, profile: Profile) -> "Limits":
        """Those of a profile."""
        return cls(
            **{
                name: profile.value(f"narrative_{name}")
                for name in cls.__dataclass_fields__
            }
        )


@dataclass(frozen=True)
class Said:
    """A sentence or a part of one: its code, and what it says it of.

    Values by name; the ending says how they are written: `names`, `_period`,
    `_percent`, `_points`, `_count`, `_span` (lowest and highest); `then` and `clauses`
    are parts of their own.
    """

    code: str
    values: Mapping[str, Any]
