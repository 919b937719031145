"""What the denominator of a fact was worked out from: the figures a chain starts at."""

from collections.abc import Mapping
from typing import Any

import duckdb

from boloci import periods
from boloci.codes import METHODS
from boloci.pipeline.denominating import BASES
from boloci.tables import POPULATIONS

Inputs = dict[str, Any]


def chain_inputs(cursor: duckdb.DuckDBPyConnection, fact: Mapping[str, Any]) -> Inputs:
    """Inputs by name, of a row of `tables.FACTS`; empty: no chain, or an older build.

    `counted` (contacts of the scenario), `element`, `survey_coverage` (0-1), `survey`,
    `survey_year`; `live_births`; `base_year`, `base_infants`, `base_children`.
    """
    query = _QUERIES.get(fact["denominator_source"])
    if query is None or not _has_chains(cursor):
        return {}
    period = periods.code(fact["period"])
    known = {
        "place": fact["place_id"],
        "period": period,
        "year": period // 100,
        "method": METHODS.index(fact["method"]),
        "element": BASES.get(fact["denominator_source"], ""),
        "births": POPULATIONS.index("live_births"),
    }
    asked = {name: value for name, value in known.items() if f"${name}" in query}
    found = cursor.execute(query, asked)
    names = [column[0] for column in found.description]
    row = found.fetchone()
    return {} if row is None else dict(zip(names, row, strict=True))


def _has_chains(cursor: duckdb.DuckDBPyConnection) -> bool:
    found = cursor.execute("FROM duckdb_tables() WHERE table_name = 'survey_coverage'")
    return found.fetchone() is not None


_COUNTED = """
SELECT $element AS element, c.total AS counted, v.coverage AS survey_coverage,
       v.survey, v.survey_year
FROM place p
JOIN element e ON e.code = $element AND e.variant = 'target'
JOIN scenario_counts c ON c.place = p.place_key AND c.element = e.element
    AND c.period = $period AND c.method = $method
LEFT JOIN survey_coverage v ON v.place = p.place_key AND v.element = e.element
    AND v.year = $year
WHERE p.place_id = $place
"""

_BIRTHS = """
SELECT t.target AS live_births
FROM place p JOIN targets t ON t.place = p.place_key AND t.period = $period
    AND t.population = $births
WHERE p.place_id = $place
"""

_BASE = """
SELECT b.year AS base_year, b.infants AS base_infants, b.children AS base_children,
       b.coverage AS survey_coverage
FROM place p JOIN place_root r ON r.place = p.place_key
JOIN derived_base b ON b.root = r.root AND b.method = $method
WHERE p.place_id = $place
"""

_QUERIES = {
    "dhis2": _BIRTHS,
    "anc1": _COUNTED,
    "penta1": _COUNTED,
    "penta1_derived": _BASE,
}
