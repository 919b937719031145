"""How a wide spreadsheet is laid out: where its places, periods and elements stand.

Reads what a person reads: the words of the headers (DHIS2's own in French, English and
Portuguese), months wherever they are, and where numbers begin. What it cannot tell it
says in `lacks`; nothing is guessed from the values.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from boloci.periods import NotAPeriod, WeeklyPeriod
from boloci.sources import dates, numbers
from boloci.sources.grids import Sheet
from boloci.sources.header_words import (
    ASIDE,
    BOTH,
    ELEMENT,
    ELEMENT_ID,
    MONTH,
    PERIOD,
    PERIOD_ID,
    PLACE,
    PLACE_ID,
    PLACE_LEVEL,
    SPLIT,
    VALUE,
    YEAR,
    is_total,
    role_of,
)
from boloci.sources.words import is_blank
from boloci.sources.workbooks import column_letter

HEADER_WITHIN = 30
MOSTLY = 0.8


@dataclass(frozen=True)
class Recipe:
    """How to read one kind of wide spreadsheet, kept as YAML by a workspace.

    Columns are named as their header writes them, or `column C` where it is blank.
    """

    name: str
    header_rows: tuple[int, ...]
    """Row numbers of the headers, from 1; empty: none."""
    first_row: int
    """Row number of the first row of data."""
    place: tuple[str, ...] = ()
    """Columns of place names, the broadest first."""
    period: tuple[str, ...] = ()
    """One column of periods, or year and month; empty: see `across`, `fixed`."""
    element: str = ""
    """Column of names of elements; blank: see `across`, `fixed`."""
    split: tuple[str, ...] = ()
    """Columns that split an element: its sex, age, strategy, in words."""
    values: tuple[str, ...] = ()
    """Columns of figures by name; empty: every column not used otherwise."""
    across: tuple[str, ...] = ()
    """What each header row holds over the figures: element, period, year, month,
    place, `element period` (both in one text), or nothing."""
    ignore: tuple[str, ...] = ()
    table: str = "values"
    """Table of `boloci.tables.TIDY` that it fills."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Other names of elements: for `values` element codes, for `targets` populations,
    else columns of the table."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What the file does not say: `period`, `element`, `dataset`, `product`..."""
    sheet: str = ""
    """Title of its sheet; blank: any."""
    blanks: str = "leave_out"
    """`keep`: an empty cell is a value left blank by the unit; `leave_out`: it says
    nothing (pivot tables)."""
    aggregate: bool = True
    kept: str = field(default="", compare=False)
    """Name of the file it was loaded from, without `.yaml`; no key of the YAML."""


@dataclass(frozen=True)
class Layout:
    """A recipe, and what it lacks to be used (`place`, `period`, `element`)."""

    recipe: Recipe
    lacks: tuple[str, ...] = ()


def period_of(text: str) -> int | None:
    """Period code, or None. Raises `WeeklyPeriod`: a week is known, and refused."""
    try:
        return dates.period(text)
    except WeeklyPeriod:
        raise
    except NotAPeriod:
        return None


def split_period(text: str) -> tuple[str, int] | None:
    """`BCG doses given January 2024` is an element and a period."""
    words = text.split()
    for count in range(min(5, len(words) - 1), 0, -1):
        for element, period in (
            (words[:-count], words[-count:]),
            (words[count:], words[:count]),
        ):
            code = period_of(" ".join(period))
            if code:
                return " ".join(element).strip(" -–:,/|"), code
    return None


def find(sheet: Sheet, name: str = "") -> Layout | None:
    """The layout of a sheet; None where it holds no table of numbers.

    Raises `WeeklyPeriod` where its periods are weeks.
    """
    first = _first_numbers(sheet)
    if first is None:
        return None
    named = _named_roles(sheet, first)
    value_columns = _value_columns(sheet, first, named)
    if not value_columns:
        return None
    headers = _header_rows(sheet, first, value_columns, named)
    roles = _label_roles(sheet, headers, value_columns, named)
    over = tuple(across(sheet, row, value_columns) for row in headers)
    return _finished(sheet, headers, value_columns, roles, over, name)


def _is_number(sheet: Sheet, row: int, column: int) -> bool:
    cell = sheet.cell(row, column)
    if isinstance(cell, int | float):
        return not isinstance(cell, bool)
    if not isinstance(cell, str) or is_blank(cell):
        return False
    try:
        return numbers.parse(cell) is not None
    except numbers.AmbiguousNumber:
        return True
    except numbers.NotANumber:
        return False


def _first_numbers(sheet: Sheet) -> int | None:
    """The first row with a number that is not a row of periods (2019, 2020, 2021)."""
    for row in range(min(len(sheet.cells), HEADER_WITHIN * 4)):
        found = [c for c in range(sheet.width) if _is_number(sheet, row, c)]
        texts = [sheet.text(row, column) for column in found]
        if found and not _are_periods(sheet, row, texts):
            return row
    return None


