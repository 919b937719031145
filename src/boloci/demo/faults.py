"""Planted faults: what is wrong in the synthetic country, where and how much.

`plan` draws them, from the parameters, on invented places only and at most one on an
area, so that the answer key is plain. World events (`shocks`) change the truth; the
rest changes reports and targets only. `faults.csv` of the answer key is this list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from boloci.demo.country import Country
from boloci.demo.draws import Array, generator
from boloci.demo.programme import Programme
from boloci.demo.reporting import Reports
from boloci.demo.simulate import Shocks
from boloci.demo.world import Fault

SMALLEST = 150.0
"""Areas with fewer infants a year bear no fault: it could not be told from chance."""
_MONTH_DAYS = 30


@dataclass(frozen=True)
class Planted:
    """One fault. `first` and `last` are numbers of months; `other` a second area."""

    fault_id: str
    kind: str
    area: int
    first: int
    last: int
    size: float
    element: str = ""
    other: int = -1

    @property
    def months(self) -> slice:
        """The months it lasts, as a slice."""
        return slice(self.first, self.last + 1)


def plan(country: Country, programme: Programme, *, seed: int) -> list[Planted]:
    """Every fault of the country, in the order of the parameters."""
    rng = generator(seed, "faults")
    free = set(_bearers(country).tolist())
    numbers = count(1)
    planted = list(_copies(country, numbers))
    for kind, fault in _restricted_first(country):
        allowed = np.array(sorted(free & _in_regions(country, fault)), int)
        wanted = fault.count or round(fault.share * len(allowed))
        chosen = rng.choice(allowed, min(wanted, len(allowed)), replace=False)
        for area in chosen.tolist():
            if area not in free:
                continue
            free.discard(area)
            other = _receiver(country, kind, area, free)
            if kind == "displacement" and other < 0:
                continue
            free.discard(other)
            drawn = _draw(country, programme, kind, fault, rng)
            number = f"F{next(numbers):04}"
            planted.append(replace(drawn, fault_id=number, area=area, other=other))
    return planted


def _bearers(country: Country) -> Array:
    infants = np.array([area.infants for area in country.areas])
    return np.flatnonzero(country.steady & (infants >= SMALLEST))


def _restricted_first(country: Country) -> list[tuple[str, Fault]]:
    """Kinds to draw; those bound to regions first, while areas there are free."""
    drawn = [
        (kind, fault)
        for kind, fault in country.parameters.faults.items()
        if kind != "duplicate_unit"
    ]
    return sorted(drawn, key=lambda item: not item[1].regions)


def _in_regions(country: Country, fault: Fault) -> set[int]:
    order = [region.name for region in country.parameters.regions]
    wanted = [order.index(name) for name in fault.regions] or list(range(len(order)))
    return set(np.flatnonzero(np.isin(country.region_of, wanted)).tolist())


def _copies(country: Country, numbers: Iterator[int]) -> Iterator[Planted]:
    for index, area in enumerate(country.areas):
        if area.copy_of >= 0:
            months = np.flatnonzero(country.open[index])
            first, last = int(months[0]), int(months[-1])
            number = f"F{next(numbers):04}"
            yield Planted(
                number, "duplicate_unit", index, first, last, 1.0, other=area.copy_of
            )


def _receiver(country: Country, kind: str, area: int, free: set[int]) -> int:
    """Where displaced families go: a free area of the same region, else nowhere."""
    if kind != "displacement":
        return -1
    region = country.region_of
    return next((n for n in sorted(free) if region[n] == region[area]), -1)


def _draw(
    country: Country,
    programme: Programme,
    kind: str,
    fault: Fault,
    rng: np.random.Generator,
) -> Planted:
    total = len(country.parameters.months)
    length = min(int(rng.integers(fault.months[0], fault.months[1] + 1)), total)
    first = int(rng.integers(total - length + 1))
    last = first + length - 1
    if kind == "displacement":
        last = total - 1
    if kind == "target_jump":
        year = int(rng.choice(_whole_years(country)))
        first, last = _months_of_year(country, year)
    size = float(np.round(rng.uniform(*fault.size), 2))
    element = ""
    if kind in ("spike", "typing"):
        old = [code for code, e in programme.elements.items() if not e.since]
        element = str(rng.choice(old))
    if kind == "stock_out":
        products = sorted({e.product for e in programme.elements.values()} - {""})
        element = str(rng.choice(products))
    return Planted("", kind, -1, first, last, size, element)


def _whole_years(country: Country) -> list[int]:
    """Years a target may jump in: neither the first, last, nor the census."""
    years = country.parameters.years
    census = country.parameters.targets.census_year
    return [year for year in years[1:-1] if year != census] or years


def _months_of_year(country: Country, year: int) -> tuple[int, int]:
    own = [n for n, m in enumerate(country.parameters.months) if m // 100 == year]
    return own[0], own[-1]


def shocks(
    planted: list[Planted], country: Country, programme: Programme, births: Array
) -> Shocks:
    """World events as the simulator takes them. `births`: mean by area and month."""
    products = sorted({e.product for e in programme.elements.values()} - {""})
    shape = (len(country.areas), len(country.parameters.months))
    world = Shocks.none(shape, products)
    for fault in planted:
        here = (fault.area, fault.months)
        if fault.kind == "stock_out":
            world.supply[fault.element][here] = 1 - fault.size
        elif fault.kind == "closure":
            world.reach[here] = 1 - fault.size
        elif fault.kind == "cross_border":
            world.visitors[here] = fault.size
        elif fault.kind == "displacement":
            world.births[here] = 1 - fault.size
            gained = fault.size * births[here] / births[fault.other, fault.months]
            world.births[fault.other, fault.months] = 1 + gained
    return world


def over_reporting(planted: list[Planted], shape: tuple[int, int]) -> Array:
    """Log of what cheats add to their doses, by area and month."""
    extra = np.zeros(shape)
    for fault in planted:
        if fault.kind == "over_reporting":
            extra[fault.area, fault.months] = np.log1p(fault.size)
    return extra


def unreported(planted: list[Planted], shape: tuple[int, int]) -> Array:
    """Months without a report, or with a report that must be there: -1, +1, else 0."""
    forced = np.zeros(shape, np.int8)
    for fault in planted:
        here = (fault.area, fault.months)
        if fault.kind in ("silence", "closure"):
            forced[here] = -1
        elif fault.kind in ("spike", "typing", "copy_forward", "duplicate_unit"):
            forced[here] = 1
            if fault.other >= 0:
                forced[fault.other, fault.months] = 1
        elif fault.kind == "late_together":
            forced[here] = -1
            forced[fault.area, fault.last] = 1
    return forced


def jump(planted: list[Planted], country: Country, official: Array) -> Array:
    """Official targets with the years in which one was doubled."""
    wrong = official.copy()
    for fault in planted:
        if fault.kind == "target_jump":
            year = country.parameters.months[fault.first] // 100
            column = country.parameters.years.index(year)
            wrong[fault.area, column] = np.round(wrong[fault.area, column] * fault.size)
    return wrong


def stockout_days(fault: Planted) -> int:
    """Days a month without the product."""
    return round(fault.size * _MONTH_DAYS)


def apply(planted: list[Planted], reports: Reports, *, seed: int) -> Reports:
    """Reports with the faults of reporting in their cells; a new object."""
    cells = reports.cells.copy()
    rng = generator(seed, "cells")
    spoiled = replace(reports, cells=cells)
    for fault in planted:
        block = cells[:, fault.area, fault.months]
        if fault.kind == "spike":
            own = spoiled.columns_of(fault.element, fault.area)
            block[own] = np.round(block[own] * fault.size)
        elif fault.kind == "typing":
            own = spoiled.columns_of(fault.element, fault.area)
            largest = own[int(np.argmax(block[own, 0]))]
            block[largest] = np.round(block[largest] * fault.size)
        elif fault.kind == "copy_forward":
            block[:] = block[:, :1]
        elif fault.kind == "heaping":
            block[:] = np.round(block / fault.size) * fault.size
        elif fault.kind == "late_together":
            block[:, -1] = block.sum(1)
        elif fault.kind == "wrong_age":
            _wrong_age(spoiled, fault, block, rng)
    for fault in planted:
        if fault.kind == "duplicate_unit":
            cells[:, fault.area, fault.months] = cells[:, fault.other, fault.months]
    return spoiled


def _wrong_age(
    reports: Reports, fault: Planted, block: Array, rng: np.random.Generator
) -> None:
    """Doses to children over one year, more than usual, counted as under one."""
    for under, over in reports.age_pairs(fault.area):
        older = block[over] + rng.poisson(block[under] * fault.size)
        block[under] += older.astype(block.dtype)
        block[over] = 0
