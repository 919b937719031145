"""The groups of a place as measures of inequality see them: values, people, noise.

Read from facts, by the same functions for what a build stores and for what is worked
out when asked, so that they cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from boloci import periods
from boloci.catalogue import Catalogue
from boloci.stats import noise
from boloci.stats.inequality import Floats, Groups

Fact = Mapping[str, Any]

USUAL = ("reported", "target")
"""Method and source of denominators taken unless said otherwise."""
ROUTINE = ("reported", "outliers", "completeness", "both")
"""Methods whose figures are counted doses over a target."""
COUNTED = ("coverage", "coverage_reporting_units")
"""Formulas whose numerator is a count of doses, so that its noise is known."""
OVER_SEX = "sex"
_OF_DATA = {
    "adjusted",
    "age_unknown",
    "corrected",
    "incomplete",
    "no_report",
    "partial",
    "target_incomplete",
    "target_last_year",
    "target_substituted",
    "to_date",
}
"""Flags that say what a fact is made of, not why it is refused."""
_NOT_WHOLE = {"no_report", "to_date"}
"""Flags of a quarter whose doses cannot be set beside the others'."""


@dataclass(frozen=True)
class Asked:
    """Which groups of which place, of which indicator, in which period and way."""

    indicator: str
    over: str
    """Level of the groups, or `sex`."""
    place_id: str
    period: str
    method: str
    denominator_source: str


@dataclass(frozen=True)
class Constants:
    """What the profile says about measures of inequality."""

    least_groups: int
    worst_share: float
    overdispersion_least: float
    draws: int
    seed: int
    funnel_limits: tuple[float, ...]
    funnel_winsorised: float


def constants(catalogue: Catalogue, profile: str) -> Constants:
    """The constants of a profile; those it has not are boloci's own."""
    own, usual = catalogue.profiles[profile], catalogue.profiles["boloci"]

    def value(name: str) -> Any:
        return (own if name in own.constants else usual).value(name)

    return Constants(
        least_groups=int(value("inequality_least_groups")),
        worst_share=float(value("worst_share")),
        overdispersion_least=float(value("overdispersion_least")),
        draws=int(value("inequality_draws")),
        seed=int(value("inequality_seed")),
        funnel_limits=tuple(float(limit) for limit in value("funnel_limits")),
        funnel_winsorised=float(value("funnel_winsorised")),
    )


_KEY = (
    "indicator",
    "place_id",
    "period",
    "sex",
    "method",
    "denominator_source",
)


class Sheet:
    """Facts of one build looked up by their key."""

    def __init__(self, facts: Iterable[Fact]):
        self._facts = {tuple(fact[name] for name in _KEY): fact for fact in facts}

    def fact(
        self, asked: Asked, place_id: str, sex: str = "", **other: str
    ) -> Fact | None:
        """The fact of a place by the indicator, period and way asked for, or `other`
        ones."""
        key = {**asked.__dict__, "place_id": place_id, "sex": sex, **other}
        return self._facts.get(tuple(key[name] for name in _KEY))


@dataclass(frozen=True)
class Case:
    """What is asked, the facts to answer from, and the rules to answer by."""

    asked: Asked
    places: tuple[str, ...]
    """Identifiers of the places that are the groups; none for sexes."""
    sheet: Sheet
    catalogue: Catalogue
    constants: Constants
    reference: str | None = None
    """The place (or sex) that the others are compared with."""

    @property
    def groups(self) -> list[tuple[str, str]]:
        """Place and sex of each group, in a fixed order."""
        if self.asked.over == OVER_SEX:
            return [(self.asked.place_id, sex) for sex in ("female", "male")]
        return [(place, "") for place in sorted(self.places)]

    def group(self, id_: str) -> tuple[str, str]:
        """Place and sex of the group of an identifier."""
        over_sex = self.asked.over == OVER_SEX
        return (self.asked.place_id, id_) if over_sex else (id_, "")

    def of(self, indicator: str) -> "Case":
        """The same of a coverage; over the official target where the routine figures
        asked for have no target."""
        source = self.asked.denominator_source
        if self.asked.method in ROUTINE:
            source = source or USUAL[1]
        way = {"indicator": indicator, "denominator_source": source}
        return replace(self, asked=replace(self.asked, **way))

    def at(self, period: str) -> "Case":
        """The same in another period."""
        return replace(self, asked=replace(self.asked, period=period))


@dataclass(frozen=True)
class Told:
    """The groups that have a value, and what is to be said of them."""

    ids: tuple[str, ...]
    """Identifiers of places, or sexes."""
    groups: Groups
    left_out: int
    """Groups without a value."""
    flags: frozenset[str]
    one_sided: bool = False
    """Whether groups are blank because they have more doses than children: those
    left are the worse off, and no measure of them is one of all."""


