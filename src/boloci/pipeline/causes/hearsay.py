"""What else speaks of a place's target, reports or true coverage: table `heard`.

One row a place, year and kind; `value` is a log ratio, `variance` what chance, the
method and the years between leave open.

    services   antenatal first visits / target of the months reported
    worldpop, un, ...   children of another source / official target
    survey, lots   true coverage of the cohort measured
    recount    monthly report / register
    stock      doses reported / doses issued
    arrival    1 where displaced families are known to have come
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.mapping import ALL, TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood

SERVICE = "ANC1"
"""The service counted in another register than doses."""
OTHER_SOURCES = ("worldpop", "un")

_COLUMNS = "place INTEGER, year INTEGER, kind VARCHAR, value DOUBLE, variance DOUBLE"


def hear(engine: Engine, known: Understood, rules: Rules, *, base: str) -> None:
    """Table `heard` about the coverage of `base`, the dose beliefs are learned from."""
    constants = _constants(rules)
    engine.connection.execute(f"CREATE TEMP TABLE heard ({_COLUMNS})")
    engine.create("above_in_year", _ABOVE)
    engine.create("place_named", _NAMED)
    for name in ("targets", "surveys", "lqas", "recounts", "stock", "events"):
        engine.put(f"told_{name}", known.tables[name])
    keys = known.mapped.keys
    constants |= {
        "design_effect": float(rules.profile.value("design_effect_assumed")),
        "base": keys[base, TARGET],
        "indicator": f"{base.lower()}_coverage",
        "word": base,
        "sources": ", ".join(f"'{source}'" for source in OTHER_SOURCES),
    }
    queries = [_OTHERS, _SURVEYS, _LOTS, _RECOUNTS, _ARRIVALS]
    if (SERVICE, TARGET) in keys:
        constants["service"] = keys[SERVICE, TARGET]
        queries.append(_SERVICES)
    if _put_products(engine, known, base):
        queries.append(_STOCK)
    for query in queries:
        engine.connection.execute(
            "INSERT INTO heard BY NAME " + query.format(**constants)
        )
    engine.drop(
        *(f"told_{n}" for n in ("targets", "surveys", "lqas", "recounts", "stock")),
        *("told_events", "above_in_year", "place_named", "base_product", "base_doses"),
    )


def _constants(rules: Rules) -> dict[str, float | str]:
    """Constants of the profile by their name without `cause_`."""
    return {
        name.removeprefix("cause_"): constant.value
        for name, constant in rules.profile.constants.items()
        if name.startswith("cause_")
    }


def _put_products(engine: Engine, known: Understood, base: str) -> bool:
    """Tables of the stock and the doses of the base's product; False without any."""
    words = known.catalogue.dictionary
    antigen = words.antigens.get(known.catalogue.elements[base].antigen)
    product = antigen.product if antigen else ""
    texts = set(known.tables["stock"]["product"].to_pylist())
    mine = sorted(text for text in texts if (words.product(text) or text) == product)
    elements = [
        key
        for (code, variant), key in known.mapped.keys.items()
        if variant == ALL
        and (one := words.antigens.get(known.catalogue.elements[code].antigen))
        and one.product == product
    ]
    engine.put("base_product", pa.table({"product": pa.array(mine, pa.string())}))
    engine.put("base_doses", pa.table({"element": pa.array(elements, pa.int16())}))
    return bool(mine and elements)


_NAMED = (
    "SELECT text, unit FROM place_texts UNION"
    " SELECT place_id AS text, place_key AS unit FROM place"
)

_ABOVE = """
SELECT DISTINCT m.unit, m.place, y.year
FROM membership m JOIN place p ON p.place_key = m.place AND p.level <> 'group'
JOIN (SELECT DISTINCT period // 100 AS year FROM targets) y
    ON m.first_month <= y.year * 100 + 12 AND m.last_month >= y.year * 100 + 1
"""

_SERVICES = """
SELECT c.place, c.period // 100 AS year, 'services' AS kind,
       ln(c.total / coalesce(t.reporting_target, t.target_so_far)) AS value,
       1 / c.total + ({sd_missing} * (1 - c.received / greatest(c.expected, 1))) ** 2
           AS variance
FROM counts c
JOIN targets t ON t.place = c.place AND t.period = c.period
    AND t.population = (SELECT population FROM element_population
                        WHERE element = {base})
WHERE c.element = {service} AND c.period % 100 = 0 AND c.total > 0
  AND t.target_so_far > 0
"""

# Of another source only what covers most of a place speaks of it.
_OTHERS = """
WITH given AS (
    SELECT t.unit, g.year, lower(g.source) AS source, p.population,
           last(g.value ORDER BY g.snapshot, g.file) AS value
    FROM told_targets g JOIN place_named t ON t.text = g.place_id
    JOIN population p ON p.name = g.population
    WHERE lower(g.source) IN ({sources}) AND coalesce(g.sex, '') = '' AND g.value > 0
    GROUP BY ALL
),
beside AS (
    SELECT g.*, o.target FROM given g
    JOIN targets o ON o.place = g.unit AND o.period = g.year * 100
        AND o.population = g.population
    WHERE o.target > 0
),
summed AS (
    SELECT a.place, b.year, b.source, b.population, sum(b.value) AS value,
           sum(b.target) AS target
    FROM beside b JOIN above_in_year a ON a.unit = b.unit AND a.year = b.year
    GROUP BY ALL
)
SELECT s.place, s.year, s.source AS kind, ln(s.value / s.target) AS value,
       0.0 AS variance
FROM summed s JOIN targets o ON o.place = s.place AND o.period = s.year * 100
    AND o.population = s.population
WHERE s.target >= {covered_share} * o.target
QUALIFY row_number() OVER (PARTITION BY s.place, s.year, s.source
                           ORDER BY s.population) = 1
"""

