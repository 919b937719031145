"""Values before and after a write, in the words of the room that wrote them."""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings

from boloci.hub import showing
from boloci.hub.corrections import words as corrections
from boloci.hub.grid import page as grid
from boloci.hub.grid.form import cell_of
from boloci.hub.imports import words as imports
from boloci.hub.inbox import words as inbox
from boloci.hub.language import _, spoken
from boloci.hub.people import words
from boloci.hub.people.forms import place_name
from boloci.hub.sites import words as sites
from boloci.hub.tongue import TONGUE
from boloci.spacing import JOINT
from boloci.telling import corrections as telling

Value = Any


def told(about: str, name: str, value: Value) -> str:
    """A value of a field of a record as people read it; blank where it has none."""
    if value is None or value == "":
        return ""
    say = _known(about.partition(" ")[0]).get(name)
    if say is not None:
        return say(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _known(record: str) -> dict[str, Callable[[Value], str]]:
    """Fields whose values are codes: those of every record, then its own."""
    states = {
        "upload": partial(_called, imports.states()),
        "month": partial(_called, _months()),
        "correction": partial(telling.state, TONGUE),
    }
    own: dict[str, Callable[[Value], str]] = {}
    if record in states:
        own["state"] = states[record]
    if record == "correction":
        own["action"] = _instead
    return {
        "role": words.role,
        "place_id": place_name,
        "language": partial(_called, dict(settings.LANGUAGES)),
        "status": inbox.status,
        "due": showing.day,
        "expires": showing.day,
        "revoked": showing.day,
        "kind": sites.kind,
        "members": _members,
        "cells": _cells,
        "element": corrections.element,
        "period": showing.period,
        "sex": partial(_called, corrections.sexes()),
        "age": partial(_called, corrections.ages()),
        "strategy": partial(_called, corrections.strategies()),
        **own,
    }


def _called(names: Mapping[str, str], code: str) -> str:
    return names.get(code, code)


def _instead(action: str) -> str:
    """What a correction does; the value it may put stands in a field of its own."""
    if action == "replace":
        return _("replaced")
    return telling.instead(TONGUE, action, None)


def _months() -> dict[str, str]:
    """States of a month that was typed."""
    return {
        "draft": _("draft"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "taken_back": _("taken back"),
        "discarded": _("set aside"),
    }


def _cells(cells: Mapping[str, str]) -> str:
    """Numbers typed: Penta 1, girls: 12; BCG: 9."""
    return JOINT[spoken()].join(
        _("{name}: {text}").format(name=grid.label(cell_of(key)), text=text or "–")
        for key, text in cells.items()
    )


def _members(members: Sequence[Mapping[str, Any]]) -> str:
    """Memberships: Kayes (1 January 2024 – …, agreed)."""
    return JOINT[spoken()].join(map(_member, members))


def _member(one: Mapping[str, Any]) -> str:
    days = [showing.day(_day(one[end])) if one[end] else "…" for end in ("from", "to")]
    dated = " – ".join(days) if one["from"] or one["to"] else ""
    more = ", ".join(filter(None, (dated, one["reason"])))
    name = place_name(one["place_id"])
    return f"{name} ({more})" if more else name


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
