"""One coverage by everyone who tells it: reported, survey, lots, government, WUENIC.

A row a year and teller, never averaged: what they disagree on is the finding. A survey
stands in the year in which the children it measured were vaccinated.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import fact_rows
from boloci.codes import SEXES
from boloci.facts import Filters, narrowed, understand
from boloci.published import Published
from boloci.workspace import Workspace

SIDE_BY_SIDE = pa.schema(
    [
        *((n, pa.string()) for n in ("indicator", "place_id", "place", "year")),
        *((n, pa.string()) for n in ("sex", "teller", "name")),
        *((n, pa.float64()) for n in ("value", "lower", "upper", "effective")),
        *((n, pa.int32()) for n in ("born_first", "born_last")),
        ("shown", pa.bool_()),
        ("flags", pa.string()),
    ]
)
"""`teller`: one of `TELLERS`; administrative and government as told to WHO and UNICEF.
`name`: survey with its evidence, round, revision, or source of the denominator.
`effective`: children of a simple random sample as sure. `born_first`, `born_last`:
months (yyyymm) of the children measured. `shown`: whether it is a fact; a survey's
other results are not."""

TELLERS = ("reported", "administrative", "government", "wuenic", "survey", "lqas")
_METHODS = ("reported", "survey", "lqas", "wuenic")
_TABLES = {"survey_estimates", "lots", "wuenic_series"}

Row = dict[str, Any]


def side_by_side(
    workspace: Workspace, indicator: str, *, place: str = "", **asked: Any
) -> pa.Table:
    """Every telling of an indicator at places, by year: `SIDE_BY_SIDE`.

    `asked`: level, period, sex, profile, build, as_of as `facts` takes them. Neither
    place nor level: the country. Raises `Refused` as `facts` does.
    """
    if place:
        asked["place"] = place
    elif not asked.get("level"):
        asked["level"] = "country"
    source, filters = understand(workspace, indicator=indicator, **asked)
    results = list(_results(source, filters)) if _holds(source) else []
    rows = [*_facts(source, filters, results)]
    rows += [row for row in results if not row["shown"]]
    rows.sort(key=_order)
    return pa.Table.from_pylist(rows, schema=SIDE_BY_SIDE)


def _holds(source: Published) -> bool:
    """Whether a build tells of surveys: those before 2026-11-22 do not."""
    return source.relations >= _TABLES


def _order(row: Row) -> tuple[Any, ...]:
    teller = TELLERS.index(row["teller"])
    hidden = not row["shown"]
    return row["place"], row["year"], hidden, teller, row["sex"], row["name"] or ""


def _facts(source: Published, filters: Filters, results: list[Row]) -> Iterator[Row]:
    """Facts by year, with the cohort and the size of the survey that each is.

    Those that a build stores: nothing told here is worked out when asked.
    """
    (indicator,) = filters.indicators or ("",)
    tellers = {
        f"{indicator}_government": "government",
        f"{indicator}_administrative": "administrative",
    }
    names = tuple(n for n in (indicator, *tellers) if n in source.indicators)
    measured = {_key(row): row for row in results if row["shown"]}
    wanted = replace(filters, indicators=names, methods=_METHODS)
    found = fact_rows.read(source, narrowed(source, wanted)).read_all()
    yearly = found.filter(pc.equal(pc.utf8_length(found["period"]), 4))
    for fact in yearly.to_pylist():
        over = fact["denominator_source"]
        if fact["method"] == "reported" and over not in ("", "target"):
            continue
        teller = tellers.get(fact["indicator"], fact["method"])
        row = {
            **fact,
            "indicator": indicator,
            "year": fact["period"],
            "teller": teller,
            "name": over,
            "shown": True,
        }
        beside = measured.get(_key(row), {})
        about = ("name", "effective", "born_first", "born_last")
        yield {**row, **{n: beside[n] for n in about if n in beside}}


def _key(row: Row) -> tuple[str, str, str, str]:
    return row["place_id"], row["year"], row["sex"], row["teller"]


def _results(source: Published, filters: Filters) -> Iterator[Row]:
    """Results of surveys, and names of the revisions, at the places asked for."""
    narrow = narrowed(source, filters)
    (indicator,) = filters.indicators or ("",)
    asked_of = {"indicator": indicator}
    found = source.cursor().sql(_RESULTS, params=asked_of).to_arrow_table()
    for row in found.to_pylist():
        key, period, sex = row.pop("place_key"), row.pop("period"), row.pop("sex")
        asked = (
            (narrow.places, key),
            (narrow.periods, period),
            (narrow.sexes, sex),
        )
        if all(held is None or one in held for held, one in asked):
            yield {
                **row,
                "indicator": indicator,
                "year": str(period // 100),
                "sex": ("", *SEXES)[sex],
                "flags": "",
            }


_RESULTS = """
WITH results AS (
    SELECT 'survey' AS teller, place, period, sex, value, lower, upper, effective,
           born_first, born_last, shown,
           survey || ' (' || concat_ws(', ', evidence, timing, dose,
               age_min_months::INTEGER || '-' || age_max_months::INTEGER || ' m')
               || ')' AS name
    FROM survey_estimates WHERE indicator = $indicator
    UNION ALL
    SELECT CASE fact WHEN 'gov' THEN 'government' WHEN 'admin' THEN 'administrative'
               ELSE 'wuenic' END, place, period, 0, value, NULL, NULL, NULL, NULL,
           NULL, TRUE, 'WUENIC ' || revision
    FROM wuenic_series WHERE indicator IN ($indicator, $indicator || '_government',
        $indicator || '_administrative')
)
SELECT r.* EXCLUDE (place), p.place_key, p.place_id, p.name AS place
FROM results r JOIN place p ON p.place_key = r.place
"""
