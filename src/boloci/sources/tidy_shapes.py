"""What a tidy file turns out to be, CSV, Parquet or a sheet: its table, and its rows.

The header alone tells the table. Rows are given as blocks of text columns with their
record numbers, whatever the file, so that one way of reading them is enough (`tidy`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from boloci.problems import Where, refuse
from boloci.sources import text_files, workbooks
from boloci.sources.cells import BadCell, Log, Numbers
from boloci.sources.reading import Input
from boloci.sources.recognise import Head
from boloci.sources.words import fold
from boloci.tables import TIDY, Finding, Table

CSV_BLOCK = 4 << 20
PARQUET_ROWS = 65_536
PARQUET_MAGIC = b"PAR1"
NEARLY = 0.5
"""A header with this share of a table's required columns, `place_id` among them, is
meant to be that table: what lacks is told, instead of "unknown format"."""
ABOVE = 10
"""Rows among which a header is looked for: people write a title above it."""

Block = tuple[Numbers, dict[str, pa.Array]]
"""Row numbers in the file, and text columns by name."""


@dataclass(frozen=True)
class Shape:
    """What a file turned out to be: its table, its columns, and how to read them."""

    table: Table
    columns: tuple[str, ...]
    """As in the file, folded; in file order."""
    blocks: Callable[[Log], Iterator[Block]]
    sheet: str = ""
    findings: list[Finding] = field(default_factory=list)


def recognise(head: Head) -> str | None:
    """`tidy values`, `tidy targets` and so on, from the header alone."""
    if head.start.startswith(PARQUET_MAGIC):
        found = table_of(_parquet_names(head.path))
        return f"tidy {found.name} parquet" if found else None
    if workbooks.is_workbook(head.start):
        sheet = _tidy_sheet(head.path)
        return f"tidy {sheet[1].name} xlsx" if sheet else None
    if not text_files.is_text(head.start):
        return None
    header = _tidy_header(text_files.decoded(head.start))
    found = meant(header.names) if header else None
    return f"tidy {found.name} csv" if found else None


def table_of(names: Iterable[str]) -> Table | None:
    """The tidy table whose required columns are all in a header; the fullest fit."""
    have = {fold(name) for name in names}
    fits = [table for table in TIDY.values() if have.issuperset(table.required)]
    return max(fits, key=lambda table: _fit(table, have), default=None)


def meant(names: Iterable[str]) -> Table | None:
    """As `table_of`; else the table a header nearly is."""
    have = {fold(name) for name in names}
    near = [
        table
        for table in TIDY.values()
        if "place_id" in have
        and len(have.intersection(table.required)) >= NEARLY * len(table.required)
        and len(have.intersection(table.names)) > 1
    ]
    return table_of(have) or max(near, key=lambda t: _fit(t, have), default=None)


def _fit(table: Table, have: set[str]) -> tuple[int, int, int]:
    required = len(have.intersection(table.required))
    known = len(have.intersection(table.names))
    return required, known, -len(table.required)


def _tidy_header(text: str) -> text_files.Header | None:
    every = (*text_files.SEPARATORS, *text_files.OTHER_SEPARATORS)
    found = list(text_files.headers(text, every))
    first = next((header for header in found if meant(header.names)), None)
    if first is not None:
        return first
    below = text_files.headers(text, every, rows=ABOVE)
    return next((header for header in below if table_of(header.names)), None)


def _parquet_names(path: Path) -> list[str]:
    try:
        return list(pa.parquet.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return []


def _tidy_sheet(path: Path) -> tuple[str, Table, int] | None:
    """The first sheet with the header of a table, and the position of that row."""
    return next(_tidy_sheets(path), None)


def _tidy_sheets(path: Path) -> Iterator[tuple[str, Table, int]]:
    for sheet in workbooks.sheet_names(path):
        with workbooks.opened(path, path.name) as book:
            start = workbooks.grid(book, sheet, rows=ABOVE)
        for at, row in enumerate(start):
            table = table_of(map(workbooks.text, row))
            if table:
                yield sheet, table, at
                break


def shape_of(source: Input, staging: Path) -> Shape:
    """What a tidy file is, from its start. Raises `Refused`: not tidy, or damaged."""
    start = text_files.start(source.path)
    if start.startswith(PARQUET_MAGIC):
        return _parquet_shape(source)
    if workbooks.is_workbook(start):
        return _sheet_shape(source)
    return _csv_shape(source, staging)


def _csv_shape(source: Input, staging: Path) -> Shape:
    file = text_files.open_text(source, staging)
    header = _tidy_header(text_files.decoded(text_files.start(file.path)))
    table = meant(header.names) if header else None
    if not header or not table:
        raise refuse("not_tidy", Where(source.name), tables=", ".join(TIDY))
    if header.separator not in text_files.SEPARATORS:
        where = Where(source.name, row=header.lines, text=header.separator)
        raise refuse("wrong_separator", where, separator=header.separator)
    names = tuple(fold(name) for name in header.names)

    def blocks(log: Log) -> Iterator[Block]:
        return _csv_blocks(file.path, header, names, log)

    return Shape(table, names, blocks, findings=list(file.findings))


def _csv_blocks(
    path: Path, header: text_files.Header, names: tuple[str, ...], log: Log
) -> Iterator[Block]:
    ragged: list[pyarrow.csv.InvalidRow] = []

    def keep(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    before, told = header.lines, 0
    for batch in _csv_reader(path, header, len(names), keep):
        wrong = {row.number for row in ragged}
        told = _tell_ragged(ragged, told, header, log)
        rows = _row_numbers(batch.num_rows, before, wrong)
        before = int(rows[-1]) if len(rows) else before
        yield rows, dict(zip(names, batch.columns, strict=True))
    _tell_ragged(ragged, told, header, log)


def _csv_reader(
    path: Path,
    header: text_files.Header,
    width: int,
    keep: Callable[[pyarrow.csv.InvalidRow], str],
) -> pyarrow.csv.CSVStreamingReader:
    columns = [str(at) for at in range(width)]
    return pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(
            use_threads=False,  # else a wrong row comes without its number
            block_size=CSV_BLOCK,
            column_names=columns,
            skip_rows=header.lines,
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=header.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={n: pa.dictionary(pa.int32(), pa.string()) for n in columns},
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def _row_numbers(count: int, before: int, wrong: set[int]) -> Numbers:
    """Record numbers of a block, the rows of a wrong width left out."""
    span = np.arange(before + 1, before + 1 + count + len(wrong), dtype=np.int32)
    if wrong:
        span = span[~np.isin(span, list(wrong))]
    return span[:count]


def _tell_ragged(
    ragged: list[pyarrow.csv.InvalidRow], told: int, header: text_files.Header, log: Log
) -> int:
    for row in ragged[told:]:
        bad = BadCell(
            "row_width", expected=row.expected_columns, found=row.actual_columns
        )
        log.problem(bad, row.number, "", row.text)
    return len(ragged)


def _parquet_shape(source: Input) -> Shape:
    names = tuple(fold(name) for name in _parquet_names(source.path))
    table = meant(names)
    if not names:
        raise refuse("file_damaged", Where(source.name))
    if not table:
        raise refuse("not_tidy", Where(source.name), tables=", ".join(TIDY))

    def blocks(log: Log) -> Iterator[Block]:
        before = 0
        with pa.parquet.ParquetFile(source.path) as file:
            for batch in file.iter_batches(PARQUET_ROWS):
                batch.validate(full=True)  # texts of a damaged file may be no UTF-8
                count = batch.num_rows
                rows = np.arange(before + 1, before + 1 + count, dtype=np.int32)
                before += count
                yield rows, dict(zip(names, map(_as_texts, batch.columns), strict=True))

    return Shape(table, names, blocks)


def _as_texts(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type):
        return pa.array([None if v is None else repr(v) for v in array.to_pylist()])
    return array.cast(pa.string())


def _sheet_shape(source: Input) -> Shape:
    found = _tidy_sheet(source.path)
    if not found:
        workbooks.check(source.path, source.name)
        raise refuse("not_tidy", Where(source.name), tables=", ".join(TIDY))
    sheet, table, above = found
    workbooks.check_formulas(source.path, source.name, [sheet])
    with workbooks.opened(source.path, source.name) as book:
        cells = workbooks.grid(book, sheet)[above:]
    width = max(map(len, cells))
    header = [*map(workbooks.text, cells[0]), *[""] * (width - len(cells[0]))]
    names = tuple(fold(name) for name in header)

    def blocks(log: Log) -> Iterator[Block]:
        rows = np.arange(above + 2, above + len(cells) + 1, dtype=np.int32)
        columns = [
            pa.array([workbooks.text(row[at]) for row in cells[1:]], pa.string())
            for at in range(len(names))
        ]
        yield rows, dict(zip(names, columns, strict=True))

    return Shape(table, names, blocks, sheet=sheet, findings=_unread(source, sheet))


def _unread(source: Input, sheet: str) -> list[Finding]:
    """What is told of further sheets with tables of ours: one sheet a file is read."""
    others = [one for one, *_more in _tidy_sheets(source.path) if one != sheet]
    params = {"file": source.name, "sheet": sheet, "sheets": ", ".join(others)}
    return [Finding("tidy_sheets_not_read", "warning", params=params)] if others else []
