"""Why a coverage passes 100 %: ranked causes in words, numbers apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boloci.hub import showing
from boloci.hub.language import _, ngettext, spoken
from boloci.wording import chance_said


@dataclass(frozen=True)
class Cause:
    """One cause: its sentence, and its numbers for who opens the details."""

    sentence: str
    numbers: str


def causes(evidence: Iterable[Mapping[str, Any]]) -> list[Cause]:
    """Causes in words, the likeliest first; none where there is no evidence."""
    return [
        Cause(_sentence(rank, cause), _numbers(cause))
        for rank, cause in enumerate(evidence)
    ]


def cause(code: str) -> str:
    """A cause in a few words."""
    known = {
        "target": _("the target counts too few children"),
        "over_reporting": _("more doses reported than given"),
        "outside": _("children from outside"),
        "spike": _("one month too high"),
        "late": _("late reports entered together"),
        "wrong_age": _("older children counted as under one"),
        "duplicate": _("one unit entered twice"),
    }
    return known.get(code, code)


def _sentence(rank: int, row: Mapping[str, Any]) -> str:
    where = [row["unit"]] if row["unit"] else []
    where += [showing.period(str(row["month"]))] if row["month"] else []
    named = cause(row["cause"]) + (f" ({', '.join(where)})" if where else "")
    if rank:
        return _("Or: {cause}.").format(cause=named)
    sure = {
        "strong": _("Most likely, with strong evidence: {cause}."),
        "some": _("Most likely, with some evidence: {cause}."),
        "cannot_tell": _("The data cannot tell what weighs most; perhaps: {cause}."),
    }
    return sure[row["strength"]].format(cause=named)


def _numbers(row: Mapping[str, Any]) -> str:
    cases = 100 * row["score"]
    chance = ngettext(
        "largest cause in {n} case of 100",
        "largest cause in {n} cases of 100",
        round(cases),
    ).format(n=chance_said(cases, spoken()))
    lift = _("coverage × {factor}").format(
        factor=showing.number(row["value"], digits=2)
    )
    return f"{cause(row['cause'])} : {lift}, {chance}"
