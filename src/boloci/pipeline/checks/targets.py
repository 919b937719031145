"""Target populations that jump, contradict each other, or fit no other source.

A target that doubles and halves without a word makes coverage halve and double, and
everybody looks for the reason in the vaccination. Figures are looked at as they were
given. For places above, only places below that have a figure in both years are
compared, so that a new area is no jump. Where most places of a district were counted
anew in one year, that is said once for the district, and singly only of places whose
target doubled or halved.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.targeting import KEYS
from boloci.pipeline.understanding import Understood
from boloci.stats import sums

JUMP = "target_jump"
DIVIDED = "target_divided"
REVISED = "targets_revised"
BIRTHS = "births_per_population"
INFANTS = "infants_above_births"
PARTS = "target_parts_differ"

_CONSTANTS = (
    "target_jump",
    "target_doubling",
    "target_revised_share",
    "target_revised_least_places",
    "birth_rate_low",
    "birth_rate_high",
    "target_parts_tolerance",
)


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of targets; reads `official`, `membership` and `population`."""
    values = {name: float(rules.profile.value(name)) for name in _CONSTANTS}
    engine.create("figure", _FIGURES)
    engine.put("population_word", _population_words(known))
    _put_changes(engine, values)
    words = {**values, **{f"key_{name}": key for name, key in KEYS.items()}}
    queries = (_JUMPS, _REVISED, _BIRTHS, _INFANTS, _PARTS)
    found = gather(engine, known, *(query.format(**words) for query in queries))
    engine.drop("figure", "figure_pair", "change", "jump", "revised", "came_or_went")
    engine.drop("population_word")
    return found


def _population_words(known: Understood) -> pa.Table:
    """What each population is called, for sentences in either language."""
    named = known.catalogue.dictionary.populations
    return pa.table(
        {
            "population": pa.array(KEYS.values(), pa.int16()),
            "fr": pa.array([named[code].name["fr"] for code in KEYS], pa.string()),
            "en": pa.array([named[code].name["en"] for code in KEYS], pa.string()),
        }
    )


def _put_changes(engine: Engine, values: dict[str, float]) -> None:
    """Tables `change` (of every place), `jump` (beyond the limit), `revised`."""
    engine.create("figure_pair", _PAIRS)
    changes = sums.own_or_children(
        engine.frame("figure_pair"),
        engine.frame("membership"),
        by=("population",),
        sums=("now", "before", "whole"),
    )
    engine.keep("change", changes)
    engine.create("came_or_went", _CAME_OR_WENT)
    engine.create("jump", _JUMP.format(**values))
    engine.create("revised", _REVISED_PLACES.format(**values))


_FIGURES = """
SELECT unit, year, population,
       coalesce(any_value(value) FILTER (WHERE sex = ''),
                any_value(value) FILTER (WHERE sex = 'female')
                + any_value(value) FILTER (WHERE sex = 'male')) AS target
FROM official GROUP BY ALL HAVING target IS NOT NULL
"""

_PAIRS = """
SELECT a.unit, (a.year * 100 + 1)::INTEGER AS period, a.population,
       CASE WHEN b.unit IS NOT NULL THEN a.target END AS now, b.target AS before,
       a.target AS whole
FROM figure a LEFT JOIN figure b
    ON b.unit = a.unit AND b.population = a.population AND b.year = a.year - 1
"""
"""A figure and that of the year before; the period is the year's first month. `now`
and `before` are of the same places, `whole` of all."""

_CAME_OR_WENT = """
SELECT parent_id, population, period // 100 AS year, came, any_value(name) AS name
FROM (
    SELECT p.parent_id, p.name, f.population, f.year * 100 + 1 AS period, TRUE AS came
    FROM figure f JOIN place p ON p.place_key = f.unit
    WHERE f.year > (SELECT min(year) FROM figure)
      AND NOT EXISTS (SELECT 1 FROM figure b WHERE b.unit = f.unit
          AND b.population = f.population AND b.year < f.year)
    UNION ALL
    SELECT p.parent_id, p.name, f.population, f.year * 100 + 101, FALSE
    FROM figure f JOIN place p ON p.place_key = f.unit
    WHERE f.year < (SELECT max(year) FROM figure)
      AND NOT EXISTS (SELECT 1 FROM figure b WHERE b.unit = f.unit
          AND b.population = f.population AND b.year > f.year))
GROUP BY ALL
"""
"""Places that had a figure for the first year, or had one for the last year before."""

_JUMP = """
SELECT c.place, c.period // 100 AS year, c.population, c.now, c.before,
       CASE WHEN c.before = 0 OR c.now = 0 THEN TRUE
           ELSE greatest(c.now / c.before, c.before / c.now) >= {target_doubling}
       END AS doubled,
       abs(ln(greatest(c.now, 1) / greatest(c.before, 1))) AS size,
       o.name AS neighbour
FROM change c JOIN place p ON p.place_key = c.place
JOIN change w ON w.place = c.place AND w.population = c.population
    AND w.period = c.period - 100
LEFT JOIN came_or_went o ON o.parent_id = p.parent_id AND o.year = c.period // 100
    AND o.population = c.population AND o.came = (c.now < c.before)
WHERE p.level IS DISTINCT FROM 'group' AND c.now IS DISTINCT FROM c.before
  AND abs(c.now - c.before) * 100 > {target_jump} * c.before
  AND abs(c.whole - w.whole) * 100 > {target_jump} * w.whole
  AND (c.whole > w.whole) = (c.now > c.before)
"""
"""An area that opens is no jump of its district (`now` and `before` leave it out), nor
one that takes its children from its neighbour (`whole` does not change)."""

