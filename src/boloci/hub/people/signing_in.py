"""Signing in, and getting back the form that a session's end interrupted."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from boloci.hub.language import _
from boloci.hub.people import entrance, words
from boloci.hub.trouble import forbidden

SESSION_KEY = "kept_form"


class SignIn(LoginView):
    """The sign-in page. It keeps the form that a session's end interrupted."""

    template_name = "people/sign_in.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in; what was typed before goes along in the new session."""
        carried = self.request.POST.get("kept", "")
        if entrance.kept(carried):
            self.request.session[SESSION_KEY] = carried
        return super().form_valid(form)

    def get_success_url(self) -> str:
        """The kept form, else the page asked for, else the role's own."""
        if self.request.session.get(SESSION_KEY):
            return reverse("send_again")
        return super().get_success_url()


@never_cache
@login_required
def send_again(request: HttpRequest) -> HttpResponse:
    """What was typed when the session ended: send it now, or throw it away."""
    if request.method == "POST":
        request.session.pop(SESSION_KEY, None)
        return HttpResponseRedirect(reverse("home"))
    told = entrance.kept(request.session.get(SESSION_KEY, ""))
    return _send_again(request, told)


def _send_again(
    request: HttpRequest, told: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    fields = told["fields"] if told else []
    context = {
        "title": _("What you had typed"),
        "told": told,
        "shown": [
            (words.field(name), ", ".join(values))
            for name, values in fields
            if name != "version" and any(values)
        ],
    }
    return render(request, "people/send_again.html", context, status=status)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form made before the last sign-in, or by another site.

    Its own pages' forms come back to be sent again by hand, nothing lost; what another
    site sent, or a browser that says not where from, is refused.
    """
    page = request.resolver_match
    if page and page.url_name in entrance.OPEN:  # nothing typed there is worth keeping
        return HttpResponseRedirect(request.path)
    origin = request.headers.get("Origin", "")
    if urlsplit(origin).netloc != request.get_host():
        return forbidden(request)
    if not request.user.is_authenticated:
        return entrance.sign_in_first(request)
    return _send_again(request, entrance.kept(entrance.keep(request)), status=403)


def inactive(request: HttpRequest) -> HttpResponse:
    """The account is closed."""
    return render(request, "people/inactive.html", {"title": _("Sign in")}, status=403)
