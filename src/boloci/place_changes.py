"""What became of places over time: opened, closed, renamed, moved.

Told from the dated rows of the imports: a place has one row, or several that begin on
different days.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from boloci.lake.snapshots import snapshots
from boloci.places.dated import History, histories, place_rows
from boloci.workspace import Workspace

OPENED, CLOSED, RENAMED, MOVED = "opened", "closed", "renamed", "moved"
MANY = 0.1
"""Share of the places that begin on one day from which that day is the one from which
the tree is known, not the day on which they opened."""


@dataclass(frozen=True)
class PlaceChange:
    """What became of a place on a day."""

    place_id: str
    day: datetime.date
    """The first day of the new; of a closure, the last day of the old."""
    what: str
    before: str = ""
    """The former name, or the id of the place above it."""
    after: str = ""


def place_changes(workspace: Workspace, only: Iterable[str]) -> tuple[PlaceChange, ...]:
    """Changes of places as some imports tell them, the latest first."""
    wanted = frozenset(only)
    ids = (one.id for one in snapshots(workspace.lake) if one.id in wanted)
    return _place_changes(workspace, tuple(ids))


@lru_cache(maxsize=2)
def _place_changes(workspace: Workspace, ids: Sequence[str]) -> tuple[PlaceChange, ...]:
    from boloci.pipeline.understanding import places_told

    told = [one for one in snapshots(workspace.lake) if one.id in ids]
    known = histories(place_rows(places_told(told)))
    begun = Counter(one.rows[0].valid_from for one in known.values())
    since = {day for day, count in begun.items() if count > MANY * len(known)}
    found = [
        change
        for one in known.values()
        for change in _of(one)
        if change.what != OPENED or change.day not in since
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.place_id), reverse=True))


def _of(history: History) -> Iterator[PlaceChange]:
    first, last = history.rows[0], history.latest
    if first.valid_from:
        yield PlaceChange(first.place_id, first.valid_from, OPENED)
    for old, new in pairwise(history.rows):
        day = new.valid_from
        if day and new.name != old.name:
            yield PlaceChange(new.place_id, day, RENAMED, old.name, new.name)
        if day and new.parent_id != old.parent_id:
            yield PlaceChange(new.place_id, day, MOVED, old.parent_id, new.parent_id)
    if last.valid_to:
        yield PlaceChange(last.place_id, last.valid_to, CLOSED)
