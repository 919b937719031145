"""What people changed of a group here: when, who, what, and what became of it."""

from typing import Any

from django.db.models import QuerySet

from boloci.charts import Column, Table
from boloci.hub.language import _, ngettext
from boloci.hub.people.forms import place_name
from boloci.hub.sites import words
from boloci.hub.sites.known import imports_that_count
from boloci.hub.sites.models import Change

SHOWN = 30
NAMED = 3
"""Places named of a change; of more, their number."""


def changes(code: str) -> QuerySet[Change]:
    """Changes of a group, the latest first."""
    return Change.objects.filter(group=code).order_by("-version")


def table(code: str) -> Table:
    """The latest changes of a group."""
    columns = [
        Column("at", _("When"), "day"),
        Column("by", _("By")),
        Column("what", _("What")),
        Column("places", _("Places")),
        Column("reason", _("Reason")),
        Column("state", _("State")),
    ]
    counting = imports_that_count()
    rows = [_row(one, counting) for one in changes(code)[:SHOWN]]
    return Table("history", _("What was changed here"), columns, rows)


def _row(one: Change, counting: frozenset[str]) -> dict[str, Any]:
    return {
        "at": one.at,
        "by": one.by,
        "what": words.what(one),
        "places": _places(one),
        "reason": one.reason,
        "state": words.became(one, counting),
    }


def _places(one: Change) -> str:
    """Names of the places whose membership a change is about."""
    before = {_key(row) for row in (one.before or {}).get("members", ())}
    after = {_key(row) for row in one.after["members"]}
    ids = sorted({key[0] for key in before ^ after})
    names = ", ".join(place_name(one) for one in ids[:NAMED])
    if len(ids) <= NAMED:
        return names
    more = len(ids) - NAMED
    told = ngettext("{names} and {n} other", "{names} and {n} others", more)
    return told.format(names=names, n=more)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["place_id"], row["from"], row["to"], row["reason"]
