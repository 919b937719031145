"""DHIS2 `dataValueSets` CSV: any size, at the speed of the disk.

Contract: the header that DHIS2 writes (`dataelement, period, orgunit,
categoryoptioncombo, attributeoptioncombo, value, ..., deleted`), in any order and case;
commas, or semicolons and tabs where a spreadsheet program saved the file again.
`storedby` and `comment` are never read into memory. `row` is the record number, the
header being row 1: the line number, unless a comment holds line breaks.
Source: DHIS2 developer documentation, "Data values".
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import arrays, sink
from boloci.sources.dhis2.batch import Batch, Coded, ahead
from boloci.sources.dhis2.csv_records import (
    COLUMNS,
    DELETED,
    IDENTIFIERS,
    LINE,
    NEEDED,
    QUOTE,
    RETURN,
    SEPARATORS,
    Block,
    Header,
    batch_of,
    careful,
)
from boloci.sources.dhis2.figures import parsed
from boloci.sources.dhis2.layout import SLACK, Layout, Span, figures, odd_texts
from boloci.sources.reading import Input, Progress, Reading
from boloci.tables import Finding

FORMAT = "dhis2 dataValueSets csv"
BLOCK = 12 << 20
"""Bytes read at once: about 100,000 values, one row group of Parquet."""

_BOM = b"\xef\xbb\xbf"


def header(start: bytes) -> Header | None:
    """The header of a DHIS2 file of values, or None."""
    line, _, _ = start.partition(b"\n")
    size = len(line) + 1
    text = line.removeprefix(_BOM).decode("utf-8", "replace").strip()
    for separator in SEPARATORS:
        cells = next(csv.reader([text], delimiter=separator), [])
        plain = [cell.strip().lower().replace("_", "") for cell in cells]
        names = tuple(COLUMNS.get(cell, cell) for cell in plain)
        if set(NEEDED) <= set(names):
            return Header(names, separator, size)
    return None


def recognise(start: bytes) -> str | None:
    """`FORMAT`, if the first line is that of a DHIS2 file of values.

    `Data element` in two words is a table of names, which `spreadsheet` reads.
    """
    first = start.partition(b"\n")[0].removeprefix(_BOM).lower().replace(b"_", b"")
    cells = {cell.strip(b"\"' \r") for cell in re.split(rb"[,;\t|:^]", first)}
    known = b"dataelement" in cells and {b"period", b"orgunit", b"value"} & cells
    return FORMAT if known else None


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read a file of values. Raises `Refused`."""
    with source.path.open("rb") as file:
        found = header(file.read(4096))
    if not found:
        raise _no_header(source)
    stored = sink.store(
        lambda updated: ahead(batches(source, found, updated, progress)),
        file=source.name,
        staging=staging,
        updated="updated" in found.names,
    )
    findings = [*stored.findings, *_no_values(stored.rows, source.name)]
    return Reading(
        FORMAT,
        "dhis2",
        {"values": stored.path},
        unique=stored.unique,
        findings=findings,
    )


def _no_header(source: Input) -> Exception:
    """Why a first line that names data elements is no header of values."""
    with source.path.open("rb") as file:
        line = file.readline(4096).decode("utf-8", "replace").strip("\ufeff\r\n ")
    where = Where(source.name, row=1, text=line[:80])
    between = re.search(r'dataelement"?\s*([^\w\s"])', line, re.IGNORECASE)
    if between and between[1] not in SEPARATORS:
        return refuse("wrong_separator", where, separator=between[1])
    present = re.sub(r"[^a-z,;\t]", "", line.lower())
    missing = [
        name
        for name, role in COLUMNS.items()
        if role in NEEDED and name not in re.split(r"[,;\t]", present)
    ]
    names = ", ".join(name for name in missing if name != "organisationunit")
    return refuse("dhis2_columns_missing", where, columns=names)


def _no_values(rows: int, file: str) -> list[Finding]:
    return [] if rows else [Finding("file_no_values", params={"file": file})]


def batches(
    source: Input, head: Header, updated: bool, progress: Progress
) -> Iterator[Batch]:
    """Every record of the file, block by block."""
    buffer = bytearray(BLOCK + SLACK)
    view = memoryview(buffer)
    size = max(source.path.stat().st_size, 1)
    row, left, done = 2, 0, head.size
    with source.path.open("rb", buffering=0) as file:
        file.seek(head.size)
        while True:
            count = file.readinto(view[left:BLOCK])
            total, done = left + count, done + count
            block = Block(buffer, total, row, last=count == 0)
            if not block.records:
                return
            batch, used = _read_block(block, head, updated, source.name)
            if batch is not None and len(batch):
                yield batch
                row += len(batch)
            progress("values", done / size)
            if used == 0 and total >= BLOCK:
                raise refuse("quote_never_closed", Where(source.name, row=row))
            left = total - used
            buffer[:left] = buffer[used:total]


