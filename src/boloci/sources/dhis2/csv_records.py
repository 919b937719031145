"""Records of a DHIS2 CSV, block by block, read by a CSV parser.

This is the careful reader: any order of columns, quotes where needed, line breaks in
comments. It says which row is wrong and how. `values_csv` takes it where a block has
not one shape throughout.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import arrays
from boloci.sources.dhis2.batch import ROLES, Batch, Coded
from boloci.sources.dhis2.figures import of_column

SEPARATORS = (",", ";", "\t")
COLUMNS = {
    "dataelement": "element",
    "period": "period",
    "orgunit": "place",
    "organisationunit": "place",
    "categoryoptioncombo": "option",
    "attributeoptioncombo": "attribute",
    "value": "value",
    "lastupdated": "updated",
    "deleted": "deleted",
}
NEEDED = ("element", "period", "place", "value")
IDENTIFIERS = (*ROLES, "period")
DELETED = {"": False, "false": False, "true": True}

QUOTE, LINE, RETURN = ord('"'), ord("\n"), ord("\r")


@dataclass(frozen=True)
class Header:
    """First line of the file: which column is what."""

    names: tuple[str, ...]
    """By what they are to boloci; others as the file writes them."""
    separator: str
    size: int
    """Bytes before the first record."""

    @property
    def decimal(self) -> str:
        """A spreadsheet program that writes semicolons writes decimal commas."""
        return "." if self.separator == "," else ","

    def at(self, name: str) -> int:
        """Position of a column."""
        return self.names.index(name)


@dataclass(frozen=True)
class Block:
    """Bytes of the file from the start of a record; the buffer has slack behind."""

    buffer: bytearray
    total: int
    row: int
    """Number of its first record."""
    last: bool
    """Whether nothing comes after it."""

    @property
    def records(self) -> bool:
        """Whether more than line ends are left."""
        return self.total > 0 and not (
            self.last and not self.buffer[: self.total].strip()
        )

    @property
    def bytes(self) -> npt.NDArray[np.uint8]:
        """As an array, without slack."""
        return np.frombuffer(self.buffer, np.uint8, self.total)


def batch_of(
    columns: dict[str, Coded],
    value: npt.NDArray[np.float64],
    blank: arrays.Flags,
    odd: dict[int, str],
    deleted: arrays.Flags,
    row: int,
) -> Batch:
    """A batch of consecutive records, the first being `row`."""
    return Batch(
        {role: columns[role] for role in ROLES},
        columns["period"],
        value,
        blank,
        odd,
        deleted,
        np.arange(row, row + len(value), dtype=np.int32),
        columns.get("updated"),
    )


def careful(
    block: Block, head: Header, updated: bool, file: str
) -> tuple[Batch | None, int]:
    """Read with a CSV parser, up to the last line end that is outside quotes."""
    used = _whole_records(block, file)
    if not used:
        return None, 0
    wanted = [name for name in (*IDENTIFIERS, "value", "deleted") if name in head.names]
    if updated:
        wanted.append("updated")
    table = _parsed(bytes(block.buffer[:used]), head, wanted, block, file)
    columns = {name: _coded(table.column(name)) for name in wanted}
    count = table.num_rows
    for role in IDENTIFIERS:
        columns.setdefault(role, Coded(np.full(count, -1, np.int32), ()))
    value, blank, odd = of_column(columns["value"], decimal=head.decimal)
    deleted = _told_deleted(columns.get("deleted"), count, block, file)
    return batch_of(columns, value, blank, odd, deleted, block.row), used


def _whole_records(block: Block, file: str) -> int:
    """Bytes up to the last line end outside quotes; all of them in the last block."""
    quotes = np.flatnonzero(block.bytes == QUOTE)
    if block.last:
        if len(quotes) % 2:
            row = block.row + int(np.count_nonzero(block.bytes == LINE))
            raise refuse("file_truncated", Where(file, row=row))
        return block.total
    lines = np.flatnonzero(block.bytes == LINE)
    outside = lines[np.searchsorted(quotes, lines) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _parsed(
    content: bytes, head: Header, wanted: list[str], block: Block, file: str
) -> pa.Table:
    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "error"

    text = pa.dictionary(pa.int32(), pa.string())
    try:
        return pa.csv.read_csv(
            pa.py_buffer(content),
            pa.csv.ReadOptions(
                use_threads=False,
                block_size=len(content) + 1,
                column_names=list(head.names),
            ),
            pa.csv.ParseOptions(
                delimiter=head.separator,
                newlines_in_values=True,
                invalid_row_handler=note,
            ),
            pa.csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, text),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        if ragged:
            raise _ragged(ragged[0], content, block, file) from None
        raise _bad_bytes(content, block, file) from None


def _ragged(found: Any, content: bytes, block: Block, file: str) -> Exception:
    before, _, _ = content.partition(found.text.encode())
    where = Where(
        file, row=block.row + before.count(b"\n"), text=found.text.strip()[:80]
    )
    at_end = block.last and content.endswith(found.text.encode())
    if at_end and found.actual_columns < found.expected_columns:
        return refuse("file_truncated", where)
    return refuse(
        "row_width",
        where,
        expected=found.expected_columns,
        found=found.actual_columns,
    )


def _bad_bytes(content: bytes, block: Block, file: str) -> Exception:
    for number, line in enumerate(content.split(b"\n")):
        try:
            line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")[:80]
            where = Where(file, row=block.row + number, text=text)
            return refuse("wrong_encoding", where)
    return refuse("file_truncated", Where(file, row=block.row))


def _coded(column: pa.ChunkedArray) -> Coded:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    codes = arrays.plain_codes(whole)
    texts = [text.strip() for text in whole.dictionary.to_pylist()]
    if "" in texts:
        table = np.array([i if text else -1 for i, text in enumerate(texts)], np.int32)
        codes = table[codes]
    return Coded(codes, tuple(texts))


def _told_deleted(
    column: Coded | None, count: int, block: Block, file: str
) -> arrays.Flags:
    if column is None:
        return np.zeros(count, bool)
    for index, text in enumerate(column.texts):
        if text.lower() not in DELETED:
            first = int(np.flatnonzero(column.codes == index)[0])
            where = Where(file, row=block.row + first, column="deleted", text=text[:40])
            raise refuse("deleted_word", where)
    table = np.array([*(DELETED[text.lower()] for text in column.texts), False], bool)
    return table[column.codes]
