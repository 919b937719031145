"""The pages of corrections: the register, proposing, one correction."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.corrections import Choice, Unfit, choices
from boloci.hub import controls, downloads
from boloci.hub.controls import Control
from boloci.hub.corrections import actions, register, words
from boloci.hub.corrections.models import Correction
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.people.entrance import to_sign_in
from boloci.hub.people.forms import place_name, sentences, version_of
from boloci.hub.reading import named
from boloci.hub.rights import may, require
from boloci.hub.tongue import TONGUE
from boloci.places_asked import closest_places, words_for
from boloci.problems import Refused, refuse
from boloci.telling import corrections as telling

SAID = ("element", "period", "sex", "age", "strategy", "action", "reason")
TYPED = ("place", *SAID, "value", "part", "about")
FILLED = ("place", *SAID, "value")
"""What a link can fill in."""


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
    if request.method != "POST":
        return _form(request, _typed(request, request.GET), choices=_choices(request))
    return _keep(request, partial(actions.propose, by=request.user))


@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say a proposal otherwise: its author, or the office."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    one = _found(request, pk)
    if request.method != "POST":
        if not actions.may_change(request.user, one):
            return _render(request, one)
        return _form(
            request, _as_typed(request, one), one=one, choices=_choices_of(one)
        )
    version = version_of(request)
    act = partial(actions.change, by=request.user, one=one, version=version)
    return _keep(request, act, one)


def _keep(
    request: HttpRequest, act: Callable[..., Any], one: Correction | None = None
) -> HttpResponse:
    """Keep a proposal; refused: the form again, with the values of the source."""
    typed = _typed(request, request.POST)
    form = partial(_form, request, typed, one=one)
    try:
        place_id = _place_id(request, typed["place"])
        if not may(request.user, "propose_correction", place_id):
            own = words.elsewhere(place_id, request.user.place_id)
            return form(wrong=[own], status=403)
        said = {k: v for k, v in typed.items() if k in SAID}
        value = _number(typed["value"])
        made = act(place_id=place_id, value=value, **{**said, **_chosen(typed)})
    except Unfit as unfit:
        wrong = words.refusal(unfit, typed, listed=bool(unfit.choices))
        return form(wrong=wrong, choices=unfit.choices, status=400)
    except Refused as error:
        if one is not None and error.problems[0].code == "record_changed":
            return _changed(request, one)
        wrong = words.refusal(error, typed, listed=False)
        return form(wrong=wrong, choices=_choices(request), status=400)
    pk = made.pk if one is None else one.pk
    return HttpResponseRedirect(reverse("correction", args=[pk]))


def _form(
    request: HttpRequest,
    typed: dict[str, str],
    *,
    one: Correction | None = None,
    wrong: Sequence[str] = (),
    choices: Sequence[Choice] = (),
    status: int = 200,
) -> HttpResponse:
    """The form of a proposal; `one`: the proposal that is said otherwise."""
    known = workspace().catalogue.elements
    told = {name: text for name, text in typed.items() if text and name in FILLED}
    context = {
        "title": _("Change the proposal") if one else _("Propose a correction"),
        "one": one,
        "address": reverse("change_correction", args=[one.pk])
        if one
        else reverse("propose_correction"),
        "typed": {**typed, "action": typed["action"] or "replace"},
        "wrong": wrong,
        "elements": {code: words.element(code) for code in sorted(known)},
        "place_name": _place_name(request, typed["place"]),
        "element_name": words.element(typed["element"]),
        "actions": _actions(),
        "ages": words.ages(),
        "strategies": words.strategies(),
        "choices": [(_part(each), words.choice(each), each.alone) for each in choices],
        "about": _about(typed),
        "otherwise": f"{reverse('propose_correction')}?{urlencode(told)}&plain=yes",
    }
    return render(request, "corrections/add.html", context, status=status)


def _typed(request: HttpRequest, given: QueryDict) -> dict[str, str]:
    typed = {name: given.get(name, "")[:500] for name in TYPED}
    return {**typed, "place": _in_words(request, typed["place"])}


def _as_typed(request: HttpRequest, one: Correction) -> dict[str, str]:
    """A proposal as the form shows it."""
    told = {name: getattr(one, name) for name in SAID}
    told |= {"place": _in_words(request, one.place_id), "part": "", "about": ""}
    return {**told, "value": "" if one.value is None else f"{one.value:g}"}


def _in_words(request: HttpRequest, place: str) -> str:
    """A place as people name it: a link has its id. Other words stay as they are."""
    if place not in scope_of(request).places:
        return place
    return words_for(current(), current().by_id[place])


def _place_name(request: HttpRequest, place: str) -> str:
    """The name of a readable place that is told by its id; other words as they are."""
    return place_name(place) if place in scope_of(request).places else place


def _part(one: Choice) -> str:
    """A value of the source as the form sends it; the element last: it may be any."""
    return "|".join((one.sex, one.age, one.strategy, one.element))


def _about(typed: Mapping[str, str]) -> str:
    """Of which value the list to choose from is."""
    return "|".join(typed[name] for name in ("period", "element", "place"))


def _chosen(typed: Mapping[str, str]) -> dict[str, str]:
    """What a choice from the list says; nothing once it is about something else."""
    names = ("sex", "age", "strategy", "element")
    parts = typed["part"].split("|", len(names) - 1)
    if len(parts) != len(names) or typed["about"] != _about(typed):
        return {}
    return dict(zip(names, parts, strict=True))


def _choices(request: HttpRequest) -> Sequence[Choice]:
    """Values of the source to choose from, where what is filled in names several."""
    given = request.POST if request.method == "POST" else request.GET
    typed = _typed(request, given)
    if "plain" in given or not all(typed[n] for n in ("place", "element", "period")):
        return ()
    try:
        place_id = _place_id(request, typed["place"])
        if not may(request.user, "propose_correction", place_id):
            return ()
        period = actions.month_of(typed["period"])
        said = {name: typed[name] for name in ("element", "sex", "age", "strategy")}
        said |= _chosen(typed)
        actions.refuse_unknown_part(said["sex"], said["age"], said["strategy"])
        return choices(workspace(), place=place_id, period=period, **said)
    except Refused:  # told when the form is sent
        return ()


def _choices_of(one: Correction) -> Sequence[Choice]:
    names = ("element", "period", "sex", "age", "strategy")
    said = {name: getattr(one, name) for name in names}
    try:
        return choices(workspace(), place=one.place_id, **said)
    except Refused:
        return ()


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
            element=words.element(one.element), place=place_name(one.place_id)
        ),
        "one": one,
        "place": place_name(one.place_id),
        "state": telling.state(TONGUE, state),
        "instead": telling.instead(TONGUE, one.action, one.value),
        "element": words.element(one.element),
        "part": words.part(one.sex, one.age, one.strategy),
        "problems": words.problems(one.problems),
        "may_change": actions.may_change(request.user, one),
        "may_decide": one.state in actions.CHANGEABLE
        and actions.may_decide(request.user, one),
        "may_withdraw": (one.state == "accepted" and office)
        or (own and one.state in actions.CHANGEABLE),
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
        if error.problems[0].code == "record_changed":
            return _changed(request, one)
        return _render(request, one, sentences(error), 409)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("correction", args=[pk]))


def _changed(request: HttpRequest, one: Correction) -> HttpResponse:
    """What became of a correction meanwhile, and it as it is now."""
    one.refresh_from_db()
    said = words.meanwhile(one, request.user.get_username())
    return _render(request, one, said, 409)


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
