"""Figures of the United Nations and of WorldPop, as candidates beside the official.

They come at any level. A place's own figure stands; without one it is the sum of
those below, where they are of all its children; else its share, by the official
targets, of the nearest place above that has one.
"""

from collections.abc import Sequence

import pyarrow as pa

from boloci import codes
from boloci.catalogue.definitions import Profile
from boloci.lake.engines import Engine
from boloci.pipeline.understanding import Understood
from boloci.stats.vocabulary import FLAGS
from boloci.tables import POPULATIONS

SOURCES = ("un", "worldpop")
WHOLE = 0.999
"""Share of a place's official target from which the places below are all of it; the
rest is rounding."""


def take_figures(
    engine: Engine, known: Understood, wanted: Sequence[str], profile: Profile
) -> None:
    """Tables `candidate_year` and `candidate_period` (period, months).

    `candidate_year`: denominator_source, place, year, live_births, infants (persons of
    the year, where given here or below), births_ratio, infants_ratio (per official
    target of population `shared_by`, where shared out), target_incomplete, flags.
    """
    engine.create("candidate_period", _PERIODS, lasting=True)
    numbers = [1 + codes.DENOMINATORS.index(source) for source in wanted]
    names = pa.table(
        {
            "denominator_source": pa.array(numbers, pa.int8()),
            "source": pa.array(wanted, pa.string()),
        }
    )
    engine.put("candidate_sources", names)
    engine.put("candidate_targets", known.tables["targets"])
    surviving = 1 - float(profile.value("neonatal_mortality")) if wanted else 1.0
    words = {
        "surviving": surviving,
        "shared": FLAGS["scaled_to_shares"],
        "whole": WHOLE,
        **{name: POPULATIONS.index(name) for name in POPULATIONS},
    }
    engine.create("candidate_figures", _FIGURES.format(**words))
    engine.create("official_year", _OFFICIAL.format(**words))
    engine.create("candidate_below", _BELOW.format(**words))
    engine.create("candidate_above", _ABOVE.format(**words))
    engine.create("candidate_year", _YEARS.format(**words), lasting=True)
    engine.drop(
        *("candidate_sources", "candidate_targets", "candidate_figures"),
        *("official_year", "candidate_below", "candidate_above"),
    )


_PERIODS = """
SELECT DISTINCT period,
       CASE WHEN period % 100 = 0 THEN 12 WHEN period % 100 > 30 THEN 6
            WHEN period % 100 > 20 THEN 3 ELSE 1 END AS months
FROM targets UNION
SELECT DISTINCT period,
       CASE WHEN period % 100 = 0 THEN 12 WHEN period % 100 > 30 THEN 6
            WHEN period % 100 > 20 THEN 3 ELSE 1 END AS months
FROM counts
"""

_FIGURES = """
WITH told AS (
    SELECT s.denominator_source, p.unit, g.year::INTEGER AS year, g.population,
           coalesce(g.sex, '') AS sex,
           last(g.value ORDER BY g.snapshot, g.file) AS value
    FROM candidate_targets g JOIN place_texts p ON p.text = g.place_id
    JOIN candidate_sources s ON s.source = lower(coalesce(g.source, ''))
    WHERE g.value IS NOT NULL GROUP BY ALL
),
whole AS (
    SELECT denominator_source, unit, year, population,
           coalesce(any_value(value) FILTER (WHERE sex = ''),
                    any_value(value) FILTER (WHERE sex = 'female')
                    + any_value(value) FILTER (WHERE sex = 'male')) AS value
    FROM told GROUP BY ALL
),
cohorts AS (
    SELECT denominator_source, unit, year,
           any_value(value) FILTER (WHERE population = 'live_births') AS live_births,
           coalesce(
               any_value(value) FILTER (WHERE population = 'surviving_infants'),
               any_value(value) FILTER (WHERE population = 'under_1')) AS infants
    FROM whole GROUP BY ALL
)
SELECT denominator_source, unit, year,
       coalesce(live_births, infants / {surviving}) AS live_births,
       coalesce(infants, live_births * {surviving}) AS infants
FROM cohorts WHERE coalesce(live_births, infants) > 0
"""

_OFFICIAL = """
SELECT place, period // 100 AS year, population, target
FROM targets
WHERE period % 100 = 0 AND population IN ({surviving_infants}, {live_births})
QUALIFY row_number() OVER (PARTITION BY place, year
    ORDER BY population = {live_births}) = 1
"""

