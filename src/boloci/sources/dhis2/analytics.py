"""DHIS2 `analytics` JSON: values, and completeness where reporting rates were asked.

Contract: `headers`, `rows`, `metaData`. Dimensions dx, pe, ou, co, ao are columns, or
filters with one item, which then holds for every row. Values of analytics are sums over
the places below (`aggregate`), except raw data. Indicators are ratios, not counts: they
are left out and told. `row` is the number of the row.
Source: DHIS2 developer documentation, "Analytics".
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import documents, sink
from boloci.sources.dhis2.batch import Batch, Coded, coded
from boloci.sources.dhis2.figures import number, of_column
from boloci.sources.dhis2.reports import RATES, UNUSED_RATES, period_code
from boloci.sources.dhis2.shapes import ANALYTICS
from boloci.sources.reading import Input, Progress, Reading
from boloci.tables import SNAPSHOT, Finding

EXAMPLES = 5
Cell = str | int | float | bool | None


class Heading(msgspec.Struct):
    """One column of the answer."""

    name: str


class Item(msgspec.Struct):
    """What an identifier in the rows means."""

    name: str | None = None
    code: str | int | None = None
    dimensionItemType: str | None = None


class MetaData(msgspec.Struct):
    """Names and dimensions; before DHIS2 2.29 `names`, and dimensions beside it."""

    items: dict[str, Item] | None = None
    names: dict[str, str] | None = None
    dimensions: dict[str, list[str]] | None = None
    pe: list[str] | None = None
    ou: list[str] | None = None
    dx: list[str] | None = None
    co: list[str] | None = None
    ouHierarchy: dict[str, str] | None = None


class Answer(msgspec.Struct):
    """The whole answer."""

    headers: list[Heading]
    rows: list[list[Cell]] = []
    metaData: MetaData | None = None


Columns = dict[str, list[str]]


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read an answer of analytics. Raises `Refused`."""
    content = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    answer = documents.decoded(content, Answer, source.name)
    columns = _columns(answer, source.name)
    progress("values", 0.5)
    meta = answer.metaData or MetaData()
    report_rows, is_rate = _reports(columns, source.name)
    indicator, findings = _indicators(columns, meta, is_rate, source.name)
    keep = ~(is_rate | indicator)
    tables: dict[str, Any] = _names(columns, meta, keep)
    if report_rows:
        schema = SNAPSHOT["reports"]
        tables["reports"] = pa.Table.from_pylist(report_rows, schema=schema)
    unique = False
    if keep.any():
        batch = _batch(columns).kept(keep) if not keep.all() else _batch(columns)
        stored = sink.store(
            lambda _: iter([batch]), file=source.name, staging=staging, updated=False
        )
        tables["values"], unique = stored.path, stored.unique
        findings = [*findings, *stored.findings]
    if not answer.rows:
        findings = [*findings, Finding("file_no_values", params={"file": source.name})]
    raw = any(header.name == "pestartdate" for header in answer.headers)
    return Reading(
        ANALYTICS,
        "dhis2",
        tables,
        aggregate=not raw,
        unique=unique,
        findings=list(findings),
    )


def _columns(answer: Answer, file: str) -> Columns:
    """dx, co, ao, ou, pe, value of every row, filters spread out. Raises `Refused`."""
    names = [header.name for header in answer.headers]
    short = next(
        (r for r, row in enumerate(answer.rows, 1) if len(row) < len(names)), 0
    )
    if short:
        raise refuse("row_width", Where(file, row=short), expected=len(names),
                     found=len(answer.rows[short - 1]))  # fmt: skip
    turned = list(zip(*answer.rows, strict=False)) or [() for _ in names]
    told = {
        name: [_text(cell) for cell in column]
        for name, column in zip(names, turned, strict=False)
    }
    if "value" not in told:
        raise refuse("analytics_without", Where(file), name="value")
    count = len(answer.rows)
    for name in ("dx", "ou", "pe"):
        if name not in told:
            told[name] = [_filter(answer.metaData, name, file)] * count
    _split_operands(told)
    return told


def _filter(meta: MetaData | None, name: str, file: str) -> str:
    """The only item of a dimension that is no column. Raises `Refused`."""
    items: Sequence[str] = ()
    if meta is not None:
        items = (meta.dimensions or {}).get(name) or getattr(meta, name) or ()
    if len(items) != 1:
        code = "analytics_filter" if items else "analytics_without"
        raise refuse(code, Where(file), name=name, count=len(items))
    return items[0]


def _split_operands(told: Columns) -> None:
    """`element.option.attribute` in dx: three identifiers; `*` is any."""
    for name in ("co", "ao"):
        told.setdefault(name, [""] * len(told["dx"]))
    words = {*RATES, *UNUSED_RATES}
    for row, text in enumerate(told["dx"]):
        first, dot, rest = text.partition(".")
        if not dot or rest in words:
            continue
        option, _, attribute = rest.partition(".")
        told["dx"][row] = first
        told["co"][row] = told["co"][row] or option.strip("*")
        told["ao"][row] = told["ao"][row] or attribute.strip("*")


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return str(cell).lower() if isinstance(cell, bool) else repr(cell)


