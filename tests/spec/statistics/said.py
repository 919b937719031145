"""What a statistic says, as plain rows."""

import math
from typing import Any

import narwhals as nw

from boloci.stats.vocabulary import FLAGS


def said(frame: nw.LazyFrame) -> list[dict[str, Any]]:
    """Rows of a frame in order of their keys; NaN of an engine is null."""
    found = frame.collect().rows(named=True)
    plain = [{name: _plain(value) for name, value in row.items()} for row in found]
    return sorted(plain, key=lambda row: [str(row.get(name)) for name in _KEY])


_KEY = ("place", "unit", "period", "element", "sex")


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def one(frame: nw.LazyFrame, **key: int) -> dict[str, Any]:
    """The one row with these values."""
    found = [
        row for row in said(frame) if all(row[name] == v for name, v in key.items())
    ]
    assert len(found) == 1, found
    return found[0]


def words(fact: dict[str, Any]) -> set[str]:
    """The flags of a fact."""
    return {name for name, bit in FLAGS.items() if fact["flags"] & bit}
