"""Tables as files: CSV, JSON, XLSX and Parquet.

Batches go through one at a time, so that memory does not grow with the table.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

import pyarrow as pa

from boloci.problems import refuse
from boloci.spreadsheets import guarded

XLSX_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""


def write_csv(batches: pa.RecordBatchReader, file: IO[bytes]) -> int:
    """UTF-8 with a byte order mark for Excel; blank is missing; full precision."""
    rows = 0
    file.write(codecs.BOM_UTF8 + _lines([batches.schema.names]))
    for batch in batches:
        columns = [_cells(batch.column(i)) for i in range(batch.num_columns)]
        file.write(_lines(zip(*columns, strict=True)))
        rows += batch.num_rows
    return rows


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cells(column: pa.Array) -> list[Any]:
    """Cells of a column: texts guarded, whole numbers without a decimal point."""
    cells: list[Any] = column.to_pylist()
    if pa.types.is_string(column.type):
        return [guarded(cell) for cell in cells]
    if pa.types.is_floating(column.type):
        return [plain(cell) for cell in cells]
    return cells


def plain(number: float | None) -> float | int | None:
    """A number that is whole as an integer, so that 12.0 is written 12."""
    if number is not None and number.is_integer() and abs(number) < 2**53:
        return int(number)
    return number


def write_json(batches: pa.RecordBatchReader, file: IO[bytes]) -> int:
    """One array of objects, an object a line; missing is null."""
    import msgspec

    rows = 0
    file.write(b"[")
    for batch in batches:
        for row in batch.to_pylist():
            file.write(b",\n" if rows else b"\n")
            file.write(msgspec.json.encode(row))
            rows += 1
    file.write(b"\n]\n")
    return rows


def write_xlsx(batches: pa.RecordBatchReader, file: IO[bytes]) -> int:
    """One sheet: header frozen, numbers as numbers, texts never formulas."""
    import xlsxwriter

    whole = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(whole, options) as book:
        sheet = book.add_worksheet("boloci")
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for index, name in enumerate(batches.schema.names):
            sheet.write_string(0, index, name, bold)
            sheet.set_column(index, index, max(10, len(name) + 2))
        rows = _fill(sheet, batches)
        sheet.autofilter(0, 0, max(rows, 1), len(batches.schema.names) - 1)
    file.write(whole.getbuffer())
    return rows


def _fill(sheet: Any, batches: pa.RecordBatchReader) -> int:
    row_number = 0
    for batch in batches:
        for row in zip(*(c.to_pylist() for c in batch.columns), strict=True):
            row_number += 1
            if row_number > XLSX_ROWS:
                raise refuse("too_many_rows_for_xlsx", limit=XLSX_ROWS)
            for index, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(row_number, index, cell)
                elif cell is not None:
                    sheet.write_number(row_number, index, cell)
    return row_number


def write_parquet(batches: pa.RecordBatchReader, file: IO[bytes]) -> int:
    """Parquet with the table's own types."""
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(file, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


WRITERS: dict[str, Callable[[pa.RecordBatchReader, IO[bytes]], int]] = {
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
