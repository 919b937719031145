"""The values that a number was counted from, one row of a file each.

Rows are found by the texts of their file; which of them are in the number `choosing`
tells, with the corrections by people that enter it (`corrected_rows`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.lake import merge
from boloci.lake.snapshots import Snapshot
from boloci.pipeline import corrected_rows, counting, judging
from boloci.pipeline.choosing import Asked, Kind, states
from boloci.pipeline.mapping import ALL, CAMPAIGN, TARGET
from boloci.pipeline.source_rows import (
    CONTRIBUTIONS,
    periods_inside,
    place_key,
    ways_of,
)
from boloci.pipeline.understanding import Understood
from boloci.stats.vocabulary import BOTH, FEMALE, MALE

Kinds = dict[Kind, list[dict[str, Any]]]
"""How the source writes the elements of a number -> rows of `Mapped.cells`."""

_FORMULA_ELEMENTS = ("element", "first", "last", "second")


def value_rows(
    engine: duckdb.DuckDBPyConnection,
    known: Understood,
    every: Sequence[Snapshot],
    indicator: Indicator,
    fact: Mapping[str, Any],
    corrections: Sequence[corrected_rows.Row],
) -> pa.Table:
    """Values behind a fact, used or not, in the columns `CONTRIBUTIONS`.

    `every`: all snapshots of the lake, those undone too. `corrections`: those of
    places and periods inside the fact's. Reads the registered tables `inside` (texts
    of units) and `told` (snapshots and files). No row where the fact is made of none.
    """
    code = periods.code(fact["period"])
    span = periods.span(code)
    codes = elements(indicator)
    wanted = {
        key
        for (element, variant), key in known.mapped.keys.items()
        if element in codes and variant == _variant(indicator)
    }
    kinds = _kinds(known, wanted)
    touched = _of_kinds(corrections, known, wanted, kinds)
    files = _files(every, span, always=bool(touched))
    if not kinds or not files:
        return CONTRIBUTIONS.empty_table()
    told = _origins(engine)
    reported = _reported(engine, files, every, kinds, code)
    rows = corrected_rows.with_corrections(reported, touched, told)
    asked = Asked(
        place=place_key(known, fact["place_id"]),
        sexes=_sexes(indicator, fact["sex"]),
        kinds=kinds,
        ways=ways_of(known, (row["unit"] for row in rows)),
        zeros_dropped=frozenset(counting.zeros_dropped(known)),
    )
    found = corrected_rows.as_told(rows, states(rows, asked), told)
    return _finished([row for row in found if row["state"]])


def elements(indicator: Indicator) -> list[str | None]:
    """Codes of the elements whose values a fact of an indicator is made of."""
    if indicator.formula["kind"] == "red_category":
        return ["DTP1", "DTP3"]
    return [indicator.formula.get(name) for name in _FORMULA_ELEMENTS]


def _variant(indicator: Indicator) -> str:
    if indicator.formula.get("strategy") == "campaign":
        return CAMPAIGN
    return ALL if indicator.formula.get("ages") == "all" else TARGET


def _kinds(known: Understood, wanted: Iterable[int]) -> Kinds:
    """Cells of the elements with some keys, by how the source writes them."""
    wanted = set(wanted)
    kinds: Kinds = {}
    for row in known.mapped.cells:
        if row["key"] in wanted:
            kinds.setdefault(_kind_of(row), []).append(row)
    return kinds


def _kind_of(row: Mapping[str, Any]) -> Kind:
    return row["element"], row["option"], row["sex"], row["age"], row["strategy"]


def _of_kinds(
    applied: Sequence[corrected_rows.Row],
    known: Understood,
    wanted: set[int],
    kinds: Kinds,
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


def _files(
    every: Sequence[Snapshot], span: periods.Span, *, always: bool
) -> list[merge.ValuesFile]:
    """Files of values that tell years of a span; `always`: one of others, if none."""
    files = merge.values_files(every)
    found = [
        file
        for file in files
        if file.first_period // 100 <= span.last // 100
        and file.last_period // 100 >= span.first // 100
    ]
    if always and not found:
        return files[:1]  # what people entered is all there is of these years
    return found


def _reported(
    engine: duckdb.DuckDBPyConnection,
    files: Sequence[merge.ValuesFile],
    every: Sequence[Snapshot],
    kinds: Iterable[Kind],
    code: int,
) -> list[dict[str, Any]]:
    """Rows of files about some kinds of values, as reported, inside a period."""
    columns = ("element", "option", "sex", "age", "strategy")
    schema = pa.schema([(name, pa.string()) for name in columns])
    listed = [dict(zip(columns, kind, strict=True)) for kind in kinds]
    engine.register("kinds", pa.Table.from_pylist(listed, schema=schema))
    inside = pa.array(periods_inside(code), "i4")
    engine.register("inside_periods", pa.table({"period": inside}))
    span = periods.span(code)
    union = " UNION ALL BY NAME ".join(
        f"{merge.select(engine, file)} WHERE period BETWEEN {span.first // 100}00"
        f" AND {span.last // 100}99"
        for file in files
    )
    query = _VALUE_ROWS.format(union=union, replaced=_replaced(files, every))
    rows: list[dict[str, Any]] = engine.sql(query).to_arrow_table().to_pylist()
    return rows


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


def _sexes(indicator: Indicator, sex: str) -> frozenset[int]:
    """Whose doses a fact is made of; a gap is made of girls' and boys'."""
    if indicator.formula["kind"].startswith("sex_"):
        return frozenset((FEMALE, MALE))
    return frozenset(({"female": FEMALE, "male": MALE}.get(sex, BOTH),))


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
