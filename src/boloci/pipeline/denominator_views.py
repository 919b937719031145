"""The SQL of candidate denominators: views over counts and targets of a build.

Live births and infants of each source are worked out first (`denominator_base`),
then every cohort by the factors of `denominator_cohort` (`stats.denominators`).
"""

from collections.abc import Mapping
from typing import Any

from boloci import codes

SOURCES = ("", *codes.DENOMINATORS)
"""Sources by their number in a build."""

_SCENARIOS = (
    "(VALUES "
    + ", ".join(f"({codes.METHODS.index(name)}::TINYINT)" for name in codes.SCENARIOS)
    + ") s(method)"
)

ROOTS = """
WITH tops AS (
    SELECT p.place_key AS root FROM place p
    WHERE coalesce(p.level, '') <> 'group' AND NOT EXISTS (
        SELECT 1 FROM membership m JOIN place a ON a.place_key = m.place
        WHERE m.unit = p.place_key AND m.place <> m.unit
          AND coalesce(a.level, '') <> 'group')
),
below AS (
    SELECT DISTINCT m.unit AS place, t.root
    FROM membership m JOIN tops t ON t.root = m.place
),
together AS (
    SELECT m.place, min(b.root) AS root
    FROM membership m JOIN below b ON b.place = m.unit
    JOIN place p ON p.place_key = m.place AND p.level = 'group'
    WHERE m.unit <> m.place
    GROUP BY m.place HAVING min(b.root) = max(b.root)
)
SELECT place, min(root) AS root FROM below GROUP BY place
UNION ALL SELECT place, root FROM together
"""
"""The top of the tree above every place; of a group: above all its members."""

SCENARIO_COUNTS = f"""
CREATE VIEW scenario_counts AS
SELECT a.method, a.element, a.place, a.period, a.total, c.expected, c.received
FROM adjusted_counts a LEFT JOIN counts c USING (element, place, period)
UNION ALL
SELECT s.method, c.element, c.place, c.period, c.total, c.expected, c.received
FROM counts c CROSS JOIN {_SCENARIOS}
WHERE NOT EXISTS (
    SELECT 1 FROM adjusted_counts a WHERE a.method = s.method
      AND a.element = c.element AND a.place = c.place AND a.period = c.period)
"""
"""Counts of every scenario: adjusted where it changes them, else as reported."""

_DHIS2 = f"""
SELECT s.method, {{source}}::TINYINT AS denominator_source, t.place, t.period,
       t.target AS live_births, t.target * {{surviving}} AS infants,
       t.target_incomplete, 0 AS flags
FROM targets t CROSS JOIN {_SCENARIOS}
WHERE t.population = {{live_births}}
"""

_COUNTED = """
SELECT c.method, {source}::TINYINT AS denominator_source, c.place, c.period,
       c.total * {births_each} / coalesce(v.coverage, {assumed}) AS live_births,
       c.total * {infants_each} / coalesce(v.coverage, {assumed}) AS infants,
       coalesce(c.received * 100.0 < c.expected * {complete_from}, FALSE)::TINYINT
           AS target_incomplete,
       CASE WHEN coalesce(v.coverage, {assumed}) IS NULL THEN {not_surveyed}
            ELSE {of_survey} END + {circular} AS flags
FROM scenario_counts c
LEFT JOIN survey_coverage v ON v.element = c.element AND v.place = c.place
    AND v.year = c.period // 100
WHERE c.element = {element}
"""
"""A count that lacks reports makes a denominator that lacks children."""

_DERIVED = """
SELECT b.method, {source}::TINYINT AS denominator_source, t.place, t.period,
       t.target * b.ratio / {surviving} AS live_births,
       t.target * b.ratio AS infants, t.target_incomplete,
       CASE WHEN b.ratio IS NULL THEN {not_surveyed} ELSE {of_survey} END
       + CASE WHEN t.place = b.root AND t.period // 100 = b.year THEN {circular}
              ELSE 0 END AS flags
FROM targets t JOIN place_root r ON r.place = t.place
JOIN derived_base b ON b.root = r.root
WHERE t.population = {children}
"""

