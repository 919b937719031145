"""Coaching visits as subjects of comments and actions, and their report on one page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from boloci.hub import showing
from boloci.hub.corrections.words import element
from boloci.hub.current import current
from boloci.hub.imports import told
from boloci.hub.improvement import records
from boloci.hub.improvement.models import Visit
from boloci.hub.inbox import about, beside
from boloci.hub.language import _
from boloci.hub.pages import scope_of
from boloci.hub.people.forms import place_name

KIND = "visit"


def _known(key: str) -> Visit | None:
    number = int(key) if key.isdecimal() and len(key) < 10 else 0
    return Visit.objects.filter(pk=number, removed=False).first()


def _exists(key: str, place_id: str) -> bool:
    one = _known(key)
    return one is not None and one.place_id == place_id


def name(one: Visit) -> str:
    """What readers call a visit."""
    day = showing.day(one.day or one.planned)
    if one.day is None:
        return _("Coaching visit planned for {day}").format(day=day)
    return _("Coaching visit of {day}").format(day=day)


def _told(key: str) -> str:
    one = _known(key)
    return name(one) if one else _("A coaching visit that was taken away")


def _address(key: str) -> str:
    one = _known(key)
    if one is None:
        return "/improvement"
    return f"/improvement/{one.project_id}/visit/{one.pk}/report"


SUBJECT = about.Kind(exists=_exists, told=_told, address=_address)


@never_cache
@login_required
def report(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a visit saw, counted and agreed, to print and sign."""
    project = records.project(request.user, pk)
    one = records.of(project, KIND).filter(pk=number).first()
    if one is None:
        raise Http404
    here = current().by_id.get(one.place_id)
    panel: dict[str, Any] = {}
    if here is not None:
        panel = beside.of_record(request, here, KIND, str(one.pk), name(one))
    seen = scope_of(request).places
    counted = [
        each
        for each in records.of(project, "recount").filter(visit=one)
        if each.place_id in seen
    ]
    context = {
        "title": name(one),
        "project": project,
        "visit": one,
        "place": place_name(one.place_id),
        "others": [place_name(place) for place in one.sites],
        "recounts": [_recount(each) for each in counted],
        **panel,
        "may_change": records.may_write(request.user, KIND, project, one.place_id),
    }
    return render(request, "improvement/visit.html", context)


def _recount(one: Any) -> dict[str, Any]:
    """A recount in words: what was counted, what was reported, how far they are."""
    ratio = None
    if one.reported is not None and one.register:
        ratio = 100 * one.reported / one.register
    return {
        "element": element(one.element),
        "period": one.period,
        "register": one.register,
        "reported": one.reported,
        "ratio": ratio,
        "problems": told.sentences(one.problems),
    }
