"""From a published number back to the rows of the files it was made of."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.lake import builds, merge, snapshots
from boloci.lake.snapshots import Snapshot
from boloci.pipeline import corrected_rows, counting, judging, survey_rows
from boloci.pipeline.choosing import PASSED_OVER, USED, Asked, Kind, Way, states
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.report_rows import KINDS, form_of, report_rows
from boloci.pipeline.target_values import population_values
from boloci.pipeline.understanding import Understood, understand
from boloci.stats.vocabulary import BOTH, FEMALE, MALE
from boloci.workspace import Workspace

CONTRIBUTIONS = pa.schema(
    [
        ("role", pa.string()),
        ("state", pa.string()),
        ("snapshot", pa.string()),
        ("received", pa.string()),
        ("file", pa.string()),
        ("row", pa.int32()),
        ("cell", pa.string()),
        ("element", pa.string()),
        ("option", pa.string()),
        ("place", pa.string()),
        ("place_id", pa.string()),
        ("period", pa.string()),
        ("sex", pa.string()),
        ("age", pa.string()),
        ("strategy", pa.string()),
        ("value", pa.float64()),
    ]
)
"""Rows behind a number. `role`: numerator, denominator, or estimate (the row is the
number). `state`: used, superseded (a later row has the same key), passed_over (a part
beside its total, the figure of another system or level, another survey), replaced (by
the whole of a later file), deleted, undone (its import was taken back), corrected (a
correction counts instead, which is a row of its own) or set_aside by a correction.
`element`, `option` and `place` are as the file writes them."""

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


_FORMULA_ELEMENTS = ("element", "first", "last", "second")


def contributions(workspace: Workspace, fact: Mapping[str, Any]) -> pa.Table:
    """Every row that went into a fact, and those a later file replaced.

    `fact` is a row of `tables.FACTS`. Columns: `CONTRIBUTIONS`. A fact computed from
    no row (a silent month) gives no row.
    """
    indicator = workspace.catalogue.indicators.get(fact["indicator"])
    if indicator is None:
        return CONTRIBUTIONS.empty_table()
    every, used = _snapshots_of(workspace, fact)
    if fact["method"] in survey_rows.METHODS:
        found = survey_rows.measured(_facts_file(workspace, fact, "duckdb"), fact)
        rows = survey_rows.survey_rows(found, _told(every, used))
        return pa.Table.from_pylist(rows, schema=CONTRIBUTIONS)
    known = _understood(workspace, used)
    span = periods.span(periods.code(fact["period"]))
    inside = _texts_inside(known, fact["place_id"], span)
    with duckdb.connect() as engine:
        engine.register("inside", inside)
        engine.register("told", _told(every, used))
        parts = [
            _value_rows(engine, workspace, known, every, indicator, fact, span, inside),
            _target_rows(engine, known, indicator, fact, span, used),
            _report_rows(engine, workspace, known, indicator, fact),
        ]
    return pa.concat_tables(parts).sort_by(
        [("role", "descending"), ("period", "ascending"), ("place", "ascending")]
    )


_last: dict[tuple[object, ...], Understood] = {}


def _understood(workspace: Workspace, used: Sequence[Snapshot]) -> Understood:
    """`understand`, kept for the next fact of the same snapshots and catalogue."""
    key = (workspace.root, workspace.catalogue.hash, *(s.id for s in used))
    if key not in _last:
        _last.clear()
        _last[key] = understand(workspace, used)
    return _last[key]


def _snapshots_of(
    workspace: Workspace, fact: Mapping[str, Any]
) -> tuple[list[Snapshot], list[Snapshot]]:
    """Every snapshot of the lake, and those the fact's build was made from."""
    every = snapshots.snapshots(workspace.lake)
    path = _facts_file(workspace, fact, "json")
    if not path.exists():
        return every, [snapshot for snapshot in every if snapshot.live]
    names = set(json.loads(path.read_text())["snapshots"])
    return every, [snapshot for snapshot in every if snapshot.id in names]


