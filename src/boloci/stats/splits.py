"""From the cells of a form (sex x age x strategy) to one count a unit and month.

A blank in a split means the total over it and is never added to the parts: with
both, the total is used; without a total, the sum of the parts; where a part was left
blank, or only one sex was given, the total is not known (`partial`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import narwhals as nw

from boloci.stats.vocabulary import BOTH, FEMALE, MALE, Frame

ALL_AGES, TARGET_AGE, OTHER_AGE = 0, 1, 2
"""Classes of age, as the catalogue maps them for an element: blank, the dose's target
age, and the age that stands in where the target age is not on the form."""
ALL_STRATEGIES, PART = 0, 1
UNIT = ("unit", "period", "element")
STRATEGIES_DIFFER, SEXES_DIFFER, OTHERS_ABOVE, OTHERS_BESIDE = 1, 2, 4, 8
"""Bits of `differs`: which split's parts contradict the total beside them. Of an
element that counts all ages, `OTHER_AGE` are the ages and `TARGET_AGE` their total:
the ages are more than it, or are told beside it."""

Known = dict[tuple[int, int], nw.Expr | None]
"""Doses by sex and age, strategies together; None where no such cell occurs."""


@dataclass(frozen=True, order=True)
class Cell:
    """One kind of cell of a form, in classes."""

    sex: int
    age: int
    strategy: int

    @property
    def code(self) -> int:
        """The number that stands for it in a column `cell`."""
        return self.sex * 100 + self.age * 10 + self.strategy


def collapse(
    cells: Frame,
    *,
    layout: Iterable[Cell],
    blanks: bool,
    zeros_dropped: Iterable[int] = (),
) -> Frame:
    """Doses of each unit, month and element from the cells of its form.

    `cells`: unit, period, element, cell (code), value (null: left blank). `layout`:
    the kinds of cells that occur. `blanks`: whether any value is null.
    `zeros_dropped`: elements whose zeros the source does not store (DHIS2, unless
    told): where one sex was reported, the other without a row is 0.
    Returns unit, period, element, total, female, male (null: not known), partial,
    age_unknown (0/1) and differs (bits: a total was reported that is not the sum of
    the strategies or sexes beside it; other ages are told beside it, or above it).
    """
    layout = sorted(set(layout))
    dropped = sorted(set(zeros_dropped))
    sums: dict[str, nw.Expr] = {}
    for cell in layout:
        inside = nw.when(nw.col("cell") == cell.code).then(nw.col("value"))
        sums[f"s{cell.code}"] = inside.sum()
        sums[f"n{cell.code}"] = inside.count()
        if blanks and (dropped or cell.strategy == PART):
            left = (nw.col("cell") == cell.code) & nw.col("value").is_null()
            sums[f"b{cell.code}"] = nw.when(left).then(nw.lit(1)).count()
    units = cells.group_by(*UNIT).agg(**sums)
    known: Known = {
        (sex, age): _over_strategies(layout, sex, age, blanks)
        for sex in (BOTH, FEMALE, MALE)
        for age in (ALL_AGES, TARGET_AGE, OTHER_AGE)
    }
    if dropped:
        known = known | _zeros_filled(known, layout, blanks, dropped)
    both = {
        age: _first(
            known[BOTH, age], _sum_of_sexes(known[FEMALE, age], known[MALE, age])
        )
        for age in (ALL_AGES, TARGET_AGE, OTHER_AGE)
    }
    anything = nw.lit(False)
    for cell in layout:
        anything = anything | (nw.col(f"n{cell.code}") > 0)
    return (
        units.with_columns(
            total=_by_age(both),
            female=_by_age({age: known[FEMALE, age] for age in both}),
            male=_by_age({age: known[MALE, age] for age in both}),
            at_target=_or_missing(both[TARGET_AGE]),
            anything=anything,
            differs=_contradicted(layout, known),
        )
        .with_columns(
            partial=_yes(nw.col("anything") & nw.col("total").is_null()),
            age_unknown=_yes(
                nw.col("at_target").is_null() & ~nw.col("total").is_null()
            ),
        )
        .select(*UNIT, "total", "female", "male", "partial", "age_unknown", "differs")
    )


def _zeros_filled(
    known: Known, layout: list[Cell], blanks: bool, dropped: list[int]
) -> Known:
    """Girls and boys with the zeros that the source did not store."""
    filled: Known = {}
    for (sex, age), own in known.items():
        other = known[MALE if sex == FEMALE else FEMALE, age]
        if sex == BOTH or other is None or own is None:
            continue
        rowless = nw.col("element").is_in(dropped) & ~other.is_null()
        for cell in layout:
            if (cell.sex, cell.age) == (sex, age):
                rowless = rowless & (nw.col(f"n{cell.code}") == 0)
                if blanks:
                    rowless = rowless & (nw.col(f"b{cell.code}") == 0)
        filled[sex, age] = nw.when(rowless).then(nw.lit(0.0)).otherwise(own)
    return filled


def _over_strategies(
    layout: list[Cell], sex: int, age: int, blanks: bool
) -> nw.Expr | None:
    """The total over strategies if reported, else the sum of its parts."""
    whole, part = Cell(sex, age, ALL_STRATEGIES), Cell(sex, age, PART)
    found: nw.Expr | None = None
    if part in layout:
        known = nw.col(f"n{part.code}") > 0
        if blanks:
            known = known & (nw.col(f"b{part.code}") == 0)
        found = nw.when(known).then(nw.col(f"s{part.code}"))
    if whole in layout:
        total = nw.when(nw.col(f"n{whole.code}") > 0).then(nw.col(f"s{whole.code}"))
        found = _first(total, found)
    return found


def _contradicted(layout: list[Cell], known: Known) -> nw.Expr:
    """Bits of the splits whose parts contradict the total reported beside them."""
    strategies, sexes = nw.lit(False), nw.lit(False)
    above, beside = nw.lit(False), nw.lit(False)
    for whole in layout:
        part = Cell(whole.sex, whole.age, PART)
        if whole.strategy == ALL_STRATEGIES and part in layout:
            given = (nw.col(f"n{whole.code}") > 0) & (nw.col(f"n{part.code}") > 0)
            differ = nw.col(f"s{whole.code}") != nw.col(f"s{part.code}")
            strategies = strategies | (given & differ)
    for age in (ALL_AGES, TARGET_AGE, OTHER_AGE):
        total = known[BOTH, age]
        parts = _sum_of_sexes(known[FEMALE, age], known[MALE, age])
        if total is not None and parts is not None:
            sexes = sexes | _both(total, parts, total != parts)
    for sex in (BOTH, FEMALE, MALE):
        target, other = known[sex, TARGET_AGE], known[sex, OTHER_AGE]
        if target is not None and other is not None:
            above = above | _both(target, other, target < other)
            beside = beside | _both(target, other, nw.lit(True))
    return (
        _yes(strategies) * STRATEGIES_DIFFER
        + _yes(sexes) * SEXES_DIFFER
        + _yes(above) * OTHERS_ABOVE
        + _yes(beside) * OTHERS_BESIDE
    )


def _both(one: nw.Expr, other: nw.Expr, condition: nw.Expr) -> nw.Expr:
    return ~one.is_null() & ~other.is_null() & condition


def _first(one: nw.Expr | None, other: nw.Expr | None) -> nw.Expr | None:
    if one is None or other is None:
        return one if other is None else other
    return nw.coalesce(one, other)


def _sum_of_sexes(female: nw.Expr | None, male: nw.Expr | None) -> nw.Expr | None:
    return None if female is None or male is None else female + male


def _by_age(known: dict[int, nw.Expr | None]) -> nw.Expr:
    order = (known[TARGET_AGE], known[ALL_AGES], known[OTHER_AGE])
    found = [expression for expression in order if expression is not None]
    return nw.coalesce(*found) if found else _or_missing(None)


def _or_missing(expression: nw.Expr | None) -> nw.Expr:
    return nw.lit(None, nw.Float64) if expression is None else expression


def _yes(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))
