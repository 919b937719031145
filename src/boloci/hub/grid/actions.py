"""Writes of typed months: keeping a draft, sending it, taking it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from boloci import periods
from boloci.hub.grid import work
from boloci.hub.grid.models import Month
from boloci.hub.grid.records import is_live, open_month
from boloci.hub.imports import typed
from boloci.hub.imports.actions import start_publication
from boloci.hub.imports.models import Publication
from boloci.hub.people import audit
from boloci.hub.rights import require
from boloci.problems import refuse

MOST_CELLS = 1000
"""Boxes of a draft; the longest form has some two hundred."""


def save(
    *,
    by: Any,
    place_id: str,
    period: str,
    cells: Mapping[str, str],
    version: int,
) -> Month:
    """Keep what was typed of a month as its draft; nothing counts yet.

    version    of the draft that the form was filled from; 0: there was none

    Raises `Refused` where somebody else kept or sent the month meanwhile, or where it
    is being sent, or is still to come.
    """
    require(by, "type_month", place_id)
    _refuse_to_come(period)
    kept = dict(list(cells.items())[:MOST_CELLS])
    try:
        with transaction.atomic():
            draft = open_month(place_id, period)
            if draft is None:
                return _begun(by, place_id, period, kept, version)
            if draft.state == "sending":
                raise refuse("month_being_sent")
            fields = {"cells": kept, "by": _name(by), "problems": []}
            return _moved(by, "save_month", draft, version, fields)
    except IntegrityError:  # another began the same month at the same moment
        raise refuse("record_changed") from None


def _begun(
    by: Any, place_id: str, period: str, cells: dict[str, str], version: int
) -> Month:
    if version:
        raise refuse("record_changed")
    made = Month.objects.create(
        place_id=place_id, period=period, by=_name(by), cells=cells
    )
    _record(by, "begin_month", made, before=None)
    return made


@transaction.atomic
def send(
    *, by: Any, month: Month, version: int, rows: Sequence[Mapping[str, str]]
) -> Month:
    """Have a draft imported and figures published with it.

    rows    of the tidy table of values, as `entered.rows` gives them
    """
    require(by, "type_month", month.place_id)
    if not rows:
        raise refuse("month_without_number")
    fields = {"state": "sending", "rows": list(rows), "by": _name(by), "problems": []}
    moved = _moved(by, "send_month", month, version, fields)
    work.send.enqueue(month.pk)
    return moved


@transaction.atomic
def discard(*, by: Any, month: Month, version: int) -> Month:
    """Set a draft aside; it stays in the audit."""
    require(by, "type_month", month.place_id)
    return _moved(by, "discard_month", month, version, {"state": "discarded"})


@transaction.atomic
def take_back(*, by: Any, month: Month, version: int) -> Publication:
    """Take back what was sent; figures are published without it, nothing is deleted."""
    require(by, "type_month", month.place_id)
    if not is_live(month):
        raise refuse("record_changed")
    fields = {"state": "taken_back"}
    _moved(by, "take_month_back", month, version, fields, state="sent")
    return start_publication(by=by, undoes=month.snapshot)


def _moved(
    by: Any,
    action: str,
    month: Month,
    version: int,
    fields: Mapping[str, Any],
    state: str = "draft",
) -> Month:
    """Change a month where nobody else did since `version`."""
    before = told(month)
    typed.move(month, version=version, state=state, fields=fields)
    _record(by, action, month, before=before)
    return month


def told(month: Month) -> dict[str, Any]:
    """What the audit keeps of a month."""
    return {name: getattr(month, name) for name in ("state", "cells", "snapshot")}


def _record(by: Any, action: str, month: Month, *, before: Any) -> None:
    audit.record(
        by=by,
        action=action,
        about=f"month {month.pk}: {month}",
        before=before,
        after=told(month),
        place_id=month.place_id,
    )


def _refuse_to_come(period: str) -> None:
    """Raises `Refused` for what is no month, or has not begun."""
    try:
        code = periods.code(period)
    except periods.NotAPeriod:
        code = 0
    today = timezone.localdate()
    now = today.year * 100 + today.month
    if not code or periods.kind(code) != periods.MONTH or code > now:
        raise refuse("month_to_come", month=period[:20])


def _name(by: Any) -> str:
    return str(getattr(by, "username", by))
