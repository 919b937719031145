"""The register of corrections: what people decided of single values, and what became
of it.

A correction never overwrites: the snapshot of the source stays, the correction is an
import of its own (`boloci undo` takes it back), and it counts only while the source
says what it said when the correction was made.
"""

import csv
import datetime
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.facts import Words, closest, periods_named, words
from boloci.problems import Problem, Refused, refuse
from boloci.published import published_from
from boloci.tables import TIDY
from boloci.workspace import Workspace

if TYPE_CHECKING:
    from boloci.pipeline import ImportReport
    from boloci.pipeline.judging import Ruling, Value
    from boloci.pipeline.understanding import Understood

_NUMBERS = ("value", "expect", "reported", "corrected")
_ADDED = ("place", "state", "reported", "corrected", "later", "parts")

CORRECTIONS = pa.schema(
    [
        (name, pa.float64() if name in _NUMBERS else pa.string())
        for name in (*TIDY["corrections"].names, *_ADDED)
    ]
    + [("published", pa.bool_())]
)
"""Columns of corrections.csv first, so that an export can be imported again; then the
place's name, `state` (`pipeline.judging.STATES`), what the source says now, what counts
instead, the later correction of the same value, and what a source tells instead.
`expect` is what the source has to say for the correction to count, given or not.
`published`: whether the published build knows it; one made since enters the next."""


@dataclass(frozen=True)
class Choice:
    """A value that the sources tell, in words that name it and no other."""

    element: str
    """Code; the source's own word where the code names several values."""
    sex: str
    age: str
    strategy: str
    value: float | None
    """What the source says; null: it has a blank there."""
    alone: bool = True
    """Whether its words name it alone; what several name cannot be corrected."""


class Unfit(Refused):
    """A correction whose words do not name exactly one value; what there is instead."""

    def __init__(self, problem: Problem, choices: Sequence[Choice] = ()):
        super().__init__(problem)
        self.choices = tuple(choices)

    def __reduce__(self) -> Any:
        """As it was on the other side, where another process raised it."""
        return Unfit, (self.problems[0], self.choices)


def corrections(
    workspace: Workspace,
    *,
    place: Words = (),
    element: Words = (),
    period: str | None = None,
    state: Words = (),
) -> pa.Table:
    """The register as it stands with the imports of this moment, in `CORRECTIONS`.

    place      corrections of units inside these places, at any time
    element    codes such as DTP1
    period     every correction of a month in it: "202403", "2024", "2019..2023"
    state      applied, stale, in_source, superseded, not_found, ambiguous, proposed,
               unsigned, rejected, withdrawn, unknown_status, ..._element, ..._place

    What is published follows with the next build. Raises `Refused`: a place that
    nothing is called.
    """
    from boloci.pipeline.register import register

    found, known = register(workspace)
    if words(place):
        found = found.filter(pc.is_in(found["place"], _inside(known, words(place))))
    if words(element):
        codes = pa.array([code.upper() for code in words(element)])
        found = found.filter(pc.is_in(found["code"], codes))
    if words(state):
        found = found.filter(pc.is_in(found["state"], pa.array(words(state))))
    if period is not None:
        months = {m for code in periods_named(period) for m in periods.months(code)}
        kept = [
            not months.isdisjoint(periods.months(code))
            for code in found["period"].to_pylist()
        ]
        found = found.filter(pa.array(kept, pa.bool_()))
    return _told(found, known, published_from(workspace))


def _told(found: pa.Table, known: "Understood", published: set[int]) -> pa.Table:
    """Rows of the register in words; `published`: imports of the published build."""
    ids = known.dimension.column("place_id").to_pylist()
    names = known.dimension.column("name").to_pylist()
    keys = known.dimension.column("place_key").to_pylist()
    called = dict(zip(keys, zip(ids, names, strict=True), strict=True))
    rows = []
    for row in found.to_pylist():
        place_id, name = called.get(row["place"], (row["place_id"], ""))
        told = {name: "" if row[name] is None else row[name] for name in _TEXTS}
        told |= {name: row[name] for name in _NUMBERS}
        told |= {"place_id": place_id, "place": name}
        told |= {"period": periods.text(row["period"]), "expect": row["guard"]}
        told |= {"on": row["on"].isoformat() if row["on"] else ""}
        told |= {"published": row["snapshot"] in published}
        rows.append(told)
    return pa.Table.from_pylist(rows, schema=CORRECTIONS)


