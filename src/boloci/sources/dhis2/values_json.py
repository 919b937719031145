"""DHIS2 `dataValueSets` JSON: page by page, whatever the size of the file.

Contract: `{"dataValues": [...]}` with or without `dataSet`, `period`, `orgUnit`,
`completeDate` before the list (they then hold for its values), several such envelopes
in a list or under `dataValueSets`, or a bare list of values. A page with a complete
date is a report received. `row` is the number of the value in the file.
Memory holds a few megabytes of the file: an envelope of any size is cut into whole
values. A cut lies between `},` and `{"` with a letter after it, which no text of a
value can contain: its quote would end the text.
Source: DHIS2 developer documentation, "Data values".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import reports, sink
from boloci.sources.dhis2.batch import Batch, Coded, coded
from boloci.sources.dhis2.documents import file_size, trouble
from boloci.sources.dhis2.figures import of_column
from boloci.sources.dhis2.shapes import VALUES
from boloci.sources.reading import Input, Progress, Reading
from boloci.tables import SNAPSHOT, Finding

CHUNK = 4 << 20
"""Bytes read at once: about 15,000 values."""

_LIST = re.compile(rb'"dataValues"\s*:\s*\[')
_BARE = re.compile(rb"\s*\[\s*(?=[{\]])")
_NEXT = re.compile(rb'\}\s*,\s*(?=\{\s*"\w)')
_CLOSED = re.compile(rb'\}\s*\]\s*(?:\}|,\s*"\w|,\s*\{|\])')
_CLOSED_AT_END = re.compile(rb"\}\s*\]\s*\Z")
_EMPTY = re.compile(rb"\s*\]")
_SHARED = re.compile(
    rb'"(dataSet|period|orgUnit|completeDate|attributeOptionCombo)"\s*:\s*"([^"]*)"'
)
_LONGEST_VALUE = 1 << 20
"""No single value is this long, comment included."""


class Value(msgspec.Struct, gc=False):
    """One data value, without who stored it and why."""

    dataElement: str | int | None = None
    period: str | int | None = None
    orgUnit: str | int | None = None
    categoryOptionCombo: str | int | None = None
    attributeOptionCombo: str | int | None = None
    value: str | int | float | bool | None = None
    deleted: bool | str | None = None


class DatedValue(Value, gc=False):
    """One data value, with when it was last changed."""

    lastUpdated: str | int | None = None


@dataclass(frozen=True)
class Page:
    """What holds for every value of one list."""

    shared: dict[str, str] = field(default_factory=dict)
    enclosed: bool = True
    """False for a bare list of values."""


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read a file of values. Raises `Refused`."""
    complete: dict[tuple[str, str, int], int] = {}
    stored = sink.store(
        lambda updated: batches(source, updated, progress, complete),
        file=source.name,
        staging=staging,
        updated=True,
    )
    tables: dict[str, Any] = {"values": stored.path}
    if complete:
        rows = [reports.received(*key, row) for key, row in complete.items()]
        tables["reports"] = pa.Table.from_pylist(rows, schema=SNAPSHOT["reports"])
    none = Finding("file_no_values", params={"file": source.name})
    findings = [*stored.findings, *([] if stored.rows else [none])]
    return Reading(VALUES, "dhis2", tables, unique=stored.unique, findings=findings)


def batches(
    source: Input,
    updated: bool,
    progress: Progress,
    complete: dict[tuple[str, str, int], int],
) -> Iterator[Batch]:
    """Every value of the file; notes the complete pages."""
    kind: Any = list[DatedValue] if updated else list[Value]
    decoder = msgspec.json.Decoder(kind)
    row = 1
    for page, values in _lists(source, decoder, progress):
        _note_complete(page, source.name, row, complete)
        if values:
            yield _batch(values, page, row, updated)
        row += len(values)


def _note_complete(
    page: Page, file: str, row: int, complete: dict[tuple[str, str, int], int]
) -> None:
    told = page.shared
    needed = ("dataSet", "orgUnit", "period", "completeDate")
    if all(told.get(name) for name in needed):
        period = reports.period_code(told["period"], file, row)
        complete.setdefault((told["dataSet"], told["orgUnit"], period), row)


def _batch(values: Sequence[Any], page: Page, row: int, updated: bool) -> Batch:
    def column(name: str) -> Coded:
        cells = list(map(attrgetter(name), values))
        return _coded(cells, page.shared.get(name, ""))

    value, blank, odd = of_column(column("value"))
    deleted = column("deleted")
    true = np.array([*(text.lower() == "true" for text in deleted.texts), False])
    return Batch(
        {
            "element": column("dataElement"),
            "option": column("categoryOptionCombo"),
            "attribute": column("attributeOptionCombo"),
            "place": column("orgUnit"),
        },
        column("period"),
        value,
        blank,
        odd,
        true[deleted.codes],
        np.arange(row, row + len(values), dtype=np.int32),
        column("lastUpdated") if updated else None,
    )