def _batch(columns: Columns) -> Batch:
    value, blank, odd = of_column(coded(columns["value"]))
    count = len(value)
    option = coded(columns["co"])
    roles: dict[str, Coded] = {
        "element": coded(columns["dx"]),
        "option": option,
        "attribute": coded(columns["ao"]),
        "place": coded(columns["ou"]),
    }
    rows = np.arange(1, count + 1, dtype=np.int32)
    none = np.zeros(count, bool)
    return Batch(roles, coded(columns["pe"]), value, blank, odd, none, rows)


def _reports(columns: Columns, file: str) -> tuple[list[dict[str, Any]], Any]:
    """Rows of `reports`, and which rows of the answer they came from."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    is_rate = np.zeros(len(columns["dx"]), bool)
    for index, text in enumerate(columns["dx"]):
        dataset, _, word = text.partition(".")
        if word not in RATES and word not in UNUSED_RATES:
            continue
        is_rate[index] = True
        if word in UNUSED_RATES:
            continue
        place, row = columns["ou"][index], index + 1
        period = period_code(columns["pe"][index], file, row)
        value = number(columns["value"][index])
        if value is None and columns["value"][index].strip():
            where = Where(file, row=row, column="value", text=columns["value"][index])
            raise refuse("rate_not_a_number", where)
        key = {"dataset": dataset, "place_id": place, "period": period, "row": row}
        found.setdefault((dataset, place, period), key)[RATES[word]] = value
    return list(found.values()), is_rate


_COUNTED = {"DATA_ELEMENT", "DATA_ELEMENT_OPERAND", "REPORTING_RATE"}


def _indicators(
    columns: Columns, meta: MetaData, is_rate: Any, file: str
) -> tuple[Any, list[Finding]]:
    """Rows of indicators, known by their type or by their numerator and denominator."""
    elements = coded(columns["dx"])
    items = meta.items or {}
    ratio = np.zeros(len(is_rate), bool)
    for name in ("denominator",):
        if name in columns:
            ratio = np.array([bool(text.strip()) for text in columns[name]], bool)
    findings = []
    indicator = np.zeros(len(is_rate), bool)
    for code, text in enumerate(elements.texts):
        kind = items[text].dimensionItemType if text in items else None
        here = (elements.codes == code) & ~is_rate
        if (kind and kind not in _COUNTED) or (kind is None and ratio[here].any()):
            indicator |= here
            rows = [int(row) + 1 for row in np.flatnonzero(here)]
            params = {
                "file": file,
                "element": text,
                "name": _name(meta, text) or text,
                "row": rows[0] if rows else 0,
                "count": len(rows),
                "rows": rows[:EXAMPLES],
            }
            findings.append(Finding("analytics_indicator", "info", text, params=params))
    return indicator, findings


def _name(meta: MetaData, text: str) -> str | None:
    item = (meta.items or {}).get(text)
    return documents.said(item.name if item else (meta.names or {}).get(text))


def _names(columns: Columns, meta: MetaData, keep: Any) -> dict[str, pa.Table]:
    """What the answer itself says its elements, options and places are called."""
    kept: list[int] = np.flatnonzero(keep).tolist()
    places = dict.fromkeys(columns["ou"])
    rows: dict[str, list[dict[str, Any]]] = {
        "elements": [
            {"element": text, "name": _name(meta, text), "code": _code(meta, text)}
            for text in dict.fromkeys(columns["dx"][index] for index in kept)
            if _name(meta, text)
        ],
        "options": [
            {"option": text, "name": _name(meta, text), "code": _code(meta, text)}
            for text in dict.fromkeys(columns["co"][index] for index in kept)
            if text and _name(meta, text)
        ],
        "units": [_unit(meta, text) for text in places if _name(meta, text)],
    }
    return {
        name: pa.Table.from_pylist(found, schema=SNAPSHOT[name])
        for name, found in rows.items()
        if found
    }


def _code(meta: MetaData, text: str) -> str | None:
    item = (meta.items or {}).get(text)
    return documents.said(item.code) if item else None


def _unit(meta: MetaData, place: str) -> dict[str, Any]:
    """A unit by its name, and by its path where the hierarchy was asked for."""
    above = (meta.ouHierarchy or {}).get(place)
    parts = [part for part in (above or "").split("/") if part]
    if parts and parts[-1] != place:
        parts.append(place)
    return {
        "place_id": place,
        "name": _name(meta, place),
        "code": _code(meta, place),
        "parent": parts[-2] if len(parts) > 1 else None,
        "path": "/" + "/".join(parts) if parts else None,
        "depth": len(parts) or None,
    }
