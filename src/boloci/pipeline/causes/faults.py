"""Doses too many in single months of units: tables `surplus` and `place_surplus`.

surplus        unit, element, period (month), belongs (month whose doses came late;
               null: nobody's), cause, doses
place_surplus  element, place, period (quarter, year), cause, doses; month and unit of
               the largest

Late doses are too many only in a period that does not hold the month they belong to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline import spans
from boloci.pipeline.mapping import ALL, TARGET
from boloci.pipeline.rules import Rules
from boloci.stats import surges
from boloci.stats.grids import Floats, Ints

CONTROLS = ("BCG", "OPV1", "OPV3")
"""Doses whose form often has no ages: what the others are held against."""

_SCHEMA = pa.schema(
    [
        ("unit", pa.int32()),
        ("element", pa.int16()),
        ("period", pa.int32()),
        ("belongs", pa.int32()),
        ("cause", pa.string()),
        ("doses", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Grid:
    """Monthly doses of units: one array (units, months) a key, NaN without a report."""

    units: Ints
    months: Ints
    """Month codes of the columns."""
    doses: Mapping[int, Floats]

    def of(self, keys: Sequence[int]) -> Floats:
        """(keys, units, months)."""
        return np.stack([self.doses[key] for key in keys])


def find_faults(engine: Engine, rules: Rules, codes: Sequence[str]) -> None:
    """Tables `surplus` and `place_surplus` of these doses."""
    grid = read(engine, rules, codes)
    wanted = [rules.keys[code, TARGET] for code in codes]
    engine.put("surplus", pa.concat_tables(_found(grid, rules, wanted)))
    engine.connection.execute(_DUPLICATES.format(**_copied(rules, wanted)))
    engine.create("place_surplus", _PLACE_SURPLUS)


def read(engine: Engine, rules: Rules, codes: Sequence[str]) -> Grid:
    """The months of every unit, for the doses asked about and their controls."""
    keys = {
        rules.keys[code, variant]
        for code in {*codes, *CONTROLS}
        for variant in (TARGET, ALL)
        if (code, variant) in rules.keys
    }
    rows = engine.arrow(
        "SELECT unit, element, period, total FROM unit_counts WHERE total IS NOT NULL"
        f" AND list_contains(?, element) AND {spans.MONTHS.format('period')}",
        sorted(keys),
    )
    if not rows.num_rows:
        nothing = np.zeros(0, np.int64)
        return Grid(nothing, nothing, dict.fromkeys(keys, np.zeros((0, 0))))
    unit, element = rows["unit"].to_numpy(), rows["element"].to_numpy()
    period = rows["period"].to_numpy()
    number = period // 100 * 12 + period % 100 - 1
    first, count = int(number.min()), int(number.max() - number.min()) + 1
    units, series = _numbered(unit)
    elements, layer = _numbered(element)
    cells = np.full((len(elements), len(units), count), np.nan)
    cells[layer, series, number - first] = rows["total"].to_numpy()
    doses = {key: np.full(cells.shape[1:], np.nan) for key in keys}
    doses |= dict(zip(elements.tolist(), cells, strict=True))
    months = [periods.month_at(first + n) for n in range(count)]
    return Grid(units, np.array(months, np.int64), doses)


def _numbered(keys: np.ndarray) -> tuple[Ints, Ints]:
    """Distinct keys in order, and which of them each is: keys are small numbers."""
    there = np.zeros(int(keys.max()) + 1, np.bool_)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[keys]


def _found(grid: Grid, rules: Rules, wanted: list[int]) -> list[pa.Table]:
    constant = rules.profile.value
    rule = surges.SpikeRule(
        modified_z=float(constant("outlier_modified_z")),
        root_factor=float(constant("outlier_root_factor")),
        least_doses=float(constant("outlier_least_doses")),
        least_share=float(constant("cause_spike_share")),
        window=int(constant("cause_window")),
        least_months=int(constant("cause_least_months")),
    )
    antigens = grid.of(wanted)
    late = surges.late_together(
        antigens, window=rule.window, tolerance=float(constant("cause_late_tolerance"))
    )
    together = (late > 0).any(0)
    gaps = surges.silent_before(antigens)
    tables = []
    for key, doses, lag in zip(wanted, antigens, late, strict=True):
        spike = np.where(together, 0.0, surges.spikes(doses, rule))
        tables += [_late(grid, key, lag, gaps), _table(grid, key, "spike", spike)]
    for key, share in _older(grid, rules, wanted).items():
        moved = share * np.nan_to_num(grid.doses[key])
        tables.append(_table(grid, key, "wrong_age", moved))
    return tables


def _older(grid: Grid, rules: Rules, wanted: list[int]) -> dict[int, Floats]:
    """The share of older children among the doses of each element with ages."""
    codes = {key: code for (code, variant), key in rules.keys.items()}
    older = {}
    for key in wanted:
        every = grid.doses[rules.keys[codes[key], ALL]]
        more = every - grid.doses[key]
        if np.nansum(more) > 0:
            older[key] = more
    control = [
        grid.doses[rules.keys[code, TARGET]]
        for code in CONTROLS
        if (code, TARGET) in rules.keys and rules.keys[code, TARGET] not in older
    ]
    if not older or not control:
        return {}
    constant = rules.profile.value
    share = surges.wrong_age(
        np.stack([grid.doses[key] for key in older]).sum(0),
        np.stack(list(older.values())).sum(0),
        np.nansum(np.stack(control), axis=0),
        least_months=int(constant("cause_age_months")),
        least_missing=float(constant("cause_age_missing")),
        sd_lift=float(constant("cause_age_sd")),
        prior_share=float(constant("cause_age_prior")),
    )
    return dict.fromkeys(older, share)


def _table(grid: Grid, key: int, cause: str, doses: Floats) -> pa.Table:
    unit, month = np.nonzero(doses > 0)
    return _rows(grid, key, cause, unit, month, doses[unit, month])


def _late(grid: Grid, key: int, doses: Floats, gaps: Ints) -> pa.Table:
    """One row a silent month: its share of what came later."""
    unit, month = np.nonzero(doses > 0)
    gap = gaps[unit, month]
    unit, month, before = (np.repeat(part, gap) for part in (unit, month, gap))
    starts = np.repeat(np.cumsum(gap) - gap, gap)
    back = np.arange(len(before)) - starts + 1
    table = _rows(
        grid, key, "late", unit, month, doses[unit, month] / np.maximum(before, 1)
    )
    index = _SCHEMA.get_field_index("belongs")
    owner = pa.array(grid.months[month - back], pa.int32())
    return table.set_column(index, _SCHEMA.field(index), owner)


def _rows(
    grid: Grid, key: int, cause: str, unit: Ints, month: Ints, doses: Floats
) -> pa.Table:
    count = len(unit)
    return pa.table(
        {
            "unit": pa.array(grid.units[unit], pa.int32()),
            "element": pa.array(np.full(count, key), pa.int16()),
            "period": pa.array(grid.months[month], pa.int32()),
            "belongs": pa.nulls(count, pa.int32()),
            "cause": pa.array([cause] * count, pa.string()),
            "doses": pa.array(doses, pa.float64()),
        },
        schema=_SCHEMA,
    )


def _copied(rules: Rules, wanted: list[int]) -> dict[str, str]:
    return {
        "elements": ", ".join(str(key) for key in wanted),
        "least": str(int(rules.profile.value("cause_copied_months"))),
        "doses": str(int(rules.profile.value("cause_copied_doses"))),
    }


# Two units under one parent whose months are the same number by number: the one that
# opened later, else the one with fewer months, is the second entry.
_DUPLICATES = """
INSERT INTO surplus BY NAME
WITH months AS (
    SELECT unit, period, sum(hash(element, total)::HUGEINT) AS numbers
    FROM unit_counts
    WHERE element IN ({elements}) AND total IS NOT NULL AND NOT aggregate
    GROUP BY ALL HAVING sum(total) >= {doses}
),
history AS (SELECT unit, count(*) AS months FROM months GROUP BY unit),
same AS (
    SELECT min(m.unit) AS one, max(m.unit) AS other, m.period
    FROM months m JOIN place p ON p.place_key = m.unit
    GROUP BY p.parent_id, m.period, m.numbers HAVING count(*) = 2
),
pairs AS (
    SELECT one, other FROM same GROUP BY ALL HAVING count(*) >= {least}
),
second AS (
    SELECT DISTINCT CASE WHEN h.months <= i.months THEN one ELSE other END AS unit,
           s.period
    FROM same s JOIN pairs USING (one, other)
    JOIN history h ON h.unit = one JOIN history i ON i.unit = other
)
SELECT c.unit, c.element, c.period, NULL::INTEGER AS belongs,
       'duplicate' AS cause, c.total AS doses
FROM unit_counts c JOIN second USING (unit, period)
WHERE c.element IN ({elements}) AND c.total > 0
"""

_PLACE_SURPLUS = """
WITH spans AS (
    SELECT period AS month, unnest([period // 100 * 100,
               period // 100 * 100 + 21 + (period % 100 - 1) // 3]) AS span
    FROM (SELECT DISTINCT period FROM surplus)
)
SELECT s.element, m.place, n.span AS period, s.cause, sum(s.doses) AS doses,
       arg_max(s.period, s.doses) AS month, arg_max(s.unit, s.doses) AS unit
FROM surplus s
JOIN spans n ON n.month = s.period
JOIN membership m ON m.unit = s.unit
    AND s.period BETWEEN m.first_month AND m.last_month
WHERE s.belongs IS NULL OR s.belongs // 100 <> s.period // 100
   OR (n.span % 100 <> 0
       AND (s.belongs % 100 - 1) // 3 <> (s.period % 100 - 1) // 3)
GROUP BY ALL
"""
