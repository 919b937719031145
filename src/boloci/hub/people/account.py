"""One's own account: name, language, password, second step, keys of the API."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from boloci.hub.language import COOKIE, _
from boloci.hub.people import actions, second_step, tokens, words
from boloci.hub.people.forms import place_name, sentences, version_of
from boloci.problems import Refused


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """See the own account, or change name and language."""
    if request.method != "POST":
        return _page(request)
    try:
        actions.change_own(
            by=request.user,
            version=version_of(request),
            name=request.POST.get("name", ""),
            language=request.POST.get("language", ""),
        )
    except Refused as error:
        request.user.refresh_from_db()
        return _page(request, 409, wrong=sentences(error), typed=request.POST)
    messages.success(request, _("Saved."))
    response = HttpResponseRedirect(reverse("account"))
    response.delete_cookie(COOKIE)  # else this browser would go on in the old language
    return response


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    context = {
        "title": _("My account"),
        "role": words.role(user.role),
        "place": place_name(user.place_id),
        "second_step": second_step.on(user),
        "tokens": user.tokens.order_by("-created"),
        "days": tokens.DAYS,
        "wrong": [],
        "typed": None,
        "made": None,
        **more,
    }
    return render(request, "people/account.html", context, status=status)


@never_cache
@login_required
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Choose another password; the old one is asked for, and counted like a sign-in."""
    wrong: list[str] = []
    if request.method == "POST":
        wrong = _password_wrong(request)
        if not wrong:
            messages.success(request, _("Your password is changed."))
            return HttpResponseRedirect(reverse("home"))
    context = {"title": _("Change the password"), "wrong": wrong}
    status = 400 if wrong else 200
    return render(request, "people/password.html", context, status=status)


def _password_wrong(request: HttpRequest) -> list[str]:
    """Change the password; what stands against it."""
    user, new = request.user, request.POST.get("new_password", "")
    old = request.POST.get("old_password", "")
    if authenticate(request, username=user.username, password=old) != user:
        return [_("The password you have now is not right.")]
    if new != request.POST.get("again_password", ""):
        return [_("The two new passwords are not the same.")]
    try:
        actions.change_password(by=user, password=new)
    except Refused as error:
        user.refresh_from_db()
        return sentences(error)
    update_session_auth_hash(request, user)
    return []


@never_cache
@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a key of the API; its text is on this page and nowhere else."""
    days = request.POST.get("days", "")
    try:
        token, text = tokens.make(
            by=request.user,
            name=request.POST.get("name", ""),
            days=int(days) if days.isdecimal() and len(days) < 6 else 0,
        )
    except Refused as error:
        return _page(request, 400, wrong=sentences(error))
    return _page(request, made={"token": token, "text": text})


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Make one of the own keys useless."""
    token = request.user.tokens.filter(pk=token_id).first()
    if token is None:
        raise Http404
    tokens.revoke(by=request.user, token=token)
    messages.success(request, _("The key is revoked."))
    return HttpResponseRedirect(reverse("account"))
