"""How far chance alone may have moved the coverage of places: counts of doses vary.

The noise is read from the year's own quarters (`boloci.stats.noise`), as measures of
inequality read it. A wrong target or doses reported twice are not in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.hub.current import workspace
from boloci.pipeline.groups import COUNTED, ROUTINE, array, constants, flags_of, normal
from boloci.stats import noise

CONFIDENCE = 95.0
QUARTERS = 4
"""Quarters that the noise is read from, up to the end of the period told."""
_NOT_WHOLE = {"no_report", "to_date"}
Row = Mapping[str, Any]


def is_counted(definition: Indicator, method: str) -> bool:
    """Whether an indicator is doses over a target, so that its noise can be read."""
    return definition.formula["kind"] in COUNTED and method in ROUTINE


def quarters(period: str) -> list[str]:
    """The quarters that the noise of a period is read from."""
    last = periods.serial(periods.span(periods.code(period)).last)
    months = [periods.month_at(last - 3 * n) for n in reversed(range(QUARTERS))]
    return [periods.text(periods.containing(m, periods.QUARTER)) for m in months]


def told(
    rows: Sequence[Row], by_quarter: Mapping[str, Mapping[str, Row]], period: str
) -> list[dict[str, Any]]:
    """Rows with `lower` and `upper` where they have none and the noise is known.

    rows          facts of one period, a place each
    by_quarter    place -> quarter -> fact, of `quarters(period)`
    """
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return [dict(row) for row in rows]
    rules = constants(workspace().catalogue, "boloci")
    parts = [
        _doses(by_quarter.get(row["place_id"], {}).get(quarter))
        for row in known
        for quarter in quarters(period)
    ]
    spread = noise.overdispersion(
        array(parts).reshape(len(known), QUARTERS), least=rules.overdispersion_least
    )
    errors = noise.errors_of_counts(
        array(row["numerator"] for row in known),
        array(row["denominator"] for row in known),
        spread,
    )
    off = {
        row["place_id"]: float(error) * normal(CONFIDENCE)
        for row, error in zip(known, errors, strict=True)
        if np.isfinite(error)
    }
    return [_with_interval(row, off.get(row["place_id"])) for row in rows]


def _with_interval(row: Row, off: float | None) -> dict[str, Any]:
    if off is None or row["value"] is None or row.get("lower") is not None:
        return dict(row)
    return {**row, "lower": max(row["value"] - off, 0.0), "upper": row["value"] + off}


def _doses(fact: Row | None) -> float | None:
    if fact is None or _NOT_WHOLE & flags_of(fact):
        return None
    doses: float | None = fact["numerator"]
    return doses