def _are_periods(sheet: Sheet, row: int, texts: list[str]) -> bool:
    """True for a header of years or months: in order, and without a place before."""
    codes = all(re.fullmatch(r"(19|20)\d\d([01]\d)?", text) for text in texts)
    before = sheet.text(row, 0)
    ordered = len(texts) > 1 and texts == sorted(texts)
    return codes and (not before or bool(role_of(before)) or ordered)


def _named_roles(sheet: Sheet, first: int) -> dict[int, str]:
    """Roles of columns that a header word above the numbers tells."""
    roles: dict[int, str] = {}
    for row in range(first):
        for column in range(sheet.width):
            if role := role_of(sheet.text(row, column)):
                roles[column] = role
    return roles


def _value_columns(sheet: Sheet, first: int, named: dict[int, str]) -> list[int]:
    rows = range(first, len(sheet.cells))
    given = [column for column, role in named.items() if role == VALUE]
    if given:
        return given[:1]
    columns = [
        column
        for column in range(sheet.width)
        if column not in named and any(_is_number(sheet, row, column) for row in rows)
    ]
    while len(columns) > 1 and _all_periods(sheet, columns[0], rows):
        columns = columns[1:]
    return columns


def _all_periods(sheet: Sheet, column: int, rows: Iterable[int]) -> bool:
    texts = [text for row in rows if (text := sheet.text(row, column))]
    codes = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?")
    return bool(texts) and all(codes.fullmatch(text) for text in texts)


def _header_rows(
    sheet: Sheet, first: int, value_columns: list[int], named: dict[int, str]
) -> list[int]:
    """Rows above the numbers that say something of the value columns."""
    rows = []
    for row in range(first):
        texts = [sheet.text(row, column) for column in value_columns]
        words = any(role_of(sheet.text(row, column)) for column in named)
        if words or not all(map(is_blank, texts)):
            rows.append(row)
    return _without_titles(rows)


def _without_titles(rows: list[int]) -> list[int]:
    """Rows far above, apart from the header block by an empty row, are titles."""
    kept: list[int] = []
    for row in reversed(rows):
        if kept and row != kept[-1] - 1:
            break
        kept.append(row)
    return kept[::-1]


def across(
    sheet: Sheet, row: int, value_columns: list[int], share: float = MOSTLY
) -> str:
    """What a header row holds over the columns of figures.

    `share` of its texts must be periods for it to be a row of periods; 0: one of them.
    """
    texts = [text for column in value_columns if (text := sheet.text(row, column))]
    texts = [text for text in texts if not is_total(text)]
    if not texts:
        return ""
    tests: dict[str, Callable[[str], bool]] = {
        YEAR: lambda t: bool(re.fullmatch(r"(19|20)\d\d", t)),
        MONTH: lambda t: dates.month(t) is not None and not t.isdigit(),
        PERIOD: lambda t: period_of(t) is not None,
        BOTH: lambda t: split_period(t) is not None,
    }
    for holds, test in tests.items():
        if _share(texts, test, share):
            return holds
    return ELEMENT


def _share(
    texts: list[str], test: Callable[[str], bool], share: float = MOSTLY
) -> bool:
    return sum(map(test, texts)) >= max(1, share * len(texts))


def _label_roles(
    sheet: Sheet, headers: list[int], value_columns: list[int], named: dict[int, str]
) -> dict[int, str]:
    """Role of each column that holds no figures; blank where no word tells it."""
    first = headers[-1] + 1 if headers else 0
    rows = range(first, len(sheet.cells))
    roles: dict[int, str] = {}
    for column in range(sheet.width):
        texts = [text for row in rows if (text := sheet.text(row, column))]
        if column in value_columns or not texts:
            continue
        roles[column] = named.get(column) or _role_by_content(texts)
        if not roles[column] and column > value_columns[0]:
            roles[column] = ASIDE  # remarks: who and where stand before the figures
    return roles


def _role_by_content(texts: list[str]) -> str:
    if _share(texts, lambda t: period_of(t) is not None):
        return PERIOD
    if _share(texts, lambda t: dates.month(t) is not None):
        return MONTH
    if _share(texts, lambda t: bool(re.fullmatch(r"\d+", t))):
        return ASIDE
    return ""


