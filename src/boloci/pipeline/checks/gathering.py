"""From events to findings: at most one a place, year and rule, the gravest said.

An event is one thing that a rule found: a place, a first and a last period, a value.
A hundred thousand of them are gathered in SQL. A rule that fires at a place year after
year says so once, for the whole time. What context explains is said as explained, and
only where nothing unexplained is left.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.understanding import Understood
from boloci.tables import FINDINGS, SEVERITIES

YEARS_RUNNING = 3
"""Years in a row from which a rule that fires at a place is said once, not yearly."""
LISTED = 13
"""Months and elements that one finding holds: one more than a sentence names, so that
it says that there are more."""

EVENT = (
    "rule VARCHAR, place INTEGER, element SMALLINT, first INTEGER, last INTEGER,"
    " size DOUBLE, value DOUBLE, expected DOUBLE, low DOUBLE, high DOUBLE,"
    " severity VARCHAR, indicator VARCHAR, sex VARCHAR, params VARCHAR"
)
"""Columns of an event; those a query leaves out are null.

`place` and `element` are keys, `first` and `last` period codes (`last` null: the same
period). Of a year the gravest event is told, of equals that of the largest `size`:
severity, number and sentence are of one event. `severity` null: the rule's own.
`params` is a JSON object with more values for the sentence."""


def gather(engine: Engine, known: Understood, *queries: str) -> pa.Table:
    """Findings of the events that the queries give; see `EVENT` for their columns.

    Sentences may use, beside the finding's own fields and the event's `params`:
    {place} (its name), {count} (events), {months} and {elements} (those of all
    events), {explained} (events that context explains).
    """
    engine.connection.execute(f"CREATE TEMP TABLE event ({EVENT})")
    for query in queries:
        engine.connection.execute(f"INSERT INTO event BY NAME {query}")
    if not engine.exists("FROM event"):
        engine.drop("event")
        return FINDINGS.empty_table()
    _put_rules(engine, known)
    found = engine.arrow(_GATHERED)
    engine.drop("event", "rule_word", "rule_context", "element_code")
    return found.select(FINDINGS.names).cast(FINDINGS)


def _put_rules(engine: Engine, known: Understood) -> None:
    """What rules and elements are, as tables beside the events."""
    rules = known.catalogue.rules
    engine.put(
        "rule_word",
        pa.table(
            {
                "rule": pa.array(rules, pa.string()),
                "usual": [SEVERITIES.index(rule.severity) for rule in rules.values()],
            }
        ),
    )
    pairs = [(name, kind) for name, rule in rules.items() for kind in rule.explained_by]
    engine.put(
        "rule_context",
        pa.table(
            {
                "rule": pa.array([name for name, _ in pairs], pa.string()),
                "kind": pa.array([kind for _, kind in pairs], pa.string()),
            }
        ),
    )
    keys = known.mapped.keys
    engine.put(
        "element_code",
        pa.table(
            {
                "element": pa.array(keys.values(), pa.int16()),
                "code": pa.array([code for code, _variant in keys], pa.string()),
            }
        ),
    )


_TEXT = (
    "(CASE WHEN {0} % 100 = 0 THEN ({0} // 100)::VARCHAR"
    " WHEN {0} % 100 <= 12 THEN {0}::VARCHAR"
    " WHEN {0} % 100 > 30 THEN ({0} // 100) || 'S' || ({0} % 100 - 30)"
    " ELSE ({0} // 100) || 'Q' || ({0} % 100 - 20) END)"
)
"""A period code as DHIS2's text: the twin of `periods.text`."""

_GRADES = " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(SEVERITIES))

_SAME_OUT = "PARTITION BY event, kind, product ORDER BY first, last, note"
"""A stock-out that a place above tells and the unit's own card too is one."""

