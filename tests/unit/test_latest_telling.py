"""The rows of a small table that count: the same whether keys come once or twice."""

import pyarrow as pa
import pytest

from boloci.lake import merge
from boloci.tables import SNAPSHOT


class Kept:
    """A snapshot that holds one table of sessions."""

    replace = False

    def __init__(self, sequence: int, *rows: tuple):
        self.sequence = sequence
        names = ("place_id", "period", "strategy", "planned", "held")
        told = [dict(zip(names, row, strict=True)) for row in rows]
        schema = SNAPSHOT["sessions"].append(pa.field("file", pa.int16()))
        self.rows = pa.Table.from_pylist([{**row, "file": 0} for row in told], schema)

    def table(self, _name: str) -> pa.Table:
        return self.rows


ONCE = Kept(
    1,
    ("É", 202402, "fixed", 4.0, 4.0),
    ("a", 202402, None, 1.0, None),
    ("a", 202402, "fixed", 2.0, 2.0),
    ("Z", 202401, "fixed", 3.0, 1.0),
    ("a", 202401, "mobile", None, None),
)


def latest(*snapshots: Kept) -> list[tuple]:
    rows = merge.table(snapshots, "sessions").to_pylist()
    return [
        tuple(row[name] for name in ("place_id", "period", "strategy", "held"))
        for row in rows
    ]


def test_keys_told_once_come_in_their_order_blanks_last():
    assert latest(ONCE) == [
        ("Z", 202401, "fixed", 1.0),
        ("a", 202401, "mobile", None),
        ("a", 202402, "fixed", 2.0),
        ("a", 202402, None, None),
        ("É", 202402, "fixed", 4.0),
    ]


@pytest.mark.parametrize("held", [9.0, None])
def test_a_key_told_twice_changes_its_row_and_no_order(held):
    again = Kept(2, ("Z", 202401, "fixed", 3.0, held))
    (key, period, strategy, was), *others = latest(ONCE)
    changed = (key, period, strategy, was if held is None else held)
    assert latest(ONCE, again) == [changed, *others]


def test_columns_and_their_kinds_are_the_same_either_way():
    again = Kept(2, ("Z", 202401, "fixed", 3.0, 9.0))
    once, twice = (merge.table(kept, "sessions") for kept in ([ONCE], [ONCE, again]))
    assert once.schema.equals(twice.schema)
