"""Writes of a team's month: keeping what is typed, sending it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from boloci import periods
from boloci.hub.imports import typed as entries
from boloci.hub.imports.actions import start_publication
from boloci.hub.imports.models import Publication
from boloci.hub.improvement import boxes, records, work
from boloci.hub.improvement.models import OPEN, Project, TeamFile, TeamMonth
from boloci.hub.people import audit
from boloci.problems import refuse

MOST_CELLS = 200


@dataclass(frozen=True)
class Standing:
    """How a month of a site stands: typed, sent and brought, as one reading found it. A
    form filled from two readings could say that it knows a draft it does not show."""

    place_id: str
    period: str
    draft: TeamMonth | None
    """What is typed or being sent; None: nothing is."""
    sent: TeamMonth | None
    """What was sent the last time, for whichever project: a place has one figure a
    month, so a second entry takes the first one's place."""
    files: Sequence[TeamFile]
    """Files that brought it and count; the latest first."""

    @property
    def counting(self) -> boxes.Boxes:
        """What counts of the month, typed or in a file."""
        return boxes.counted(self.sent, self.files, self.place_id, self.period)

    @property
    def base(self) -> str:
        """What a form is filled from: the entry that was sent, the draft, and the last
        file. Another of them gives another base, though its version be the same."""
        known = [one.pk if one else 0 for one in (self.sent, self.draft)]
        return "-".join(map(str, [*known, *(one.pk for one in self.files[:1])]))


def standing(project: Project, place_id: str, period: str) -> Standing:
    """A month of a site as it stands; for a blank place or period nothing is known."""
    counts = Q(state="sent") | Q(project=project, state__in=OPEN)
    found = TeamMonth.objects.filter(counts, place_id=place_id, period=period)
    known = list(found.select_related("project"))
    return Standing(
        place_id=place_id,
        period=period,
        draft=next((one for one in known if one.state in OPEN), None),
        sent=next((one for one in known if one.state == "sent"), None),
        files=boxes.files_of(place_id, period),
    )


def entered_periods(place_id: str) -> set[str]:
    """Months of a site that were sent or are on their way, typed or in a file, for
    whichever project."""
    typed = TeamMonth.objects.filter(state__in=("sending", "sent"), place_id=place_id)
    return set(typed.values_list("period", flat=True)) | {
        row["period"]
        for one in boxes.of_place(place_id)
        for row in one.rows
        if row["place_id"] == place_id
    }


def require_team(by: Any, project: Project, place_id: str) -> None:
    """Raises `PermissionDenied` (403) where `by` may not write a month of a site."""
    if not records.may_write(by, "cycle", project, place_id):
        raise PermissionDenied("team")


def save(
    *,
    by: Any,
    project: Project,
    place_id: str,
    period: str,
    cells: Mapping[str, str],
    version: int,
    base: str | None = None,
    token: str = "",
) -> TeamMonth:
    """Keep what was typed; nothing counts yet.

    version    of the draft that the form was filled from; 0: there was none
    base       of its standing then; None: not asked
    token      of the open form: its own earlier saving is no conflict, though it did
               not hear of it

    Raises `Refused` where somebody else kept or sent the month meanwhile, where it is
    still to come, or where the place is no site of the project in it.
    """
    require_team(by, project, place_id)
    refuse_period(project, place_id, period)
    typed = dict(list(cells.items())[:MOST_CELLS])
    try:
        with transaction.atomic():
            now = standing(project, place_id, period)
            draft = now.draft
            own = draft is not None and bool(token) and draft.token == token
            if base is not None and base != now.base and not own:
                raise refuse("record_changed")
            if draft is None:
                return _begun(by, project, place_id, period, typed, version, token)
            if draft.state == "sending":
                raise refuse("month_being_sent")
            fields = {"cells": typed, "by": _name(by), "problems": [], "token": token}
            known = draft.version if own else version
            return _moved(by, "save_team_month", draft, known, fields)
    except IntegrityError:  # another began the same month at the same moment
        raise refuse("record_changed") from None


def _begun(
    by: Any,
    project: Project,
    place_id: str,
    period: str,
    cells: dict[str, str],
    version: int,
    token: str,
) -> TeamMonth:
    if version:
        raise refuse("record_changed")
    made = TeamMonth.objects.create(
        project=project,
        place_id=place_id,
        period=period,
        by=_name(by),
        cells=cells,
        token=token,
    )
    _record(by, "begin_team_month", made, before=None)
    return made