_WITHIN = """
SELECT DISTINCT m.unit, m.place, y.year
FROM membership m JOIN (SELECT DISTINCT year FROM candidate_figures) y
    ON y.year * 100 + 12 BETWEEN m.first_month AND m.last_month
WHERE m.unit <> m.place
"""
"""Who lies within whom at the end of a year."""

_BELOW = f"""
WITH within AS ({_WITHIN}),
stated AS (
    SELECT f.denominator_source, f.unit, f.year, w.place, f.live_births, f.infants
    FROM candidate_figures f JOIN within w ON w.unit = f.unit AND w.year = f.year
),
covered AS (
    SELECT s.denominator_source, s.unit, s.year, t.place
    FROM stated s JOIN candidate_figures f
        ON f.denominator_source = s.denominator_source AND f.year = s.year
        AND f.unit = s.place
    JOIN stated t ON t.denominator_source = f.denominator_source
        AND t.unit = f.unit AND t.year = f.year
),
topmost AS (
    SELECT s.* FROM stated s ANTI JOIN covered c
        USING (denominator_source, unit, year, place)
)
SELECT t.denominator_source, t.place, t.year, sum(t.live_births) AS live_births,
       sum(t.infants) AS infants, sum(o.target) AS official
FROM topmost t LEFT JOIN official_year o ON o.place = t.unit AND o.year = t.year
GROUP BY ALL
"""

_ABOVE = f"""
WITH within AS ({_WITHIN}),
depth AS (SELECT unit, year, count(*) AS above FROM within GROUP BY ALL)
SELECT f.denominator_source, w.unit AS place, f.year,
       f.live_births / o.target AS births_ratio, f.infants / o.target AS infants_ratio,
       o.population
FROM candidate_figures f
JOIN within w ON w.place = f.unit AND w.year = f.year
JOIN place p ON p.place_key = f.unit AND coalesce(p.level, '') <> 'group'
JOIN official_year o ON o.place = f.unit AND o.year = f.year AND o.target > 0
LEFT JOIN depth d ON d.unit = f.unit AND d.year = f.year
QUALIFY row_number() OVER (PARTITION BY f.denominator_source, w.unit, f.year
    ORDER BY coalesce(d.above, 0) DESC, f.unit) = 1
"""

_YEARS = """
WITH asked AS (
    SELECT s.denominator_source, o.place, o.year, o.target AS official
    FROM official_year o CROSS JOIN candidate_sources s
    UNION
    SELECT denominator_source, unit, year, NULL FROM candidate_figures f
    WHERE NOT EXISTS (SELECT 1 FROM official_year o WHERE o.place = f.unit
                      AND o.year = f.year)
    UNION
    SELECT denominator_source, place, year, NULL FROM candidate_below b
    WHERE NOT EXISTS (SELECT 1 FROM official_year o WHERE o.place = b.place
                      AND o.year = b.year)
),
found AS (
    SELECT a.denominator_source, a.place, a.year,
           CASE WHEN f.unit IS NOT NULL THEN 'own'
                WHEN b.official >= {whole} * a.official THEN 'below'
                WHEN u.place IS NOT NULL THEN 'above'
                WHEN b.place IS NOT NULL THEN 'part' END AS how,
           f.live_births AS own_births, f.infants AS own_infants,
           b.live_births AS below_births, b.infants AS below_infants,
           u.births_ratio, u.infants_ratio, u.population
    FROM asked a
    LEFT JOIN candidate_figures f ON f.denominator_source = a.denominator_source
        AND f.unit = a.place AND f.year = a.year
    LEFT JOIN candidate_below b ON b.denominator_source = a.denominator_source
        AND b.place = a.place AND b.year = a.year
    LEFT JOIN candidate_above u ON u.denominator_source = a.denominator_source
        AND u.place = a.place AND u.year = a.year
)
SELECT denominator_source, place, year,
       CASE how WHEN 'own' THEN own_births WHEN 'below' THEN below_births
                WHEN 'part' THEN below_births END AS live_births,
       CASE how WHEN 'own' THEN own_infants WHEN 'below' THEN below_infants
                WHEN 'part' THEN below_infants END AS infants,
       CASE WHEN how = 'above' THEN births_ratio END AS births_ratio,
       CASE WHEN how = 'above' THEN infants_ratio END AS infants_ratio,
       CASE WHEN how = 'above' THEN population END AS shared_by,
       (how = 'part')::TINYINT AS target_incomplete,
       CASE WHEN how = 'above' THEN {shared} ELSE 0 END AS flags
FROM found WHERE how IS NOT NULL
"""
