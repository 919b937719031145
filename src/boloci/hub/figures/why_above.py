"""Why a coverage passes 100 %: ranked causes in words, numbers apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boloci.hub import showing
from boloci.hub.language import _
from boloci.hub.tongue import TONGUE
from boloci.telling import causes as telling


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


def _sentence(rank: int, row: Mapping[str, Any]) -> str:
    where = [row["unit"]] if row["unit"] else []
    where += [showing.period(str(row["month"]))] if row["month"] else []
    name = telling.name(TONGUE, row["cause"])
    named = f"{name} ({', '.join(where)})" if where else name
    named = telling.raised(TONGUE, named, row["value"])
    if rank:
        return _("Or: {cause}.").format(cause=named)
    sure = {
        "strong": _("Most likely, with strong evidence: {cause}."),
        "some": _("Most likely, with some evidence: {cause}."),
        "cannot_tell": _("The data cannot tell what weighs most; perhaps: {cause}."),
    }
    return sure[row["strength"]].format(cause=named)


def _numbers(row: Mapping[str, Any]) -> str:
    return _(": ").join(
        (telling.name(TONGUE, row["cause"]), telling.weight(TONGUE, row))
    )
