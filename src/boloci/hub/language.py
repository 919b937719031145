"""The language of a page: the reader's cookie, then the user's setting, then the
workspace's first. The browser's own wish is not asked: shared office computers speak
English and their users do not.
"""

import gettext
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from boloci.locale import DOMAIN, FOLDER

COOKIE = "boloci_language"
KNOWN = ("fr", "en")


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak the reader's language for the length of a request."""

    def speak(request: HttpRequest) -> HttpResponse:
        language = wished(request)
        request.language = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return speak


def wished(request: HttpRequest) -> str:
    """The language of a request."""
    cookie = request.COOKIES.get(COOKIE, "")
    if cookie in KNOWN:
        return cookie
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.language in KNOWN:
        return str(user.language)
    return str(settings.LANGUAGE_CODE)


def spoken() -> str:
    """The language being spoken in this thread."""
    active = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return active if active in KNOWN else "fr"


def _(message: str) -> str:
    """A message in the language being spoken."""
    return translations(spoken()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message whose words depend on a count."""
    return translations(spoken()).ngettext(one, many, count)


@cache
def translations(language: str) -> Any:
    """Our own messages of one language."""
    return gettext.translation(DOMAIN, str(FOLDER), [language])
