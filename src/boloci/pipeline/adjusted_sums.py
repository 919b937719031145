"""From adjusted months of units to the totals of every place and period they change."""

from boloci.codes import METHODS, SCENARIOS
from boloci.lake.engines import Engine
from boloci.pipeline import spans, summing
from boloci.stats import sums

_BY = ("element",)
_CHANGE = {METHODS.index(name): f"{name}_change" for name in SCENARIOS[1:]}
"""Column of each scenario's changes: what two scenarios change is one row."""


def add_up(engine: Engine) -> None:
    """Table `adjusted_counts`: method, element, place, period, total.

    Only the changes are added up, in the way `counts` were, and laid on what was
    reported: places and periods that no scenario changes have no row.
    """
    if engine.exists("FROM unit_counts WHERE aggregate"):
        engine.connection.execute(_STOOD_FOR)
    engine.create("changes", _CHANGES)
    added = tuple(_CHANGE.values())
    months = summing.over_places(engine, "changes", by=_BY, added=added)
    engine.create("month_changes", months)
    every = engine.query(
        sums.every_period, engine.columns("month_changes"), by=_BY, sums=added
    )
    engine.create("every_change", every)
    engine.create("adjusted_counts", _TOTALS, lasting=True)
    if engine.exists("FROM adjustments WHERE after IS NULL"):
        engine.connection.execute(_NOTHING_LEFT)
    engine.drop("changes", "month_changes", "every_change")


_STOOD_FOR = """
DELETE FROM adjustments WHERE (place, element, period) IN (
    SELECT t.unit, t.element, t.period FROM unit_counts t
    JOIN membership m ON m.place = t.unit AND m.unit <> t.unit
    JOIN unit_counts o
        ON o.unit = m.unit AND o.element = t.element AND o.period = t.period
    WHERE t.aggregate AND NOT o.aggregate AND o.total IS NOT NULL
    UNION ALL
    SELECT t.unit, t.element, t.period FROM unit_counts t
    JOIN membership m ON m.unit = t.unit AND m.place <> t.unit
    JOIN unit_counts o
        ON o.unit = m.place AND o.element = t.element AND o.period = t.period
    WHERE t.aggregate AND o.aggregate AND o.total IS NOT NULL)
"""
"""Totals stated for a place enter no sum where units below it reported, and none above
a place that states its own: see `counting.count_places`."""

_CHANGES = (
    "SELECT element, place AS unit, period, "
    + ", ".join(
        "sum(coalesce(after, 0) - coalesce(before, 0))"
        f" FILTER (WHERE method = {method}) AS {column}"
        for method, column in _CHANGE.items()
    )
    + " FROM adjustments GROUP BY ALL"
)

_TOTALS = (
    "WITH beside AS MATERIALIZED (SELECT c.*, coalesce(r.total, 0) AS reported"
    " FROM every_change c LEFT JOIN counts r USING (element, place, period)) "
    + " UNION ALL ".join(
        f"SELECT {method}::TINYINT AS method, element, place, period,"
        f" reported + {column} AS total FROM beside WHERE {column} IS NOT NULL"
        for method, column in _CHANGE.items()
    )
    + " ORDER BY method, element, place, period"
)

_NOTHING_LEFT = f"""
UPDATE adjusted_counts t SET total = NULL
WHERE abs(total) < 1e-6 AND NOT EXISTS (
    SELECT 1 FROM unit_counts u
    JOIN membership m ON m.unit = u.unit AND m.place = t.place
        AND u.period BETWEEN m.first_month AND m.last_month
    LEFT JOIN adjustments a ON a.method = t.method AND a.element = t.element
        AND a.place = u.unit AND a.period = u.period
    WHERE u.element = t.element
      AND u.period BETWEEN {spans.FIRST_MONTH.format("t.period")}
          AND {spans.LAST_MONTH.format("t.period")}
      AND CASE WHEN a.place IS NULL THEN u.total ELSE a.after END IS NOT NULL)
"""
"""A sum of nothing is null, not 0: every month in it was set aside."""
