"""What a reader chose to see: indicator, period, sex, scenario, denominator.

Not every indicator has every scenario or a target: what it has not is left at what a
build keeps of it, so that a choice never empties a figure that it does not concern.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from boloci import periods
from boloci.codes import SCENARIOS
from boloci.hub import links, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.hub.tongue import TONGUE
from boloci.telling import methods

INDICATORS = (
    *("dtp1_coverage", "dtp3_coverage", "mcv1_coverage", "bcg_coverage"),
    *("dtp1_doses", "dtp3_doses", "mcv1_doses"),
    *("dropout_dtp1_dtp3", "zero_dose_children", "under_immunised_children"),
)
QUARTERS, YEARS = 12, 6
"""How many of each may be chosen as the period looked at."""
SHOWN = {periods.QUARTER: 16, periods.YEAR: 8}
"""Periods of a trend, up to the one chosen."""


def places_controls(quarters: Sequence[str], years: Sequence[str]) -> list[Control]:
    """The controls of a place's page."""
    known = current().indicators
    names = [name for name in INDICATORS if name in known]
    shown = [*reversed(quarters[-QUARTERS:]), *reversed(years[-YEARS:])]
    return [
        Control(
            "indicator",
            _("Indicator"),
            [(name, indicator(name)) for name in names or [""]],
            names[0] if names else "",
        ),
        Control(
            "period",
            _("Period"),
            [(one, showing.period(one)) for one in shown or [""]],
            shown[0] if shown else "",
        ),
        sex_control(),
        Control(
            "method",
            _("Adjustment"),
            [(one, method(one)) for one in SCENARIOS],
            SCENARIOS[0],
        ),
        Control(
            "denominator",
            _("Children counted by"),
            [(one, denominator(one)) for one in _denominators()],
            "target",
        ),
    ]


def sex_control(usual: int = 0) -> Control:
    """Girls and boys, girls, or boys; `usual`: which of them is shown unasked."""
    options = [
        ("total", _("girls and boys")),
        ("female", _("girls")),
        ("male", _("boys")),
    ]
    return Control("sex", _("Sex"), options, options[usual][0])


def indicator(name: str) -> str:
    """What the catalogue calls an indicator."""
    known = workspace().catalogue.indicators
    return showing.words(known[name].name) if name in known else name


def unit(name: str) -> str:
    """The unit of an indicator's values; blank where the catalogue has it not."""
    known = workspace().catalogue.indicators
    return known[name].unit if name in known else ""


def method(code: str) -> str:
    """How a figure came about: a scenario of adjustment, or another source."""
    return methods.name(TONGUE, code)


def denominator(code: str) -> str:
    """A source of denominators as the catalogue calls it."""
    known = workspace().catalogue.denominators
    return showing.words(known[code].name) if code in known else code


def span(period: str) -> str:
    """Periods of a trend that ends with the one chosen, as a filter."""
    code = periods.code(period)
    kind = periods.kind(code)
    months = periods.MONTHS_IN[kind]
    last = periods.serial(periods.span(code).last)
    first = periods.month_at(last - months * SHOWN[kind] + 1)
    return f"{periods.text(periods.containing(first, kind))}..{period}"


def facts(
    scope: Scope, names: Iterable[str], asked: Controls, **more: Any
) -> list[dict[str, Any]]:
    """Facts of some indicators by the scenario and denominator chosen, where they have
    them. Each row knows whether it is flagged and where it is explained."""
    found: list[dict[str, Any]] = []
    for (method, source), alike in _by_pair(names, asked).items():
        over = {"denominator": [source]} if source else {}
        table = reading.facts(scope, indicator=alike, method=[method], **over, **more)
        found += table.to_pylist()
    return [
        {**row, "flagged": bool(row["flags"]), "explain": links.explain(row)}
        for row in found
    ]


def _by_pair(names: Iterable[str], asked: Controls) -> dict[tuple[str, str], list[str]]:
    """Indicators by the scenario and the denominator that they are read with."""
    from boloci.pipeline import scenarios

    definitions = workspace().catalogue.indicators
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        if name not in definitions or name not in current().indicators:
            continue
        pairs = scenarios.pairs(definitions[name])
        wished = scenarios.Pair(
            asked["method"], asked["denominator"] if pairs[0].source else ""
        )
        method, source = wished if wished in pairs else pairs[0]
        alike[method, source].append(name)
    return alike


def _denominators() -> list[str]:
    known = [one for one in current().denominators if one]
    return known if "target" in known else ["target", *known]
