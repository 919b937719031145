"""Doubts about the tree itself: what a person should look at, and why.

A doubt about many places is told once, with their number and the first of them, so
that a list of findings stays readable.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from statistics import median

from boloci import periods
from boloci.names import fold
from boloci.places.dated import History, Member, PlaceRow, Spell
from boloci.tables import LEVELS, Finding

EACH_UP_TO = 10
"""Up to this many places a rule is told place by place, so that each unit sees its
own; above, once for all."""
EXAMPLES = 5
"""Places named in a finding about many."""

FAR_DEGREES = 8.0
FAR_MADS = 8.0
"""A place is doubtful when it is further from the middle of all places than both:
no district of a mid-sized country is 8 degrees (900 km) from the median place and
outside 8 median deviations; a swapped or foreign coordinate is."""
FAR_NEEDS = 10
"""With fewer places that have coordinates, there is no middle to be far from."""

_RANK = dict(zip(LEVELS, (0, 1, 2, 3, 4, 3, 5), strict=True))
"""Depth of each level; communes stand beside areas, villages under both."""


def about_places(
    histories: Mapping[str, History], guessed: Mapping[str, str]
) -> Iterable[Finding]:
    """Doubts about rows, dates, parents, levels, names and coordinates.

    `guessed`: the level assumed for each place without one ("" where none could be).
    """
    every = histories.values()
    yield from _unknown_parents(histories)
    yield from _missing_levels(histories, guessed)
    yield from _told("place_row_twice", [h for h in every if h.repeated])
    yield from _told("place_dates_reversed", [h for h in every if h.reversed])
    yield from _told("place_dates_overlap", [h for h in every if h.overlaps])
    yield from _told("place_gap", [h for h in every if h.gaps], severity="info")
    yield from _levels_not_below(histories)
    yield from _open_in_closed(histories)
    yield from _names_twice(histories)
    yield from _coordinates(histories)


def about_groups(
    members: Iterable[Member],
    histories: Mapping[str, History],
    names: Mapping[str, str],
    apart: Mapping[str, str],
) -> Iterable[Finding]:
    """Members that are no known place, and groups that share a place's identifier."""
    unknown: dict[str, list[str]] = {}
    for member in members:
        if member.place_id not in histories:
            unknown.setdefault(member.group, []).append(member.place_id)
    for group, missing in unknown.items():
        params = {"group": names[group], **_named(sorted(set(missing)))}
        yield Finding("group_member_unknown", place_id=group, params=params)
    for code, new in apart.items():
        params = {"group": code, "place": histories[code].latest.name, "code": new}
        yield Finding("group_code_is_place", place_id=new, params=params)


def _told(
    rule: str, histories: Sequence[History], severity: str = "warning"
) -> Iterable[Finding]:
    """One finding a place while they are few, else one for all."""
    apart = len(histories) <= EACH_UP_TO
    batches = [[h] for h in histories] if apart else [list(histories)]
    for batch in batches:
        rows = [h.latest.row for h in batch if h.latest.row is not None]
        yield Finding(
            rule,
            severity,
            place_id=batch[0].latest.place_id if len(batch) == 1 else "",
            params={**_named([_label(h) for h in batch]), "rows": rows[:EXAMPLES]},
        )


def _named(labels: Sequence[str]) -> dict[str, object]:
    shown = ", ".join(labels[:EXAMPLES])
    more = ", …" if len(labels) > EXAMPLES else ""
    return {"count": len(labels), "places": shown + more}


def _label(history: History) -> str:
    name, place_id = history.latest.name, history.latest.place_id
    return name if name == place_id else f"{name} ({place_id})"


def _unknown_parents(histories: Mapping[str, History]) -> Iterable[Finding]:
    """Parents that are not in the tree.

    Where no place has a known top, and all lack the same parent, the tree is the
    part of a country that was given: nothing to doubt.
    """
    lost: dict[str, list[str]] = {}
    tops = 0
    for history in histories.values():
        tops += not history.latest.parent_id
        parents = {row.parent_id for row in history.rows}
        for parent in sorted(p for p in parents if p and p not in histories):
            lost.setdefault(parent, []).append(_label(history))
    if not tops and len(lost) == 1:
        return
    for parent, children in lost.items():
        yield Finding(
            "place_parent_unknown", params={"parent": parent, **_named(children)}
        )


