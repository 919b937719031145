"""Rows of a published build: numbers are narrowed in DuckDB, words are put in after.

A build is star shaped: `fact` holds what was computed, `count_fact` shows the counts
that are facts as they stand; indicators, places, methods and flags are small numbers.
Joining their words in the engine costs more than finding one row, so the words are
kept with the opened build and taken by position from Arrow arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.published import Published
from boloci.tables import FACTS

BATCH_ROWS = 50_000
SEX_WORDS = ("", "female", "male")

_STORED = (
    "SELECT indicator_key, place, period, sex, method, denominator_source, numerator,"
    " denominator, value, flags, expected, received FROM fact"
)
_COUNTED = (
    "SELECT {key}::SMALLINT AS indicator_key, place, period, sex, 0::TINYINT AS method,"
    " 0::TINYINT AS denominator_source, value AS numerator, NULL::DOUBLE AS"
    " denominator, value, flags, expected, received FROM count_fact{join}"
)
_EVERY_COUNT = _COUNTED.format(
    key="i.indicator_key", join=" JOIN indicator i USING (element)"
)
_ORDER = (
    " ORDER BY indicator_key, place, CASE WHEN period % 100 = 0 THEN 0"
    " WHEN period % 100 > 30 THEN 1 WHEN period % 100 > 20 THEN 2 ELSE 3 END,"
    " period, sex, method, denominator_source"
)


@dataclass(frozen=True)
class Narrowing:
    """Filters in the numbers of one build. None: anything; empty: nothing."""

    indicators: Sequence[str] | None = None
    places: Sequence[int] | None = None
    periods: Sequence[int] | None = None
    sexes: Sequence[int] | None = None
    methods: Sequence[int] | None = None
    denominators: Sequence[int] | None = None


def read(source: Published, wanted: Narrowing) -> pa.RecordBatchReader:
    """Facts in batches, in the schema of `tables.FACTS`, in a fixed order.

    Order: indicator as the catalogue lists them, place from the top of the tree,
    years before semesters, quarters and months, then time, sex, method, denominator.
    """
    sql, parameters = query(source, wanted)
    found = source.cursor().sql(sql + _ORDER, params=parameters)
    batches = found.to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(
        FACTS, (worded(source, batch) for batch in batches)
    )


def count(source: Published, wanted: Narrowing) -> int:
    """Number of rows that `read` would give."""
    sql, parameters = query(source, wanted)
    return int(source.rows(f"SELECT count(*) FROM ({sql})", parameters)[0][0])


def query(source: Published, wanted: Narrowing) -> tuple[str, list[Any]]:
    """SQL over the numbers of a build, and its parameters."""
    stored, counted = _split(source, wanted.indicators)
    parts: list[str] = []
    parameters: list[Any] = []

    def add(select: str, keys: Sequence[tuple[str, Sequence[int] | None]]) -> None:
        conditions = [(column, list(held)) for column, held in keys if held is not None]
        clauses = [
            f"{column} IN ({', '.join('?' for _ in held) or 'NULL'})"
            for column, held in conditions
        ]
        parts.append(select + (" WHERE " + " AND ".join(clauses) if clauses else ""))
        parameters.extend(value for _, held in conditions for value in held)

    rest = [
        ("place", wanted.places),
        ("period", wanted.periods),
        ("sex", wanted.sexes),
    ]
    how = [("method", wanted.methods), ("denominator_source", wanted.denominators)]
    if stored is None or stored:
        add(_STORED, [("indicator_key", stored), *rest, *how])
    plain = all(held is None or 0 in held for _, held in how)
    if counted is None and plain:
        add(_EVERY_COUNT, rest)
    for key, element in counted or ():
        if plain:
            select = _COUNTED.format(key=int(key), join="")
            add(select, [("element", (element,)), *rest])
    if not parts:
        add(_STORED, [("indicator_key", ())])
    return " UNION ALL ".join(parts), parameters


def _split(
    source: Published, names: Sequence[str] | None
) -> tuple[list[int] | None, list[tuple[int, int]] | None]:
    """Keys of computed indicators; (key, element) of counted ones. None: all."""
    if names is None:
        return None, None
    known = [source.indicators[name] for name in names if name in source.indicators]
    return (
        [o.key for o in known if o.element is None or o.name in source.measured],
        [(one.key, one.element) for one in known if one.element is not None],
    )


def worded(source: Published, batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch of numbers with the words they stand for, as `tables.FACTS`."""
    words = source.words
    rows = batch.num_rows
    indicator, place = batch["indicator_key"], batch["place"]
    columns = {
        "indicator": pc.take(words.indicator, indicator),
        "place_id": pc.take(words.place_id, place),
        "place": pc.take(words.place, place),
        "level": pc.take(words.level, place),
        "period": _periods(batch["period"]),
        "sex": pc.take(pa.array(SEX_WORDS), batch["sex"]),
        "profile": _same(source.profile, rows),
        "method": pc.take(words.method, batch["method"]),
        "denominator_source": pc.take(words.denominator, batch["denominator_source"]),
        "unit": pc.take(words.unit, indicator),
        "flags": pc.take(
            words.flags, pc.index_in(batch["flags"], value_set=words.flag_codes)
        ),
        "build": _same(source.build, rows),
    }
    for name in ("numerator", "denominator", "value", "expected", "received"):
        columns[name] = batch[name]
    return pa.record_batch(
        [
            columns[field.name].cast(field.type)
            if field.name in columns
            else pa.nulls(rows, field.type)
            for field in FACTS
        ],
        schema=FACTS,
    )


def _periods(codes: pa.Array) -> pa.Array:
    encoded = codes.dictionary_encode()
    texts = [periods.text(code) for code in encoded.dictionary.to_pylist()]
    return pc.take(pa.array(texts, pa.string()), encoded.indices)


def _same(text: str, rows: int) -> pa.Array:
    return pc.take(pa.array([text]), pa.array(np.zeros(rows, np.int8)))