_POOLED = """
SELECT place, year, '{{kind}}' AS kind, sum(value / variance) / sum(1 / variance)
           AS value, 1 / sum(1 / variance) + {{bias}} ** 2 AS variance
FROM (
    SELECT o.place, y.year, o.value,
           o.variance + ({{drift}} * greatest(abs(o.moment - y.year - 0.5) - 0.5, 0))
               ** 2 AS variance
    FROM ({{rows}}) o
    CROSS JOIN (SELECT DISTINCT period // 100 AS year FROM targets) y)
GROUP BY ALL
"""

# A survey of children of 12-23 months tells of doses due 10 to 22 months before.
_MOMENT = (
    "year(o.middle) + (month(o.middle) - 0.5"
    " - (coalesce(o.age_min_months + o.age_max_months, 35) / 2 - 1.5)) / 12"
)
_MIDDLE = (
    "fieldwork_start + (coalesce(fieldwork_end, fieldwork_start) - fieldwork_start)"
    "::INTEGER // 2 AS middle"
)

_SURVEYS = _POOLED.format().format(
    kind="survey",
    bias="{survey_bias}",
    drift="{drift_coverage}",
    rows=f"""
    SELECT t.unit AS place, ln(o.estimate) AS value, {_MOMENT} AS moment,
           greatest(coalesce(o.standard_error, sqrt(o.estimate * (1 - o.estimate)
               * coalesce(o.design_effect, {{design_effect}}) / o.n)),
               {{survey_least_error}}) ** 2 / o.estimate ** 2 AS variance
    FROM (SELECT *, {_MIDDLE} FROM told_surveys) o
    JOIN place_named t ON t.text = o.place_id
    WHERE o.indicator = '{{indicator}}' AND coalesce(o.sex, '') = ''
      AND o.estimate > {{survey_least}} AND o.estimate < 1 AND o.middle IS NOT NULL
      AND (o.standard_error IS NOT NULL OR o.n > 0)""",
)

_LOTS = _POOLED.format().format(
    kind="lots",
    bias="0",
    drift="{drift_coverage}",
    rows=f"""
    SELECT t.unit AS place, {_MOMENT} AS moment,
           ln((o.vaccinated + 1) / (o.sample + 2)) AS value,
           (o.sample - o.vaccinated + 1) / (o.vaccinated + 1) / (o.sample + 3)
               * CASE WHEN o.clusters > 0 THEN {{design_effect}} ELSE 1 END AS variance
    FROM (SELECT *, {_MIDDLE} FROM told_lqas) o
    JOIN place_named t ON t.text = o.place_id
    WHERE o.indicator = '{{indicator}}' AND coalesce(o.sex, '') = ''
      AND o.sample > 0 AND o.vaccinated <= o.sample AND o.middle IS NOT NULL""",
)

_RECOUNTS = _POOLED.format().format(
    kind="recount",
    bias="{recount_bias}",
    drift="{drift_reporting}",
    rows="""
    SELECT a.place, avg(r.moment) AS moment, ln(sum(r.told) / sum(r.register)) AS value,
           2 / sum(r.register)
               + CASE WHEN a.place = any_value(r.unit) THEN 0 ELSE {sd_units} ** 2 END
               / count(*) AS variance
    FROM (SELECT t.unit, sum(o.monthly_report) AS told, sum(o.register) AS register,
                 avg(o.period // 100 + (o.period % 100 - 0.5) / 12) AS moment
          FROM told_recounts o JOIN place_named t ON t.text = o.place_id
          WHERE o.register > 0 AND o.monthly_report > 0
            AND upper(o.element) = '{word}'
          GROUP BY t.unit) r
    JOIN above_in_year a ON a.unit = r.unit AND a.year = floor(r.moment)
    GROUP BY a.place""",
)

_STOCK = """
WITH issued AS (
    SELECT t.unit, s.period, sum(s.issued) AS issued
    FROM told_stock s JOIN place_named t ON t.text = s.place_id
    JOIN base_product p USING (product)
    WHERE s.issued > 0 GROUP BY ALL
),
paired AS (
    SELECT i.unit, i.period // 100 AS year, sum(i.issued) AS issued,
           sum(d.doses) AS doses, count(*) AS months
    FROM issued i JOIN (
        SELECT unit, period, sum(total) AS doses FROM unit_counts
        JOIN base_doses USING (element)
        WHERE total IS NOT NULL GROUP BY ALL) d
        ON d.unit = i.unit AND d.period = i.period
    WHERE d.doses > 0 GROUP BY ALL
)
SELECT a.place, p.year, 'stock' AS kind,
       ln(sum(p.doses) / sum(p.issued)) - ln(1 - {wastage}) AS value,
       {sd_stock} ** 2 + 1 / sum(p.doses)
           + CASE WHEN a.place = any_value(p.unit) THEN 0 ELSE {sd_units} ** 2 END
           / count(*) AS variance
FROM paired p JOIN above_in_year a ON a.unit = p.unit AND a.year = p.year
WHERE p.months >= {stock_months} GROUP BY a.place, p.year
"""

# Families who leave are noted where they lived and where they came: those who came
# make the children's visits rise, those who left make them fall.
_ARRIVALS = """
SELECT DISTINCT t.unit AS place, y.year, 'arrival' AS kind, 1.0 AS value,
       0.0 AS variance
FROM told_events e JOIN place_named t ON t.text = e.place_id
JOIN (SELECT DISTINCT period // 100 AS year FROM targets) y
    ON y.year >= year(e.start)
   AND y.year <= coalesce(year(e.end), (SELECT max(last_month) // 100 FROM data_span))
WHERE e.kind = 'displacement'
"""
