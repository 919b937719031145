"""Recounts: what the register holds beside what the monthly report said.

The verification factor is doses in the register over doses reported, for the months
that were recounted: below one, more was reported than the register shows. A district's
is pooled over its recounted units: the ratio of sums, not the mean of ratios.
Source: WHO, Data quality review, module 3, 2017.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood

OVER = "register_below_report"
UNDER = "register_above_report"


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of recounts; reads `unit_counts`, `membership` and the recounts."""
    engine.put("recount_told", known.tables["recounts"])
    engine.put("recount_place", _places(known))
    engine.put("recount_element", _elements(known))
    low = float(rules.profile.value("verification_factor_low"))
    high = float(rules.profile.value("verification_factor_high"))
    found = gather(engine, known, _EVENTS.format(low=low, high=high))
    engine.drop("recount_told", "recount_place", "recount_element")
    return found


def _places(known: Understood) -> pa.Table:
    """Texts for places in recounts and their units."""
    texts = sorted(set(known.tables["recounts"]["place_id"].to_pylist()))
    found = [
        (text, known.place_keys[text]) for text in texts if text in known.place_keys
    ]
    return pa.table(
        {
            "text": pa.array([text for text, _ in found], pa.string()),
            "unit": pa.array([unit for _, unit in found], pa.int32()),
        }
    )


def _elements(known: Understood) -> pa.Table:
    """Texts for elements in recounts, their keys and names."""
    texts = sorted(set(known.tables["recounts"]["element"].to_pylist()))
    rows = []
    for text in texts:
        meaning = known.catalogue.dictionary.element(text)
        if meaning and meaning.code in known.catalogue.elements:
            name = known.catalogue.elements[meaning.code].name
            key = known.mapped.keys[meaning.code, TARGET]
            rows.append({"text": text, "element": key, **name})
    schema = pa.schema(
        [
            ("text", pa.string()),
            ("element", pa.int16()),
            ("fr", pa.string()),
            ("en", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


_EVENTS = """
WITH counted AS (
    SELECT p.unit, e.element, e.fr, e.en, r.period, r.register,
           coalesce(r.monthly_report, c.total) AS report
    FROM recount_told r JOIN recount_place p ON p.text = r.place_id
    JOIN recount_element e ON e.text = r.element
    LEFT JOIN unit_counts c ON c.unit = p.unit AND c.element = e.element
        AND c.period = r.period
    WHERE r.register IS NOT NULL
),
pooled AS (
    SELECT m.place, c.element, c.fr, c.en, c.period // 100 AS year,
           sum(c.register) AS register, sum(c.report) AS report,
           min(c.period) AS first, max(c.period) AS last,
           count(DISTINCT c.unit) AS units, count(DISTINCT c.period) AS months_told
    FROM counted c JOIN membership m ON m.unit = c.unit
        AND c.period BETWEEN m.first_month AND m.last_month
    JOIN place p ON p.place_key = m.place
    WHERE c.report IS NOT NULL AND p.level IS DISTINCT FROM 'group' GROUP BY ALL
)
SELECT CASE WHEN register < report THEN 'register_below_report'
            ELSE 'register_above_report' END AS rule,
       place, element, first, last, abs(register - report) AS size,
       report AS value, register AS expected, {low} AS low, {high} AS high,
       to_json(struct_pack(dose_fr := fr, dose_en := en, register := register,
           report := report, factor := round(register / nullif(report, 0), 2),
           units := units, months_told := months_told,
           year_told := year))::VARCHAR AS params
FROM pooled
WHERE register < {low} * report OR register > {high} * report
"""
