"""What people type or bring: days, places by their names, a file of members."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from boloci.groups import Member
from boloci.hub.current import current
from boloci.names import fold
from boloci.places_asked import candidates, closest_places, listed
from boloci.problems import Problem, Refused, Where, refuse
from boloci.published import PlaceRow
from boloci.sources import dates, text_files
from boloci.spreadsheets import STARTS

MOST_BYTES = 2 * 2**20
MOST_PROBLEMS = 20
GROUP = "group"
COLUMNS: Mapping[str, Sequence[str]] = {
    "group": ("group", "groupe", "code"),
    "place_id": ("place id", "identifiant", "identifier", "id"),
    "place": ("place", "lieu", "nom", "name"),
    "valid_from": ("valid from", "from", "depuis", "du", "debut"),
    "valid_to": ("valid to", "to", "jusqu au", "jusquau", "au", "fin"),
    "reason": ("reason", "motif"),
}
"""Column -> folded headings that mean it."""


def day_of(text: str) -> datetime.date | None:
    """A day as people write it; None where nothing is written. Raises `Refused`."""
    if not text.strip():
        return None
    try:
        return dates.date(text.strip())
    except (dates.NotADate, dates.AmbiguousDate):
        raise refuse("day_unreadable", text=text.strip()[:60]) from None


def places_of(text: str, level: str) -> list[PlaceRow]:
    """Places, one a line. Raises `Refused` with all that cannot be found."""
    found: list[PlaceRow] = []
    problems: list[Problem] = []
    for line in text.splitlines():
        if line.strip():
            try:
                found.append(place_of(line, level))
            except Refused as error:
                problems += error.problems
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return list(dict.fromkeys(found))


def place_of(text: str, level: str) -> PlaceRow:
    """The one place of a level that words name; an id may be of any level.

    Raises `Refused`: none, several, a group.
    """
    known = current()
    exact = known.by_id.get(text.strip())
    named = [exact] if exact else candidates(known, text)
    found = named if exact else [one for one in named if one.level == level]
    if not found:
        near = ", ".join(closest_places(known, text))
        raise refuse("place_unknown", place=text.strip()[:80], closest=near)
    if found[0].level == GROUP:
        raise refuse("member_is_group", place=found[0].name)
    if len(found) > 1:
        raise refuse(
            "place_ambiguous",
            place=text.strip()[:80],
            level=level,
            count=len(found),
            places=listed(known, found),
        )
    return found[0]


def members_of(name: str, content: bytes, *, code: str, level: str) -> list[Member]:
    """Members of a group as a CSV file tells them: one of this room, or groups.csv.

    A column `place_id` or `place`; `valid_from`, `valid_to`, `reason` where known.
    Raises `Refused` with every row that cannot be read, up to 20.
    """
    _refuse_unreadable(name, content)
    text = text_files.decoded(content)
    header = next(text_files.headers(text), None)
    columns = _columns(header.names if header else text.splitlines()[:1])
    if not {"place_id", "place"} & set(columns):
        raise refuse("members_without_place", Where(name, row=1))
    found: list[Member] = []
    problems: list[Problem] = []
    try:
        for number, cells in _rows(text, header.separator if header else ","):
            told = {key: _cell(cells, at) for key, at in columns.items()}
            try:
                found.append(_member(told, code, level))
            except Refused as error:
                problems += _at(error, name, number)
    except csv.Error:
        raise refuse("members_not_csv", Where(name)) from None
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return found


def _refuse_unreadable(name: str, content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise refuse("members_file_large", Where(name))
    if not content.strip():
        raise refuse("file_empty", Where(name))
    if not text_files.is_text(content):
        raise refuse("members_not_csv", Where(name))


def _columns(names: Sequence[str]) -> dict[str, int]:
    headings = [fold(one) for one in names]
    return {
        column: headings.index(word)
        for column, meaning in COLUMNS.items()
        for word in reversed(meaning)
        if word in headings
    }


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows below the header with their line numbers."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    filled = ((reader.line_num, row) for row in reader if any(map(str.strip, row)))
    next(filled, None)
    yield from filled


def _cell(cells: Sequence[str], at: int) -> str:
    text = cells[at].strip() if at < len(cells) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTS) else text


def _member(told: Mapping[str, str], code: str, level: str) -> Member:
    if told.get("group", code) != code:
        raise refuse("member_of_other_group", group=told["group"])
    place = place_of(told.get("place_id") or told.get("place", ""), level)
    return Member(
        place.place_id,
        day_of(told.get("valid_from", "")),
        day_of(told.get("valid_to", "")),
        told.get("reason", ""),
    )


def _at(error: Refused, name: str, row: int) -> Iterable[Problem]:
    """What is wrong with a row, with where it is."""
    for one in error.problems:
        values: Mapping[str, Any] = one.values
        yield Problem(one.code, Where(name, row=row), values)
