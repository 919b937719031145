"""One group: its members with their dates, where they are, how they fare."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from boloci.charts import Chart, Column, Table
from boloci.charts.maps import Shapes, choropleth
from boloci.groups import Member
from boloci.hub import links, reading, showing
from boloci.hub.current import current, workspace
from boloci.hub.figures.overview import facts_of
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.rights import OPEN_LEVELS, Scope
from boloci.hub.shapes import shapes
from boloci.hub.sites import words
from boloci.hub.sites.known import Known, one_known
from boloci.names import fold
from boloci.published import PlaceRow

INDICATOR = "dtp1_coverage"
"""The figure that is told beside each member."""


def page(scope: Scope, code: str, *, editor: bool = False) -> Page:
    """The page of a group; `editor`: as it stands now, published or not.

    Raises `Http404` where there is none or it may not be seen.
    """
    known = one_known(scope, code, editor=editor)
    today = timezone.localdate()
    quarters = reading.whole_periods(scope, "quarter")
    quarter = quarters[-1] if quarters else ""
    facts = _facts(scope, known, quarter)
    charts = [_map(scope, known, today, quarter, facts)] if facts else []
    return Page(
        title=known.group.name,
        template="sites/group.html",
        tables=[_members(known, today, quarter, facts)],
        charts=charts,
        values={
            "known": known,
            "kind": words.kind(known.group.kind),
            "state": words.state(known),
            "now": len(known.members(today)),
            "public": known.open,
            "figures": _links(known),
            "editor": editor,
        },
        description=_("Members of {group}, with their dates.").format(
            group=known.group.name
        ),
    )


def _facts(scope: Scope, known: Known, quarter: str) -> dict[str, Mapping[str, Any]]:
    """The figure of each member that has one, by its id."""
    places = _published(scope, known.group.members)
    if not places or not quarter:
        return {}
    found = facts_of(scope, INDICATOR, places, quarter)
    return {row["place_id"]: row for row in found}


def _published(scope: Scope, members: Sequence[Member]) -> list[PlaceRow]:
    """Places of members that have figures, each once."""
    known = current().by_id
    ids = dict.fromkeys(one.place_id for one in members if one.place_id in known)
    return scope.keep(known[one] for one in ids)


def _members(
    known: Known,
    today: datetime.date,
    quarter: str,
    facts: Mapping[str, Mapping[str, Any]],
) -> Table:
    columns = [
        Column("place", _("Place"), "place"),
        Column("place_id", _("Identifier")),
        Column("level", _("Level")),
        Column("valid_from", _("From"), "day"),
        Column("valid_to", _("To"), "day"),
        Column("when", _("Member")),
        Column("reason", _("Reason")),
        Column(
            "value",
            _("DTP1 coverage in {period}").format(period=showing.period(quarter)),
            "percent",
        ),
    ]
    rows = [
        _row(one, today, facts.get(one.place_id, {})) for one in known.group.members
    ]
    rows.sort(key=lambda row: (row["rank"], fold(row["place"])))
    return Table("members", _("Members"), columns, rows)


def _row(one: Member, today: datetime.date, fact: Mapping[str, Any]) -> dict[str, Any]:
    place = current().by_id.get(one.place_id)
    rank = _rank(one, today)
    return {
        "place": place.name if place else one.place_id,
        "place_id": one.place_id,
        "known": place is not None,
        "level": showing.level(place.level, workspace().levels) if place else "",
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "when": (_("today"), _("to come"), _("no longer"))[rank],
        "rank": rank,
        "reason": one.reason,
        "value": fact.get("value"),
        "explain": fact.get("explain", ""),
        "key": one.key[1],
    }


def _rank(one: Member, today: datetime.date) -> int:
    """Members of today first, then those to come, then those of before."""
    if one.on(today):
        return 0
    return 1 if one.valid_from is not None and one.valid_from > today else 2


def _map(
    scope: Scope,
    known: Known,
    today: datetime.date,
    quarter: str,
    facts: Mapping[str, Mapping[str, Any]],
) -> Chart:
    """Members of today among the places around; of all times where none is today."""
    members = known.members(today) or known.group.members
    belonging = _published(scope, members)
    scattered = _scattered(belonging)
    places = belonging if scattered else _around(scope, belonging)
    inside = {one.place_id for one in belonging}
    table = Table(
        name="map",
        title=_("Where the members are: DTP1 coverage, {period}").format(
            period=showing.period(quarter)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("member", _("Member")),
            Column("value", _("Coverage"), "percent"),
            Column("numerator", _("Doses"), "doses"),
            Column("denominator", _("Target population"), "children"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=[
            {
                **{"place_id": one.place_id, "place": one.name, "value": None},
                **(facts.get(one.place_id, {}) if one.place_id in inside else {}),
                "member": one.place_id in inside,
            }
            for one in places
        ],
    )
    return choropleth(
        table=table,
        description=_("Each member by class of coverage; the numbers are classes."),
        shapes=(_shapes if scattered else shapes)(scope, places),
        missing=_("not a member, or no figure"),
    )


def _scattered(members: Sequence[PlaceRow]) -> bool:
    """Whether members lie in several districts: then a sketch of areas would make
    neighbours of places far apart."""
    return len({p.parent_id for p in members if p.level not in OPEN_LEVELS}) > 1


def _shapes(scope: Scope, members: Sequence[PlaceRow]) -> Shapes:
    """Where scattered members are: their boundaries, or a mark each."""
    found = shapes(scope, members)
    return replace(found, areas={}) if found.schematic else found


def _around(scope: Scope, members: Sequence[PlaceRow]) -> list[PlaceRow]:
    """Members and the places beside them: of a level inside the same place above, of
    the whole country for districts and regions."""
    known, found = current().by_id, dict.fromkeys(members)
    top = reading.country(scope)
    asked = {
        (top if one.level in OPEN_LEVELS else known.get(one.parent_id), one.level)
        for one in members
    }
    for above, level in asked:
        if above is not None:
            found |= dict.fromkeys(reading.below(scope, above, level))
    return sorted(found, key=lambda one: one.path)


def _links(known: Known) -> list[tuple[str, str]]:
    """Where the group's figures are: (address, what readers see)."""
    here = known.place
    if here is None or not known.group.members:
        return []
    return [
        (links.place(here.place_id), _("The figures of the group")),
        (
            links.indicator(INDICATOR, inside=here.place_id),
            _("Its places compared"),
        ),
    ]
