"""Why a coverage passes 100 %: what a cause is called, and what it weighs."""

from collections.abc import Mapping
from typing import Any

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
