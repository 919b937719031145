"""What was typed into a form: numbers, what differs from what is known, what is wrong.

A blank is no zero, and an emptied box takes nothing back: an import adds and revises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from boloci.hub.grid.form import Cell, Form, Line, texts
from boloci.pipeline import typed_month
from boloci.published import PlaceRow

LONGEST = 100
"""Signs of a box that are kept; a longer text ends in dots, and is told so."""
MOST_DIGITS = 7
NOT_WHOLE, EMPTIED, TOO_LONG = "not_whole", "emptied", "too_long"


@dataclass(frozen=True)
class Entered:
    """A form with what somebody typed into it."""

    form: Form
    month: int
    known: Mapping[str, float]
    """Box -> number that is known without what is typed here."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Box -> text, where it differs from what is known."""
    totals: Mapping[str, float] = field(default_factory=dict)
    """Girls and boys together, by the name of their box, where that is known."""

    @cached_property
    def shown(self) -> dict[str, str]:
        """What every filled box shows."""
        return {**texts(self.known), **self.typed}

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Boxes that hold a whole number."""
        read = {key: whole(text) for key, text in self.shown.items()}
        return {key: number for key, number in read.items() if number is not None}

    @property
    def wrong(self) -> dict[str, str]:
        """Boxes that cannot be sent so, and why."""
        found = {}
        for key, text in self.typed.items():
            if not text and key in self.known:
                found[key] = EMPTIED
            elif text and whole(text) is None:
                digits = text.isascii() and text.isdigit()
                found[key] = TOO_LONG if digits else NOT_WHOLE
        return found

    @property
    def changed(self) -> set[str]:
        """Boxes whose number is new."""
        return {
            key
            for key in self.typed
            if key in self.numbers and self.numbers[key] != self.known.get(key)
        }

    def total(self, line: Line, *, older: bool = False) -> float | None:
        """Girls and boys of a line together; None where either is not known."""
        found = [
            self.numbers.get(cell.key) for cell in line.cells if cell.older == older
        ]
        return None if not found or None in found else sum(n for n in found if n)

    def hint(self, line: Line, *, older: bool = False) -> float | None:
        """Girls and boys of a line together as known, where the boxes do not say it."""
        own = [cell for cell in line.cells if cell.older == older]
        if not line.sexed or not own or all(cell.key in self.known for cell in own):
            return None
        return self.totals.get(own[0].both.key)

    def column(self, sex: str, *, older: bool = False) -> float | None:
        """Sum of a column, to hold against the foot of a paper form; None: all blank.

        The column of both sexes has the sums of lines typed apart, too.
        """
        found = [
            self.numbers[key]
            for key, cell in self.form.cells.items()
            if cell.older == older and sex in ("", cell.sex) and key in self.numbers
        ]
        return sum(found) if found else None


def read(
    form: Form, month: int, given: Mapping[str, str], known: Mapping[str, float]
) -> Entered:
    """What a sent form or a draft says of the boxes of a form.

    known    numbers of its boxes, and of girls and boys together where they are apart
    """
    own = {key: known[key] for key in form.cells if key in known}
    totals = {key: number for key, number in known.items() if key not in own}
    before = texts(own)
    typed = {
        key: _squeezed(given[key])
        for key in form.cells
        if key in given and _squeezed(given[key]) != before.get(key, "")
    }
    return Entered(form, month, own, typed, totals)


def _squeezed(text: str) -> str:
    """Without the spaces that people put between thousands."""
    plain = "".join(sign for sign in text if sign.isprintable() and not sign.isspace())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def whole(text: str) -> float | None:
    """The whole number a text is; None for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return float(text) if plain else None


def rows(entered: Entered, place_id: str) -> list[dict[str, str]]:
    """Rows of the table of values that say what is new, of whole lines.

    A line with one new box is told whole, so that no part of it is of another telling;
    a box left blank beside a filled one is told as left blank.
    """
    found = []
    for line in entered.form.lines:
        if entered.changed.isdisjoint(cell.key for cell in line.cells):
            continue
        for older in (False, True):
            cells = [cell for cell in line.cells if cell.older == older]
            if not any(cell.key in entered.numbers for cell in cells):
                continue
            found += [_row(entered, line, cell, place_id) for cell in cells]
            both = entered.total(line, older=older)
            if line.sexed and both is not None:
                whole_line = Cell(line.element.code, older=older)
                found.append(_row(entered, line, whole_line, place_id, both))
    return found


def _row(
    entered: Entered,
    line: Line,
    cell: Cell,
    place_id: str,
    number: float | None = None,
) -> dict[str, str]:
    value = entered.numbers.get(cell.key) if number is None else number
    return {
        "element": cell.element,
        "place_id": place_id,
        "period": str(entered.month),
        "sex": cell.sex,
        "age": line.age_of(cell),
        "strategy": "",
        "value": "" if value is None else f"{value:.0f}",
    }


def as_month(entered: Entered, place: PlaceRow) -> typed_month.Month:
    """The month with what is typed, for the checks."""
    doses, half = {}, []
    for line in entered.form.lines:
        code = line.element.code
        total = entered.total(line)
        if total is not None:
            doses[code] = total
        elif any(cell.key in entered.changed for cell in line.cells):
            half.append(code)
    return typed_month.Month(
        place=place.name,
        place_id=place.place_id,
        month=entered.month,
        doses=doses,
        half=tuple(half),
        level=place.level,
    )
