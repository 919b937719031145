"""Doses of twelve months, place by place: what checks of a whole year rest on.

A calendar year that the data cover whole counts by itself. Where the data end in the
middle of a year, the twelve months up to their end are one more window, so that a
district with one year of data from July to June is looked at too.
"""

import pyarrow as pa

from boloci.lake.engines import Engine
from boloci.pipeline.mapping import ALL, TARGET
from boloci.pipeline.rules import Rules

MONTHS = 12


def put_doses(engine: Engine, rules: Rules, codes: set[str]) -> None:
    """Table `dose`: element (key that is counted), dose (the key that names it).

    Doses of all ages stand for a dose where the form splits them: a child may be too
    old for one column and not for the next.
    """
    counted = {key for (key,) in engine.rows("SELECT DISTINCT element FROM counts")}
    rows = []
    for code in sorted(codes):
        target, every = rules.key(code, TARGET), rules.key(code, ALL)
        rows.append({"element": every if every in counted else target, "dose": target})
    schema = pa.schema([("element", pa.int16()), ("dose", pa.int16())])
    engine.put("dose", pa.Table.from_pylist(rows, schema=schema))


def put_years(engine: Engine) -> None:
    """Table `dose_year`: dose, place, first, last (periods), total, reported, since.

    Reads `dose`, `counts` and `data_span`. A place without any report in a window has
    no row; `first` = `last` is the code of a calendar year. `reported` has one bit a
    month with a report (null: entered by quarter or year); `since` is the first month
    ever with a dose.
    """
    engine.create("dose_months", _MONTHS)
    engine.create("dose_year", f"{_YEARS} UNION ALL {_LAST_MONTHS}")
    engine.drop("dose_months")


_MONTHS = """
SELECT * REPLACE (min(since) OVER (PARTITION BY dose, place) AS since)
FROM (
    -- the first half of a window that ends in month m of a year is m + 1 .. 12
    SELECT d.dose, c.place, c.period // 100 AS year,
           c.period % 100 > s.last_month % 100 AS later, sum(c.total) AS total,
           bit_or(1 << (c.period % 100)) AS reported,
           min(c.period) FILTER (WHERE c.total > 0) AS since
    FROM counts c JOIN dose d USING (element) CROSS JOIN data_span s
    WHERE c.period % 100 BETWEEN 1 AND 12 AND c.total IS NOT NULL
    GROUP BY d.dose, c.place, c.period // 100, later)
"""

_YEARS = """
SELECT d.dose, c.place, c.period AS first, c.period AS last, c.total,
       m.reported, m.since
FROM counts c JOIN dose d USING (element) JOIN place p ON p.place_key = c.place
LEFT JOIN (SELECT dose, place, year, bit_or(reported) AS reported,
                  min(since) AS since FROM dose_months GROUP BY ALL) m
    ON m.dose = d.dose AND m.place = c.place AND m.year = c.period // 100
WHERE c.period % 100 = 0 AND c.to_date = 0 AND c.total IS NOT NULL
  AND p.level IS DISTINCT FROM 'group'
"""

_LAST_MONTHS = f"""
SELECT m.dose, m.place, s.last_month - 99 AS first, s.last_month AS last,
       sum(m.total) AS total, bit_or(m.reported) AS reported, min(m.since) AS since
FROM dose_months m CROSS JOIN data_span s JOIN place p ON p.place_key = m.place
WHERE s.last_month % 100 <> 12
  AND (s.last_month // 100 - s.first_month // 100) * 12
      + s.last_month % 100 - s.first_month % 100 + 1 >= {MONTHS}
  AND m.year = s.last_month // 100 - m.later::INTEGER
  AND p.level IS DISTINCT FROM 'group'
GROUP BY ALL
"""
"""Month m of a year less 99 is month m + 1 of the year before."""
