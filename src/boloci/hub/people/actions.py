"""Writes of people: making a user, changing a password."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from boloci.hub.people import audit
from boloci.hub.people.models import ROLES, User
from boloci.problems import refuse


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
) -> User:
    """A new user. Raises `Refused`: name taken, no such role, a weak password."""
    username = username.strip().lower()
    if role not in ROLES:
        raise refuse("choice_unknown", what="role", given=role, known=", ".join(ROLES))
    if User.objects.filter(username=username).exists():
        raise refuse("user_exists", username=username)
    user = User(
        username=username,
        name=name.strip() or username,
        role=role,
        place_id=place_id,
        language=language,
        is_demo=is_demo,
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise refuse("password_weak", reason=" ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    audit.record(
        by=by,
        action="make_user",
        about=f"user {user.pk}",
        after=told(user),
        place_id=place_id,
    )
    return user


def told(user: User) -> dict[str, Any]:
    """What the audit keeps of a user: no password."""
    names = ("username", "role", "place_id", "language", "is_active", "is_demo")
    return {name: getattr(user, name) for name in names}
