"""Table `quality`: what outliers and blanks there are, by place, year and element.

Read by `boloci.stats.quality`, which says what each column holds. A unit belongs to
the places that it was in at the last month of the year that it was in the data. A
profile that takes blank months for zeros (`outlier_blank_months`) judges them as well.
"""

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline import adjusting, spans
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.stats.grids import Bools

LEVELS = ("country", "region", "district", "group")
"""Levels that shares of units are told for."""


def count(engine: Engine, rules: Rules) -> None:
    """Table `quality` from `unit_counts`, `counts` and `outliers`."""
    elements = [key for (_, variant), key in rules.keys.items() if variant == TARGET]
    levels = ", ".join(f"'{level}'" for level in LEVELS)
    engine.create(
        "judged_place", f"SELECT place_key FROM place WHERE level IN ({levels})"
    )
    engine.put("judged_element", pa.table({"element": pa.array(elements, pa.int16())}))
    engine.create("unit_years", _UNIT_YEARS)
    if engine.exists("FROM unit_years WHERE aggregate"):
        engine.connection.execute(_STOOD_FOR)
    engine.put("own_years", _own_years(engine, rules))
    to_date = spans.not_whole(engine, "u.period")
    zeros = adjusting.blanks_are_zeros(rules.profile)
    judged = "TRUE" if zeros else "y.known > 0"
    table = _QUALITY.format(to_date=to_date, judged=judged)
    engine.create("quality", table, lasting=True)
    engine.drop("judged_place", "judged_element", "unit_years", "own_years")


_UNIT_YEARS = f"""
WITH years AS (
    SELECT unit, element, (period // 100 * 100)::INTEGER AS period, aggregate,
           count(*) AS months, count(total) AS known, max(period) AS last_month
    FROM unit_counts SEMI JOIN judged_element USING (element)
    WHERE {spans.MONTHS.format("period")}
    GROUP BY ALL
),
flagged AS (
    SELECT DISTINCT unit, element, (period // 100 * 100)::INTEGER AS period
    FROM outliers
)
SELECT y.*, f.unit IS NOT NULL AS out
FROM years y LEFT JOIN flagged f USING (unit, element, period)
"""

_STOOD_FOR = """
DELETE FROM unit_years WHERE aggregate AND (unit, element, period) IN (
    SELECT m.place, o.element, o.period FROM unit_years o
    JOIN membership m ON m.unit = o.unit AND m.place <> o.unit
    WHERE NOT o.aggregate)
"""
"""A total stated for a place is no unit where units below it report themselves."""

_QUALITY = """
WITH above AS (
    SELECT m.place, y.element, y.period, count(*) FILTER (WHERE {judged}) AS units,
           count(*) FILTER (WHERE y.out) AS units_out, sum(y.months) AS unit_months,
           sum(y.known) AS unit_known
    FROM unit_years y
    JOIN membership m
        ON m.unit = y.unit AND y.last_month BETWEEN m.first_month AND m.last_month
    SEMI JOIN judged_place j ON j.place_key = m.place
    GROUP BY ALL
)
SELECT u.element, u.place, u.period, u.units::INTEGER AS units,
       u.units_out::INTEGER AS units_out, u.unit_months::INTEGER AS unit_months,
       u.unit_known::INTEGER AS unit_known, coalesce(o.months, 0)::INTEGER AS months,
       coalesce(o.months_out, 0)::INTEGER AS months_out, {to_date} AS to_date
FROM above u LEFT JOIN own_years o USING (element, place, period)
ORDER BY u.element, u.place, u.period
"""


_OWN_YEARS = pa.schema(
    [
        ("element", pa.int16()),
        *((n, pa.int32()) for n in ("place", "period", "months", "months_out")),
    ]
)


def _own_years(engine: Engine, rules: Rules) -> pa.Table:
    """Months of places' own totals by year: how many judged, how many out of line."""
    rows = engine.arrow(
        "SELECT element, place, period, total FROM counts"
        " SEMI JOIN judged_element USING (element)"
        " SEMI JOIN judged_place j ON j.place_key = place"
        f" WHERE {spans.MONTHS.format('period')} ORDER BY element, place, period"
    )
    if not rows.num_rows:
        return _OWN_YEARS.empty_table()
    element, place = rows["element"].to_numpy(), rows["place"].to_numpy()
    months, column = np.unique(rows["period"].to_numpy(), return_inverse=True)
    begins = _changes(element) | _changes(place)
    shape = (np.count_nonzero(begins), len(months))
    values, told = np.full(shape, np.nan), np.zeros(shape, np.bool_)
    cells = np.cumsum(begins) - 1, column
    values[cells] = rows["total"].to_numpy(zero_copy_only=False)
    told[cells] = True
    years = months.astype(np.int64) // 100
    known = ~np.isnan(values)
    found = adjusting.find(values, years, rules.profile, blank=told & ~known)
    judged = told if adjusting.blanks_are_zeros(rules.profile) else known
    out = found.mask(values.shape)
    return pa.concat_tables(
        _year(year, element[begins], place[begins], judged, out, years == year)
        for year in np.unique(years)
    )


def _year(
    year: int,
    element: np.ndarray,
    place: np.ndarray,
    judged: Bools,
    out: Bools,
    mine: Bools,
) -> pa.Table:
    counted = np.count_nonzero(judged[:, mine], axis=1)
    flagged = np.count_nonzero(out[:, mine], axis=1)
    period = np.full(len(element), year * 100)
    columns = (element, place, period, counted, flagged)
    return pa.table(
        [
            pa.array(column, kind)
            for column, kind in zip(columns, _OWN_YEARS.types, strict=True)
        ],
        schema=_OWN_YEARS,
    )


def _changes(column: np.ndarray) -> Bools:
    """Whether each value differs from the one before it; the first does."""
    return np.concatenate((np.ones(1, np.bool_), np.diff(column) != 0))
