"""Numbers far too high at units that have too few months for outliers to be told.

A place that reports since some months has no usual month yet. A number is told as out
of proportion where two things that do not know each other agree: it is many times the
largest of the unit's other doses in that month, and of the same dose in its other
months. One alone would not do: a maternity gives BCG to children whose other doses are
given elsewhere, and a new post begins in the middle of a month.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.tables import SMALL_CHILDREN


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of months out of proportion; reads `unit_counts`."""
    value = rules.profile.value
    return gather(
        engine,
        known,
        _EVENTS.format(
            doses=_doses(known),
            enough=int(value("outlier_least_months")),
            beside=int(value("few_months_beside")),
            times=float(value("few_months_times")),
            least=float(value("few_months_least_doses")),
        ),
    )


def _doses(known: Understood) -> str:
    """Routine doses of small children: those of one unit are of the same children."""
    doses = known.catalogue.doses
    keys = [
        key
        for (code, variant), key in known.mapped.keys.items()
        if variant == TARGET and code in doses and doses[code].target in SMALL_CHILDREN
    ]
    return ", ".join(str(key) for key in keys) or "NULL"


_EVENTS = f"""
WITH months AS (
    SELECT unit, element, period, total FROM unit_counts
    WHERE element IN ({{doses}}) AND total IS NOT NULL
      AND {spans.MONTHS.format("period")}
),
beside AS (
    SELECT *, count(*) OVER same_month AS doses, count(*) OVER same_dose AS others,
           max(total) OVER same_month AS of_month, max(total) OVER same_dose AS of_dose
    FROM months
    WHERE unit IN (SELECT unit FROM months GROUP BY unit
                   HAVING count(DISTINCT period) < {{enough}})
    WINDOW same_month AS (PARTITION BY unit, period
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
               EXCLUDE CURRENT ROW),
           same_dose AS (PARTITION BY unit, element
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
               EXCLUDE CURRENT ROW)
),
judged AS (
    SELECT *, greatest(of_month, of_dose) AS largest FROM beside
    WHERE doses >= {{beside}} AND others >= {{beside}}
)
SELECT 'out_of_proportion' AS rule, unit AS place, element, period AS first,
       total AS value, largest AS expected, total / largest AS size,
       to_json(struct_pack(times := floor(total / largest)))::VARCHAR AS params
FROM judged
WHERE largest > 0 AND total >= {{times}} * largest AND total - largest >= {{least}}
"""
