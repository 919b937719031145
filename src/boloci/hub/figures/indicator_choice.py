"""What a reader chose to see of one indicator: places, period, sex, way of computing.

Only what the indicator has is offered: a survey's figure has no scenario, what is told
by year has no quarters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.hub import controls, links, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import current
from boloci.hub.figures import choice, where
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.pipeline import scenarios
from boloci.pipeline.groups import ROUTINE
from boloci.published import Published

LATEST = {"month": 24, "quarter": 16, "semester": 8, "year": 8}
"""How many periods of each kind are offered."""
KINDS = (periods.QUARTER, periods.YEAR, periods.SEMESTER, periods.MONTH)
"""In the order offered."""
SHOWN = {
    periods.MONTH: 24,
    periods.QUARTER: 16,
    periods.SEMESTER: 12,
    periods.YEAR: 8,
}
"""Periods of a trend, up to the one chosen."""


def read(query: Mapping[str, str], scope: Scope, definition: Indicator) -> Controls:
    """What the URL chooses. Raises `Refused` for what is not among the choices."""
    method = _methods(definition)
    wished = query.get("method") or method.default
    period = _periods(scope, definition, wished)
    elsewhere = set(_every_period(scope, definition)) - set(dict(period.options))
    if query.get("period") in elsewhere:  # it has no figure by the method chosen
        query = {name: value for name, value in query.items() if name != "period"}
    return controls.read(
        query,
        _level(scope, definition, wished),
        where.inside_control(scope),
        period,
        _sexes(definition, wished),
        method,
        *([over] if (over := _denominator(definition)) else []),
    )


def facts(
    scope: Scope, definition: Indicator, asked: Controls, **more: Any
) -> list[dict[str, Any]]:
    """Facts of the indicator in the way chosen, each with where it is explained."""
    over: dict[str, Any] = {}
    chosen = {one.name: one.chosen for one in asked}
    if chosen["method"] in ROUTINE and "denominator" in chosen:
        over = {"denominator": [chosen["denominator"]]}
    found = reading.facts(
        scope,
        indicator=definition.indicator,
        method=[chosen["method"]],
        sex=chosen["sex"],
        **over,
        **more,
    ).to_pylist()
    return [
        {**row, "flagged": bool(row["flags"]), "explain": links.explain(row)}
        for row in found
    ]


def span(period: str) -> str:
    """Periods of a trend that ends with the one chosen, as a filter."""
    code = periods.code(period)
    kind = periods.kind(code)
    last = periods.serial(periods.span(code).last)
    first = periods.month_at(last - periods.MONTHS_IN[kind] * SHOWN[kind] + 1)
    return f"{periods.text(periods.containing(first, kind))}..{period}"


def _methods(definition: Indicator) -> Control:
    usual = [pair.method for pair in scenarios.pairs(definition)]
    more = _stored_methods(current(), definition.indicator)
    known = list(dict.fromkeys((*usual, *more)))
    if more and definition.formula["kind"] in ("measure", "measure_sex_gap"):
        known = list(more)
    options = [(one, choice.method(one)) for one in known]
    return Control("method", _("How it is known"), options, known[0])


@lru_cache(maxsize=1024)
def _stored_methods(source: Published, name: str) -> tuple[str, ...]:
    """Methods of an indicator's stored facts other than scenarios."""
    words = {number: word for word, number in source.methods.items()}
    rows = source.rows(
        "SELECT DISTINCT method FROM computed_fact WHERE indicator_key = ?",
        [source.indicators[name].key],
    )
    found = sorted(number for (number,) in rows)
    return tuple(words[one] for one in found if words[one] not in ROUTINE)


@lru_cache(maxsize=1024)
def _stored_periods(source: Published, name: str, method: str) -> tuple[str, ...]:
    """Periods of an indicator's stored facts by a method, the latest first."""
    rows = source.rows(
        "SELECT DISTINCT period FROM computed_fact"
        " WHERE indicator_key = ? AND method = ?",
        [source.indicators[name].key, source.methods[method]],
    )
    return tuple(periods.text(one) for (one,) in sorted(rows, reverse=True))


def _level(scope: Scope, definition: Indicator, method: str) -> Control:
    """The level compared; of figures that are not reported, one that has them."""
    control = where.level_control(scope)
    if method in ROUTINE or method not in current().methods:
        return control
    held = _stored_levels(current(), definition.indicator, method)
    usual = [one for one, _label in control.options if one in held]
    return replace(control, default=usual[0]) if usual else control


@lru_cache(maxsize=1024)
def _stored_levels(source: Published, name: str, method: str) -> frozenset[str]:
    """Levels of the places that have a stored fact of an indicator by a method."""
    rows = source.rows(
        "SELECT DISTINCT p.level FROM computed_fact f"
        " JOIN place p ON p.place_key = f.place"
        " WHERE f.indicator_key = ? AND f.method = ?",
        [source.indicators[name].key, source.methods[method]],
    )
    return frozenset(level for (level,) in rows)


def _periods(scope: Scope, definition: Indicator, method: str) -> Control:
    shown: Sequence[str] = ()
    if method in ROUTINE:
        shown = _every_period(scope, definition)
    elif method in current().methods:
        shown = _stored_periods(current(), definition.indicator, method)
    options = [(one, showing.period(one)) for one in shown]
    default = next((one for one in shown if len(one) == len("2023")), "")
    if definition.formula["kind"] in ("doses", "count") or not default:
        default = shown[0] if shown else ""
    return Control("period", _("Period"), options or [("", "")], default)


def _every_period(scope: Scope, definition: Indicator) -> list[str]:
    return [
        one
        for kind in KINDS
        if kind in definition.periods
        for one in reversed(reading.whole_periods(scope, kind)[-LATEST[kind] :])
    ]


def _sexes(definition: Indicator, method: str) -> Control:
    """Both together first, unless the figures are told by sex only."""
    held = frozenset({0})
    if method not in ROUTINE and method in current().methods:
        held = _stored_sexes(current(), definition.indicator, method) or held
    return choice.sex_control(min(held))


@lru_cache(maxsize=1024)
def _stored_sexes(source: Published, name: str, method: str) -> frozenset[int]:
    """Sexes (0 for both) of an indicator's stored facts by a method."""
    rows = source.rows(
        "SELECT DISTINCT sex FROM computed_fact WHERE indicator_key = ? AND method = ?",
        [source.indicators[name].key, source.methods[method]],
    )
    return frozenset(sex for (sex,) in rows)


def _denominator(definition: Indicator) -> Control | None:
    """Who counts the children, where that is a choice."""
    sources = [pair.source for pair in scenarios.pairs(definition)]
    known = [one for one in dict.fromkeys(sources) if one in current().denominators]
    if not known or not known[0]:
        return None
    options = [(one, choice.denominator(one)) for one in known]
    return Control("denominator", _("Children counted by"), options, known[0])
