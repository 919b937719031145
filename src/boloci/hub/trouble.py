"""Trouble on a page: what could not be answered, in the reader's words, and what next.

A refusal is a page that says what is wrong and how to go on; a fault of ours is a page
too, and a line in the log. Nobody sees a traceback.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from boloci.hub.current import workspace
from boloci.hub.language import _, spoken, wished
from boloci.hub.people.entrance import to_sign_in
from boloci.problems import Refused
from boloci.wording import problem_sentence

_log = logging.getLogger(__name__)
NOT_THERE = frozenset(
    {"place_unknown", "indicator_unknown", "build_missing", "profile_unknown"}
)


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Turn a refusal that a view raised into its page."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(
        request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if isinstance(error, Refused):
            codes = {problem.code for problem in error.problems}
            return refused(request, error, 404 if codes & NOT_THERE else 400)
        return None

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def not_allowed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Say in words that an address is not asked in this way (405): others leave it
    blank. The last of all, so that its page gets the headers of any other."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405:
            return response
        said = _page(request, 405, "method_not_allowed")
        if "Allow" in response:
            said["Allow"] = response["Allow"]
        return said

    return answer


def refused(request: HttpRequest, error: Refused, status: int = 400) -> HttpResponse:
    """The page of a refusal; JSON where JSON was asked for."""
    sentences = [
        problem_sentence(problem, workspace().catalogue, spoken())
        for problem in error.problems
    ]
    code = error.problems[0].code
    if code == "facts_none":  # the catalogue's remedy is for who types commands
        what, _newline, _remedy = sentences[0].partition("\n")
        sentences = [what, _("The overview says what the next step is.")]
    return told(request, "\n".join(sentences), status, code)


def told(request: HttpRequest, sentence: str, status: int, code: str) -> HttpResponse:
    """A page of trouble that says a sentence."""
    if request.path.endswith(".json") or request.path.startswith("/api/"):
        return JsonResponse({"problem": code, "sentence": sentence}, status=status)
    what, _newline, remedy = sentence.partition("\n")
    context = {"what": what, "remedy": remedy, "status": status, "title": what}
    return render(request, "trouble.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or nothing that this reader may see."""
    return _page(request, 404, "page_unknown")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, and not one's own. Not signed in: that first."""
    user = getattr(request, "user", None)
    plain = request.method == "GET" and "." not in request.path
    if plain and user is not None and not user.is_authenticated:
        return to_sign_in(request)
    return _page(request, 403, "page_forbidden")


def faulty(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log knows where."""
    return _page(request, 500, "page_faulty")


def bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that cannot be read."""
    return _page(request, 400, "request_unreadable")


def _page(request: HttpRequest, status: int, code: str) -> HttpResponse:
    from boloci.problems import Problem

    with translation.override(wished(request)):
        sentence = problem_sentence(Problem(code), workspace().catalogue, spoken())
        return told(request, sentence, status, code)
