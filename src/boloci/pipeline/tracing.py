"""From a published number back to the rows of the files it was made of."""

import datetime
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.lake import builds, snapshots
from boloci.lake.snapshots import Snapshot
from boloci.pipeline import corrected_rows, survey_rows
from boloci.pipeline.report_rows import KINDS, form_of, report_rows
from boloci.pipeline.source_rows import (
    CONTRIBUTIONS,
    periods_inside,
    place_key,
    ways_of,
)
from boloci.pipeline.target_rows import target_rows
from boloci.pipeline.understanding import Understood, understand
from boloci.pipeline.value_rows import elements, value_rows
from boloci.workspace import Workspace


def contributions(workspace: Workspace, fact: Mapping[str, Any]) -> pa.Table:
    """Every row that went into a fact, and those a later file replaced.

    `fact` is a row of `tables.FACTS`. Columns: `CONTRIBUTIONS`. A fact computed from
    no row (a silent month) gives no row.
    """
    indicator = workspace.catalogue.indicators.get(fact["indicator"])
    if indicator is None:
        return CONTRIBUTIONS.empty_table()
    every, used = _snapshots_of(workspace, fact)
    if fact["method"] in survey_rows.METHODS:
        found = survey_rows.measured(_facts_file(workspace, fact, "duckdb"), fact)
        rows = survey_rows.survey_rows(found, _told(every, used))
        return pa.Table.from_pylist(rows, schema=CONTRIBUTIONS)
    known = _understood(workspace, used)
    inside = _texts_inside(known, fact)
    applied = corrected_rows.applied(_facts_file(workspace, fact, "duckdb"))
    corrections = _entering(applied, fact, inside)
    with duckdb.connect() as engine:
        engine.register("inside", inside)
        engine.register("told", _told(every, used))
        parts = [
            value_rows(engine, known, every, indicator, fact, corrections),
            target_rows(engine, known, indicator, fact),
            _report_rows(engine, workspace, known, indicator, fact),
        ]
    return pa.concat_tables(parts).sort_by(
        [("role", "descending"), ("period", "ascending"), ("place", "ascending")]
    )


KEPT = 30.0
"""Seconds that what the snapshots mean together is kept for the next fact."""

_last: dict[tuple[object, ...], tuple[Understood, float]] = {}


def let_go() -> None:
    """Give back what was kept for a next fact, where none came for `KEPT`."""
    if any(time.monotonic() > asked + KEPT for _, asked in list(_last.values())):
        _last.clear()


def _understood(workspace: Workspace, used: Sequence[Snapshot]) -> Understood:
    """`understand`, kept for the next fact of the same snapshots and catalogue."""
    key = (workspace.root, workspace.catalogue.hash, *(s.id for s in used))
    known, _ = _last.get(key) or (understand(workspace, used), 0.0)
    _last.clear()
    _last[key] = known, time.monotonic()
    return known


def _snapshots_of(
    workspace: Workspace, fact: Mapping[str, Any]
) -> tuple[list[Snapshot], list[Snapshot]]:
    """Every snapshot of the lake, and those the fact's build was made from."""
    every = snapshots.snapshots(workspace.lake)
    path = _facts_file(workspace, fact, "json")
    if not path.exists():
        return every, [snapshot for snapshot in every if snapshot.live]
    names = set(json.loads(path.read_text())["snapshots"])
    return every, [snapshot for snapshot in every if snapshot.id in names]


def _texts_inside(known: Understood, fact: Mapping[str, Any]) -> pa.Table:
    """Source texts of the units that add to a fact's place: text, unit, place_id."""
    span = periods.span(periods.code(fact["period"]))
    place = known.tree.by_id.get(fact["place_id"])
    units = {
        way["place_key"]
        for way in known.tree.ways
        if place
        and way["ancestor_key"] == place.key
        and way["first_month"] <= span.last
        and way["last_month"] >= span.first
    }
    ids = {one.key: one.id for one in known.tree.places}
    keys = ((text, known.place_keys[text]) for text in known.texts_of(units))
    rows = [{"text": text, "unit": key, "place_id": ids[key]} for text, key in keys]
    kinds = (("text", pa.string()), ("unit", pa.int32()), ("place_id", pa.string()))
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def _told(every: Sequence[Snapshot], used: Sequence[Snapshot]) -> pa.Table:
    """Name, day and file names of each snapshot, and whether the build used it."""
    made_from = {snapshot.id for snapshot in used}
    rows = [
        {
            "snapshot": snapshot.sequence,
            "file": index,
            "id": snapshot.id,
            "received": _moment(snapshot.received),
            "name": file.name,
            "used": snapshot.id in made_from,
        }
        for snapshot in every
        for index, file in enumerate(snapshot.files)
    ]
    columns = ("snapshot", "file", "id", "received", "name", "used")
    kinds = (pa.int32(), pa.int16(), *[pa.string()] * 3, pa.bool_())
    schema = pa.schema(list(zip(columns, kinds, strict=True)))
    return pa.Table.from_pylist(rows, schema=schema)


def _moment(received: datetime.datetime) -> str:
    return received.isoformat(timespec="seconds")


def corrected(workspace: Workspace, fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Corrections that enter a fact: reported, counted instead, why and by whom."""
    indicator = workspace.catalogue.indicators.get(fact["indicator"])
    applied = corrected_rows.applied(_facts_file(workspace, fact, "duckdb"))
    if indicator is None or not applied or fact["method"] in survey_rows.METHODS:
        return []
    known = _understood(workspace, _snapshots_of(workspace, fact)[1])
    codes = elements(indicator)
    return [
        corrected_rows.said(correction)
        for correction in _entering(applied, fact, _texts_inside(known, fact))
        if correction["code"] in codes
    ]


def _entering(
    applied: Sequence[corrected_rows.Row], fact: Mapping[str, Any], texts: pa.Table
) -> list[corrected_rows.Row]:
    """Corrections of places and periods inside a fact's; `texts`: `_texts_inside`."""
    within = periods_inside(periods.code(fact["period"]))
    return corrected_rows.inside(applied, texts["unit"].to_pylist(), within)


def measured(workspace: Workspace, fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a survey, lot or WHO/UNICEF file tells beside a fact's value."""
    return survey_rows.measured(_facts_file(workspace, fact, "duckdb"), fact)


def _report_rows(
    engine: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    known: Understood,
    indicator: Indicator,
    fact: Mapping[str, Any],
) -> pa.Table:
    """Stated reports, for a share of reports."""
    if indicator.formula["kind"] not in KINDS:
        return CONTRIBUTIONS.empty_table()
    months = pa.array(list(periods.months(periods.code(fact["period"]))), "i4")
    engine.register("months", pa.table({"period": months}))
    profile = workspace.catalogue.profiles[fact["profile"]]
    rows = report_rows(
        engine,
        known,
        indicator,
        dataset=form_of(
            _facts_file(workspace, fact, "duckdb"),
            known,
            indicator.formula.get("form_of"),
        ),
        rates=profile.value("completeness_from") == "stated_rate",
        place=place_key(known, fact["place_id"]),
        ways=ways_of(known, known.place_keys.values()),
    )
    told = [{**row, "period": periods.text(row["month"])} for row in rows]
    return pa.Table.from_pylist(told, schema=CONTRIBUTIONS)


def _facts_file(workspace: Workspace, fact: Mapping[str, Any], suffix: str) -> Path:
    """A file of the build that a fact is of; figures as of a day lie apart."""
    folder = builds.folder(workspace.lake, fact["profile"])
    name = f"{fact['build']}.{suffix}"
    aside = folder / "as-of" / name
    return aside if aside.exists() else folder / name