_TEXTS = [
    name
    for name in CORRECTIONS.names
    if name not in (*_NUMBERS, "place", "period", "on", "published")
]


def _inside(known: "Understood", named: tuple[str, ...]) -> pa.Array:
    """Keys of the units that ever belonged to places. Raises `Refused`."""
    wanted = set()
    for text in named:
        found = [known.tree.by_id[text]] if text in known.tree.by_id else []
        found = found or list(known.tree.find(text))
        if not found:
            near = ", ".join(closest(text, [p.name for p in known.tree.places]))
            raise refuse("place_unknown", place=text, closest=near)
        wanted |= {place.id for place in found}
    ids, keys = known.dimension["place_id"], known.dimension["place_key"]
    chosen = pc.filter(keys, pc.is_in(ids, pa.array(sorted(wanted))))
    ways = known.tree.membership()
    under = pc.filter(ways["place_key"], pc.is_in(ways["ancestor_key"], chosen))
    return pa.array(sorted({*chosen.to_pylist(), *under.to_pylist()}), pa.int32())


def add_correction(
    workspace: Workspace, *, by: str, status: str = "accepted", **said: Any
) -> tuple[dict[str, Any], "ImportReport"]:
    """Make a correction: the row of the register, and the import that it became.

    `said`: what `proposed_row` takes beside. Raises `Refused` as that does.
    """
    row = {**proposed_row(workspace, by=by, **said), "status": status}
    return row, keep_rows(workspace, [row], by=by)


def proposed_row(
    workspace: Workspace,
    *,
    place: str,
    element: str,
    period: str,
    reason: str,
    by: str,
    action: str = "replace",
    value: float | None = None,
    sex: str = "",
    age: str = "",
    strategy: str = "",
    on: datetime.date | None = None,
) -> dict[str, Any]:
    """A row of the register, proposed and not kept anywhere yet.

    `expect` is filled with what the source says now, so that the correction goes stale
    when the source changes; `element` becomes the code, but where it is the word of a
    source for one of several. Raises `Refused`: a place or element that is not known,
    no value to replace by, a number below zero, no reason; `Unfit`: several values that
    these words name, nothing to set aside or to question.
    """
    from boloci.pipeline.register import ruling_of

    refuse_incomplete(action=action, value=value, reason=reason)
    (month,) = _one_period(period)
    day = on or datetime.datetime.now(datetime.UTC).date()
    row: dict[str, Any] = {
        **{"place_id": place, "element": element, "period": month},
        **{"sex": sex or None, "age": age or None, "strategy": strategy or None},
        **{"action": action, "value": value if action == "replace" else None},
        **{"reason": reason, "by": by, "on": day, "status": "accepted"},
        "correction_id": "",
    }
    ruling, known = ruling_of(workspace, row)
    _refuse_unfit(ruling, known)
    moment = datetime.datetime.now(datetime.UTC).isoformat()
    mark = hashlib.sha256(f"{moment} {by} {row}".encode()).hexdigest()[:6]
    row |= {"place_id": _id(known, ruling), "expect": ruling.reported}
    row |= {"status": "proposed", "period": periods.text(month)}
    row["element"] = _element(ruling, known)
    row["correction_id"] = f"{row['place_id']}-{ruling.code}-{row['period']}-{mark}"
    return row


def choices(
    workspace: Workspace,
    *,
    place: str,
    element: str,
    period: str,
    sex: str = "",
    age: str = "",
    strategy: str = "",
) -> tuple[Choice, ...]:
    """Values that the sources tell where words do not name exactly one of them.

    None where they do, and where no source tells anything of this element, place and
    month. Raises `Refused`: a place or element that is not known, no single month.
    """
    try:
        proposed_row(
            workspace,
            place=place,
            element=element,
            period=period,
            reason="–",
            by="–",
            action="flag",
            sex=sex,
            age=age,
            strategy=strategy,
        )
    except Unfit as unfit:
        return unfit.choices
    return ()


def values_told(
    workspace: Workspace, place_id: str, months: Iterable[int]
) -> list["Value"]:
    """Every value that the live imports tell of a place in some months."""
    from boloci.lake import snapshots
    from boloci.pipeline.understanding import understand

    known = understand(workspace, snapshots.live(workspace.lake))
    place = known.tree.by_id.get(place_id)
    return _values(known, place.key, months) if place else []


