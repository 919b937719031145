"""Records of a project in words: the value of each field, and a line of each."""

from typing import Any

from django.db import models as database
from django.utils import timezone

from boloci.hub import showing
from boloci.hub.corrections.words import element
from boloci.hub.figures import choice
from boloci.hub.improvement import records, words
from boloci.hub.improvement.models import Project, Written
from boloci.hub.language import _
from boloci.hub.people.forms import place_name

SECTIONS = {
    "project": "aim",
    "site": "sites",
    "member": "sites",
    "coach": "support",
    "training": "support",
    "activity": "support",
    "measure": "results",
    "baseline": "results",
    "gap": "gaps",
    "idea": "changes",
    "cycle": "changes",
    "visit": "coaching",
    "recount": "coaching",
    "session": "sessions",
    "shared": "sessions",
}
"""Kind of record -> the section of the project's page where it stands."""


def section(kind: str) -> str:
    """Where a record stands on the page of its project."""
    return SECTIONS[kind]


def fields(record: Written) -> list[tuple[str, str]]:
    """Every field that people write: its name and its value, in words."""
    names = words.fields()
    return [
        (names[field.name], value(record, field.name))
        for field in record._meta.concrete_fields
        if field.name in names
    ]


def name(record: Any) -> str:
    """What readers call a record where others name it."""
    kind = records.kind_of(record)
    if kind == "measure":
        return choice.indicator(record.indicator)
    if kind == "gap":
        stage = words.of("stage", "gap")[record.stage]
        return f"{choice.indicator(record.measure.indicator)}, {stage}"
    if kind == "visit":
        day = showing.day(record.day or record.planned)
        return f"{place_name(record.place_id)}, {day}" if record.place_id else day
    if kind == "session":
        return showing.day(record.day)
    return str(record)


def value(record: Written, field: str) -> str:
    """The value of a field, as readers call it; blank where nothing is known."""
    kind = records.kind_of(record)
    kept: Any = getattr(record, field)
    if kept in (None, "", []):
        return ""
    if isinstance(kept, list):
        known = words.of(field, kind)
        return ", ".join(known.get(one) or place_name(one) for one in kept)
    if field == "place_id":
        return place_name(kept)
    if field in ("indicator", "aim_indicator"):
        return choice.indicator(kept)
    if field == "element":
        return element(kept)
    if field in ("first", "last", "period"):
        return showing.period(kept)
    if isinstance(kept, database.Model):
        return name(kept)
    if hasattr(kept, "isoformat"):
        return showing.day(kept)
    if isinstance(kept, (int, float)):
        return showing.number(kept, "people" if isinstance(kept, int) else "")
    return words.of(field, kind).get(kept, str(kept))


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


def state(project: Project) -> str:
    """Whether a project goes on, in one sentence."""
    today = timezone.localdate()
    if project.starts > today:
        return _("Begins on {day}.").format(day=showing.day(project.starts))
    if project.closed(today):
        return _("Closed on {day}.").format(day=showing.day(project.ends))
    return _("Open since {day}.").format(day=showing.day(project.starts))
