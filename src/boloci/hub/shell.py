"""The frame of every page: menu, language, who is signed in, how fresh figures are."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest

from boloci.hub.current import build_file, workspace
from boloci.hub.inbox.records import waiting
from boloci.hub.language import _
from boloci.hub.rights import may


@dataclass(frozen=True)
class Entry:
    """An entry of the menu."""

    path: str
    label: str
    count: int = 0
    """How much waits for the reader there."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """What `frame.html` needs beside the page itself."""
    user = getattr(request, "user", None)
    return {
        "request": request,
        "user": user,
        "messages": get_messages(request),
        "menu": menu(user),
        "workspace": workspace(),
        "published": published_on(build_file()),
        "language": getattr(request, "language", "fr"),
    }


def menu(user: Any) -> list[Entry]:
    """Pages that this reader has a use for, in the order of work."""
    everyone = [
        Entry("/", _("Overview")),
        Entry("/zero-dose", _("Zero-dose")),
        Entry("/equity", _("Girls and boys")),
        Entry("/indicators", _("Indicators")),
        Entry("/compare", _("Compare")),
        Entry("/learning-hub", _("Learning Hub")),
        Entry("/quality", _("Quality")),
        Entry("/sites", _("Sites and groups")),
        Entry("/sources", _("Sources and definitions")),
    ]
    if user is None or not user.is_authenticated:
        return everyone
    own = [
        Entry("/inbox", _("Inbox"), waiting(user)),
        Entry("/improvement", _("Improvement")),
        Entry("/corrections", _("Corrections")),
    ]
    if may(user, "type_month"):
        own.append(Entry("/imports/grid", _("Type a month")))
    if may(user, "import"):
        own.append(Entry("/imports", _("Imports")))
    office = [Entry("/people", _("Users and roles")), Entry("/audit", _("Audit"))]
    return [*everyone, *own, *(office if user.role == "administrator" else [])]


@lru_cache(maxsize=8)
def published_on(build: str) -> str:
    """When a build's figures were published: ISO time; blank where none are."""
    if not build:
        return ""
    manifest = Path(build).with_suffix(".json")
    created: str = json.loads(manifest.read_text(encoding="utf-8"))["created"]
    return created
