"""Where to look first: the answer that a place's page and the overview begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts import Column, Table
from boloci.hub import links, reading, showing
from boloci.hub.language import _, spoken
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

REASONS = 3
"""Reasons told of a place; the rest stay in its row."""


@dataclass(frozen=True)
class First:
    """The places to look at first, and what makes them so."""

    rows: Sequence[Mapping[str, Any]]
    """Rows of `boloci.look.told` with something to look for, first ones first."""
    level: str
    """Of the places compared."""
    own: Mapping[str, Any] | None = None
    """The row of the place itself among its neighbours, its `rank` in words."""

    @property
    def leaders(self) -> Sequence[Mapping[str, Any]]:
        """The places of rank 1: chance is enough to make the order among them."""
        return [row for row in self.rows if row["rank"] == self.rows[0]["rank"]]

    @property
    def told(self) -> Mapping[str, Any] | None:
        """The place whose reasons and action are told: the first, else one's own."""
        return self.rows[0] if self.rows else self.own


def within(
    scope: Scope, here: PlaceRow, members: Sequence[PlaceRow], period: str | None
) -> First:
    """Where to look first among the places that a page lists under its own.

    period    twelve months up to its end; None: the latest
    """
    level = members[0].level if members else ""
    ids = {one.place_id for one in members}
    found: list[dict[str, Any]] = []
    if members:
        inside = None if here.level in ("country", "group") else here
        found = reading.look(scope, inside, level=level, period=period)
    rows = [worded(row) for row in found if row["place_id"] in ids]
    return First(
        rows=[row for row in rows if row["children"]],
        level=level,
        own=_own(scope, here, period),
    )


def worded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the language being spoken, with the address of its place."""
    language = spoken()
    return {
        **row,
        "why": row[f"why_{language}"],
        "doubtful": row[f"doubtful_{language}"],
        "sentence": row[f"sentence_{language}"],
        "action": row[f"action_{language}"],
        "address": links.place(row["place_id"]),
    }


def ranks(row: Mapping[str, Any]) -> str:
    """The ranks that a place may have: 2–9 where chance is enough for the order.

    A dash where it has none.
    """
    if not row["rank"]:
        return showing.MISSING
    last = row["rank"] + (row["tied"] or 0)
    return str(last) if last == row["rank"] else f"{row['rank']}–{last}"


def table(found: First, title: str) -> Table:
    """The places in order, for downloads."""
    rows = [
        {**row, "first_reason": "; ".join(row["why"]), "todo": row["action"]}
        for row in found.rows
    ]
    return Table(
        name="look",
        title=title,
        columns=[
            Column("place", _("Place"), "place"),
            Column("rank", _("Order"), "reports"),
            Column("tied", _("As many by chance"), "reports"),
            Column("children", _("Children to look for"), "children"),
            Column("lower", _("At least"), "children"),
            Column("upper", _("At most"), "children"),
            Column("first_reason", _("Why")),
            Column("todo", _("What to do")),
        ],
        rows=rows,
    )


def _own(scope: Scope, here: PlaceRow, period: str | None) -> dict[str, Any] | None:
    above = reading.above(scope, here)
    if not above or here.level in ("country", "group"):
        return None
    found = reading.look(scope, above[-1], level=here.level, period=period)
    mine = [worded(row) for row in found if row["place_id"] == here.place_id]
    # Among its neighbours a place has the ranks that their table shows.
    return {**mine[0], "rank": ranks(mine[0])} if mine else None
