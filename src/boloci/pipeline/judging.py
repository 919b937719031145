"""What becomes of each correction that people decided: it applies, or why it does not.

A correction names one value (place, element, period, sex, age, strategy; blank: the
total). It applies when it is accepted and the source still says what it said when the
correction was made: `expect`, else what counted at the correction's own import. Where
the source tells parts of what is named, or several values for it, nothing is guessed.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boloci.lake.engines import Engine
from boloci.lake.merge import ValuesFile
from boloci.names import fold
from boloci.pipeline import mapping
from boloci.pipeline.understanding import Understood

ACCEPTED, PROPOSED = "accepted", "proposed"
REJECTED, WITHDRAWN = "rejected", "withdrawn"
STATUS_WORDS = {
    ACCEPTED: "accepted accept approved applied validated"
    " acceptee accepte approuvee approuve appliquee applique validee valide",
    PROPOSED: "proposed pending draft proposee propose attente",
    REJECTED: "rejected refused declined rejetee rejete refusee refuse",
    WITHDRAWN: "withdrawn cancelled canceled retiree retire annulee annule",
}
"""Words of a status in English and French, folded: without case and accents."""
_STATUS = {word: code for code, words in STATUS_WORDS.items() for word in words.split()}

APPLIED, STALE, IN_SOURCE = "applied", "stale", "in_source"
SUPERSEDED, NOT_FOUND, AMBIGUOUS = "superseded", "not_found", "ambiguous"
UNSIGNED, UNKNOWN_STATUS = "unsigned", "unknown_status"
UNKNOWN_ELEMENT, UNKNOWN_PLACE = "unknown_element", "unknown_place"
STATES = (
    *(APPLIED, STALE, IN_SOURCE, SUPERSEDED, NOT_FOUND, AMBIGUOUS, PROPOSED, UNSIGNED),
    *(REJECTED, WITHDRAWN, UNKNOWN_STATUS, UNKNOWN_ELEMENT, UNKNOWN_PLACE),
)
"""What became of a correction. in_source: the source itself says now what the
correction says; superseded: a later one corrects the same value; unsigned: no status,
and who or why is not said; the rest as their words say."""

Row = Mapping[str, Any]
Told = Callable[[Engine, Understood, Sequence[ValuesFile]], str]
"""SQL of what files tell: see `placing.told`."""

_SPLIT = ("sex", "age", "strategy")
_SOURCE = ("system", "aggregate", "element", "option", "attribute", "place")
NAMED = (*_SOURCE, *_SPLIT)
"""What names one value of a unit and period among the values of its sources."""


@dataclass(frozen=True)
class Value:
    """One value that a source tells, with the cells it counts in."""

    unit: int
    period: int
    named: tuple[Any, ...]
    """Its words for `NAMED`."""
    told: tuple[str, str, str, str]
    """Element code, sex, age and strategy: see `mapping.TOLD`."""
    value: float | None
    snapshot: int
    file: int | None
    row: int | None
    cells: tuple[tuple[int, int], ...]
    """Element key and cell of the form."""


@dataclass(frozen=True)
class Ruling:
    """What became of one correction."""

    row: Row
    state: str
    unit: int | None = None
    code: str = ""
    """Element code, as the catalogue has it."""
    touches: tuple[Value, ...] = ()
    """The value it is about: once for each system that tells it."""
    reported: float | None = None
    guard: float | None = None
    """What the source has to say for the correction to apply; null: nothing."""
    parts: tuple[Value, ...] = ()
    """What the sources tell instead, where they tell no such value."""
    later: str = ""
    """The correction that replaces it."""

    @property
    def corrected(self) -> float | None:
        """What counts instead of what was reported; null: missing."""
        kept = {"replace": self.row["value"], "drop": None}
        return kept.get(self.row["action"], self.reported)


def judge(engine: Engine, known: Understood, told: Told) -> list[Ruling]:
    """What becomes of each correction of the register, in the order of its ids."""
    rows = known.tables["corrections"].to_pylist()
    if not rows:
        return []
    values = values_of(engine, known, told(engine, known, known.files), rows)
    found = [_found(row, known, values) for row in rows]
    return _latest_of_each(_guarded(found, engine, known, told), known)


def values_of(
    engine: Engine, known: Understood, told: str, rows: Iterable[Row]
) -> dict[tuple[int, int], list[Value]]:
    """Values of the units and periods that corrections name, by unit and period."""
    units = sorted({known.place_keys.get(row["place_id"], -1) for row in rows})
    spans = sorted({row["period"] for row in rows})
    if not told:
        return {}
    kinds = {_kind(row): row["told"] for row in known.mapped.cells}
    texts = ", ".join(f'"{name}"' for name in NAMED)
    found = engine.arrow(
        f"SELECT unit, period, {texts}, any_value(value) AS value,"
        ' max(snapshot) AS snapshot, max(file) AS file, max("row") AS "row",'
        " list({'key': key, 'cell': kind_cell} ORDER BY key, kind_cell) AS cells"
        f" FROM ({told}) WHERE list_contains(?, period) AND place IN"
        " (SELECT text FROM place_texts WHERE list_contains(?, unit))"
        f" GROUP BY unit, period, {texts} ORDER BY ALL",
        spans,
        units,
    )
    by_month: dict[tuple[int, int], list[Value]] = {}
    for row in found.to_pylist():
        value = Value(
            **{name: row[name] for name in ("unit", "period", "value", "snapshot")},
            named=tuple(row[name] for name in NAMED),
            told=kinds[_kind(row)],
            file=row["file"],
            row=row["row"],
            cells=tuple((cell["key"], cell["cell"]) for cell in row["cells"]),
        )
        by_month.setdefault((value.unit, value.period), []).append(value)
    return by_month


def _kind(row: Row) -> tuple[str, ...]:
    return tuple(row[n] or "" for n in ("element", "option", *_SPLIT))


def _found(
    row: Row, known: Understood, values: Mapping[tuple[int, int], list[Value]]
) -> Ruling:
    """The value that a correction is about, or why there is none."""
    unit = known.place_keys.get(row["place_id"])
    if unit is None:
        return Ruling(row, UNKNOWN_PLACE)
    cells = own_cells(row, known)
    if not cells:
        return Ruling(row, UNKNOWN_ELEMENT, unit)
    code = cells[0]["told"][0]
    ruling = Ruling(row, _asked(row), unit, code)
    here = values.get((unit, row["period"]), [])
    own = [value for value in here if value.told[0] == code]
    if row["element"] == cells[0]["named"] != code:
        own = [v for v in own if v.named[NAMED.index("element")] == row["element"]]
    exact = [value for value in own if value.told == cells[0]["told"]]
    if exact and len({value.named[:2] for value in exact}) == len(exact):
        return _about(ruling, exact)
    tellings = {row["told"] for row in known.mapped.cells if row["told"][0] == code}
    if not exact and len(own) == 1 and len(tellings) == 1 and _within(own[0], cells):
        return _about(ruling, own)
    if exact or any(_within(value, cells) for value in own):
        return replace(ruling, state=AMBIGUOUS, parts=tuple(exact or own))
    entered = _entered(row, unit, cells, here, known)
    if row["action"] != "replace" or not entered:
        return replace(ruling, state=NOT_FOUND)
    if own and cells[0]["told"] not in tellings:
        return replace(ruling, state=NOT_FOUND, parts=tuple(own))
    return replace(ruling, touches=(entered,))


def own_cells(row: Row, known: Understood) -> list[dict[str, Any]]:
    """Cells in which the value that a correction names counts: see `Mapped.cells`."""
    tables = known.tables
    kind = mapping.Kind(
        element=row["element"],
        option="",
        sex=row["sex"] or "",
        age=row["age"] or "",
        strategy=row["strategy"] or "",
        rows=1,
        first_period=row["period"],
        last_period=row["period"],
    )
    names = mapping.names_of(tables["elements"], tables["options"])
    return mapping.cells_of(known.catalogue, known.mapped, kind, names)


def _asked(row: Row) -> str:
    """What people decided: a state that keeps a correction out, or accepted."""
    status = fold(row["status"] or "")
    if not status:
        return ACCEPTED if row["by"] and row["reason"] else UNSIGNED
    meant = {_STATUS[word] for word in status.split() if word in _STATUS}
    return meant.pop() if len(meant) == 1 else UNKNOWN_STATUS


def _about(ruling: Ruling, values: Sequence[Value]) -> Ruling:
    """The ruling about values that several systems tell: the latest is reported."""
    ordered = tuple(sorted(values, key=lambda value: -value.snapshot))
    return replace(ruling, touches=ordered, reported=ordered[0].value)


def _within(value: Value, cells: Sequence[Row]) -> bool:
    """Whether a value is a part of what a correction names."""
    pairs = zip(value.told[1:], cells[0]["told"][1:], strict=True)
    return all(asked in ("", part) for part, asked in pairs)


def _entered(
    row: Row,
    unit: int,
    cells: Sequence[Row],
    here: Sequence[Value],
    known: Understood,
) -> Value | None:
    """A value where no source has one, on the form that the unit else fills in."""
    tellings = [(file.system, file.aggregate) for file in known.files]
    mine = [(v.named[0], v.named[1]) for v in sorted(here, key=lambda v: v.snapshot)]
    if not tellings:
        return None
    system, aggregate = mine[-1] if mine else min(tellings[::-1], key=lambda t: t[1])
    words = {"element": row["element"], "place": row["place_id"]}
    words |= {name: row[name] for name in _SPLIT}
    words |= {"system": system, "aggregate": aggregate}
    return Value(
        unit=unit,
        period=row["period"],
        named=tuple(words.get(name) for name in NAMED),
        told=cells[0]["told"],
        value=None,
        snapshot=row["snapshot"],
        file=None,
        row=None,
        cells=tuple((cell["key"], cell["cell"]) for cell in cells),
    )


def _guarded(
    found: Sequence[Ruling], engine: Engine, known: Understood, told: Told
) -> list[Ruling]:
    """Accepted corrections whose source still says what it said then; or stale."""
    before: dict[int, dict[tuple[int, int], list[Value]]] = {}
    judged = []
    for ruling in found:
        row = ruling.row
        if ruling.touches:
            guard, then = row["expect"], row["snapshot"]
            told_since = ruling.touches[0].snapshot > then
            if guard is None and not told_since:
                guard = ruling.reported
            elif guard is None:
                if then not in before:
                    files = [file for file in known.files if file.snapshot <= then]
                    query = told(engine, known, files)
                    rows = [each.row for each in found]
                    before[then] = values_of(engine, known, query, rows)
                guard = _found(row, known, before[then]).reported
            ruling = replace(ruling, guard=guard)
            ruling = _held(ruling) if ruling.state == ACCEPTED else ruling
        judged.append(ruling)
    return judged


def _held(ruling: Ruling) -> Ruling:
    """An accepted correction beside what the source says now."""
    action, reported = ruling.row["action"], ruling.reported
    if action == "drop" and reported is None and ruling.guard is None:
        return replace(ruling, state=NOT_FOUND)
    if _same(reported, ruling.guard):
        return replace(ruling, state=APPLIED)
    agrees = action != "flag" and _same(reported, ruling.corrected)
    return replace(ruling, state=IN_SOURCE if agrees else STALE)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, abs_tol=1e-9)


def _latest_of_each(rulings: Sequence[Ruling], known: Understood) -> list[Ruling]:
    """Of several that apply to one value the latest, by their day or their import."""
    received = {s.sequence: s.received.date() for s in known.snapshots}

    def when(ruling: Ruling) -> tuple[datetime.date, int, int, int]:
        row = ruling.row
        day = row["on"] or received.get(row["snapshot"], datetime.date.max)
        return day, row["snapshot"], row["file"] or 0, row["row"] or 0

    latest: dict[tuple[Any, ...], Ruling] = {}
    for ruling in rulings:
        if ruling.state == APPLIED:
            held = latest.setdefault(_target(ruling), ruling)
            latest[_target(ruling)] = max(held, ruling, key=when)
    judged = []
    for ruling in rulings:
        winner = latest.get(_target(ruling)) if ruling.state == APPLIED else None
        if winner is not None and winner is not ruling:
            later = winner.row["correction_id"]
            ruling = replace(ruling, state=SUPERSEDED, later=later)
        judged.append(ruling)
    return judged


def _target(ruling: Ruling) -> tuple[Any, ...]:
    """The value a correction is about, whatever the words it is named by."""
    value = ruling.touches[0]
    return value.unit, value.period, value.told, *value.named[:2]
