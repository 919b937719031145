"""Target populations of every place and period, from the figures given by year.

A month's target is a twelfth of its year's, so that places which open, close or move
in a year are counted for their months. A place's own figure stands; without one it
is the sum of those below. What stands in for a missing figure is flagged. A year in
progress keeps its whole target (facts carry `to_date`); `target_so_far` is that of
the months that have data, for judgements that cannot wait for December.
`target_assumed`: the part whose sexes a stated ratio tells apart, not the source.
"""

from typing import Any

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.understanding import Understood
from boloci.stats import sums
from boloci.tables import POPULATIONS

SUMS = (
    "target",
    "target_female",
    "target_male",
    "target_so_far",
    "reporting_target",
    "target_assumed",
)
FLAGS = ("target_substituted", "target_last_year", "part_reports")
OTHER_SOURCES = ("un", "worldpop")
"""Sources that are candidates of their own; every other word is official."""

KEYS = {population: index for index, population in enumerate(POPULATIONS)}


def take_targets(engine: Engine, known: Understood) -> None:
    """Tables `element_population` and `official`: the figures as given, by year."""
    put_populations(engine, known)
    _official(engine, known)


def count_targets(engine: Engine, *, profile: Any, main_dataset: int) -> None:
    """Tables `unit_targets` (months of units) and `targets` (every place, period)."""
    engine.create("year_targets", _cohorts(profile))
    engine.create(
        "unit_targets",
        _MONTHS.format(
            boys=float(profile.value("sex_ratio_boys_per_girl")),
            dataset=main_dataset,
            births=KEYS["live_births"],
            under_1=KEYS["under_1"],
        ),
    )
    by = ("population",)
    months = engine.query(
        sums.own_or_children,
        engine.columns("unit_targets", "membership"),
        by=by,
        sums=SUMS,
        flags=FLAGS,
    )
    engine.create("month_targets", months)
    every = engine.query(
        sums.every_period,
        engine.columns("month_targets"),
        by=by,
        sums=SUMS,
        flags=FLAGS,
    )
    engine.create("every_target", every)
    gaps = _GAPS.format(under_1=KEYS["under_1"], infants=KEYS["surviving_infants"])
    engine.create("target_gaps", gaps)
    engine.create("targets", _TARGETS, lasting=True)
    engine.drop("month_targets", "every_target", "target_gaps")


def put_populations(engine: Engine, known: Understood) -> None:
    """Table `element_population`: element, population (keys)."""
    rows = [
        {"element": key, "population": KEYS[known.catalogue.elements[code].target]}
        for (code, _variant), key in known.mapped.keys.items()
        if known.catalogue.elements[code].target in KEYS
    ]
    schema = pa.schema([("element", pa.int16()), ("population", pa.int16())])
    table = pa.Table.from_pylist(rows, schema=schema)
    engine.put("element_population", table, lasting=True)


def _official(engine: Engine, known: Understood) -> None:
    """Table `official`: unit, year, population, sex, value, as given."""
    engine.put("given_targets", known.tables["targets"])
    engine.put("population", _population_table(), lasting=True)
    engine.create(
        "official",
        "SELECT t.unit, g.year::INTEGER AS year, p.population, coalesce(g.sex, '')"
        " AS sex, last(g.value ORDER BY g.snapshot, g.file) AS value"
        " FROM given_targets g JOIN place_texts t ON t.text = g.place_id"
        " JOIN population p ON p.name = g.population"
        " WHERE g.value IS NOT NULL"
        " AND lower(coalesce(g.source, '')) NOT IN ('un', 'worldpop') GROUP BY ALL",
    )
    engine.drop("given_targets")
    _from_values(engine, known)


def _population_table() -> pa.Table:
    return pa.table(
        {
            "population": pa.array(KEYS.values(), pa.int16()),
            "name": pa.array(KEYS.keys(), pa.string()),
        }
    )


def _from_values(engine: Engine, known: Understood) -> None:
    """Yearly populations that came as data elements; a tidy target goes first."""
    rows = [row for row in known.mapped.others if row["table"] == "targets"]
    if not rows:
        return
    columns = ("element", "option", "sex", "age", "strategy", "code", "of_sex")
    schema = pa.schema([(name, pa.string()) for name in columns])
    kinds = pa.Table.from_pylist(
        [{name: row[name] for name in columns} for row in rows], schema=schema
    )
    engine.put("population_kinds", kinds)
    engine.connection.execute(
        "INSERT INTO official BY NAME SELECT p.unit, v.period // 100 AS year,"
        " o.population, k.of_sex AS sex, sum(v.value) AS value"
        f" FROM ({_values(engine, known)}) v JOIN population_kinds k"
        " ON v.element = k.element AND coalesce(v.option, '') = k.option"
        " JOIN place_texts p ON p.text = v.place"
        " JOIN population o ON o.name = k.code"
        " WHERE v.period % 100 = 0 AND v.value IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM official f WHERE f.unit = p.unit"
        " AND f.year = v.period // 100 AND f.population = o.population)"
        " GROUP BY ALL"
    )


def _values(engine: Engine, known: Understood) -> str:
    from boloci.lake import merge

    return merge.values_query(engine.connection, known.files)


