"""The audit as a page: who wrote what, when, before and after."""

import datetime
import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from boloci.charts import Column, Table
from boloci.hub import controls, downloads
from boloci.hub.language import _
from boloci.hub.pages import Page
from boloci.hub.people import words
from boloci.hub.people.audit_words import told
from boloci.hub.people.forms import one_line, place_name
from boloci.hub.people.models import AuditRow
from boloci.hub.rights import require
from boloci.problems import refuse

ON_A_PAGE = 50
IN_A_FILE = 50_000
FILTERS = ("by", "action", "about", "since", "until")


@never_cache
def audit(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """Writes, latest first, by person, action, record and day."""
    require(request.user, "audit")
    asked = {name: _read(request, name) for name in FILTERS}
    rows = _found(asked)
    title = _("Audit")
    if suffix:
        whole = [_row(one) for one in rows[:IN_A_FILE]]
        page = Page(title, "people/audit.html", tables=[_table(title, whole)])
        return downloads.answer(request, page, suffix)
    before = _read(request, "before")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: ON_A_PAGE + 1])
    context = {
        "title": title,
        "asked": asked,
        "rows": [_line(one) for one in shown[:ON_A_PAGE]],
        "older": _older(asked, shown),
        "actions": _actions(),
        "path": request.path,
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "people/audit.html", context)


def _read(request: HttpRequest, name: str) -> str:
    return one_line(request.GET.get(name, ""))[: controls.LONGEST]


def _found(asked: dict[str, str]) -> QuerySet[AuditRow]:
    """Rows that the filters leave, latest first. Raises `Refused` for a wrong day."""
    rows: QuerySet[AuditRow] = AuditRow.objects.all()
    if asked["by"]:
        rows = rows.filter(by__iexact=asked["by"])
    if asked["action"]:
        rows = rows.filter(action=asked["action"])
    if asked["about"]:
        rows = rows.filter(about__iexact=asked["about"])
    if asked["since"]:
        rows = rows.filter(at__gte=_midnight(asked["since"]))
    if asked["until"]:
        rows = rows.filter(at__lt=_midnight(asked["until"], days=1))
    return rows


def _midnight(text: str, days: int = 0) -> datetime.datetime:
    """Where a day begins here, or the one some days later."""
    try:
        day = datetime.date.fromisoformat(text) + datetime.timedelta(days)
    except (ValueError, OverflowError):
        raise refuse("day_unreadable", text=text) from None
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _older(asked: dict[str, str], shown: list[AuditRow]) -> str:
    """The query of the next page; blank on the last one."""
    if len(shown) <= ON_A_PAGE:
        return ""
    chosen = {name: value for name, value in asked.items() if value}
    return "?" + urlencode({**chosen, "before": shown[ON_A_PAGE - 1].pk})


def _actions() -> list[tuple[str, str]]:
    """Actions that were ever done, by what they are called."""
    codes = AuditRow.objects.order_by().values_list("action", flat=True).distinct()
    return sorted(
        ((code, words.action(code)) for code in codes), key=lambda one: one[1]
    )


def _line(row: AuditRow) -> dict[str, Any]:
    return {
        "at": timezone.localtime(row.at),
        "by": row.by,
        "action": words.action(row.action),
        "about": row.about,
        "record": words.record(row.about),
        "place": place_name(row.place_id),
        "changes": changes(row.about, row.before, row.after),
    }


def changes(
    about: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str]]:
    """(field, before, after) of the fields that a write of a record changed; blank:
    was not so."""
    old, new = before or {}, after or {}
    names = [*new, *(name for name in old if name not in new)]
    return [
        (
            words.field(name),
            told(about, name, old.get(name)),
            told(about, name, new.get(name)),
        )
        for name in names
        if old.get(name) != new.get(name)
    ]


def _row(row: AuditRow) -> dict[str, Any]:
    """A row of the file: states whole, as they were written."""
    line = _line(row)
    return {
        "id": row.pk,
        "at": row.at.isoformat(timespec="seconds"),
        "by": row.by,
        "action": row.action,
        "about": row.about,
        "place_id": row.place_id,
        "place": line["place"],
        "before": row.before and json.dumps(row.before, ensure_ascii=False),
        "after": row.after and json.dumps(row.after, ensure_ascii=False),
    }


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("id", _("No."), "rank"),
        Column("at", _("When")),
        Column("by", _("Who")),
        Column("action", _("What was done")),
        Column("about", _("Record")),
        Column("place_id", _("Place id")),
        Column("place", _("Place")),
        Column("before", _("Before")),
        Column("after", _("After")),
    ]
    return Table("audit", title, columns, rows)
