"""From counts, targets and reports to the facts of one indicator.

One function for what a build stores and for what is worked out when asked: both give
it the same tables, whole or one slice of them, so that they cannot disagree.
"""

from typing import Any

import narwhals as nw

from boloci.catalogue.definitions import Indicator
from boloci.pipeline import formulas
from boloci.pipeline.formulas import AGAINST
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.rules import Rules, Tables
from boloci.stats import goals, programme
from boloci.stats.vocabulary import Frame


def compute(indicator: Indicator, tables: Tables, rules: Rules) -> Frame:
    """Facts of one indicator: columns of `stats.vocabulary.FACT`."""
    kind = indicator.formula["kind"]
    found: Frame = _FORMULAS[kind](dict(indicator.formula), tables, rules)
    if indicator.indicator not in rules.with_goals:
        return found
    mine = tables.goals.filter(nw.col("indicator") == indicator.indicator)
    return goals.judged(
        found,
        mine.drop("indicator"),
        direction=str(indicator.direction),
        of_places=kind == "share_of_places",
    )


def is_computed(indicator: Indicator) -> bool:
    """Whether facts of an indicator come from counts; else they are as entered."""
    return indicator.formula["kind"] in _FORMULAS


def denominator_source(indicator: Indicator) -> str:
    """`target` where the official target is in the formula; blank else."""
    kind = indicator.formula["kind"]
    return "target" if kind in _AGAINST_TARGET else ""


def method(indicator: Indicator) -> str:
    """The adjustment scenario of what is computed here: as reported."""
    kind = indicator.formula["kind"]
    if kind == "estimated":
        return "estimated"
    return "register" if kind.startswith("measure") else "reported"


def counts_of(indicator: Indicator, rules: Rules) -> int | None:
    """Element key where an indicator is a plain count; None where it is computed."""
    formula = indicator.formula
    if formula["kind"] == "count":
        return rules.key(formula["element"])
    if formula["kind"] != "doses":
        return None
    if formula.get("strategy", "routine") == "campaign":
        return rules.key(formula["element"], CAMPAIGN)
    variant = ALL if formula.get("ages", "target") == "all" else TARGET
    return rules.key(formula["element"], variant)


def needs(indicator: Indicator, rules: Rules) -> set[int]:
    """Element keys without which an indicator has no fact."""
    formula = indicator.formula
    if formula["kind"] == "red_category":
        return {rules.key("DTP1"), rules.key("DTP3")}
    if "of" in formula and formula["of"] in rules.indicators:
        of = rules.indicators[formula["of"]]
        return set() if of is indicator else needs(of, rules)
    named = (formula.get(name) for name in _NAMED)
    return {rules.key(code) for code in named if code}


_NAMED = ("element", "form_of", "first", "last", "second")
"""Keys of a formula that name an element."""


def _change(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    children = compute(rules.indicators[formula["of"]], tables, rules)
    baseline = int(rules.profile.value("baseline_year"))
    return programme.change_since(children, baseline_year=baseline)


def _share_of_places(formula: dict[str, Any], tables: Tables, rules: Rules) -> Frame:
    measured = compute(rules.indicators[formula["of"]], tables, rules)
    mark = formula["at_least"]
    return programme.share_of_places(
        measured.filter(nw.col("period") % 100 == 0),
        tables.districts,
        at_least=float(rules.profile.value(mark) if isinstance(mark, str) else mark),
    )


_FORMULAS: dict[str, Any] = {
    **formulas.ALONE,
    "change_since_baseline": _change,
    "share_of_places": _share_of_places,
}
"""How each kind of formula is computed. `measure` is stored as it came."""

_AGAINST_TARGET = {
    *AGAINST,
    "red_category",
    "change_since_baseline",
    "share_of_places",
}
