"""Checks of how numbers were written: rounded, copied, or one for all antigens."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boloci.catalogue.definitions import Profile
from boloci.lake.engines import Engine
from boloci.pipeline.checks import series
from boloci.pipeline.checks.gathering import gather
from boloci.pipeline.checks.series import Series
from boloci.pipeline.mapping import TARGET
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats import digits, repeats
from boloci.stats.grids import Bools, Ints
from boloci.stats.repeats import Repeats

HEAPED, COPIED, SAME = "heaping", "copied_forward", "same_across_antigens"

VISITS = ("BCG", "DTP1", "DTP2", "DTP3", "MCV1", "MCV2")
"""One dose of each visit: doses given at one visit may well be equal."""

_FOUND = pa.schema(
    [
        ("rule", pa.string()),
        ("unit", pa.int64()),
        ("period", pa.int64()),
        ("numbers", pa.int64()),
        ("value", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Limits:
    """The constants of these rules, under their names in the profile."""

    heaping_least_values: int
    heaping_least_value: float
    heaping_least_share: float
    heaping_deviations: float
    copied_least_value: float
    copied_least_numbers: int
    copied_least_share: float
    same_least_value: float
    same_least_doses: int
    same_least_months: int

    @classmethod
    def of(cls, profile: Profile) -> "Limits":
        """As a profile has them."""
        return cls(**{name: profile.value(name) for name in cls.__dataclass_fields__})


def find(engine: Engine, known: Understood, rules: Rules) -> pa.Table:
    """Findings of units whose numbers look written and not counted."""
    limits = Limits.of(rules.profile)
    visits = [rules.key(code) for code in VISITS if (code, TARGET) in known.mapped.keys]
    found = [_FOUND.empty_table()]
    for part in series.parts(engine, series.of_units(known)):
        found.append(heaped(part, limits))
        found.append(copied(part, limits))
        found.append(same(part.of(visits), limits))
    engine.put("written", pa.concat_tables(found))
    told = gather(engine, known, _EVENTS.format(least=limits.same_least_months))
    engine.drop("written")
    return told


def heaped(part: Series, limits: Limits) -> pa.Table:
    """Years of units in which far too many last digits are 0 or 5.

    A number that several doses of a month bear is judged once; that is looked at only
    where the digits of all values already say so.
    """
    counted = part.grid < repeats.COUNTABLE
    numbers = np.where(counted, part.grid, 0.0).astype(np.int64)
    judged: Bools = (numbers >= limits.heaping_least_value) & (numbers == part.grid)
    years = part.periods // 100 - part.periods[0] // 100
    firsts = np.flatnonzero(np.diff(years, prepend=-1))
    rounded = judged & (digits.ends_in_0_or_5(numbers) == 1)
    likely = _yearly(rounded, part.starts, firsts) >= limits.heaping_least_share * (
        np.maximum(_yearly(judged, part.starts, firsts), limits.heaping_least_values)
    )
    owners = part.owners
    rows, columns = np.nonzero(judged & likely[owners][:, years])
    told = repeats.different_numbers(owners[rows], columns, part.grid[rows, columns])
    width = len(firsts)
    place = told[:, 0] * width + years[told[:, 1]]
    cells = len(part.units) * width
    count = np.bincount(place, minlength=cells)
    rounded = np.bincount(
        place, digits.ends_in_0_or_5(told[:, 2]), minlength=cells
    ).astype(np.int64)
    share, above = digits.heaping(count, rounded)
    (at,) = np.nonzero(
        (count >= limits.heaping_least_values)
        & (share >= limits.heaping_least_share)
        & (above >= limits.heaping_deviations)
    )
    return _table(
        HEAPED,
        unit=part.units[at // width],
        period=(part.periods[0] // 100 + at % width) * 100,
        numbers=count[at],
        value=100 * share[at],
    )


def _yearly(cells: Bools, starts: Ints, firsts: Ints) -> Ints:
    """How many cells of each unit and year hold: (u, years)."""
    monthly = np.add.reduceat(cells, starts, axis=0, dtype=np.int32)
    found: Ints = np.add.reduceat(monthly, firsts, axis=1)
    return found


def copied(part: Series, limits: Limits) -> pa.Table:
    """Months of units that repeat the numbers of the month before."""
    found = repeats.copied_forward(
        part.grid,
        part.starts,
        least_value=limits.copied_least_value,
        least_numbers=limits.copied_least_numbers,
        share=limits.copied_least_share,
    )
    return _repeats(COPIED, part, found)


def same(part: Series, limits: Limits) -> pa.Table:
    """Months of units in which doses of different visits are one number."""
    found = repeats.same_across(
        part.grid,
        part.starts,
        least_value=limits.same_least_value,
        least_doses=limits.same_least_doses,
    )
    return _repeats(SAME, part, found)


def _repeats(rule: str, part: Series, found: Repeats) -> pa.Table:
    return _table(
        rule,
        unit=part.units[found.unit],
        period=part.periods[found.month],
        numbers=found.numbers,
        value=found.numbers,
    )


def _table(rule: str, **columns: np.ndarray) -> pa.Table:
    rows = len(columns["unit"])
    typed: Mapping[str, pa.Array] = {
        name: pa.array(column, _FOUND.field(name).type)
        for name, column in columns.items()
    }
    return pa.table({"rule": pa.array([rule] * rows, pa.string()), **typed})


_EVENTS = f"""
SELECT rule, unit AS place, period AS first, value, numbers AS size,
       to_json(struct_pack(numbers := numbers))::VARCHAR AS params
FROM written
QUALIFY rule <> '{SAME}'
    OR count(*) OVER (PARTITION BY rule, unit, period // 100) >= {{least}}
"""
