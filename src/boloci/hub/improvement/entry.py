"""The page where a team enters its month: a site, a month, two boxes a line."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from boloci.hub import downloads, keeping, reading
from boloci.hub.current import current
from boloci.hub.figures import choice
from boloci.hub.imports import told
from boloci.hub.improvement import actions, brought, entered, months, records
from boloci.hub.improvement.entered import Pair
from boloci.hub.improvement.models import Baseline, Project, TeamFile, TeamMonth
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.people.forms import place_name, sentences, version_of
from boloci.problems import Refused
from boloci.tables import TIDY

PREFIX = "n."
LONGEST = 20
BEFORE = 12
"""Months before, whose denominators are what is usual."""
ANSWERS = ("same", "new")
FILES = 5
"""Files shown, the latest."""


@dataclass(frozen=True)
class Asked:
    """A site and a month of a project, as a reader asked for them."""

    request: HttpRequest
    project: Project
    place_id: str
    """Blank where the reader works at no site."""
    period: str
    places: Sequence[str]
    """Sites whose months the reader may type."""

    @property
    def address(self) -> str:
        """Of this page."""
        told = {"place": self.place_id, "period": self.period}
        named = urlencode({name: value for name, value in told.items() if value})
        return f"/improvement/{self.project.pk}/month" + (f"?{named}" if named else "")

    def standing(self) -> months.Standing:
        """The month as it stands now: read it once for one answer."""
        return months.standing(self.project, self.place_id, self.period)


@never_cache
@login_required
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """Type a month of a site; `?place=` and `?period=` say which."""
    asked = _asked(request, records.project(request.user, pk))
    if asked.place_id and request.method == "POST":
        return _typed(asked)
    return _shown(asked)


@never_cache
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the month that was sent; who only looks here is sent to the month."""
    asked = _asked(request, records.project(request.user, pk))
    if request.method != "POST":
        return HttpResponseRedirect(asked.address)
    sent = asked.standing().sent
    if sent is None:
        raise Http404
    try:
        months.take_back(by=request.user, month=sent, version=version_of(request))
    except Refused as error:
        pairs = entered.read(_indicators(asked), sent.cells)
        return _render(asked, pairs, wrong=sentences(error), status=409)
    messages.success(request, _("The month is being taken back; the figures follow."))
    return HttpResponseRedirect(asked.address)


@never_cache
@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Months from a file; all of it, or nothing and why. Who only looks here, as the
    page of a refused file does to see how far a month is, is sent to the month."""
    project = records.project(request.user, pk)
    asked = _asked(request, project)
    if request.method != "POST":
        return HttpResponseRedirect(asked.address)
    given = request.FILES.get("file")
    name = str(given.name) if given else ""
    content = given.read(brought.MOST_BYTES + 1) if given else b""
    try:
        rows = brought.rows_of(request.user, project, name, content)
        months.bring(by=request.user, project=project, name=name, rows=rows)
    except Refused as error:
        return _shown(asked, wrong=sentences(error), status=400)
    messages.success(
        request, _("The file is read. The figures follow once they are published.")
    )
    return HttpResponseRedirect(asked.address)


@never_cache
@login_required
def blank(request: HttpRequest, pk: str, suffix: str | None = None) -> HttpResponse:
    """A file with the months that are missing at a site, to fill in and bring."""
    asked = _asked(request, records.project(request.user, int(pk)))
    if not suffix:
        return HttpResponseRedirect(asked.address)
    if not asked.place_id:
        raise PermissionDenied("team")
    wanted = _to_do(asked.project, asked.place_id) or [asked.period]
    told = brought.blank(asked.project, asked.place_id, wanted)
    page = Page(title=place_name(asked.place_id), template="", tables=[told])
    return downloads.answer(request, page, suffix)


def _asked(request: HttpRequest, project: Project) -> Asked:
    """Raises `Http404` for what is no month and a place that is no site, 403 for one
    of somebody else."""
    places = _places(request, project)
    place = request.GET.get("place", "") or (places[0] if places else "")
    if place and place not in places:
        if place not in records.site_ids(project):
            raise Http404
        months.require_team(request.user, project, place)
    period = request.GET.get("period", "")
    if period:
        code = months.month_of(period)
        if not code:
            raise Http404
        period = str(code)
    if place and not period:
        period = _first_to_do(project, place)
    return Asked(request, project, place, period, places)


def _shown(asked: Asked, wrong: Sequence[str] = (), status: int = 200) -> HttpResponse:
    """The form with the boxes of the draft, else with those that count."""
    now = asked.standing()
    cells = now.draft.cells if now.draft else now.counting.cells
    pairs = entered.read(_indicators(asked), cells)
    return _render(asked, pairs, now, wrong=wrong, status=status)


def _indicators(asked: Asked) -> list[str]:
    return records.counted_by_teams(asked.project) if asked.place_id else []


def _places(request: HttpRequest, project: Project) -> list[str]:
    """Sites whose months the reader may type, by name; one's own first."""
    own = [
        one
        for one in records.site_ids(project)
        if records.may_write(request.user, "cycle", project, one)
    ]
    mine = request.user.place_id
    return sorted(own, key=lambda one: (one != mine, place_name(one)))


