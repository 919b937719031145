"""The figures of target populations that a number was set against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.pipeline.choosing import PASSED_OVER, USED, Way
from boloci.pipeline.source_rows import CONTRIBUTIONS, place_key, ways_of
from boloci.pipeline.target_values import population_values
from boloci.pipeline.understanding import Understood

_POPULATIONS_OF = {"target": "", "dhis2": "live_births", "penta1_derived": "under_1"}
"""Official population that a source of denominators starts from; blank: that of the
indicator. Chains from contacts start from counts, others from figures of their own."""

_STANDING = {
    "surviving_infants": ("under_1", "live_births"),
    "children_12_23_months": ("surviving_infants", "under_1", "live_births"),
}
"""Populations that may stand in for another: see `targeting`."""


@dataclass(frozen=True)
class Chosen:
    """Which rows of targets are used, by index, and the years they are for."""

    rows: frozenset[int]
    years: frozenset[int]


def target_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    indicator: Indicator,
    fact: Mapping[str, Any],
) -> pa.Table:
    """Figures of a fact's target population, in the columns `CONTRIBUTIONS`.

    The place's own, else those inside it. Reads the registered tables `inside` (texts
    of units) and `told` (snapshots and files). No row where the denominator is made
    of none.
    """
    source = fact["denominator_source"]
    if source not in _POPULATIONS_OF:
        return CONTRIBUTIONS.empty_table()
    asked = indicator.formula.get("population", "surviving_infants")
    population = _POPULATIONS_OF[source] or asked
    given = known.tables["targets"]
    order = (population, *_STANDING.get(population, ()))
    of_population = pc.is_in(given["population"], pa.array(order))
    engine.register("targets", given.filter(of_population))
    span = periods.span(periods.code(fact["period"]))
    first_year, last_year = span.first // 100 - 1, span.last // 100
    tidy: pa.Table = engine.sql(
        _TARGET_ROWS, params=[first_year, last_year]
    ).to_arrow_table()
    values = population_values(
        engine, known, populations=order, first_year=first_year, last_year=last_year
    )
    rows = pa.concat_tables([tidy, values], promote_options="permissive")
    ways = ways_of(known, rows["unit"].to_pylist())
    place = place_key(known, fact["place_id"])
    chosen = _targets_used(rows.to_pylist(), order, span, ways, place)
    told = [_state_of_target(i, row, chosen) for i, row in enumerate(rows.to_pylist())]
    rows = rows.append_column("state", pa.array(told, pa.string()))
    rows = rows.filter(pc.not_equal(rows["state"], ""))
    index = rows.column_names.index("period")
    rows = rows.set_column(index, "period", _period_texts(rows))
    return rows.select(CONTRIBUTIONS.names).cast(CONTRIBUTIONS)


def _state_of_target(index: int, row: Mapping[str, Any], chosen: Chosen) -> str:
    """Used, passed over beside the one used, or blank: of another year."""
    if index in chosen.rows:
        return USED
    return PASSED_OVER if row["period"] // 100 in chosen.years else ""


def _targets_used(
    rows: Sequence[Mapping[str, Any]],
    order: Sequence[str],
    span: periods.Span,
    ways: Mapping[int, Sequence[Way]],
    place: int,
) -> Chosen:
    """Figures a target is the sum of: the first population of `order` that a place
    gives for the year (children of 12-23 months: else infants of the year before),
    at the topmost places that give one."""
    found: dict[tuple[int, int], tuple[int, list[int]]] = {}
    for index, row in enumerate(rows):
        rank = order.index(row["population"])
        late = order[0] == "children_12_23_months" and rank > 0
        key = row["unit"], row["period"] // 100 + late
        held = found.get(key, (len(order), []))
        if rank < held[0]:
            found[key] = rank, [index]
        elif rank == held[0]:
            held[1].append(index)
    years = range(span.first // 100, span.last // 100 + 1)
    used: set[int] = set()
    for (unit, year), (_rank, indices) in found.items():
        above = {
            way[0]
            for way in ways.get(unit, ())
            if way[1] // 100 <= year <= way[2] // 100
        }
        covered = unit != place and any(
            (other, year) in found and (other == place or _under(other, place, ways))
            for other in above - {unit}
        )
        if year in years and not covered:
            whole = [i for i in indices if not rows[i]["sex"]]
            used |= set(whole or indices)
    return Chosen(frozenset(used), frozenset(years))


def _under(unit: int, place: int, ways: Mapping[int, Sequence[Way]]) -> bool:
    return any(way[0] == place for way in ways.get(unit, ()))


def _period_texts(rows: pa.Table) -> pa.Array:
    return pa.array([periods.text(code) for code in rows["period"].to_pylist()], "str")


_TARGET_ROWS = """
SELECT 'denominator' AS role, t.id AS snapshot, t.received,
       t.name AS file, g."row", g.cell, g.population AS element, NULL AS option,
       g.place_id AS place, i.unit, i.place_id, (g.year * 100)::INTEGER AS period,
       g.sex, NULL AS age, NULL AS strategy, g.value, g.population
FROM targets g
JOIN inside i ON i.text = g.place_id
JOIN told t ON t.snapshot = g.snapshot AND t.file = g.file
WHERE g.year BETWEEN ? AND ?
  AND lower(coalesce(g.source, '')) NOT IN ('un', 'worldpop')
"""