def _texts_inside(known: Understood, place_id: str, span: periods.Span) -> pa.Table:
    """Source texts of the units that add to a place in a span: text, unit, place_id."""
    ids = known.dimension["place_id"].to_pylist()
    keys = known.dimension["place_key"].to_pylist()
    by_key = dict(zip(keys, ids, strict=True))
    place = {id_: key for key, id_ in by_key.items()}.get(place_id)
    units = {
        way["place_key"]
        for way in known.tree.membership().to_pylist()
        if way["ancestor_key"] == place
        and way["first_month"] <= span.last
        and way["last_month"] >= span.first
    }
    rows = [
        {"text": text, "unit": key, "place_id": by_key[key]}
        for text, key in known.place_keys.items()
        if key in units
    ]
    kinds = (("text", pa.string()), ("unit", pa.int32()), ("place_id", pa.string()))
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def _told(every: Sequence[Snapshot], used: Sequence[Snapshot]) -> pa.Table:
    """Name, day and file names of each snapshot, and whether the build used it."""
    made_from = {snapshot.id for snapshot in used}
    rows = [
        {
            "snapshot": snapshot.sequence,
            "file": index,
            "id": snapshot.id,
            "received": _moment(snapshot.received),
            "name": file.name,
            "used": snapshot.id in made_from,
        }
        for snapshot in every
        for index, file in enumerate(snapshot.files)
    ]
    columns = ("snapshot", "file", "id", "received", "name", "used")
    kinds = (pa.int32(), pa.int16(), *[pa.string()] * 3, pa.bool_())
    schema = pa.schema(list(zip(columns, kinds, strict=True)))
    return pa.Table.from_pylist(rows, schema=schema)


def _moment(received: datetime.datetime) -> str:
    return received.isoformat(timespec="seconds")


def _variant(indicator: Indicator) -> str:
    if indicator.formula.get("strategy") == "campaign":
        return CAMPAIGN
    return ALL if indicator.formula.get("ages") == "all" else TARGET


