"""Why a coverage passes 100 %: the ranked evidence, for each such value.

Table `evidence` (lasting), one row a value and cause: element, place, period, rank,
cause, strength, score (the chance that it is the largest cause), value (what the cause
multiplies the coverage by); month and unit where a fault of single months is largest.
Computed for quarters and years of every place of the tree
and the doses of `DOSES`; the statistics are `boloci.stats.causes`.
"""

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.causes import beliefs, faults, hearsay, neighbours
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats import causes
from boloci.stats.causes import Beliefs, Floats

DOSES = ("DTP1", "BCG", "DTP3", "MCV1")
"""Doses whose coverage is explained; beliefs rest on the first that is counted."""

_ONES = np.ones(len(causes.PARTS))
_PARTS = [causes.PARTS.index(name) for name in causes.BELIEVED]

SEEN = tuple(name for name in causes.CAUSES if name not in causes.BELIEVED)
"""Causes counted in doses of single months."""


def explain_high(engine: Engine, known: Understood, rules: Rules) -> None:
    """Table `evidence`: reads `counts`, `unit_counts`, `targets` and small tables."""
    counted = {key for (key,) in engine.rows("SELECT DISTINCT element FROM counts")}
    codes = [code for code in DOSES if rules.keys.get((code, TARGET)) in counted]
    engine.connection.execute(_EVIDENCE)
    if not codes:
        return
    faults.find_faults(engine, rules, codes)
    base = rules.key(codes[0])
    hearsay.hear(engine, known, rules, base=codes[0])
    neighbours.hear_pull(engine, known, rules, base)
    years = beliefs.place_years(engine, rules, base)
    believed = beliefs.believe(years, rules)
    values = _above_100(engine, rules, codes, base)
    if values.num_rows:
        found = _evidence(values, years, believed, rules)
        engine.put("found_evidence", found)
        engine.connection.execute(_WITH_MONTHS)
    engine.drop("found_evidence", "surplus", "place_surplus", "heard")


def _above_100(engine: Engine, rules: Rules, codes: list[str], base: int) -> pa.Table:
    """Values above 100 %, with the faults of their months and the base's own doses."""
    keys = ", ".join(str(rules.key(code)) for code in codes)
    seen = ", ".join(
        f"coalesce(sum(doses) FILTER (WHERE cause = '{name}'), 0) AS {name}"
        for name in SEEN
    )
    columns = ", ".join(f"coalesce(s.{name}, 0) AS {name}" for name in SEEN)
    return engine.arrow(
        _ABOVE_100.format(
            keys=keys,
            base=base,
            seen=seen,
            columns=columns,
            missing=float(rules.profile.value("cause_sd_missing")),
        )
    )


def _evidence(
    values: pa.Table, years: beliefs.PlaceYears, believed: Beliefs, rules: Rules
) -> pa.Table:
    """Rows of `evidence`: every cause that lifts a value, the likeliest first."""
    mean, covariance = contributions(values, years, believed, rules)
    chance = causes.chance_of_largest(mean, covariance)
    constant = rules.profile.value
    strength = causes.strengths(
        chance,
        some=float(constant("cause_some")),
        strong=float(constant("cause_strong")),
    )
    lifts = mean > float(constant("cause_least_lift"))
    lifts[np.arange(len(mean)), chance.argmax(1)] = True
    row, cause = np.nonzero(lifts)
    likeliest = np.lexsort((-chance[row, cause], row))
    row, cause = row[likeliest], cause[likeliest]
    starts = np.searchsorted(row, row, side="left")
    names = np.array(causes.CAUSES, object)
    words = np.array(causes.STRENGTHS, object)
    return pa.table(
        {
            **{
                name: values[name].take(pa.array(row))
                for name in ("element", "place", "period")
            },
            "rank": pa.array(np.arange(len(row)) - starts + 1, pa.int8()),
            "cause": pa.array(names[cause], pa.string()),
            "strength": pa.array(words[strength[row, cause]], pa.string()),
            "score": pa.array(chance[row, cause]),
            "value": pa.array(np.exp(mean[row, cause])),
        }
    )


