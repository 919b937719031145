"""The contract of every tidy table: its columns, its key, what a blank means.

`TIDY` are the files people write and download (see the user guide); `SNAPSHOT` are
the tables a snapshot of the lake holds after a file was read; `FACTS`, `FINDINGS` and
`INEQUALITY` go out. Sources, lake, statistics, documentation and tests read the same
objects.
"""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from boloci.codes import AGES, SEXES, STRATEGIES

LEVELS = ("country", "region", "district", "area", "facility", "commune", "village")
POPULATIONS = (
    "live_births",
    "surviving_infants",
    "under_1",
    "children_12_23_months",
    "children_1_4",
    "girls_10",
    "pregnant_women",
    "total",
)
SEVERITIES = ("info", "warning", "error")


@dataclass(frozen=True)
class Column:
    """One column of a tidy table.

    `kind` is text, number, integer, date, period, flag, or one of the words in
    `words`. `required` columns must be in the header; a blank in a required column
    is refused unless `blank` says what it means.
    """

    name: str
    kind: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    blank: str = ""
    signed: bool = False
    """Whether a negative number is as good as another (a goal of -25 %, a gap)."""


@dataclass(frozen=True)
class Table:
    """A tidy table: columns in their published order, and the key of a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a file is not this table."""
        return tuple(column.name for column in self.columns if column.required)


_SEX = Column("sex", words=SEXES, blank="the total over both sexes")
_AGE = Column("age", words=AGES, blank="the total over ages, or age not known")
_STRATEGY = Column("strategy", words=STRATEGIES, blank="the total over strategies")


def _table(name: str, columns: Iterable[Column], key: str) -> Table:
    columns = tuple(columns)
    names = tuple(column.name for column in columns)
    keys = tuple(key.split())
    assert set(keys) <= set(names), (name, keys)
    return Table(name, columns, keys)


def _must(name: str, kind: str = "text", **rest: Any) -> Column:
    return Column(name, kind, required=True, **rest)


