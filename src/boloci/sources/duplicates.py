"""Rows of one file that give the same key twice: told, and one of them kept.

They agree: an info. They do not: a warning, and the later filled row stays, since a
blank never erases a figure.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet

from boloci.sources.cells import EXAMPLES, severity
from boloci.tables import Finding

MEMORY = "200MB"
"""DuckDB spills to the staging folder beyond it."""
ROWS_AT_ONCE = 6_000_000
"""Keys are compared in shares of this many rows, so that memory does not grow."""
AT_A_GLANCE = 100_000
"""Rows up to which keys are compared where they lie, before an engine is opened."""

Rows: TypeAlias = "pa.Table | Path"
_NOT_FIGURES = ("row", "cell", "nth")


@dataclass
class Repeats:
    """Keys that come twice or more, and agree or not: how many, and the first."""

    count: int = 0
    text: str = ""
    rows: list[list[int]] = field(default_factory=list)

    def add(self, count: int, text: str, rows: list[list[int]]) -> None:
        """Take in the repeats of one share of the keys."""
        if not self.rows or rows[0] < self.rows[0]:
            self.text = text
        self.count += count
        self.rows = sorted([*self.rows, *rows])[:EXAMPLES]


def one_row_a_key(
    rows: Rows, *, key: tuple[str, ...], file: str, staging: Path, sheet: str = ""
) -> tuple[Rows, list[Finding]]:
    """The rows without repeated keys, and at most two findings about them.

    `rows` is a table, whose later rows win, or a Parquet file, whose higher `row` wins;
    a Parquet file with repeats is written again. Columns outside the key, `row` and
    `cell` are the figures that agree or not.
    """
    if not isinstance(rows, Path) and _plainly_single(rows, key):
        return rows, []
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'")
        engine.execute("SET threads = 2")
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET temp_directory = ?", [str(staging / "spill")])
        names, count = _load(engine, rows)
        keys = [f'"{name}"' for name in key if name in names]
        figures = [name for name in names if name not in (*key, *_NOT_FIGURES)]
        told = _told(engine, keys, figures, shares=1 + count // ROWS_AT_ONCE)
        if not told:
            return rows, []
        findings = [
            _finding(differs, repeats, file=file, sheet=sheet)
            for differs, repeats in sorted(told.items())
        ]
        return _without_losers(engine, rows, staging), findings


def _plainly_single(rows: pa.Table, key: tuple[str, ...]) -> bool:
    """Whether rows few enough to look at as they lie have no key twice."""
    keys = [name for name in key if name in rows.column_names]
    if not keys or rows.num_rows > AT_A_GLANCE:
        return False
    return bool(rows.group_by(keys).aggregate([]).num_rows == rows.num_rows)


def _load(engine: duckdb.DuckDBPyConnection, rows: Rows) -> tuple[list[str], int]:
    """Name the rows `given`, numbered by `nth`; their columns and their number."""
    engine.execute("CREATE TEMP TABLE losers (nth BIGINT)")
    if isinstance(rows, Path):
        engine.execute(
            'CREATE VIEW given AS SELECT *, "row" AS nth FROM read_parquet('
            f"'{_quoted(rows)}')"
        )
        found = pyarrow.parquet.read_metadata(rows)
        return found.schema.to_arrow_schema().names, found.num_rows
    nth = pa.array(range(rows.num_rows), pa.int64())
    engine.register("given", rows.append_column("nth", nth))
    return list(rows.column_names), rows.num_rows


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _told(
    engine: duckdb.DuckDBPyConnection,
    keys: list[str],
    figures: list[str],
    *,
    shares: int,
) -> dict[bool, Repeats]:
    """Repeats that agree (False) and differ (True); the rows to drop go to `losers`."""
    told: dict[bool, Repeats] = {}
    for share in range(shares):
        if not _gathered(engine, keys, share, shares):
            continue
        for differs, count, text, rows in _judged(engine, keys, figures):
            told.setdefault(differs, Repeats()).add(count, text, rows)
    return told


def _gathered(
    engine: duckdb.DuckDBPyConnection, keys: list[str], share: int, shares: int
) -> bool:
    """Rows, of one share of the keys, whose key by its hash comes more than once."""
    hashed = f"hash({', '.join(keys)})"
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE repeats AS
        SELECT given.* FROM given SEMI JOIN (
            SELECT {hashed} AS h FROM given WHERE {hashed} % {shares} = {share}
            GROUP BY h HAVING count(*) > 1
        ) AS often ON {hashed} = often.h"""
    )
    found = engine.execute("SELECT count(*) FROM repeats").fetchone()
    return bool(found and found[0])


def _judged(
    engine: duckdb.DuckDBPyConnection, keys: list[str], figures: list[str]
) -> list[tuple[bool, int, str, list[list[int]]]]:
    """Whether repeats differ, how many, the first key in words, the first rows."""
    named = ", ".join(keys)
    filled = " OR ".join(f'"{name}" IS NOT NULL' for name in figures) or "TRUE"
    unlike = (f'coalesce(min("{name}") <> max("{name}"), FALSE)' for name in figures)
    differ = " OR ".join(unlike) or "FALSE"
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE told AS
        SELECT {named}, list("row" ORDER BY nth) AS "rows", {differ} AS differ,
            list(nth) AS all_of,
            coalesce(max(nth) FILTER ({filled}), max(nth)) AS winner
        FROM repeats GROUP BY {named} HAVING count(*) > 1"""
    )
    engine.execute(
        """INSERT INTO losers SELECT n FROM
        (SELECT unnest(all_of) AS n, winner FROM told) WHERE n <> winner"""
    )
    return engine.execute(
        f"""SELECT differ, count(*), min_by(concat_ws(' · ', {named}), "rows"),
            min("rows", {EXAMPLES}) FROM told GROUP BY differ"""
    ).fetchall()


def _finding(differs: bool, repeats: Repeats, *, file: str, sheet: str) -> Finding:
    rule = "duplicate_disagree" if differs else "duplicate_agree"
    params: dict[str, Any] = {
        "file": file,
        "sheet": sheet,
        "row": repeats.rows[0][0],
        "text": repeats.text,
        "count": repeats.count,
        "rows": repeats.rows,
    }
    return Finding(rule, severity(rule), params=params)


def _without_losers(
    engine: duckdb.DuckDBPyConnection, rows: Rows, staging: Path
) -> Rows:
    kept = "FROM given ANTI JOIN losers USING (nth)"
    if isinstance(rows, Path):
        path = staging / f"{rows.stem}-once.parquet"
        engine.execute("SET preserve_insertion_order = true")
        engine.execute(
            f"COPY (SELECT * EXCLUDE nth {kept}) TO '{_quoted(path)}' (FORMAT parquet)"
        )
        rows.unlink()
        return path
    found = engine.sql(f"SELECT * EXCLUDE nth {kept} ORDER BY nth")
    table: pa.Table = found.to_arrow_table()
    return table.cast(rows.schema)
