"""The tables that a snapshot of the lake holds after a file was read."""

import pyarrow as pa

from boloci.tables.tidy import TIDY, Table

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
