"""Many snapshots seen as one set of tables: for one key, the later telling wins.

A blank never erases, an absent row never erases. What removes is DHIS2's `deleted`,
a later snapshot imported with `--replace` (the whole of its datasets, places and
periods), or `undo`, which takes the snapshot out before it comes here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from boloci.lake.engines import scratch
from boloci.lake.snapshots import Snapshot
from boloci.tables import SNAPSHOT, TIDY, VALUES, VALUES_KEY, WUENIC_KEY

KEYS = {name: table.key for name, table in TIDY.items()} | {
    "elements": ("element",),
    "options": ("option",),
    "datasets": ("dataset", "element"),
    "units": ("place_id",),
    "unit_levels": ("depth",),
    "wuenic": WUENIC_KEY,
}

SCOPE: dict[str, tuple[str, ...]] = {
    "groups": ("group",),
    "targets": ("population", "place_id", "year"),
    "reports": ("dataset", "place_id", "period"),
    "sessions": ("place_id", "period"),
    "stock": ("product", "place_id", "period"),
    "surveys": ("survey",),
    "lqas": ("round",),
    "measures": ("indicator", "place_id", "period"),
    "goals": ("indicator",),
    "events": ("kind", "place_id"),
    "recounts": ("element", "place_id", "period"),
    "wuenic": ("place_id", "revision"),
}
"""What `--replace` is the whole of, table by table; other tables are revised only."""


def table(snapshots: Sequence[Snapshot], name: str) -> pa.Table:
    """The rows of a small table that count now: one a key, latest non-blank cells.

    Columns of `SNAPSHOT[name]`, then `snapshot` (sequence of the latest telling) and
    `file`. Rows come in key order.
    """
    schema = SNAPSHOT[name]
    parts: list[pa.Table] = []
    for snapshot in snapshots:
        content = snapshot.table(name)
        if content is None:
            continue
        content = _with_every_column(content, schema)
        if snapshot.replace and name in SCOPE:
            parts = [_outside(part, content, SCOPE[name]) for part in parts]
        sequence = pa.array([snapshot.sequence] * content.num_rows, pa.int32())
        parts.append(content.append_column("snapshot", sequence))
    if not parts:
        empty = schema.append(pa.field("file", pa.int16()))
        return empty.append(pa.field("snapshot", pa.int32())).empty_table()
    return _latest(pa.concat_tables(parts), name)


def _with_every_column(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table kept before a column was known has it blank."""
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select([*schema.names, "file"])


def _latest(rows: pa.Table, name: str) -> pa.Table:
    key = KEYS[name]
    if rows.group_by(list(key)).aggregate([]).num_rows == rows.num_rows:
        return rows.sort_by([(column, "ascending") for column in key])
    order = "ORDER BY snapshot, file, row"
    cells = [
        f'last("{column}" {order}) FILTER (WHERE "{column}" IS NOT NULL) AS "{column}"'
        for column in rows.column_names
        if column not in key
    ]
    keys = ", ".join(f'"{column}"' for column in key)
    with scratch() as engine:
        engine.register("rows", rows)
        latest: pa.Table = engine.sql(
            f"SELECT {keys}, {', '.join(cells)} FROM rows GROUP BY {keys}"
            f" ORDER BY {keys}"
        ).to_arrow_table()
    return latest.select(rows.column_names)


def _outside(rows: pa.Table, replacing: pa.Table, scope: Sequence[str]) -> pa.Table:
    """Rows that a replacing file is not the whole of."""
    within = " AND ".join(
        f'"{column}" IN (SELECT "{column}" FROM replacing)' for column in scope
    )
    with scratch() as engine:
        engine.register("rows", rows)
        engine.register("replacing", replacing)
        return engine.sql(
            f"SELECT * FROM rows WHERE NOT coalesce({within}, FALSE)"
        ).to_arrow_table()


@dataclass(frozen=True)
class ValuesFile:
    """One Parquet of values, and the place it has among the tellings."""

    path: Path
    snapshot: int
    file: int
    system: str
    aggregate: bool
    replace: bool
    unique: bool
    blanks: int
    first_period: int
    last_period: int

    @property
    def kinds(self) -> Path:
        """Its distinct kinds, with rows and periods."""
        return self.path.with_name(self.path.name.replace("values", "kinds"))

    @property
    def sites(self) -> Path:
        """Its distinct places, with rows and periods."""
        return self.path.with_name(self.path.name.replace("values", "sites"))


