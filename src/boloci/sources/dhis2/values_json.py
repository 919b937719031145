"""DHIS2 `dataValueSets` JSON: page by page, whatever the size of the file.

Contract: `{"dataValues": [...]}` with or without `dataSet`, `period`, `orgUnit`,
`completeDate` before the list (they then hold for its values), several such envelopes
in a list or under `dataValueSets`, or a bare list of values. A page with a complete
date is a report received. `row` is the number of the value in the file. Who stored a
value and why is never kept.
Source: DHIS2 developer documentation, "Data values".
"""

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from boloci.sources.dhis2 import reports, sink
from boloci.sources.dhis2.batch import ROLES, Batch, Coded, ahead, coded
from boloci.sources.dhis2.documents import trouble
from boloci.sources.dhis2.figures import of_column, parsed
from boloci.sources.dhis2.json_lists import Page, pieces
from boloci.sources.dhis2.layout import SLACK, Layout, Span, figures, odd_texts
from boloci.sources.dhis2.shapes import VALUES
from boloci.sources.reading import Input, Progress, Reading
from boloci.tables import SNAPSHOT, Finding

NAMES = {
    "dataElement": "element",
    "categoryOptionCombo": "option",
    "attributeOptionCombo": "attribute",
    "orgUnit": "place",
    "period": "period",
}

_FIELD = re.compile(rb'"(?!value")(\w+)":"(\w+)",')
_VALUE = re.compile(rb'"value":"')
_PLAIN = re.compile(r"[\w.+-]*")


class Value(msgspec.Struct, gc=False):
    """One data value."""

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


Complete = dict[tuple[str, str, int], int]
"""Form, place and period of the complete pages, and the row where each begins."""


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read a file of values. Raises `Refused`."""
    complete: Complete = {}
    stored = sink.store(
        lambda updated: ahead(batches(source, updated, progress, complete)),
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
    source: Input, updated: bool, progress: Progress, complete: Complete
) -> Iterator[Batch]:
    """Every value of the file; notes the complete pages."""
    row = 1
    for page, content in pieces(source, progress):
        _note_complete(page, source.name, row, complete)
        if content:
            batch = None if updated else _quick(content, page, row)
            batch = batch or _careful(content, page, row, updated, source.name)
            yield batch
            row += len(batch)


def _note_complete(page: Page, file: str, row: int, complete: Complete) -> None:
    told = page.shared
    needed = ("dataSet", "orgUnit", "period", "completeDate")
    if all(told.get(name) for name in needed):
        period = reports.period_code(told["period"], file, row)
        complete.setdefault((told["dataSet"], told["orgUnit"], period), row)


def _quick(content: bytes, page: Page, row: int) -> Batch | None:
    """Read by layout; None where the values have not one shape throughout.

    Every `{` must begin a value of that shape, so none is missed and none is made of a
    comment: a brace and a quote with a name after it cannot stand inside a text.
    """
    layout = _layout(content)
    if layout is None or not layout.fits or _deletes(content):
        return None
    padded = content + bytes(SLACK)
    starts = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("{"))
    words = layout.prefixes(padded, starts)
    if words is None:
        return None
    columns = {}
    for name, role in NAMES.items():
        known = layout.spans.get(role)
        told = (
            layout.identifiers(words, role)
            if known
            else _same(page.shared.get(name, ""), len(starts))
        )
        if told is None:
            return None
        columns[role] = told
    at = starts + layout.value_at
    read = figures(padded, at, layout.ends)
    texts = odd_texts(padded, at, layout.ends, read.odd)
    if not all(_PLAIN.fullmatch(text) for text in texts.values()):
        return None
    odd = parsed(texts, read.value, read.blank)
    return Batch(
        {role: columns[role] for role in ROLES},
        columns["period"],
        read.value,
        read.blank,
        odd,
        np.zeros(len(starts), bool),
        np.arange(row, row + len(starts), dtype=np.int32),
    )


def _deletes(content: bytes) -> bool:
    """Whether a value may be deleted: rare, so left to the careful reader."""
    told = b'"deleted":'
    return told in content and content.count(told) > content.count(told + b"false")


def _layout(content: bytes) -> Layout | None:
    """Offsets of a value, if its identifiers come before its figure."""
    spans: dict[str, Span] = {}
    at = 1
    while content.startswith(b"{") and (found := _FIELD.match(content, at)):
        role = NAMES.get(found[1].decode())
        if role is None or role in spans:
            return None
        spans[role] = Span(found.start(2), len(found[2]))
        at = found.end()
    value = _VALUE.match(content, at)
    if not value or "element" not in spans:
        return None
    return Layout(content[: value.end()], spans, value.end(), b'"')


def _same(text: str, count: int) -> Coded:
    code = 0 if text else -1
    return Coded(np.full(count, code, np.int32), (text,) if text else ())


def _careful(content: bytes, page: Page, row: int, updated: bool, file: str) -> Batch:
    """Parse every value. Raises `Refused`."""
    values = _decoded(content, updated, file)

    def column(name: str) -> Coded:
        cells = list(map(attrgetter(name), values))
        return _coded(cells, page.shared.get(name, ""))

    value, blank, odd = of_column(column("value"))
    deleted = column("deleted")
    true = np.array([*(text.lower() == "true" for text in deleted.texts), False])
    columns = {role: column(name) for name, role in NAMES.items()}
    return Batch(
        {role: columns[role] for role in ROLES},
        columns["period"],
        value,
        blank,
        odd,
        true[deleted.codes],
        np.arange(row, row + len(values), dtype=np.int32),
        column("lastUpdated") if updated else None,
    )


def _decoded(content: bytes, updated: bool, file: str) -> Sequence[Any]:
    kind: Any = list[DatedValue] if updated else list[Value]
    listed = b"[" + content + b"]"
    try:
        found: list[Any] = msgspec.json.decode(listed, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise trouble(error, listed, file) from None
    return found


def _coded(cells: Sequence[Any], usual: str) -> Coded:
    """Codes of a column; `usual` where a value says nothing itself."""
    if set(map(type, cells)) <= {str}:
        return coded(cells)
    return coded([usual if cell is None else _text(cell) for cell in cells])


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else repr(value)
