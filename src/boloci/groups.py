"""Dated groups of places: what imports tell of them, and how one is changed.

A group is told by rows of `groups.csv`, in the lake. Who edits one brings the whole of
it as it is to be, as an import of its own: what was told before stays in the lake, and
the import can be taken back like any other.
"""

import csv
import datetime
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boloci.lake.snapshots import snapshots
from boloci.tables import TIDY
from boloci.workspace import Workspace

if TYPE_CHECKING:
    from boloci.pipeline import ImportReport

KINDS = ("programme", "administrative", "study", "project", "dhis2")
"""`dhis2`: a group of organisation units there, which says no more of what it is."""


@dataclass(frozen=True)
class Member:
    """A place in a group, from a day to a day, both included."""

    place_id: str
    valid_from: datetime.date | None = None
    """None: always."""
    valid_to: datetime.date | None = None
    """None: still."""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of its group: the place and the first day."""
        return self.place_id, self.valid_from.isoformat() if self.valid_from else ""

    def on(self, day: datetime.date) -> bool:
        """Whether it is a member on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def meets(self, other: "Member") -> bool:
        """Whether both tell of one place on one day."""
        if self.place_id != other.place_id:
            return False
        first = max(self.valid_from or _MIN, other.valid_from or _MIN)
        return first <= min(self.valid_to or _MAX, other.valid_to or _MAX)


@dataclass(frozen=True)
class Group:
    """A group with all who ever were its members."""

    code: str
    name: str
    kind: str
    members: tuple[Member, ...] = ()


def groups(workspace: Workspace, only: Iterable[str] | None = None) -> dict[str, Group]:
    """Groups by code as the imports that count tell them; `only`: as those imports do,
    taken back since or not (the ones that a build was made from)."""
    wanted = None if only is None else frozenset(only)
    ids = tuple(
        one.id
        for one in snapshots(workspace.lake)
        if (one.live if wanted is None else one.id in wanted)
    )
    return dict(_groups(workspace, ids))


@lru_cache(maxsize=4)
def _groups(workspace: Workspace, ids: Sequence[str]) -> Mapping[str, Group]:
    from boloci.pipeline.understanding import groups_told

    told = [one for one in snapshots(workspace.lake) if one.id in ids]
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in groups_told(workspace, told).to_pylist():
        if row["group"]:
            rows.setdefault(row["group"], []).append(row)
    return {code: _group(code, of_group) for code, of_group in rows.items()}


def _group(code: str, rows: Sequence[Mapping[str, Any]]) -> Group:
    members = [
        Member(row["place_id"], row["valid_from"], row["valid_to"], row["reason"] or "")
        for row in rows
        if row["place_id"]
    ]
    name, kind = rows[-1]["name"] or code, rows[-1]["kind"] or ""
    return Group(code, name, kind, tuple(sorted(members, key=lambda one: one.key)))


def keep(
    workspace: Workspace, group: Group, *, by: str, occasion: str
) -> "ImportReport":
    """Import a group as it is to be: all that was told of it before is replaced.

    occasion    what tells this change from others, so that a group may become again
                what it was; the same change again changes nothing

    Figures follow with the next build. Raises `Refused` as imports do.
    """
    from boloci import pipeline

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "groups.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, TIDY["groups"].names)
            writer.writeheader()
            writer.writerows(rows_of(group))
        return pipeline.import_files(
            workspace, [path], format="tidy", replace=True, by=by, occasion=occasion
        )


def rows_of(group: Group) -> list[dict[str, Any]]:
    """Its rows of `groups.csv`; one without a place where it has no member."""
    heading = {"group": group.code, "name": group.name, "kind": group.kind}
    rows = [
        {
            **heading,
            "place_id": one.place_id,
            "valid_from": one.valid_from or "",
            "valid_to": one.valid_to or "",
            "reason": one.reason,
        }
        for one in group.members
    ]
    return rows or [heading]


_MIN, _MAX = datetime.date.min, datetime.date.max
