"""Groups as a reader may know them: as published, or as they stand for who edits."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import Http404

from boloci import whereabouts
from boloci.groups import Group, Member, groups
from boloci.hub.current import current, open_groups, workspace
from boloci.hub.imports.published import published_snapshots
from boloci.hub.rights import Scope
from boloci.hub.sites.models import Change, read
from boloci.lake import snapshots
from boloci.names import fold
from boloci.published import PlaceRow

LEVEL = "group"
OF_OFFICES = ("administrative", "dhis2")
"""Kinds of groups that nobody follows a programme by: last in lists."""


@dataclass(frozen=True)
class Known:
    """A group with the members that a reader may know."""

    group: Group
    hidden: int = 0
    """Memberships that this reader may not see."""
    published: bool = True
    """Whether the published figures are of the group as it stands."""
    waiting: bool = False
    """Whether the lake has yet to be told of a change."""

    @property
    def place(self) -> PlaceRow | None:
        """The group among the published places; None where it has no figures yet."""
        return published_as(self.group.code)

    @property
    def open(self) -> bool:
        """Whether everyone sees it with all its places."""
        here = self.place
        return (here.place_id if here else self.group.code) in open_groups()

    def members(self, day: datetime.date) -> list[Member]:
        """Members on a day, each place once."""
        return [one for one in self.group.members if one.on(day)]


def published_as(code: str) -> PlaceRow | None:
    """The published place that holds a group's figures.

    A group whose code is a place's has figures under another (`places.tree`).
    """
    known = current().by_id
    for place_id in (code, f"{LEVEL}:{code}"):
        if place_id in known and known[place_id].level == LEVEL:
            return known[place_id]
    return None


def all_known(scope: Scope, *, editor: bool) -> list[Known]:
    """Every group that a reader may know, by name, those of offices last;
    `editor`: as they stand now."""
    published = groups(workspace(), published_snapshots())
    if editor:
        found = _standing(published)
    else:
        seen = scope.places
        found = [_shown(scope, one) for one in published.values() if _is_in(one, seen)]
    return sorted(
        found,
        key=lambda one: (one.group.kind in OF_OFFICES, fold(one.group.name)),
    )


def one_known(scope: Scope, code: str, *, editor: bool) -> Known:
    """One group. Raises `Http404` where there is none or it may not be seen."""
    published = groups(workspace(), published_snapshots())
    if editor:
        found = [one for one in _standing(published) if one.group.code == code]
        if found:
            return found[0]
    elif code in published and _is_in(published[code], scope.places):
        return _shown(scope, published[code])
    raise Http404


def imports_that_count() -> frozenset[str]:
    """Ids of the imports that are not taken back."""
    return frozenset(one.id for one in snapshots.live(workspace().lake))


def standing(code: str) -> Group | None:
    """A group as it stands, changes on their way to the lake included."""
    return _overlaid(groups(workspace()), _on_the_way()).get(code)


def _standing(published: Mapping[str, Group]) -> list[Known]:
    told, changes = groups(workspace()), _on_the_way()
    now = _overlaid(told, changes)
    return [
        Known(
            group,
            published=published.get(code) == group,
            waiting=code in changes,
        )
        for code, group in now.items()
    ]


def _on_the_way() -> dict[str, Change]:
    """The latest change of each group that the lake has yet to be told of."""
    waiting = Change.objects.filter(state__in=Change.WAITING).order_by("version")
    return {one.group: one for one in waiting}


def _overlaid(
    told: Mapping[str, Group], changes: Mapping[str, Change]
) -> dict[str, Group]:
    found = dict(told)
    for code, change in changes.items():
        kept = change.before if change.state == "undoing" else change.after
        if kept is None:
            found.pop(code, None)
        else:
            found[code] = read(kept)
    return found


def _is_in(group: Group, readable: frozenset[str]) -> bool:
    place = published_as(group.code)
    return place is not None and place.place_id in readable


def _shown(scope: Scope, group: Group) -> Known:
    """A group without the members that a reader may not see: in public, none whose
    place is marked sensitive."""
    readable = scope.places
    if not scope.signed_in:
        readable -= whereabouts.sensitive(workspace())
    seen = tuple(one for one in group.members if one.place_id in readable)
    return Known(replace(group, members=seen), hidden=len(group.members) - len(seen))
