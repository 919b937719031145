"""What is reported beside what others found: surveys, the United Nations, grids.

A survey speaks of the children it measured, so it is set beside the doses of the
months in which they were due, and not beside the months of its fieldwork. At country
and region ten points apart is a finding (WHO/UNICEF); below, only a reported coverage
outside the survey's interval. An official target is compared with the UN's figure in
the same way; gridded births of small places are too unsure for ten percent, so there
only a ratio that no error of the grid explains is one.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.rules import Rules
from boloci.pipeline.targeting import OTHER_SOURCES
from boloci.pipeline.understanding import Understood
from boloci.stats import sums, surveys
from boloci.stats.intervals import Z

SURVEY = "survey_differs"
AGAINST = "target_against_other"

_WEEKS_A_MONTH = 365.25 / 12 / 7
_AGE = {"day": 1 / (7 * _WEEKS_A_MONTH), "week": 1 / _WEEKS_A_MONTH, "month": 1.0}
_THIRD_DOSE_LATER = 2
"""Months between first and third dose: 14 weeks - 6 weeks."""


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of reported figures beside others; reads `counts` and `targets`."""
    engine.put("surveyed_children", _surveyed(known, rules))
    engine.put("others_given", known.tables["targets"])
    engine.create("other_figure", _OTHERS)
    together = sums.own_or_children(
        engine.frame("other_figure"),
        engine.frame("membership"),
        by=("population", "source"),
        sums=("value", "target"),
    )
    engine.keep("other_target", together)
    value = rules.profile.value
    words = {
        "points": float(value("wuenic_points")),
        "district": float(value("target_ratio_district")),
        "area": float(value("target_ratio_area")),
    }
    found = gather(engine, known, _DIFFERS.format(**words), _RATIOS.format(**words))
    engine.drop("surveyed_children", "others_given", "other_figure", "other_target")
    return found


_SURVEYED = pa.schema(
    [
        ("survey", pa.string()),
        ("place", pa.int32()),
        ("element", pa.int16()),
        ("first", pa.int32()),
        ("last", pa.int32()),
        *((name, pa.float64()) for name in ("estimate", "lower", "upper")),
        *((name, pa.string()) for name in ("indicator", "fr", "en")),
    ]
)


def _surveyed(known: Understood, rules: Rules) -> pa.Table:
    """Estimates of both sexes with the months their children were due the dose."""
    rows = list(_estimates(known, rules))
    table = pa.Table.from_pylist(rows)
    if not rows:
        return _SURVEYED.empty_table()
    lower, upper = _intervals(
        table, float(rules.profile.value("design_effect_assumed"))
    )
    for name, column in (("lower", lower), ("upper", upper)):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(column, from_pandas=True))
    return table.select(_SURVEYED.names).cast(_SURVEYED)


