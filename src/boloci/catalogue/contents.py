"""Everything that is defined, as one workspace sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boloci.catalogue.definitions import (
    CheckText,
    ClauseText,
    Country,
    DenominatorText,
    Element,
    FormulaText,
    Indicator,
    MeasureText,
    ProblemText,
    Profile,
    Rule,
    Schedule,
    Words,
)
from boloci.catalogue.dictionary import Dictionary


@dataclass(frozen=True)
class Catalogue:
    """Every reviewed definition, as one workspace sees it."""

    elements: Mapping[str, Element]
    indicators: Mapping[str, Indicator]
    profiles: Mapping[str, Profile]
    rules: Mapping[str, Rule]
    problems: Mapping[str, ProblemText]
    flags: Mapping[str, Words]
    formulas: Mapping[str, FormulaText]
    """By kind of formula: its words, and the constants of the profile it reads."""
    inequality: Mapping[str, MeasureText]
    """Measures of inequality by code, in the order they are shown."""
    denominators: Mapping[str, DenominatorText]
    """By source: what it is, its chain and what can be wrong with it."""
    looking: Mapping[str, ClauseText]
    """Reasons to look at a place first, and doubts: see `boloci.look`."""
    checks: Mapping[str, CheckText]
    """Families of checks by name: what each looks for."""
    narrative: Mapping[str, ClauseText]
    """Sentences of `boloci.narrative`, and their parts."""
    families: Mapping[str, Any]
    """Indicators written once for many elements, as written: see `families.expand`."""
    country: Country
    dictionary: Dictionary
    hash: str
    """sha256 over all merged content: two catalogues with one hash say the same."""

    @property
    def schedule(self) -> Schedule:
        """The vaccination schedule of the workspace's country."""
        return self.country.schedule

    @cached_property
    def doses(self) -> dict[str, Element]:
        """The elements that are doses of a vaccine."""
        return {c: e for c, e in self.elements.items() if e.kind == "dose"}

    def checks_left_out(self, profile: Profile) -> dict[str, CheckText]:
        """Families of checks that a profile has not all constants of: not made."""

        def reads(family: CheckText) -> set[str]:
            return {
                name for rule in family.rules for name in self.rules[rule].constants
            }

        known = profile.constants.keys()
        return {n: family for n, family in self.checks.items() if reads(family) - known}
