"""What became of the places themselves: opened, closed, renamed, moved."""

from typing import Any

from boloci import whereabouts
from boloci.charts import Column, Table
from boloci.hub import showing
from boloci.hub.current import current, workspace
from boloci.hub.imports.published import published_snapshots
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.place_changes import (
    CLOSED,
    MOVED,
    OPENED,
    RENAMED,
    PlaceChange,
    place_changes,
)


def table(scope: Scope) -> Table:
    """Changes of the places that a scope sees, the latest first; in public none of a
    place that is marked sensitive."""
    readable = scope.places
    if not scope.signed_in:
        readable -= whereabouts.sensitive(workspace())
    columns = [
        Column("day", _("Day"), "day"),
        Column("place", _("Place"), "place"),
        Column("place_id", _("Identifier")),
        Column("level", _("Level")),
        Column("what", _("What")),
    ]
    changes = place_changes(workspace(), published_snapshots())
    rows = [_row(one, readable) for one in changes if one.place_id in readable]
    return Table("places", _("Changes of the places themselves"), columns, rows)


def _row(one: PlaceChange, readable: frozenset[str]) -> dict[str, Any]:
    place = current().by_id[one.place_id]
    return {
        "day": one.day,
        "place": place.name,
        "place_id": one.place_id,
        "level": showing.level(place.level, workspace().levels),
        "what": _said(one, readable),
    }


def _said(one: PlaceChange, readable: frozenset[str]) -> str:
    if one.what == OPENED:
        return _("Known from this day on")
    if one.what == CLOSED:
        return _("Closed after this day")
    if one.what == RENAMED:
        return _("New name; before: {name}").format(name=one.before)
    assert one.what == MOVED
    names = [_name(place_id, readable) for place_id in (one.before, one.after)]
    return _("Moved; before: {before}; since: {after}").format(
        before=names[0], after=names[1]
    )


def _name(place_id: str, readable: frozenset[str]) -> str:
    """What a place above is called; a dash for one that this reader may not see."""
    known = current().by_id.get(place_id)
    return known.name if known and place_id in readable else showing.MISSING