def _cohorts(profile: Any) -> str:
    """Years of each cohort, with what stands in for a missing figure.

    Surviving infants: as given, else children under 1, else live births x (1 -
    infant mortality). Children of 12-23 months: as given, else the surviving infants
    of the year before. Official, design 3.
    """
    mortality = float(profile.value("infant_mortality"))
    return _COHORTS.format(
        value=_ROUNDINGS[profile.value("population_rounding")],
        survive=1.0 - mortality,
        infants=KEYS["surviving_infants"],
        under_1=KEYS["under_1"],
        births=KEYS["live_births"],
        toddlers=KEYS["children_12_23_months"],
    )


_ROUNDINGS = {"none": "value", "whole_persons": "round_even(value, 0)"}

_COHORTS = """
WITH given AS (
    SELECT unit, year, population, sex, {value} AS value FROM official
),
split AS (
    SELECT unit, year, population,
           coalesce(any_value(value) FILTER (WHERE sex = ''),
                    any_value(value) FILTER (WHERE sex = 'female')
                    + any_value(value) FILTER (WHERE sex = 'male')) AS target,
           any_value(value) FILTER (WHERE sex = 'female') AS target_female,
           any_value(value) FILTER (WHERE sex = 'male') AS target_male
    FROM given GROUP BY ALL
),
standing AS (
    SELECT *, 0 AS line FROM split WHERE population = {infants}
    UNION ALL
    SELECT unit, year, {infants}, target, target_female, target_male, 1 AS line
    FROM split WHERE population = {under_1}
    UNION ALL
    SELECT unit, year, {infants}, target * {survive}, target_female * {survive},
           target_male * {survive}, 2 AS line
    FROM split WHERE population = {births}
),
infants AS (
    SELECT unit, year, population, target, target_female, target_male,
           (line > 0)::INTEGER AS target_substituted
    FROM standing
    QUALIFY row_number() OVER (PARTITION BY unit, year ORDER BY line) = 1
),
toddlers AS (
    SELECT *, 0 AS line FROM split WHERE population = {toddlers}
    UNION ALL
    SELECT unit, year + 1, {toddlers}, target, target_female, target_male, 1 AS line
    FROM infants
)
SELECT *, 0 AS target_substituted, 0 AS target_last_year FROM split
WHERE population NOT IN ({infants}, {toddlers})
UNION ALL
SELECT *, 0 AS target_last_year FROM infants
UNION ALL
SELECT unit, year, population, target, target_female, target_male,
       0 AS target_substituted, line AS target_last_year
FROM toddlers
QUALIFY row_number() OVER (PARTITION BY unit, year ORDER BY line) = 1
"""

_MONTHS = """
SELECT t.unit, (t.year * 100 + m.month)::INTEGER AS period,
       t.population::SMALLINT AS population,
       t.target / 12 AS target,
       coalesce(t.target_female, t.target / (1 + {boys})) / 12 AS target_female,
       coalesce(t.target_male, t.target * {boys} / (1 + {boys})) / 12 AS target_male,
       CASE WHEN t.year * 100 + m.month BETWEEN s.first_month AND s.last_month
           THEN t.target / 12 END AS target_so_far,
       CASE WHEN r.received > 0 THEN t.target / 12 END AS reporting_target,
       coalesce(r.received > 0 AND r.received < r.expected, FALSE)::INTEGER
           AS part_reports,
       CASE WHEN t.target_female IS NULL OR t.target_male IS NULL THEN t.target / 12
            ELSE 0 END AS target_assumed,
       t.target_substituted, t.target_last_year
FROM year_targets t
CROSS JOIN (SELECT range AS month FROM range(1, 13)) m
CROSS JOIN data_span s
LEFT JOIN (SELECT * FROM month_reports WHERE dataset = {dataset}) r
    ON r.place = t.unit AND r.period = t.year * 100 + m.month
WHERE t.target IS NOT NULL AND (t.population IN ({births}, {under_1})
    OR t.population IN (SELECT population FROM element_population))
  AND t.year BETWEEN s.first_month // 100 AND s.last_month // 100
"""

_GAPS = """
WITH used_targets AS (
    SELECT DISTINCT c.unit, c.period // 100 AS year, e.population
    FROM unit_counts c JOIN element_population e USING (element)
    WHERE c.total IS NOT NULL AND NOT c.aggregate
),
used AS (
    FROM used_targets UNION ALL
    SELECT unit, year, {under_1} FROM used_targets WHERE population = {infants}
),
years AS (SELECT DISTINCT unit, period // 100 AS year, population FROM unit_targets),
above AS (SELECT DISTINCT unit, place FROM membership),
covered AS (
    SELECT DISTINCT u.unit, u.year, u.population, b.place
    FROM used u
    JOIN above a ON a.unit = u.unit
    JOIN years y ON y.unit = a.place AND y.year = u.year
        AND y.population = u.population
    JOIN above b ON b.unit = y.unit
)
SELECT DISTINCT a.place, u.year, u.population
FROM used u JOIN above a ON a.unit = u.unit
WHERE NOT EXISTS (
    SELECT 1 FROM covered c WHERE c.unit = u.unit AND c.year = u.year
        AND c.population = u.population AND c.place = a.place)
"""

_TARGETS = """
SELECT t.* EXCLUDE (part_reports)
           REPLACE (CASE WHEN part_reports = 0 THEN reporting_target END
                    AS reporting_target),
       (t.target_assumed > 0)::TINYINT AS sex_assumed,
       (g.place IS NOT NULL)::TINYINT AS target_incomplete
FROM every_target t
LEFT JOIN target_gaps g ON g.place = t.place AND g.year = t.period // 100
    AND g.population = t.population
ORDER BY t.population, t.place, t.period
"""
