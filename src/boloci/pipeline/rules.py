"""What every fact is computed from: the frames of a build, and the rules over them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from boloci.catalogue.definitions import Element, Indicator, Profile
from boloci.pipeline.mapping import TARGET
from boloci.stats.vocabulary import Frame


@dataclass(frozen=True)
class Tables:
    """The frames facts are computed from, whole or a slice of some places."""

    counts: Frame
    """Counts of the periods that facts are wanted of."""
    months: Frame
    """Counts of months."""
    targets: Frame
    reports: Frame
    sessions: Frame
    measures: Frame
    districts: Frame
    """district, place (above it)."""
    goals: Frame
    """indicator, place, first, last, goal: see `pipeline.goals`."""
    against: Frame
    """Doses beside their target: `coverage.against_target` of `counts`."""
    quality: Frame
    """Outliers and blanks by element and year: see `boloci.stats.quality`."""


@dataclass(frozen=True, eq=False)
class Rules:
    """What turns a definition into numbers: element keys, profile, main data set.

    Rules of the same content are equal, so that what is written from them is written
    once: see `Engine.query`.
    """

    indicators: Mapping[str, Indicator]
    elements: Mapping[str, Element]
    keys: Mapping[tuple[str, str], int]
    profile: Profile
    main_dataset: int
    datasets: Mapping[int, int]
    """Element key -> the form that the element is on."""
    with_goals: frozenset[str] = frozenset()
    """Indicators whose facts are held against goals."""

    @cached_property
    def content(self) -> str:
        """Everything that is in the rules, as a hash."""
        parts = (
            *(self.indicators, self.elements, self.keys, self.profile),
            *(self.main_dataset, sorted(self.datasets.items())),
            sorted(self.with_goals),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def key(self, code: str, variant: str = TARGET) -> int:
        """Element key of a code."""
        return self.keys[code, variant]

    @property
    def boys_per_girl(self) -> float:
        """Boys for a girl among the children, where no source tells."""
        return float(self.profile.value("sex_ratio_boys_per_girl"))

    @property
    def complete_from(self) -> float:
        """Completeness, in percent, from which a sum counts as whole."""
        return float(self.profile.value("completeness_threshold"))
