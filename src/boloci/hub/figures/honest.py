"""The honest range of a figure: every scenario over every source of denominators.

As a table, a picture and sentences: its ends, what moves it, what is left out and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts import Chart, Column, Table
from boloci.charts.spreads import spread
from boloci.hub import links, reading, showing
from boloci.hub.current import workspace
from boloci.hub.figures import choice, unequal
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.problems import Refused
from boloci.published import PlaceRow
from boloci.ranges import NOT_KNOWN, Range
from boloci.sex_ratios import RATIO

NONE_LEFT = "more_doses_than_children"
"""Why a way is left out that leaves no child without a dose, and fewer than none."""
MISSED = ("not_reached", "not_reached_share")
"""Formulas of children not reached."""


@dataclass(frozen=True)
class Honest:
    """A range as a page tells it."""

    range: Range | None
    sentences: Sequence[str]
    chart: Chart | None = None

    @property
    def low(self) -> float | None:
        """The lowest end; None where no combination can be told."""
        return lowest(self.range) if self.range else None

    @property
    def high(self) -> float | None:
        """The highest end."""
        return self.range.high["value"] if self.range and self.range.high else None

    @property
    def blank(self) -> int:
        """Combinations without a value."""
        return len(self.range.facts) - len(self.range.told) if self.range else 0


def none_left(one: Range) -> int:
    """Ways that count more doses than children: by them no child is without a dose.

    They are the low end of a range of children not reached, not less of it.
    """
    return len(one.left_out.get(NONE_LEFT, ()))


def tellable(one: Range) -> bool:
    """Whether a range may be told. That of children not reached may not where fewer
    than half of the ways give a figure: the fewer there are, the narrower it looks."""
    formula = workspace().catalogue.indicators[one.indicator].formula
    if formula["kind"] not in MISSED:
        return bool(one.told)
    return bool(one.told) and 2 * len(one.told) >= len(one.facts)


def lowest(one: Range) -> float | None:
    """The low end: 0 where a way counts more doses than children; None: no figure."""
    if one.low is None:
        return None
    low: float = one.low["value"]
    return 0.0 if none_left(one) else low


def honest(scope: Scope, indicator: str, here: PlaceRow, period: str) -> Honest:
    """The range of a figure of one place; why there is none where it is refused."""
    try:
        found = reading.ranges(scope, indicator, place=here.place_id, period=period)
    except Refused as refused:
        return Honest(None, [unequal.sentence(refused)])
    if not found:
        return Honest(None, [_("Nothing was reported here for this period.")])
    return Honest(found[0], sentences(found[0]), chart(found[0]))


def sentences(one: Range) -> list[str]:
    """The range in words: ends, what moves it, what is left out and why."""
    low, high = one.low, one.high
    told: list[str] = []
    if low is None or high is None:
        told.append(_("It cannot be told under any of the ways of computing it."))
    elif not tellable(one):
        told.append(
            _(
                "It cannot be told: {told} of {ways} ways of computing give a figure."
            ).format(told=len(one.told), ways=len(one.facts))
        )
    elif none_left(one):
        told.append(
            _(
                "Up to {high} ({high_how}). How few is not known: {n} of {ways} ways"
                " count more doses than children."
            ).format(
                high=showing.figure(high["value"], one.unit),
                high_how=how(high),
                n=none_left(one),
                ways=len(one.facts),
            )
        )
    else:
        told.append(
            _("From {low} ({low_how}) to {high} ({high_how}).").format(
                low=showing.figure(low["value"], one.unit),
                low_how=how(low),
                high=showing.figure(high["value"], one.unit),
                high_how=how(high),
            )
        )
    moved = _moved(one) if tellable(one) else []
    return [*told, *moved, *_left_out(one)]


def chart(one: Range) -> Chart:
    """The combinations: a line a source of denominators, a mark a scenario."""
    description = _(
        "Each mark is the same figure computed in another way. None is the true"
        " one: the further apart, the less the figure is known."
    )
    if none_left(one):
        description += " " + _(
            "Not drawn: {n} ways that count more doses than children."
        ).format(n=none_left(one))
    return spread(
        table=table(one),
        description=description,
        reference=100 if one.indicator.endswith("_coverage") else None,
    )


def table(one: Range) -> Table:
    """Every combination, those left out too."""
    return Table(
        name="range",
        title=_("{indicator}: {place}, {period}, computed in every way").format(
            indicator=choice.indicator(one.indicator),
            place=one.place,
            period=showing.period(one.period),
        ),
        columns=[
            Column("over", _("Children counted by")),
            Column("how", _("Adjustment")),
            Column("value", choice.indicator(one.indicator), one.unit),
            Column("numerator", _("Numerator"), "doses"),
            Column("denominator", _("Denominator"), "children"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=[
            {
                **fact,
                "over": _row(fact),
                "how": choice.method(fact["method"]),
                "explain": links.explain(fact),
            }
            for fact in one.facts
        ],
    )


def how(fact: Mapping[str, Any]) -> str:
    """A combination in words: scenario, over which children; or the ratio assumed."""
    if RATIO in fact:
        return _row(fact)
    over = fact["denominator_source"]
    parts = (choice.method(fact["method"]), choice.denominator(over) if over else "")
    return ", ".join(part for part in parts if part)


def _row(fact: Mapping[str, Any]) -> str:
    if RATIO in fact:
        ratio = showing.number(fact[RATIO], "ratio")
        return _("{n} boys for a girl").format(n=ratio)
    over = fact["denominator_source"]
    return choice.denominator(over) if over else _("no target needed")


def _moved(one: Range) -> list[str]:
    by_scenario, by_source = one.moved_by("method"), one.moved_by("denominator_source")
    if not by_scenario and not by_source:
        return []
    unit = "points" if one.unit == "percent" else one.unit
    told = (
        _("Who counts the children moves it most: by up to {over}; adjusting, by {by}.")
        if by_source >= by_scenario
        else _(
            "Adjusting moves it most: by up to {by}; who counts the children, {over}."
        )
    )
    return [
        told.format(
            over=showing.figure(by_source, unit), by=showing.figure(by_scenario, unit)
        )
    ]


def _left_out(one: Range) -> list[str]:
    flags = workspace().catalogue.flags
    null = workspace().catalogue.indicators[one.indicator].null
    told = []
    for why, pairs in one.left_out.items():
        sources = dict.fromkeys(choice.denominator(source) for _m, source in pairs)
        named = ", ".join(name for name in sources if name)
        reason = showing.words(null if why == NOT_KNOWN else flags[why])
        told.append(
            _("Left out ({sources}): {why}").format(sources=named, why=reason)
            if named
            else _("Left out: {why}").format(why=reason)
        )
    return told
