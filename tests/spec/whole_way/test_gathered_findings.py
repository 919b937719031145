"""Many events of a place and year become one finding, told by its gravest event."""

from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest

from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather

TABLES = (
    "CREATE TABLE place AS SELECT 1 AS place_key, 'A' AS place_id, 'Aa' AS name",
    "CREATE TABLE membership (unit INT, place INT, first_month INT, last_month INT)",
    "CREATE TABLE context (kind TEXT, product TEXT, place INT, first_month INT,"
    " last_month INT, note TEXT)",
    "CREATE TABLE product_element (product TEXT, element SMALLINT)",
)
RULE = SimpleNamespace(severity="info", explained_by=())
KNOWN = SimpleNamespace(
    catalogue=SimpleNamespace(rules={"high": RULE}),
    mapped=SimpleNamespace(keys={("DTP1", "target"): 7, ("BCG", "target"): 8}),
)


def told(*events: tuple[int, int, float, float, str]) -> dict:
    """The finding of events: element, month, size, value, severity."""
    rows = ", ".join(
        f"('high', 1, {element}, {month}, {size}, {value}, {severity!r})"
        for element, month, size, value, severity in events
    )
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(table)
    columns = "(rule, place, element, first, size, value, severity)"
    query = f"SELECT * FROM (VALUES {rows}) AS t{columns}"
    found: pa.Table = gather(Engine(connection), KNOWN, query)  # type: ignore[arg-type]
    [row] = found.to_pylist()
    return row


def test_severity_number_and_element_are_of_the_gravest_event():
    row = told((7, 202401, 900, 900, "info"), (8, 202403, 5, 5, "error"))
    assert (row["severity"], row["value"], row["element"]) == ("error", 5, "BCG")


@pytest.mark.parametrize("largest", [202402, 202405])
def test_of_events_as_grave_the_largest_is_told(largest):
    sizes = {202402: 3, 202405: 3} | {largest: 4}
    row = told(*((7, month, size, size, "error") for month, size in sizes.items()))
    assert row["value"] == 4
    assert f'"month":{largest}' in row["params"]
