"""Rows of one file that give the same key twice: told, and one of them kept.

They agree: an info. They do not: a warning, and the later filled row stays, since a
blank never erases a figure.
"""

from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet

from boloci.sources.cells import EXAMPLES, severity
from boloci.tables import Finding

MEMORY = "128MB"
"""DuckDB spills to the staging folder beyond it, so a 2 GB file needs no more."""

Rows: TypeAlias = "pa.Table | Path"


def one_row_a_key(
    rows: Rows, *, key: tuple[str, ...], file: str, staging: Path, sheet: str = ""
) -> tuple[Rows, list[Finding]]:
    """The rows without repeated keys, and at most two findings about them.

    `rows` is a table, whose later rows win, or a Parquet file, whose higher `row` wins;
    a Parquet file with repeats is written again. Columns outside the key, `row` and
    `cell` are the figures that agree or not.
    """
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'")
        engine.execute("SET threads = 2")
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET temp_directory = ?", [str(staging / "spill")])
        names = _load(engine, rows)
        keys = ", ".join(f'"{name}"' for name in key if name in names)
        figures = [name for name in names if name not in (*key, *_NOT_FIGURES)]
        if not _repeats(engine, keys):
            return rows, []
        findings = _findings(engine, keys, figures, file=file, sheet=sheet)
        return _without_losers(engine, rows, staging), findings


_NOT_FIGURES = ("row", "cell", "nth")


def _load(engine: duckdb.DuckDBPyConnection, rows: Rows) -> list[str]:
    if isinstance(rows, Path):
        engine.execute(
            'CREATE VIEW given AS SELECT *, "row" AS nth FROM read_parquet('
            f"'{str(rows).replace(chr(39), chr(39) * 2)}')"
        )
        return [field.name for field in pa.parquet.read_schema(rows)]
    nth = pa.array(range(rows.num_rows), pa.int64())
    engine.register("given", rows.append_column("nth", nth))
    return list(rows.column_names)


def _repeats(engine: duckdb.DuckDBPyConnection, keys: str) -> bool:
    """Gather the rows whose key, by its hash, comes more than once."""
    engine.execute(
        f"CREATE TEMP TABLE hashes AS SELECT hash({keys}) AS h FROM given"
        " GROUP BY h HAVING count(*) > 1"
    )
    engine.execute(
        f"CREATE TEMP TABLE repeats AS SELECT g.* FROM given g"
        f" SEMI JOIN hashes ON hash({_prefixed(keys)}) = h"
    )
    found = engine.execute("SELECT count(*) FROM repeats").fetchone()
    return bool(found and found[0])


def _prefixed(keys: str) -> str:
    return ", ".join(f"g.{name}" for name in keys.split(", "))


def _findings(
    engine: duckdb.DuckDBPyConnection,
    keys: str,
    figures: list[str],
    *,
    file: str,
    sheet: str,
) -> list[Finding]:
    filled = " OR ".join(f'"{name}" IS NOT NULL' for name in figures) or "TRUE"
    differ = " OR ".join(f'count(DISTINCT "{name}") > 1' for name in figures) or "FALSE"
    engine.execute(
        f"""CREATE TEMP TABLE told AS
        SELECT {keys}, list("row" ORDER BY nth) AS "rows", {differ} AS differ,
            list(nth) AS all_of,
            coalesce(max(nth) FILTER ({filled}), max(nth)) AS winner
        FROM repeats GROUP BY {keys} HAVING count(*) > 1"""
    )
    engine.execute(
        """CREATE TEMP TABLE losers AS SELECT n AS nth FROM
        (SELECT unnest(all_of) AS n, winner FROM told) WHERE n <> winner"""
    )
    seen = engine.execute(
        f"""SELECT differ, count(*), min_by("rows", "rows"[1]),
            min_by(concat_ws(' · ', {keys}), "rows"[1]),
            list("rows" ORDER BY "rows"[1])[1:{EXAMPLES}]
        FROM told GROUP BY differ ORDER BY differ"""
    ).fetchall()
    findings = []
    for differs, count, first, text, examples in seen:
        rule = "duplicate_disagree" if differs else "duplicate_agree"
        params = {
            "file": file,
            "sheet": sheet,
            "row": first[0],
            "text": text,
            "count": count,
            "rows": examples,
        }
        findings.append(Finding(rule, severity(rule), params=params))
    return findings


def _without_losers(
    engine: duckdb.DuckDBPyConnection, rows: Rows, staging: Path
) -> Rows:
    kept = "FROM given ANTI JOIN losers USING (nth)"
    if isinstance(rows, Path):
        path = staging / f"{rows.stem}-once.parquet"
        quoted = str(path).replace("'", "''")
        engine.execute("SET preserve_insertion_order = true")
        engine.execute(
            f"COPY (SELECT * EXCLUDE nth {kept}) TO '{quoted}' (FORMAT parquet)"
        )
        rows.unlink()
        return path
    found = engine.sql(f"SELECT * EXCLUDE nth {kept} ORDER BY nth")
    table: pa.Table = found.to_arrow_table()
    return table.cast(rows.schema)