_GIVEN = f"""
SELECT s.method, y.denominator_source, y.place, p.period,
       coalesce(y.live_births * p.months / 12, y.births_ratio * t.target)
           AS live_births,
       coalesce(y.infants * p.months / 12, y.infants_ratio * t.target) AS infants,
       y.target_incomplete, y.flags
FROM candidate_year y JOIN candidate_period p ON p.period // 100 = y.year
LEFT JOIN targets t ON t.place = y.place AND t.period = p.period
    AND t.population = y.shared_by
CROSS JOIN {_SCENARIOS}
WHERE y.denominator_source = {{source}}
"""

_PARTS = {
    "dhis2": _DHIS2,
    "anc1": _COUNTED,
    "penta1": _COUNTED,
    "penta1_derived": _DERIVED,
    "un": _GIVEN,
    "worldpop": _GIVEN,
}
"""Live births and infants of each source, persons of a period."""

_NOTHING = (
    "SELECT 0::TINYINT AS method, 0::TINYINT AS denominator_source, 0 AS place,"
    " 0 AS period, 0.0::DOUBLE AS live_births, 0.0::DOUBLE AS infants,"
    " 0::TINYINT AS target_incomplete, 0 AS flags WHERE FALSE"
)


def base(words: Mapping[str, Mapping[str, Any]]) -> str:
    """View `denominator_base` of the sources in `words` (source -> its own words)."""
    parts = [
        _PARTS[source].format(source=SOURCES.index(source), **own)
        for source, own in words.items()
    ]
    return f"CREATE VIEW denominator_base AS {' UNION ALL '.join(parts or [_NOTHING])}"


DENOMINATORS = """
CREATE VIEW denominators AS -- a millionth of a person: 1200, not 1199.9999999999998
SELECT b.method, b.denominator_source, k.population, b.place,
       b.period::INTEGER AS period,
       round(coalesce(b.live_births * k.per_birth, b.infants * k.per_infant), 6)
           AS target,
       b.target_incomplete, b.flags::BIGINT AS flags
FROM denominator_base b JOIN denominator_cohort k USING (denominator_source)
"""

DERIVED_BASE = """
WITH years AS (
    SELECT c.method, c.place AS root, c.period // 100 AS year, c.total,
           t.target AS children, coalesce(v.coverage, {assumed}) AS coverage
    FROM scenario_counts c
    JOIN (SELECT DISTINCT root FROM place_root) r ON r.root = c.place
    JOIN targets t ON t.place = c.place AND t.period = c.period
        AND t.population = {children}
    LEFT JOIN survey_coverage v ON v.element = c.element AND v.place = c.place
        AND v.year = c.period // 100
    WHERE c.element = {element} AND c.period % 100 = 0 AND c.total > 0
      AND t.target > 0 AND {to_date} = 0
)
SELECT method, root, year, total / coverage AS infants, children, coverage,
       total / coverage / children AS ratio
FROM years
QUALIFY row_number() OVER (PARTITION BY method, root
    ORDER BY coverage IS NULL, year <> {base_year}, year) = 1
"""

NO_DERIVED_BASE = (
    "SELECT 0::TINYINT AS method, 0 AS root, 0 AS year, 0.0::DOUBLE AS infants,"
    " 0.0::DOUBLE AS children, 0.0::DOUBLE AS coverage, 0.0::DOUBLE AS ratio"
    " WHERE FALSE"
)

SIDE_BY_SIDE = """
SELECT d.population, d.method, d.denominator_source, d.target, d.flags,
       t.target AS official, d.target / nullif(t.target, 0) AS ratio
FROM denominators d
LEFT JOIN targets t ON t.place = d.place AND t.period = d.period
    AND t.population = d.population
WHERE d.place = ? AND d.period = ?
  AND (d.method = 0 OR d.denominator_source IN ({by_scenario}))
UNION ALL
SELECT t.population, 0, {target}, t.target, 0, t.target, 1.0
FROM targets t WHERE t.place = ? AND t.period = ?
ORDER BY ALL
"""
