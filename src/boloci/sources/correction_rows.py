"""Rows of corrections.csv that could not be carried out: refused with their place."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from boloci.problems import Problem, Refused, Where
from boloci.sources.cells import MOST_PROBLEMS


def check(rows: pa.Table, *, file: str, sheet: str = "") -> None:
    """Refuse a replacement without its value, or by a number below zero.

    `expect` may be negative: where a unit reported -5, that is what is corrected.
    `rows`: `SNAPSHOT["corrections"]`. Raises `Refused` with the first 20 problems.
    """
    problems = [
        Problem(code, Where(file, sheet, row["row"], column, text))
        for row in rows.to_pylist()
        for code, column, text in _wrong(row)
    ]
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])


def _wrong(row: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    if row["action"] == "replace" and row["value"] is None:
        yield "correction_without_value", "value", ""
    if row["value"] is not None and row["value"] < 0:
        yield "correction_negative", "value", f"{row['value']:g}"
