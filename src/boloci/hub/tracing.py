"""What a figure is made of, as far as a reader may see it.

The rows behind a district's figure are figures of health areas. Who may not see an
area gets the sum of such rows at the nearest place above that may be seen; names of
hidden places are left out of causes, corrections and changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci import evidence
from boloci import explain as explaining
from boloci.explain import Explanation
from boloci.hub import reading
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

Row = Mapping[str, Any]
_SUMMED = ("role", "state", "snapshot", "received", "file", "element", "option")
_SUMMED_TOO = ("period", "sex", "age", "strategy")


@dataclass(frozen=True)
class Traced:
    """A figure and what it stands on, for one scope."""

    told: Explanation
    """Its `rows`, `changed`, `corrections` and `evidence` are everybody's: pages take
    those of this class."""
    rows: Sequence[Row] = ()
    """Source rows, with `n`: how many rows of files each is the sum of."""
    changed: Sequence[Row] = ()
    corrections: Sequence[Row] = ()
    evidence: Sequence[Row] = ()
    hidden: bool = False
    """Whether rows were added up because the reader may not see their places."""


def traced(scope: Scope, here: PlaceRow, *, rows: bool, **asked: Any) -> Traced | None:
    """What the first figure that passes the filters is made of; None where none does.

    rows    whether the rows of files are looked for: for a country that takes seconds
    """
    reading.place(scope, here.place_id)
    found = explaining.explain(
        workspace(), limit=1, rows=rows, place=here.place_id, **asked
    )
    if not found:
        return None
    told = found[0]
    source = told.rows.to_pylist()
    shown = _rows(scope, here, source)
    return Traced(
        told=told,
        rows=shown,
        changed=_changed(scope, here, told.changed.to_pylist()),
        corrections=[_named(scope, here, row) for row in told.corrections],
        evidence=[_without_unit(scope, row) for row in told.evidence],
        hidden=bool(_shown_at(scope, here, (row["place_id"] for row in source))),
    )


def causes(scope: Scope, fact: Row) -> list[Row]:
    """Why a coverage passes 100 %: ranked causes, as far as a scope may know."""
    return [_without_unit(scope, one) for one in evidence.of_fact(current(), fact)]


def _seen(scope: Scope, place_id: str | None) -> bool:
    return scope.everywhere or place_id in scope.places


def _shown_at(
    scope: Scope, here: PlaceRow, place_ids: Iterable[str | None]
) -> dict[str | None, PlaceRow]:
    """Hidden place -> the lowest readable one that holds it, else that of the figure.

    Places that may be seen are absent.
    """
    if scope.everywhere:
        return {}
    known, seen = current().by_id, scope.places
    found = {}
    for place_id in set(place_ids) - seen:
        path = known[place_id].path.split("/") if place_id in known else []
        above = next((one for one in reversed(path) if one in seen), here.place_id)
        found[place_id] = known[above]
    return found


def _rows(scope: Scope, here: PlaceRow, rows: Sequence[Row]) -> list[Row]:
    """Rows as they are where their place may be seen, else added up above it."""
    shown_at = _shown_at(scope, here, (row["place_id"] for row in rows))
    shown: list[Row] = []
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        above = shown_at.get(row["place_id"])
        if above is None:
            shown.append({**row, "n": 1})
            continue
        alike = {name: row[name] for name in (*_SUMMED, *_SUMMED_TOO)}
        summed = sums.setdefault(
            (above.place_id, *alike.values()),
            {
                **alike,
                "place": above.name,
                "place_id": above.place_id,
                "row": None,
                "cell": None,
                "value": None,
                "n": 0,
            },
        )
        summed["n"] += 1
        if row["value"] is not None:
            summed["value"] = (summed["value"] or 0) + row["value"]
    return [*shown, *sums.values()]


def _changed(scope: Scope, here: PlaceRow, rows: Sequence[Row]) -> list[Row]:
    """Changes of a scenario; those of hidden places added up by element and reason."""
    shown_at = _shown_at(scope, here, (row["place_id"] for row in rows))
    shown: list[Row] = []
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        above = shown_at.get(row["place_id"])
        if above is None:
            shown.append(row)
            continue
        key = above.place_id, row["element"], row["period"], row["reason"]
        own = {"place_id": above.place_id, "place": above.name, "level": above.level}
        zeros = {"before": 0, "after": 0, "change": 0}
        summed = sums.setdefault(key, {**row, **own, **zeros})
        for name in zeros:
            summed[name] += row[name] or 0
    return [*shown, *sums.values()]


def _named(scope: Scope, here: PlaceRow, correction: Row) -> Row:
    """A correction; of a hidden place neither the name, the figures nor the reason.

    Who decided it is told to who is signed in.
    """
    told = dict(correction)
    if not scope.signed_in:
        told["by"] = ""
    if not _seen(scope, correction["place_id"]):
        place_id = correction["place_id"]
        above = _shown_at(scope, here, [place_id])[place_id]
        told |= {"place": above.name, "place_id": above.place_id}
        told |= {"reported": None, "corrected": None, "reason": "", "by": ""}
        told["hidden"] = True
    return told


def _without_unit(scope: Scope, cause: Row) -> Row:
    """A cause; without the place where its single month lies if that is hidden."""
    if cause["unit_id"] and not _seen(scope, cause["unit_id"]):
        return {**cause, "unit_id": None, "unit": None}
    return cause
