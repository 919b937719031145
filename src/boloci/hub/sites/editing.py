"""The pages of groups for who may change them: as they stand, with forms."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.groups import Group, Member
from boloci.hub import downloads, links
from boloci.hub.current import current, workspace
from boloci.hub.imports import told
from boloci.hub.imports.models import Publication
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.people.forms import place_name, sentences, version_of
from boloci.hub.rights import may, require
from boloci.hub.showing import level as level_name
from boloci.hub.sites import actions, forms, history, words
from boloci.hub.sites import listed as listing
from boloci.hub.sites import one as showing_one
from boloci.hub.sites.known import one_known, standing
from boloci.problems import Refused
from boloci.tables import LEVELS

LONGEST = 20_000
"""Signs of what is typed that are read."""
EMPTY = dict.fromkeys(("places", "valid_from", "valid_to", "reason"), "")


@never_cache
def listed(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Every group as it stands."""
    page = listing.page(scope_of(request), listing.asked(request), editor=True)
    if suffix:
        return downloads.answer(request, page, suffix)
    return _rendered(request, "sites/sites_edited.html", page, **_publishing(page))


@never_cache
def one(request: HttpRequest, code: str, suffix: str | None = None) -> HttpResponse:
    """A group as it stands, with the forms that change it."""
    return _one(request, code, suffix)


