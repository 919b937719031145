"""The list of improvement projects, and the page of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from boloci.charts import Column, Table
from boloci.hub import downloads, showing
from boloci.hub.figures import choice
from boloci.hub.improvement import lists, records, words
from boloci.hub.improvement.models import Project
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.people.forms import place_name


@never_cache
@login_required
def projects(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Every project that the reader may read."""
    found = records.projects(request.user)
    page = Page(
        title=_("Improvement projects"),
        template="improvement/projects.html",
        tables=[_projects(found)],
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    more = {"may_add": records.may_write(request.user, "project", None)}
    return _rendered(request, page, more)


def _projects(found: list[Project]) -> Table:
    today = timezone.localdate()
    rows = [
        {
            "name": one.name,
            "address": f"/improvement/{one.pk}",
            "place": place_name(one.place_id),
            "place_id": one.place_id,
            "aim": aim(one),
            "starts": one.starts,
            "ends": one.ends,
            "sites": len({site.place_id for site in records.sites(one, today)}),
        }
        for one in found
    ]
    columns = [
        Column("name", _("Project")),
        Column("place", _("Place"), "place"),
        Column("aim", _("Aim")),
        Column("starts", _("Begins on"), "day"),
        Column("ends", _("Ends on"), "day"),
        Column("sites", _("Sites today"), "units"),
    ]
    return Table("projects", _("Improvement projects"), columns, rows)


def aim(project: Project) -> str:
    """The aim in one sentence; blank where the project says none."""
    if not project.aim_indicator or project.aim_value is None or not project.aim_day:
        return ""
    unit = _unit(project)
    told = {
        "what": choice.indicator(project.aim_indicator),
        "whom": words.sexes()[project.aim_sex],
        "before": showing.figure(project.aim_from, unit),
        "value": showing.figure(project.aim_value, unit),
        "day": showing.day(project.aim_day),
    }
    if project.aim_from is None:
        return _("{what}, {whom}: {value} by {day}").format(**told)
    return _("{what}, {whom}: from {before} to {value} by {day}").format(**told)


def _unit(project: Project) -> str:
    return "points" if project.aim_sex == "gap" else choice.unit(project.aim_indicator)


@never_cache
@login_required
def project(request: HttpRequest, pk: str, suffix: str | None = None) -> HttpResponse:
    """One project: its aim, its results, its changes, who works on it."""
    found = records.project(request.user, int(pk))
    sections = lists.sections(request.user, found)
    page = Page(
        title=found.name,
        template="improvement/project.html",
        tables=[one.table for section in sections for one in section.lists],
    )
    if suffix:
        return downloads.answer(request, page, suffix)
    more = {
        "project": found,
        "aim": aim(found),
        "place": place_name(found.place_id),
        "sections": sections,
        "may_change": records.may_write(request.user, "project", found),
        "may_enter": any(
            records.may_write(request.user, "cycle", found, one)
            for one in records.site_ids(found)
        ),
    }
    return _rendered(request, page, more)


def _rendered(request: HttpRequest, page: Page, more: dict[str, Any]) -> HttpResponse:
    context = {
        "title": page.title,
        "page": page,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        **page.values,
        **more,
    }
    return render(request, page.template, context)