def told(case: Case, *, noisy: bool = True) -> Told:
    """What is known of the groups: values, people, noise and doubts.

    `noisy`: whether the noise is asked for; reading the quarters takes time.
    """
    asked, every = case.asked, case.groups
    facts = [(group, case.sheet.fact(asked, *group)) for group in every]
    known = [(g, f) for g, f in facts if f is not None and f["value"] is not None]
    marks = {flag for _, fact in known for flag in flags_of(fact)}
    refused = _refused([fact for _, fact in facts]) if not known else set()
    weights = _weights(case, known)
    errors = _errors(case, known) if noisy else None
    ids = tuple(sex or place for (place, sex), _ in known)
    flags = {
        "groups_left_out": len(known) < len(every),
        "groups_incomplete": bool({"incomplete", "no_report"} & marks),
        "to_date": "to_date" in marks,
        "above_100": "above_100" in marks,
        "weights_from_target": asked.method not in ROUTINE and weights is not None,
        "noise_not_known": noisy and errors is None,
    }
    direction = case.catalogue.indicators[asked.indicator].direction
    return Told(
        ids,
        Groups(
            values=array(fact["value"] for _, fact in known),
            weights=weights,
            errors=errors,
            favourable=direction != "down",
            reference=ids.index(case.reference) if case.reference in ids else None,
        ),
        left_out=len(every) - len(known),
        flags=frozenset(flag for flag, holds in flags.items() if holds) | refused,
        one_sided=any(
            fact is not None and fact["value"] is None and _NEGATIVE in flags_of(fact)
            for _, fact in facts
        ),
    )


_NEGATIVE = "more_doses_than_children"


def _refused(facts: Iterable[Fact | None]) -> set[str]:
    """Why facts are refused, where they are: their flags but those of the data."""
    marks = [flags_of(fact) for fact in facts if fact is not None]
    return {flag for each in marks if "refused" in each for flag in each - _OF_DATA}


def array(values: Iterable[float | None]) -> Floats:
    """Numbers as an array; None is NaN."""
    return np.array([np.nan if v is None else v for v in values], np.float64)


def flags_of(fact: Fact) -> set[str]:
    """The flags of a fact."""
    return {flag for flag in (fact["flags"] or "").split(";") if flag}


_Known = Sequence[tuple[tuple[str, str], Fact]]


def _weights(case: Case, known: _Known) -> Floats | None:
    """People of each group; None where one is missing.

    The fact's own denominator; for surveys and estimates the official target of the
    place, since theirs is a sample or none.
    """
    facts: list[Fact | None] = [fact for _, fact in known]
    if case.asked.method not in ROUTINE:
        way = {"method": USUAL[0], "denominator_source": USUAL[1]}
        facts = [case.sheet.fact(case.asked, *group, **way) for group, _ in known]
    found = array(None if fact is None else fact["denominator"] for fact in facts)
    return found if len(found) and (found > 0).all() else None


def _errors(case: Case, known: _Known) -> Floats | None:
    """Standard errors of the values; None where one is not known."""
    kind = case.catalogue.indicators[case.asked.indicator].formula["kind"]
    facts = [fact for _, fact in known]
    if not facts:
        return None
    if case.asked.method not in ROUTINE:
        found = _of_intervals(facts)
    elif kind in COUNTED:
        found = noise.errors_of_counts(
            array(fact["numerator"] for fact in facts),
            array(fact["denominator"] for fact in facts),
            noise.overdispersion(
                _quarters(case, known), least=case.constants.overdispersion_least
            ),
        )
    else:
        return None
    return found if np.isfinite(found).all() else None


def _quarters(case: Case, known: _Known) -> Floats:
    """Doses by group and quarter, shape (groups, quarters); NaN where not known."""
    parts = quarters_of(case.asked.period)
    doses = [
        _doses(case.sheet.fact(case.asked, *group, period=part))
        for group, _ in known
        for part in parts
    ]
    return array(doses).reshape(len(known), len(parts))


def _doses(fact: Fact | None) -> float | None:
    if fact is None or _NOT_WHOLE & flags_of(fact):
        return None
    doses: float | None = fact["numerator"]
    return doses


def _of_intervals(facts: Sequence[Fact]) -> Floats:
    """Standard errors behind the intervals of surveys and estimates."""
    lower, upper = (array(fact[name] for fact in facts) for name in ("lower", "upper"))
    normals = array(
        normal(fact["confidence"]) if fact["confidence"] else None for fact in facts
    )
    return noise.errors_of_intervals(lower, upper, normals)


def normal(confidence: float) -> float:
    """How many standard errors to either side an interval of this many percent has."""
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def quarters_of(period: str) -> list[str]:
    """The quarters of a year or a semester; none of a shorter period."""
    code = periods.code(period)
    if periods.kind(code) not in (periods.YEAR, periods.SEMESTER):
        return []
    inside = (periods.containing(m, periods.QUARTER) for m in periods.months(code))
    return [periods.text(quarter) for quarter in dict.fromkeys(inside)]


def last_year(period: str) -> str:
    """The same period a year before."""
    return periods.text(periods.code(period) - 100)
