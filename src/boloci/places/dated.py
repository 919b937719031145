"""Dated rows of places and of groups, turned into months in which they hold.

A place has one row, or several that begin on different days: a move or a new name is
a new row. Whatever the days, each month belongs to one row: the last in force in it.
So a place that moves on 15 March belongs to its new parent for the whole of March,
and a place that closes on 15 March still has its March.

Months are counted here (`periods.serial`), so that one after another is plus one.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pyarrow as pa

from boloci import periods

BEGINNING = periods.serial(190001)
END = periods.serial(219912)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class PlaceRow:
    """One dated row of the merged `places` table; blanks are "" or None."""

    place_id: str
    name: str
    level: str
    parent_id: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    latitude: float | None = None
    longitude: float | None = None
    aliases: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class Spell:
    """Months, both ends included, in which one row of a place holds."""

    row: PlaceRow
    first: int
    last: int


@dataclass(frozen=True)
class History:
    """What is known of one place over time: its rows by date, and their months."""

    rows: tuple[PlaceRow, ...]
    spells: tuple[Spell, ...]
    overlaps: bool = False
    gaps: bool = False
    reversed: bool = False
    repeated: bool = False

    @property
    def latest(self) -> PlaceRow:
        """The row that begins last: today's name, level and parent."""
        return self.rows[-1]

    @property
    def last_month(self) -> int:
        """The last month in which the place is open."""
        return self.spells[-1].last

    def reign(self) -> Iterator[Spell]:
        """The spells stretched over all time: each lasts until the next begins.

        A child may outlive the row of its parent; it still needs a way up, so that
        its figures are not lost to the region and the country.
        """
        for index, spell in enumerate(self.spells):
            following = self.spells[index + 1 : index + 2]
            yield replace(
                spell,
                first=BEGINNING if index == 0 else spell.first,
                last=following[0].first - 1 if following else END,
            )


@dataclass(frozen=True)
class Member:
    """A place in a group, from `first` to `last` month."""

    group: str
    place_id: str
    first: int
    last: int


def place_rows(table: pa.Table) -> Iterator[PlaceRow]:
    """Rows of the merged `places` table; names and identifiers without outer spaces.

    Rows without an identifier say nothing that could be kept and are left out (the
    sources refuse them).
    """
    for record in _records(table):
        place_id = _text(record, "place_id")
        if place_id:
            yield PlaceRow(
                place_id=place_id,
                name=_text(record, "name") or place_id,
                level=_text(record, "level"),
                parent_id=_text(record, "parent_id"),
                valid_from=record.get("valid_from"),
                valid_to=record.get("valid_to"),
                latitude=record.get("latitude"),
                longitude=record.get("longitude"),
                aliases=_aliases(record.get("aliases")),
                row=record.get("row"),
            )


def histories(rows: Iterable[PlaceRow]) -> dict[str, History]:
    """The history of every place, by identifier, in the order of the table."""
    by_place: dict[str, list[PlaceRow]] = {}
    for row in rows:
        by_place.setdefault(row.place_id, []).append(row)
    return {place_id: _history(found) for place_id, found in by_place.items()}


def _history(rows: list[PlaceRow]) -> History:
    """Order the rows of one place and cut them so that no two hold in one month."""
    dated = {row.valid_from: row for row in rows}
    ordered = sorted(dated.values(), key=lambda row: _day(row.valid_from))
    backwards = [_backwards(row) for row in ordered]
    # A closing day before the opening day cannot be meant: the place stays open,
    # so that its figures are kept, and a finding says so.
    kept = [
        replace(row, valid_to=None) if wrong else row
        for row, wrong in zip(ordered, backwards, strict=True)
    ]
    spells = _spells(kept)
    return History(
        rows=tuple(kept),
        spells=spells,
        overlaps=any(_overlap(a, b) for a, b in pairwise(kept)),
        gaps=any(b.first - a.last > 1 for a, b in pairwise(spells)),
        reversed=any(backwards),
        repeated=len(dated) < len(rows),
    )


def _spells(rows: list[PlaceRow]) -> tuple[Spell, ...]:
    months = [(_opening(row.valid_from), _closing(row.valid_to)) for row in rows]
    following = [first for first, _ in months[1:]] + [END + 1]
    cut = [
        Spell(row, first, min(last, begins - 1))
        for row, (first, last), begins in zip(rows, months, following, strict=True)
    ]
    return tuple(spell for spell in cut if spell.first <= spell.last)


def members(table: pa.Table) -> Iterator[Member]:
    """Dated members of groups; groups without members give none.

    A place counts in a group for the months on whose last day it is a member, so a
    place that goes from one administrative map to the next is never in both.
    """
    for record in _records(table):
        group, place_id = _text(record, "group"), _text(record, "place_id")
        if not group or not place_id:
            continue
        until = record.get("valid_to")
        first, last = _opening(record.get("valid_from")), _closing(until)
        if until and (until + _DAY).day != 1:
            last -= 1
        if first <= last:
            yield Member(group, place_id, first, last)


def group_names(table: pa.Table) -> dict[str, str]:
    """Name of every group by its code; the last name given wins."""
    names: dict[str, str] = {}
    for record in _records(table):
        if group := _text(record, "group"):
            names[group] = _text(record, "name") or names.get(group, group)
    return names


def _records(table: pa.Table) -> list[dict[str, Any]]:
    return table.to_pylist() if table.num_rows else []


def _text(record: dict[str, Any], column: str) -> str:
    return str(record.get(column) or "").strip()


def _aliases(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split("|") if part.strip())


def _day(day: datetime.date | None) -> datetime.date:
    return day or datetime.date.min


def _backwards(row: PlaceRow) -> bool:
    return bool(row.valid_from and row.valid_to and row.valid_to < row.valid_from)


def _overlap(row: PlaceRow, following: PlaceRow) -> bool:
    """An open end is closed by the next row: only a stated end can overlap."""
    return bool(row.valid_to and row.valid_to >= _day(following.valid_from))


def _opening(day: datetime.date | None) -> int:
    return BEGINNING if day is None else _bounded(day.year * 12 + day.month - 1)


def _closing(day: datetime.date | None) -> int:
    return END if day is None else _bounded(day.year * 12 + day.month - 1)


def _bounded(month: int) -> int:
    return min(max(month, BEGINNING), END)
