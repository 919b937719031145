"""The tidy tables of the user guide: CSV, Parquet, or one sheet of a workbook.

Promises: columns in any order, any case; comma, semicolon or tab; decimal point or
comma; blank is missing. A cell that cannot be read refuses the whole file, with every
such cell up to 20. Values are streamed to Parquet: memory does not grow with the file.
Source: the tables of `boloci.tables.TIDY`.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from boloci.problems import Refused, Where, refuse
from boloci.sources import correction_rows, numbers
from boloci.sources.cells import (
    BlockLog,
    Cache,
    Log,
    Numbers,
    filled_rows,
    parser,
    texts,
    typed,
)
from boloci.sources.duplicates import one_row_a_key
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.tidy_shapes import Block, Shape, recognise, shape_of
from boloci.tables import SNAPSHOT, VALUES_KEY, Finding

__all__ = ["read", "recognise"]

SYSTEM = "tidy"
ROW_GROUP = 122_880

VALUES_SCHEMA = pa.schema(
    field
    for field in SNAPSHOT["values"]
    if field.name not in ("option", "attribute", "deleted")
)


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read one tidy file. Raises `Refused` with every problem found, up to 20.

    Gives the table of `boloci.tables.SNAPSHOT` with `row` (the record number, the
    header being row 1) and, from a workbook, `cell`; `values` as a Parquet file.
    """
    shape = shape_of(source, staging)
    _check_columns(shape, source)
    log, output = _converted(shape, source, staging=staging, progress=progress)
    pa.default_memory_pool().release_unused()  # DuckDB has its own memory
    if shape.table.name == "corrections" and isinstance(output, pa.Table):
        correction_rows.check(output, file=source.name, sheet=shape.sheet)
    values = shape.table.name == "values"
    key = VALUES_KEY if values else shape.table.key
    rows, repeats = one_row_a_key(
        output, key=key, file=source.name, sheet=shape.sheet, staging=staging
    )
    findings = [*shape.findings, *log.findings(), *repeats]
    kind = f"tidy {shape.table.name}"
    tables = {shape.table.name: rows}
    return Reading(kind, SYSTEM, tables, unique=values, findings=findings)


def _check_columns(shape: Shape, source: Input) -> None:
    """Refuse missing or repeated columns; tell those that are not of the table."""
    table, have = shape.table, shape.columns
    where = Where(source.name, shape.sheet, row=1)
    missing = [name for name in table.required if name not in have]
    if missing:
        columns = ", ".join(missing)
        raise refuse("columns_missing", where, columns=columns, table=table.name)
    twice = sorted({n for n in have if have.count(n) > 1 and n in table.names})
    if twice:
        raise refuse("columns_twice", where, columns=", ".join(twice))
    unknown = [name for name in have if name and name not in table.names]
    if unknown:
        params = {
            "file": source.name,
            "sheet": shape.sheet,
            "columns": ", ".join(unknown),
            "table": table.name,
        }
        shape.findings.append(Finding("column_unknown", "info", params=params))


def _converted(
    shape: Shape, source: Input, *, staging: Path, progress: Progress
) -> tuple[Log, pa.Table | Path]:
    """Typed rows and what was doubtful; a second pass if the first showed the decimal.

    `1,234` is refused unless other cells of the file show what its comma means.
    """
    style = numbers.UNKNOWN
    while True:
        log = Log(source.name, shape.sheet)
        output = _write(shape, source, log, style, staging=staging, progress=progress)
        if not log.problems and not log.unsure:
            return log, output
        learned = numbers.style_shown(log.shown)
        if log.problems or not learned.decimal:
            raise Refused(*log.everything())
        style = learned


def _write(
    shape: Shape,
    source: Input,
    log: Log,
    style: numbers.Style,
    *,
    staging: Path,
    progress: Progress,
) -> pa.Table | Path:
    """Values go to a Parquet file block by block; the other tables stay in memory."""
    batches = _batches(shape, source, log, style, progress=progress)
    if shape.table.name != "values":
        return pa.Table.from_batches(batches, schema=SNAPSHOT[shape.table.name])
    path = staging / "values.parquet"
    with pa.parquet.ParquetWriter(path, VALUES_SCHEMA, store_schema=False) as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=ROW_GROUP)
    return path


def _batches(
    shape: Shape, source: Input, log: Log, style: numbers.Style, *, progress: Progress
) -> Iterator[pa.RecordBatch]:
    columns = {column.name: column for column in shape.table.columns}
    parsers = {n: parser(column, style, log) for n, column in columns.items()}
    caches: dict[str, Cache] = {name: {} for name in columns}
    size, done, counted = max(source.path.stat().st_size, 1), 0, 0
    for rows, given in _guarded(shape.blocks(log), source):
        found = {name: texts(given[name]) for name in columns if name in given}
        filled = filled_rows(found.values(), len(rows))
        block = BlockLog(log, rows, filled)
        read = {
            name: typed(columns[name], each, parsers[name], caches[name], block)
            for name, each in found.items()
        }
        counted += int(filled.sum())
        done += sum(array.nbytes for array in given.values())
        progress("read", min(0.99, done / size))
        yield _batch(shape, read, rows).filter(pa.array(filled))
        if log.full():
            return
    progress("read", 1.0)
    if not counted and not log.problems:
        raise refuse("no_rows", Where(source.name, shape.sheet))


def _guarded(blocks: Iterator[Block], source: Input) -> Iterator[Block]:
    """Blocks, with Arrow's own complaint (a quote never closed) as a problem."""
    try:
        yield from blocks
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        detail = str(error).splitlines()[0][:200]
        raise refuse("file_damaged", Where(source.name), detail=detail) from None


def _batch(shape: Shape, read: dict[str, pa.Array], rows: Numbers) -> pa.RecordBatch:
    values = shape.table.name == "values"
    schema = VALUES_SCHEMA if values else SNAPSHOT[shape.table.name]
    count = len(rows)
    given = {("place" if values and n == "place_id" else n): a for n, a in read.items()}
    given["row"] = pa.array(rows)
    if shape.sheet:
        cells = [f"{shape.sheet}!A{row}" for row in rows]
        given["cell"] = pa.array(cells, pa.string())
    arrays = [given.get(f.name, pa.nulls(count, f.type)) for f in schema]
    return pa.record_batch(arrays, schema=schema)
