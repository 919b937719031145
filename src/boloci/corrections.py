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
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import periods
from boloci.facts import Words, closest, periods_named, words
from boloci.problems import refuse
from boloci.published import published_from
from boloci.tables import TIDY
from boloci.workspace import Workspace

if TYPE_CHECKING:
    from boloci.pipeline import ImportReport
    from boloci.pipeline.judging import Ruling
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
    when the source changes. Raises `Refused`: a place or element that is not known,
    several values that these words name, nothing to set aside or to question, no value
    to replace by, a number below zero, no reason.
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
    row["correction_id"] = f"{row['place_id']}-{ruling.code}-{row['period']}-{mark}"
    return row


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
        raise refuse("correction_of_several", parts=parts)
    if ruling.state == judging.NOT_FOUND:
        place, month = row["place_id"], row["period"]
        raise refuse(
            "correction_of_nothing",
            **{"place": place, "element": ruling.code, "month": month, "parts": parts},
        )
