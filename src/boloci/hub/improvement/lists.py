"""What people wrote about a project, as tables: the sections of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts import Column, Table
from boloci.hub.improvement import records, telling, words
from boloci.hub.improvement.models import Project, Written
from boloci.hub.language import _
from boloci.hub.people.models import User

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
UNITS = {"women": "units", "men": "units", "people": "units"}


@dataclass(frozen=True)
class List:
    """Records of one kind."""

    kind: str
    label: str
    table: Table
    may_add: bool


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
    return List(kind, words.kinds()[kind], table, may_add)


def _row(user: User, project: Project, kind: str, one: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(one, name) if name in UNITS else _told(one, name)
        for name in SHOWN[kind]
    }
    may_change = records.may_write(user, kind, project, one.place_id)
    address = f"/improvement/{project.pk}/{kind}/{one.pk}"
    return {**row, "change": address if may_change else ""}


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
