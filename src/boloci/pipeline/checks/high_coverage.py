"""Coverage that cannot be, that jumps, or that a survey does not confirm.

Above 100 % there are more doses than children: said once a place and year, with the
doses concerned; why is told apart (`why_above`), and where a cause is named there it
is the warning, and the doses are told beside it. WHO/UNICEF's ten points are a rule for
countries and regions by year. In an area with sixty children a quarter chance alone
moves coverage by ten points every fourth quarter: below the region a jump is only a
finding outside the limits of the place's own past, and a survey only where its
interval leaves out what was reported.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.checks.why_above import put_explained
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats import control_limits

ABOVE = "coverage_above_100"
REVERSES = "coverage_jump_reverses"
JUMP = "coverage_jump"

JUMP_DOSES = ("BCG", "DTP1", "DTP3", "MCV1")
"""Doses whose quarters are looked at for jumps: the others move with them."""


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of coverage.

    Reads `counts`, `targets`, `element_population` and, of `why_above`, `evidence`.
    """
    engine.put("covered_dose", _doses(known))
    put_explained(engine, "explained_year")
    value = rules.profile.value
    points = float(value("wuenic_points"))
    engine.create("quarter_rate", _QUARTERS.format(complete=rules.complete_from))
    jumps = list(
        _jumps(
            engine,
            points=points,
            sigmas=float(value("control_limit_sigmas")),
            longest=int(value("control_baseline_quarters")),
            least=int(value("control_least_quarters")),
            target_jump=float(value("target_jump")) / 100,
        )
    )
    engine.put("quarter_jump", pa.concat_tables([_JUMPS.empty_table(), *jumps]))
    words = {"factor": float(value("sequence_factor")), "points": points}
    queries = (_ABOVE, _REVERSES, _OUTSIDE)
    found = gather(engine, known, *(query.format(**words) for query in queries))
    engine.drop("covered_dose", "explained_year", "quarter_rate", "quarter_jump")
    return found


