"""Sessions and vaccine stock as units record them, in line with the doses they gave."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boloci.demo.country import Country
from boloci.demo.draws import Array, generator
from boloci.demo.faults import Planted, stockout_days
from boloci.demo.programme import Programme
from boloci.demo.reporting import Reports
from boloci.demo.simulate import Truth
from boloci.demo.world import Stock

_STRATEGIES = ("fixed", "outreach")
_LEVEL_MONTHS = 2.0
_LOST = 0.005
_REASONS = ("Carburant manquant", "Personnel absent", "Piste coupée", "")


def sessions(country: Country, reports: Reports, *, seed: int) -> pa.Table:
    """Sessions planned and held by strategy, one row a report that came."""
    p, rng = country.parameters.reporting, generator(seed, "sessions")
    area, month = np.nonzero(reports.received)
    parts = []
    for number, strategy in enumerate(_STRATEGIES):
        usual = rng.poisson(p.sessions_planned[number] - 1, len(country.areas)) + 1
        planned = usual[area]
        held = rng.binomial(planned, p.sessions_held[number])
        reason = rng.integers(len(_REASONS), size=len(area))
        reason[held == planned] = len(_REASONS) - 1
        parts.append(
            pa.table(
                {
                    "place_id": uids(country, area),
                    "period": period_texts(country, month),
                    "strategy": words((strategy,), np.zeros(len(area), int)),
                    "planned": pa.array(planned),
                    "held": pa.array(held),
                    "reason": words(_REASONS, reason),
                }
            )
        )
    return pa.concat_tables(parts)


def uids(country: Country, area: Array) -> pa.Array:
    """Identifiers of areas, one a row."""
    return words([one.uid for one in country.areas], area)


def period_texts(country: Country, month: Array) -> pa.Array:
    """DHIS2 text of months by their number, one a row."""
    return words([str(code) for code in country.parameters.months], month)


def words(dictionary: list[str] | tuple[str, ...], index: Array) -> pa.Array:
    """Texts by their place in a list."""
    codes = pa.array(np.asarray(index), pa.int32())
    return pa.DictionaryArray.from_arrays(codes, list(dictionary)).cast(pa.string())


@dataclass(frozen=True)
class _Demand:
    """What one product is asked for: doses issued and days without it."""

    issued: Array
    days: Array


def stock(
    country: Country,
    programme: Programme,
    truth: Truth,
    planted: list[Planted],
    *,
    seed: int,
) -> pa.Table | None:
    """Stock by product, unit and month, of the districts in the logistics system.

    Opening is the closing of the month before; opening + received = issued + lost +
    closing. In a month with a stock-out nothing is left at the end. None without a
    logistics system in the parameters.
    """
    system = country.parameters.stock
    if not system:
        return None
    areas = in_system(country, system, seed)
    months = np.flatnonzero(np.array(country.parameters.months) >= system.first_month)
    if not len(months) or not len(areas):
        return None
    parts = []
    for product, wastage in system.wastage.items():
        rng = generator(seed, f"stock {product}")
        demand = _demand(country, programme, truth, planted, product, wastage)
        here = _Demand(
            demand.issued[np.ix_(areas, months)], demand.days[np.ix_(areas, months)]
        )
        book = _book(here, rng)
        open_ = country.open[np.ix_(areas, months)]
        area, month = np.nonzero(open_)
        rows = {name: pa.array(column[open_]) for name, column in book.items()}
        names = {
            "product": words((product,), np.zeros(len(area), int)),
            "place_id": uids(country, areas[area]),
            "period": period_texts(country, months[month]),
        }
        parts.append(pa.table({**names, **rows}))
    return pa.concat_tables(parts)


def in_system(country: Country, system: Stock, seed: int) -> Array:
    """Areas of the districts, invented ones only, that use the logistics system."""
    invented = [n for n, d in enumerate(country.districts) if not d.real]
    rng = generator(seed, "logistics")
    count = min(system.districts, len(invented))
    chosen = rng.choice(np.array(invented, int), count, replace=False)
    own = np.array([area.copy_of < 0 for area in country.areas])
    return np.flatnonzero(np.isin(country.district_of, chosen) & own)


def _demand(
    country: Country,
    programme: Programme,
    truth: Truth,
    planted: list[Planted],
    product: str,
    wastage: float,
) -> _Demand:
    given = np.zeros(country.open.shape)
    for code in programme.product(product):
        given += truth.given[code].sum(2)
    days = np.zeros(country.open.shape, int)
    for fault in planted:
        if fault.kind == "stock_out" and fault.element == product:
            days[fault.area, fault.months] = stockout_days(fault)
    return _Demand(np.ceil(given / (1 - wastage)).astype(int), days)


def _book(demand: _Demand, rng: np.random.Generator) -> dict[str, Array]:
    """The stock card, month after month."""
    issued, days = demand.issued, demand.days
    level = np.ceil(_LEVEL_MONTHS * issued.mean(1)).astype(int)
    book = {
        name: np.zeros(issued.shape, int)
        for name in ("opening", "received", "issued", "lost", "closing")
    }
    closing = level
    for month in range(issued.shape[1]):
        opening, out = closing, days[:, month] > 0
        used = issued[:, month]
        lost = rng.binomial(used, _LOST)
        wanted = np.where(out, used, level + used + lost)
        received = np.maximum(wanted - opening, 0)
        # What a stock-out leaves unused was lost (a cold chain that failed).
        lost = np.where(out, opening + received - used, lost)
        closing = opening + received - used - lost
        row = (opening, received, used, lost, closing)
        for name, column in zip(book, row, strict=True):
            book[name][:, month] = column
    return {**book, "stockout_days": days}
