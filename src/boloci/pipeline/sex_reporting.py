"""Who reported the sexes that a gap rests on: units, doses and how much they vary."""

from collections.abc import Mapping
from typing import Any

import duckdb

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.pipeline.mapping import TARGET

KINDS = ("sex_gap", "sex_ratio", "sex_gap_relative", "doses_with_sex_share")


def sex_reporting(
    cursor: duckdb.DuckDBPyConnection, indicator: Indicator, fact: Mapping[str, Any]
) -> dict[str, Any]:
    """`units_with_sex` of `units` that reported, `doses_with_sex` of their `doses`,
    and `dispersion` (null: too few reports), behind a fact computed from doses.

    Empty for other facts, and where no month was reported (a year entered at once).
    """
    if indicator.formula["kind"] not in KINDS or fact["method"] != "reported":
        return {}
    found = cursor.execute(
        _REPORTED,
        {
            "place": fact["place_id"],
            "months": list(periods.months(periods.code(fact["period"]))),
            "element": indicator.formula["element"],
            "variant": TARGET,
        },
    )
    names = [column[0] for column in found.description]
    told = dict(zip(names, found.fetchone() or (), strict=False))
    if not told.get("units"):
        return {}
    return {**told, "dispersion": _dispersion(cursor, indicator, fact)}


def _dispersion(
    cursor: duckdb.DuckDBPyConnection, indicator: Indicator, fact: Mapping[str, Any]
) -> float | None:
    """Builds before 2026-11-22 do not tell it."""
    held = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'sex_dispersion'"
    if not cursor.execute(held).fetchone():
        return None
    row = cursor.execute(
        "SELECT s.dispersion FROM sex_dispersion s JOIN element e USING (element)"
        " JOIN place p ON p.place_key = s.place WHERE p.place_id = ? AND s.period = ?"
        " AND e.code = ? AND e.variant = ?",
        [
            fact["place_id"],
            periods.code(fact["period"]),
            indicator.formula["element"],
            TARGET,
        ],
    ).fetchone()
    return None if row is None else float(row[0])


_REPORTED = """
WITH inside AS (
    SELECT m.unit, m.first_month, m.last_month
    FROM membership m JOIN place p ON p.place_key = m.place
    WHERE p.place_id = $place
      AND m.unit NOT IN (SELECT place FROM membership WHERE unit <> place)
),
reports AS (
    SELECT c.place, c.total, c.female IS NOT NULL AND c.male IS NOT NULL AS sexed
    FROM counts c
    JOIN element e USING (element)
    JOIN inside i ON i.unit = c.place
        AND c.period BETWEEN i.first_month AND i.last_month
    WHERE list_contains($months, c.period) AND c.total IS NOT NULL
      AND e.code = $element AND e.variant = $variant
)
SELECT count(DISTINCT place) FILTER (sexed) AS units_with_sex,
       count(DISTINCT place) AS units,
       coalesce(sum(total) FILTER (sexed), 0) AS doses_with_sex, sum(total) AS doses
FROM reports
"""