def _missing_levels(
    histories: Mapping[str, History], guessed: Mapping[str, str]
) -> Iterable[Finding]:
    by_level: dict[str, list[str]] = {}
    for place_id, level in guessed.items():
        by_level.setdefault(level, []).append(_label(histories[place_id]))
    for level, labels in by_level.items():
        if level:
            params = {"level": level, **_named(labels)}
            yield Finding("place_level_assumed", params=params)
        else:
            yield Finding("place_level_missing", params=_named(labels))


def _levels_not_below(histories: Mapping[str, History]) -> Iterable[Finding]:
    yield from _told(
        "place_level_not_below",
        [
            history
            for history in histories.values()
            if (parent := histories.get(history.latest.parent_id))
            and not _below(history.latest, parent.latest)
        ],
    )


def _below(child: PlaceRow, parent: PlaceRow) -> bool:
    if child.level not in _RANK or parent.level not in _RANK:
        return True
    same = child.level == parent.level
    return not same and _RANK[child.level] >= _RANK[parent.level]


def _open_in_closed(histories: Mapping[str, History]) -> Iterable[Finding]:
    """Places that outlive their parent: their figures still reach the parent."""
    orphans: dict[str, list[str]] = {}
    for history in histories.values():
        for spell in history.spells:
            parent = histories.get(spell.row.parent_id)
            if parent and parent.last_month < spell.last:
                orphans.setdefault(spell.row.parent_id, []).append(_label(history))
    for parent_id, children in orphans.items():
        parent = histories[parent_id]
        params = {
            "parent": _label(parent),
            "month": periods.text(periods.month_at(parent.last_month)),
            **_named(children),
        }
        yield Finding("place_open_in_closed", place_id=parent_id, params=params)


def _names_twice(histories: Mapping[str, History]) -> Iterable[Finding]:
    """Two places of one name and level under one parent in one month."""
    named: dict[tuple[str, str, str], list[Spell]] = {}
    for history in histories.values():
        for spell in history.spells:
            row = spell.row
            key = (row.parent_id, row.level, fold(row.name))
            named.setdefault(key, []).append(spell)
    for (parent, _, _), spells in named.items():
        twins = _together(spells)
        if twins:
            above = histories.get(parent)
            params = {
                "name": spells[0].row.name,
                "parent": _label(above) if above else parent,
                **_named(twins),
            }
            yield Finding("place_name_twice", place_id=twins[0], params=params)


def _together(spells: list[Spell]) -> list[str]:
    """Identifiers of places whose spells share a month (those of one never do)."""
    shared: dict[str, None] = {}
    ordered = sorted(spells, key=lambda spell: spell.first)
    for index, spell in enumerate(ordered):
        for later in ordered[index + 1 :]:
            if later.first <= spell.last:
                shared |= {spell.row.place_id: None, later.row.place_id: None}
    return list(shared)


def _coordinates(histories: Mapping[str, History]) -> Iterable[Finding]:
    doubtful = sorted(
        (
            (rule, history)
            for history in histories.values()
            if (rule := _off(history.latest))
        ),
        key=lambda doubt: doubt[0],
    )
    for rule, found in groupby(doubtful, key=lambda doubt: doubt[0]):
        yield from _told(rule, [history for _, history in found])
    wrong = {history.latest.place_id for _, history in doubtful}
    yield from _far([h for h in histories.values() if h.latest.place_id not in wrong])


def _off(row: PlaceRow) -> str:
    """Rule that a pair of coordinates breaks by itself; "" where none."""
    if row.latitude is None and row.longitude is None:
        return ""
    if row.latitude is None or row.longitude is None:
        return "place_coordinates_half"
    if row.latitude == 0 and row.longitude == 0:
        return "place_coordinates_zero"
    if not (-90 <= row.latitude <= 90 and -180 <= row.longitude <= 180):
        return "place_coordinates_outside"
    return ""


def _far(histories: Sequence[History]) -> Iterable[Finding]:
    """Places far from the middle of all, in latitude or in longitude."""
    placed = [h for h in histories if h.latest.latitude is not None]
    if len(placed) < FAR_NEEDS:
        return
    north = _distances([h.latest.latitude or 0.0 for h in placed])
    east = _distances([h.latest.longitude or 0.0 for h in placed])
    far = [h for h, *away in zip(placed, north, east, strict=True) if any(away)]
    yield from _told("place_coordinates_far", far)


def _distances(degrees: list[float]) -> list[bool]:
    middle = median(degrees)
    bound = max(FAR_DEGREES, FAR_MADS * median(abs(d - middle) for d in degrees))
    return [abs(d - middle) > bound for d in degrees]
