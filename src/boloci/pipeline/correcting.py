"""Corrections that people decided, put in the place of what was reported.

Nothing reported is overwritten: the snapshots stay as they came. `placed`, on which
every count and every scenario rests, reads the values with the corrections that apply
(`judging`) in them; the facts they enter have the flag `corrected`.

Tables of the engine
    corrections        the register, a row a correction, with what became of it
    corrected_values   the values that corrections replace, set aside or question
    corrected_cells    their cells, as `placed` takes them (temporary)
    corrected_counts   elements, places and periods that they enter (temporary)
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.lake.engines import Engine
from boloci.pipeline import judging
from boloci.pipeline.judging import NAMED, Ruling, Told, Value
from boloci.pipeline.understanding import Understood
from boloci.tables import SNAPSHOT, TIDY, Finding

REGISTER = pa.schema(
    [
        *(SNAPSHOT["corrections"].field(name) for name in TIDY["corrections"].names),
        ("place", pa.int32()),
        ("code", pa.string()),
        *((name, pa.string()) for name in ("state", "later", "parts")),
        *((name, pa.float64()) for name in ("reported", "corrected", "guard")),
        *((name, pa.int32()) for name in ("snapshot", "file", "row")),
    ]
)
"""Table `corrections`: the columns of the file; `place` (key) and `code` (element) as
understood; `state` (`judging.STATES`); `reported` by the source now, `corrected`: what
counts instead; `guard`: what the source has to say; `later`: the correction that
replaces it; `parts`: what the source tells instead; where its row came from."""

VALUES = pa.schema(
    [
        ("correction_id", pa.string()),
        ("unit", pa.int32()),
        ("period", pa.int32()),
        *((name, pa.bool_() if name == "aggregate" else pa.string()) for name in NAMED),
        *((name, pa.int32()) for name in ("snapshot", "file", "row")),
        *((name, pa.float64()) for name in ("reported", "corrected")),
    ]
)
"""Table `corrected_values`: each value touched, named as its source names it; `file`
and `row` null: no source has it, a person entered it."""

_CELLS = pa.schema(
    [
        *((name, pa.int32()) for name in ("unit", "period")),
        *((name, pa.int16()) for name in ("key", "kind_cell")),
        ("value", pa.float64()),
        ("snapshot", pa.int32()),
        ("system", pa.string()),
        ("aggregate", pa.bool_()),
    ]
)
_SPANS = pa.schema(
    [
        ("unit", pa.int32()),
        ("element", pa.int16()),
        *((name, pa.int32()) for name in ("month", "period")),
    ]
)


def correct(engine: Engine, known: Understood, told: Told) -> None:
    """Tables `corrections`, `corrected_values`, `corrected_cells`, `corrected_counts`.

    Reads `kind_cells`, `place_texts` and `membership`. Without corrections nothing of
    the values is read.
    """
    rulings = judging.judge(engine, known, told)
    applied = [ruling for ruling in rulings if ruling.state == judging.APPLIED]
    put(engine, rulings)
    siblings = _beside(engine, known, told, applied)
    cells = _cells(applied, siblings)
    engine.put("corrected_cells", pa.Table.from_pylist(cells, schema=_CELLS))
    touched = [
        {"unit": value.unit, "element": key, "month": month, "period": period}
        for ruling in applied
        for value in ruling.touches
        for key, _cell in value.cells
        for month, period in _longer(value.period)
    ]
    engine.put("corrected_spans", pa.Table.from_pylist(touched, schema=_SPANS))
    engine.create(
        "corrected_counts",
        "SELECT DISTINCT s.element, m.place, s.period, 1::TINYINT AS corrected"
        " FROM corrected_spans s JOIN membership m ON m.unit = s.unit"
        " AND s.month BETWEEN m.first_month AND m.last_month",
    )
    engine.drop("corrected_spans")


def put(engine: Engine, rulings: Sequence[Ruling]) -> None:
    """Tables `corrections` and `corrected_values`, kept in the published file."""
    engine.put("corrections", register(rulings), lasting=True)
    touched = [
        {
            **dict(zip(NAMED, value.named, strict=True)),
            **{name: getattr(value, name) for name in _WHERE},
            "correction_id": ruling.row["correction_id"],
            "reported": value.value,
            "corrected": ruling.corrected,
        }
        for ruling in rulings
        if ruling.state == judging.APPLIED
        for value in ruling.touches
    ]
    rows = pa.Table.from_pylist(touched, schema=VALUES)
    engine.put("corrected_values", rows, lasting=True)


_WHERE = ("unit", "period", "snapshot", "file", "row")


def register(rulings: Sequence[Ruling]) -> pa.Table:
    """The register in the schema `REGISTER`."""
    rows = [
        {
            **ruling.row,
            "place": ruling.unit,
            "code": ruling.code,
            "state": ruling.state,
            "later": ruling.later,
            "parts": parts_said(ruling),
            "reported": ruling.reported,
            "corrected": ruling.corrected,
            "guard": ruling.guard,
        }
        for ruling in rulings
    ]
    return pa.Table.from_pylist(rows, schema=REGISTER)


def parts_said(ruling: Ruling) -> str:
    """What the sources tell where they tell no such value; blank: nothing else."""
    return "; ".join(_part(value) for value in ruling.parts)


def _part(value: Value) -> str:
    """A value of a source in the words of a file of corrections."""
    element = value.named[NAMED.index("element")]
    said = " ".join(word for word in (element, *value.told[1:]) if word)
    return said if value.value is None else f"{said} = {value.value:g}"


DOUBTED = {
    judging.STALE: "correction_stale",
    judging.SUPERSEDED: "correction_superseded",
    judging.NOT_FOUND: "correction_not_found",
    judging.AMBIGUOUS: "correction_ambiguous",
    judging.UNSIGNED: "correction_unsigned",
    judging.UNKNOWN_STATUS: "correction_status_unknown",
    judging.UNKNOWN_ELEMENT: "correction_element_unknown",
    judging.UNKNOWN_PLACE: "correction_place_unknown",
}
"""State of a correction -> the finding that says why it does not count."""


def findings(engine: Engine, known: Understood) -> list[Finding]:
    """Why corrections that somebody decided do not count."""
    keys, ids = known.dimension["place_key"], known.dimension["place_id"]
    names = known.dimension["name"].to_pylist()
    called = dict(
        zip(keys.to_pylist(), zip(ids.to_pylist(), names, strict=True), strict=True)
    )
    rows = engine.arrow("SELECT * FROM corrections ORDER BY correction_id").to_pylist()
    return [
        _finding(row, *called.get(row["place"], ("", row["place_id"])))
        for row in rows
        if row["state"] in DOUBTED
    ]


def _finding(row: dict[str, Any], place_id: str, place: str) -> Finding:
    period = periods.text(row["period"])
    told = {name: row[name] or "" for name in ("correction_id", "later")}
    told["parts"] = row["parts"] or "–"
    told |= {"status": row["status"] or "", "by": row["by"] or "?"}
    told |= {"place": place, "month": row["period"]}
    told |= {"named": row["code"] or row["element"], "text": row["element"]}
    for name in ("reported", "guard", "corrected"):
        nothing = {f"{name}_fr": "rien", f"{name}_en": "nothing"}
        told |= nothing if row[name] is None else {name: row[name]}
    return Finding(
        DOUBTED[row["state"]],
        "info" if row["state"] in _KNOWN else "warning",
        element=row["code"],
        place_id=place_id,
        period_start=period,
        period_end=period,
        sex=row["sex"] or "",
        value=row["reported"],
        expected=row["guard"],
        params=told,
    )


_KNOWN = (judging.SUPERSEDED, judging.UNSIGNED)
"""States that ask for a look, and of which nothing is wrong."""


def with_corrections(rows: str) -> str:
    """SQL of values with those of corrected units, periods and elements exchanged."""
    return (
        f"SELECT {_TAKEN} FROM ({rows}) v ANTI JOIN corrected_cells c"
        " ON v.unit = c.unit AND v.period = c.period AND v.key = c.key"
        f" UNION ALL SELECT {_TAKEN} FROM corrected_cells"
    )


_TAKEN = "unit, period, key, kind_cell, value, snapshot, system, aggregate"


def _beside(
    engine: Engine, known: Understood, told: Told, applied: Sequence[Ruling]
) -> list[Value]:
    """Every value of the units, periods and elements that corrections touch."""
    if not applied:
        return []
    rows = [ruling.row for ruling in applied]
    values = judging.values_of(engine, known, told(engine, known, known.files), rows)
    return [value for found in values.values() for value in found]


def _cells(
    applied: Sequence[Ruling], siblings: Sequence[Value]
) -> list[dict[str, Any]]:
    """Rows that stand in `placed` for the units, periods and elements corrected."""
    corrected = {
        (value.unit, value.period, value.named): ruling
        for ruling in applied
        for value in ruling.touches
    }
    groups = {
        (value.unit, value.period, key)
        for ruling in applied
        for value in ruling.touches
        for key, _cell in value.cells
    }
    known = {(value.unit, value.period, value.named) for value in siblings}
    entered = [
        value
        for ruling in applied
        for value in ruling.touches
        if (value.unit, value.period, value.named) not in known
    ]
    rows = []
    for value in (*siblings, *entered):
        ruling = corrected.get((value.unit, value.period, value.named))
        for key, cell in value.cells:
            if (value.unit, value.period, key) in groups:
                rows.append(
                    {
                        "unit": value.unit,
                        "period": value.period,
                        "key": key,
                        "kind_cell": cell,
                        "value": ruling.corrected if ruling else value.value,
                        "snapshot": value.snapshot,
                        "system": value.named[0],
                        "aggregate": value.named[1],
                    }
                )
    return rows


def _longer(period: int) -> list[tuple[int, int]]:
    """The last month of a period with each period that contains it, itself included."""
    last = periods.span(period).last
    kinds = (periods.QUARTER, periods.SEMESTER, periods.YEAR)
    containing = [periods.containing(last, kind) for kind in kinds]
    own = set(periods.months(period))
    inside = [each for each in containing if own <= set(periods.months(each))]
    return [(last, each) for each in dict.fromkeys((period, *inside))]
