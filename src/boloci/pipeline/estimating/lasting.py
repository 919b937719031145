"""The last estimate, kept in the lake, and how it gets into a build's file.

    lake/estimates/estimate.duckdb    facts and tables of the last estimate

Places are told there by their ids: each build numbers them anew. A build carries the
estimate over; made from other snapshots than the estimate was, with the flag `stale`.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from boloci import codes
from boloci.lake import disk
from boloci.lake.engines import Engine, connect
from boloci.pipeline import publishing
from boloci.pipeline.estimating.keeping import FOLDER
from boloci.stats.estimate.sums_of_draws import CONFIDENCE
from boloci.stats.vocabulary import FLAGS

PROFILE = "boloci"
"""The way of computing that an estimate is of, and is published with."""
METHOD = codes.METHODS.index("estimated")
_PLACE = ("place", pa.int32())
_PERIOD = ("period", pa.int32())
SCHEMAS = {
    "facts": pa.schema(
        [
            ("indicator", pa.string()),
            _PLACE,
            _PERIOD,
            ("sex", pa.int8()),
            ("flags", pa.int64()),
            *((name, pa.float64()) for name in ("numerator", "denominator", "value")),
            *((name, pa.float64()) for name in ("lower", "upper")),
        ]
    ),
    "spread": pa.schema(
        [
            _PLACE,
            _PERIOD,
            ("indicator", pa.string()),
            ("quantiles", pa.list_(pa.float32())),
        ]
    ),
    "worst": pa.schema(
        [_PLACE, _PERIOD, ("among", pa.int32()), ("chance", pa.float64())]
    ),
    "moved": pa.schema(
        [_PLACE, _PERIOD, ("step", pa.string()), ("value", pa.float64())]
    ),
    "pulls": pa.schema(
        [
            _PLACE,
            _PERIOD,
            ("kind", pa.string()),
            ("source", pa.string()),
            *((name, pa.float64()) for name in ("points", "weight")),
        ]
    ),
    "sensitivity": pa.schema(
        [
            _PLACE,
            _PERIOD,
            ("kept", pa.string()),
            ("indicator", pa.string()),
            *((name, pa.float64()) for name in ("value", "lower", "upper")),
        ]
    ),
    "about": pa.schema(
        [
            ("made", pa.timestamp("us")),
            ("from_build", pa.string()),
            *((name, pa.int32()) for name in ("seed", "draws", "surveys", "lots")),
            *((n, pa.int32()) for n in ("recounts", "regions", "regions_refused")),
            ("gridded", pa.bool_()),
            ("left_out", pa.string()),
        ]
    ),
}
"""Tables of an estimate, as `write` takes them; `place` is a key of a build."""


def path(lake: Path) -> Path:
    """Where the last estimate is kept."""
    return lake / FOLDER / "estimate.duckdb"


def write(
    lake: Path,
    tables: Mapping[str, pa.Table],
    *,
    places: Mapping[int, str],
    made_from: Iterable[str],
) -> None:
    """Keep an estimate in place of the last; the caller holds the lake.

    tables       by the names of `SCHEMAS`
    places       id of each place by its key in the tables
    made_from    ids of the snapshots
    """
    final = path(lake)
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = final.with_name(f".{final.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    named = pa.table(
        {
            "place": pa.array(places.keys(), pa.int32()),
            "place_id": pa.array(places.values(), pa.string()),
        }
    )
    engine = Engine(duckdb.connect(str(draft)))
    try:
        engine.put("named", named)
        used = pa.table({"snapshot": pa.array(list(made_from), pa.string())})
        engine.put("made_from", used, lasting=True)
        for name, table in tables.items():
            told = table.select(SCHEMAS[name].names).cast(SCHEMAS[name])
            engine.put("told", told)
            engine.create(name, _WITH_IDS.get(name, _BY_ID), lasting=True)
            engine.drop("told")
        engine.connection.execute("CHECKPOINT")
    finally:
        engine.connection.close()
    disk.flush_file(draft)
    draft.replace(final)
    disk.flush_folder(final.parent)


_BY_ID = "SELECT n.place_id, t.* EXCLUDE (place) FROM told t JOIN named n USING (place)"
_WITH_IDS = {
    "about": "SELECT * FROM told",
    "worst": "SELECT n.place_id, a.place_id AS among_id, t.period, t.chance"
    " FROM told t JOIN named n ON n.place = t.place JOIN named a ON a.place = t.among",
}


def carry(lake: Path, build: Path, made_from: Collection[str]) -> tuple[int, bool]:
    """Put the last estimate into a build's file; number of its facts, and whether they
    are stale.

    build        file of facts that is not published yet
    made_from    ids of the snapshots it was made from
    """
    if not path(lake).exists():
        return 0, False
    engine = connect(build)
    try:
        told = append(engine, lake, made_from)
        engine.connection.execute("CHECKPOINT")
    finally:
        engine.connection.close()
    return told


def append(engine: Engine, lake: Path, made_from: Collection[str]) -> tuple[int, bool]:
    """Put the last estimate into the open file of a build; as `carry`."""
    quoted = str(path(lake)).replace("'", "''")
    engine.connection.execute(f"ATTACH '{quoted}' AS last (READ_ONLY)")
    try:
        used = {row[0] for row in engine.rows("SELECT snapshot FROM last.made_from")}
        stale = used != set(made_from)
        flag = FLAGS["stale"] if stale else 0
        before = _count(engine)
        engine.connection.execute(_FACTS.format(flag=flag))
        held = {row[0] for row in engine.rows(_HELD)}
        for name, query in _TABLES.items():
            if name.removeprefix("estimate_") in held:  # not of an older boloci
                engine.create(name, query, lasting=True)
        engine.create(
            "estimate", f"SELECT *, {stale} AS stale FROM last.about", lasting=True
        )
    finally:
        engine.connection.execute("DETACH last")
    publishing.word_flags(engine)
    return _count(engine) - before, stale


def take_out(engine: Engine) -> None:
    """Take an estimate out of the open file of a build."""
    engine.connection.execute(
        f"DELETE FROM computed_fact WHERE method = {METHOD}"
        f" AND denominator_source = 0 AND confidence = {CONFIDENCE}"
    )
    engine.drop("estimate", *_TABLES)


def _count(engine: Engine) -> int:
    return int(engine.rows("SELECT count(*) FROM computed_fact")[0][0])


_FACTS = f"""
INSERT INTO computed_fact BY NAME
SELECT i.indicator_key, p.place_key AS place, f.period, f.sex, {METHOD} AS method,
       0 AS denominator_source, f.numerator, f.denominator, f.value,
       f.flags + {{flag}} AS flags, NULL AS expected, NULL AS received,
       f.lower, f.upper, {CONFIDENCE} AS confidence
FROM last.facts f JOIN indicator i USING (indicator) JOIN place p USING (place_id)
ORDER BY i.indicator_key, p.place_key, f.period
"""
_HELD = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'last'"
_TABLES = {
    **{
        f"estimate_{name}": "SELECT p.place_key AS place, t.* EXCLUDE (place_id)"
        f" FROM last.{name} t JOIN place p USING (place_id) ORDER BY ALL"
        for name in ("spread", "moved", "pulls", "sensitivity")
    },
    "estimate_worst": "SELECT p.place_key AS place, t.period, a.place_key AS among,"
    " t.chance FROM last.worst t JOIN place p ON p.place_id = t.place_id"
    " JOIN place a ON a.place_id = t.among_id ORDER BY ALL",
}


def rows(name: str, found: list[dict[str, Any]]) -> pa.Table:
    """Rows of one of `SCHEMAS` as a table."""
    return pa.Table.from_pylist(found, schema=SCHEMAS[name])