def _to_do(project: Project, place_id: str) -> list[str]:
    """Months without an entry among the last ones, the oldest first."""
    known = months.months_of_site(project, place_id)
    done = months.entered_periods(place_id)
    return [one for one in map(str, known[:-1][-BEFORE:]) if one not in done]


def _first_to_do(project: Project, place_id: str) -> str:
    """The oldest month without an entry among the last ones; else the latest."""
    known = months.months_of_site(project, place_id)
    missing = _to_do(project, place_id) or list(map(str, known[-1:]))
    return missing[0] if missing else ""


def _typed(asked: Asked) -> HttpResponse:
    """Keep what was typed; send it where that is asked and nothing is in the way."""
    request = asked.request
    do = request.POST.get("do")
    cells = {
        name.removeprefix(PREFIX): text.strip()[:LONGEST]
        for name, text in request.POST.items()
        if name.startswith(PREFIX) and text.strip()
    }
    pairs = entered.read(_indicators(asked), cells)
    try:
        draft = months.save(
            by=request.user,
            project=asked.project,
            place_id=asked.place_id,
            period=asked.period,
            cells=cells,
            version=version_of(request),
            base=request.POST.get("base"),
            token=request.POST.get("token", "")[:40],
        )
    except Refused as error:
        if do == "draft":
            return JsonResponse({"said": sentences(error)}, status=409)
        now = asked.standing()
        other = now.draft
        kept = other.cells if other and other.state == "draft" else {}
        wrong = sentences(error)
        return _render(asked, pairs, now, wrong=wrong, other=kept, status=409)
    if do == "draft":
        now = asked.standing()
        return JsonResponse({"version": draft.version, "base": now.base})
    if do != "send":
        messages.success(request, _("The draft is kept. It does not count yet."))
        return HttpResponseRedirect(asked.address)
    return _sent(asked, pairs, draft)


def _sent(asked: Asked, pairs: list[Pair], draft: TeamMonth) -> HttpResponse:
    """Send a kept draft, once nothing in it is wrong and every doubt is answered."""
    request = asked.request
    emptied = _emptied(asked, pairs)
    if emptied or any(pair.wrong for pair in pairs):
        return _render(asked, pairs, wrong=emptied, status=400)
    changed = entered.changed_denominators(pairs, _denominators(asked))
    answers = {name: request.POST.get(f"denominator.{name}", "") for name in changed}
    if any(answer not in ANSWERS for answer in answers.values()):
        return _render(asked, pairs, changed=changed, status=400)
    try:
        with transaction.atomic():
            for name, answer in answers.items():
                if answer == "new":
                    _begin_line(asked, name, changed[name])
            rows = entered.rows(pairs, asked.place_id, asked.period)
            months.send(by=request.user, month=draft, version=draft.version, rows=rows)
    except Refused as error:
        return _render(asked, pairs, wrong=sentences(error), status=400)
    messages.success(request, _("Sent. The figures follow once they are published."))
    keeping.done(request, asked.address)
    return HttpResponseRedirect(f"/improvement/{asked.project.pk}")


