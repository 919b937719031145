"""Beside the page of a place: the improvement projects that work there."""

from typing import Any

from boloci.hub.improvement import records, telling
from boloci.hub.improvement.models import Project
from boloci.published import PlaceRow

SHOWN = 8
"""Projects named, the latest; more are left to their own list."""


def of_place(user: Any, here: PlaceRow) -> dict[str, Any]:
    """Projects that a person may read and that work at a place: empty where none do.

    A page of figures is kept for all readers of a scope, and who may read a project is
    not told by it: this is shown around the kept page, and made for each reader.
    """
    if not user.is_authenticated:
        return {}
    found = records.projects_of(user, here)
    if not found:
        return {}
    return {
        "projects_here": [_row(one) for one in found[:SHOWN]],
        "projects_more": len(found) > SHOWN,
    }


def _row(one: Project) -> dict[str, str]:
    return {
        "name": one.name,
        "address": f"/improvement/{one.pk}",
        "aim": telling.aim(one),
        "state": telling.state(one),
    }
