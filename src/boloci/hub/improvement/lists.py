"""What people wrote about a project, as tables: the sections of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from boloci.charts import Column, Table
from boloci.hub import showing
from boloci.hub.improvement import records, telling, words
from boloci.hub.improvement.models import Project, Written
from boloci.hub.language import _, ngettext
from boloci.hub.people.models import User
from boloci.hub.rights import readable

SHOWN = {
    "site": ("place_id", "team", "joined", "left"),
    "member": ("name", "work", "sex", "place_id"),
    "coach": ("name", "work", "sex", "sites"),
    "training": ("what", "day", "who", "women", "men", "people", "place_id"),
    "activity": ("day", "kind", "what", "partners", "place_id"),
    "measure": ("indicator", "role", "aspect", "chart", "rules"),
    "baseline": ("measure", "kind", "first", "last", "reason", "place_id"),
    "gap": ("measure", "stage", "barriers", "found", "place_id"),
    "idea": ("name", "kind", "barrier", "level", "description", "place_id"),
    "cycle": (
        *("idea", "place_id", "began", "ended", "hypothesis", "plan", "done"),
        *("seen", "decision", "heard_at"),
    ),
    "visit": (
        *("place_id", "planned", "day", "purpose", "who", "observed", "next_visit"),
    ),
    "recount": ("place_id", "element", "period", "register", "reported"),
    "session": ("day", "agenda", "sites", "learned"),
    "shared": ("session", "place_id", "what", "idea"),
}
"""Record -> its fields, in the order of the columns of its table."""
NEEDS = {
    "member": ("site",),
    "cycle": ("site", "idea"),
    "baseline": ("measure",),
    "gap": ("measure",),
    "visit": ("site",),
    "recount": ("site", "visit"),
    "shared": ("site", "session"),
}
"""Record -> the records that it is about, without which there is none."""
UNITS = {
    **dict.fromkeys(("women", "men", "people"), "people"),
    **dict.fromkeys(("register", "reported"), "doses"),
}


@dataclass(frozen=True)
class List:
    """Records of one kind."""

    kind: str
    label: str
    table: Table
    may_add: bool
    first: str = ""
    """What is to be added before one of these can be, in words."""

    @property
    def columns(self) -> list[Column]:
        """Columns that say something of a record; a file has the others too."""
        rows = self.table.rows
        return [
            one
            for one in self.table.columns
            if any(row[one.name] not in ("", None) for row in rows)
        ]


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    name: str
    title: str
    lists: Sequence[List]


def sections(user: User, project: Project) -> list[Section]:
    """Everything that was written about a project, in the order of the work."""
    titles = {
        "sites": _("Sites and teams"),
        "changes": _("Changes that are tested"),
        "gaps": _("The gap between girls and boys"),
        "coaching": _("Coaching visits"),
        "sessions": _("Learning sessions"),
        "support": _("Coaches, trainings, support"),
        "results": _("Measures"),
    }
    return [
        Section(name, title, [_list(user, project, kind) for kind in _kinds(name)])
        for name, title in titles.items()
    ]


def _kinds(section: str) -> list[str]:
    return [kind for kind in SHOWN if telling.section(kind) == section]


def _list(user: User, project: Project, kind: str) -> List:
    found = list(records.of(project, kind))
    if kind == "recount":  # figures of a place, unlike what its team tells the others
        seen = readable(user).places
        found = [one for one in found if one.place_id in seen]
    places = ("", *records.site_ids(project))
    names = words.fields()
    columns = [Column(one, names[one], UNITS.get(one, "text")) for one in SHOWN[kind]]
    table = Table(
        kind,
        _titles()[kind],
        columns,
        [_row(user, project, kind, one) for one in found],
    )
    may_add = any(records.may_write(user, kind, project, one) for one in places)
    first = _first(project, kind) if may_add else ""
    return List(kind, words.kinds()[kind], table, may_add, first)


def _first(project: Project, kind: str) -> str:
    for needed in NEEDS.get(kind, ()):
        if not records.of(project, needed).exists():
            return _("First add: {what}.").format(what=words.kinds()[needed].lower())
    return ""


def _row(user: User, project: Project, kind: str, one: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(one, name) if name in UNITS else _told(one, name)
        for name in SHOWN[kind]
    }
    may_change = records.may_write(user, kind, project, one.place_id)
    address = f"/improvement/{project.pk}/{kind}/{one.pk}"
    report = f"{address}/report" if kind == "visit" else ""
    return {**row, "change": report or (address if may_change else "")}


def _told(one: Written, name: str) -> str:
    text = telling.value(one, name)
    if name == "place_id" and not text:
        return _("the whole project")
    return text


def _titles() -> dict[str, str]:
    return {
        "site": _("Sites"),
        "member": _("People of the teams"),
        "coach": _("Coaches and programme staff"),
        "training": _("Trainings"),
        "activity": _("Support and links with the community"),
        "measure": _("Measures"),
        "baseline": _("Centre lines that were frozen or begun anew"),
        "gap": _("Gaps and their barriers"),
        "idea": _("Ideas"),
        "cycle": _("Tests of change"),
        "visit": _("Visits"),
        "recount": _("Data checked at the source"),
        "session": _("Sessions"),
        "shared": _("What teams shared"),
    }


def work_done(project: Project) -> list[str]:
    """How much was done, a sentence each; what was not done is left out."""
    day = timezone.localdate()
    trained = list(records.of(project, "training"))
    people = sum(
        (one.women or 0) + (one.men or 0) + (one.people or 0) for one in trained
    )
    visits = records.of(project, "visit").filter(day__isnull=False).count()
    counts = [
        (
            len({one.place_id for one in records.sites(project)}),
            lambda n: ngettext("{n} site", "{n} sites", n),
        ),
        (
            records.of(project, "coach").count(),
            lambda n: ngettext(
                "{n} coach or programme staff", "{n} coaches and programme staff", n
            ),
        ),
        (people, lambda n: ngettext("{n} person trained", "{n} people trained", n)),
        (visits, lambda n: ngettext("{n} coaching visit", "{n} coaching visits", n)),
        (
            records.of(project, "session").filter(day__lte=day).count(),
            lambda n: ngettext("{n} learning session", "{n} learning sessions", n),
        ),
        (
            records.of(project, "cycle").count(),
            lambda n: ngettext("{n} test of change", "{n} tests of change", n),
        ),
    ]
    return [
        words_of(count).format(n=showing.number(count, "people"))
        for count, words_of in counts
        if count
    ]
