"""Outliers as findings: the month, what was reported, what is usual, what to check."""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import adjusting, spans
from boloci.pipeline.checks import series
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of table `outliers`, and of the sums of areas and districts.

    Where a profile counts outliers with blanks as zeros, units are judged anew without
    them: a sentence that says what is usual there must not take a blank for a zero.

    A month known to hold the doses of several (`late_month`) is told as that, at the
    unit alone: the sums above it are judged without what it holds beyond its usual.
    """
    late = _has(engine, "late_month")
    months = series.of_places(engine, known, rules)
    if late:
        engine.create("late_surplus", _SURPLUS)
        months = _WITHOUT_SURPLUS
    _judge(engine, "place_outlier", months, rules)
    units = "outliers"
    if adjusting.blanks_are_zeros(rules.profile):
        units = "unit_outlier"
        _judge(engine, units, _UNIT_MONTHS.format(series.judged(known)), rules)
    value = rules.profile.value
    told = gather(
        engine,
        known,
        _EVENTS.format(
            units=units,
            late=_NOT_LATE if late else "TRUE",
            grave=float(value("outlier_error_times")),
            large=float(value("outlier_warning_times")),
        ),
    )
    engine.drop("place_outlier", "unit_outlier", "late_surplus")
    return told


def _has(engine: Engine, table: str) -> bool:
    return engine.exists(f"FROM duckdb_tables() WHERE table_name = '{table}'")


_JUDGED = pa.schema(
    [
        ("unit", pa.int32()),
        ("element", pa.int16()),
        ("period", pa.int32()),
        ("value", pa.float64()),
        ("median", pa.float64()),
        ("high", pa.bool_()),
    ]
)


def _judge(engine: Engine, table: str, months: str, rules: Rules) -> None:
    """A table of the months of some series that the profile's rule flags."""
    found = [_flagged(part, rules) for part in series.parts(engine, months)]
    engine.put(table, pa.concat_tables([_JUDGED.empty_table(), *found]))


def _flagged(part: series.Series, rules: Rules) -> pa.Table:
    found = adjusting.find(part.grid, part.periods // 100, rules.profile)
    columns = {
        "unit": part.units[part.owners[found.row]],
        "element": part.elements[found.row],
        "period": part.periods[found.column],
        "value": found.value,
        "median": found.median,
        "high": found.high,
    }
    return pa.table(
        {name: pa.array(columns[name], field.type) for name, field in
         zip(_JUDGED.names, _JUDGED, strict=True)}
    )  # fmt: skip


_NOT_LATE = "NOT (high AND (unit, period) IN (SELECT unit, period FROM late_month))"

_UNIT_MONTHS = (
    "SELECT unit, element, period, total AS value FROM unit_counts"
    " WHERE element IN ({}) AND total IS NOT NULL"
    f" AND {spans.MONTHS.format('period')}"
)

_SURPLUS = """
SELECT m.place, c.element, c.period, sum(c.total * (1 - l.usual / l.doses)) AS surplus
FROM late_month l
JOIN unit_counts c ON c.unit = l.unit AND c.period = l.period
JOIN membership m ON m.unit = l.unit AND m.place <> m.unit
    AND l.period BETWEEN m.first_month AND m.last_month
WHERE NOT c.aggregate AND c.total IS NOT NULL
GROUP BY ALL
"""
"""Doses of earlier months in the sums of places: what late units gave beyond usual."""

_WITHOUT_SURPLUS = """
SELECT p.unit, p.element, p.period, p.value - coalesce(s.surplus, 0) AS value
FROM place_month p
LEFT JOIN late_surplus s
    ON s.place = p.unit AND s.element = p.element AND s.period = p.period
"""

_EVENTS = """
SELECT CASE WHEN high THEN 'outlier_high' ELSE 'outlier_low' END AS rule,
       unit AS place, element, period AS first, value, median AS expected,
       abs(value - median) AS size,
       CASE WHEN value >= {grave} * median THEN 'error'
            WHEN value >= {large} * median OR {large} * value <= median THEN 'warning'
            ELSE 'info' END AS severity
FROM (SELECT unit, element, period, value, median, high FROM {units}
      UNION ALL
      SELECT o.unit, o.element, o.period, m.value, o.median, o.high
      FROM place_outlier o JOIN place_month m USING (unit, element, period))
WHERE {late}
"""