def contributions(
    values: pa.Table, years: beliefs.PlaceYears, believed: Beliefs, rules: Rules
) -> tuple[Floats, Floats]:
    """What each cause adds to the log of each value: mean (n, k), its covariance."""
    at = _rows_of(values, years)
    known = at >= 0
    here = believed.at(np.maximum(at, 0))
    within = np.array(rules.profile.value("cause_sd_quarter"), float)
    quarter = _numbers(values, "period") % 100 != 0
    here = causes.loosened(here, np.where(quarter[:, None], within, 0.0))
    excess = np.where(quarter, _numbers(values, "excess"), np.nan)
    here = causes.learn(here, _ONES, excess, _numbers(values, "chance"))
    # A year is cut at 100 % in its belief already; twice would be too low.
    here = causes.at_most(here, beliefs.COVERAGE, 0.0).where(quarter, here)
    count = len(causes.CAUSES)
    mean = np.full((len(known), count), np.nan)
    covariance = np.zeros((len(known), count, count))
    believed_part = np.ix_(range(len(known)), _PARTS)
    mean[:, : len(_PARTS)] = np.where(known[:, None], here.mean[believed_part], 0.0)
    block = here.covariance[:, _PARTS][:, :, _PARTS]
    covariance[:, : len(_PARTS), : len(_PARTS)] = block
    doses = np.stack([_numbers(values, name) for name in SEEN], axis=1)
    total, extra = _numbers(values, "total"), doses.sum(1)
    whole = np.log(total / np.maximum(total - extra, 1.0))
    share = np.divide(doses, extra[:, None], out=np.zeros_like(doses), where=doses > 0)
    seen = share * whole[:, None]
    mean[:, len(_PARTS) :] = np.where(doses > 0, seen, np.nan)
    unsure = float(rules.profile.value("cause_unsure_share"))
    place = np.arange(len(_PARTS), count)
    covariance[:, place, place] = np.where(doses > 0, (unsure * seen) ** 2, 0.0)
    return mean, covariance


def _rows_of(values: pa.Table, years: beliefs.PlaceYears) -> np.ndarray:
    """Row of the beliefs of each value's place and year; -1: none."""
    code = years.place * 10_000 + years.year
    order = np.argsort(code)
    wanted = _numbers(values, "place") * 10_000 + _numbers(values, "period") // 100
    at = np.searchsorted(code[order], wanted)
    at = np.minimum(at, len(order) - 1)
    return np.where(code[order][at] == wanted, order[at], -1)


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    column = table[name].to_numpy(zero_copy_only=False)
    kind = np.float64 if column.dtype.kind == "f" else np.int64
    numbers: np.ndarray = column.astype(kind)
    return numbers


_EVIDENCE = (
    "CREATE TABLE evidence (element SMALLINT, place INTEGER, period INTEGER,"
    " rank TINYINT, cause VARCHAR, strength VARCHAR, score DOUBLE, value DOUBLE,"
    " month INTEGER, unit INTEGER)"
)

_WITH_MONTHS = """
INSERT INTO evidence BY NAME
SELECT f.*, s.month, s.unit FROM found_evidence f
LEFT JOIN place_surplus s USING (element, place, period, cause)
ORDER BY f.element, f.place, f.period, f.rank
"""

_ABOVE_100 = """
WITH extra AS (
    SELECT element, place, period, sum(doses) AS doses, {seen}
    FROM place_surplus GROUP BY ALL
),
counted AS (
    SELECT c.*, coalesce(x.doses, 0) AS doses, t.target,
           coalesce(t.reporting_target, t.target_so_far) AS reporting_target
    FROM counts c
    JOIN element_population e ON e.element = c.element
    JOIN targets t ON t.place = c.place AND t.period = c.period
        AND t.population = e.population
    LEFT JOIN extra x ON x.element = c.element AND x.place = c.place
        AND x.period = c.period
    WHERE c.element IN ({keys}) AND c.total > 0
      AND (c.period % 100 = 0 OR c.period % 100 BETWEEN 21 AND 24)
)
SELECT c.element, c.place, c.period, c.total, c.total / c.target AS ratio, {columns},
       ln(nullif(greatest(b.total - b.doses, 0), 0) / nullif(b.reporting_target, 0))
           AS excess,
       1 / b.total + ({missing} * (1 - b.received / greatest(b.expected, 1))) ** 2
           AS chance
FROM counted c
JOIN place p ON p.place_key = c.place AND p.level <> 'group'
LEFT JOIN counted b ON b.element = {base} AND b.place = c.place AND b.period = c.period
LEFT JOIN extra s ON s.element = c.element AND s.place = c.place AND s.period = c.period
WHERE c.total > c.target
ORDER BY c.element, c.place, c.period
"""
