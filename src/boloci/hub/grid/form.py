"""The form of a place: which elements, girls and boys apart or not, which ages.

As the place's own last reports have it; what the national schedule gives beside that is
there too. So a team finds the lines of its paper form, and the ones that are new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from boloci.catalogue.definitions import Element
from boloci.hub.current import workspace
from boloci.hub.reading import MonthCounts

LATELY = 12
"""Months whose reports say how the form of a place is laid out."""
OLDER = {"0_11m": "12m_plus", "12_23m": "24_59m"}
"""Age that the older children are of, by the age at which a dose is due."""
USUAL, APART, TOGETHER = "", "apart", "together"
SPLITS = (USUAL, APART, TOGETHER)
"""Girls and boys: as the place reports them, apart, or together."""


Older = frozenset[tuple[str, str, int]]
"""Element, sex and month whose older children a source tells with a number. All ages
less those on time are 0 as well where nobody reported any: that is no zero."""


@dataclass(frozen=True)
class Cell:
    """One box of the form."""

    element: str
    sex: str = ""
    older: bool = False

    @property
    def key(self) -> str:
        """Its name in forms and drafts."""
        age = "older" if self.older else "due"
        return f"{self.element}.{self.sex or 'both'}.{age}"

    @property
    def both(self) -> "Cell":
        """The same of girls and boys together."""
        return Cell(self.element, older=self.older)


def cell_of(key: str) -> Cell:
    """The box of a name, whether a form has it or not."""
    element, sex, age = key.rsplit(".", 2)
    return Cell(element, "" if sex == "both" else sex, age == "older")


@dataclass(frozen=True)
class Line:
    """One line of the form: an element and its boxes."""

    element: Element
    sexed: bool = False
    older: bool = False
    age: str = ""
    """Age of the doses on time, where the sources tell ages; else blank."""

    @property
    def cells(self) -> list[Cell]:
        """Boxes in the order in which they are typed."""
        sexes = ("female", "male") if self.sexed else ("",)
        ages = (False, True) if self.older else (False,)
        return [Cell(self.element.code, sex, age) for age in ages for sex in sexes]

    def age_of(self, cell: Cell) -> str:
        """What the table of values calls the age of a box."""
        return OLDER.get(self.age, "") if cell.older else self.age


@dataclass(frozen=True)
class Form:
    """The lines of one place's form, and what is known of their boxes."""

    lines: tuple[Line, ...]
    past: MonthCounts
    told: Older = frozenset()

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every box by its key, in order."""
        return {cell.key: cell for line in self.lines for cell in line.cells}

    @property
    def sexed(self) -> bool:
        """Whether any line has girls and boys apart."""
        return any(line.sexed for line in self.lines)

    @property
    def older(self) -> bool:
        """Whether any line has boxes for older children."""
        return any(line.older for line in self.lines)

    def known(self, month: int) -> dict[str, float]:
        """Boxes, and girls and boys together beside them, whose number is known."""
        cells = {
            one.key: one for cell in self.cells.values() for one in (cell, cell.both)
        }
        told = {key: self.number(one, month) for key, one in cells.items()}
        return {key: value for key, value in told.items() if value is not None}

    def number(self, cell: Cell, month: int) -> float | None:
        """What the figures say of a box in a month, of this form or another."""
        return known(self.past, cell, month, self.told)

    def series(self) -> dict[str, dict[int, float]]:
        """Element -> month -> doses at the age due, both sexes."""
        found: dict[str, dict[int, float]] = {}
        for (code, variant, month), (total, *_sexes) in self.past.items():
            if variant == "target" and total is not None:
                found.setdefault(code, {})[month] = total
        return found


def known(
    past: MonthCounts, cell: Cell, month: int, told: Older = frozenset()
) -> float | None:
    """What the figures say of one box in a month; None: nobody reported it."""
    at = ("", "female", "male").index(cell.sex)
    nothing = (None, None, None)
    due = past.get((cell.element, "target", month), nothing)[at]
    if not cell.older:
        return due
    every = past.get((cell.element, "all_ages", month), nothing)[at]
    if every is None or due is None:
        return None
    reported = every > due or (every == due and (cell.element, cell.sex, month) in told)
    return every - due if reported else None


def months_of(past: MonthCounts, month: int) -> set[int]:
    """Months whose reports say how the form of a month is laid out."""
    return _lately({m for (_c, _v, m), counts in past.items() if any_of(counts)}, month)


def form_of(
    past: MonthCounts, month: int, split: str = USUAL, told: Older = frozenset()
) -> Form:
    """The form of a place for a month, from its months as published."""
    lately = months_of(past, month)
    counts = {key: counts for key, counts in past.items() if key[2] in lately}
    lines = [_line(one, counts, split, told) for one in _elements(counts, month)]
    return Form(tuple(lines), past, told)


def _lately(known: Iterable[int], month: int) -> set[int]:
    """The months before, or where there are none the first ones that are known."""
    every = sorted(known)
    before = [one for one in every if one <= month]
    return set(before[-LATELY:] if before else every[:LATELY])


def _elements(told: MonthCounts, month: int) -> list[Element]:
    """What the place reports, and what the schedule gives then, as it is given."""
    catalogue = workspace().catalogue
    reported = {code for (code, _v, _m), counts in told.items() if any_of(counts)}
    due = [
        row.element
        for row in catalogue.schedule.rows
        if not row.places and _in_force(row.valid_from, row.valid_to, month)
    ]
    order = dict.fromkeys([*due, *catalogue.elements])
    wanted = reported | set(due)
    found = [catalogue.elements[code] for code in order if code in wanted]
    return [one for one in found if not wanted.intersection(one.parts)]


def any_of(counts: Iterable[float | None]) -> bool:
    """Whether anything is known."""
    return any(count is not None for count in counts)


def _in_force(first: object, last: object, month: int) -> bool:
    starts = first is None or first.year * 100 + first.month <= month  # type: ignore[attr-defined]
    return starts and (last is None or month <= last.year * 100 + last.month)  # type: ignore[attr-defined]


def _line(element: Element, past: MonthCounts, split: str, told: Older) -> Line:
    own = {k: counts for k, counts in past.items() if k[0] == element.code}
    by_sex = any(any_of(counts[1:]) for counts in own.values())
    months = {month for _code, _variant, month in own}
    ages = any(variant == "all_ages" for _code, variant, _month in own)
    older = any(
        known(own, Cell(element.code, older=True), m, told) is not None for m in months
    )
    age = element.target_ages[0] if ages and element.target_ages else ""
    return Line(
        element,
        sexed=split == APART or (by_sex and split != TOGETHER),
        older=older and age in OLDER,
        age=age,
    )


def texts(numbers: Mapping[str, float]) -> dict[str, str]:
    """Numbers as a box shows them."""
    return {key: f"{number:.0f}" for key, number in numbers.items()}