def _finished(
    sheet: Sheet,
    headers: list[int],
    value_columns: list[int],
    roles: dict[int, str],
    over: tuple[str, ...],
    name: str,
) -> Layout:
    """Settle columns without a word, then say what is still lacking."""
    has_element = ELEMENT in over or BOTH in over
    roles, over = _settled(sheet, headers, roles, over, has_element=has_element)
    by_role: dict[str, list[int]] = {}
    for column, role in sorted(roles.items()):
        by_role.setdefault(role, []).append(column)

    def names(*wanted: str) -> tuple[str, ...]:
        found = next((by_role[role] for role in wanted if role in by_role), [])
        return tuple(column_name(sheet, headers, column) for column in found)

    period = names(PERIOD_ID, PERIOD)[:1] or names(YEAR)[:1] + names(MONTH)[:1]
    title = _title(sheet, headers)
    split = tuple(column_name(sheet, headers, c) for c in by_role.get(SPLIT, ()))
    recipe = Recipe(
        name=name or title[:60],
        header_rows=tuple(row + 1 for row in headers),
        first_row=headers[-1] + 2 if headers else 1,
        place=names(PLACE_ID, PLACE_LEVEL, PLACE),
        period=period,
        element=next(iter(names(ELEMENT, ELEMENT_ID)), ""),
        split=split,
        values=names_of(sheet, headers, value_columns)
        if VALUE in roles.values()
        else (),
        across=over,
        ignore=_ignored(sheet, headers, roles),
        sheet=sheet.title,
    )
    recipe = _with_fixed(recipe, sheet, headers, title)
    return Layout(recipe, lacking(recipe))


def _settled(
    sheet: Sheet,
    headers: list[int],
    roles: dict[int, str],
    over: tuple[str, ...],
    *,
    has_element: bool,
) -> tuple[dict[int, str], tuple[str, ...]]:
    """Columns of words without a header: places, unless a place is already named and
    the elements are still to be found."""
    told = set(roles.values())
    named_place = bool(told & {PLACE, PLACE_ID, PLACE_LEVEL})
    named_element = bool(told & {ELEMENT, ELEMENT_ID})
    unknown = [column for column, role in sorted(roles.items()) if not role]
    settled = dict(roles)
    if VALUE in told:
        over = tuple("" for _ in over)
        has_element = False
    if named_element and has_element and not named_place and not unknown:
        over = tuple(PLACE if each == ELEMENT else each for each in over)
    for column in unknown:
        wants = named_place and not (has_element or named_element)
        settled[column] = ELEMENT if wants and len(unknown) == 1 else PLACE
        if named_place and not wants:
            settled[column] = ASIDE
    return settled, over


def lacking(recipe: Recipe) -> tuple[str, ...]:
    """Which of `place`, `period`, `element` a recipe does not find."""
    over, fixed = set(recipe.across), recipe.fixed
    lacks = []
    if not recipe.place and PLACE not in over and "place" not in fixed:
        lacks.append("place")
    in_header = over & {PERIOD, BOTH, YEAR}
    if not recipe.period and not in_header and "period" not in fixed:
        lacks.append("period")
    if not recipe.element and not over & {ELEMENT, BOTH} and "element" not in fixed:
        lacks.append("element")
    return tuple(lacks)


def _with_fixed(recipe: Recipe, sheet: Sheet, headers: list[int], title: str) -> Recipe:
    """What the title above says: the one period, and the one element or place."""
    lacks = lacking(recipe)
    parts = [part for part in re.split(r"\s+[-–|:/]\s+|[,;|]", title) if part]
    fixed = {}
    periods = [part for part in parts if period_of(part)]
    if "period" in lacks and len(periods) == 1:
        fixed["period"] = periods[0].strip()
    rest = [part.strip() for part in parts if part not in periods]
    if len(rest) == 1 and "element" in lacks and "place" not in lacks:
        fixed["element"] = rest[0]
    elif len(rest) == 1 and "place" in lacks and "element" not in lacks:
        fixed["place"] = rest[0]
    return replace(recipe, fixed=fixed)


def _title(sheet: Sheet, headers: list[int]) -> str:
    """Texts above the headers, in one line."""
    above = range(headers[0]) if headers else range(0)
    texts = (sheet.text(row, c) for row in above for c in range(sheet.width))
    return " - ".join(dict.fromkeys(text for text in texts if text))


def _ignored(
    sheet: Sheet, headers: list[int], roles: dict[int, str]
) -> tuple[str, ...]:
    """Columns that say nothing more: codes, row numbers, names beside identifiers."""
    told = set(roles.values())
    aside = {ASIDE}
    aside |= {PLACE, PLACE_LEVEL} if PLACE_ID in told else set()
    aside |= {PLACE} if PLACE_LEVEL in told else set()
    aside |= {PERIOD} if PERIOD_ID in told else set()
    aside |= {ELEMENT_ID} if ELEMENT in told else set()
    return names_of(sheet, headers, [c for c, role in roles.items() if role in aside])


def names_of(
    sheet: Sheet, headers: list[int], columns: Iterable[int]
) -> tuple[str, ...]:
    """Names of columns by their index from 0."""
    return tuple(column_name(sheet, headers, column) for column in columns)


def column_name(sheet: Sheet, headers: list[int], column: int) -> str:
    """The lowest header text of a column, or `column C`."""
    for row in reversed(headers):
        if text := sheet.text(row, column):
            return text
    return f"column {column_letter(column)}"
