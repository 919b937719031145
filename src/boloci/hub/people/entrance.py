"""The way in: what a request needs before it reaches its page.

A form that arrives after its session ended is kept: the sign-in page carries what was
typed, signed so that nobody else can put words in, and gives it back afterwards.
"""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from boloci.hub.current import workspace

SALT = "boloci.kept-form"
KEPT_SECONDS = 8 * 3600
LONGEST_KEPT = 1_000_000
"""Letters of a kept form; the longest typing grid takes a tenth."""
LONGEST_WAY_BACK = 2_000
"""Letters of an address that the sign-in page leads back to; Django refuses to redirect
to very long ones, and no link of the hub comes near."""
NEVER_KEPT = ("csrfmiddlewaretoken",)
OPEN = frozenset(
    {
        *("account_login", "account_logout", "account_inactive", "mfa_authenticate"),
        *("language", "alive"),
    }
)
"""Pages that need no sign-in even in a closed workspace, by name of their address."""
WHILE_CHANGING = OPEN | {"change_password", "account_reauthenticate"}
"""Pages for a person who must first choose a password."""


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Ask for a sign-in, or for a first password, where one is needed."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:  # a shared computer keeps no page of another
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_view(
        request: HttpRequest, view: Any, _arguments: Any, _named: Any
    ) -> HttpResponse | None:
        page = request.resolver_match.url_name if request.resolver_match else ""
        if request.path.startswith("/api/"):  # answers programs, with its own refusals
            return None
        if not request.user.is_authenticated:
            return None if page in OPEN else _at_the_door(request)
        if request.user.must_change and page not in WHILE_CHANGING:
            return HttpResponseRedirect(reverse("change_password"))
        return None

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer


def _at_the_door(request: HttpRequest) -> HttpResponse | None:
    """What somebody who is not signed in gets instead of the page, if anything."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        return sign_in_first(request)
    return None if workspace().public else to_sign_in(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back to where the reader wanted to go; to the page
    without its choices where these are too long for an address."""
    wanted = request.get_full_path()
    if len(wanted) > LONGEST_WAY_BACK:
        wanted = request.path if len(request.path) <= LONGEST_WAY_BACK else "/"
    query = "" if wanted == "/" else "?" + urlencode({"next": wanted})
    return HttpResponseRedirect(reverse("account_login") + query)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The sign-in page, keeping the form that came without a session."""
    carried = keep(request)
    lost = len(carried) > LONGEST_KEPT
    context = {"kept": "" if lost else carried, "lost": lost, "form": None}
    return render(request, "people/sign_in.html", context, status=403)


def keep(request: HttpRequest) -> str:
    """A form that was sent, signed and packed; no password."""
    fields = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT and "password" not in name
    ]
    told = {
        "path": request.get_full_path(),
        "fields": fields,
        "files": list(request.FILES),
    }
    return signing.dumps(told, salt=SALT, compress=True)


def kept(text: str) -> dict[str, Any] | None:
    """What `keep` packed; None for anything else, or after a working day."""
    try:
        told: dict[str, Any] = signing.loads(text, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return told