def _read_block(
    block: Block, head: Header, updated: bool, file: str
) -> tuple[Batch | None, int]:
    """The records of a block, and how many bytes they took."""
    if not updated and not block.last:
        lines = np.flatnonzero(block.bytes == LINE)
        found = _quick(block, lines, head) if len(lines) else None
        if found is not None:
            return found, int(lines[-1]) + 1
    return careful(block, head, updated, file)


def _quick(block: Block, lines: npt.NDArray[np.intp], head: Header) -> Batch | None:
    """Read by layout; None where the block has not one shape throughout."""
    layout = _layout(bytes(block.buffer[: int(lines[0])]), head)
    if layout is None or not layout.fits:
        return None
    quoted = layout.ends == b'"'
    starts = np.empty(len(lines), np.int64)
    starts[0], starts[1:] = 0, lines[:-1] + 1
    if quoted:
        last = block.buffer[int(starts[-1]) : int(lines[-1])]
        whole = last.count(b'"') % 2 == 0
    else:
        whole = not np.count_nonzero(block.bytes == QUOTE)
    deleted = _deleted(block, lines, head, quoted) if whole else None
    words = layout.prefixes(block.buffer, starts) if deleted is not None else None
    if deleted is None or words is None:
        return None
    columns = {}
    for role in IDENTIFIERS:
        told = (
            layout.identifiers(words, role) if role in layout.spans else _blank(lines)
        )
        if told is None:
            return None
        columns[role] = told
    read = figures(block.buffer, starts + layout.value_at, layout.ends)
    texts = odd_texts(block.buffer, starts + layout.value_at, layout.ends, read.odd)
    odd = parsed(texts, read.value, read.blank, decimal=head.decimal)
    return batch_of(columns, read.value, read.blank, odd, deleted, block.row)


def _layout(line: bytes, head: Header) -> Layout | None:
    """Offsets of a record, if its identifiers come first and are simple words."""
    before = head.names[: head.at("value")]
    known = set(before) <= set(IDENTIFIERS) and len(set(before)) == len(before)
    if not known or not {"element", "period", "place"} <= set(before):
        return None
    quote = '"' if line.startswith(b'"') else ""
    if not quote and head.names[-1] == "value":
        return None  # the line's end, which varies, would have to end the figure
    word = rf"{quote}(\w+){quote}{head.separator}"
    found = re.match((word * len(before) + quote).encode(), line)
    if not found:
        return None
    spans = {
        name: Span(found.start(index + 1), len(found.group(index + 1)))
        for index, name in enumerate(before)
    }
    ends = (quote or head.separator).encode()
    return Layout(line, spans, found.end(), ends)


def _deleted(
    block: Block, lines: npt.NDArray[np.intp], head: Header, quoted: bool
) -> arrays.Flags | None:
    """The last column, where it is `deleted`; None where it cannot be said."""
    if "deleted" not in head.names:
        return np.zeros(len(lines), bool)
    if head.names[-1] != "deleted":
        return None
    ends = lines
    if block.buffer[int(lines[0]) - 1] == RETURN:
        if not (block.bytes[lines - 1] == RETURN).all():
            return None
        ends = lines - 1
    if ends[0] < 8:
        return None
    last8 = np.ndarray((block.total,), "<u8", block.buffer, strides=(1,))[ends - 8]
    quote = '"' if quoted else ""
    said = np.zeros(len(lines), bool)
    true = said
    tails = {
        f"{head.separator}{quote}{text}{quote}".encode(): deletes
        for text, deletes in DELETED.items()
    }
    first = last8[:1].tobytes()
    usual_first = sorted(tails, key=lambda tail: not first.endswith(tail))
    for tail in usual_first:
        here, deletes = _ends_with(last8, tail), tails[tail]
        said = said | here
        true = here if deletes else true
        if said.all():
            return true
    return None


def _ends_with(last8: npt.NDArray[np.uint64], text: bytes) -> Any:
    shift = np.uint64(64 - 8 * len(text))
    return last8 >> shift == np.uint64(int.from_bytes(text, "little"))


def _blank(lines: npt.NDArray[np.intp]) -> Coded:
    return Coded(np.full(len(lines), -1, np.int32), ())
