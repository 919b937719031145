"""Records of improvement projects, for those who may read them.

A project is read by who sees the whole country, who works where the project or one of
its sites is, and who works inside one of its sites. To everybody else it does not
exist: what teams and coaches write is about their work, not for the public.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from boloci.catalogue.definitions import Indicator
from boloci.hub.current import current, workspace
from boloci.hub.improvement import models
from boloci.hub.improvement.models import OfProject, Project, Site, Written
from boloci.hub.inbox.records import works
from boloci.hub.people.models import User
from boloci.hub.rights import may
from boloci.problems import Refused
from boloci.published import PlaceRow

KINDS: Mapping[str, type[Written]] = {
    "project": models.Project,
    "site": models.Site,
    "member": models.Member,
    "coach": models.Coach,
    "training": models.Training,
    "activity": models.Activity,
    "measure": models.Measure,
    "baseline": models.Baseline,
    "gap": models.Gap,
    "idea": models.Idea,
    "cycle": models.Cycle,
    "visit": models.Visit,
    "recount": models.Recount,
    "session": models.Session,
    "shared": models.Shared,
}
"""Kind of record, as addresses name it -> its model."""
OF_TEAMS = ("member", "activity", "idea", "cycle", "baseline")
"""What a team writes itself about its site; the rest is for who leads the project."""


def kind_of(record: Written) -> str:
    """The kind of a record, as `KINDS` names it."""
    return next(kind for kind, model in KINDS.items() if type(record) is model)


def projects(user: User) -> list[Project]:
    """Projects that a person may read, latest first."""
    every = Project.objects.filter(removed=False)
    if user.sees_everything:
        return list(every)
    sites = _sites_of_each()
    return [one for one in every if _readable(user, one, sites.get(one.pk, []))]


def projects_of(user: User, here: PlaceRow) -> list[Project]:
    """Projects that a person may read and that work at a place: one of their sites is
    it, lies below it or holds it, or the whole project does not reach beyond it."""
    sites = _sites_of_each()
    above = here.path.split("/")
    return [
        one
        for one in projects(user)
        if one.group == here.place_id
        or _inside(one.place_id, here.place_id)
        or any(
            site in above or _inside(site, here.place_id)
            for site in sites.get(one.pk, [])
        )
    ]


def _sites_of_each() -> dict[int, list[str]]:
    """Number of a project -> the places that are or were its sites."""
    found: dict[int, list[str]] = {}
    for one in Site.objects.filter(removed=False):
        found.setdefault(one.project_id, []).append(one.place_id)
    return found


def project(user: User, pk: int) -> Project:
    """A project. Raises `Http404` where there is none or it may not be read."""
    found = Project.objects.filter(pk=pk, removed=False).first()
    if found is None or not (
        user.sees_everything or _readable(user, found, site_ids(found))
    ):
        raise Http404
    return found


def _readable(user: User, found: Project, sites: Sequence[str]) -> bool:
    if works(user, found.place_id) or any(works(user, one) for one in sites):
        return True
    return any(_inside(user.place_id, one) for one in sites)


def _inside(place_id: str, above: str) -> bool:
    try:
        place = current().by_id.get(place_id)
    except Refused:
        return False
    return place is not None and above in place.path.split("/")


def of(found: Project, kind: str) -> QuerySet[Any]:
    """Records of a project that were not removed. Raises `Http404` for no kind."""
    model = KINDS.get(kind)
    if model is None or not issubclass(model, OfProject):
        raise Http404
    return model._default_manager.filter(project=found, removed=False)


def sites(found: Project, day: datetime.date | None = None) -> list[Site]:
    """Sites of a project; those of a day where one is given."""
    return [one for one in of(found, "site") if day is None or one.on(day)]


def site_ids(found: Project) -> list[str]:
    """Places that are or were sites, each once."""
    return list(dict.fromkeys(one.place_id for one in sites(found)))


def counted_by_teams(project: Project) -> list[str]:
    """Indicators of the project that its teams count, in the order of its measures."""
    known = workspace().catalogue.indicators
    return list(
        dict.fromkeys(
            one.indicator
            for one in of(project, "measure")
            if one.indicator in known and counted_monthly(known[one.indicator])
        )
    )


def counted_monthly(indicator: Indicator) -> bool:
    """Whether a team can count an indicator each month, as its register has it."""
    return indicator.formula["kind"] == "measure" and "month" in indicator.periods


def may_write(user: Any, kind: str, found: Project | None, place_id: str = "") -> bool:
    """Whether a person may write a kind of record of a project about a place.

    found       None: a new project
    place_id    a site; blank: the project as a whole
    """
    if found is None:
        return may(user, "improve", place_id or None)
    here = place_id or found.place_id
    inside = here == found.group or _inside(here, found.place_id)
    if inside and may(user, "improve", found.place_id):
        return True
    if may(user, "improve", here):
        return True
    return kind in OF_TEAMS and bool(place_id) and may(user, "team", place_id)
