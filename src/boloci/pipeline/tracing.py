"""From a published number back to the rows of the files it was made of."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.lake import builds, merge, snapshots
from boloci.lake.snapshots import Snapshot
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.understanding import Understood, understand
from boloci.workspace import Workspace

CONTRIBUTIONS = pa.schema(
    [
        ("role", pa.string()),
        ("state", pa.string()),
        ("snapshot", pa.string()),
        ("received", pa.string()),
        ("file", pa.string()),
        ("row", pa.int32()),
        ("cell", pa.string()),
        ("element", pa.string()),
        ("option", pa.string()),
        ("place", pa.string()),
        ("place_id", pa.string()),
        ("period", pa.string()),
        ("sex", pa.string()),
        ("age", pa.string()),
        ("strategy", pa.string()),
        ("value", pa.float64()),
    ]
)
"""Rows behind a number. `role`: numerator or denominator. `state`: used, superseded
(a later row has the same key), deleted, or undone (its import was taken back).
`element`, `option` and `place` are as the file writes them."""

_STANDING = {
    "surviving_infants": ("under_1", "live_births"),
    "children_12_23_months": ("surviving_infants", "under_1", "live_births"),
}
"""Populations that may stand in for another: see `targeting`."""

_FORMULA_ELEMENTS = ("element", "first", "last", "second")


def contributions(workspace: Workspace, fact: Mapping[str, Any]) -> pa.Table:
    """Every row that went into a fact, and those a later file replaced.

    `fact` is a row of `tables.FACTS`. Columns: `CONTRIBUTIONS`. A fact computed from
    no row (a silent month) gives no row.
    """
    indicator = workspace.catalogue.indicators.get(fact["indicator"])
    if indicator is None:
        return CONTRIBUTIONS.empty_table()
    every, used = _snapshots_of(workspace, fact)
    known = _understood(workspace, used)
    span = periods.span(periods.code(fact["period"]))
    texts = _texts_inside(known, fact["place_id"], span)
    with duckdb.connect() as engine:
        engine.register("inside", _pairs(texts))
        engine.register("told", _told(every, used))
        parts = [
            _value_rows(engine, known, every, indicator, fact, span),
            _target_rows(engine, known, indicator, fact, span, used),
        ]
    return pa.concat_tables(parts).sort_by(
        [("role", "descending"), ("period", "ascending"), ("place", "ascending")]
    )


_last: dict[tuple[object, ...], Understood] = {}


def _understood(workspace: Workspace, used: Sequence[Snapshot]) -> Understood:
    """`understand`, kept for the next fact of the same snapshots and catalogue."""
    key = (workspace.root, workspace.catalogue.hash, *(s.id for s in used))
    if key not in _last:
        _last.clear()
        _last[key] = understand(workspace, used)
    return _last[key]


def _snapshots_of(
    workspace: Workspace, fact: Mapping[str, Any]
) -> tuple[list[Snapshot], list[Snapshot]]:
    """Every snapshot of the lake, and those the fact's build was made from."""
    folder = builds.folder(workspace.lake, fact["profile"])
    every = snapshots.snapshots(workspace.lake)
    path = folder / f"{fact['build']}.json"
    if not path.exists():
        return every, [snapshot for snapshot in every if snapshot.live]
    names = set(json.loads(path.read_text())["snapshots"])
    return every, [snapshot for snapshot in every if snapshot.id in names]


def _texts_inside(
    known: Understood, place_id: str, span: periods.Span
) -> dict[str, str]:
    """Source texts of the units that add to a place in a span, with their ids."""
    ids = known.dimension["place_id"].to_pylist()
    keys = known.dimension["place_key"].to_pylist()
    by_key = dict(zip(keys, ids, strict=True))
    place = {id_: key for key, id_ in by_key.items()}.get(place_id)
    ways = known.tree.membership().to_pylist()
    units = {
        way["place_key"]
        for way in ways
        if way["ancestor_key"] == place
        and way["first_month"] <= span.last
        and way["last_month"] >= span.first
    }
    return {text: by_key[key] for text, key in known.place_keys.items() if key in units}


def _pairs(texts: Mapping[str, str]) -> pa.Table:
    return pa.table(
        {
            "text": pa.array(texts.keys(), pa.string()),
            "place_id": pa.array(texts.values(), pa.string()),
        }
    )


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


def _variant(indicator: Indicator) -> str:
    if indicator.formula.get("strategy") == "campaign":
        return CAMPAIGN
    return ALL if indicator.formula.get("ages") == "all" else TARGET


