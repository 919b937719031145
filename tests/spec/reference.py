"""A slow reference: the same figures by dictionaries and loops, without an engine.

Written from the design alone (rules above all; tables that come in and go out), so
that a mistake shared by the fast code and its own tests shows here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

COMPLETE_FROM = 0.9

Month = int
Cell = tuple[str, str, str]
"""sex, age, strategy; a blank is the total."""


@dataclass(frozen=True)
class Place:
    """A place under a parent for some months (both ends included)."""

    id: str
    parent: str
    first: Month = 0
    last: Month = 999_999


@dataclass
class Told:
    """A country as its files tell it."""

    places: list[Place] = field(default_factory=list)
    values: dict[tuple[str, str, Month], dict[Cell, float | None]] = field(
        default_factory=dict
    )
    """(element, place, month) -> cell -> value; None: left blank."""
    targets: dict[tuple[str, int], float] = field(default_factory=dict)
    """(place, year) -> surviving infants."""


@dataclass(frozen=True)
class Expected:
    """What a place and period should say."""

    doses: float | None
    target: float | None
    coverage: float | None
    left: float | None
    expected: int
    received: int


def months_of(period: str) -> list[Month]:
    """Months of a period text."""
    year = int(period[:4])
    if period[4:5] == "Q":
        first = int(period[5]) * 3 - 2
        numbers = range(first, first + 3)
    elif period[4:5] == "S":
        first = int(period[5]) * 6 - 5
        numbers = range(first, first + 6)
    elif len(period) == 6:
        numbers = range(int(period[4:]), int(period[4:]) + 1)
    else:
        numbers = range(1, 13)
    return [year * 100 + number for number in numbers]


def count(cells: Mapping[Cell, float | None]) -> dict[str, float | None]:
    """Doses of a unit and month: total, female, male."""
    found = {}
    for sex in ("", "female", "male"):
        found[sex] = _first(_over_strategies(cells, sex, age) for age in ("0_11m", ""))
    by_age = []
    for age in ("0_11m", ""):
        whole = _over_strategies(cells, "", age)
        girls = _over_strategies(cells, "female", age)
        boys = _over_strategies(cells, "male", age)
        if whole is None and girls is not None and boys is not None:
            whole = girls + boys
        by_age.append(whole)
    found[""] = _first(by_age)
    return found


def _first(found: Iterable[float | None]) -> float | None:
    for value in found:
        if value is not None:
            return value
    return None


def _over_strategies(
    cells: Mapping[Cell, float | None], sex: str, age: str
) -> float | None:
    whole = cells.get((sex, age, ""))
    if whole is not None:
        return whole
    parts = [
        value
        for (s, a, strategy), value in cells.items()
        if (s, a) == (sex, age) and strategy in ("fixed", "outreach")
    ]
    if not parts or any(value is None for value in parts):
        return None
    return sum(value for value in parts if value is not None)


def inside(told: Told, place: str, month: Month) -> set[str]:
    """Open places at or below a place in a month."""
    found = set()
    for one in told.places:
        at, seen = one, set()
        if not one.first <= month <= one.last:
            continue
        while at is not None and at.id not in seen:
            if at.id == place:
                found.add(one.id)
                break
            seen.add(at.id)
            at = next(
                (
                    p
                    for p in told.places
                    if p.id == at.parent and p.first <= month <= p.last
                ),
                None,
            )
    return found


def sums(
    told: Told, element: str, place: str, period: str, sex: str = ""
) -> float | None:
    """Doses of a place and period: what was reported; None where nothing was."""
    total = None
    for month in months_of(period):
        for unit in inside(told, place, month):
            doses = count(told.values.get((element, unit, month), {}))
            alone = (doses["female"] is None) != (doses["male"] is None)
            # girls without boys are a gap made by the form: told alone, never added
            if sex and alone and (unit != place or len(months_of(period)) > 1):
                continue
            if doses[sex] is not None:
                total = (total or 0) + doses[sex]
    return total


def dropout(told: Told, place: str, period: str) -> float | None:
    """(DTP1 - DTP3) / DTP1 in percent."""
    first, last = (sums(told, e, place, period) for e in ("DTP1", "DTP3"))
    if first is None or last is None or first == 0:
        return None
    return 100 * (first - last) / first


def target(told: Told, place: str, period: str) -> float | None:
    """A twelfth of the year's figure for each month a place is open; topmost given."""
    total = None
    for month in months_of(period):
        part = _target_of_month(told, place, month)
        if part is not None:
            total = (total or 0) + part
    return total


def _target_of_month(told: Told, place: str, month: Month) -> float | None:
    year = month // 100
    members = inside(told, place, month)
    stating = {unit for unit in members if (unit, year) in told.targets}
    if place in stating:
        return told.targets[place, year] / 12
    parts = [
        told.targets[unit, year] / 12
        for unit in stating
        if not any(
            unit != other and unit in inside(told, other, month) for other in stating
        )
    ]
    return sum(parts) if parts else None


def reports(told: Told, place: str, period: str) -> tuple[int, int]:
    """Reports due and received, as seen from the values of every element."""
    months = {month for (_e, _p, month), cells in told.values.items() if _any(cells)}
    if not months:
        return 0, 0
    units = {unit for (_e, unit, _m), cells in told.values.items() if _any(cells)}
    parents = {place.parent for place in told.places}
    units |= {u for (u, _y), v in told.targets.items() if v > 0 and u not in parents}
    due = received = 0
    for month in months_of(period):
        if month not in months:
            continue
        for unit in inside(told, place, month) & units:
            due += 1
            received += any(
                _any(cells)
                for (_e, u, m), cells in told.values.items()
                if (u, m) == (unit, month)
            )
    return due, received


def _any(cells: Mapping[Cell, float | None]) -> bool:
    return any(value is not None for value in count(cells).values())


def expected(told: Told, place: str, period: str) -> Expected:
    """Everything the pipeline should say about DTP1 in a place and period."""
    doses, children = sums(told, "DTP1", place, period), target(told, place, period)
    due, received = reports(told, place, period)
    known = doses is not None and children is not None
    return Expected(
        doses=doses,
        target=children,
        coverage=100 * doses / children if known and children else None,
        left=children - doses if known else None,
        expected=due,
        received=received,
    )
