"""Writing comments and actions, and changing an action."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.hub import reading
from boloci.hub.current import current
from boloci.hub.inbox import about, actions, beside, records, words
from boloci.hub.inbox.models import Action
from boloci.hub.language import _
from boloci.hub.pages import scope_of
from boloci.hub.people.forms import sentences, version_of
from boloci.hub.people.views import back
from boloci.problems import Refused

TYPED = ("subject", "place_id", "text", "owner", "due", "next")
CHANGED = ("text", "owner", "due", "status", "evidence")


@never_cache
@login_required
@require_POST
def comment(request: HttpRequest) -> HttpResponse:
    """Keep a remark and go back to the page it is about."""
    return _written(request, "comment", actions.comment, TYPED[:3], _("Written."))


@never_cache
@login_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Keep an action and go back to the page it is about."""
    return _written(request, "act", actions.act, TYPED[:5], _("The action is noted."))


def _written(
    request: HttpRequest,
    what: str,
    write: Callable[..., Any],
    names: tuple[str, ...],
    said: str,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        write(by=request.user, **{name: typed[name] for name in names})
    except Refused as error:
        return _again(request, what, typed, sentences(error))
    messages.success(request, said)
    return HttpResponseRedirect(back(request))


def _again(
    request: HttpRequest, what: str, typed: dict[str, str], wrong: list[str]
) -> HttpResponse:
    """The form with what was typed and why it could not be kept."""
    scope = scope_of(request)
    kind, key, here = about.checked(scope, typed["subject"], typed["place_id"])
    context = {
        "title": _("Comment") if what == "comment" else _("Action"),
        "what": what,
        "typed": typed,
        "wrong": wrong,
        "here": here,
        "subject": about.told(scope, kind, key, here.place_id),
        **beside.forms(request.user, here),
    }
    return render(request, "inbox/write.html", context, status=400)


@never_cache
@login_required
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: see it, change it; what somebody else saved meanwhile is told."""
    found = records.actions(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _action(request, found)
    typed = {name: request.POST.get(name, "") for name in CHANGED}
    try:
        actions.change(
            by=request.user, action=found, version=version_of(request), **typed
        )
    except Refused as error:
        found.refresh_from_db()
        conflict = error.problems[0].code == "record_changed"
        return _action(
            request,
            found,
            409 if conflict else 400,
            wrong=sentences(error),
            typed=typed,
            conflict=conflict,
        )
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("action", args=[found.pk]))


def _action(
    request: HttpRequest, found: Action, status: int = 200, **more: Any
) -> HttpResponse:
    scope = scope_of(request)
    kept = {name: getattr(found, name) for name in CHANGED}
    kept |= {"owner": found.owner.username, "due": found.due.isoformat()}
    context = {
        "title": _("Action"),
        "action": found,
        "shown": beside.action(scope, request.user, found),
        "typed": kept,
        "wrong": [],
        "conflict": False,
        "owners": _owners(scope, found),
        "statuses": words.statuses(),
        **more,
    }
    return render(request, "inbox/action.html", context, status=status)


def _owners(scope: Any, found: Action) -> list[Any]:
    """Who may own an action: who owns it now, whatever became of the place."""
    if found.place_id not in current().by_id:
        return [found.owner]
    here = reading.place(scope, found.place_id)
    others = records.owners(here)
    return others if found.owner in others else [found.owner, *others]
