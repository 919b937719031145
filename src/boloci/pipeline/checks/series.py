"""Monthly series of units and of places, some units at a time, as grids."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from boloci.lake.engines import Engine, key_ranges
from boloci.pipeline import monthly, spans
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.grids import Bools, Floats, Ints


@dataclass(frozen=True)
class Series:
    """Whole units: their series one after the other, months as columns."""

    units: Ints
    """Place key of each unit, ascending: (u,)."""
    starts: Ints
    """Row of the grid at which each unit begins: (u,)."""
    elements: Ints
    """Element key of each series: (k,)."""
    periods: Ints
    """Month code of each column: (m,)."""
    grid: Floats
    """(k, m), NaN where nothing was reported."""

    @property
    def owners(self) -> Ints:
        """Position in `units` of each series: (k,)."""
        lengths = np.diff(np.append(self.starts, len(self.elements)))
        return np.repeat(np.arange(len(self.units)), lengths)

    def of(self, elements: list[int]) -> "Series":
        """The series of some elements only."""
        kept: Bools = np.isin(self.elements, elements)
        owners = self.owners[kept]
        some = np.unique(owners)
        return Series(
            units=self.units[some],
            starts=np.searchsorted(owners, some),
            elements=self.elements[kept],
            periods=self.periods,
            grid=self.grid[kept],
        )


def of_units(known: Understood) -> str:
    """SQL of the months that units reported themselves."""
    return (
        "SELECT unit, element, period, total AS value FROM unit_counts"
        f" WHERE element IN ({judged(known)}) AND NOT aggregate"
        f" AND total IS NOT NULL AND {spans.MONTHS.format('period')}"
    )


def of_places(engine: Engine, known: Understood, rules: Rules) -> str:
    """SQL of the months of areas, districts and the country above units.

    Kept as table `place_month`, which several checks read. A month in which too many
    reports are missing is lower for that and says nothing: it is left out.
    """
    engine.connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS place_month AS"
        " SELECT place AS unit, element, period, total AS value FROM counts"
        f" WHERE element IN ({judged(known)}) AND total IS NOT NULL"
        f" AND {spans.MONTHS.format('period')}"
        f" AND coalesce(100 * received >= {rules.complete_from} * expected, TRUE)"
        " AND place IN (SELECT place_key FROM place"
        " WHERE level IN ('area', 'district', 'country')"
        " AND place_key NOT IN (SELECT unit FROM unit_counts))"
    )
    return "SELECT * FROM place_month"


def judged(known: Understood) -> str:
    """Keys of the elements whose months are judged: campaigns are peaks by nature."""
    keys = [key for (_code, kind), key in known.mapped.keys.items() if kind == TARGET]
    return ", ".join(str(key) for key in keys) or "NULL"


def parts(engine: Engine, query: str) -> Iterator[Series]:
    """The series of a query (unit, element, period, value), some units at a time."""
    low, high, first, last, rows = engine.rows(
        "SELECT min(unit), max(unit), min(period), max(period), count(*)"
        f" FROM ({query})"
    )[0]
    if not rows:
        return
    ends = monthly.serials(np.array([first, last]))
    numbers = np.arange(ends[0], ends[1] + 1)
    periods = numbers // 12 * 100 + numbers % 12 + 1
    for start, end in key_ranges(low, high, rows):
        some = engine.arrow(
            f"SELECT * FROM ({query}) WHERE unit BETWEEN {start} AND {end}"
        )
        if some.num_rows:
            yield _grid(
                some["unit"].to_numpy(),
                some["element"].to_numpy(),
                monthly.serials(some["period"].to_numpy()) - numbers[0],
                some["value"].to_numpy(),
                periods,
            )


def _grid(
    unit: Ints, element: Ints, column: Ints, value: Floats, periods: Ints
) -> Series:
    unit, element, row = monthly.laid_out(unit, element)
    grid = np.full((len(unit), len(periods)), np.nan)
    grid[row, column] = value
    units, starts = np.unique(unit, return_index=True)
    return Series(units, starts.astype(np.int64), element, periods, grid)