def _begin_line(asked: Asked, indicator: str, reason: str) -> None:
    """A new centre line for a measure that is counted otherwise from this month on."""
    measure = records.of(asked.project, "measure").filter(indicator=indicator)[0]
    line = Baseline(
        project=asked.project,
        place_id=asked.place_id,
        measure=measure,
        kind="rebase",
        first=asked.period,
        reason=reason,
    )
    actions.add(by=asked.request.user, record=line)


def _emptied(asked: Asked, pairs: Sequence[Pair]) -> list[str]:
    """Boxes that were sent and are empty now: an import takes nothing back."""
    before = entered.read(_indicators(asked), asked.standing().counting.cells)
    now = {pair.key for pair in pairs if pair.counted is not None}
    for name in _indicators(asked):
        if {f"{name}.female", f"{name}.male"} <= now:
            now.add(f"{name}.total")  # it follows from the two
    return [
        _(
            "{indicator}: this was sent before, and an empty box does not take it back."
        ).format(indicator=choice.indicator(one.indicator))
        for one in before
        if one.counted is not None and one.key not in now
    ]


def _denominators(asked: Asked) -> dict[tuple[str, str], list[float]]:
    """Denominators of the months before, the latest first, by indicator and sex."""
    named = [one for one in _indicators(asked) if one in current().indicators]
    if not named or asked.place_id not in current().by_id:
        return {}
    facts = reading.facts(
        scope_of(asked.request),
        indicator=named,
        place=asked.place_id,
        method=entered.SOURCE,
    )
    found: dict[tuple[str, str], list[float]] = {}
    rows = sorted(facts.to_pylist(), key=lambda row: row["period"], reverse=True)
    for row in rows:
        if row["period"] < asked.period and row["denominator"] is not None:
            key = row["indicator"], row["sex"] or ""
            if len(found.setdefault(key, [])) < BEFORE:
                found[key].append(row["denominator"])
    return found


def _render(
    asked: Asked,
    pairs: Sequence[Pair],
    now: months.Standing | None = None,
    *,
    status: int = 200,
    wrong: Sequence[str] = (),
    changed: Mapping[str, str] | None = None,
    other: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form.

    now      the month that `pairs` were read with; None: as it stands
    other    boxes of somebody else's draft, told where they differ
    """
    lines: dict[str, list[Pair]] = {}
    for pair in pairs:
        lines.setdefault(pair.indicator, []).append(pair)
    now = now or asked.standing()
    draft, counting = now.draft, now.counting
    known = months.months_of_site(asked.project, asked.place_id)
    context = {
        "title": _("Enter a month"),
        "project": asked.project,
        "places": [(one, place_name(one)) for one in asked.places],
        "place_id": asked.place_id,
        "place": place_name(asked.place_id),
        "period": asked.period,
        "months": [str(one) for one in reversed(known)],
        "lines": [(choice.indicator(name), own) for name, own in lines.items()],
        "named": {"female": _("Girls"), "male": _("Boys"), "": _("sex not noted")},
        "draft": draft,
        "sent": now.sent,
        "brought": {pair.key: counting.named(pair) for pair in pairs},
        "sending": draft is not None and draft.state == "sending",
        "version": draft.version if draft else 0,
        "base": now.base,
        "token": uuid.uuid4().hex,
        "other": other or {},
        "kept_at": keeping.now(),
        "kept_done": keeping.done_at(asked.request, asked.address),
        "problems": told.sentences(draft.problems) if draft else [],
        "wrong": wrong,
        "changed": changed or {},
        "here": asked.address,
        "paper": "paper" in asked.request.GET,
        "files": [
            (one, told.sentences(one.problems))
            for one in TeamFile.objects.filter(
                project=asked.project, by=asked.request.user.get_username()
            )[:FILES]
        ],
        "columns": ", ".join(TIDY[brought.TABLE].required),
        "counted": ", ".join(_indicators(asked)),
    }
    return render(asked.request, "improvement/month.html", context, status=status)
