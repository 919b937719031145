"""A recipe told column by column, as a person says it with the sheet before them.

`roles_of` says what each column is under a recipe (a guess, or one that is kept);
`recipe_of` makes the recipe that roles tell. The two are each other's inverse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from boloci.sources import layout
from boloci.sources.grids import Sheet
from boloci.sources.header_words import (
    BOTH,
    ELEMENT,
    MONTH,
    PERIOD,
    PLACE,
    SPLIT,
    YEAR,
)
from boloci.sources.layout import Recipe
from boloci.sources.words import fold
from boloci.sources.workbooks import column_letter

FIGURE, NOTHING = "figure", ""
ROLES = (NOTHING, PLACE, PERIOD, YEAR, MONTH, ELEMENT, SPLIT, FIGURE)
FOUND = "found"
HEADS = (FOUND, ELEMENT, PERIOD, BOTH, NOTHING)
"""What the header over the figures says; `found`: as its own texts show."""


@dataclass(frozen=True)
class Told:
    """What a person says of a sheet."""

    roles: Sequence[str]
    """Of each column, from the left."""
    header_rows: tuple[int, ...]
    """Row numbers, from 1; none: no header."""
    first_row: int
    head: str = FOUND
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What the whole file is about: `place`, `period`, `element`."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Names of elements in the file -> codes."""
    table: str = "values"


def names(sheet: Sheet, header_rows: Sequence[int]) -> tuple[str, ...]:
    """A name for each column that no other column has."""
    headers = [row - 1 for row in header_rows]
    found = layout.names_of(sheet, headers, range(sheet.width))
    folded = [fold(name) for name in found]
    return tuple(
        name if folded.count(fold(name)) == 1 else f"column {column_letter(at)}"
        for at, name in enumerate(found)
    )


def guess(sheet: Sheet, name: str) -> Recipe:
    """What the sheet looks like; where it is no table of numbers, one header row."""
    found = layout.find(sheet, name)
    return found.recipe if found else Recipe(name, header_rows=(1,), first_row=2)


def roles_of(recipe: Recipe, sheet: Sheet) -> tuple[str, ...]:
    """What each column of a sheet is under a recipe."""
    said = names(sheet, recipe.header_rows)
    plain = layout.names_of(
        sheet, [row - 1 for row in recipe.header_rows], range(sheet.width)
    )
    told: dict[str, str] = {}
    times = (PERIOD,) if len(recipe.period) < 2 else (YEAR, MONTH)
    told |= {fold(name): FIGURE for name in recipe.values}
    told |= {fold(name): PLACE for name in recipe.place}
    told |= dict(zip(map(fold, recipe.period), times, strict=False))
    told |= {fold(name): SPLIT for name in recipe.split}
    told |= {fold(name): NOTHING for name in recipe.ignore}
    if recipe.element:
        told[fold(recipe.element)] = ELEMENT
    rest = NOTHING if recipe.values or not _has_table(recipe) else FIGURE
    rows = range(recipe.first_row - 1, len(sheet.cells))
    found = []
    for at, (name, header) in enumerate(zip(said, plain, strict=True)):
        filled = any(sheet.text(row, at) for row in rows)
        role = told.pop(fold(name), None)
        role = told.pop(fold(header), None) if role is None else role
        found.append((rest if filled else NOTHING) if role is None else role)
    return tuple(found)


def _has_table(recipe: Recipe) -> bool:
    """Whether a layout was found: a bare sheet has no column that is anything."""
    return bool(recipe.place or recipe.period or recipe.across or recipe.element)


def recipe_of(told: Told, sheet: Sheet, name: str) -> Recipe:
    """The recipe that a person's roles tell."""
    said = names(sheet, told.header_rows)

    def of(role: str) -> tuple[str, ...]:
        pairs = zip(said, told.roles, strict=True)
        return tuple(column for column, own in pairs if own == role)

    element = next(iter(of(ELEMENT)), "")
    fixed = {key: text for key, text in told.fixed.items() if text}
    over = _across(told, sheet)
    if element or "element" in fixed:
        over = tuple("" if each in (ELEMENT, BOTH) else each for each in over)
    made = Recipe(
        name=name,
        header_rows=told.header_rows,
        first_row=told.first_row,
        place=of(PLACE),
        period=of(PERIOD)[:1] or (*of(YEAR)[:1], *of(MONTH)[:1]),
        element=element,
        split=of(SPLIT),
        table=told.table,
        measures=dict(told.measures),
        fixed=fixed,
        sheet=sheet.title,
    )
    if any(over):
        return replace(made, across=over, ignore=of(NOTHING))
    return replace(made, values=of(FIGURE))


def _across(told: Told, sheet: Sheet) -> tuple[str, ...]:
    figures = [at for at, role in enumerate(told.roles) if role == FIGURE]
    found = tuple(
        layout.across(sheet, row - 1, figures) if figures else ""
        for row in told.header_rows
    )
    if told.head == FOUND or not found:
        return found
    return (*("" for _ in found[:-1]), told.head)


def missing(recipe: Recipe) -> tuple[str, ...]:
    """What a recipe still lacks: `layout.lacking`, and any column of figures."""
    lacks = layout.lacking(recipe)
    return lacks if recipe.values or any(recipe.across) else (*lacks, FIGURE)
