"""The boxes of a month as they count now: what was typed and sent, what files brought.

Both are imports, and the later one of a pair of boxes is the figure: so it is here, and
a team sees what it would revise, wherever that came from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boloci.hub.current import workspace
from boloci.hub.improvement import entered
from boloci.hub.improvement.models import Site, TeamFile, TeamMonth
from boloci.lake import snapshots


@dataclass(frozen=True)
class Boxes:
    """What counts of a month at a place."""

    cells: Mapping[str, str] = field(default_factory=dict)
    """`INDICATOR.SEX.numerator` and `.denominator` -> number, as typed or brought."""
    files: Mapping[str, TeamFile] = field(default_factory=dict)
    """`INDICATOR.SEX` -> the file that brought these two; those typed are left out."""

    def named(self, pair: entered.Pair) -> str:
        """Name of the file that a pair came in; blank where it was typed, or typed
        over."""
        file = self.files.get(pair.key)
        kept = [self.cells.get(f"{pair.key}.{part}") for part in entered.PARTS]
        same = kept == [pair.numerator, pair.denominator]
        return file.name if file is not None and same else ""


def counted(
    sent: TeamMonth | None, files: Sequence[TeamFile], place_id: str, period: str
) -> Boxes:
    """The boxes of a month, the later import of each pair; empty where none counts.

    sent     the entry that was typed and sent last; None: there is none
    files    that brought the month and count
    """
    shown = Boxes()
    found = _imports(sent, files, place_id, period)
    for _snapshot, own, file in sorted(found, key=lambda one: one[0]):
        shown = _over(shown, own, file)
    return shown


def _over(before: Boxes, own: Mapping[str, str], file: TeamFile | None) -> Boxes:
    """Boxes with those of a later import over them."""
    keys = {_pair(name) for name in own}
    gone = keys | {other for key in keys for other in _not_beside(key)}
    cells = {
        name: text for name, text in before.cells.items() if _pair(name) not in gone
    }
    files = {key: one for key, one in before.files.items() if key not in gone}
    brought = dict.fromkeys(keys, file) if file is not None else {}
    return Boxes({**cells, **own}, {**files, **brought})


def _pair(name: str) -> str:
    """`INDICATOR.SEX` of the name of a box."""
    return name.rpartition(".")[0]


def _not_beside(key: str) -> list[str]:
    """Boxes that cannot stand beside one: all children beside girls and boys."""
    indicator, _dot, sex = key.rpartition(".")
    others = ("female", "male") if sex == "total" else ("total",)
    return [f"{indicator}.{one}" for one in others]


Import = tuple[str, Mapping[str, str], TeamFile | None]
"""Snapshot, boxes, the file they came in."""


def _imports(
    sent: TeamMonth | None, files: Sequence[TeamFile], place_id: str, period: str
) -> Iterator[Import]:
    if sent is not None:
        yield sent.snapshot, sent.cells, None
    for file in files:
        yield file.snapshot, cells_of(file, place_id, period), file


def files_of(place_id: str, period: str) -> list[TeamFile]:
    """Files that brought a month of a place and were not taken back, for whichever
    project; the latest first."""
    return [one for one in of_place(place_id) if cells_of(one, place_id, period)]


def of_place(place_id: str) -> list[TeamFile]:
    """Files of the projects of a place that count; the latest first."""
    projects = Site.objects.filter(place_id=place_id).values("project")
    sent = TeamFile.objects.filter(state="sent", project__in=projects)
    lake = workspace().lake
    return [one for one in sent if snapshots.is_live(lake, one.snapshot)]


def cells_of(file: TeamFile, place_id: str, period: str) -> dict[str, str]:
    """A month of a file as boxes; a total that follows from girls and boys is none."""
    rows = [
        row
        for row in file.rows
        if row["place_id"] == place_id and row["period"] == period
    ]
    apart = {row["indicator"] for row in rows if row["sex"]}
    return {
        f"{row['indicator']}.{row['sex'] or 'total'}.{part}": row[part]
        for row in rows
        for part in entered.PARTS
        if row["sex"] or row["indicator"] not in apart
    }
