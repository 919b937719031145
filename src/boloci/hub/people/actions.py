"""Writes of people: users, their roles and places, passwords, the second step."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction

from boloci.hub.current import current
from boloci.hub.language import KNOWN
from boloci.hub.people import audit, lockout, passwords
from boloci.hub.people.forms import one_line
from boloci.hub.people.models import OF_A_PLACE, ROLES, User
from boloci.hub.rights import require
from boloci.places_asked import places_named
from boloci.problems import refuse
from boloci.tables import LEVELS


@transaction.atomic
def make_user(
    *,
    by: Any,
    username: str,
    name: str,
    role: str,
    password: str,
    place_id: str = "",
    language: str = "",
    is_demo: bool = False,
    must_change: bool = False,
) -> User:
    """A new user. Raises `Refused`: name taken or unfit, no such role, weak password.

    place_id        id or name of the person's own place; blank: the whole country,
                    which `OF_A_PLACE` must say by its name
    must_change     the password is not the person's own: the first sign-in asks for
                    another.
    """
    require(by, "people")
    username = username.strip().lower()
    if not 2 <= len(username) <= 60 or not username.isprintable() or " " in username:
        raise refuse("username_unfit", username=username)
    if User.objects.filter(username=username).exists():
        raise refuse("user_exists", username=username)
    user = User(
        username=username,
        name=_name(name) or username,
        role=_known("role", role, ROLES),
        place_id=_place(place_id, role),
        language=_known("language", language, ("", *KNOWN)),
        is_demo=is_demo,
        must_change=must_change,
    )
    user.set_password(passwords.checked(password, user))
    user.save()
    _record(by, "make_user", user, after=told(user))
    return user


@transaction.atomic
def change_user(
    *,
    by: Any,
    user: User,
    version: int,
    name: str,
    role: str,
    place_id: str,
    language: str,
) -> User:
    """Change a person's name, role, place or language.

    Raises `Refused`: somebody changed it since `version`; nobody would be left to
    administer the hub.
    """
    require(by, "people")
    _role_stays(user, role)
    return _changed(
        by,
        "change_user",
        user,
        version,
        name=_name(name) or user.username,
        role=_known("role", role, ROLES),
        place_id=_place(place_id, role),
        language=_known("language", language, ("", *KNOWN)),
    )


@transaction.atomic
def change_own(*, by: User, version: int, name: str, language: str) -> User:
    """What everybody may change of the own account."""
    return _changed(
        by,
        "change_own",
        by,
        version,
        name=_name(name) or by.username,
        language=_known("language", language, ("", *KNOWN)),
    )


@transaction.atomic
def close_user(*, by: Any, user: User, version: int | None = None) -> User:
    """Nobody signs in with this account any more; what it wrote stays."""
    require(by, "people")
    _role_stays(user, "")
    return _changed(by, "close_user", user, version, is_active=False)


@transaction.atomic
def reopen_user(*, by: Any, user: User, version: int | None = None) -> User:
    """The account may be used again."""
    require(by, "people")
    return _changed(by, "reopen_user", user, version, is_active=True)


@transaction.atomic
def unlock_user(*, by: Any, user: User) -> None:
    """Let a person try again at once after too many failures."""
    require(by, "people")
    lockout.unlock(user.username)
    _record(by, "unlock_user", user)


@transaction.atomic
def reset_password(
    *, by: Any, user: User, password: str | None = None, must_change: bool = True
) -> str:
    """Give a person a new password, made here unless given; every session ends.

    Returns it: shown once, kept as a hash.
    """
    require(by, "people")
    given = passwords.spoken() if password is None else password
    user.set_password(passwords.checked(given, user))
    user.must_change = must_change
    user.save(update_fields=["password", "must_change"])
    lockout.unlock(user.username)
    _record(by, "reset_password", user)
    return given


@transaction.atomic
def change_password(*, by: User, password: str) -> None:
    """A person's own new password. Raises `Refused` for a weak one or the old one."""
    if by.check_password(password):
        raise refuse("password_same")
    by.set_password(passwords.checked(password, by))
    by.must_change = False
    by.save(update_fields=["password", "must_change"])
    _record(by, "change_password", by)


@transaction.atomic
def take_off_second_step(*, by: Any, user: User) -> None:
    """Let a person who lost the telephone sign in with the password alone."""
    require(by, "people")
    if user == by:
        raise PermissionDenied("one's own is taken off with a code")
    Authenticator.objects.filter(user_id=user.pk).delete()
    _record(by, "second_step_off", user)


def told(user: User) -> dict[str, Any]:
    """What the audit keeps of a user: no password."""
    names = (
        *("username", "name", "role", "place_id", "language"),
        *("is_active", "is_demo"),
    )
    return {name: getattr(user, name) for name in names}


def _changed(
    by: Any, action: str, user: User, version: int | None, **fields: Any
) -> User:
    """Write fields of a user where nobody else did since `version`."""
    kept = User.objects.filter(pk=user.pk)
    before = told(kept.get())
    if version is not None:
        kept = kept.filter(version=version)
    current_version = user.version if version is None else version
    if not kept.update(**fields, version=current_version + 1):
        raise refuse("record_changed")
    user.refresh_from_db()
    _record(by, action, user, before=before, after=told(user))
    return user


def _record(by: Any, action: str, user: User, **states: Any) -> None:
    about = f"user {user.pk}"
    audit.record(by=by, action=action, about=about, place_id=user.place_id, **states)


def _role_stays(user: User, role: str) -> None:
    """Raises `Refused` where no administrator would be left."""
    if user.role != "administrator" or role == "administrator":
        return
    others = User.objects.filter(role="administrator", is_active=True)
    if user.is_active and not others.exclude(pk=user.pk).exists():
        raise refuse("last_administrator")


def _name(text: str) -> str:
    return one_line(text)[:120]


def _known(what: str, given: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise refuse("choice_unknown", what=what, given=given, known=", ".join(known))
    return given


def _place(words: str, role: str) -> str:
    """The id of the published place that words name; blank: the whole country.

    Raises `Refused`: no such place, several, or a group, which holds no places below;
    nothing named for a role that writes for a place.
    """
    if not words.strip():
        if role in OF_A_PLACE:
            raise refuse("place_of_role")
        return ""
    found = places_named(current(), words)[0]
    if found.level not in LEVELS:
        raise refuse("place_is_group", place=found.name)
    return found.place_id
