"""Why coverage passes 100 %: one finding a place, year and cause.

The ranked evidence is `boloci.pipeline.causes`, for every quarter, year and dose; here
its first cause is told in words where it is named: of years, and of quarters that a
fault of single months lifted. Where none can be named nothing is told here: the
coverage itself is the warning (`high_coverage`), and the evidence says why not.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.causes import SEEN, explain_high
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.causes import BELIEVED, CANNOT_TELL

PREFIX = "above_100_"


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of the first cause of each value, if named; keeps `evidence`."""
    explain_high(engine, known, rules)
    lifts = ", ".join(
        f"coalesce(max(o.value) FILTER (WHERE o.cause = '{cause}'), 1) AS {cause}"
        for cause in BELIEVED
    )
    packed = ", ".join(f"'{cause}', round(f.{cause}, 2)" for cause in BELIEVED)
    return gather(engine, known, _EVENTS.format(lifts=lifts, packed=packed))


def put_explained(engine: Engine, name: str) -> None:
    """Table of the place and year of every finding that names a cause.

    Empty where causes were not looked for: under a profile without their constants.
    """
    looked = engine.exists("SELECT 1 FROM duckdb_tables() WHERE table_name='evidence'")
    rows = _EXPLAINED if looked else "SELECT 0 AS place, 0 AS year WHERE false"
    engine.create(name, rows)


_NAMED = f"""
e.rank = 1 AND e.strength <> '{CANNOT_TELL}'
  AND (e.period % 100 = 0 OR e.cause IN ({", ".join(f"'{name}'" for name in SEEN)}))
"""
_EXPLAINED = f"""
SELECT DISTINCT e.place, e.period // 100 AS year FROM evidence e WHERE {_NAMED}
"""
_EVENTS = f"""
WITH first AS (
    SELECT element, place, period, {{lifts}} FROM evidence o GROUP BY ALL
)
SELECT '{PREFIX}' || e.cause AS rule, e.place, e.element, e.period AS first,
       c.total / t.target AS size, round(100 * c.total / t.target, 1) AS value,
       100 AS expected,
       json_object('lift', round(e.value, 2), 'chance', round(100 * e.score, 1),
           'unit', u.name, 'at_month', e.month, {{packed}}) AS params
FROM evidence e
JOIN first f USING (element, place, period)
JOIN counts c USING (element, place, period)
JOIN element_population q USING (element)
JOIN targets t ON t.place = e.place AND t.period = e.period
    AND t.population = q.population
LEFT JOIN place u ON u.place_key = e.unit
WHERE {_NAMED}
"""
