"""Keys of the API: made by their owner, shown once, kept as a hash, short-lived."""

import datetime
import hashlib
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from boloci.hub.people import audit
from boloci.hub.people.forms import one_line
from boloci.hub.people.models import ApiToken, User
from boloci.problems import refuse

DAYS = (30, 90, 365)
"""How long a key may live."""
MOST = 10
"""Usable keys of one person."""
MARK = "boloci_"
"""What every key starts with: a scanner for leaked keys knows it by this."""
SHOWN = len(MARK) + 4


@transaction.atomic
def make(*, by: User, name: str, days: int) -> tuple[ApiToken, str]:
    """A new key of `by`, and its text, which is not kept. Raises `Refused`."""
    if days not in DAYS:
        known = ", ".join(map(str, DAYS))
        raise refuse("choice_unknown", what="days", given=str(days), known=known)
    now = timezone.now()
    usable = by.tokens.filter(revoked=None, expires__gt=now).count()
    if usable >= MOST:
        raise refuse("tokens_many", most=MOST)
    text = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        name=one_line(name)[:80] or text[:SHOWN],
        start=text[:SHOWN],
        digest=digest(text),
        expires=now + datetime.timedelta(days=days),
    )
    audit.record(
        by=by,
        action="make_token",
        about=f"token {token.pk}",
        after=told(token),
        place_id=by.place_id,
    )
    return token, text


@transaction.atomic
def revoke(*, by: User, token: ApiToken) -> None:
    """Make a key useless, from now on. One's own only: `PermissionDenied` else."""
    if token.user_id != by.pk:
        raise PermissionDenied("token")
    if token.revoked:
        return
    before = told(token)
    token.revoked = timezone.now()
    token.save(update_fields=["revoked"])
    audit.record(
        by=by,
        action="revoke_token",
        about=f"token {token.pk}",
        before=before,
        after=told(token),
        place_id=by.place_id,
    )


def owner(text: str) -> User | None:
    """The user whose usable key this is; None for any other text."""
    found = ApiToken.objects.select_related("user").filter(digest=digest(text)).first()
    if found is None or not found.is_usable:
        return None
    today = timezone.now().date()
    if found.last_used != today:  # a day is enough to tell a key that nobody uses
        ApiToken.objects.filter(pk=found.pk).update(last_used=today)
    user: User = found.user
    return user


def digest(text: str) -> str:
    """What is kept of a key. Keys are long and random: a slow hash adds nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def told(token: ApiToken) -> dict[str, Any]:
    """What the audit keeps of a key: neither its text nor its hash."""
    return {
        "name": token.name,
        "start": token.start,
        "expires": token.expires.isoformat(timespec="minutes"),
        "revoked": token.revoked and token.revoked.isoformat(timespec="minutes"),
    }
