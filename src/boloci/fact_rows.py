"""Rows of a published build: numbers are narrowed in DuckDB, words are put in after.

A build is star shaped: `fact` holds what was computed, `count_fact` shows the counts
that are facts as they stand; indicators, places, methods and flags are small numbers.
Joining their words in the engine costs more than finding one row, so the words are
kept with the opened build and taken by position from Arrow arrays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.published import IndicatorRow, Published
from boloci.tables import FACTS

BATCH_ROWS = 50_000
SEX_WORDS = ("", "female", "male")

COUNTED, COMPUTED = "count_fact", "computed_fact"
_NUMBERS = (
    "indicator_key, place, period, sex, method, denominator_source, numerator,"
    " denominator, value, flags, expected, received, "
)
_INTERVAL = ("lower", "upper", "confidence")
_NO_INTERVAL = ", ".join(f"NULL::DOUBLE AS {name}" for name in _INTERVAL)
_OF_ELEMENT = (
    "SELECT {key}::SMALLINT AS indicator_key, place, period, sex::TINYINT AS sex,"
    " 0::TINYINT AS method, {source}::TINYINT AS denominator_source, {numerator} AS"
    " numerator, {denominator} AS denominator, value, flags, expected, received,"
    " {interval} FROM {relation}"
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
    whole = wanted.indicators is None and wanted.places is None
    parts = (
        [replace(wanted, indicators=(name,)) for name in _held(source, wanted)]
        if whole  # one indicator after the other: sorting all at once takes gigabytes
        else [wanted]
    )
    batches = (batch for part in parts for batch in _batches(source, part))
    return pa.RecordBatchReader.from_batches(FACTS, batches)


def _held(source: Published, wanted: Narrowing) -> list[str]:
    """Indicators that may have facts of the methods asked for, in their order.

    Most have none of any method but `reported`: of a build of 500 indicators an
    estimate is of 14, and asking after each takes longer than reading their facts.
    """
    if wanted.methods is None or source.methods["reported"] in wanted.methods:
        return list(source.indicators)
    sql, parameters = query(source, wanted)
    found = source.rows(f"SELECT DISTINCT indicator_key FROM ({sql})", parameters)
    held = {key for (key,) in found}
    return [name for name, one in source.indicators.items() if one.key in held]


def _batches(source: Published, wanted: Narrowing) -> Iterator[pa.RecordBatch]:
    sql, parameters = query(source, wanted)
    found = source.cursor().sql(sql + _ORDER, params=parameters)
    for batch in found.to_arrow_reader(BATCH_ROWS):
        yield worded(source, batch)


def count(source: Published, wanted: Narrowing) -> int:
    """Number of rows that `read` would give."""
    sql, parameters = query(source, wanted)
    return int(source.rows(f"SELECT count(*) FROM ({sql})", parameters)[0][0])


def query(source: Published, wanted: Narrowing) -> tuple[str, list[Any]]:
    """SQL over the numbers of a build, and its parameters."""
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

    where = [("place", wanted.places), ("period", wanted.periods)]
    sex = ("sex", wanted.sexes)
    how = [("method", wanted.methods), ("denominator_source", wanted.denominators)]
    if wanted.indicators is None:
        for relation in _relations_of(source, wanted.methods):
            add(_rows_of(source, relation), [*where, sex, *how])
        return " UNION ALL ".join(parts), parameters
    for name in wanted.indicators:
        if name in source.indicators:
            one = source.indicators[name]
            for select, key, fixed in _relations(source, one):
                if fixed is None:
                    add(select, [key, *where, sex, *how])
                elif _fits(fixed, how):
                    add(select, [key, *where, sex])
    if not parts:
        add(_rows_of(source, "fact"), [("indicator_key", ())])
    return " UNION ALL ".join(parts), parameters


def _relations_of(source: Published, methods: Sequence[int] | None) -> tuple[str, ...]:
    """Where facts of some methods are; what is worked out from counts is reported."""
    if methods is None or source.methods["reported"] in methods:
        return "fact", "every_count"
    return (COMPUTED,)


def _rows_of(source: Published, relation: str) -> str:
    """Every number of a relation."""
    return f"SELECT {_NUMBERS}{_interval(source)} FROM {relation}"


def _interval(source: Published, *, counted: bool = False) -> str:
    """Columns of an interval; a count has none, nor have builds before 2026-11-22."""
    known = source.intervals and not counted
    return ", ".join(_INTERVAL) if known else _NO_INTERVAL


def _fits(
    fixed: tuple[int, ...], how: Sequence[tuple[str, Sequence[int] | None]]
) -> bool:
    """Whether a relation's one method and source of denominators were asked for."""
    asked = (held for _, held in how)
    return all(h is None or f in h for f, h in zip(fixed, asked, strict=True))


def _relations(
    source: Published, one: IndicatorRow
) -> Iterator[tuple[str, tuple[str, Sequence[int]], tuple[int, ...] | None]]:
    """Where an indicator's facts are, what tells them from others there, and their
    method and source of denominators where all have the same."""
    if one.element is None or one.key in source.computed:
        yield _rows_of(source, COMPUTED), ("indicator_key", (one.key,)), None
    if one.element is not None:
        counted = one.relation == COUNTED
        denominator = source.denominators["" if counted else "target"]
        select = _OF_ELEMENT.format(
            key=one.key,
            relation=_known(one.relation),
            source=denominator,
            numerator="value" if counted else "numerator",
            denominator="NULL::DOUBLE" if counted else "denominator",
            interval=_interval(source, counted=counted),
        )
        fixed = (source.methods["reported"], denominator)
        yield select, ("element", (one.element,)), fixed


def _known(relation: str) -> str:
    """The name of a relation, which is part of SQL and so must be a plain word."""
    if not relation.isidentifier():
        raise ValueError(relation)
    return relation


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
    numbers = ("numerator", "denominator", "value", "expected", "received")
    for name in (*numbers, *_INTERVAL):
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
