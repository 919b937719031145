"""Passwords: which are accepted, and new ones that can be read over the telephone."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from boloci.hub.people.models import User
from boloci.problems import refuse

_CONSONANTS = "bdfgklmnprst"
_VOWELS = "aiou"


def checked(password: str, user: User) -> str:
    """The password, where it is strong enough. Raises `Refused`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise refuse("password_weak", reason=" ".join(error.messages)) from None
    return password


def spoken() -> str:
    """A new password such as `bako-limu-tasi-47-do`: 45 bits, no letter mistaken."""
    parts = [_syllable() + _syllable() for _part in range(3)]
    return "-".join([*parts, str(10 + secrets.randbelow(90)), _syllable()])


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
