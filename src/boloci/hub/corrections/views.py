"""The pages of corrections: the register, proposing, one correction."""

import math
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.codes import AGES, STRATEGIES
from boloci.hub import controls, downloads
from boloci.hub.controls import Control
from boloci.hub.corrections import actions, register
from boloci.hub.corrections.models import Correction
from boloci.hub.current import current, workspace
from boloci.hub.imports import told
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.people.entrance import to_sign_in
from boloci.hub.people.forms import place_name, sentences, version_of
from boloci.hub.reading import named
from boloci.hub.rights import may, require
from boloci.hub.tongue import TONGUE
from boloci.places_asked import closest_places
from boloci.problems import Refused, refuse
from boloci.telling import corrections as telling

TYPED = (
    *("place", "element", "period", "sex", "age", "strategy"),
    *("action", "value", "reason"),
)


@never_cache
def corrections(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The register: what people decided of single values, and what became of it."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    options = [
        ("", _("all")),
        ("waiting", _("waiting for a decision")),
        ("applied", _("in the figures")),
        ("stale", _("the source has changed")),
        ("rejected", _("rejected")),
    ]
    asked = controls.read(request.GET, Control("state", _("State"), options, ""))
    page = Page(
        title=_("Corrections"),
        template="corrections/corrections.html",
        tables=[register.register(scope_of(request), asked["state"])],
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    context = {
        "title": page.title,
        "page": page,
        "controls": asked,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        "may_propose": may(request.user, "propose_correction"),
    }
    return render(request, page.template, context)


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Propose a correction; a link from a number fills the form."""
    require(request.user, "propose_correction")
    given = request.POST if request.method == "POST" else request.GET
    typed = {name: given.get(name, "")[:500] for name in TYPED}
    wrong: list[str] = []
    if request.method == "POST":
        try:
            made = actions.propose(
                by=request.user,
                place_id=_place_id(request, typed["place"]),
                value=_number(typed["value"]),
                **{k: v for k, v in typed.items() if k not in ("place", "value")},
            )
        except Refused as error:
            wrong = sentences(error)
        else:
            return HttpResponseRedirect(reverse("correction", args=[made.pk]))
    context = {
        "title": _("Propose a correction"),
        "typed": {**typed, "action": typed["action"] or "replace"},
        "wrong": wrong,
        "elements": sorted(workspace().catalogue.elements),
        "actions": _actions(),
        "ages": AGES,
        "strategies": STRATEGIES,
    }
    return render(
        request, "corrections/add.html", context, status=400 if wrong else 200
    )


def _actions() -> dict[str, str]:
    return {
        "replace": _("replace it by the right value"),
        "drop": _("set it aside: not known"),
        "flag": _("keep it, with a mark"),
    }


def _place_id(request: HttpRequest, words: str) -> str:
    """The one readable place that words name. Raises `Refused`."""
    found = named(scope_of(request), words)
    if not found:
        scope = scope_of(request)
        near = closest_places(current(), words) if scope.everywhere else []
        raise refuse("place_unknown", place=words, closest=", ".join(near))
    if len(found) > 1:
        paths = ", ".join(f"{one.name} ({one.place_id})" for one in found[:10])
        raise refuse(
            "place_ambiguous",
            place=words,
            level=found[0].level,
            count=len(found),
            places=paths,
        )
    return found[0].place_id


def _number(text: str) -> float | None:
    """A number as people type it: 1 234,5. Raises `Refused` for other words."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None
    try:
        found = float(plain)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise refuse("number_unreadable", text=text)
    return found


@never_cache
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: what is said, what the source says, what was decided."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return _render(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> Correction:
    one = Correction.objects.filter(pk=pk).first()
    scope = scope_of(request)
    if one is None or not (scope.everywhere or one.place_id in scope.places):
        raise Http404
    return one


def _render(
    request: HttpRequest,
    one: Correction,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    state = register.state_of(one, register.built(scope_of(request)))
    own = one.by == request.user.get_username()
    office = may(request.user, "decide_correction", one.place_id)
    context: dict[str, Any] = {
        "title": _("Correction of {element}, {place}").format(
            element=one.element, place=place_name(one.place_id)
        ),
        "one": one,
        "place": place_name(one.place_id),
        "state": telling.state(TONGUE, state),
        "instead": telling.instead(TONGUE, one.action, one.value),
        "problems": told.sentences(one.problems),
        "may_decide": one.state in ("proposed", "unfit")
        and actions.may_decide(request.user, one),
        "may_withdraw": (one.state == "accepted" and office)
        or (own and one.state in ("proposed", "unfit")),
        "typed": request.POST.get("decision", ""),
        "wrong": wrong or [],
    }
    return render(request, "corrections/correction.html", context, status=status)


def _do(
    request: HttpRequest, pk: int, act: Callable[..., None], said: str
) -> HttpResponse:
    if not request.user.is_authenticated:
        return to_sign_in(request)
    one = _found(request, pk)
    typed = request.POST.get("decision", "")
    try:
        act(by=request.user, one=one, version=version_of(request), decision=typed)
    except Refused as error:
        one.refresh_from_db()
        return _render(request, one, sentences(error), 409)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("correction", args=[pk]))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept somebody else's correction."""
    said = _("Accepted. The figures follow.")
    return _do(request, pk, actions.accept, said)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject somebody else's correction."""
    return _do(request, pk, actions.reject, _("Rejected."))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a correction back."""
    return _do(request, pk, actions.withdraw, _("Withdrawn."))
