"""The inbox: what is new for a person, what the person has to do, what others wrote."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from boloci.charts import Column, Table
from boloci.hub import controls, downloads
from boloci.hub.controls import Control, Controls
from boloci.hub.current import build_file, current
from boloci.hub.inbox import actions, beside, records
from boloci.hub.inbox.since_last_look import SinceLastLook, since_last_look
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.people.forms import place_name

MOST = 200
"""Comments and actions listed where all are asked for."""


@never_cache
@login_required
def inbox(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """What is new, to do and said; as a file, its tables."""
    user = request.user
    last = records.seen(user)
    asked = controls.read(request.GET, _shown())
    lists = _lists(request, asked)
    told = since_last_look(user, last.build if last else "")
    page = Page(
        title=_("Inbox"),
        template="inbox/inbox.html",
        tables=[_actions_table(lists["actions"]), told.findings, told.changed],
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    context = {
        "title": page.title,
        "page": page,
        "controls": asked,
        "since": told,
        "nothing_new": _nothing_new(told, lists),
        "last": last,
        "build": current().build if build_file() else "",
        "until": timezone.now().isoformat(),
        "own": place_name(user.place_id),
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        **lists,
    }
    return render(request, page.template, context)


def _shown() -> Control:
    choices = [("mine", _("new and mine")), ("all", _("all of my places"))]
    return Control("shown", _("Actions and comments"), choices, "mine")


def _lists(request: HttpRequest, asked: Controls) -> dict[str, list[Any]]:
    user, scope = request.user, scope_of(request)
    whole = asked["shown"] == "all"
    done = records.actions(user) if whole else records.own_actions(user)
    said = records.comments(user) if whole else records.unread(user)
    return {
        "actions": [beside.action(scope, user, one) for one in done[:MOST]],
        "comments": [beside.comment(scope, one) for one in said[:MOST]],
    }


def _nothing_new(told: SinceLastLook, lists: dict[str, list[Any]]) -> bool:
    return told.compared and not (told.count or told.changes or lists["comments"])


def _actions_table(lines: list[Any]) -> Table:
    rows = [
        {
            "place": line["place"],
            "place_id": line["one"].place_id,
            "about": line["about"],
            "text": line["one"].text,
            "owner": line["one"].owner.name,
            "due": line["one"].due,
            "status": line["late"] or line["status"],
        }
        for line in lines
    ]
    columns = [
        Column("place", _("Place"), "place"),
        Column("about", _("About")),
        Column("text", _("What is to be done")),
        Column("owner", _("By whom")),
        Column("due", _("Due on"), "day"),
        Column("status", _("Where it stands")),
    ]
    return Table("actions", _("Actions"), columns, rows)


@never_cache
@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Everything that the page showed is read."""
    actions.mark_read(
        by=request.user,
        build=request.POST.get("build", ""),
        until=request.POST.get("until", ""),
    )
    messages.success(request, _("Marked as read."))
    return HttpResponseRedirect(reverse("inbox"))
