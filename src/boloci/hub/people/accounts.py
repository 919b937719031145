"""How allauth is used: accounts are made by an administrator, never by a visitor."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from boloci.hub.language import _


class Closed(DefaultAccountAdapter):
    """Nobody signs up; errors are told in our words."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by `boloci user add` or by an administrator."""
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """What went wrong, without telling whether the user name exists."""
        return ValidationError(_error(code), code=code)

    def add_message(self, *args: Any, **more: Any) -> None:
        """Nothing: the page itself says what is now so."""


class SecondStep(DefaultMFAAdapter):
    """The second step of signing in: a code of six digits from a telephone."""

    def get_totp_label(self, user: Any) -> str:
        """What the telephone shows beside the code."""
        return str(user.username)

    def build_totp_svg(self, url: str) -> str:
        """Nothing: the picture has an address of its own, which the CSP allows."""
        return ""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """What went wrong, in our words."""
        return ValidationError(_error(code), code=code)


def _error(code: str) -> str:
    known = {
        "incorrect_code": _(
            "This code is not right. It changes every 30 seconds: type the one shown"
            " now, and check that the telephone tells the right time."
        ),
        "incorrect_password": _("This password is not right."),
    }
    return known.get(code, _("The user name or the password is not right."))
