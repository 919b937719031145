"""The register as the hub shows it: what people proposed here, and what files brought.

What became of a decided correction is told by the published build.
"""

from typing import Any

from boloci import periods
from boloci.charts import Column, Table
from boloci.hub.corrections import words
from boloci.hub.corrections.models import Correction
from boloci.hub.current import current
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.hub.tongue import TONGUE
from boloci.telling import corrections as telling

FIELDS = (
    *("correction_id", "place_id", "element", "period", "sex", "action", "value"),
    *("reason", "by", "state", "reported"),
)
FROM_BUILD = """
SELECT correction_id, p.place_id, c.element, c.period, coalesce(c.sex, ''), c.action,
    c.value, coalesce(c.reason, ''), coalesce(c."by", ''), c.state, c.reported
FROM corrections c LEFT JOIN place p ON p.place_key = c.place
ORDER BY correction_id
"""


def state_of(one: Correction, built: dict[str, dict[str, Any]]) -> str:
    """State of a correction of the hub, as the published figures have it."""
    found = built.get(one.correction_id)
    return str(found["state"]) if one.state == "accepted" and found else one.state


def built(scope: Scope) -> dict[str, dict[str, Any]]:
    """Corrections of the published build at readable places, by their name."""
    rows = [dict(zip(FIELDS, row, strict=True)) for row in current().rows(FROM_BUILD)]
    return {
        row["correction_id"]: row
        for row in rows
        if scope.everywhere or row["place_id"] in scope.places
    }


def register(scope: Scope, wanted: str) -> Table:
    """The register at readable places; `wanted`: a state, waiting, or all of them."""
    from_build = built(scope)
    own = [
        one
        for one in Correction.objects.all()
        if scope.everywhere or one.place_id in scope.places
    ]
    here = {one.correction_id for one in own}
    rows = [_own_row(one, from_build) for one in own]
    rows += [_built_row(row) for key, row in from_build.items() if key not in here]
    shown = [row for row in rows if _wanted(row["code"], wanted)]
    columns = [
        Column("place", _("Place"), "place"),
        Column("period", _("Month"), "period"),
        Column("element", _("Element")),
        Column("reported", _("Reported"), "doses"),
        Column("instead", _("Counted instead")),
        Column("reason", _("Reason")),
        Column("by", _("By")),
        Column("state", _("State")),
    ]
    return Table("corrections", _("Register of corrections"), columns, shown)


def _wanted(state: str, wanted: str) -> bool:
    waiting = ("checking", "proposed")
    return not wanted or state == wanted or (wanted == "waiting" and state in waiting)


def _own_row(one: Correction, from_build: dict[str, dict[str, Any]]) -> dict[str, Any]:
    state = state_of(one, from_build)
    return _row(
        pk=one.pk,
        place_id=one.place_id,
        element=one.element,
        sex=one.sex,
        period=one.period,
        reported=one.expect,
        instead=telling.instead(TONGUE, one.action, one.value),
        reason=one.reason,
        by=one.by,
        state=state,
    )


def _built_row(row: dict[str, Any]) -> dict[str, Any]:
    return _row(
        pk=None,
        place_id=row["place_id"] or "",
        element=row["element"],
        sex=row["sex"],
        period=periods.text(row["period"]),
        reported=row["reported"],
        instead=telling.instead(TONGUE, row["action"], row["value"]),
        reason=row["reason"],
        by=row["by"],
        state=row["state"],
    )


def _row(*, state: str, place_id: str, sex: str, element: str, **more: Any) -> Any:
    known = current().by_id.get(place_id)
    sexes = words.sexes()
    called = words.element(element)
    return {
        **more,
        "place_id": place_id,
        "place": known.name if known else place_id,
        "element": f"{called} · {sexes[sex]}" if sex in sexes else called,
        "code": state,
        "state": telling.state(TONGUE, state),
    }