def _intervals(table: pa.Table, assumed: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits as the survey gives them, else from what tells its precision; shares."""
    given = {
        name: table[name].to_numpy().astype(float)
        for name in ("estimate", "standard_error", "lower", "upper", "n")
    }
    effect = table["design_effect"].to_numpy().astype(float)
    sample = surveys.effective_sample(
        **given, design_effect=effect, assumed=assumed, z=Z
    )
    low, high = surveys.wilson(given["estimate"], sample.size, z=Z)
    stated = np.isfinite(given["lower"]) & np.isfinite(given["upper"])
    return (
        np.where(stated, given["lower"], low),
        np.where(stated, given["upper"], high),
    )


def _estimates(known: Understood, rules: Rules) -> Iterator[dict[str, Any]]:
    meaning = known.catalogue.dictionary.element
    for row in known.tables["surveys"].to_pylist():
        text = row["indicator"].lower()
        found = meaning(text.removesuffix("_coverage"))
        place = known.place_keys.get(row["place_id"])
        dated = row["fieldwork_start"] and row["fieldwork_end"]
        aged = None not in (row["age_min_months"], row["age_max_months"])
        if not found or found.code not in known.catalogue.doses:
            continue
        if place is None or row["sex"] or not _of_every_child(row):
            continue
        if not (dated and aged):
            continue
        first, last = (_serial(row[f"fieldwork_{end}"]) for end in ("start", "end"))
        cohort = surveys.cohort(
            first,
            last,
            age_min=row["age_min_months"],
            age_max=row["age_max_months"],
            vaccinated_at=due_month(known, rules, found.code),
        )
        element = known.catalogue.elements[found.code]
        numbers = ("estimate", "standard_error", "lower", "upper", "n", "design_effect")
        yield {
            "survey": row["survey"],
            "place": place,
            "element": rules.key(found.code),
            "first": periods.month_at(cohort.vaccinated_first),
            "last": periods.month_at(cohort.vaccinated_last),
            **{name: _number(row[name]) for name in numbers},
            "indicator": f"{found.code.lower()}_coverage",
            "fr": element.name["fr"],
            "en": element.name["en"],
        }


def _of_every_child(row: Mapping[str, Any]) -> bool:
    """Whether an estimate counts every child reached, whatever proves it."""
    estimate = row["estimate"]
    if estimate is None or not 0 < estimate <= 1:
        return False
    return row["evidence"] in (None, "", "card_or_history") and row["dose"] != "valid"


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _serial(day: datetime.date) -> int:
    return periods.serial(day.year * 100 + day.month)


def due_month(known: Understood, rules: Rules, code: str) -> int:
    """Month of age in which a dose is due: by the country's schedule, else usual."""
    for row in known.catalogue.schedule.rows:
        if row.element == code and row.age and row.age.unit in _AGE:
            return round(row.age.at * _AGE[row.age.unit])
    element = known.catalogue.elements[code]
    if element.birth:
        return 0
    if code in rules.profile.value("doses_at_nine_months"):
        return 9
    first = int(rules.profile.value("survey_first_dose_months"))
    return first + _THIRD_DOSE_LATER if element.dose == 3 else first


_DIFFERS = """
WITH reported AS (
    SELECT s.survey, s.place, s.element, s.first, s.last, s.estimate, s.lower, s.upper,
           s.indicator, s.fr, s.en, sum(c.total) AS doses, sum(t.target) AS target,
           count(c.total) AS months_told
    FROM surveyed_children s
    JOIN element_population e USING (element)
    JOIN counts c ON c.place = s.place AND c.element = s.element
        AND c.period BETWEEN s.first AND s.last AND c.period % 100 BETWEEN 1 AND 12
    JOIN targets t ON t.place = c.place AND t.period = c.period
        AND t.population = e.population
    GROUP BY ALL
),
compared AS (
    SELECT r.*, 100 * doses / target AS coverage, p.level IN ('country', 'region') AS
           large
    FROM reported r JOIN place p ON p.place_key = r.place CROSS JOIN data_span d
    WHERE r.target > 0 AND r.first >= d.first_month AND r.last <= d.last_month
      AND p.level IS DISTINCT FROM 'group'
)
SELECT 'survey_differs' AS rule, place, element, first, last, indicator,
       abs(coverage - 100 * estimate) AS size, coverage AS value,
       100 * estimate AS expected, 100 * lower AS low, 100 * upper AS high,
       to_json(struct_pack(survey := survey, dose_fr := fr, dose_en := en,
           coverage := round(coverage, 1), estimate := round(100 * estimate, 1),
           survey_low := round(100 * lower, 1), survey_high := round(100 * upper, 1),
           difference := round(coverage - 100 * estimate),
           first_month := first, last_month := last))::VARCHAR AS params
FROM compared
WHERE CASE WHEN large THEN abs(coverage - 100 * estimate) >= {points}
           ELSE coverage < 100 * lower OR coverage > 100 * upper END
"""

_OTHERS = f"""
SELECT t.unit, (g.year * 100 + 1)::INTEGER AS period, p.population,
       lower(g.source) AS source, sum(g.value) AS value, any_value(o.target) AS target
FROM others_given g JOIN place_texts t ON t.text = g.place_id
JOIN population p ON p.name = g.population
JOIN targets o ON o.place = t.unit AND o.population = p.population
    AND o.period = g.year * 100 AND o.target_incomplete = 0
WHERE g.value IS NOT NULL AND coalesce(g.sex, '') = ''
  AND lower(coalesce(g.source, '')) IN {OTHER_SOURCES}
GROUP BY t.unit, g.year, p.population, lower(g.source)
"""
"""Another source's figure beside the official target of the same place: above, sums
are of the places that have both."""

_RATIOS = """
WITH compared AS (
    SELECT o.place, o.period // 100 AS year, o.source, o.target, o.value AS other,
           o.target / o.value AS ratio,
           CASE WHEN p.level IN ('country', 'region') THEN 1 + {points} / 100
                WHEN p.level = 'district' THEN {district} ELSE {area} END AS most
    FROM other_target o JOIN place p ON p.place_key = o.place
    WHERE o.value > 0 AND o.target > 0 AND p.level IS DISTINCT FROM 'group'
)
SELECT 'target_against_other' AS rule, place, year * 100 AS first,
       abs(ln(ratio)) AS size, target AS value, other AS expected,
       to_json(struct_pack(source_told := CASE source WHEN 'un' THEN 'UN' ELSE
               'WorldPop' END, target := round(target), other := round(other),
           ratio := round(ratio, 2), year_told := year))::VARCHAR AS params
FROM compared WHERE ratio > most OR ratio * most < 1
"""
