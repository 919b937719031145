"""What stands beside a page for a signed-in person: comments and actions about what
the page shows, and the forms for more. Never part of the kept body."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from boloci.hub.inbox import about, actions, records, words
from boloci.hub.language import _
from boloci.hub.pages import scope_of
from boloci.hub.people.forms import place_name
from boloci.hub.people.models import User
from boloci.hub.rights import Scope, may
from boloci.published import PlaceRow

SHOWN = 20
"""Comments and actions shown beside a page, the latest."""
DAYS = 14
"""How long an action may take unless its form says otherwise."""
Subjects = Sequence[tuple[str, str]]


def of_place(request: HttpRequest, here: PlaceRow) -> dict[str, Any]:
    """Beside the page of a place: all that was written about the place."""
    if not request.user.is_authenticated:
        return {}
    subjects = about.of_place(scope_of(request), here)
    return _panel(request, here, subjects, Q(place_id=here.place_id))


def of_indicator(request: HttpRequest, name: str, here: PlaceRow) -> dict[str, Any]:
    """Beside the page of an indicator inside a place."""
    if not request.user.is_authenticated:
        return {}
    subjects = about.of_indicator(name)
    wanted = Q()
    for subject, _label in subjects:
        kind, _colon, key = subject.partition(":")
        wanted |= Q(kind=kind, key=key)
    return _panel(request, here, subjects, wanted & Q(place_id=here.place_id))


def of_record(
    request: HttpRequest, here: PlaceRow, kind: str, key: str, label: str
) -> dict[str, Any]:
    """Beside the page of a record of another room, of a kind of `about.KINDS`:
    wherever the record was when it was written about."""
    wanted = Q(kind=kind, key=key)
    return _panel(request, here, [(f"{kind}:{key}", label)], wanted)


def _panel(
    request: HttpRequest, here: PlaceRow, subjects: Subjects, wanted: Q
) -> dict[str, Any]:
    user, scope = request.user, scope_of(request)
    comments = list(records.comments(user, wanted)[: SHOWN + 1])
    done = list(records.actions(user, wanted)[: SHOWN + 1])
    return {
        "panel": {
            "here": here,
            "comments": [comment(scope, one) for one in comments[:SHOWN]],
            "actions": [action(scope, user, one) for one in done[:SHOWN]],
            "more": len(comments) > SHOWN or len(done) > SHOWN,
            "subjects": subjects,
            **forms(user, here),
            "next": request.get_full_path(),
        }
    }


def forms(user: User, here: PlaceRow) -> dict[str, Any]:
    """What the forms offer: nothing to who may not write about the place."""
    return {
        "may_comment": may(user, "comment", here.place_id),
        "may_act": may(user, "act", here.place_id),
        "owners": records.owners(here) if may(user, "act", here.place_id) else [],
        "due": timezone.localdate() + datetime.timedelta(days=DAYS),
        "me": user.username,
    }


def comment(scope: Scope, one: Any) -> Mapping[str, Any]:
    """A comment with what it is about, in words."""
    return {"one": one, **_about(scope, one)}


def action(scope: Scope, user: User, one: Any) -> Mapping[str, Any]:
    """An action with what it is about and how it stands, in words."""
    return {
        "one": one,
        **_about(scope, one),
        "status": words.status(one.status),
        "late": _("overdue") if one.overdue else "",
        "may_change": actions.may_change(user, one),
    }


def _about(scope: Scope, one: Any) -> dict[str, str]:
    return {
        "about": about.told(scope, one.kind, one.key, one.place_id),
        "address": about.address(one.kind, one.key, one.place_id),
        "place": place_name(one.place_id),
    }
