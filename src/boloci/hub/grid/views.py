"""The pages of the typing grid: choosing a place and month, the form itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.hub import reading
from boloci.hub.current import current
from boloci.hub.grid import actions, entered, page, records
from boloci.hub.grid.entered import Entered
from boloci.hub.grid.form import SPLITS, USUAL, form_of
from boloci.hub.grid.models import Month
from boloci.hub.grid.sources import older_told
from boloci.hub.language import _
from boloci.hub.pages import scope_of
from boloci.hub.people.entrance import to_sign_in
from boloci.hub.people.forms import sentences, version_of
from boloci.hub.rights import require
from boloci.problems import Refused, refuse
from boloci.published import PlaceRow

PREFIX = "n."
"""Before the key of a box in the names of the form's fields."""


@never_cache
def grid(request: HttpRequest) -> HttpResponse:
    """Choose a place and a month; then the form of that month."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    require(request.user, "type_month")
    place = _place(request)
    if place is None:
        return _choose(request)
    period = request.GET.get("period", "")[:6] or page.next_month(
        reading.month_counts(scope_of(request), place)
    )
    if period not in page.months(place):
        raise refuse("month_to_come", month=period)
    if request.method == "POST":
        return _typed(request, place, period)
    return _show(request, place, period)


def _place(request: HttpRequest) -> PlaceRow | None:
    """The place that is asked for, or the only one there is; None: to be chosen.

    Raises `Http404` for one that may not be seen, `PermissionDenied` for one that is
    not the reader's to type.
    """
    typable = records.typable(request.user)
    asked = request.GET.get("place", "").strip()[:200]
    if not asked:
        return typable[0] if len(typable) == 1 else None
    found = reading.named(scope_of(request), asked)
    ids = {place.place_id for place in typable}
    own = [place for place in found if place.place_id in ids]
    if not found:
        raise Http404
    if not own and current().by_id.get(asked) is not None:
        require(request.user, "type_month", asked)
    return own[0] if len(own) == 1 else None


def _choose(request: HttpRequest) -> HttpResponse:
    typable = records.typable(request.user)
    asked = request.GET.get("place", "").strip()[:200]
    context = {
        "title": _("Type a month"),
        "places": page.choices(typable, asked),
        "asked": asked,
        "recent": page.listed(records.recent(request.user, typable)),
        "states": page.states(),
    }
    return render(request, "grid/choose.html", context)


def _split(request: HttpRequest) -> str:
    asked = request.GET.get("split", "")
    return asked if asked in SPLITS else USUAL


def _entered(
    request: HttpRequest, place: PlaceRow, period: str, given: dict[str, str]
) -> Entered:
    """A form of the place with what is given in it."""
    past = reading.month_counts(scope_of(request), place)
    month, split = int(period), _split(request)
    told = older_told(place.place_id, past, month)
    form = form_of(past, month, split, told)
    if not split and (drafted := records.split_of(form, given)):
        form = form_of(past, month, drafted, told)
    known = records.known(form, place.place_id, month)
    return entered.read(form, month, given, known)


def _show(request: HttpRequest, place: PlaceRow, period: str) -> HttpResponse:
    draft = records.open_month(place.place_id, period)
    typed = _entered(request, place, period, draft.cells if draft else {})
    if draft is None or "asked" not in request.GET:
        return _render(request, place, typed, draft)
    doubts = page.doubts(typed, place)
    in_the_way = bool(typed.wrong or doubts)
    return _render(request, place, typed, draft, doubts=doubts, asked=in_the_way)


def _typed(request: HttpRequest, place: PlaceRow, period: str) -> HttpResponse:
    """Keep what was typed as a draft; send it where that is asked and nothing is in
    the way."""
    given = {
        name.removeprefix(PREFIX): text
        for name, text in request.POST.items()
        if name.startswith(PREFIX)
    }
    typed = _entered(request, place, period, given)
    draft = records.open_month(place.place_id, period)
    version = version_of(request)
    if not typed.typed and draft is None:
        wrong = sentences(refuse("month_without_number"))
        return _render(request, place, typed, None, wrong=wrong, status=400)
    try:
        draft = actions.save(
            by=request.user,
            place_id=place.place_id,
            period=period,
            cells=typed.typed,
            version=version,
        )
    except Refused as error:
        return _late(request, place, typed, error)
    if request.POST.get("do") != "send":
        messages.success(request, _("The draft is kept. It does not count yet."))
        return HttpResponseRedirect(_address(request, place.place_id, period))
    return _send(request, place, typed, draft)


def _late(
    request: HttpRequest, place: PlaceRow, typed: Entered, error: Refused
) -> HttpResponse:
    """Somebody else was there first, or oneself in another window: what they kept
    stands beside what is typed; where nothing does, what they did is said."""
    period, wrong = str(typed.month), sentences(error)
    other = records.open_month(place.place_id, period)
    if other is not None and other.state == "draft":
        wrong = []
    elif error.problems[0].code == "record_changed":
        wrong = page.meanwhile(place.place_id, period, request.user.get_username())
    return _render(request, place, typed, other, wrong=wrong, other=other, status=409)


def _send(
    request: HttpRequest, place: PlaceRow, typed: Entered, draft: Month
) -> HttpResponse:
    """Send a kept draft; first tell what is wrong, and once what is doubtful.

    That is told by a page of its own address: the draft is kept, and the browser's way
    back does not ask to send the form again.
    """
    doubts = page.doubts(typed, place)
    seen = set(request.POST.get("seen", "")[:5000].split())
    asked = _address(request, place.place_id, draft.period, asked="yes")
    if typed.wrong or {doubt.mark for doubt in doubts} - seen:
        return HttpResponseRedirect(asked)
    try:
        rows = entered.rows(typed, place.place_id)
        actions.send(by=request.user, month=draft, version=draft.version, rows=rows)
    except Refused as error:
        _say(request, error, draft)
    return HttpResponseRedirect(_address(request, place.place_id, draft.period))


def _say(request: HttpRequest, error: Refused, month: Month) -> None:
    """A refusal on the next page; what became of the month where that is the reason."""
    said = sentences(error)
    if error.problems[0].code == "record_changed":
        reader = request.user.get_username()
        said = page.meanwhile(month.place_id, month.period, reader)
    for sentence in said:
        messages.error(request, sentence)


def _render(
    request: HttpRequest,
    place: PlaceRow,
    typed: Entered,
    draft: Month | None,
    *,
    status: int = 200,
    **told: Any,
) -> HttpResponse:
    paper, reader = "paper" in request.GET, request.user.get_username()
    context = page.context(place, typed, draft, paper=paper, reader=reader, **told)
    context["split"] = _split(request)
    context["above"] = reading.above(scope_of(request), place)
    context["here"] = _address(request, place.place_id, str(typed.month))
    return render(request, "grid/month.html", context, status=status)


def _address(request: HttpRequest, place_id: str, period: str, **more: str) -> str:
    asked = {"place": place_id, "period": period, "split": _split(request), **more}
    told = {name: value for name, value in asked.items() if value}
    return f"{reverse('grid')}?{urlencode(told)}"


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a draft aside."""
    return _do(request, pk, actions.discard, _("The draft is set aside."))


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was sent."""
    said = _("The month is being taken back; the figures follow.")
    return _do(request, pk, actions.take_back, said)


def _do(
    request: HttpRequest, pk: int, act: Callable[..., Any], said: str
) -> HttpResponse:
    one = Month.objects.filter(pk=pk).first()
    seen = scope_of(request).places
    if one is None or one.place_id not in seen:
        raise Http404
    require(request.user, "type_month", one.place_id)
    try:
        act(by=request.user, month=one, version=version_of(request))
    except Refused as error:
        _say(request, error, one)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(_address(request, one.place_id, one.period))
