"""The engine that tables are added up on: DuckDB in an office, Spark in a ministry.

Statistics see Narwhals frames only. What an engine alone can do well (SQL over many
Parquet files, materialising a step, series as arrays) is here.
"""

import os
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

MEMORY = "900MB"
"""What DuckDB may hold before it spills to the workspace's disk."""
SERIES_BATCH = 4_000_000
"""Values of series taken at once: 100 MB of arrays."""

Columns = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Tables, each with the names and types of its columns."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_WRITTEN: dict[Hashable, str] = {}
"""Queries of steps this process has written, by what they were written from."""


@dataclass(frozen=True)
class Engine:
    """One DuckDB connection and the tables made on it."""

    connection: duckdb.DuckDBPyConnection

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """A table or view of the connection as a Narwhals frame."""
        return nw.from_native(self.connection.table(_checked(name)))

    def put(
        self, name: str, rows: pa.Table, *, lasting: bool = False
    ) -> nw.LazyFrame[Any]:
        """Rows as a table of the connection; temporary unless `lasting`."""
        self.connection.register("arriving", rows)
        self.create(name, "SELECT * FROM arriving", lasting=lasting)
        self.connection.unregister("arriving")
        return self.frame(name)

    def create(self, name: str, query: str, *, lasting: bool = False) -> None:
        """The rows of a query as a table; temporary unless `lasting`."""
        kind = "" if lasting else "TEMP"
        self.connection.execute(f"CREATE {kind} TABLE {_checked(name)} AS {query}")

    def keep(
        self,
        name: str,
        frame: nw.LazyFrame[Any],
        *,
        lasting: bool = False,
        order: str = "",
    ) -> nw.LazyFrame[Any]:
        """Materialise a step that several others read."""
        query = sql(frame)
        self.create(
            name, f"{query} ORDER BY {order}" if order else query, lasting=lasting
        )
        return self.frame(name)

    def columns(self, *names: str) -> Columns:
        """What tables look like, for the steps that are written over them."""
        tables = [(name, self.connection.table(_checked(name))) for name in names]
        return tuple(
            (name, tuple(zip(table.columns, map(str, table.types), strict=True)))
            for name, table in tables
        )

    def query(
        self,
        step: Callable[..., nw.LazyFrame[Any]],
        over: Columns,
        **constants: Hashable,
    ) -> str:
        """The query of a step over tables, written once for the same columns.

        To write the query of a deep step costs more than to run it on a district. So
        `step` is a pure function of a module: it takes the frames of `over`, then
        constants, and looks at no row. Raises `ValueError` for a function made on the
        way, which could hold more than its name tells.
        """
        if "<" in step.__qualname__:
            raise ValueError(step.__qualname__)
        key = (step, over, _with_kinds(tuple(constants.items())))
        if key not in _WRITTEN:
            frames = [self.frame(name) for name, _columns in over]
            _WRITTEN[key] = sql(step(*frames, **constants))
        return _WRITTEN[key]

    def append(self, name: str, frame: nw.LazyFrame[Any]) -> None:
        """Add a frame's rows to a table with the same columns."""
        self.connection.execute(f"INSERT INTO {_checked(name)} BY NAME {sql(frame)}")

    def drop(self, *names: str) -> None:
        """Forget tables no later step reads."""
        for name in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {_checked(name)}")

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a small query."""
        return self.connection.execute(query, list(parameters)).fetchall()

    def arrow(self, query: str, *parameters: Any) -> pa.Table:
        """All rows of a query as an Arrow table."""
        return self.connection.sql(query, params=list(parameters)).to_arrow_table()

    def exists(self, query: str) -> bool:
        """Whether a query has any row."""
        return bool(self.rows(f"SELECT 1 FROM ({query}) LIMIT 1"))


def _with_kinds(constant: Hashable) -> Hashable:
    """A constant with its kind, for 1, 1.0 and True are equal but not as SQL."""
    if isinstance(constant, tuple):
        return tuple(map(_with_kinds, constant))
    return type(constant), constant


def sql(frame: nw.LazyFrame[Any]) -> str:
    """The query behind a frame."""
    return str(nw.to_native(frame).sql_query())


def connect(path: Path | None = None, *, spill: Path | None = None) -> Engine:
    """An engine on a new file (or in memory), with bounded memory."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET threads = {len(os.sched_getaffinity(0))}")
    connection.execute("SET preserve_insertion_order = false")
    if spill:
        spill.mkdir(parents=True, exist_ok=True)
        folder = str(spill).replace("'", "''")
        connection.execute(f"SET temp_directory = '{folder}'")
    return Engine(connection)


@cache
def _in_memory() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def scratch() -> duckdb.DuckDBPyConnection:
    """A connection for small queries over tables in memory and Parquet files.

    All of a process lead to one database that stays empty: to open one costs fifty
    times what a small query does. What is registered is seen by that connection alone.
    """
    return _in_memory().cursor()


def key_ranges(low: int, high: int, rows: int) -> Iterator[tuple[int, int]]:
    """First and last key of ranges from `low` to `high` that together hold so many
    rows, and each about `SERIES_BATCH` of them."""
    step = max(1, int((high - low + 1) / -(-rows // SERIES_BATCH)))
    for first in range(low, high + 1, step):
        yield first, first + step - 1


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    return name