TIDY: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "places",
            (
                _must("place_id"),
                _must("name"),
                _must("level", words=LEVELS),
                _must("parent_id", blank="the top of the tree"),
                Column("latitude", "number"),
                Column("longitude", "number"),
                Column("valid_from", "date", blank="always"),
                Column("valid_to", "date", blank="still open"),
                Column("aliases", blank="none; several are separated by |"),
                Column("context"),
                Column("sensitive", "flag", blank="no"),
            ),
            "place_id valid_from",
        ),
        _table(
            "groups",
            (
                _must("group"),
                _must("name"),
                _must(
                    "kind", words=("programme", "administrative", "study", "project")
                ),
                _must("place_id", blank="a group without members"),
                Column("valid_from", "date", blank="always"),
                Column("valid_to", "date", blank="still"),
                Column("reason"),
            ),
            "group place_id valid_from",
        ),
        _table(
            "values",
            (
                _must("element"),
                _must("place_id"),
                _must("period", "period"),
                _SEX,
                _AGE,
                _STRATEGY,
                _must("value", "number", blank="left blank by the unit"),
            ),
            "element place_id period sex age strategy",
        ),
        _table(
            "targets",
            (
                _must("population", words=POPULATIONS),
                _must("place_id"),
                _must("year", "integer"),
                _SEX,
                _must("value", "number", blank="not known"),
                Column("source", blank="official"),
            ),
            "population place_id year sex source",
        ),
        _table(
            "reports",
            (
                _must("dataset"),
                _must("place_id"),
                _must("period", "period"),
                _must("expected", "number", blank="not stated"),
                Column("received", "number"),
                Column("on_time", "number"),
                Column("rate", "number"),
            ),
            "dataset place_id period",
        ),
        _table(
            "sessions",
            (
                _must("place_id"),
                _must("period", "period"),
                Column("strategy", words=STRATEGIES, blank="the total over strategies"),
                _must("planned", "number", blank="not stated"),
                Column("held", "number"),
                Column("reason"),
            ),
            "place_id period strategy",
        ),
        _table(
            "stock",
            (
                _must("product"),
                _must("place_id"),
                _must("period", "period"),
                _must("opening", "number", blank="not stated"),
                Column("received", "number"),
                Column("issued", "number"),
                Column("lost", "number"),
                Column("closing", "number"),
                Column("stockout_days", "number"),
            ),
            "product place_id period",
        ),
        _table(
            "surveys",
            (
                _must("survey"),
                _must("indicator"),
                _must("place_id"),
                _must("fieldwork_start", "date", blank="not known"),
                _must("fieldwork_end", "date", blank="not known"),
                _must("age_min_months", "number", blank="not known"),
                _must("age_max_months", "number", blank="not known"),
                _must(
                    "evidence",
                    words=("card", "history", "card_or_history"),
                    blank="not known",
                ),
                _must("timing", words=("by_survey", "by_12_months"), blank="not known"),
                _must("dose", words=("crude", "valid"), blank="not known"),
                _SEX,
                _must("estimate", "number", blank="not estimated"),
                Column("standard_error", "number"),
                Column("lower", "number"),
                Column("upper", "number"),
                Column("n", "number"),
                Column("design_effect", "number"),
                Column("cohort", "integer", blank="from fieldwork and ages"),
            ),
            "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
            " age_max_months evidence timing dose sex",
        ),
        _table(
            "lqas",
            (
                _must("round"),
                _must("place_id"),
                _must("fieldwork_start", "date", blank="not known"),
                _must("fieldwork_end", "date", blank="not known"),
                _must("indicator"),
                _SEX,
                _must("age_min_months", "number", blank="not known"),
                _must("age_max_months", "number", blank="not known"),
                _must("vaccinated", "number"),
                Column("sample", "number"),
                Column("clusters", "number"),
                Column("decision_number", "number"),
                Column("upper", "number"),
                Column("lower", "number"),
                Column("lot_population", "number"),
            ),
            "round place_id indicator sex",
        ),
        _table(
            "measures",
            (
                _must("indicator"),
                _must("place_id"),
                _must("period", "period"),
                _SEX,
                _must("numerator", "number", blank="not known"),
                _must("denominator", "number", blank="not known"),
                Column("value", "number", signed=True),
                Column("source"),
            ),
            "indicator place_id period sex source",
        ),
        _table(
            "goals",
            (
                _must("indicator"),
                Column("place_id"),
                Column("group"),
                _must("baseline_year", "integer", blank="no baseline"),
                _must("year", "integer"),
                _must("value", "number", signed=True),
                Column("source"),
            ),
            "indicator place_id group baseline_year year source",
        ),
        _table(
            "events",
            (
                _must(
                    "kind",
                    words=(
                        "stock_out",
                        "campaign",
                        "closure",
                        "displacement",
                        "new_catchment",
                        "intervention",
                        "other",
                    ),
                ),
                _must("place_id"),
                _must("start", "date"),
                _must("end", "date", blank="not over"),
                _must("note", blank="none"),
                Column("source"),
            ),
            "kind place_id start end source",
        ),
        _table(
            "corrections",
            (
                _must("correction_id"),
                _must("place_id"),
                _must("element"),
                _must("period", "period"),
                _SEX,
                _AGE,
                _STRATEGY,
                _must("action", words=("replace", "drop", "flag")),
                Column("value", "number", blank="only with drop and flag"),
                Column("expect", "number", blank="what the source said at import"),
                Column("reason"),
                Column("status", blank="accepted, with `by` and `reason`"),
                Column("by"),
                Column("on", "date"),
            ),
            "correction_id",
        ),
        _table(
            "recounts",
            (
                _must("element"),
                _must("place_id"),
                _must("period", "period"),
                _must("register", "number", blank="not counted"),
                Column("monthly_report", "number"),
            ),
            "element place_id period",
        ),
    )
}

