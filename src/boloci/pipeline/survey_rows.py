"""The rows of surveys, lots and WHO/UNICEF files that a figure is, or is pooled of."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from boloci import periods
from boloci.codes import SEXES
from boloci.lake import builds
from boloci.pipeline.choosing import PASSED_OVER, USED

METHODS = ("survey", "lqas", "wuenic")
"""Methods of facts that no dose was added up for."""

ESTIMATE = "estimate"
"""Role of a row that is the figure itself."""

Row = dict[str, Any]


def measured(facts_file: Path, fact: Mapping[str, Any]) -> list[Row]:
    """Rows of the build's own table behind a fact, those that are shown first.

    Of `survey_estimates`, `lots` (of a place above: its lots) or `wuenic_series`, as
    `boloci.pipeline.surveying` describes them, with `place_id` and `source` (the name
    of survey, round or revision). Empty where the build is no longer kept.
    """
    query = _QUERIES.get(str(fact["method"]))
    if query is None or not facts_file.exists():
        return []
    indicator = str(fact["indicator"])
    of_gap = _GAP.fullmatch(indicator)
    sex = ("", *SEXES).index(fact["sex"] or "")
    asked = {
        "indicator": indicator.removesuffix("_lot") + "_coverage"
        if indicator.endswith("_lot")
        else _SAME_CHILDREN.get(indicator, indicator),
        "named": [of_gap[1], f"{of_gap[1]}_coverage"] if of_gap else [indicator],
        "of_sexes": [1, 2] if of_gap else [sex],
        "place": fact["place_id"],
        "period": periods.code(fact["period"]),
        "sex": sex,
    }
    with duckdb.connect(str(facts_file), True, config=builds.READING) as engine:
        relation = engine.sql(query, params=_used(query, asked))
        found: list[Row] = relation.to_arrow_table().to_pylist()
    return found


_GAP = re.compile("(.+)_sex_(?:gap|ratio|gap_relative)")
"""A gap is made of its coverage of girls and of boys."""

_SAME_CHILDREN = {
    "zero_dose_share": "dtp1_coverage",
    "zero_dose_children": "dtp1_coverage",
    "under_immunised_share": "dtp3_coverage",
    "under_immunised_children": "dtp3_coverage",
}
"""What WHO and UNICEF's estimates of children not reached are made of."""


def _used(query: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if f"${name}" in query}


def survey_rows(rows: list[Row], told: pa.Table) -> list[Row]:
    """Rows of `measured` as rows of `source_rows.CONTRIBUTIONS`.

    `told`: name and day of each snapshot and file (`tracing`).
    """
    names = {(one["snapshot"], one["file"]): one for one in told.to_pylist()}
    return [
        {
            **_of_file(names.get((row["snapshot"], row["file"]), {})),
            "role": ESTIMATE,
            "state": USED if row["shown"] else PASSED_OVER,
            "row": row["row"],
            "cell": row["cell"],
            "element": row["source"],
            "option": row["kind"],
            "place": row["place_id"],
            "place_id": row["place_id"],
            "period": periods.text(row["period"]),
            "sex": ("", *SEXES)[row["sex"]] or None,
            "age": _ages(row),
            "value": row["told"],
        }
        for row in rows
    ]


def _of_file(named: Mapping[str, Any]) -> Row:
    return {
        "snapshot": named.get("id"),
        "received": named.get("received"),
        "file": named.get("name"),
    }


def _ages(row: Row) -> str | None:
    low, high = row.get("age_min_months"), row.get("age_max_months")
    return None if low is None or high is None else f"{low:g}-{high:g} m"


_QUERIES = {
    "survey": """
SELECT s.*, p.place_id, s.survey AS source, round(s.value / 100, 6) AS told,
       concat_ws(', ', s.evidence, s.timing, s.dose) AS kind
FROM survey_estimates s JOIN place p ON p.place_key = s.place
WHERE list_contains($named, s.indicator) AND p.place_id = $place
  AND s.period = $period AND list_contains($of_sexes, s.sex)
ORDER BY s.shown DESC, s.survey, s.row
""",
    "lqas": """
SELECT l.*, p.place_id, l.round AS source, l.vaccinated AS told, 'lot' AS kind
FROM lots l JOIN place p ON p.place_key = l.place
WHERE l.indicator = $indicator AND l.period = $period AND l.sex = $sex
  AND l.place IN (SELECT m.unit FROM membership m JOIN place a
                  ON a.place_key = m.place WHERE a.place_id = $place)
ORDER BY l.shown DESC, p.place_id, l.round
""",
    "wuenic": """
SELECT w.*, 0 AS sex, p.place_id, TRUE AS shown, w.value AS told, w.fact AS kind,
       'WUENIC ' || w.revision AS source
FROM wuenic_series w JOIN place p ON p.place_key = w.place
WHERE w.indicator = $indicator AND p.place_id = $place AND w.period = $period
ORDER BY w.row
""",
}