_REVISED_PLACES = """
WITH parted AS (
    SELECT c.place, c.period // 100 AS year, c.population, up.place_key AS parent,
           (j.place IS NOT NULL)::INTEGER AS jumped, c.now, c.before
    FROM change c JOIN place p ON p.place_key = c.place
    JOIN place up ON up.place_id = p.parent_id
    LEFT JOIN jump j ON j.place = c.place AND j.population = c.population
        AND j.year = c.period // 100
    WHERE p.level IS DISTINCT FROM 'group' AND up.level IS DISTINCT FROM 'group'
)
SELECT parent, year, population, count(*) AS places, sum(jumped) AS jumped,
       sum(now) AS now, sum(before) AS before,
       100 * quantile_cont(now / nullif(before, 0) - 1, 0.5) AS usual
FROM parted GROUP BY ALL
HAVING count(*) >= {target_revised_least_places}
   AND 100 * sum(jumped) > {target_revised_share} * count(*)
"""

_JUMPS = """
SELECT CASE WHEN j.neighbour IS NULL THEN 'target_jump' ELSE 'target_divided' END
           AS rule, j.place, j.year * 100 AS first, j.size,
       j.now AS value, j.before AS expected,
       CASE WHEN j.doubled AND j.neighbour IS NULL THEN 'error' END AS severity,
       to_json(struct_pack(population_fr := n.fr, population_en := n.en,
           year_told := j.year,
           year_before := j.year - 1, neighbour := j.neighbour,
           target := round(j.now), target_before := round(j.before),
           change := round(100 * (j.now / nullif(j.before, 0) - 1)),
           times := round(j.now / nullif(j.before, 0), 2)))::VARCHAR AS params
FROM jump j JOIN population_word n USING (population)
JOIN place p ON p.place_key = j.place
LEFT JOIN place up ON up.place_id = p.parent_id
LEFT JOIN revised r ON r.parent = up.place_key AND r.year = j.year
    AND r.population = j.population
WHERE j.doubled OR r.parent IS NULL
"""

_REVISED = """
SELECT 'targets_revised' AS rule, parent AS place, year * 100 AS first,
       jumped / places AS size, jumped AS value, places AS expected,
       to_json(struct_pack(population_fr := n.fr, population_en := n.en,
           year_told := year,
           year_before := year - 1, jumped := jumped, places := places,
           change := round(usual)))::VARCHAR AS params
FROM revised JOIN population_word n USING (population)
"""

_BIRTHS = """
WITH rates AS (
    SELECT b.unit, b.year, b.target AS births, t.target AS people,
           1000 * b.target / t.target AS rate
    FROM figure b JOIN figure t ON t.unit = b.unit AND t.year = b.year
    WHERE b.population = {key_live_births} AND t.population = {key_total}
      AND t.target > 0
)
SELECT 'births_per_population' AS rule, unit AS place, year * 100 AS first,
       abs(ln(greatest(rate, 0.01) / sqrt({birth_rate_low} * {birth_rate_high})))
           AS size,
       rate AS value, {birth_rate_low} AS low, {birth_rate_high} AS high,
       to_json(struct_pack(rate := round(rate, 1), births := round(births),
           people := round(people), year_told := year, low := {birth_rate_low},
           high := {birth_rate_high}))::VARCHAR AS params
FROM rates WHERE rate < {birth_rate_low} OR rate > {birth_rate_high}
"""

_INFANTS = """
SELECT 'infants_above_births' AS rule, i.unit AS place, i.year * 100 AS first,
       i.target / nullif(b.target, 0) AS size, i.target AS value,
       b.target AS expected,
       to_json(struct_pack(infants := round(i.target, 1),
           births := round(b.target, 1),
           year_told := i.year))::VARCHAR AS params
FROM figure i JOIN figure b ON b.unit = i.unit AND b.year = i.year
WHERE i.population = {key_surviving_infants} AND b.population = {key_live_births}
  AND i.target > b.target
"""

_PARTS = """
WITH open_below AS (
    SELECT DISTINCT m.place, m.unit, p.level, y.year
    FROM membership m JOIN place p ON p.place_key = m.unit
    JOIN (SELECT DISTINCT unit, year FROM figure) y ON y.unit = m.place
        AND y.year * 100 + 1 >= m.first_month AND y.year * 100 + 1 <= m.last_month
    WHERE m.unit <> m.place
),
parts AS (
    SELECT w.unit AS place, w.year, w.population, o.level, w.target AS whole,
           sum(f.target) AS parts, count(*) AS places
    FROM figure w
    JOIN open_below o ON o.place = w.unit AND o.year = w.year
    LEFT JOIN figure f ON f.unit = o.unit AND f.year = w.year
        AND f.population = w.population
    GROUP BY w.unit, w.year, w.population, o.level, w.target
    HAVING count(f.target) = count(*)
    QUALIFY row_number() OVER (PARTITION BY w.unit, w.year, w.population
                               ORDER BY count(*)) = 1
)
SELECT 'target_parts_differ' AS rule, place, year * 100 AS first,
       abs(parts / nullif(whole, 0) - 1) AS size, whole AS value,
       parts AS expected,
       to_json(struct_pack(population_fr := n.fr, population_en := n.en,
           year_told := year, whole := round(whole),
           parts := round(parts), parts_count := places,
           difference := round(parts - whole)))::VARCHAR AS params
FROM parts JOIN population_word n USING (population)
WHERE 100 * abs(parts - whole) > {target_parts_tolerance} * whole
"""
"""Only where every place of a level below that was open in January has a figure; of
several such levels the one just below."""