def _coded(cells: Sequence[Any], usual: str) -> Coded:
    """Codes of a column; `usual` where a value says nothing itself."""
    if set(map(type, cells)) <= {str}:
        return coded(cells)
    return coded([usual if cell is None else _text(cell) for cell in cells])


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _lists(
    source: Input, decoder: Any, progress: Progress
) -> Iterator[tuple[Page, list[Any]]]:
    """Values in runs of some thousands, with what their page says for all of them."""
    size = file_size(source.path)
    rest, page, started, enclosed = b"", None, False, False
    with source.path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            rest += chunk
            last = not chunk
            while True:
                if page is None:
                    page, rest = _open(rest, bare=not started)
                    if page is None:
                        break
                    started, enclosed = True, enclosed or page.enclosed
                    yield page, []
                values, rest, closed = _cut(rest, decoder, last, source.name)
                if values:
                    yield page, values
                page = None if closed else page
                if not closed:
                    break
            progress("values", min(file.tell() / size, 1.0))
            if last:
                break
    if page is not None or not started:
        raise refuse("file_truncated", Where(source.name, text=_shown(rest)))
    after = rest.strip()
    if not (after.endswith((b"}", b"]")) if enclosed else not after):
        raise refuse("file_truncated", Where(source.name, text=_shown(rest)))


def _open(rest: bytes, *, bare: bool) -> tuple[Page | None, bytes]:
    """Go to the next list of values: its page, and what follows its bracket."""
    found = _LIST.search(rest)
    if found:
        told = {
            key.decode(): text.decode("utf-8", "replace")
            for key, text in _SHARED.findall(rest[: found.start()])
        }
        return Page(told), rest[found.end() :]
    first = _BARE.match(rest.removeprefix(b"\xef\xbb\xbf")) if bare else None
    if first and rest.lstrip(b"\xef\xbb\xbf \r\n\t[").startswith(b"{"):
        inside = rest.removeprefix(b"\xef\xbb\xbf")[first.end() :]
        return Page(enclosed=False), inside
    return None, rest


def _cut(
    rest: bytes, decoder: Any, last: bool, file: str
) -> tuple[list[Any], bytes, bool]:
    """Decode the whole values at the start: values, what is left, list closed?"""
    if _EMPTY.match(rest):
        return [], rest[rest.index(b"]") + 1 :], True
    for end in _ends(rest, last):
        values = _tried(rest[:end], decoder)
        if values is not None:
            return values, rest[rest.index(b"]", end) + 1 :], True
    cut = _last_boundary(rest)
    if cut is not None and not last:
        return _decoded(rest[: cut[0]], decoder, file), rest[cut[1] :], False
    if last:
        _decoded(rest, decoder, file, close=b"")  # tells where it cannot be read
        raise refuse("file_truncated", Where(file, text=_shown(rest)))
    if len(rest) > CHUNK + _LONGEST_VALUE:
        _decoded(rest, decoder, file)
    return [], rest, False


def _ends(rest: bytes, last: bool) -> Iterator[int]:
    """Where the list may close: just after its last value."""
    position = rest.find(b"]")
    while position >= 0:
        start = len(rest[:position].rstrip()) - 1
        near = rest[max(start, 0) : position + 64]
        closes = _CLOSED.match(near) or (last and _CLOSED_AT_END.match(rest, start))
        if start >= 0 and closes:
            yield start + 1
        position = rest.find(b"]", position + 1)


def _last_boundary(rest: bytes) -> tuple[int, int] | None:
    """The last place between two values: end of one, start of the next."""
    found = list(_NEXT.finditer(rest, max(0, len(rest) - _LONGEST_VALUE)))
    return (found[-1].start() + 1, found[-1].end()) if found else None


def _tried(values: bytes, decoder: Any) -> list[Any] | None:
    try:
        found: list[Any] = decoder.decode(b"[" + values + b"]")
    except msgspec.DecodeError:
        return None
    return found


def _decoded(
    values: bytes, decoder: Any, file: str, *, close: bytes = b"]"
) -> list[Any]:
    content = b"[" + values + close
    try:
        found: list[Any] = decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise trouble(error, content, file) from None
    return found


def _shown(rest: bytes) -> str:
    return rest[-60:].decode("utf-8", "replace").strip()