def _doses(known: Understood) -> pa.Table:
    """Doses that have a coverage: element, indicator, names, judged for jumps."""
    rows = [
        {
            "element": known.mapped.keys[code, TARGET],
            "indicator": f"{code.lower()}_coverage",
            "fr": element.name["fr"],
            "en": element.name["en"],
            "jumps": code in JUMP_DOSES,
        }
        for code, element in known.catalogue.doses.items()
        if f"{code.lower()}_coverage" in known.catalogue.indicators
    ]
    schema = pa.schema(
        [
            ("element", pa.int16()),
            *((name, pa.string()) for name in ("indicator", "fr", "en")),
            ("jumps", pa.bool_()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


_JUMPS = pa.schema(
    [
        ("place", pa.int32()),
        ("element", pa.int16()),
        ("period", pa.int32()),
        *((name, pa.float64()) for name in ("coverage", "before", "centre")),
        *((name, pa.float64()) for name in ("lower", "upper")),
    ]
)


def _jumps(
    engine: Engine,
    *,
    points: float,
    sigmas: float,
    longest: int,
    least: int,
    target_jump: float,
) -> Iterator[pa.Table]:
    """Quarters that jump by so many points, outside the limits of their past.

    The past of a year's quarters are the `longest` whole quarters before that year
    with the same target: where the target jumped, coverage did so with it.
    """
    rows = engine.arrow("SELECT * FROM quarter_rate ORDER BY place, element")
    if not rows.num_rows:
        return
    series, row = np.unique(rows["series"].to_numpy(), return_inverse=True)
    period = rows["period"].to_numpy()
    quarter = period // 100 * 4 + period % 100 - 21
    column = quarter - quarter.min()
    shape = (len(series), int(column.max()) + 1)
    counts, exposure = np.full(shape, np.nan), np.full(shape, np.nan)
    counts[row, column] = rows["doses"].to_numpy()
    exposure[row, column] = rows["target"].to_numpy()
    rate = 100 * counts / exposure
    change = np.diff(rate, axis=1, prepend=np.nan)
    same_target = _without_jump(exposure, target_jump)
    every = np.arange(shape[1])
    year = (every + quarter.min()) // 4
    for tested in np.unique(year):
        now = year == tested
        first = int(every[now][0])
        past = (every < first) & (every >= first - longest)
        if past.sum() < least:
            continue
        comparable = same_target == same_target[:, now][:, -1:]
        limits = control_limits.u_prime(
            np.where(comparable, counts, np.nan),
            exposure,
            baseline=past,
            sigmas=sigmas,
            ahead=True,
        )
        low, high = 100 * limits.lower, 100 * limits.upper
        with np.errstate(invalid="ignore"):
            out = ((rate > high) & (change >= points)) | (
                (rate < low) & (change <= -points)
            )
        at = np.nonzero(out & now[None, :] & (limits.points >= least)[:, None])
        serial = every[at[1]] + quarter.min()
        yield pa.table(
            {
                "place": series[at[0]] // _ELEMENTS,
                "element": series[at[0]] % _ELEMENTS,
                "period": serial // 4 * 100 + serial % 4 + 21,
                "coverage": rate[at],
                "before": rate[at[0], at[1] - 1],
                "centre": 100 * limits.centre[at[0]],
                "lower": low[at],
                "upper": high[at],
            }
        ).cast(_JUMPS)


def _without_jump(exposure: np.ndarray, jump: float) -> np.ndarray:
    """Number of the run of quarters, of each series, within which its target is steady.

    A quarter without a target goes with the run before it.
    """
    filled = exposure.copy()
    for column in range(1, filled.shape[1]):
        unknown = np.isnan(filled[:, column])
        filled[unknown, column] = filled[unknown, column - 1]
    before = np.column_stack([filled[:, :1], filled[:, :-1]])
    with np.errstate(invalid="ignore"):
        return np.cumsum(np.abs(filled - before) > jump * before, axis=1)


_ELEMENTS = 10_000
"""More than there are element keys: place and element as one number."""

_QUARTERS = f"""
SELECT c.place::BIGINT * {_ELEMENTS} + c.element AS series, c.place, c.element,
       c.period, c.total AS doses, t.target
FROM counts c JOIN covered_dose d USING (element)
JOIN element_population e USING (element)
JOIN targets t ON t.population = e.population AND t.place = c.place
    AND t.period = c.period
JOIN place p ON p.place_key = c.place
WHERE c.period % 100 BETWEEN 21 AND 24 AND d.jumps AND c.to_date = 0
  AND c.total IS NOT NULL AND t.target > 0 AND t.target_incomplete = 0
  AND coalesce(c.expected, 0) * {{complete}} <= 100 * coalesce(c.received, 0)
  AND p.level NOT IN ('country', 'region', 'group')
"""
"""Whole quarters whose reports are in: a dip for want of reports is no jump."""

_ABOVE = """
WITH covered AS (
    SELECT c.place, c.element, c.period, c.total AS doses, d.indicator, d.fr, d.en,
           CASE WHEN c.to_date = 1 THEN t.target_so_far ELSE t.target END AS target
    FROM counts c JOIN covered_dose d USING (element)
    JOIN element_population e USING (element)
    JOIN targets t ON t.population = e.population AND t.place = c.place
        AND t.period = c.period
    JOIN place p ON p.place_key = c.place
    WHERE c.period % 100 = 0 AND p.level IS DISTINCT FROM 'group'
)
SELECT 'coverage_above_100' AS rule, place, element, period AS first,
       doses / target AS size, 100 * doses / target AS value, 100 AS expected,
       indicator,
       CASE WHEN doses - target <= {factor} * sqrt(target)
                 OR (place, period // 100) IN (SELECT (place, year) FROM explained_year)
            THEN 'info' END AS severity,
       to_json(struct_pack(dose_fr := fr, dose_en := en, doses := doses,
           target := round(target), coverage := round(100 * doses / target, 1),
           year_told := period // 100))::VARCHAR AS params
FROM covered WHERE doses > target AND target > 0
"""

_REVERSES = """
WITH covered AS (
    SELECT c.place, c.element, c.period, 100 * c.total / t.target AS coverage,
           d.indicator, d.fr, d.en
    FROM counts c JOIN covered_dose d USING (element)
    JOIN element_population e USING (element)
    JOIN targets t ON t.population = e.population AND t.place = c.place
        AND t.period = c.period
    JOIN place p ON p.place_key = c.place
    WHERE c.period % 100 = 0 AND c.to_date = 0 AND t.target > 0
      AND p.level IN ('country', 'region')
),
beside AS (
    SELECT *, lag(coverage) OVER years AS before, lead(coverage) OVER years AS after,
           lag(period) OVER years AS last_year, lead(period) OVER years AS next_year
    FROM covered WINDOW years AS (PARTITION BY place, element ORDER BY period)
)
SELECT 'coverage_jump_reverses' AS rule, place, element, period AS first, indicator,
       least(abs(coverage - before), abs(coverage - after)) AS size,
       coverage AS value, (before + after) / 2 AS expected,
       to_json(struct_pack(dose_fr := fr, dose_en := en, points := {points},
           coverage := round(coverage, 1), before := round(before, 1),
           after := round(after, 1), year_told := period // 100))::VARCHAR AS params
FROM beside
WHERE last_year = period - 100 AND next_year = period + 100
  AND abs(coverage - before) >= {points} AND abs(coverage - after) >= {points}
  AND (coverage > before) = (coverage > after)
"""

_OUTSIDE = """
SELECT 'coverage_jump' AS rule, j.place, j.element, j.period AS first, d.indicator,
       abs(j.coverage - j.centre) AS size, j.coverage AS value,
       j.centre AS expected, j.lower AS low, j.upper AS high,
       to_json(struct_pack(dose_fr := d.fr, dose_en := d.en,
           coverage := round(j.coverage), before := round(j.before),
           usual_low := round(j.lower), usual_high := round(j.upper)))::VARCHAR
           AS params
FROM quarter_jump j JOIN covered_dose d USING (element)
"""
