"""Asking the hub for a page in this process, as somebody who is not signed in."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse

from boloci.hub.language import COOKIE
from boloci.hub.pages import Page
from boloci.problems import refuse

FRAME = "exported.html"
"""The frame of exported pages: without search, sign-in and forms."""


def ask(
    address: str, language: str, told: Mapping[str, Any]
) -> tuple[HttpResponse, Page | None]:
    """What the hub answers, and the page that the answer was made of, if it is one.

    told    what the frame says of the export. Raises `Refused`: not answered with 200.
    """
    path, _mark, query = address.partition("?")
    raw = unquote_to_bytes(path).decode("latin-1")
    environ: dict[str, Any] = {"PATH_INFO": raw, "QUERY_STRING": query}
    environ["HTTP_COOKIE"] = f"{COOKIE}={language}"
    setup_testing_defaults(environ)
    request: Any = WSGIRequest(environ)
    request.frame, request.export = FRAME, told
    response: Any = _handler().get_response(request)
    if response.status_code != 200:
        raise refuse("export_page_failed", address=path, status=response.status_code)
    return response, getattr(request, "page", None)


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()
