"""The list of improvement projects, and the page of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from boloci.charts import Column, Table
from boloci.charts.run_walls import WALL_WIDTH
from boloci.hub import controls, downloads
from boloci.hub.controls import Control, Controls
from boloci.hub.figures import choice
from boloci.hub.improvement import lists, months, package, records, results, telling
from boloci.hub.improvement.models import Measure, Project
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
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
            "aim": telling.aim(one),
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
        Column("sites", _("Sites today"), "sites"),
    ]
    return Table("projects", _("Improvement projects"), columns, rows)


@never_cache
@login_required
def project(request: HttpRequest, pk: str, suffix: str | None = None) -> HttpResponse:
    """One project: its aim, its results, its changes, who works on it."""
    found = records.project(request.user, int(pk))
    gap = Control("gap", _("Gap"), list(results.gaps().items()), "points")
    asked = controls.read(request.GET, _site(request, found), gap)
    sections = lists.sections(request.user, found)
    told = results.results(
        scope_of(request), found, asked["site"], gap=asked["gap"], invented=not suffix
    )
    page = Page(
        title=found.name,
        template="improvement/project.html",
        tables=[
            *(one.change for one in told if one.change),
            *(one.table for section in sections for one in section.lists),
        ],
        charts=[one.chart for one in told if one.chart],
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix, figures=True)
    more = {
        "project": found,
        "aim": telling.aim(found),
        "place": place_name(found.place_id),
        "sections": sections,
        "closed": found.closed(timezone.localdate()),
        "results": told,
        "sites_known": bool(records.sites(found)),
        "on_the_way": months.on_the_way(found),
        "may_change": records.may_write(request.user, "project", found),
        "may_enter": any(
            records.may_write(request.user, "cycle", found, one)
            for one in records.site_ids(found)
        ),
    }
    return _rendered(request, page, more)


def _site(request: HttpRequest, found: Project) -> Control:
    """A site that the reader sees, or all of them together."""
    seen = [one for one in records.site_ids(found) if one in scope_of(request).places]
    named = sorted((place_name(one), one) for one in seen)
    every = len(records.site_ids(found))
    together = _("all sites together")
    if len(seen) < every:
        told = {"seen": len(seen), "all": every}
        together = _("the {seen} sites of {all} that you see").format(**told)
    options = [("", together), *((one, name) for name, one in named)]
    return Control("site", _("Site"), options, "")


@never_cache
@login_required
def every_site(
    request: HttpRequest, pk: str, suffix: str | None = None
) -> HttpResponse:
    """All sites of a project on one page, a small run chart each."""
    found = records.project(request.user, int(pk))
    charts = []
    asked, measure = _measure(request, found)
    if measure is not None:
        chart = results.panels(scope_of(request), found, measure, asked["whom"])
        charts = [chart] if chart else []
    page = Page(
        title=_("{project}: every site").format(project=found.name),
        template="improvement/sites.html",
        charts=charts,
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix, figures=True)
    return _rendered(request, page, {"project": found})


def _measure(
    request: HttpRequest, found: Project, *more: Control
) -> tuple[Controls, Measure | None]:
    """The measure and the children that are asked for; None: the project has none."""
    measures = {str(one.pk): one for one in records.of(found, "measure")}
    if not measures:
        return Controls(), None
    named = [(pk, choice.indicator(one.indicator)) for pk, one in measures.items()]
    asked = controls.read(
        request.GET,
        *more,
        Control("measure", _("Measure"), named, named[0][0]),
        Control("whom", _("Whom"), list(results.sexes().items()), "female"),
    )
    return asked, measures[asked["measure"]]


@never_cache
@login_required
def wall(request: HttpRequest, pk: str, suffix: str | None = None) -> HttpResponse:
    """A run chart for the wall, to go on with by hand."""
    found = records.project(request.user, int(pk))
    asked, measure = _measure(request, found, _site(request, found))
    charts = []
    if measure is not None:
        scope = scope_of(request)
        charts = [results.wall(scope, found, measure, asked["whom"], asked["site"])]
    page = Page(
        title=_("{project}: sheet for the wall").format(project=found.name),
        template="improvement/wall.html",
        charts=charts,
        controls=asked,
    )
    if suffix:
        return downloads.answer(request, page, suffix, figures=True)
    return _rendered(request, page, {"project": found, "wide": WALL_WIDTH})


@never_cache
@login_required
def change_package(
    request: HttpRequest, pk: str, suffix: str | None = None
) -> HttpResponse:
    """The ideas of a project, what speaks for each, where each went."""
    found = records.project(request.user, int(pk))
    page = Page(
        title=_("{project}: change package").format(project=found.name),
        template="improvement/package.html",
        tables=[package.table(scope_of(request), found)],
    )
    if suffix:
        return downloads.answer(request, page, suffix, figures=True)
    return _rendered(request, page, {"project": found})


@never_cache
@login_required
def story(request: HttpRequest, pk: str) -> HttpResponse:
    """The project as a story that a team can tell and print."""
    found = records.project(request.user, int(pk))
    scope = scope_of(request)
    told = results.results(scope, found)
    page = Page(
        title=found.name,
        template="improvement/story.html",
        charts=[one.chart for one in told if one.chart],
    )
    ideas = package.table(scope, found)
    more = {
        "project": found,
        "aim": telling.aim(found),
        "place": place_name(found.place_id),
        "results": told,
        "ideas": [row for row in ideas.rows if row["tested"]],
        "ideas_note": ideas.note,
        "work": lists.work_done(found),
        "learned": [one for one in records.of(found, "session") if one.learned],
    }
    return _rendered(request, page, more)


def _rendered(request: HttpRequest, page: Page, more: dict[str, Any]) -> HttpResponse:
    context = {
        "title": page.title,
        "page": page,
        "controls": page.controls,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
        **page.values,
        **more,
    }
    return render(request, page.template, context)
