"""The tables that go out: facts, measures of inequality, findings."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

SEVERITIES = ("info", "warning", "error")

FACTS = pa.schema(
    [
        ("indicator", pa.string()),
        ("place_id", pa.string()),
        ("place", pa.string()),
        ("level", pa.string()),
        ("period", pa.string()),
        ("sex", pa.string()),
        ("profile", pa.string()),
        ("method", pa.string()),
        ("denominator_source", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("confidence", pa.float64()),
        ("unit", pa.string()),
        ("flags", pa.string()),
        ("expected", pa.int64()),
        ("received", pa.int64()),
        ("build", pa.string()),
    ]
)
FACTS_KEY = (
    "indicator",
    "place_id",
    "period",
    "sex",
    "profile",
    "method",
    "denominator_source",
)

INEQUALITY = pa.schema(
    [
        ("indicator", pa.string()),
        ("measure", pa.string()),
        ("over", pa.string()),
        ("place_id", pa.string()),
        ("period", pa.string()),
        ("profile", pa.string()),
        ("method", pa.string()),
        ("denominator_source", pa.string()),
        ("value", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("n", pa.int64()),
        ("left_out", pa.int64()),
        ("flags", pa.string()),
        ("build", pa.string()),
    ]
)
"""Measures of inequality `over` the groups of a place: districts, areas, sexes.

`n` groups have a value, `left_out` have none. `lower`, `upper`: 95 %, null where
there is no interval. A measure that is refused has a null value, the flag `refused`
and the flag of its reason."""


@dataclass(frozen=True)
class Finding:
    """A doubt about the data, worded when it is read.

    `rule` names a file in `catalogue/rules`; its sentences take `params`. A blank is
    an empty string or None: not about one element, place, period, sex.
    Findings about a file carry `file`, `sheet`, `row`, `column`, `text` in `params`.
    """

    rule: str
    severity: str = "warning"
    element: str = ""
    indicator: str = ""
    place_id: str = ""
    period_start: str = ""
    period_end: str = ""
    sex: str = ""
    value: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    params: dict[str, Any] = field(default_factory=dict)
    context: str = ""


FINDINGS = pa.schema(
    [
        *((name, pa.string()) for name in ("rule", "severity", "element")),
        *((name, pa.string()) for name in ("indicator", "place_id")),
        *((name, pa.string()) for name in ("period_start", "period_end", "sex")),
        *((name, pa.float64()) for name in ("value", "expected", "low", "high")),
        *((name, pa.string()) for name in ("params", "context", "build")),
    ]
)


def findings_table(findings: Iterable[Finding], build: str = "") -> pa.Table:
    """Findings as a table; `params` becomes one JSON text."""
    rows = [
        {
            **finding.__dict__,
            "params": json.dumps(finding.params, ensure_ascii=False, default=_plain),
            "build": build,
        }
        for finding in findings
    ]
    return pa.Table.from_pylist(rows, schema=FINDINGS)


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A row of `FINDINGS` as a finding."""
    fields = {name: value for name, value in row.items() if name != "build"}
    fields["params"] = json.loads(row["params"] or "{}")
    texts = ("element", "indicator", "place_id", "period_start", "period_end", "sex")
    for name in (*texts, "context"):
        fields[name] = row[name] or ""
    return Finding(**fields)


def _plain(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
