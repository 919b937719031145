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
from boloci.hub.tongue import TONGUE
from boloci.problems import Refused
from boloci.published import PlaceRow
from boloci.ranges import NOT_KNOWN, Range
from boloci.sex_ratios import RATIO
from boloci.telling.ranges import ends


@dataclass(frozen=True)
class Honest:
    """A range as a page tells it."""

    range: Range | None
    sentences: Sequence[str]
    chart: Chart | None = None

    @property
    def low(self) -> float | None:
        """The lowest end; None where no combination can be told."""
        return self.range.lowest if self.range else None

    @property
    def high(self) -> float | None:
        """The highest end."""
        return self.range.high["value"] if self.range and self.range.high else None

    @property
    def blank(self) -> int:
        """Combinations without a value."""
        return len(self.range.facts) - len(self.range.told) if self.range else 0


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
    moved = _moved(one) if one.tellable else []
    return [ends(TONGUE, one, how), *moved, *_left_out(one)]


def chart(one: Range) -> Chart:
    """The combinations: a line a source of denominators, a mark a scenario."""
    description = _(
        "Each mark is the same figure computed in another way. None is the true"
        " one: the further apart, the less the figure is known."
    )
    if one.none_left:
        description += " " + _(
            "Not drawn: {n} ways that count more doses than children."
        ).format(n=one.none_left)
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
