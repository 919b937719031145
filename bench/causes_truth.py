"""What truly lifted each coverage of a synthetic country: the answers of the bench.

From the answer key alone, nothing of the rules: the doses of a place and period are
followed from the children that its target should hold to what was reported,

    reported / official = reached / due        (true coverage: never a cause)
                        x due / true           (displaced: outside; else chance)
                        x given / reached      (vaccinated away from home: outside)
                        x before faults / given (over-reporting)
                        x reported / before faults (faults in the cells, by kind)
                        x true / official      (target)

each as a log of sums over the place's areas, so that they add up. The largest is the
cause; the share that a kind of fault in the cells has of its step is that of its doses.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

CAUSES = (
    "spike",
    "late",
    "outside",
    "target",
    "over_reporting",
    "wrong_age",
    "duplicate",
)

_QUERY = """
WITH fault AS (
    SELECT kind, place_id, other_place_id,
           year("start") * 100 + month("start") AS first,
           year("end") * 100 + month("end") AS last
    FROM read_csv('{truth}/faults.csv', all_varchar = false)
),
copies AS (SELECT DISTINCT place_id FROM fault WHERE kind = 'duplicate_unit'),
spans AS (
    SELECT DISTINCT period::INTEGER AS month, period::INTEGER // 100 * 100 AS span
    FROM doses UNION
    SELECT DISTINCT period::INTEGER, period::INTEGER // 100 * 100 + 21
        + (period::INTEGER % 100 - 1) // 3 FROM doses
),
-- Months whose doses came in with a later report, and when that was.
held_back AS (
    SELECT f.place_id, s.month, f.last FROM fault f
    JOIN (SELECT DISTINCT month FROM spans) s
        ON s.month >= f.first AND s.month < f.last
    WHERE f.kind = 'late_together'
),
monthly AS (
    SELECT d.place_id, d.period::INTEGER AS month, d.given,
           d.before_faults AS before, d.reported, h.last AS came_with
    FROM doses d LEFT JOIN held_back h
        ON h.place_id = d.place_id AND h.month = d.period::INTEGER
    WHERE d.element = '{element}'
),
extra AS (
    SELECT m.place_id, m.month,
           CASE WHEN c.place_id IS NOT NULL THEN 'duplicate'
                WHEN f.kind IN ('spike', 'typing') THEN 'spike'
                WHEN f.kind = 'wrong_age' THEN 'wrong_age'
                ELSE 'chance' END AS cause,
           m.reported - m.before AS doses
    FROM monthly m
    LEFT JOIN copies c USING (place_id)
    LEFT JOIN fault f ON f.place_id = m.place_id AND m.month BETWEEN f.first AND f.last
        AND f.kind IN ('spike', 'typing', 'wrong_age', 'late_together')
    WHERE m.reported <> m.before AND coalesce(f.kind, '') <> 'late_together'
),
area AS (
    SELECT p.place, s.span, sum(m.given) AS given, sum(m.before) AS before,
           sum(m.reported) AS reported,
           -- What was reported in the months it belongs to, or came in later, inside.
           sum(m.before) FILTER (WHERE m.reported IS NOT NULL
               OR (m.came_with IS NOT NULL AND l.span IS NOT NULL)) AS told,
           count(DISTINCT m.month) AS months
    FROM monthly m JOIN spans s USING (month) JOIN above p USING (place_id)
    LEFT JOIN spans l ON l.month = m.came_with AND l.span = s.span
    GROUP BY ALL
),
late AS (
    SELECT p.place, s.span, sum(m.before) AS doses
    FROM monthly m JOIN spans s ON s.month = m.came_with
    JOIN above p USING (place_id)
    LEFT JOIN spans i ON i.month = m.month AND i.span = s.span
    WHERE m.came_with IS NOT NULL AND i.span IS NULL
    GROUP BY ALL
),
extras AS (
    SELECT p.place, s.span, e.cause, sum(e.doses) AS doses
    FROM extra e JOIN spans s USING (month) JOIN above p USING (place_id) GROUP BY ALL
),
quarterly AS (
    SELECT c.place_id, c.due, c.reached, c.period[:4]::INTEGER * 100 AS year,
           c.period[:4]::INTEGER * 100 + 20 + c.period[6:]::INTEGER AS quarter
    FROM coverage c WHERE c.antigen = '{element}'
),
children AS (
    SELECT p.place, q.span, sum(q.due) AS due, sum(q.reached) AS reached FROM (
        SELECT place_id, year AS span, due, reached FROM quarterly UNION ALL
        SELECT place_id, quarter, due, reached FROM quarterly) q
    JOIN above p USING (place_id) GROUP BY ALL
),
target AS (
    SELECT p.place, s.span, sum(t.true / 12) AS "true",
           sum(t.official / 12) AS official,
           sum(t.true / 12) FILTER (WHERE s.month BETWEEN f.first AND f.last)
               AS moved_to
    FROM targets t JOIN spans s ON s.month // 100 = t.year
    JOIN above p USING (place_id)
    LEFT JOIN fault f ON f.kind = 'displacement' AND f.other_place_id = t.place_id
    GROUP BY ALL
)
SELECT a.place, a.span AS period, a.reported / t.official AS ratio,
       ln(c.reached / c.due) AS coverage, ln(c.due / t.true) AS grown,
       coalesce(t.moved_to / t.true, 0) AS moved_to,
       ln(a.given / c.reached) AS flow, ln(a.before / a.given) AS over_reporting,
       ln(t.true / t.official) AS target, a.told,
       coalesce(l.doses, 0) AS late,
       {extras},
       ln(a.told / a.before) AS missing
