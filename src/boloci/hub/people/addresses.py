"""Addresses of people: signing in, the own account, users and roles, audit."""

from allauth.account.views import LogoutView, ReauthenticateView
from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import view_recovery_codes
from django.urls import path
from django.views.generic import RedirectView

from boloci.hub.pages import route
from boloci.hub.people import (
    account,
    audit_page,
    landing,
    office,
    second_step,
    signing_in,
    views,
)

signing = [
    path("sign-in", signing_in.SignIn.as_view(), name="account_login"),
    path("sign-in/code", authenticate, name="mfa_authenticate"),
    path("sign-in/closed", signing_in.inactive, name="account_inactive"),
    path("sign-in/again", ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("sign-in/again/code", reauthenticate, name="mfa_reauthenticate"),
    path("send-again", signing_in.send_again, name="send_again"),
    path(
        "sign-out",
        LogoutView.as_view(template_name="people/sign_out.html"),
        name="account_logout",
    ),
    path("language", views.language, name="language"),
    path("home", landing.home, name="home"),
]
own = [
    path("account", account.account, name="account"),
    path("account/password", account.password, name="change_password"),
    path("account/tokens", account.make_token, name="make_token"),
    path("account/tokens/<int:token_id>", account.revoke_token, name="revoke_token"),
    path(
        "account/second-step",
        RedirectView.as_view(pattern_name="account"),
        name="mfa_index",
    ),
    path(
        "account/second-step/on",
        second_step.Activate.as_view(),
        name="mfa_activate_totp",
    ),
    path("account/second-step/code.svg", second_step.picture, name="second_step_code"),
    path(
        "account/second-step/off",
        second_step.TakeOff.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-step/codes",
        view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-step/codes/new",
        second_step.NewCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
administration = [
    route("people", office.people, "people"),
    path("people/add", office.add, name="add_person"),
    path("people/<int:user_id>", office.person, name="person"),
    path("people/<int:user_id>/close", office.close, name="close_person"),
    path("people/<int:user_id>/reopen", office.reopen, name="reopen_person"),
    path("people/<int:user_id>/unlock", office.unlock, name="unlock_person"),
    path("people/<int:user_id>/password", office.give_password, name="give_password"),
    path(
        "people/<int:user_id>/second-step",
        office.take_off_second_step,
        name="take_off_second_step",
    ),
    route("audit", audit_page.audit, "audit"),
]
addresses = [*signing, *own, *administration]