_ARROW = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "period": pa.int32(),
    "flag": pa.bool_(),
}

ROW = (pa.field("row", pa.int32()), pa.field("cell", pa.string()))
"""Where in the file a row came from: line or record number, and a cell of a sheet."""


def schema(table: Table) -> pa.Schema:
    """Arrow types of a tidy table as a snapshot keeps it, with `row` and `cell`."""
    fields = [pa.field(c.name, _ARROW[c.kind]) for c in table.columns]
    return pa.schema([*fields, *ROW])


VALUES = pa.schema(
    [
        ("element", pa.string()),
        ("option", pa.string()),
        ("attribute", pa.string()),
        ("place", pa.string()),
        ("period", pa.int32()),
        ("sex", pa.string()),
        ("age", pa.string()),
        ("strategy", pa.string()),
        ("value", pa.float64()),
        ("deleted", pa.bool_()),
        *ROW,
    ]
)
"""Values of a snapshot, in the file's own identifiers.

`element`, `option` (DHIS2 category option combination), `attribute` (attribute option
combination) and `place` are as the file writes them; `sex`, `age`, `strategy` are set
where the file itself says so (tidy files). Null value: left blank. `deleted`: DHIS2
says that this value is to be removed. Column order is free; a column a source has not
may be absent and reads as null."""

VALUES_KEY = (
    "element",
    "option",
    "attribute",
    "place",
    "period",
    "sex",
    "age",
    "strategy",
)

ELEMENTS = pa.schema(
    [
        ("element", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("name_fr", pa.string()),
        ("short_name", pa.string()),
        ("stores_zeros", pa.bool_()),
        *ROW,
    ]
)
"""What a source calls its elements: identifier, code, names."""

OPTIONS = pa.schema(
    [
        ("option", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("name_fr", pa.string()),
        *ROW,
    ]
)
"""What a source calls its category option combinations."""

DATASETS = pa.schema(
    [
        ("dataset", pa.string()),
        ("name", pa.string()),
        ("name_fr", pa.string()),
        ("element", pa.string()),
        *ROW,
    ]
)
"""Which elements are collected by which form: one row a pair."""

UNITS = pa.schema(
    [
        ("place_id", pa.string()),
        ("name", pa.string()),
        ("short_name", pa.string()),
        ("code", pa.string()),
        ("name_fr", pa.string()),
        ("parent", pa.string()),
        ("path", pa.string()),
        ("depth", pa.int32()),
        ("opening", pa.date32()),
        ("closed", pa.date32()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        *ROW,
    ]
)
"""DHIS2 organisation units as the server tells them: `depth` counts from the top (1).

They become places once the names of their levels are known, which may lie in another
file: `boloci.sources.dhis2.levels.places`."""

UNIT_LEVELS = pa.schema([("depth", pa.int32()), ("name", pa.string()), *ROW])
"""What DHIS2 calls each depth of its tree."""

WUENIC = pa.schema(
    [
        *((name, pa.string()) for name in ("fact", "vaccine", "place_id")),
        ("year", pa.int32()),
        ("value", pa.float64()),
        ("revision", pa.string()),
        *ROW,
    ]
)
"""WHO/UNICEF estimates and what governments reported, in their own words: percentages
(`legacy`, `gov`, `admin`) and children (`vaccinated`, `target`) of one revision."""

WUENIC_KEY = ("fact", "vaccine", "place_id", "year", "revision")

SNAPSHOT: dict[str, pa.Schema] = {
    **{name: schema(table) for name, table in TIDY.items() if name != "values"},
    "values": VALUES,
    "elements": ELEMENTS,
    "options": OPTIONS,
    "datasets": DATASETS,
    "units": UNITS,
    "unit_levels": UNIT_LEVELS,
    "wuenic": WUENIC,
}
"""Tables a snapshot may hold, with their Arrow types."""

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