FROM area a JOIN target t USING (place, span) JOIN children c USING (place, span)
LEFT JOIN late l USING (place, span)
LEFT JOIN (PIVOT extras ON cause IN ('duplicate', 'spike', 'wrong_age', 'chance')
           USING sum(doses)) e USING (place, span)
WHERE a.reported > t.official AND a.told > 0 AND c.reached > 0 AND a.given > 0
"""
_EXTRAS = ("duplicate", "spike", "wrong_age")


def contributions(
    truth: Path, above: Mapping[str, str], element: str = "DTP1"
) -> pa.Table:
    """The log contribution of every cause to each coverage above 100 %.

    `above`: area -> the place whose coverage is asked (itself, or its district).
    Columns place, period (year or quarter), ratio, a column a cause, `chance`
    (births and seasons that no cause explains), coverage, missing (both at most 0).
    """
    connection = duckdb.connect()
    for name in ("doses", "coverage", "targets"):
        connection.execute(
            f"CREATE VIEW {name} AS FROM read_parquet('{truth}/{name}.parquet')"
        )
    ways = pa.table({"place_id": list(above), "place": list(above.values())})
    connection.register("above", ways)
    extras = ", ".join(f"coalesce(e.{name}, 0) AS {name}_doses" for name in _EXTRAS)
    query = _QUERY.format(truth=truth, element=element, extras=extras)
    connection.execute(f"CREATE TABLE steps AS {query}")
    return connection.sql(_CONTRIBUTIONS).to_arrow_table()


_CONTRIBUTIONS = """
WITH added AS (
    SELECT *, late + duplicate_doses + spike_doses + wrong_age_doses AS doses FROM steps
),
step AS (
    SELECT *, CASE WHEN doses > 0 THEN ln(1 + doses / told) / doses ELSE 0 END AS each
    FROM added
)
SELECT place, period, ratio, coverage, missing,
       spike_doses * each AS spike, late * each AS late,
       flow + CASE WHEN moved_to > 0.1 THEN grown ELSE 0 END AS outside,
       target, over_reporting, wrong_age_doses * each AS wrong_age,
       duplicate_doses * each AS duplicate,
       CASE WHEN moved_to > 0.1 THEN 0 ELSE grown END AS chance
FROM step
"""
