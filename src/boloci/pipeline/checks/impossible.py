"""Doses that nobody can give in a month: a bound that needs no other month to judge.

Outliers are told from a series; a series of a few months has none, and a count typed
with ten zeros too many would pass. The bound is that of the unit's level, and reads no
target: a wrong target must not make a true count impossible.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import most_doses, spans
from boloci.pipeline.checks import series
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of impossible months, campaigns left out.

    Keeps `impossible_month`: place, element, period; the units and every place that
    holds them then.
    """
    most = most_doses.most_sql(rules.profile, "level")
    units = _UNITS.format(judged=series.judged(known), most=most)
    engine.create("unit_impossible", units)
    engine.create("impossible_month", _PLACES, lasting=True)
    told = gather(engine, known, _EVENTS)
    engine.drop("unit_impossible")
    return told


_UNITS = f"""
SELECT c.unit, c.element, c.period, c.total, b.bound
FROM unit_counts c
JOIN (SELECT place_key AS unit, {{most}} AS bound FROM place) b USING (unit)
WHERE c.total > b.bound AND c.element IN ({{judged}})
  AND {spans.MONTHS.format("c.period")}
"""

_PLACES = """
SELECT DISTINCT m.place, i.element, i.period
FROM unit_impossible i
JOIN membership m ON m.unit = i.unit AND i.period BETWEEN m.first_month AND m.last_month
"""

_EVENTS = """
SELECT 'doses_impossible' AS rule, unit AS place, element, period AS first,
       total AS value, total AS size, bound AS high
FROM unit_impossible
"""
