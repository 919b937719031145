"""Why a coverage passes 100 %: what a cause is called, and what it weighs."""

from collections.abc import Mapping
from typing import Any

from boloci.telling.numbers import PERCENT, about
from boloci.telling.tongue import Tongue
from boloci.wording import chance_said


def name(tongue: Tongue, code: str) -> str:
    """A cause in a few words."""
    known = {
        "target": tongue.gettext("the target counts too few children"),
        "over_reporting": tongue.gettext("more doses reported than given"),
        "outside": tongue.gettext("children from outside"),
        "spike": tongue.gettext("one month too high"),
        "late": tongue.gettext("late reports entered together"),
        "wrong_age": tongue.gettext("older children counted as under one"),
        "duplicate": tongue.gettext("one unit entered twice"),
    }
    return known.get(code, code)


def raised(tongue: Tongue, named: str, factor: float | None) -> str:
    """A cause with how much it raises coverage, for who reads no factors: 22 % more."""
    more = about(100 * ((factor or 1) - 1))
    if round(more) < 1:
        return named
    told = tongue.gettext("{cause}; it raises coverage by about {percent}")
    sign = PERCENT[tongue.spoken()]
    return told.format(cause=named, percent=tongue.number(more, digits=0) + sign)


def weight(tongue: Tongue, cause: Mapping[str, Any]) -> str:
    """What a cause multiplies by, and how likely it is the largest."""
    cases = 100 * cause["score"]
    chance = tongue.ngettext(
        "largest cause in {n} case of 100",
        "largest cause in {n} cases of 100",
        round(cases),
    ).format(n=chance_said(cases, tongue.spoken()))
    lift = tongue.gettext("coverage × {factor}")
    return f"{lift.format(factor=tongue.number(cause['value'], digits=2))}, {chance}"
