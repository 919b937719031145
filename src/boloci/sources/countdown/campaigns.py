"""Contextual_campaigns: campaigns with a month and places become events."""

import calendar
import datetime
import re
from typing import Any

import pyarrow as pa

from boloci.sources import dates
from boloci.sources.countdown.places import Known
from boloci.sources.countdown.sheets import Row, Sheet
from boloci.sources.words import fold
from boloci.tables import SNAPSHOT

_YES = frozenset(("yes", "y", "oui", "sim", "true", "national", "nationally", "tous"))
_UNIT = re.compile(
    r"\b(?:county|district|counties|districts|region|comte|health)\b", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^)]*\)?")
SOURCE = "countdown"


def events(sheet: Sheet, known: Known) -> tuple[pa.Table, str]:
    """One event for each campaign and district; the undated or unplaced are told."""
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        line = row.index + 1
        span = _span(sheet, row)
        name = sheet.text(row, "campaign")
        if not span:
            sheet.log.doubt("campaign_undated", "month", 1, [line], name)
            continue
        places = _places(sheet, row, known)
        if not places:
            sheet.log.doubt("campaign_unplaced", "district", 1, [line], name)
        rows += [
            {
                "kind": "campaign",
                "place_id": place,
                "start": span[0],
                "end": span[1],
                "note": _note(sheet, row),
                "source": SOURCE,
                "row": line,
                "cell": sheet.cell(row, "year"),
            }
            for place in dict.fromkeys(places)
        ]
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["events"]), sheet.title


def _span(sheet: Sheet, row: Row) -> tuple[datetime.date, datetime.date] | None:
    """First and last day; `August- November` is four months."""
    year = re.fullmatch(r"((?:19|20)\d\d)(?:\.0)?", sheet.text(row, "year"))
    words = re.split(
        r"[-–,/&]|\bto\b|\bet\b|\band\b|\bau\b|\ba\b|\be\b", _month(sheet, row)
    )
    months = [dates.month(word) for word in words if word.strip()]
    known = [month for month in months if month]
    if not year or not known or len(known) < len(months) or known != sorted(known):
        return None
    number = int(year[1])
    last = calendar.monthrange(number, known[-1])[1]
    return (
        datetime.date(number, known[0], 1),
        datetime.date(number, known[-1], last),
    )


def _month(sheet: Sheet, row: Row) -> str:
    return fold(sheet.text(row, "month"))


def _places(sheet: Sheet, row: Row, known: Known) -> list[str]:
    """Districts named in the list, or the country where the campaign was national."""
    listed = _BRACKETS.sub(" ", sheet.text(row, "district"))
    names = [_UNIT.sub(" ", name).strip(" .") for name in re.split(r"[,;/\n]", listed)]
    found = []
    for name in filter(None, names):
        place = known.find(name)
        if place:
            found.append(place)
        else:
            line = row.index + 1
            closest = ", ".join(known.closest(name))
            text = f"{name} ({closest}?)" if closest else name
            sheet.log.doubt("campaign_place_unknown", name, 1, [line], text)
    if not any(names) and fold(sheet.text(row, "nationally")) in _YES and known.country:
        return [known.country]
    return found


def _note(sheet: Sheet, row: Row) -> str:
    parts = (sheet.text(row, name) for name in ("campaign", "vaccine", "age_group"))
    where = sheet.text(row, "district")
    detail = where if "(" in where else ""
    return " · ".join(part for part in (*parts, detail) if part)
