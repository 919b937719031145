"""Why a coverage passes 100 %: the ranked evidence that a build published for it."""

from collections.abc import Mapping
from typing import Any

from boloci import periods
from boloci.published import Published

RELATION = "evidence"


def of_fact(source: Published, fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Causes of one fact, the likeliest first; empty where there is none to tell.

    Each has cause, strength (cannot_tell, some, strong), score (the chance to be the
    largest cause, 0-1), value (what it multiplies the coverage by), month and unit
    (place_id and name; null but for faults of single months). Evidence is told for
    coverage as reported of the official target, both sexes together.
    """
    usual = fact["method"] == "reported" and fact["denominator_source"] == "target"
    if RELATION not in source.relations or not usual or fact["sex"]:
        return []
    if fact["value"] is None or fact["value"] <= 100:
        return []
    rows = source.rows(
        _RANKED,
        [fact["indicator"], fact["place_id"], periods.code(fact["period"])],
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


_COLUMNS = ("cause", "strength", "score", "value", "month", "unit_id", "unit")
_RANKED = """
SELECT v.cause, v.strength, v.score, v.value, v.month, u.place_id, u.name
FROM evidence v
JOIN element e ON e.element = v.element AND e.variant = 'target'
JOIN place p ON p.place_key = v.place
LEFT JOIN place u ON u.place_key = v.unit
WHERE lower(e.code) || '_coverage' = ? AND p.place_id = ? AND v.period = ?
ORDER BY v.rank
"""
