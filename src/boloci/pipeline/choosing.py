"""Which of the rows that tell a number are in it, and why the others are not.

The build adds up a country at once, on an engine; here the rows of one number are
gone through one by one, in the same order of rules (`merge`, `counting`, `splits`,
`sums`): the later telling of a cell, one telling of a place under two names, totals
before parts, one of several systems, months before quarters, and who belongs where.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci import periods
from boloci.stats.splits import ALL_AGES, ALL_STRATEGIES, OTHER_AGE, PART, TARGET_AGE
from boloci.stats.vocabulary import BOTH, FEMALE, MALE

USED, PASSED_OVER, SUPERSEDED = "used", "passed_over", "superseded"
REPLACED, DELETED, UNDONE = "replaced", "deleted", "undone"

Row = Mapping[str, Any]
Kind = tuple[str, str, str, str, str]
"""element, option, sex, age, strategy, as the source writes them."""
Way = tuple[int, int, int]
"""A place above (or the unit itself), first and last month."""


@dataclass(frozen=True)
class Cell:
    """A row as one cell of the form of one element."""

    index: int
    key: int
    code: int
    named: str


@dataclass(frozen=True)
class Count:
    """What one telling says of a unit, period and element, and its cells by sex."""

    unit: int
    key: int
    period: int
    aggregate: bool
    told: int
    cells: Mapping[int, tuple[int, ...] | None]
    """Sex -> rows added up; None: not known."""

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return any(cells is not None for cells in self.cells.values())


@dataclass(frozen=True)
class Asked:
    """The number: where, of which sexes, and how its elements are mapped."""

    place: int
    sexes: frozenset[int]
    kinds: Mapping[Kind, Sequence[Mapping[str, Any]]]
    """Kind -> rows of `Mapped.cells`."""
    ways: Mapping[int, Sequence[Way]]
    """Unit -> places it adds to, itself included."""
    zeros_dropped: frozenset[int] = frozenset()


def states(rows: Sequence[Row], asked: Asked) -> list[str]:
    """State of each row; blank: its unit did not belong to the place then.

    `rows` carry, beside the columns of values, `unit`, `snapshot`, `file`, `system`,
    `aggregate`, `deleted`, `used` (its import counts) and `replaced`.
    """
    found = [""] * len(rows)
    inside = [i for i, row in enumerate(rows) if _month(row, asked) is not None]
    for index in inside:
        row = rows[index]
        counts = REPLACED if row["replaced"] else PASSED_OVER
        found[index] = counts if row["used"] else UNDONE
    live = [index for index in inside if found[index] == PASSED_OVER]
    settled = _settled(rows, live, found)
    cells = _told_once(rows, settled, asked, found)
    for index in _added_up(_one_telling(_counts(rows, cells, asked)), asked):
        found[index] = USED
    return found


def _order(row: Row) -> tuple[bool, int, int, int]:
    told = row["value"] is not None or bool(row["deleted"])
    return told, row["snapshot"], row["file"], row["row"] or 0


def _settled(rows: Sequence[Row], live: Iterable[int], found: list[str]) -> list[int]:
    """The latest telling of each cell of each source; deleted ones taken out."""
    latest = _latest(rows, live, lambda i: _cell_key(rows[i]), found)
    for index in latest:
        if rows[index]["deleted"]:
            found[index] = DELETED
    return [index for index in latest if found[index] != DELETED]


def _cell_key(row: Row) -> tuple[Any, ...]:
    names = ("system", "element", "option", "attribute", "place", "period")
    return tuple(row[name] for name in (*names, "sex", "age", "strategy"))


def _latest(
    rows: Sequence[Row],
    indices: Iterable[int],
    key: Callable[[int], Any],
    found: list[str],
) -> list[int]:
    best: dict[Any, int] = {}
    for index in indices:
        held = best.setdefault(key(index), index)
        if held == index:
            continue
        last, first = sorted((held, index), key=lambda i: _order(rows[i]))
        found[last] = SUPERSEDED
        best[key(index)] = first
    return list(best.values())


def _told_once(
    rows: Sequence[Row], indices: Iterable[int], asked: Asked, found: list[str]
) -> list[Cell]:
    """Cells of forms; a place or an element under two names is told once."""
    cells: dict[tuple[Any, ...], list[Cell]] = {}
    for index in indices:
        row = rows[index]
        for kind in asked.kinds.get(_kind(row), ()):
            cell = Cell(index, kind["key"], kind["cell"], kind["named"])
            split = tuple(row[n] for n in ("option", "attribute", "sex", "age"))
            telling = (row["unit"], row["period"], row["system"], row["aggregate"])
            name = (*telling, cell.key, cell.named, *split, row["strategy"])
            cells.setdefault(name, []).append(cell)
    kept = []
    for same in cells.values():
        *earlier, last = sorted(same, key=lambda cell: _order(rows[cell.index]))
        kept.append(last)
        for cell in earlier:
            found[cell.index] = SUPERSEDED
    return kept


def _kind(row: Row) -> Kind:
    texts = [row[n] or "" for n in ("option", "sex", "age", "strategy")]
    return row["element"], texts[0], texts[1], texts[2], texts[3]


def _counts(rows: Sequence[Row], cells: Iterable[Cell], asked: Asked) -> list[Count]:
    forms: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        row = rows[cell.index]
        form = row["unit"], cell.key, row["period"], row["aggregate"], row["system"]
        forms.setdefault(form, []).append(cell)
    return [
        Count(
            unit=unit,
            key=key,
            period=period,
            aggregate=aggregate,
            told=max(rows[cell.index]["snapshot"] for cell in form),
            cells=_collapsed(rows, form, zeros_dropped=key in asked.zeros_dropped),
        )
        for (unit, key, period, aggregate, _system), form in forms.items()
    ]


def _collapsed(
    rows: Sequence[Row], form: Sequence[Cell], *, zeros_dropped: bool
) -> dict[int, tuple[int, ...] | None]:
    """Rows of both sexes, girls and boys that `splits.collapse` adds up."""
    cells: dict[int, list[int]] = {}
    for cell in form:
        cells.setdefault(cell.code, []).append(cell.index)

    def of(sex: int, age: int) -> tuple[int, ...] | None:
        for strategy in (ALL_STRATEGIES, PART):
            code = sex * 100 + age * 10 + strategy
            told = cells.get(code, [])
            known = tuple(i for i in told if rows[i]["value"] is not None)
            if known and (strategy == ALL_STRATEGIES or len(known) == len(told)):
                return known
        other = {FEMALE: MALE, MALE: FEMALE}.get(sex)
        if zeros_dropped and other is not None:
            rowless = all(sex * 100 + age * 10 + s not in cells for s in (0, 1))
            across = any(other * 100 + age * 10 + s in cells for s in (0, 1))
            return () if rowless and across else None
        return None

    def total(age: int) -> tuple[int, ...] | None:
        whole, girls, boys = of(BOTH, age), of(FEMALE, age), of(MALE, age)
        if whole is not None:
            return whole
        return None if girls is None or boys is None else (*girls, *boys)

    ages = (TARGET_AGE, ALL_AGES, OTHER_AGE)
    sexes: dict[int, Callable[[int], tuple[int, ...] | None]] = {
        BOTH: total,
        FEMALE: lambda age: of(FEMALE, age),
        MALE: lambda age: of(MALE, age),
    }
    return {
        sex: next((c for age in ages if (c := told(age)) is not None), None)
        for sex, told in sexes.items()
    }


def _one_telling(counts: Iterable[Count]) -> list[Count]:
    """Of several systems one, and of a quarter and its months the months."""
    best: dict[tuple[int, int, int], Count] = {}
    for count in counts:
        name = count.unit, count.key, count.period
        held = best.setdefault(name, count)
        best[name] = max(held, count, key=lambda c: (c.known, not c.aggregate, c.told))
    totals: dict[tuple[int, int, bool], set[int]] = {}
    for count in best.values():
        if count.cells[BOTH] is not None:
            unit = count.unit, count.key, count.aggregate
            totals.setdefault(unit, set()).add(count.period)
    return [
        count
        for count in best.values()
        if not any(
            _lies_inside(shorter, count.period)
            for shorter in totals.get((count.unit, count.key, count.aggregate), ())
        )
    ]


def _lies_inside(shorter: int, longer: int) -> bool:
    if shorter == longer or periods.kind(longer) == periods.MONTH:
        return False
    inner, outer = periods.span(shorter), periods.span(longer)
    return outer.first <= inner.first and inner.last <= outer.last


def _added_up(counts: Sequence[Count], asked: Asked) -> Iterable[int]:
    """Rows of the counts that a sum over the place's units takes."""
    own = [count for count in counts if not count.aggregate]
    covered = {(count.key, count.period) for count in own}
    for count in own:
        if periods.kind(count.period) == periods.MONTH:
            covered |= {
                (count.key, periods.containing(count.period, kind))
                for kind in periods.KINDS
            }
    stated = {
        (count.unit, count.key, count.period) for count in counts if count.aggregate
    }
    for count in counts:
        name = count.key, count.period
        if count.aggregate and (
            name in covered or _stated_above(count, stated, asked.ways, asked.place)
        ):
            continue
        yield from _of_sexes(count, asked)