def corrected(workspace: Workspace, fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Corrections that enter a fact: reported, counted instead, why and by whom."""
    indicator = workspace.catalogue.indicators.get(fact["indicator"])
    applied = corrected_rows.applied(_facts_file(workspace, fact, "duckdb"))
    if indicator is None or not applied or fact["method"] in survey_rows.METHODS:
        return []
    known = _understood(workspace, _snapshots_of(workspace, fact)[1])
    code = periods.code(fact["period"])
    texts = _texts_inside(known, fact["place_id"], periods.span(code))
    units = texts["unit"].to_pylist()
    codes = _elements(indicator)
    return [
        corrected_rows.said(correction)
        for correction in corrected_rows.inside(applied, units, _inside(code))
        if correction["code"] in codes
    ]


def _elements(indicator: Indicator) -> list[str | None]:
    """Codes of the elements whose values a fact of an indicator is made of."""
    if indicator.formula["kind"] == "red_category":
        return ["DTP1", "DTP3"]
    return [indicator.formula.get(name) for name in _FORMULA_ELEMENTS]


def _value_rows(
    engine: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    known: Understood,
    every: Sequence[Snapshot],
    indicator: Indicator,
    fact: Mapping[str, Any],
    span: periods.Span,
    texts: pa.Table,
) -> pa.Table:
    codes = _elements(indicator)
    wanted = {
        key
        for (code, variant), key in known.mapped.keys.items()
        if code in codes and variant == _variant(indicator)
    }
    kinds: dict[Kind, list[dict[str, Any]]] = {}
    for row in known.mapped.cells:
        if row["key"] in wanted:
            kinds.setdefault(_kind_of(row), []).append(row)
    inside = _inside(periods.code(fact["period"]))
    applied = corrected_rows.applied(_facts_file(workspace, fact, "duckdb"))
    units = texts["unit"].to_pylist()
    touched = _of_kinds(
        corrected_rows.inside(applied, units, inside), known, wanted, kinds
    )
    every_file = merge.values_files(every)
    files = [
        file
        for file in every_file
        if file.first_period // 100 <= span.last // 100
        and file.last_period // 100 >= span.first // 100
    ]
    if touched and not files:
        files = every_file[:1]  # what people entered is all there is of these years
    if not kinds or not files:
        return CONTRIBUTIONS.empty_table()
    columns = ("element", "option", "sex", "age", "strategy")
    schema = pa.schema([(name, pa.string()) for name in columns])
    listed = [dict(zip(columns, kind, strict=True)) for kind in kinds]
    engine.register("kinds", pa.Table.from_pylist(listed, schema=schema))
    engine.register("inside_periods", pa.table({"period": pa.array(inside, "i4")}))
    union = " UNION ALL BY NAME ".join(
        f"{merge.select(engine, file)} WHERE period BETWEEN {span.first // 100}00"
        f" AND {span.last // 100}99"
        for file in files
    )
    query = _VALUE_ROWS.format(union=union, replaced=_replaced(files, every))
    told = _origins(engine)
    rows = corrected_rows.with_corrections(
        engine.sql(query).to_arrow_table().to_pylist(), touched, told
    )
    asked = Asked(
        place=_place_key(known, fact["place_id"]),
        sexes=_sexes(indicator, fact["sex"]),
        kinds=kinds,
        ways=_ways(known, {row["unit"] for row in rows}),
        zeros_dropped=frozenset(counting.zeros_dropped(known)),
    )
    found = corrected_rows.as_told(rows, states(rows, asked), told)
    return _finished([row for row in found if row["state"]])


def _of_kinds(
    applied: Sequence[corrected_rows.Row],
    known: Understood,
    wanted: set[int],
    kinds: dict[Kind, list[dict[str, Any]]],
) -> list[corrected_rows.Row]:
    """Corrections about some elements; adds to `kinds` those that only people told."""
    found = []
    for correction in applied:
        cells = kinds.get(_kind_told(correction), [])
        if correction["file"] is None and not cells:
            own = judging.own_cells(correction, known)
            cells = [row for row in own if row["key"] in wanted]
            if cells:
                kinds[_kind_told(correction)] = cells
        if cells:
            found.append(correction)
    return found


def _kind_told(row: Mapping[str, Any]) -> Kind:
    texts = [row[n] or "" for n in ("option", "sex", "age", "strategy")]
    return row["element"], texts[0], texts[1], texts[2], texts[3]


def _origins(engine: duckdb.DuckDBPyConnection) -> dict[Any, dict[str, Any]]:
    """What is known of each import's file, by its numbers."""
    rows = engine.sql("SELECT * FROM told").to_arrow_table().to_pylist()
    return {(row["snapshot"], row["file"]): row for row in rows}


def measured(workspace: Workspace, fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a survey, lot or WHO/UNICEF file tells beside a fact's value."""
    return survey_rows.measured(_facts_file(workspace, fact, "duckdb"), fact)


def _kind_of(row: Mapping[str, Any]) -> Kind:
    return row["element"], row["option"], row["sex"], row["age"], row["strategy"]


def _place_key(known: Understood, place_id: str) -> int:
    ids, keys = known.dimension["place_id"], known.dimension["place_key"]
    return int(keys[pc.index(ids, place_id).as_py()].as_py())


def _sexes(indicator: Indicator, sex: str) -> frozenset[int]:
    """Whose doses a fact is made of; a gap is made of girls' and boys'."""
    if indicator.formula["kind"].startswith("sex_"):
        return frozenset((FEMALE, MALE))
    return frozenset(({"female": FEMALE, "male": MALE}.get(sex, BOTH),))


def _ways(known: Understood, units: set[int]) -> dict[int, list[Way]]:
    ways: dict[int, list[Way]] = {}
    for way in known.tree.membership().to_pylist():
        months = way["ancestor_key"], way["first_month"], way["last_month"]
        ways.setdefault(way["place_key"], []).append(months)
    return {unit: found for unit, found in ways.items() if unit in units}


def _replaced(files: Sequence[merge.ValuesFile], every: Sequence[Snapshot]) -> str:
    """SQL: whether a later `--replace` file that counts is the whole of the row's."""
    live = {snapshot.sequence for snapshot in every if snapshot.live}
    conditions = ["FALSE"]
    for file in files:
        if not file.replace or file.snapshot not in live:
            continue
        path = str(file.path).replace("'", "''")
        within = " AND ".join(
            f"v.{column} IN (SELECT {column} FROM read_parquet('{path}'))"
            for column in ("element", "place", "period")
        )
        same = f"v.system = '{file.system}' AND v.snapshot < {file.snapshot}"
        conditions.append(f"({same} AND {within})")
    return " OR ".join(conditions)


def _inside(code: int) -> list[int]:
    """Every month, quarter, semester and year that lies inside a period."""
    months = set(periods.months(code))
    found = set(months)
    for month in months:
        for kind in (periods.QUARTER, periods.SEMESTER, periods.YEAR):
            longer = periods.containing(month, kind)
            if set(periods.months(longer)) <= months:
                found.add(longer)
    return sorted(found)


_VALUE_ROWS = """
SELECT v.* EXCLUDE (replace), i.unit, i.place_id, t.id, t.received, t.name, t.used,
       coalesce({replaced}, FALSE) AS replaced
FROM ({union}) v
JOIN inside i ON i.text = v.place
JOIN inside_periods p ON p.period = v.period
JOIN told t ON t.snapshot = v.snapshot AND t.file = v.file
WHERE EXISTS (SELECT 1 FROM kinds k WHERE k.element = v.element
    AND k.option = coalesce(v.option, '') AND k.sex = coalesce(v.sex, '')
    AND k.age = coalesce(v.age, '') AND k.strategy = coalesce(v.strategy, ''))
"""


def _finished(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of values in the shape of `CONTRIBUTIONS`."""
    told = [
        {
            **row,
            "role": "numerator",
            "snapshot": row["id"],
            "file": row["name"],
            "period": periods.text(row["period"]),
        }
        for row in rows
    ]
    return pa.Table.from_pylist(told, schema=CONTRIBUTIONS)


def _period_texts(rows: pa.Table) -> pa.Array:
    return pa.array([periods.text(code) for code in rows["period"].to_pylist()], "str")


def _target_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    indicator: Indicator,
    fact: Mapping[str, Any],
    span: periods.Span,
    used: Sequence[Snapshot],
) -> pa.Table:
    """Figures of the target population: the place's own, else those inside it."""
    source = fact["denominator_source"]
    if source not in _POPULATIONS_OF:
        return CONTRIBUTIONS.empty_table()
    asked = indicator.formula.get("population", "surviving_infants")
    population = _POPULATIONS_OF[source] or asked
    given = known.tables["targets"]
    order = (population, *_STANDING.get(population, ()))
    of_population = pc.is_in(given["population"], pa.array(order))
    engine.register("targets", given.filter(of_population))
    first_year, last_year = span.first // 100 - 1, span.last // 100
    tidy: pa.Table = engine.sql(
        _TARGET_ROWS, params=[first_year, last_year]
    ).to_arrow_table()
    values = population_values(
        engine, known, populations=order, first_year=first_year, last_year=last_year
    )
    rows = pa.concat_tables([tidy, values], promote_options="permissive")
    ways = _ways(known, set(rows["unit"].to_pylist()))
    place = _place_key(known, fact["place_id"])
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


def _report_rows(
    engine: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    known: Understood,
    indicator: Indicator,
    fact: Mapping[str, Any],
) -> pa.Table:
    """Stated reports, for a share of reports."""
    if indicator.formula["kind"] not in KINDS:
        return CONTRIBUTIONS.empty_table()
    months = pa.array(list(periods.months(periods.code(fact["period"]))), "i4")
    engine.register("months", pa.table({"period": months}))
    profile = workspace.catalogue.profiles[fact["profile"]]
    rows = report_rows(
        engine,
        known,
        indicator,
        dataset=form_of(
            _facts_file(workspace, fact, "duckdb"),
            known,
            indicator.formula.get("form_of"),
        ),
        rates=profile.value("completeness_from") == "stated_rate",
        place=_place_key(known, fact["place_id"]),
        ways=_ways(known, set(known.place_keys.values())),
    )
    told = [{**row, "period": periods.text(row["month"])} for row in rows]
    return pa.Table.from_pylist(told, schema=CONTRIBUTIONS)


def _facts_file(workspace: Workspace, fact: Mapping[str, Any], suffix: str) -> Path:
    """A file of the build that a fact is of; figures as of a day lie apart."""
    folder = builds.folder(workspace.lake, fact["profile"])
    name = f"{fact['build']}.{suffix}"
    aside = folder / "as-of" / name
    return aside if aside.exists() else folder / name


def _under(unit: int, place: int, ways: Mapping[int, Sequence[Way]]) -> bool:
    return any(way[0] == place for way in ways.get(unit, ()))


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
