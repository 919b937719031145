"""Which filter let no figure through, and which periods there are without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci import fact_rows, periods
from boloci.facts import narrowed, periods_named, understand
from boloci.workspace import Workspace

FILTERS = ("period", "place", "level", "indicator", "sex", "method", "denominator")
"""Filters that may each be the one; which build to read is none of them."""
_NOTHING_ASKED: dict[str, Any] = {
    **dict.fromkeys(("period", "level", "sex")),
    **dict.fromkeys(("place", "indicator", "method", "denominator"), ()),
}


@dataclass(frozen=True)
class Emptied:
    """Why an answer is empty."""

    without: Mapping[str, int]
    """Filter -> stored figures that pass all the others, where there are some."""
    first: str | None = None
    """First period without the filter `period`, of the kind that was asked for."""
    last: str | None = None


def emptied(workspace: Workspace, **asked: Any) -> Emptied:
    """Which filters of `facts` left an answer empty, each by itself.

    Months are often not stored but worked out when asked: the longer periods stored
    then tell which there are. Raises `Refused` as `facts` does.
    """
    there = {
        name: _periods(workspace, {**asked, name: _NOTHING_ASKED[name]})
        for name in FILTERS
        if asked.get(name)
    }
    without = {name: sum(found.values()) for name, found in there.items() if found}
    if "period" not in without:
        return Emptied(without)
    kind = periods.kind(periods_named(asked["period"])[0])
    codes = _of_kind(list(there["period"]), kind)
    return Emptied(without, periods.text(min(codes)), periods.text(max(codes)))


def _periods(workspace: Workspace, asked: Mapping[str, Any]) -> dict[int, int]:
    """Codes of the periods of stored figures, and how many figures each has."""
    source, filters = understand(workspace, **asked)
    sql, parameters = fact_rows.query(source, narrowed(source, filters))
    counted = f"SELECT period, count(*) FROM ({sql}) GROUP BY period"
    return dict(source.rows(counted, parameters))


def _of_kind(codes: Sequence[int], kind: str) -> list[int]:
    """The periods of a kind; where there are none, those that the others lie in."""
    same = [code for code in codes if periods.kind(code) == kind]
    months = (month for code in codes for month in periods.months(code))
    return same or [periods.containing(month, kind) for month in months]
