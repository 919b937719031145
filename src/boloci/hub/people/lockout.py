"""Locking an account after failures, at the password and at the second step alike.

Axes counts; an account is locked whatever the address that tries it and however its
name is written.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone


def username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that is tried: `AWA ` and `awa` are one."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().lower()


def locked(usernames: Iterable[str]) -> set[str]:
    """Those of some accounts that are locked now."""
    since = timezone.now() - (get_cool_off() or datetime.timedelta())
    counted = (
        AccessAttempt.objects.filter(
            username__in=list(usernames), attempt_time__gte=since
        )
        .values("username")
        .annotate(failures=Sum("failures_since_start"))
    )
    limit = settings.AXES_FAILURE_LIMIT
    return {one["username"] for one in counted if one["failures"] >= limit}


def unlock(name: str) -> None:
    """Forget the failures of an account."""
    reset(username=name)


class _Counted:
    """A form of codes whose failures count like wrong passwords."""

    def clean_code(self) -> str:
        """The code, if it is right and the account is not locked."""
        request = context.request
        tried = {"username": self.user.username}  # type: ignore[attr-defined]
        if not AxesProxyHandler.is_allowed(request, tried):
            request.axes_locked_out = True
            raise get_adapter().validation_error("incorrect_code")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=tried, request=request)
            raise
        return code


class CodeForm(_Counted, AuthenticateForm):
    """The code asked for after the password."""


class CodeAgainForm(_Counted, ReauthenticateForm):
    """The code asked for before something grave."""