def values_files(snapshots: Iterable[Snapshot]) -> list[ValuesFile]:
    """Every file of values, oldest telling first; empty ones left out."""
    return [
        ValuesFile(
            path=snapshot.folder / file.values,
            snapshot=snapshot.sequence,
            file=index,
            system=file.system,
            aggregate=file.aggregate,
            replace=snapshot.replace,
            unique=file.unique,
            blanks=file.blanks,
            first_period=file.first_period,
            last_period=file.last_period or file.first_period,
        )
        for snapshot in snapshots
        for index, file in enumerate(snapshot.files)
        if file.values and file.first_period is not None
    ]


def values_query(engine: duckdb.DuckDBPyConnection, files: Sequence[ValuesFile]) -> str:
    """SQL of the values that count: columns of `VALUES`, snapshot, system, aggregate.

    Years that one file alone covers are read as they are. Years that several files
    of one system cover are settled key by key, so that the cost of revisions is paid
    only where there are any.
    """
    parts = []
    for first, last, covering in _stretches(files):
        union = " UNION ALL BY NAME ".join(
            f"{select(engine, file)} WHERE period BETWEEN {first}00 AND {last}99"
            for file in covering
        )
        plain = len(covering) == 1 and covering[0].unique
        parts.append(union if plain else _settled(union, covering))
    return " UNION ALL BY NAME ".join(parts)


def _stretches(
    files: Sequence[ValuesFile],
) -> list[tuple[int, int, tuple[ValuesFile, ...]]]:
    """Runs of years covered by the same files of one system: (first, last, files)."""
    runs: list[tuple[int, int, tuple[ValuesFile, ...]]] = []
    for system in sorted({file.system for file in files}):
        own = [file for file in files if file.system == system]
        first = min(file.first_period for file in own) // 100
        last = max(file.last_period for file in own) // 100
        for year in range(first, last + 1):
            covering = tuple(
                file
                for file in own
                if file.first_period // 100 <= year <= file.last_period // 100
            )
            if not covering:
                continue
            if runs and runs[-1][1:] == (year - 1, covering):
                runs[-1] = (runs[-1][0], year, covering)
            else:
                runs.append((year, year, covering))
    return runs


def select(engine: duckdb.DuckDBPyConnection, file: ValuesFile) -> str:
    """SQL of one file's values, columns it has not as nulls."""
    have = {
        row[0]
        for row in engine.execute(
            "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(?))",
            [str(file.path)],
        ).fetchall()
    }
    columns = ", ".join(
        f'"{field.name}"'
        if field.name in have
        else f'NULL::{_SQL[field.type]} AS "{field.name}"'
        for field in VALUES
    )
    path = str(file.path).replace("'", "''")
    return (
        f"SELECT {columns}, {file.snapshot} AS snapshot, {file.file} AS file,"
        f" '{file.system}' AS system, {file.aggregate} AS aggregate,"
        f" {file.replace} AS replace FROM read_parquet('{path}')"
    )


_SQL = {
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
}


def _settled(union: str, group: Sequence[ValuesFile]) -> str:
    keys = ", ".join(f'"{column}"' for column in VALUES_KEY)
    union = _without_replaced(union, group)
    return (
        f"SELECT * EXCLUDE (place_in_line, replace) FROM (SELECT *, row_number() OVER"
        f" (PARTITION BY {keys} ORDER BY (value IS NOT NULL OR"
        " coalesce(deleted, FALSE)) DESC, snapshot DESC, file DESC, row DESC)"
        f" AS place_in_line FROM ({union})) WHERE place_in_line = 1"
        " AND NOT coalesce(deleted, FALSE)"
    )


def _without_replaced(union: str, group: Sequence[ValuesFile]) -> str:
    """Take out rows that a later `--replace` file is the whole of."""
    for file in group:
        if not file.replace:
            continue
        path = str(file.path).replace("'", "''")
        within = " AND ".join(
            f"{column} IN (SELECT {column} FROM read_parquet('{path}'))"
            for column in ("element", "place", "period")
        )
        union = (
            f"SELECT * FROM ({union}) WHERE NOT (snapshot < {file.snapshot}"
            f" AND coalesce({within}, FALSE))"
        )
    return union
