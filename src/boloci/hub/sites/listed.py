"""The list of groups: what each is, how many belong to it, since when."""

import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from boloci.charts import Column, Table
from boloci.groups import KINDS
from boloci.hub import controls
from boloci.hub.controls import Control, Controls
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.rights import Scope
from boloci.hub.sites import moves, words
from boloci.hub.sites.known import Known, all_known
from boloci.names import fold

MOST_MOVES = 30
"""Changes of places that the page lists; its files hold all."""


def asked(request: HttpRequest) -> Controls:
    """What the URL chooses."""
    kinds = [("", _("all")), *((one, words.kind(one)) for one in KINDS)]
    kind = Control("kind", _("Kind"), kinds, "")
    return controls.read(request.GET, kind, keep=("words",))


def page(scope: Scope, chosen: Controls, *, editor: bool = False) -> Page:
    """The page of groups; `editor`: as they stand now, published or not."""
    found = [one for one in all_known(scope, editor=editor) if _wanted(one, chosen)]
    table = _table(found, timezone.localdate(), editor=editor)
    return Page(
        title=_("Sites and groups"),
        template="sites/sites.html",
        tables=[table, moves.table(scope)],
        controls=chosen,
        values={
            "words": chosen.kept.get("words", ""),
            "editor": editor,
            "most": MOST_MOVES,
        },
        description=_("Groups of places that are followed together, with their dates."),
    )


def _wanted(one: Known, chosen: Controls) -> bool:
    named = fold(f"{one.group.name} {one.group.code}")
    typed = [fold(word) for word in chosen.kept.get("words", "").split()]
    return all(word in named for word in typed) and chosen["kind"] in (
        "",
        one.group.kind,
    )


def _table(found: list[Known], today: datetime.date, *, editor: bool) -> Table:
    columns = [
        Column("name", _("Group")),
        Column("group", _("Code")),
        Column("kind", _("Kind")),
        Column("now", _("Members today"), "reports"),
        Column("ever", _("Members ever"), "reports"),
        Column("first", _("Since"), "day"),
        Column("last", _("Until"), "day"),
        Column("public", _("Shown to")),
    ]
    if editor:
        columns.append(Column("state", _("State")))
    return Table("groups", _("Groups"), columns, [_row(one, today) for one in found])


def _row(one: Known, today: datetime.date) -> dict[str, Any]:
    members = one.group.members
    starts = [member.valid_from for member in members if member.valid_from]
    ends = [member.valid_to for member in members if member.valid_to]
    return {
        "group": one.group.code,
        "name": one.group.name,
        "kind": words.kind(one.group.kind),
        "now": len({member.place_id for member in one.members(today)}),
        "ever": len({member.place_id for member in members}),
        "first": min(starts) if 0 < len(starts) == len(members) else None,
        "last": max(ends) if 0 < len(ends) == len(members) else None,
        "public": words.shown_to(one),
        "state": words.state(one),
        "behind": not one.published,
    }
