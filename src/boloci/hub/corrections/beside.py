"""Links beside a page to propose a correction of what it shows, for who may propose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from boloci import periods
from boloci.adjustments import elements_of
from boloci.codes import SCENARIOS
from boloci.hub import showing
from boloci.hub.current import current, workspace
from boloci.hub.language import _
from boloci.hub.rights import OPEN_LEVELS, may
from boloci.published import PlaceRow

RIGHT = "propose_correction"


@dataclass(frozen=True)
class Proposal:
    """One value that may be corrected: what readers see, and the form filled in."""

    label: str
    address: str


def of_figure(
    request: HttpRequest, here: PlaceRow, asked: Mapping[str, str]
) -> dict[str, Any]:
    """Beside a figure: one link for each element that it counts."""
    definition = workspace().catalogue.indicators.get(asked["indicator"])
    counted = asked["method"] in ("", *SCENARIOS)
    if definition is None or not (counted and may(request.user, RIGHT, here.place_id)):
        return {}
    sex = asked["sex"] if asked["sex"] != "total" else ""
    month = _month(asked["period"])
    codes = elements_of(workspace(), definition)
    return _told([_proposal(here, code, month, sex) for code in dict.fromkeys(codes)])


def of_findings(
    request: HttpRequest, found: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Beside a list of findings: one link for each single value that they doubt."""
    known = current().by_id
    told = []
    for row in found:
        here = known.get(row["place_id"])
        month = _month(row["period_start"] or "")
        if here is None or here.level in OPEN_LEVELS or not (row["element"] and month):
            continue
        if row["period_end"] in (None, "", row["period_start"]) and may(
            request.user, RIGHT, here.place_id
        ):
            told.append(_proposal(here, row["element"], month, row["sex"] or ""))
    return _told(list(dict.fromkeys(told)))


def _told(proposals: list[Proposal]) -> dict[str, Any]:
    return {"proposals": proposals} if proposals else {}


def _proposal(here: PlaceRow, element: str, month: str, sex: str) -> Proposal:
    """The form for a value; of a wide place the reader names the unit that reported."""
    reports = here.level not in (*OPEN_LEVELS, "group")
    filled = {
        "place": here.place_id if reports else "",
        "element": element,
        "period": month,
        "sex": sex,
    }
    known = workspace().catalogue.elements
    sexes = {"female": _("girls"), "male": _("boys")}
    parts = [
        showing.words(known[element].name) if element in known else element,
        sexes.get(sex, ""),
        here.name,
        showing.period(month) if month else "",
    ]
    query = urlencode({name: text for name, text in filled.items() if text})
    return Proposal(", ".join(filter(None, parts)), f"/corrections/add?{query}")


def _month(text: str) -> str:
    """The text where it is one month; else blank."""
    try:
        code = periods.code(text)
    except periods.NotAPeriod:
        return ""
    return text if periods.kind(code) == periods.MONTH else ""
