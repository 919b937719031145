"""Values that one file tells twice: found, told, and one of them kept.

If they agree, the first is kept. If not: the one DHIS2 updated later where the file
says when, else the later row; a blank never wins over a figure, unless DHIS2 says that
the value is deleted.
"""

from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from boloci.tables import Finding

MEMORY = "150MB"
"""DuckDB spills to the staging folder beyond it."""

EXAMPLES = 5
_KEY = "element, option, attribute, place, period"


def settle(path: Path, *, file: str, staging: Path, out: Path) -> list[Finding]:
    """Write the values of `path` to `out` without the rows that lost.

    Memory grows with the repeats, not with the file.
    """
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'; SET threads = 2")
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET temp_directory = ?", [str(staging / "spill")])
        _gather(engine, path)
        findings = _findings(engine, file)
        losers = engine.execute('SELECT "row" FROM lost ORDER BY "row"').fetchnumpy()
    _without(path, np.asarray(losers["row"]), out)
    return findings


def disagree(path: Path, *, staging: Path) -> bool:
    """Whether any two tellings of one value differ."""
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'; SET threads = 2")
        engine.execute("SET temp_directory = ?", [str(staging / "spill")])
        found = engine.execute(
            f"""SELECT 1 FROM {_file(path)} GROUP BY {_KEY} HAVING {_DIFFER} LIMIT 1"""
        ).fetchone()
    return found is not None


_DIFFER = (
    "(min(value) IS DISTINCT FROM max(value)"
    " OR count(value) NOT IN (0, count(*)) OR bool_or(deleted) <> bool_and(deleted))"
)


def _file(path: Path) -> str:
    return "read_parquet('" + str(path).replace("'", "''") + "')"


def _gather(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Tables `told`, one row a repeated value, and `lost`, one a losing row."""
    names = pq.read_schema(path).names
    updated = "updated" if "updated" in names else "NULL"
    engine.execute(
        f"""CREATE TEMP TABLE repeated AS SELECT {_KEY} FROM {_file(path)}
        GROUP BY ALL HAVING count(*) > 1"""
    )
    same = " AND ".join(
        f"v.{name} IS NOT DISTINCT FROM r.{name}" for name in _KEY.split(", ")
    )
    engine.execute(
        f"""CREATE TEMP TABLE copies AS SELECT v.*, {updated} AS said
        FROM {_file(path)} v JOIN repeated r ON {same}"""
    )
    better = "{a: value IS NOT NULL OR deleted, b: coalesce(said, ''), c: \"row\"}"
    engine.execute(
        f"""CREATE TEMP TABLE told AS SELECT {_KEY}, {_DIFFER} AS differ,
            min("row") AS first, list("row" ORDER BY "row") AS every,
            CASE WHEN {_DIFFER} THEN max_by("row", {better}) ELSE min("row") END AS won,
            count(DISTINCT said) > 1 AS dated
        FROM copies GROUP BY {_KEY}"""
    )
    engine.execute(
        """CREATE TEMP TABLE lost AS SELECT "row" FROM
        (SELECT unnest(every) AS "row", won FROM told) WHERE "row" <> won"""
    )


def _findings(engine: duckdb.DuckDBPyConnection, file: str) -> list[Finding]:
    seen = engine.execute(
        f"""SELECT CASE WHEN NOT differ THEN 'duplicate_agree'
                WHEN dated THEN 'duplicate_disagree_updated'
                ELSE 'duplicate_disagree' END AS rule,
            count(*), arg_min(every, first),
            arg_min(concat_ws(' · ', {_KEY}), first),
            list(every ORDER BY first)[1:{EXAMPLES}]
        FROM told GROUP BY rule ORDER BY rule"""
    ).fetchall()
    return [
        Finding(
            rule,
            "info" if rule == "duplicate_agree" else "warning",
            params={
                "file": file,
                "sheet": "",
                "row": rows[0],
                "text": text,
                "count": count,
                "rows": examples,
            },
        )
        for rule, count, rows, text, examples in seen
    ]


def _without(path: Path, lost: npt.NDArray[np.int32], out: Path) -> None:
    """Copy row group by row group, leaving out the rows that lost and `updated`."""
    source = pq.ParquetFile(path)
    names = [name for name in source.schema_arrow.names if name != "updated"]
    schema = pa.schema([source.schema_arrow.field(name) for name in names])
    with pq.ParquetWriter(out, schema, compression="lz4") as writer:
        for index in range(source.num_row_groups):
            group = source.read_row_group(index, columns=names)
            rows = np.frombuffer(
                group.column("row").combine_chunks().buffers()[1], np.int32
            )[: group.num_rows]
            keep = ~np.isin(rows, lost)
            kept = group if keep.all() else group.take(np.flatnonzero(keep))
            writer.write_table(kept)
