"""Lasting changes of level, beyond what the other units did: said once for a unit."""

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import series_rules, spans
from boloci.pipeline.checks import series
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.level_shift import Rule, level_shifts

SHIFT = "level_shift"
_FOUND = pa.schema(
    [
        ("unit", pa.int32()),
        ("element", pa.int16()),
        ("period", pa.int32()),
        ("before", pa.float64()),
        ("after", pa.float64()),
    ]
)


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of units and of places above them whose level changed for good."""
    rule = series_rules.shift(rules.profile)
    engine.put("shift", _FOUND.empty_table())
    places = series.of_places(engine, known, rules)
    for query in (series.of_units(known), places):
        for part in series.parts(engine, query):
            _append(engine, part, rule)
    engine.create(
        "own_shift",
        _AGAINST_OTHERS.format(
            months=rule.months,
            share=rule.size.share,
            least=rule.size.least,
            root=rule.size.root_factor,
            together=int(rules.profile.value("shift_together_months")),
        ),
    )
    found = gather(engine, known, _EVENTS)
    engine.drop("shift", "own_shift")
    return found


def _append(engine: Engine, part: series.Series, rule: Rule) -> None:
    found = level_shifts(part.grid, rule)
    rows = pa.table(
        {
            "unit": pa.array(part.units[part.owners[found.row]], pa.int32()),
            "element": pa.array(part.elements[found.row], pa.int16()),
            "period": pa.array(part.periods[found.month], pa.int32()),
            "before": pa.array(np.round(found.before, 1)),
            "after": pa.array(np.round(found.after, 1)),
        }
    )
    engine.connection.register("arriving", rows)
    engine.connection.execute("INSERT INTO shift BY NAME FROM arriving")
    engine.connection.unregister("arriving")


_AGAINST_OTHERS = f"""
WITH monthly AS (
    SELECT element, period // 100 * 12 + period % 100 AS month, sum(total) AS total
    FROM unit_counts
    WHERE NOT aggregate AND {spans.MONTHS.format("period")} GROUP BY ALL
),
numbered AS (
    SELECT *, period // 100 * 12 + period % 100 AS month, after > before AS up
    FROM shift
),
whole AS (
    SELECT n.*,
           median(m.total) FILTER (WHERE m.month < n.month) AS all_before,
           median(m.total) FILTER (WHERE m.month >= n.month) AS all_after
    FROM numbered n JOIN monthly m ON m.element = n.element
        AND m.month BETWEEN n.month - {{months}} AND n.month + {{months}} - 1
    GROUP BY ALL
),
others AS (
    SELECT *, all_before - before AS others_before, all_after - after AS others_after
    FROM whole
),
foreseen AS (
    SELECT *, greatest(before, 1) AS base,
           CASE WHEN others_before >= before AND others_after >= after
                THEN others_after / greatest(others_before, 1) ELSE 1 END AS change
    FROM others
),
own AS (
    SELECT *, month - lag(month, 1, 0) OVER series > {{together}} AS new FROM foreseen
    WHERE (after > base * change) = up AND abs(after - base * change) >= greatest(
        {{least}}, {{share}} * base * change, {{root}} * change * sqrt(base))
    WINDOW series AS (PARTITION BY unit, up ORDER BY month, element)
)
SELECT *, sum(new::INTEGER) OVER (PARTITION BY unit, up ORDER BY month, element) AS run
FROM own
"""
"""Changes beyond what all other units did in the same months: a vaccine that comes in
everywhere is no change of a unit. Of a vaccine just come in the level before is too
uncertain, by its root, to foresee much. Changes of a unit in months nearby are one."""

_EVENTS = f"""
SELECT '{SHIFT}' AS rule, unit AS place,
       first(element ORDER BY abs(after - before) DESC, element) AS element,
       first(period ORDER BY abs(after - before) DESC, element) AS first,
       first(after ORDER BY abs(after - before) DESC, element) AS value,
       first(before ORDER BY abs(after - before) DESC, element) AS expected,
       max(abs(after - before)) AS size,
       to_json(struct_pack(doses := count(DISTINCT element)))::VARCHAR AS params
FROM own_shift GROUP BY unit, up, run
"""