def _values(known: "Understood", unit: int, months: Iterable[int]) -> list["Value"]:
    from boloci.lake.engines import connect
    from boloci.pipeline import judging, placing

    texts = known.texts_of([unit])
    rows = [{"place_id": text, "period": each} for text in texts for each in months]
    engine = connect()
    with closing(engine.connection):
        placing.put_words(engine, known)
        told = placing.told(engine, known, known.files)
        found = judging.values_of(engine, known, told, rows)
    return [value for values in found.values() for value in values]


def refuse_incomplete(*, action: str, value: float | None, reason: str) -> None:
    """Raises `Refused` for a correction that says too little, whatever the source."""
    if not reason.strip():
        raise refuse("correction_no_reason")
    if action == "replace" and value is None:
        raise refuse("correction_without_value")
    if value is not None and value < 0:
        raise refuse("correction_negative")


def keep_rows(
    workspace: Workspace, rows: Iterable[Mapping[str, Any]], *, by: str
) -> "ImportReport":
    """Import rows of the register; a later row of one `correction_id` is what counts.

    The same rows again change nothing.
    """
    from boloci import pipeline

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrections.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, TIDY["corrections"].names)
            writer.writeheader()
            for row in rows:
                writer.writerow({name: _cell(cell) for name, cell in row.items()})
        return pipeline.import_files(workspace, [path], format="tidy", by=by)


def _one_period(text: str) -> tuple[int]:
    found = periods_named(text)
    if len(found) != 1:
        raise refuse("correction_incomplete", missing="--period")
    return (found[0],)


def _cell(cell: Any) -> Any:
    """A cell of the file: whole numbers without a decimal point."""
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return int(cell) if whole else cell


def _id(known: "Understood", ruling: "Ruling") -> str:
    at = known.dimension["place_key"].index(ruling.unit).as_py()
    return str(known.dimension["place_id"][at].as_py())


def _refuse_unfit(ruling: "Ruling", known: "Understood") -> None:
    """Raise for a correction that names nothing, or several things."""
    from boloci.pipeline import correcting, judging

    row = ruling.row
    parts = correcting.parts_said(ruling) or "–"
    if ruling.state == judging.UNKNOWN_PLACE:
        near = [place.name for place in known.tree.find(row["place_id"])]
        near = near or closest(row["place_id"], [p.name for p in known.tree.places])
        told = ", ".join(near)
        raise refuse("correction_of_unknown_place", place=row["place_id"], closest=told)
    if ruling.state == judging.UNKNOWN_ELEMENT:
        near = closest(row["element"].upper(), known.catalogue.elements)
        told = ", ".join(near)
        raise refuse(
            "correction_of_unknown_element", element=row["element"], closest=told
        )
    if ruling.state == judging.AMBIGUOUS:
        several = Problem("correction_of_several", values={"parts": parts})
        raise Unfit(several, _choices(ruling.code, ruling.parts))
    if ruling.state == judging.NOT_FOUND:
        values = {"place": row["place_id"], "element": ruling.code}
        values |= {"month": row["period"], "parts": parts}
        nothing = Problem("correction_of_nothing", values=values)
        raise Unfit(nothing, _choices(ruling.code, ruling.parts or _own(ruling, known)))


def _own(ruling: "Ruling", known: "Understood") -> list["Value"]:
    """What the sources tell of a correction's element, place and month."""
    if ruling.unit is None:
        return []
    found = _values(known, ruling.unit, [ruling.row["period"]])
    return [value for value in found if value.told[0] == ruling.code]


def _choices(code: str, values: Iterable["Value"]) -> list[Choice]:
    """Values in words: one that several systems tell alike is one."""
    from boloci.pipeline.judging import NAMED

    alike: dict[tuple[str, ...], list[Value]] = {}
    for value in values:
        alike.setdefault(value.told, []).append(value)
    at, found = NAMED.index("element"), []
    for told, same in alike.items():
        _code, sex, age, strategy = told
        if len({value.named[:2] for value in same}) == len(same):
            latest = max(same, key=lambda value: value.snapshot)
            found.append(Choice(code, sex, age, strategy, latest.value))
            continue
        words = Counter(value.named[at] for value in same)
        found += [
            Choice(word, sex, age, strategy, value.value, alone=words[word] == 1)
            for value in same
            for word in (value.named[at],)
        ]
    return found


def _element(ruling: "Ruling", known: "Understood") -> str:
    """The code of a correction's element; the source's word where that is meant."""
    from boloci.pipeline import judging

    typed = str(ruling.row["element"])
    cells = judging.own_cells(ruling.row, known)
    return typed if cells and cells[0]["named"] == typed else ruling.code
