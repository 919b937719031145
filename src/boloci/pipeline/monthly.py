"""Reported months of units as grids (series, months), some million values at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boloci.lake.engines import Engine, key_ranges
from boloci.pipeline import spans
from boloci.stats.adjustment import Reported
from boloci.stats.grids import Bools, Floats, Ints


@dataclass(frozen=True)
class Part:
    """Series of some units: which they are, and what was reported of them."""

    units: np.ndarray
    """Place key of each series."""
    elements: np.ndarray
    """Element key of each series."""
    periods: np.ndarray
    """Month code of each column."""
    reported: Reported
    blank: Bools
    """Months that have a row and no value; one without a row is not there at all."""


def parts(
    engine: Engine, *, elements: Sequence[int], blanks: bool, stated: bool
) -> Iterator[Part]:
    """Every series of months of the elements, some units at a time.

    `blanks`: any month without a value is one that `completeness` may fill; else only
    one whose report was due and did not come. `stated`: rates as a form states them
    go before received / expected. Reads `unit_counts`, `membership`, `reports` and
    `element_dataset`.
    """
    low, high, first, last, rows = engine.rows(
        "SELECT min(unit), max(unit), min(period), max(period), count(*)"
        f" FROM unit_counts WHERE {_WANTED}",
        list(elements),
    )[0]
    if not rows:
        return
    ends = serials(np.array([first, last]))
    numbers = np.arange(ends[0], ends[1] + 1)
    periods = numbers // 12 * 100 + numbers % 12 + 1
    received = _Reports(engine, numbers, stated=stated)
    for start, end in key_ranges(low, high, rows):
        some = engine.arrow(
            f"SELECT unit, element, period, total FROM unit_counts WHERE {_WANTED}"
            f" AND unit BETWEEN {start} AND {end}",
            list(elements),
        )
        if some.num_rows:
            yield _part(some, periods.astype(np.int32), received, blanks=blanks)


_WANTED = f"list_contains(?, element) AND {spans.MONTHS.format('period')}"


def serials(period: np.ndarray) -> Ints:
    """Month codes as numbers that count on, as `periods.serial`."""
    codes = period.astype(np.int64)
    return codes // 100 * 12 + codes % 100 - 1


def laid_out(unit: np.ndarray, element: np.ndarray) -> tuple[Ints, Ints, Ints]:
    """Unit and element of each series, units together, and the series of each row.

    Shapes (k,), (k,), (n,) of `n` rows of months; `n` is not 0.
    """
    lowest, widest = int(unit.min()), int(element.max()) + 1
    code = (unit.astype(np.int64) - lowest) * widest + element
    there = np.zeros(int(code.max()) + 1, np.bool_)
    there[code] = True
    series = np.flatnonzero(there)
    return series // widest + lowest, series % widest, (np.cumsum(there) - 1)[code]


def _part(
    rows: pa.Table, periods: np.ndarray, received: "_Reports", *, blanks: bool
) -> Part:
    unit, element, row = laid_out(rows["unit"].to_numpy(), rows["element"].to_numpy())
    column = serials(rows["period"].to_numpy()) - received.first
    shape = (len(unit), len(periods))
    values, present = np.full(shape, np.nan), np.zeros(shape, np.bool_)
    values[row, column] = rows["total"].to_numpy(zero_copy_only=False)
    present[row, column] = True
    units, elements = unit.astype(np.int32), element.astype(np.int16)
    rates, absent = received.of(units, elements)
    years = periods.astype(np.int64) // 100
    missing = present & np.isnan(values)
    due = missing if blanks else missing & absent
    reported = Reported(values, years, rates, due)
    return Part(units, elements, periods, reported, missing)


class _Reports:
    """Reports of units by form and month, as grids that series are looked up in."""

    def __init__(self, engine: Engine, numbers: Ints, *, stated: bool) -> None:
        self.first = int(numbers[0])
        rows = engine.arrow(_OF_UNITS.format(stated=stated))
        unit, form = rows["unit"].to_numpy(), rows["dataset"].to_numpy()
        pairs, row = np.unique(_pair(unit, form), return_inverse=True)
        column = serials(rows["period"].to_numpy()) - self.first
        inside = (column >= 0) & (column < len(numbers))
        where = row[inside], column[inside]
        # the last line stands for series whose unit states no reports
        shape = (len(pairs) + 1, len(numbers))
        self._rates, self._absent = np.full(shape, np.nan), np.zeros(shape, np.bool_)
        self._rates[where] = rows["rate"].to_numpy(zero_copy_only=False)[inside]
        self._absent[where] = rows["absent"].to_numpy(zero_copy_only=False)[inside]
        self._pairs = pairs
        forms = engine.rows("SELECT element, dataset FROM element_dataset")
        self._form = np.zeros(max((e for e, _ in forms), default=0) + 1, np.int64)
        for key, number in forms:
            self._form[key] = number

    def of(self, units: np.ndarray, elements: np.ndarray) -> tuple[Floats, Bools]:
        """Rates in percent (NaN: not known) and months without a due report."""
        wanted = _pair(units, self._form[elements])
        at = np.searchsorted(self._pairs, wanted)
        found = at < len(self._pairs)
        found[found] = self._pairs[at[found]] == wanted[found]
        line = np.where(found, at, len(self._pairs))
        return self._rates[line], self._absent[line]


def _pair(unit: np.ndarray, form: np.ndarray) -> Ints:
    return unit.astype(np.int64) << 16 | form.astype(np.int64)


_OF_UNITS = """
WITH telling AS (SELECT DISTINCT unit, aggregate FROM unit_counts),
said AS (
    SELECT dataset, bool_or(rate_count > 0) AS rates FROM reports GROUP BY dataset
),
mixed AS (
    -- what a place above enters itself is one report among those of its units
    SELECT unit FROM telling WHERE NOT aggregate AND unit IN (
        SELECT m.place FROM membership m JOIN telling b ON b.unit = m.unit
        WHERE m.unit <> m.place)
)
SELECT r.place AS unit, r.dataset, r.period,
       CASE WHEN r.place IN (FROM mixed) THEN NULL
            WHEN {stated} AND s.rates THEN r.rate_sum / nullif(r.rate_count, 0)
            ELSE coalesce(100 * r.received / nullif(r.expected, 0),
                          r.rate_sum / nullif(r.rate_count, 0)) END::DOUBLE AS rate,
       coalesce(r.expected > 0 AND r.received = 0, FALSE) AS absent
FROM reports r JOIN said s USING (dataset)
WHERE r.place IN (SELECT unit FROM telling)
  AND r.period % 100 BETWEEN 1 AND 12
"""
