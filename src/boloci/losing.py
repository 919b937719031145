"""What taking an import back would take away: read before it is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boloci.lake import snapshots
from boloci.lake.snapshots import Snapshot
from boloci.pipeline.understanding import places_told

OF_PLACES = ("places", "units")
"""Tables that tell places."""


@dataclass(frozen=True)
class Loss:
    """What would no longer count."""

    snapshot: Snapshot
    places: int = 0
    """Places that only this import tells."""
    left: int | None = None
    """Places that would remain; null where the import tells none, so that all do."""
    alone: bool = False
    """Nothing else counts."""

    @property
    def rows(self) -> int:
        """Rows of all its files."""
        return sum(sum(file.rows.values()) for file in self.snapshot.files)

    @property
    def refused(self) -> bool:
        """Whether other imports would count and lie at no place at all."""
        return not self.alone and self.places > 0 and self.left == 0


def loss(lake: Path, snapshot: Snapshot, going: Collection[str] = ()) -> Loss:
    """What is lost with a live import. `going`: ids that are being taken back already.

    Places are counted only where the import tells some: the tree of a country takes a
    second to read.
    """
    staying = [
        one
        for one in snapshots.live(lake)
        if one.id != snapshot.id and one.id not in going
    ]
    if not any(_tells_places(file.rows) for file in snapshot.files):
        return Loss(snapshot, alone=not staying)
    left = _places(staying)
    gone = _places([*staying, snapshot]) - left
    return Loss(snapshot, places=len(gone), left=len(left), alone=not staying)


def _tells_places(rows: Mapping[str, int]) -> bool:
    return any(rows.get(name) for name in OF_PLACES)


def _places(told: Sequence[Snapshot]) -> set[str]:
    """Ids of the places that imports tell."""
    return set(places_told(told)["place_id"].to_pylist()) if told else set()