def _one(
    request: HttpRequest,
    code: str,
    suffix: str | None = None,
    *,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = showing_one.page(scope_of(request), code, editor=True)
    if suffix:
        return downloads.answer(request, page, suffix)
    group = page.values["known"].group
    typed = {name: value[:LONGEST] for name, value in request.POST.items()}
    more = {
        "wrong": wrong or [],
        "typed": {**EMPTY, "name": group.name, "kind": group.kind, **typed},
        "kinds": words.kinds(),
        "levels": _levels(),
        "usual_level": typed.get("level") or _level_of(group),
        "version": actions.version_of(code),
        "undoable": actions.undoable(code),
        "history": history.table(code),
        "refused": _refused(code),
        "may_open": may(request.user, "open_group") and workspace().public,
        **_publishing(page),
    }
    return _rendered(request, "sites/group_edited.html", page, status=status, **more)


def _rendered(
    request: HttpRequest, template: str, page: Page, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "title": page.title,
        "page": page,
        "controls": page.controls,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        **page.values,
        **more,
    }
    return render(request, template, context, status=status)


def _publishing(page: Page) -> dict[str, Any]:
    """Whether figures are to be published, and how far a publishing is."""
    publication = Publication.objects.first()
    under_way = publication if publication and publication.under_way else None
    known = page.values.get("known")
    behind = (
        not known.published
        if known
        else any(row["behind"] for row in page.tables[0].rows)
    )
    return {"publication": under_way, "behind": behind}


def _levels() -> dict[str, str]:
    present = {one.level for one in current().places}
    names = workspace().levels
    return {one: level_name(one, names) for one in LEVELS if one in present}


def _level_of(group: Group) -> str:
    """The level of its first member; the district where it has none."""
    known = current().by_id
    found = [known[m.place_id].level for m in group.members if m.place_id in known]
    return found[0] if found else "district"


def _refused(code: str) -> list[str]:
    """Why the latest change could not be written."""
    latest = history.changes(code).first()
    refused = latest is not None and latest.state == "refused"
    return told.sentences(latest.problems) if latest and refused else []


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Make a group."""
    require(request.user, "group")
    typed = {name: request.POST.get(name, "")[:500] for name in ("name", "kind")}
    wrong: list[str] = []
    if request.method == "POST":
        try:
            made = actions.make(by=request.user, **typed)
        except Refused as error:
            wrong = sentences(error)
        else:
            messages.success(request, _("The group is made. Add its members."))
            return HttpResponseRedirect(links.group(made.group))
    context = {
        "title": _("Make a group"),
        "typed": typed,
        "kinds": words.kinds(),
        "wrong": wrong,
    }
    return render(request, "sites/add.html", context, status=400 if wrong else 200)


def _do(
    request: HttpRequest,
    code: str,
    act: Callable[[dict[str, Any]], Any],
    said: str,
    again: Callable[..., HttpResponse] | None = None,
) -> HttpResponse:
    """Do one thing to a group and come back to its page; refused: the form `again`."""
    require(request.user, "group")
    if standing(code) is None:
        raise Http404
    common = {"by": request.user, "code": code, "version": version_of(request)}
    try:
        act(common)
    except Refused as error:
        changed = any(one.code == "record_changed" for one in error.problems)
        shown = again or partial(_one, request, code)
        return shown(wrong=sentences(error), status=409 if changed else 400)
    messages.success(request, said)
    there = standing(code) is not None
    return HttpResponseRedirect(links.group(code) if there else reverse("sites"))


@require_POST
def name(request: HttpRequest, group: str) -> HttpResponse:
    """Another name or kind."""
    typed = {name: request.POST.get(name, "")[:500] for name in ("name", "kind")}
    return _do(request, group, lambda common: actions.name(**common, **typed), _saved())


@require_POST
def members(request: HttpRequest, group: str) -> HttpResponse:
    """More members, one a line, with their dates."""

    def act(common: dict[str, Any]) -> None:
        given = request.POST
        level = given.get("level", "")
        first = forms.day_of(given.get("valid_from", ""))
        last = forms.day_of(given.get("valid_to", ""))
        places = forms.places_of(given.get("places", "")[:LONGEST], level)
        reason = given.get("reason", "")
        added = [Member(p.place_id, first, last, reason) for p in places]
        actions.add_members(**common, members=added)

    return _do(request, group, act, _saved())


@require_POST
def file(request: HttpRequest, group: str) -> HttpResponse:
    """Members from a CSV file."""

    def act(common: dict[str, Any]) -> None:
        given = request.FILES.get("file")
        content = given.read(forms.MOST_BYTES + 1) if given else b""
        found = forms.members_of(
            str(given.name) if given else "",
            content,
            code=group,
            level=request.POST.get("level", ""),
        )
        whole = request.POST.get("whole") == "yes"
        actions.take_members(**common, members=found, whole=whole)

    said = _("The file is read. The figures follow with the next publishing.")
    return _do(request, group, act, said)


@require_POST
def open_to_all(request: HttpRequest, group: str) -> HttpResponse:
    """Show the group with all its places to everyone, or no longer."""
    require(request.user, "open_group")
    opened = request.POST.get("open") == "yes"

    def act(_common: dict[str, Any]) -> None:
        actions.open_to_all(by=request.user, code=group, opened=opened)

    said = _("Open to everyone from now on.") if opened else _("No longer open.")
    return _do(request, group, act, said)


@require_POST
def undo(request: HttpRequest, group: str) -> HttpResponse:
    """Take the latest change back."""
    said = _("The latest change is taken back.")
    return _do(request, group, lambda common: actions.undo(**common), said)


@never_cache
def member(request: HttpRequest, group: str) -> HttpResponse:
    """One membership: its dates and reason; removing one entered by mistake."""
    require(request.user, "group")
    given = request.POST if request.method == "POST" else request.GET
    key = (given.get("place", ""), given.get("since", ""))
    known = one_known(scope_of(request), group, editor=True)
    found = next((one for one in known.group.members if one.key == key), None)
    if request.method == "POST":
        removing = given.get("do") == "remove"
        said = _("Removed. The figures follow with the next publishing.")
        act = _removal(key, given) if removing else _dating(key, given)
        again = partial(_member, request, known.group, found) if found else None
        return _do(request, group, act, said if removing else _saved(), again)
    if found is None:
        raise Http404
    return _member(request, known.group, found)


def _member(
    request: HttpRequest,
    group: Group,
    found: Member,
    *,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = {
        "valid_from": found.valid_from or "",
        "valid_to": found.valid_to or "",
        "reason": found.reason,
    }
    context = {
        "title": place_name(found.place_id),
        "group": group,
        "member": found,
        "version": actions.version_of(group.code),
        "typed": {name: request.POST.get(name, kept[name]) for name in kept},
        "wrong": wrong or [],
    }
    return render(request, "sites/member.html", context, status=status)


def _saved() -> str:
    return _("Saved. The figures follow with the next publishing.")


def _removal(key: tuple[str, str], given: Any) -> Callable[[dict[str, Any]], Any]:
    why = given.get("why", "")
    return lambda common: actions.remove_member(**common, key=key, reason=why)


def _dating(key: tuple[str, str], given: Any) -> Callable[[dict[str, Any]], Any]:
    def act(common: dict[str, Any]) -> None:
        new = Member(
            key[0],
            forms.day_of(given.get("valid_from", "")),
            forms.day_of(given.get("valid_to", "")),
            given.get("reason", ""),
        )
        actions.date_member(**common, key=key, member=new)

    return act
