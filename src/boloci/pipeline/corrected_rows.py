"""Corrections among the rows behind a number: reported, counted instead, by whose word.

The rows of a number are gone through with the corrected values in them, since a value
set aside may bring in others (its parts, another system); then each corrected row is
told twice, as reported and as it counts.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from boloci import periods
from boloci.lake import builds
from boloci.lake.engines import Engine
from boloci.pipeline.choosing import PASSED_OVER, USED
from boloci.pipeline.judging import NAMED

CORRECTED, SET_ASIDE = "corrected", "set_aside"
"""States of a reported row that a correction stands for, or that it takes out."""

Row = Mapping[str, Any]
_KEY = ("snapshot", "file", "row", "period", *NAMED)


def applied(path: Path) -> list[dict[str, Any]]:
    """Values that corrections touch in a build, with what the register says of them.

    Empty for a build from before there were corrections.
    """
    if not path.exists():
        return []
    with duckdb.connect(str(path), True, config=builds.READING) as connection:
        engine = Engine(connection)
        if not engine.exists(
            "FROM duckdb_tables() WHERE table_name = 'corrected_values'"
        ):
            return []
        found: list[dict[str, Any]] = engine.arrow(_APPLIED).to_pylist()
    return found


_APPLIED = """
SELECT v.*, c.code, c.action, c.reason, c."by", c."on", c.guard,
       c.snapshot AS told_snapshot, c.file AS told_file, c."row" AS told_row,
       p.place_id, p.name AS place_name
FROM corrected_values v
JOIN corrections c USING (correction_id)
JOIN place p ON p.place_key = v.unit
ORDER BY v.period, p.path, v.correction_id
"""


def with_corrections(
    rows: Iterable[Row], corrections: Sequence[Row], told: Mapping[Any, Row]
) -> list[dict[str, Any]]:
    """Rows as they count: corrected values in place of reported ones, and those that
    people entered. `told`: what is known of each import's file, by its numbers."""
    by_row = {
        tuple(each[name] for name in _KEY): each
        for each in corrections
        if each["file"] is not None
    }
    counted = []
    for row in rows:
        correction = by_row.get(tuple(row[name] for name in _KEY))
        counted.append({**row, "correction": correction})
        if correction is not None:
            counted[-1]["value"] = correction["corrected"]
    for each in corrections:
        if each["file"] is None:
            own = {"value": each["corrected"], "correction": each, "deleted": None}
            own |= {"used": True, "replaced": False, "cell": None}
            counted.append({**each, **own, **_origin(each, told)})
    return counted


def _origin(correction: Row, told: Mapping[Any, Row]) -> dict[str, Any]:
    """Where the row of a correction lies: its import, file and row."""
    numbers = correction["told_snapshot"], correction["told_file"]
    return {
        "snapshot": numbers[0],
        "file": numbers[1],
        "row": correction["told_row"],
        **{name: told[numbers][name] for name in ("id", "received", "name")},
    }


def as_told(
    rows: Iterable[Row], states: Iterable[str], told: Mapping[Any, Row]
) -> list[dict[str, Any]]:
    """Rows with their state; a corrected one as reported, then as it counts."""
    found: list[dict[str, Any]] = []
    for row, state in zip(rows, states, strict=True):
        correction = row["correction"]
        counts = state in (USED, PASSED_OVER)
        if correction is None or correction["action"] == "flag" or not counts:
            value = row["value"] if correction is None else correction["reported"]
            entered = correction is not None and correction["file"] is None
            kept = row["value"] if entered else value
            found.append({**row, "value": kept, "state": state})
            continue
        if correction["file"] is not None:
            set_aside = correction["action"] == "drop"
            how = SET_ASIDE if set_aside else CORRECTED
            found.append({**row, "value": correction["reported"], "state": how})
            if set_aside:
                continue
        found.append({**row, **_origin(correction, told), "state": state, "cell": None})
    return found


def inside(
    corrections: Iterable[Row], units: Iterable[int], within: Iterable[int]
) -> list[Row]:
    """Corrections of some units and periods."""
    here, then = set(units), set(within)
    return [c for c in corrections if c["unit"] in here and c["period"] in then]


def said(correction: Row) -> dict[str, Any]:
    """A correction as an explanation tells it: plain data."""
    on = correction["on"]
    return {
        **{name: correction[name] for name in _SAID},
        "place": correction["place_name"],
        "element": correction["code"],
        "period": periods.text(correction["period"]),
        "on": on.isoformat() if isinstance(on, datetime.date) else "",
    }


_SAID = (
    *("correction_id", "place_id", "action", "reported", "corrected", "reason", "by"),
    *("sex", "age", "strategy"),
)