_GATHERED = f"""
WITH numbered AS (
    SELECT row_number() OVER () AS event, * REPLACE (coalesce(last, first) AS last)
    FROM event
),
known AS (
    SELECT DISTINCT n.event, c.kind, c.product, c.first_month AS first,
           c.last_month AS last, c.note
    FROM numbered n
    JOIN rule_context r USING (rule)
    JOIN context c ON c.kind = r.kind
        AND c.first_month <= {spans.LAST_MONTH.format("n.last")}
        AND c.last_month >= {spans.FIRST_MONTH.format("n.first")}
    JOIN membership m ON m.unit = n.place AND m.place = c.place
        AND m.first_month <= {spans.LAST_MONTH.format("n.last")}
        AND m.last_month >= {spans.FIRST_MONTH.format("n.first")}
    WHERE c.product = '' OR n.element IS NULL OR EXISTS (
        SELECT 1 FROM product_element p
        WHERE p.product = c.product AND p.element = n.element)
),
begun AS (
    SELECT *, kind <> 'stock_out' OR product = '' OR coalesce(first > max(last) OVER (
               {_SAME_OUT} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true)
               AS begins
    FROM known
),
runs AS (
    SELECT *, count(*) FILTER (begins) OVER ({_SAME_OUT} ROWS UNBOUNDED PRECEDING)
               AS run
    FROM begun
),
once AS (
    SELECT event, kind, product, min(first) AS first, max(last) AS last,
           max(note) AS note
    FROM runs GROUP BY event, kind, product, run
),
explaining AS (
    SELECT event, list(struct_pack(kind, product, first, last, note)) AS told
    FROM once GROUP BY event
),
judged AS (
    SELECT n.*, x.told, x.told IS NOT NULL AS explained,
           CASE n.severity {_GRADES} ELSE w.usual END AS grade,
           n.first // 100 AS year, e.code
    FROM numbered n JOIN rule_word w USING (rule)
    LEFT JOIN explaining x USING (event)
    LEFT JOIN element_code e USING (element)
),
running AS (
    SELECT rule, place, year,
           CASE WHEN count(*) OVER whole >= {YEARS_RUNNING} THEN min(year) OVER whole
               ELSE year END AS since
    FROM (SELECT rule, place, year,
                 year - row_number() OVER (PARTITION BY rule, place ORDER BY year)
                     AS run
          FROM (SELECT DISTINCT rule, place, year FROM judged))
    WINDOW whole AS (PARTITION BY rule, place, run)
),
grouped AS (
    SELECT j.*, r.since,
           bool_and(j.explained) OVER (PARTITION BY j.rule, j.place, r.since)
               AS all_explained
    FROM judged j JOIN running r USING (rule, place, year)
),
told AS (
    SELECT rule, place, since, all_explained,
           count(*) FILTER (WHERE explained = all_explained) AS count,
           count(*) FILTER (WHERE explained) AS explained,
           min(first) FILTER (WHERE explained = all_explained) AS first,
           max(last) FILTER (WHERE explained = all_explained) AS last,
           max(grade) FILTER (WHERE explained = all_explained) AS grade,
           list_sort(list(DISTINCT first) FILTER (WHERE explained = all_explained))
               [:{LISTED}] AS months,
           list_sort(list(DISTINCT code) FILTER (WHERE explained = all_explained
               AND code IS NOT NULL))[:{LISTED}] AS elements,
           first(struct_pack(code, value, expected, low, high, indicator, sex, params,
               told, at := first)
               ORDER BY grade DESC, size DESC NULLS LAST, first, element)
               FILTER (WHERE explained = all_explained) AS largest
    FROM grouped GROUP BY ALL
)
SELECT t.rule,
       CASE WHEN t.all_explained THEN 'info' ELSE {list(SEVERITIES)}[t.grade + 1] END
           AS severity,
       coalesce(t.largest.code, '') AS element,
       coalesce(t.largest.indicator, '') AS indicator, p.place_id,
       {_TEXT.format("t.first")} AS period_start,
       {_TEXT.format("t.last")} AS period_end,
       coalesce(t.largest.sex, '') AS sex, t.largest.value, t.largest.expected,
       t.largest.low, t.largest.high,
       json_merge_patch(
           to_json(struct_pack(place := p.name, count := t.count,
               explained := t.explained, month := t.largest.at, months := t.months,
               elements := t.elements)),
           coalesce(t.largest.params, '{{}}'))::VARCHAR AS params,
       coalesce(to_json(list_sort(t.largest.told))::VARCHAR, '') AS context,
       '' AS build
FROM told t JOIN place p ON p.place_key = t.place
ORDER BY t.rule, t.place, t.since
"""