@transaction.atomic
def send(
    *, by: Any, month: TeamMonth, version: int, rows: Sequence[Mapping[str, str]]
) -> TeamMonth:
    """Have a draft imported and figures published with it."""
    require_team(by, month.project, month.place_id)
    if not rows:
        raise refuse("month_without_number")
    fields = {"state": "sending", "rows": list(rows), "by": _name(by), "problems": []}
    moved = _moved(by, "send_team_month", month, version, fields)
    work.send.enqueue(month.pk)
    return moved


@transaction.atomic
def take_back(*, by: Any, month: TeamMonth, version: int) -> Publication:
    """Take back what was sent; figures are published without it, nothing is deleted."""
    require_team(by, month.project, month.place_id)
    fields = {"state": "taken_back"}
    _moved(by, "take_team_month_back", month, version, fields, state="sent")
    return start_publication(by=by, undoes=month.snapshot)


@transaction.atomic
def bring(
    *, by: Any, project: Project, name: str, rows: Sequence[Mapping[str, str]]
) -> TeamFile:
    """Have months of a file imported and figures published with them.

    rows    as `brought.rows_of` gives them
    """
    for place_id in {row["place_id"] for row in rows}:
        require_team(by, project, place_id)
    if not rows:
        raise refuse("month_without_number")
    made = TeamFile.objects.create(
        project=project, name=name[:120], by=_name(by), rows=list(rows)
    )
    audit.record(
        by=by,
        action="bring_team_file",
        about=f"project {project.pk}: file {made.pk}",
        after={"name": made.name, "rows": made.rows},
        place_id=project.place_id,
    )
    work.bring_file.enqueue(made.pk)
    return made


def on_the_way(project: Project) -> int:
    """How many entries and files of a project were sent and are not yet in the figures
    that are shown."""
    found = [
        *TeamMonth.objects.filter(project=project).select_related("publication"),
        *TeamFile.objects.filter(project=project).select_related("publication"),
    ]
    return sum(
        one.state == "sending"
        or (
            one.state == "sent"
            and one.publication is not None
            and one.publication.under_way
        )
        for one in found
    )


def refuse_period(project: Project, place_id: str, period: str) -> None:
    """Raises `Refused` for what is no month, is still to come, or lies outside of the
    time in which a place is a site."""
    code = month_of(period)
    today = timezone.localdate()
    if not code or code > today.year * 100 + today.month:
        raise refuse("month_to_come", month=period[:20])
    if code not in months_of_site(project, place_id):
        raise refuse("month_outside_site", month=period)


def months_of_site(project: Project, place_id: str) -> list[int]:
    """Months in which a place is a site, up to this one, oldest first."""
    today = timezone.localdate()
    found: set[int] = set()
    for one in records.sites(project):
        if one.place_id == place_id:
            last = min(one.left or today, today)
            found |= {
                *periods.month_range(
                    one.joined.year * 100 + one.joined.month,
                    last.year * 100 + last.month,
                )
            }
    return sorted(found)


def month_of(period: str) -> int:
    """A month as a number, 202403; 0 for text that is no month."""
    try:
        code = periods.code(period)
    except periods.NotAPeriod:
        return 0
    return code if periods.kind(code) == periods.MONTH else 0


def _moved(
    by: Any,
    action: str,
    month: TeamMonth,
    version: int,
    fields: Mapping[str, Any],
    state: str = "draft",
) -> TeamMonth:
    """Change a month where nobody else did since `version`."""
    before = told(month)
    entries.move(month, version=version, state=state, fields=fields)
    _record(by, action, month, before=before)
    return month


def told(month: TeamMonth) -> dict[str, Any]:
    """What the audit keeps of a month."""
    return {name: getattr(month, name) for name in ("state", "cells", "snapshot")}


def _record(by: Any, action: str, month: TeamMonth, *, before: Any) -> None:
    audit.record(
        by=by,
        action=action,
        about=f"project {month.project_id}: month {month}",
        before=before,
        after=told(month),
        place_id=month.place_id,
    )


def _name(by: Any) -> str:
    return str(getattr(by, "username", by))
