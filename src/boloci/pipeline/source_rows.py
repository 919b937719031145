"""The rows behind a number, of whatever kind: their columns, where they lie."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.pipeline.choosing import Way
from boloci.pipeline.understanding import Understood

CONTRIBUTIONS = pa.schema(
    [
        ("role", pa.string()),
        ("state", pa.string()),
        ("snapshot", pa.string()),
        ("received", pa.string()),
        ("file", pa.string()),
        ("row", pa.int32()),
        ("cell", pa.string()),
        ("element", pa.string()),
        ("option", pa.string()),
        ("place", pa.string()),
        ("place_id", pa.string()),
        ("period", pa.string()),
        ("sex", pa.string()),
        ("age", pa.string()),
        ("strategy", pa.string()),
        ("value", pa.float64()),
    ]
)
"""Rows behind a number. `role`: numerator, denominator, or estimate (the row is the
number). `state`: used, superseded (a later row has the same key), passed_over (a part
beside its total, the figure of another system or level, another survey), replaced (by
the whole of a later file), deleted, undone (its import was taken back), corrected (a
correction counts instead, which is a row of its own) or set_aside by a correction.
`element`, `option` and `place` are as the file writes them."""
NO_ROW = CONTRIBUTIONS.empty_table()


def place_key(known: Understood, place_id: str) -> int:
    """The number of a place of the tree by its id."""
    ids, keys = known.dimension["place_id"], known.dimension["place_key"]
    return int(keys[pc.index(ids, place_id).as_py()].as_py())


def ways_of(known: Understood, units: Iterable[int]) -> dict[int, list[Way]]:
    """Unit -> every place it adds to, itself included, and in which months."""
    wanted = set(units)
    found: dict[int, list[Way]] = {}
    for way in known.tree.ways:
        if way["place_key"] in wanted:
            months = way["ancestor_key"], way["first_month"], way["last_month"]
            found.setdefault(way["place_key"], []).append(months)
    return found


def periods_inside(code: int) -> list[int]:
    """Every month, quarter, semester and year that lies inside a period."""
    months = set(periods.months(code))
    found = set(months)
    for month in months:
        for kind in (periods.QUARTER, periods.SEMESTER, periods.YEAR):
            longer = periods.containing(month, kind)
            if set(periods.months(longer)) <= months:
                found.add(longer)
    return sorted(found)
