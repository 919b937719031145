"""Writes of the inbox: comments, actions, and "I have read this"."""

import datetime
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from boloci.hub.current import current, workspace
from boloci.hub.inbox import about, records
from boloci.hub.inbox.models import STATUSES, Action, Comment, Seen
from boloci.hub.people import audit
from boloci.hub.people.models import User
from boloci.hub.rights import may, readable, require
from boloci.problems import refuse
from boloci.published import PlaceRow, published

LONGEST = 2000
_MENTION = re.compile(r"@([\w.'’-]{2,60})")


@transaction.atomic
def comment(*, by: User, subject: str, place_id: str, text: str) -> Comment:
    """Write a remark.

    subject     `kind:key` as in `boloci.hub.inbox.about`

    Raises `Http404` for what cannot be seen, `PermissionDenied` outside the own place,
    `Refused` for an empty or endless text.
    """
    kind, key, here = about.checked(readable(by), subject, place_id)
    require(by, "comment", here.place_id)
    made = Comment.objects.create(
        kind=kind, key=key, place_id=here.place_id, text=_text(text), by=by
    )
    made.mentions.set(_mentioned(made.text, here))
    _record(by, "comment", made, after=told(made))
    return made


@transaction.atomic
def act(
    *, by: User, subject: str, place_id: str, text: str, owner: str, due: str
) -> Action:
    """Ask somebody to do something until a day. Raises as `comment` does.

    owner   user name of one of `records.owners`
    due     an ISO day
    """
    kind, key, here = about.checked(readable(by), subject, place_id)
    require(by, "act", here.place_id)
    made = Action.objects.create(
        kind=kind,
        key=key,
        place_id=here.place_id,
        text=_text(text),
        by=by,
        owner=_owner(owner, here),
        due=_day(due),
    )
    made.mentions.set(_mentioned(made.text, here))
    _record(by, "act", made, after=told(made))
    return made


@transaction.atomic
def change(
    *,
    by: User,
    action: Action,
    version: int,
    text: str,
    owner: str,
    due: str,
    status: str,
    evidence: str,
) -> Action:
    """Change an action: its owner may, and who may write about its place.

    Raises `PermissionDenied`; `Refused` where somebody changed it since `version`.
    """
    if not may_change(by, action):
        raise PermissionDenied("act")
    if status not in STATUSES:
        known = ", ".join(STATUSES)
        raise refuse("choice_unknown", what="status", given=status, known=known)
    kept = Action.objects.filter(pk=action.pk)
    before = told(kept.get())
    changed = kept.filter(version=version).update(
        text=_text(text),
        owner=_new_owner(owner, action),
        due=_day(due),
        status=status,
        evidence=_lines(evidence)[:LONGEST],
        version=version + 1,
    )
    if not changed:
        raise refuse("record_changed")
    action.refresh_from_db()
    _record(by, "change_action", action, before=before, after=told(action))
    return action


@transaction.atomic
def mark_read(*, by: User, build: str, until: str) -> None:
    """What the inbox showed is no longer new.

    build   the figures looked at; blank where none were published
    until   when the page was made, ISO: what came later is still new

    Raises `Refused` for a build or a time that is none.
    """
    before = records.seen(by)
    if build:
        published(workspace(), build=build)
    Seen.objects.update_or_create(
        user=by, defaults={"build": build, "at": min(_time(until), timezone.now())}
    )
    audit.record(
        by=by,
        action="inbox_read",
        about=f"user {by.pk}",
        place_id=by.place_id,
        before={"build": before.build} if before else None,
        after={"build": build},
    )


def may_change(by: User, action: Action) -> bool:
    """Whether a person may change an action."""
    return by.pk == action.owner_id or may(by, "act", action.place_id)


def told(one: Comment | Action) -> dict[str, Any]:
    """What the audit keeps of a record."""
    kept = {"about": f"{one.kind}:{one.key}", "text": one.text}
    if isinstance(one, Comment):
        return kept
    return {
        **kept,
        "owner": one.owner.username,
        "due": one.due.isoformat(),
        "status": one.status,
        "evidence": one.evidence,
    }


def _record(by: User, action: str, one: Comment | Action, **states: Any) -> None:
    name = f"{type(one).__name__.lower()} {one.pk}"
    audit.record(by=by, action=action, about=name, place_id=one.place_id, **states)


def _text(given: str) -> str:
    text = _lines(given)
    if not text:
        raise refuse("text_missing")
    if len(text) > LONGEST:
        raise refuse("text_too_long", signs=len(text), most=LONGEST)
    return text


def _lines(text: str) -> str:
    """A text in its lines, without signs that no screen or database takes."""
    lines = (
        "".join(sign for sign in line if sign.isprintable() or sign == "\t").rstrip()
        for line in text.splitlines()
    )
    return "\n".join(lines).strip()


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise refuse("day_unreadable", text=text[:40]) from None


def _time(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise refuse("day_unreadable", text=text[:40]) from None


def _owner(username: str, here: PlaceRow) -> User:
    for user in records.owners(here):
        if user.username == username.strip().lower():
            return user
    raise refuse("owner_unfit", owner=username[:60], place=here.name)


def _new_owner(username: str, action: Action) -> User:
    """The owner that it has stays one, whatever became of the person or the place."""
    if username == action.owner.username:
        return action.owner
    here = current().by_id.get(action.place_id)
    if here is None:
        raise refuse("owner_unfit", owner=username[:60], place=action.place_id)
    return _owner(username, here)


def _mentioned(text: str, here: PlaceRow) -> list[User]:
    """People whom a text names and who may see its place."""
    names = {name.lower().rstrip(".'’-") for name in _MENTION.findall(text)}
    known = User.objects.filter(username__in=names, is_active=True)
    return [user for user in known if readable(user).sees(here)]