def _value_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    every: Sequence[Snapshot],
    indicator: Indicator,
    fact: Mapping[str, Any],
    span: periods.Span,
) -> pa.Table:
    codes = [indicator.formula.get(name) for name in _FORMULA_ELEMENTS]
    if indicator.formula["kind"] == "red_category":
        codes = ["DTP1", "DTP3"]
    wanted = {
        key
        for (code, variant), key in known.mapped.keys.items()
        if code in codes and variant == _variant(indicator)
    }
    cells = [row for row in known.mapped.cells if row["key"] in wanted]
    files = [
        file
        for file in merge.values_files(every)
        if file.first_period // 100 <= span.last // 100 <= 9999
        and file.last_period // 100 >= span.first // 100
    ]
    if not cells or not files:
        return CONTRIBUTIONS.empty_table()
    columns = ("element", "option", "sex", "age", "strategy")
    schema = pa.schema([(name, pa.string()) for name in columns])
    engine.register(
        "kinds",
        pa.Table.from_pylist(
            [{name: row[name] for name in columns} for row in cells], schema=schema
        ),
    )
    inside = _inside(periods.code(fact["period"]))
    engine.register("inside_periods", pa.table({"period": pa.array(inside, "i4")}))
    union = " UNION ALL BY NAME ".join(
        f"{merge.select(engine, file)} WHERE period BETWEEN {span.first // 100}00"
        f" AND {span.last // 100}99"
        for file in files
    )
    rows = engine.sql(_VALUE_ROWS.format(union=union)).to_arrow_table()
    return _finished(rows, fact["sex"])


def _inside(code: int) -> list[int]:
    """Every month, quarter, semester and year that lies inside a period."""
    months = set(periods.months(code))
    found = set(months)
    for month in months:
        for kind in (periods.QUARTER, periods.SEMESTER, periods.YEAR):
            longer = periods.containing(month, kind)
            if set(periods.months(longer)) <= months:
                found.add(longer)
    return sorted(found)


_VALUE_ROWS = """
WITH rows AS (
    SELECT v.*, i.place_id, t.id, t.received, t.name, t.used
    FROM ({union}) v
    JOIN inside i ON i.text = v.place
    JOIN inside_periods p ON p.period = v.period
    JOIN told t ON t.snapshot = v.snapshot AND t.file = v.file
    WHERE EXISTS (SELECT 1 FROM kinds k WHERE k.element = v.element
        AND k.option = coalesce(v.option, '') AND k.sex = coalesce(v.sex, '')
        AND k.age = coalesce(v.age, '') AND k.strategy = coalesce(v.strategy, ''))
)
SELECT 'numerator' AS role,
       CASE WHEN NOT used THEN 'undone' WHEN coalesce(deleted, FALSE) THEN 'deleted'
            WHEN row_number() OVER (PARTITION BY used, element, option, attribute,
                place, period, sex, age, strategy
                ORDER BY (value IS NOT NULL OR coalesce(deleted, FALSE)) DESC,
                snapshot DESC, file DESC, "row" DESC) = 1 THEN 'used'
            ELSE 'superseded' END AS state,
       id AS snapshot, received, name AS file, "row", cell, element, option, place,
       place_id, period, sex, age, strategy, value
FROM rows
"""


def _finished(rows: pa.Table, sex: str) -> pa.Table:
    texts = pa.array([periods.text(code) for code in rows["period"].to_pylist()], "str")
    index = rows.column_names.index("period")
    table = rows.set_column(index, "period", texts).select(CONTRIBUTIONS.names)
    return table.cast(CONTRIBUTIONS)


def _target_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    indicator: Indicator,
    fact: Mapping[str, Any],
    span: periods.Span,
    used: Sequence[Snapshot],
) -> pa.Table:
    """Figures of the target population: the place's own, else those inside it."""
    if not fact["denominator_source"]:
        return CONTRIBUTIONS.empty_table()
    population = indicator.formula.get("population", "surviving_infants")
    given = known.tables["targets"]
    standing = pa.array((population, *_STANDING.get(population, ())))
    engine.register("targets", given.filter(pc.is_in(given["population"], standing)))
    rows: pa.Table = engine.sql(
        _TARGET_ROWS, params=[span.first // 100 - 1, span.last // 100]
    ).to_arrow_table()
    own = rows.filter(pc.equal(rows["place_id"], fact["place_id"]))
    return _finished(own if own.num_rows else rows, fact["sex"])


_TARGET_ROWS = """
SELECT 'denominator' AS role, 'used' AS state, t.id AS snapshot, t.received,
       t.name AS file, g."row", g.cell, g.population AS element, NULL AS option,
       g.place_id AS place, i.place_id, (g.year * 100)::INTEGER AS period, g.sex,
       NULL AS age, NULL AS strategy, g.value
FROM targets g
JOIN inside i ON i.text = g.place_id
JOIN told t ON t.snapshot = g.snapshot AND t.file = g.file
WHERE g.year BETWEEN ? AND ?
  AND lower(coalesce(g.source, '')) NOT IN ('un', 'worldpop')
"""