def _stated_above(
    count: Count,
    stated: set[tuple[int, int, int]],
    ways: Mapping[int, Sequence[Way]],
    place: int,
) -> bool:
    """Whether a place between the unit and the place asked for states it too."""
    month = periods.span(count.period).last
    return any(
        (above, count.key, count.period) in stated
        and any(way[0] == place for way in ways.get(above, ()))
        for above, first, last in ways.get(count.unit, ())
        if above != count.unit and first <= month <= last
    )


def _of_sexes(count: Count, asked: Asked) -> Iterable[int]:
    girls, boys = count.cells[FEMALE], count.cells[MALE]
    lone = (girls is None) != (boys is None) and count.unit != asked.place
    for sex in asked.sexes:
        if sex == BOTH or not lone:
            yield from count.cells[sex] or ()


def _month(row: Row, asked: Asked) -> int | None:
    """The last month of the row's period in which its unit was open, if inside."""
    span = periods.span(row["period"])
    ways = asked.ways.get(row["unit"], ())
    open_until = [
        min(last, span.last)
        for above, first, last in ways
        if above == row["unit"] and first <= span.last and last >= span.first
    ]
    if not open_until:
        return None
    month = max(open_until)
    inside = any(w[0] == asked.place and w[1] <= month <= w[2] for w in ways)
    return month if inside else None
