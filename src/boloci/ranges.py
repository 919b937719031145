"""A figure as a range: every scenario of adjustment over every denominator.

No single coverage is the true one while nobody knows the doses and the children
exactly. The range says how far the answer hangs on what is assumed, which assumption
moves it most, and what was left out and why; it is carried on into the children not
reached. A sex gap hangs on neither: its range is over the ratio of boys to girls that
is assumed where targets are not given by sex. Source: design 3, "Denominators", "Sex".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from boloci import sex_ratios
from boloci.catalogue.definitions import Indicator
from boloci.codes import DENOMINATORS, SCENARIOS, TOTAL
from boloci.facts import Words, facts, understand, words
from boloci.problems import refuse
from boloci.tables import FACTS
from boloci.workspace import Workspace

Fact = Mapping[str, Any]

REASONS = (
    "no_scenario",
    "survey_missing",
    "circular_denominator",
    "target_missing",
    "more_doses_than_children",
    "reports_missing",
    "baseline_missing",
    "target_incomplete",
    "to_date",
    "no_report",
    "refused",
)
"""Flags that say why a value is blank, the most telling first."""

NONE_LEFT = "more_doses_than_children"
"""Why a combination is left out that leaves no child without a dose."""
NOT_KNOWN = "not_known"
"""Why a value is blank where no flag says so: its doses or its target are."""

RANGE = pa.schema(
    [
        *(FACTS.field(name) for name in FACTS.names if name not in ("sex", "build")),
        pa.field(sex_ratios.RATIO, pa.float64()),
        pa.field("left_out", pa.string()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("build", pa.string()),
    ]
)
"""Rows of a range: facts, the ratio assumed (of a sex gap), why each is left out (a
flag; blank: it is in the range), and the two ends of the range it belongs to: null
where it cannot be told, `low` 0 where some ways count more doses than children."""


@dataclass(frozen=True)
class Range:
    """One figure of one place and period under every scenario and denominator; a sex
    gap under every ratio of boys to girls."""

    indicator: str
    place_id: str
    place: str
    level: str
    period: str
    unit: str
    facts: tuple[Fact, ...]
    """Every combination, those left out too."""
    carried: tuple["Range", ...] = ()
    """Children not reached, under the same combinations."""

    @property
    def told(self) -> tuple[Fact, ...]:
        """The combinations that have a value, from low to high."""
        known = [fact for fact in self.facts if fact["value"] is not None]
        return tuple(sorted(known, key=lambda fact: fact["value"]))

    @property
    def low(self) -> Fact | None:
        """The lowest combination, the plainest of equals; None where none is told."""
        return min(self.told, key=lambda f: (f["value"], _order(f)), default=None)

    @property
    def high(self) -> Fact | None:
        """The highest combination, the plainest of equals."""
        return min(self.told, key=lambda f: (-f["value"], _order(f)), default=None)

    @property
    def none_left(self) -> int:
        """Combinations with more doses than children: by them no child is left.

        They are the low end of a range of children not reached, not less of it.
        """
        return len(self.left_out.get(NONE_LEFT, ()))

    @property
    def lowest(self) -> float | None:
        """Where the range begins: 0 where a combination leaves no child; None where
        none is told."""
        if self.low is None:
            return None
        low: float = self.low["value"]
        return 0.0 if self.none_left else low

    @property
    def tellable(self) -> bool:
        """Whether the range says anything. Where combinations that leave no child are
        left out and fewer than half give a figure, it looks the narrower the less is
        known."""
        few = 2 * len(self.told) < len(self.facts)
        return bool(self.told) and not (self.none_left and few)

    @property
    def reported(self) -> Fact | None:
        """What is reported, over the official target and under the profile's ratio of
        boys to girls: the usual figure."""
        for fact in self.facts:
            if fact["method"] == SCENARIOS[0] and fact["denominator_source"] in (
                "",
                DENOMINATORS[0],
            ):
                return fact
        return None

    @property
    def by_ratio(self) -> bool:
        """Whether it is over ratios of boys to girls."""
        return any(sex_ratios.RATIO in fact for fact in self.facts)

    def moved_by(self, choice: str) -> float:
        """How far one choice alone moves the figure, the other being held.

        `choice`: column `method` or `denominator_source`. The widest of the spreads
        over that choice, in the figure's unit; 0 where there is nothing to choose.
        """
        if self.by_ratio:
            return 0.0
        held = {"method": "denominator_source", "denominator_source": "method"}[choice]
        groups: dict[str, list[float]] = {}
        for fact in self.told:
            groups.setdefault(fact[held], []).append(fact["value"])
        return max((max(g) - min(g) for g in groups.values()), default=0.0)

    @property
    def left_out(self) -> dict[str, list[tuple[str, str]]]:
        """Why (a flag, or `not_known`) -> (method, source) of what has no value."""
        reasons: dict[str, list[tuple[str, str]]] = {}
        for fact in self.facts:
            if fact["value"] is None:
                pair = fact["method"], fact["denominator_source"]
                reasons.setdefault(reason(fact), []).append(pair)
        return reasons


def _order(fact: Fact) -> tuple[int, int]:
    """As reported over the official target first: what needs the fewest words."""
    sources = ("", *DENOMINATORS)
    return (
        SCENARIOS.index(fact["method"]),
        sources.index(fact["denominator_source"] or ""),
    )


def reason(fact: Fact) -> str:
    """Why a fact is blank: the most telling of its flags."""
    held = set((fact["flags"] or "").split(";"))
    return next((flag for flag in REASONS if flag in held), NOT_KNOWN)


def ranges(
    workspace: Workspace,
    indicator: str,
    *,
    place: Words = (),
    level: str | None = None,
    period: str,
    **asked: Any,
) -> list[Range]:
    """The range of an indicator for each place and period asked for.

    Filters are those of `facts` (place, level, period, profile, build, as_of); a place
    or a level is needed. Raises `Refused` as `facts` does, and for an indicator that
    is the same under every scenario and has no target (`range_without_choice`).
    """
    if not words(place) and level is None:
        raise refuse("range_needs_place")
    source, filters = understand(
        workspace, indicator=indicator, place=place, level=level, period=period, **asked
    )
    name = (filters.indicators or ("",))[0]
    definition = workspace.catalogue.indicators[name]
    if sex_ratios.has_choice(definition, source):
        gaps = sex_ratios.at_each_ratio(workspace, source, filters, name)
        return list(_ranges(list(gaps), [name]))
    if not _has_choice(definition):
        raise refuse("range_without_choice", indicator=name)
    names = [name, *carried_into(workspace, definition)]
    over = {"denominator": DENOMINATORS} if _has_target(definition) else {}
    found = facts(
        workspace,
        indicator=names,
        place=place,
        level=level,
        period=period,
        sex=TOTAL,
        method=SCENARIOS,
        **over,
        **asked,
    )
    return list(_ranges(found.to_pylist(), names))


def carried_into(workspace: Workspace, definition: Indicator) -> list[str]:
    """Indicators of the children not reached by the dose whose coverage is asked."""
    formula = definition.formula
    if formula["kind"] != "coverage":
        return []
    return [
        name
        for name, other in workspace.catalogue.indicators.items()
        if other.formula["kind"] in ("not_reached", "not_reached_share")
        and other.formula["element"] == formula["element"]
    ]


def _has_target(definition: Indicator) -> bool:
    from boloci.pipeline import scenarios

    return bool(scenarios.usual(definition).source)


def _has_choice(definition: Indicator) -> bool:
    from boloci.pipeline import scenarios

    return len(scenarios.pairs(definition)) > 1


def _ranges(found: Sequence[Fact], names: Sequence[str]) -> Iterator[Range]:
    """Ranges of the first name, each with those of the others carried along."""
    keyed: dict[tuple[str, str], dict[str, list[Fact]]] = {}
    for fact in found:
        key = fact["place_id"], fact["period"]
        keyed.setdefault(key, {}).setdefault(fact["indicator"], []).append(fact)
    for by_name in keyed.values():
        if names[0] in by_name:
            carried = [_range(by_name[n]) for n in names[1:] if n in by_name]
            yield _range(by_name[names[0]], carried)


def _range(found: Sequence[Fact], carried: Sequence[Range] = ()) -> Range:
    first = found[0]
    order = (*SCENARIOS, "", *DENOMINATORS)
    told = sorted(
        found,
        key=lambda f: (order.index(f["denominator_source"]), order.index(f["method"])),
    )
    same = ("indicator", "place_id", "place", "level", "period", "unit")
    return Range(
        **{name: first[name] for name in same},
        facts=tuple(told),
        carried=tuple(carried),
    )


def table(found: Sequence[Range]) -> pa.Table:
    """Ranges and what they carry as rows, in the schema `RANGE`."""
    rows = []
    for one in (each for top in found for each in (top, *top.carried)):
        low = one.lowest if one.tellable else None
        high = one.high["value"] if one.tellable and one.high else None
        for fact in one.facts:
            why = reason(fact) if fact["value"] is None else ""
            rows.append({**fact, "left_out": why, "low": low, "high": high})
    return pa.Table.from_pylist(rows, schema=RANGE)


def as_json(one: Range) -> dict[str, Any]:
    """A range as plain data: its ends, what moves it, its combinations."""
    pick = ["method", "denominator_source", "value"]
    pick += [sex_ratios.RATIO] if one.by_ratio else []
    ends = {
        name: fact and {key: fact[key] for key in pick}
        for name, fact in (
            ("low", one.low),
            ("high", one.high),
            ("reported", one.reported),
        )
    }
    same = ("indicator", "place_id", "place", "level", "period", "unit")
    return {
        **{name: getattr(one, name) for name in same},
        **ends,
        "tellable": one.tellable,
        "none_left": one.none_left,
        "moved_by_scenario": one.moved_by("method"),
        "moved_by_denominator": one.moved_by("denominator_source"),
        "left_out": {
            why: [{"method": m, "denominator_source": s} for m, s in pairs]
            for why, pairs in one.left_out.items()
        },
        "combinations": [dict(fact) for fact in one.facts],
        "carried": [as_json(other) for other in one.carried],
    }
