"""The health tree: places, their ways up over time, and groups beside them."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from boloci.names import fold
from boloci.places import belonging, dated, doubts
from boloci.places.dated import END, History
from boloci.tables import LEVELS, SNAPSHOT, Finding

GROUP = "group"
"""Level of a group of places in facts."""

DIMENSION = pa.schema(
    [
        ("place_key", pa.int32()),
        ("place_id", pa.string()),
        ("name", pa.string()),
        ("level", pa.string()),
        ("parent_id", pa.string()),
        ("path", pa.string()),
        ("aliases", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
MEMBERSHIP = pa.schema(
    [
        ("place_key", pa.int32()),
        ("ancestor_key", pa.int32()),
        ("first_month", pa.int32()),
        ("last_month", pa.int32()),
    ]
)
_STEP = re.compile(r"\s*[/>→]\s*")
_RANK = {level: rank for rank, level in enumerate((*LEVELS, "", GROUP))}


@dataclass(frozen=True)
class Place:
    """A place as it was last known, or a group (level `group`).

    `path` holds the identifiers from the top: `/country/region/id`. `aliases` holds
    the other spellings and the former names. A blank `level` or `parent_id` is "".
    """

    id: str
    name: str
    level: str
    parent_id: str
    path: str
    aliases: tuple[str, ...] = ()
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    key: int = -1


@dataclass(frozen=True)
class Tree:
    """All places and groups, ordered by key: level first, then path.

    `findings` are the doubts about the tree itself. Made by `grow`.
    """

    places: tuple[Place, ...]
    histories: Mapping[str, History]
    belongings: tuple[belonging.Belonging, ...]
    members: tuple[dated.Member, ...]
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Place]:
        """Places and groups by identifier."""
        return {place.id: place for place in self.places}

    def dimension(self) -> pa.Table:
        """One row a place or group, by `place_key`: `DIMENSION`.

        Null: `level` not known, no `parent_id` (the top, or a parent not in the
        tree), no `aliases`, always open (`valid_from`), still open (`valid_to`).
        """
        rows = [
            {
                "place_key": place.key,
                "place_id": place.id,
                "name": place.name,
                "level": place.level or None,
                "parent_id": place.parent_id or None,
                "path": place.path,
                "aliases": "|".join(place.aliases) or None,
                "valid_from": place.valid_from,
                "valid_to": place.valid_to,
            }
            for place in self.places
        ]
        return pa.Table.from_pylist(rows, schema=DIMENSION)

    def membership(self) -> pa.Table:
        """Which place adds to which ancestor in which months: `MEMBERSHIP`.

        Every place adds to itself, each ancestor and each group, from `first_month`
        to `last_month` (yyyymm, both included) and only while it is open; an open
        start is 190001, an open end 219912. A place adds to one ancestor at most
        once a month. Sorted by place, ancestor, month.
        """
        keys = {place.id: place.key for place in self.places}
        parts = self.belongings
        table = pa.table(
            [
                pa.array([keys[part.place] for part in parts], pa.int32()),
                pa.array([keys[part.ancestor] for part in parts], pa.int32()),
                _months([part.first for part in parts]),
                _months([part.last for part in parts]),
            ],
            schema=MEMBERSHIP,
        )
        order = ("place_key", "ancestor_key", "first_month")
        return table.sort_by([(column, "ascending") for column in order])

    @cached_property
    def ways(self) -> list[dict[str, int]]:
        """The rows of `membership`, for who looks at them again and again."""
        rows: list[dict[str, int]] = self.membership().to_pylist()
        return rows

    def find(self, text: str, level: str | None = None) -> list[Place]:
        """Places and groups that a person means by `text`.

        An identifier, else a name, alias or former name, else a path of names such
        as "Sikasso / Bougouni / Kologo"; accents and case are ignored. A name that
        fits several levels means the highest; all places of that level are given,
        those that bear it today before those that bore it. Nothing fits: [].
        """
        exact = self.by_id.get(text.strip())
        if exact and level in (None, exact.level):
            return [exact]
        fitting = [place for place in self.fits(text) if level in (None, place.level)]
        highest = min((_RANK[place.level] for place in fitting), default=0)
        found = [place for place in fitting if _RANK[place.level] == highest]
        today = [place for place in found if fold(place.name) == fold(text)]
        return today or found

    def fits(self, text: str) -> list[Place]:
        """Places and groups of every level that a name or a path of names fits."""
        return self._called(fold(text)) or self._on_path(text)

    def inside(self, place: Place, level: str) -> list[Place]:
        """Places of a level within a place or group, as it was last known.

        Closed places are given where they last were. A group gives what lies below
        the members it had last.
        """
        tops = {place.path}
        if place.level == GROUP:
            tops = {self.by_id[id_].path for id_ in self._last_members(place.id)}
        return [
            each
            for each in self.places
            if each.level == level and any(path in tops for path in _upward(each.path))
        ]

    def open_in(self, month: int) -> list[Place]:
        """Places, groups apart, that were open in a month (yyyymm)."""
        when = month // 100 * 12 + month % 100 - 1
        return [
            place
            for place in self.places
            if place.id in self.histories
            and any(s.first <= when <= s.last for s in self.histories[place.id].spells)
        ]

    def _called(self, folded: str) -> list[Place]:
        return self._spoken.get(folded, []) if folded else []

    @cached_property
    def _spoken(self) -> dict[str, list[Place]]:
        """Places by each of their folded names, aliases and identifiers."""
        spoken: dict[str, list[Place]] = {}
        for place in self.places:
            for folded in {fold(t) for t in (place.name, *place.aliases, place.id)}:
                spoken.setdefault(folded, []).append(place)
        return spoken

    def _on_path(self, text: str) -> list[Place]:
        """Places whose name is the last step and whose ancestors bear the others.

        Steps above the top of the tree (a country in a tree of one district) are
        passed over.
        """
        steps = [fold(step) for step in _STEP.split(text) if step.strip()]
        while len(steps) > 1 and steps[0] not in self._spoken:
            steps = steps[1:]
        if not steps:
            return []
        return [
            place
            for place in self._called(steps[-1])
            if all(self._above(place, step) for step in steps[:-1])
        ]

    def _above(self, place: Place, folded: str) -> bool:
        ancestors = self._ancestors.get(place.id, set()) - {place.id}
        return any(each.id in ancestors for each in self._called(folded))

    @cached_property
    def _ancestors(self) -> dict[str, set[str]]:
        """Every place that was ever above a place, itself included."""
        ancestors: dict[str, set[str]] = {}
        for part in self.belongings:
            ancestors.setdefault(part.place, set()).add(part.ancestor)
        return ancestors

    def _last_members(self, group: str) -> list[str]:
        mine = [member for member in self.members if member.group == group]
        last = max((member.last for member in mine), default=END)
        return [member.place_id for member in mine if member.last == last]


def grow(places: pa.Table, groups: pa.Table | None = None) -> Tree:
    """The tree of the merged `places` and `groups` tables (`tables.SNAPSHOT`).

    A row a place and `valid_from`; a row a group, place and `valid_from`. Doubtful
    rows go in and give findings; a parent that is not in the table makes its child a
    top. Raises `Refused` (`place_cycle`) where a place would be above itself.
    """
    histories = dated.histories(dated.place_rows(places))
    histories, guessed = _with_levels(histories)
    ways = belonging.lanes(histories)
    groups = SNAPSHOT["groups"].empty_table() if groups is None else groups
    names, apart = _apart(dated.group_names(groups), histories)
    asked = [
        replace(member, group=apart.get(member.group, member.group))
        for member in dated.members(groups)
    ]
    members = tuple(member for member in asked if member.place_id in histories)
    in_tree = belonging.in_tree(histories, ways)
    in_groups = belonging.in_groups(in_tree, members, names)
    return Tree(
        places=_ordered([*_places(histories, ways), *_groups(names)]),
        histories=histories,
        belongings=(*in_tree, *in_groups),
        members=members,
        findings=(
            *doubts.about_places(histories, guessed),
            *doubts.about_groups(asked, histories, names, apart),
        ),
    )


def _places(
    histories: Mapping[str, History], ways: Mapping[str, list[belonging.Lane]]
) -> Iterable[Place]:
    for place_id, history in histories.items():
        now = history.latest
        upward = [above for above, _ in belonging.climb(ways, place_id, (END, END))]
        yield Place(
            id=place_id,
            name=now.name,
            level=now.level,
            parent_id=upward[0] if upward else "",
            path=_path([place_id, *upward]),
            aliases=_aliases(history),
            valid_from=history.rows[0].valid_from,
            valid_to=now.valid_to,
        )


def _groups(names: Mapping[str, str]) -> Iterable[Place]:
    for code, name in names.items():
        yield Place(code, name, GROUP, "", _path([code]))


def _ordered(places: Iterable[Place]) -> tuple[Place, ...]:
    ranked = sorted(places, key=lambda place: (_RANK[place.level], place.path))
    return tuple(replace(place, key=key) for key, place in enumerate(ranked))


def _with_levels(
    histories: Mapping[str, History],
) -> tuple[dict[str, History], dict[str, str]]:
    """Give places without a level that of the others under their parent.

    Also gives the level that was assumed, by place ("" where none could be).
    """
    under: dict[str, set[str]] = {}
    for history in histories.values():
        under.setdefault(history.latest.parent_id, set()).add(history.latest.level)
    guessed = {}
    filled = dict(histories)
    for place_id, history in histories.items():
        if not history.latest.level:
            others = under[history.latest.parent_id] - {""}
            level = others.pop() if len(others) == 1 else ""
            guessed[place_id] = level
            rows = tuple(replace(r, level=r.level or level) for r in history.rows)
            filled[place_id] = replace(history, rows=rows)
    return filled, guessed


def _apart(
    names: Mapping[str, str], histories: Mapping[str, History]
) -> tuple[dict[str, str], dict[str, str]]:
    """Names of groups, none under the identifier of a place.

    The second part gives the new code of a group whose code is a place's.
    """
    apart = {code: f"{GROUP}:{code}" for code in names if code in histories}
    return {apart.get(code, code): name for code, name in names.items()}, apart


def _aliases(history: History) -> tuple[str, ...]:
    """Other spellings and former names, each once, in the order of the rows."""
    spoken = [text for row in history.rows for text in (row.name, *row.aliases)]
    return tuple(dict.fromkeys(t for t in spoken if t != history.latest.name))


def _path(upward: list[str]) -> str:
    """Path from the top; a slash inside an identifier cannot split it."""
    return "".join(f"/{id_.replace('/', '%2F')}" for id_ in reversed(upward))


def _upward(path: str) -> Iterable[str]:
    """The path and those of all its ancestors."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _months(counted: list[int]) -> pa.Array:
    """Counted months as yyyymm codes."""
    months = pa.array(counted, pa.int32())
    years = pc.divide(months, 12)
    number = pc.subtract(months, pc.multiply(years, 12))
    code = pc.add(pc.multiply(years, 100), pc.add(number, 1))
    return code.cast(pa.int32())
