"""Who belongs to whom in which months: the table that every sum over places uses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from boloci.places.dated import BEGINNING, END, History, Member
from boloci.problems import Where, refuse

Months = tuple[int, int]
"""First and last month, counted, both included."""


@dataclass(frozen=True)
class Belonging:
    """`place` adds to `ancestor` (itself, a parent, a group) in these months."""

    place: str
    ancestor: str
    first: int
    last: int


@dataclass(frozen=True)
class Lane:
    """The parent of a place in a stretch of months; "" is the top."""

    parent: str
    first: int
    last: int


def lanes(histories: Mapping[str, History]) -> dict[str, list[Lane]]:
    """The way up from every place at all times; a parent not in the tree is the top."""
    return {
        place_id: [
            Lane(
                spell.row.parent_id if spell.row.parent_id in histories else "",
                spell.first,
                spell.last,
            )
            for spell in history.reign()
        ]
        for place_id, history in histories.items()
    }


def climb(
    ways: Mapping[str, list[Lane]], place: str, months: Months
) -> Iterator[tuple[str, Months]]:
    """Every ancestor of a place with the months in which it is one, nearest first.

    Refuses a tree in which a place is, in some month, above itself.
    """
    return _climb(ways, place, months, (place,))


def _climb(
    ways: Mapping[str, list[Lane]],
    place: str,
    months: Months,
    trail: tuple[str, ...],
) -> Iterator[tuple[str, Months]]:
    for lane in ways[place]:
        inside = max(months[0], lane.first), min(months[1], lane.last)
        if not lane.parent or inside[0] > inside[1]:
            continue
        if lane.parent in trail:
            circle = (*trail[trail.index(lane.parent) :], lane.parent)
            raise refuse(
                "place_cycle",
                Where(text=lane.parent),
                places=" → ".join(circle),
            )
        yield lane.parent, inside
        yield from _climb(ways, lane.parent, inside, (*trail, lane.parent))


def in_tree(
    histories: Mapping[str, History], ways: Mapping[str, list[Lane]]
) -> list[Belonging]:
    """Every place to itself and to each ancestor, for the months it was open."""
    found: list[Belonging] = []
    for place, history in histories.items():
        months: dict[str, list[Months]] = {}
        for spell in history.spells:
            own = spell.first, spell.last
            months.setdefault(place, []).append(own)
            for ancestor, inside in climb(ways, place, own):
                months.setdefault(ancestor, []).append(inside)
        found += _joined(place, months)
    return found


def in_groups(
    tree: Iterable[Belonging], members: Iterable[Member], groups: Iterable[str]
) -> list[Belonging]:
    """Every place below a member to the group; and every group to itself.

    A place below two members of one group, or a member twice, counts once.
    """
    below: dict[str, list[Belonging]] = {}
    for belonging in tree:
        below.setdefault(belonging.ancestor, []).append(belonging)
    months: dict[str, dict[str, list[Months]]] = {}
    for member in members:
        for part in below.get(member.place_id, ()):
            inside = max(part.first, member.first), min(part.last, member.last)
            if inside[0] <= inside[1]:
                of_place = months.setdefault(part.place, {})
                of_place.setdefault(member.group, []).append(inside)
    found = [Belonging(group, group, BEGINNING, END) for group in groups]
    for place, of_place in months.items():
        found += _joined(place, of_place)
    return found


def _joined(place: str, months: Mapping[str, list[Months]]) -> Iterator[Belonging]:
    """Stretches of months that touch or overlap, as one."""
    for ancestor, stretches in months.items():
        first, last = BEGINNING, BEGINNING - 2
        for stretch in sorted(stretches):
            if stretch[0] > last + 1:
                if first <= last:
                    yield Belonging(place, ancestor, first, last)
                first, last = stretch
            last = max(last, stretch[1])
        yield Belonging(place, ancestor, first, last)
