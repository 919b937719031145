"""Checks of reports: silence, what came late, rates that cannot mean what they say."""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood


def of_reports(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of units and districts about their reports.

    Keeps `late_month` (unit, period): months that hold the doses of several, which
    are told here and are no outliers.
    """
    engine.create("report_month", _MONTHS.format(main=rules.main_dataset))
    engine.create("unit_month", _UNIT_MONTHS.format(doses=_doses(known)))
    value = rules.profile.value
    engine.create("silence", _SILENCE.format(least=value("silent_months")))
    engine.create(
        "late_month",
        _LATE.format(
            share=float(value("late_share")),
            over=float(value("late_over")),
            most=int(value("late_most_months")),
            least=float(value("late_least_doses")),
            window=int(value("late_window_months")),
        ),
    )
    engine.put("stated", known.tables["reports"])
    found = gather(
        engine,
        known,
        _SILENT,
        _AGAIN,
        _LATE_TOGETHER,
        _RATES.format(
            low=float(value("completeness_low")),
            late=float(value("timeliness_low")),
            least=int(value("rates_least_months")),
        ),
        _STATED,
        _TOO_FEW,
    )
    engine.drop("report_month", "unit_month", "silence", "stated")
    return found


def _doses(known: Understood) -> str:
    """Element keys of the doses given at their target age."""
    doses = known.catalogue.doses
    keys = [
        key
        for (code, variant), key in known.mapped.keys.items()
        if variant == TARGET and code in doses
    ]
    return ", ".join(str(key) for key in keys) or "NULL"


_NUMBER = "({0} // 100 * 12 + {0} % 100)"
"""A month as a number that counts on, so that months can be subtracted."""

_MONTHS = f"""
SELECT place, period, {_NUMBER.format("period")} AS month, expected, received, on_time,
       place IN (SELECT unit FROM unit_counts) AS is_unit
FROM reports
WHERE dataset = {{main}} AND expected > 0 AND {spans.MONTHS.format("period")}
"""

_UNIT_MONTHS = f"""
SELECT unit, period, {_NUMBER.format("period")} AS month, sum(total) AS doses
FROM unit_counts
WHERE NOT aggregate AND element IN ({{doses}}) AND {spans.MONTHS.format("period")}
GROUP BY ALL HAVING sum(total) IS NOT NULL
"""

_SILENCE = """
SELECT place, min(period) AS first, max(period) AS last, max(month) AS ended,
       count(*) AS months
FROM (SELECT *, month - row_number() OVER (PARTITION BY place ORDER BY month) AS run
      FROM report_month WHERE is_unit AND received = 0)
GROUP BY place, run HAVING count(*) >= {least}
"""

_SILENT = """
SELECT 'silent_unit' AS rule, place, first, last, months AS value, months AS size
FROM silence
"""

_AGAIN = """
SELECT 'reporting_again' AS rule, s.place, r.period AS first, s.months AS value,
       s.months AS size,
       to_json(struct_pack(silent_month := s.first))::VARCHAR AS params
FROM silence s
JOIN report_month r ON r.place = s.place AND r.month = s.ended + 1 AND r.received > 0
"""

_LATE = """
SELECT a.unit, a.period, any_value(a.doses) AS doses, any_value(a.gap) AS gap,
       median(b.doses) AS usual
FROM (SELECT *, month - lag(month) OVER (PARTITION BY unit ORDER BY month) - 1 AS gap
      FROM unit_month) a
JOIN unit_month b ON b.unit = a.unit AND b.month <> a.month
    AND b.month BETWEEN a.month - {window} AND a.month + {window}
WHERE a.gap BETWEEN 1 AND {most}
GROUP BY a.unit, a.period
HAVING usual >= {least}
   AND any_value(a.doses) BETWEEN usual * (1 + {share} * any_value(a.gap))
       AND usual * (1 + {over} * any_value(a.gap))
"""

_LATE_TOGETHER = """
SELECT 'late_together' AS rule, unit AS place, period AS first, doses AS value,
       usual AS expected, doses AS size,
       to_json(struct_pack(gap := gap))::VARCHAR AS params
FROM late_month
"""

_RATES = """
WITH yearly AS (
    SELECT m.place, m.period // 100 * 100 AS year, bool_or(m.is_unit) AS is_unit,
           sum(m.expected) AS expected, sum(m.received) AS received,
           sum(m.on_time) AS on_time,
           sum(m.received) FILTER (WHERE m.on_time IS NOT NULL) AS timed
    FROM report_month m GROUP BY ALL HAVING count(*) >= {least}
),
rates AS (
    SELECT y.*, p.level, 100 * received / expected AS complete,
           100 * on_time / nullif(timed, 0) AS timely
    FROM yearly y JOIN place p ON p.place_key = y.place
    WHERE p.level IN ('district', 'area', 'facility')
)
SELECT CASE WHEN level = 'district' AND NOT is_unit THEN 'completeness_low'
            ELSE 'reports_missing' END AS rule,
       place, year AS first, complete AS value, {low} AS expected,
       100 - complete AS size,
       to_json(struct_pack(expected_reports := expected, received := received))::VARCHAR
           AS params
FROM rates WHERE complete < {low}
UNION ALL
SELECT 'reports_late', place, year, timely, {late}, 100 - timely,
       to_json(struct_pack(received := timed, on_time := on_time))::VARCHAR
FROM rates WHERE timely < {late}
"""

_STATED = """
WITH rows AS (
    SELECT t.unit AS place, s.* FROM stated s JOIN place_texts t ON t.text = s.place_id
)
SELECT 'received_above_expected' AS rule, place, period AS first, received AS value,
       expected, received - expected AS size,
       to_json(struct_pack(dataset := dataset))::VARCHAR AS params
FROM rows WHERE received > expected
UNION ALL
SELECT 'on_time_above_received', place, period, on_time, received, on_time - received,
       to_json(struct_pack(dataset := dataset))::VARCHAR
FROM rows WHERE on_time > received
UNION ALL
SELECT 'rate_impossible', place, period, rate, 100, abs(rate - 50),
       to_json(struct_pack(dataset := dataset))::VARCHAR
FROM rows WHERE rate > 100 OR rate < 0
"""

_TOO_FEW = """
WITH reporting AS (
    SELECT m.place, u.period, count(DISTINCT u.unit) AS units
    FROM unit_month u
    JOIN membership m ON m.unit = u.unit AND m.unit <> m.place
        AND u.period BETWEEN m.first_month AND m.last_month
    GROUP BY ALL
)
SELECT 'too_few_expected' AS rule, r.place, r.period AS first, r.expected AS value,
       coalesce(g.units, 2) AS expected, coalesce(g.units, 2) - r.expected AS size,
       to_json(struct_pack(units := g.units))::VARCHAR AS params
FROM report_month r
JOIN place p ON p.place_key = r.place
LEFT JOIN reporting g ON g.place = r.place AND g.period = r.period
WHERE p.level IN ('country', 'region', 'district')
  AND (r.expected < g.units
       OR (r.expected = 1 AND r.received = 1
           AND (NOT r.is_unit OR r.place IN (
               SELECT t.unit FROM stated s JOIN place_texts t ON t.text = s.place_id
               WHERE s.expected = 1))))
"""
