"""Writes of groups: making, naming, members and their dates, taking a change back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404

from boloci.groups import KINDS, Group, Member
from boloci.hub.current import current, open_groups, workspace
from boloci.hub.people import audit
from boloci.hub.people.forms import one_line, place_name
from boloci.hub.rights import require
from boloci.hub.sites import work
from boloci.hub.sites.known import imports_that_count, published_as, standing
from boloci.hub.sites.models import Change, told
from boloci.names import fold
from boloci.problems import Problem, Refused, refuse
from boloci.workspace import write_public_groups

LONGEST = 200
MOST_MEMBERS = 20_000
UNDOABLE = ("waiting", "kept")
KEPT_OUT = ("add",)
"""Words that an address of this room has already."""


def version_of(code: str) -> int:
    """How often a group was changed, or a change of it taken back."""
    changes = Change.objects.filter(group=code)
    return changes.count() + changes.filter(state__in=("undoing", "undone")).count()


@transaction.atomic
def make(*, by: Any, name: str, kind: str) -> Change:
    """Make a group without members."""
    require(by, "group")
    group = Group(_free_code(name), one_line(name)[:LONGEST], kind)
    return _change(by, "made", group, version_of(group.code), before=None)


@transaction.atomic
def name(*, by: Any, code: str, version: int, name: str, kind: str) -> Change:
    """Give a group another name or kind."""
    require(by, "group")
    before = _known(code)
    after = replace(before, name=one_line(name)[:LONGEST], kind=kind)
    return _change(by, "named", after, version, before=before)


@transaction.atomic
def add_members(
    *, by: Any, code: str, version: int, members: Sequence[Member]
) -> Change:
    """Have places belong to a group, each from a day to a day."""
    require(by, "group")
    if not members:
        raise refuse("members_none")
    before = _known(code)
    after = replace(before, members=(*before.members, *map(_plain, members)))
    return _change(by, "added", after, version, before=before)


@transaction.atomic
def date_member(
    *, by: Any, code: str, version: int, key: tuple[str, str], member: Member
) -> Change:
    """Say anew from when to when, and why, a place belongs to a group."""
    require(by, "group")
    before = _known(code)
    old = _member(before, key)
    others = tuple(one for one in before.members if one.key != key)
    after = replace(before, members=(*others, _plain(member)))
    ended = old.valid_to is None and replace(member, valid_to=None) == old
    what = "ended" if ended else "dated"
    return _change(by, what, after, version, before=before, reason=member.reason)


@transaction.atomic
def remove_member(
    *, by: Any, code: str, version: int, key: tuple[str, str], reason: str
) -> Change:
    """Take out a membership that was entered by mistake; imports before keep it."""
    require(by, "group")
    if not one_line(reason):
        raise refuse("reason_missing")
    before = _known(code)
    _member(before, key)
    others = tuple(one for one in before.members if one.key != key)
    after = replace(before, members=others)
    return _change(by, "removed", after, version, before=before, reason=reason)


@transaction.atomic
def take_members(
    *, by: Any, code: str, version: int, members: Sequence[Member], whole: bool
) -> Change:
    """Take the members of a file: all there are (`whole`), or beside those known.

    A row with the place and first day of a known membership says it anew.
    """
    require(by, "group")
    if not members:
        raise refuse("members_none")
    before = _known(code)
    given = {one.key: _plain(one) for one in members}
    others = () if whole else (one for one in before.members if one.key not in given)
    after = replace(before, members=(*others, *given.values()))
    return _change(by, "taken", after, version, before=before)


@transaction.atomic
def undo(*, by: Any, code: str, version: int) -> Change:
    """Take the latest change of a group back: its import no longer counts."""
    require(by, "group")
    latest = undoable(code)
    if latest is None:
        raise refuse("group_nothing_to_undo")
    found = Change.objects.filter(pk=latest.pk, state=latest.state)
    who = getattr(by, "username", by)
    if version != version_of(code) or not found.update(state="undoing", undone_by=who):
        raise refuse("record_changed")
    latest.refresh_from_db()
    audit.record(
        by=by,
        action="undo_group_change",
        about=_about(code),
        before=latest.after,
        after=latest.before,
    )
    work.take_back.enqueue(latest.pk)
    return latest


@transaction.atomic
def open_to_all(*, by: Any, code: str, opened: bool) -> None:
    """Show a group with all its places to everyone, or no longer. Counts at once."""
    require(by, "open_group")
    _known(code)
    place = published_as(code)
    names = {code} if place is None else {code, place.place_id}
    before = set(open_groups())
    after = before | {place.place_id if place else code} if opened else before - names
    if after == before:
        raise refuse("group_unchanged")
    audit.record(
        by=by,
        action="open_group" if opened else "close_group",
        about=_about(code),
        before={"open": not opened},
        after={"open": opened},
    )
    write_public_groups(workspace().root, after)


def undoable(code: str) -> Change | None:
    """The change of a group that may be taken back: the latest that counts."""
    counting = imports_that_count()
    changes = Change.objects.filter(group=code).exclude(state="refused")
    changes = changes.exclude(Q(state="undone") & ~Q(snapshot__in=counting))
    latest = changes.order_by("-version").first()
    if latest is None or latest.state not in UNDOABLE:
        return None  # one that was brought back is taken back where it was
    if latest.state == "kept" and latest.snapshot not in counting:
        return None  # its import was taken back on the page of imports
    return latest


def _change(
    by: Any,
    what: str,
    after: Group,
    version: int,
    *,
    before: Group | None,
    reason: str = "",
) -> Change:
    """Note a change and have a job write it, where nobody else did since `version`."""
    after = replace(after, members=tuple(sorted(after.members, key=lambda m: m.key)))
    if version != version_of(after.code):
        raise refuse("record_changed")
    _refuse_unfit(after)
    if after == before:
        raise refuse("group_unchanged")
    try:
        with transaction.atomic():
            made = Change.objects.create(
                group=after.code,
                version=version + 1,
                what=what,
                before=before and told(before),
                after=told(after),
                reason=one_line(reason)[:500],
                by=getattr(by, "username", by),
            )
    except IntegrityError:
        raise refuse("record_changed") from None
    audit.record(
        by=by,
        action=f"group_{what}",
        about=_about(after.code),
        before=_differing(before, after) if before else None,
        after=_differing(after, before),
    )
    work.write.enqueue(made.pk)
    return made


def _differing(group: Group, other: Group | None) -> dict[str, Any]:
    """A group with those of its members alone that another has not."""
    known = set(other.members) if other else set()
    return told(replace(group, members=tuple(set(group.members) - known)))


def _about(code: str) -> str:
    return f"group {code}"[:160]


def _refuse_unfit(group: Group) -> None:
    """Raises `Refused` for a group that cannot be meant, with all that is wrong."""
    if not group.name:
        raise refuse("group_without_name")
    if group.kind not in KINDS:
        known = ", ".join(KINDS)
        raise refuse("choice_unknown", what="kind", given=group.kind, known=known)
    if len(group.members) > MOST_MEMBERS:
        raise refuse("members_many", most=MOST_MEMBERS)
    problems = [*_reversed(group.members), *_twice(group.members)]
    if problems:
        raise Refused(*problems[:20])


def _reversed(members: Iterable[Member]) -> Iterable[Problem]:
    for one in members:
        if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
            values = {"place": place_name(one.place_id)}
            yield Problem("member_dates_reversed", values=values)


def _twice(members: Sequence[Member]) -> Iterable[Problem]:
    """Memberships of one place that share a day; members are in order of places."""
    for at, one in enumerate(members):
        for other in members[at + 1 :]:
            if other.place_id != one.place_id:
                break
            if one.meets(other):
                values = {"place": place_name(one.place_id)}
                yield Problem("member_twice", values=values)
                break


def _known(code: str) -> Group:
    found = standing(code)
    if found is None:
        raise Http404
    return found


def _member(group: Group, key: tuple[str, str]) -> Member:
    found = next((one for one in group.members if one.key == key), None)
    if found is None:
        raise refuse("record_changed")
    return found


def _plain(one: Member) -> Member:
    return replace(one, reason=one_line(one.reason)[:500])


def _free_code(text: str) -> str:
    """A code for a group of this name that nothing else has."""
    plain = "_".join(fold(text).split())[:60] or "group"
    taken = {*current().by_id, *KEPT_OUT}
    codes = (plain, *(f"{plain}_{number}" for number in range(2, 1000)))
    return next(one for one in codes if one not in taken and standing(one) is None)
