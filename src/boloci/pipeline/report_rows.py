"""The stated reports that a completeness or timeliness is the sum of."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from boloci.catalogue.definitions import Indicator
from boloci.lake import builds
from boloci.pipeline.choosing import USED, Way
from boloci.pipeline.understanding import Understood

_CAME = {
    "completeness": "came",
    "form_completeness": "came",
    "timeliness": "in_time",
}
KINDS = tuple(_CAME)

Row = dict[str, Any]


def report_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    indicator: Indicator,
    *,
    dataset: str,
    rates: bool,
    place: int,
    ways: Mapping[int, Sequence[Way]],
) -> list[Row]:
    """Reports behind a share of reports: a row for what came, one for what was due.

    Rows of `source_rows.CONTRIBUTIONS`, `element` the form. `rates`: the profile takes
    the rates as stated. Reads the registered tables `inside` (texts of units), `told`
    (snapshots and files) and `months`. No row where no source says what was due:
    reports are then seen from the values.
    """
    engine.register("reports", known.tables["reports"])
    engine.register("tellings", _tellings(known))
    first = indicator.formula.get("as") == "first_seen"
    came_in = _FIRST if first else "r.received AS came, r.on_time AS in_time"
    query = _REPORTS.format(came_in=came_in)
    found: pa.Table = engine.sql(query, params=[dataset]).to_arrow_table()
    rows = found.to_pylist()
    if all(row["expected"] is None and row["rate"] is None for row in rows):
        return []
    stated = rates and indicator.formula["kind"] != "timeliness"
    came = "rate" if stated else _CAME[indicator.formula["kind"]]
    return [
        {**row, "role": role, "state": USED, "value": row[name]}
        for row in _topmost(rows, place, ways)
        for role, name in (("numerator", came), ("denominator", "expected"))
        if row[name] is not None and not (stated and role == "denominator")
    ]


def form_of(facts_file: Path, known: Understood, code: str | None) -> str:
    """The form that an element is on in a file of facts; None: that of `completeness`.

    Without the file (a build no longer kept), the only form that reports are of.
    """
    if facts_file.exists():
        with duckdb.connect(str(facts_file), True, config=builds.READING) as file:
            query = _FORM_OF if code else _MAIN_FORM
            found = file.execute(query, [code] if code else []).fetchone()
        return str(found[0]) if found else ""
    forms = set(known.tables["reports"]["dataset"].to_pylist())
    return str(next(iter(forms))) if len(forms) == 1 else ""


_MAIN_FORM = "SELECT name FROM dataset JOIN main_dataset USING (dataset)"
_FORM_OF = (
    "SELECT name FROM dataset JOIN element_dataset USING (dataset)"
    " JOIN element USING (element) WHERE code = ? AND variant = 'target'"
)


def _tellings(known: Understood) -> pa.Table:
    """Every telling of every report, with the number of its import."""
    told = [
        table.append_column("telling", pa.array([snapshot.sequence] * len(table), "i4"))
        for snapshot in known.snapshots
        if (table := snapshot.table("reports")) is not None
    ]
    none = known.tables["reports"].slice(0, 0).rename_columns({"snapshot": "telling"})
    return pa.concat_tables([none, *told], promote_options="permissive")


def _topmost(
    rows: Sequence[Row], place: int, ways: Mapping[int, Sequence[Way]]
) -> list[Row]:
    """Reports that no report of a place above, up to `place`, stands for: see
    `sums.own_or_children`."""
    stated = {(row["unit"], row["month"]) for row in rows}

    def above(unit: int, month: int) -> set[int]:
        return {up for up, first, last in ways.get(unit, ()) if first <= month <= last}

    found = []
    for row in rows:
        ups = above(row["unit"], row["month"])
        covered = row["unit"] != place and any(
            (up, row["month"]) in stated and place in above(up, row["month"])
            for up in ups - {row["unit"]}
        )
        if place in ups and not covered:
            found.append(row)
    return found


_FIRST = """
coalesce((SELECT first(f.received ORDER BY f.telling) FROM tellings f
    WHERE f.received IS NOT NULL AND f.dataset = r.dataset
      AND f.place_id = r.place_id AND f.period = r.period), r.received) AS came,
coalesce((SELECT first(f.on_time ORDER BY f.telling) FROM tellings f
    WHERE f.on_time IS NOT NULL AND f.dataset = r.dataset
      AND f.place_id = r.place_id AND f.period = r.period), r.on_time) AS in_time
"""
"""What the first import that told it said."""

_REPORTS = """
SELECT r.dataset AS element, r.place_id AS place, i.unit, i.place_id,
       r.period AS month, t.id AS snapshot, t.received, t.name AS file,
       r."row", r.cell, r.expected, r.rate, {came_in}
FROM reports r
JOIN months m ON m.period = r.period
JOIN inside i ON i.text = r.place_id
JOIN told t ON t.snapshot = r.snapshot AND t.file = r.file
WHERE r.dataset = ?
"""
