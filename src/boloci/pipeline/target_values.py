"""Target populations that came as values of data elements, for tracing a number.

DHIS2 keeps a population as an element like any other ("Live births", by year). The
build adds such figures up where no tidy target tells them (`targeting`); here they
are found again row by row.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from boloci.lake import merge
from boloci.pipeline.understanding import Understood

_KIND = ("element", "option", "code", "of_sex")


def population_values(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    *,
    populations: Sequence[str],
    first_year: int,
    last_year: int,
) -> pa.Table:
    """Yearly figures of `populations` told as values, in the shape of tidy targets.

    Reads the registered tables `inside` (texts of units), `told` (snapshots and
    files) and `targets` (tidy figures, which go first). No such element: no row.
    """
    kinds = [
        {name: row[name] or "" for name in _KIND}
        for row in known.mapped.others
        if row["table"] == "targets" and row["code"] in populations
    ]
    files = [
        file
        for file in known.files
        if file.first_period // 100 <= last_year
        and file.last_period // 100 >= first_year
    ]
    values = merge.values_query(engine, files) if kinds and files else _NOTHING
    schema = pa.schema([(name, pa.string()) for name in _KIND])
    engine.register("population_kinds", pa.Table.from_pylist(kinds, schema=schema))
    found: pa.Table = engine.sql(
        _POPULATION_VALUES.format(values=values), params=[first_year, last_year]
    ).to_arrow_table()
    return found


_NOTHING = (
    "SELECT '' AS element, '' AS option, '' AS place, 0 AS period, NULL::DOUBLE AS"
    ' value, NULL::INTEGER AS "row", NULL::VARCHAR AS cell, 0 AS snapshot, 0 AS file'
)

_POPULATION_VALUES = """
SELECT 'denominator' AS role, t.id AS snapshot, t.received, t.name AS file, v."row",
       v.cell, v.element, v.option, v.place, i.unit, i.place_id,
       v.period::INTEGER AS period, k.of_sex AS sex, NULL AS age, NULL AS strategy,
       v.value, k.code AS population
FROM ({values}) v
JOIN population_kinds k
    ON k.element = v.element AND k.option = coalesce(v.option, '')
JOIN inside i ON i.text = v.place
JOIN told t ON t.snapshot = v.snapshot AND t.file = v.file
WHERE v.period % 100 = 0 AND v.period // 100 BETWEEN ? AND ? AND v.value IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM targets g JOIN inside j ON j.text = g.place_id
    WHERE j.unit = i.unit AND g.year = v.period // 100 AND g.population = k.code
      AND g.value IS NOT NULL
      AND lower(coalesce(g.source, '')) NOT IN ('un', 'worldpop'))
"""
