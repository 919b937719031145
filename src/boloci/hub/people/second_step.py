"""The second step of signing in: its code as a picture, and its audit."""

import io
from typing import Any

import segno
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from boloci.hub.people import audit


class Activate(ActivateTOTPView):
    """Put the second step on: show the code to the telephone, type what it says."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Put it on, and write that down."""
        answer = super().form_valid(form)
        _record(self.request, "second_step_on")
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With the secret in groups of four, for who cannot photograph it."""
        told: dict[str, Any] = super().get_context_data(**more)
        secret = told["form"].secret
        told["secret"] = " ".join(
            secret[at : at + 4] for at in range(0, len(secret), 4)
        )
        return told


class TakeOff(DeactivateTOTPView):
    """Take the second step off again."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Take it off, and write that down."""
        _record(self.request, "second_step_off")
        return super().form_valid(form)


class NewCodes(GenerateRecoveryCodesView):
    """New recovery codes instead of the old ones."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Make them, and write that down."""
        _record(self.request, "recovery_codes")
        return super().form_valid(form)


def _record(request: HttpRequest, action: str) -> None:
    user: Any = request.user
    audit.record(
        by=user, action=action, about=f"user {user.pk}", place_id=user.place_id
    )


@never_cache
@login_required
@reauthentication_required(app="allauth.mfa")
def picture(request: HttpRequest) -> HttpResponse:
    """The secret of the second step that is being put on, as a QR code."""
    address = get_adapter().build_totp_url(request.user, get_totp_secret())
    drawn = io.BytesIO()
    segno.make(address, micro=False).save(drawn, kind="svg", scale=5, border=4)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def on(user: Any) -> bool:
    """Whether a person signs in with a second step."""
    return Authenticator.objects.filter(user_id=user.pk, type="totp").exists()
