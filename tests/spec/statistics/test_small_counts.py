"""Small counts of people: an exact solver of the published sums never finds them.

The solver here shares nothing with what it tests: it takes the table as a reader sees
it, with the sums and the knowledge that no zero is hidden, and looks for other whole
numbers that fit. Each table of them that it finds is a proof that a reader cannot tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from boloci.stats.small_counts import LARGEST, SMALLEST, WIDTH, hidden

Parents = Sequence[int | None]
REACH = 2 * WIDTH
"""How far from the truth numbers are looked for. What is found there is a proof that a
reader cannot tell; what lies farther off could only make the table safer."""
TOTALLED: Parents = [2, 2, None]
"""Two and their sum."""


@dataclass
class Reader:
    """What a reader can work out of a table with hidden counts."""

    bounds: dict[Any, tuple[int, int]]
    sums: list[tuple[Any, list[Any]]]
    near: dict[Any, int]
    """Numbers that are tried first: no more than a short cut to what fits."""
    within: dict[Any, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, (total, parts) in enumerate(self.sums):
            for cell in (total, *parts):
                self.within.setdefault(cell, []).append(number)

    def can_be(self, cell: Any, value: int) -> bool:
        """Whether whole numbers exist that fit all sums, with this one in a cell."""
        low, high = self.bounds[cell]
        return low <= value <= high and self._solved(
            {**self.bounds, cell: (value, value)}, self.within.get(cell, [])
        )

    def _solved(self, bounds: dict[Any, tuple[int, int]], look: list[int]) -> bool:
        if not self._narrowed(bounds, look):
            return False
        loose = [(b[1] - b[0], cell) for cell, b in bounds.items() if b[0] < b[1]]
        if not loose:
            return True
        _width, cell = min(loose)
        low, high = bounds[cell]
        near = self.near[cell]
        return any(
            self._solved({**bounds, cell: (value, value)}, self.within.get(cell, []))
            for value in sorted(range(low, high + 1), key=lambda n: abs(n - near))
        )

    def _narrowed(self, bounds: dict[Any, tuple[int, int]], look: list[int]) -> bool:
        """Narrow what each can be by its sums until nothing changes; False: nothing
        fits."""
        todo = list(look) or list(range(len(self.sums)))
        while todo:
            total, parts = self.sums[todo.pop()]
            low = sum(bounds[one][0] for one in parts)
            high = sum(bounds[one][1] for one in parts)
            new = {total: (max(bounds[total][0], low), min(bounds[total][1], high))}
            for one in parts:
                least, most = bounds[one]
                rest_low, rest_high = low - least, high - most
                new[one] = (
                    max(least, bounds[total][0] - rest_high),
                    min(most, bounds[total][1] - rest_low),
                )
            for cell, told in new.items():
                if told[0] > told[1]:
                    return False
                if told != bounds[cell]:
                    bounds[cell] = told
                    todo.extend(self.within[cell])
        return True


def reader(counts: Any, mask: Any, parents: Sequence[Parents]) -> Reader:
    """Who sees a table without its hidden counts."""
    near = {at: int(counts[at]) for at in np.ndindex(counts.shape)}
    bounds = {
        at: (max(1, one - REACH), one + REACH) if mask[at] else (one, one)
        for at, one in near.items()
    }
    return Reader(bounds, list(_sums(counts.shape, parents)), near)


def _sums(shape: tuple[int, ...], parents: Sequence[Parents]) -> Iterator[Any]:
    for axis, tree in enumerate(parents):
        others = [range(n) if one != axis else (0,) for one, n in enumerate(shape)]
        for total in {one for one in tree if one is not None}:
            parts = [at for at, above in enumerate(tree) if above == total]
            for place in product(*others):
                yield _at(place, axis, total), [_at(place, axis, p) for p in parts]


def _at(place: tuple[int, ...], axis: int, value: int) -> tuple[int, ...]:
    return (*place[:axis], value, *place[axis + 1 :])


def leaks(counts: Any, mask: Any, parents: Sequence[Parents]) -> list[Any]:
    """Hidden counts of which a reader learns too much."""
    known = reader(counts, mask, parents)
    found = []
    for cell in map(tuple, np.argwhere(mask).tolist()):
        count = int(counts[cell])
        is_sum = any(cell[axis] in set(tree) for axis, tree in enumerate(parents))
        if count <= LARGEST and not is_sum:
            safe = all(known.can_be(cell, n) for n in range(SMALLEST, LARGEST + 1))
        else:
            most = least = count
            while most - least < WIDTH and known.can_be(cell, most + 1):
                most += 1
            while most - least < WIDTH and known.can_be(cell, least - 1):
                least -= 1
            safe = most - least >= WIDTH
        if not safe:
            found.append((cell, count))
    return found


def with_sums(leaves: Any, parents: Sequence[Parents]) -> Any:
    """A table with its sums, from the counts of its leaves in order."""
    table = np.asarray(leaves)
    for axis, tree in enumerate(parents):
        lines: dict[int, Any] = {}
        inner = iter(np.moveaxis(table, axis, 0))
        sums = set(tree)
        for at in range(len(tree)):
            if at not in sums:
                lines[at] = next(inner)
        while len(lines) < len(tree):
            for total in {one for one in sums if one is not None} - set(lines):
                parts = [at for at, above in enumerate(tree) if above == total]
                if all(part in lines for part in parts):
                    lines[total] = sum(lines[part] for part in parts)
        table = np.stack([lines[at] for at in range(len(tree))], axis=axis)
    return table


COUNTS = st.one_of(
    st.just(0), st.integers(SMALLEST, LARGEST), st.integers(0, 12), st.integers(5, 60)
)
TREES: list[list[int | None]] = [
    [None],
    [1, None],
    [2, 2, None],
    [3, 3, 3, None],
    [4, 4, 5, 5, 6, 6, None],
    [5, 5, 6, 6, 6, 7, 7, None],
    [2, 2, None, 5, 5, None],
]
"""Alone; one part; two and three with their sum; areas in districts in a country; two
sums that nothing sums."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[Any, list[list[int | None]]]:
    """A table with its sums, of one axis or two."""
    parents = draw(st.lists(st.sampled_from(TREES), min_size=1, max_size=2))
    shape = [len(tree) - len(set(tree) - {None}) for tree in parents]
    size = int(np.prod(shape))
    counts = draw(st.sampled_from([COUNTS, st.integers(0, LARGEST)]))
    leaves = draw(st.lists(counts, min_size=size, max_size=size))
    return with_sums(np.reshape(leaves, shape), parents), parents


@settings(max_examples=300, deadline=None)
@given(tables())
@example((np.array([3, 3]), [[1, None]]))
@example((with_sums([[3, 10], [20, 30]], [TOTALLED, TOTALLED]), [TOTALLED, TOTALLED]))
@example((with_sums([[1, 1], [1, 1]], [TOTALLED, TOTALLED]), [TOTALLED, TOTALLED]))
@example((with_sums([[4, 0], [0, 4]], [TOTALLED, TOTALLED]), [TOTALLED, TOTALLED]))
def test_no_hidden_count_can_be_worked_out_from_the_published_sums(
    table: tuple[Any, list[list[int | None]]],
) -> None:
    counts, parents = table
    mask = hidden(counts, parents)
    assert leaks(counts, mask, parents) == []


@settings(max_examples=200, deadline=None)
@given(tables())
def test_every_count_of_1_to_4_is_hidden_and_no_zero_is(
    table: tuple[Any, list[list[int | None]]],
) -> None:
    counts, parents = table
    mask = hidden(counts, parents)
    assert mask[(counts >= 1) & (counts <= 4)].all()
    assert not mask[counts == 0].any()


def test_the_solver_finds_a_count_that_was_hidden_alone() -> None:
    counts = with_sums([[3, 10], [20, 30]], [TOTALLED, TOTALLED])
    alone = (counts >= 1) & (counts <= 4)
    assert leaks(counts, alone, [TOTALLED, TOTALLED]) == [((0, 0), 3)]


def test_the_solver_finds_two_counts_that_a_small_sum_pins() -> None:
    counts = np.array([1, 2, 7, 10])
    two = np.array([True, True, False, False])
    assert leaks(counts, two, [[3, 3, 3, None]]) == [((0,), 1), ((1,), 2)]


def test_a_table_without_small_counts_stays_whole() -> None:
    counts = with_sums([[5, 10], [0, 30]], [TOTALLED, TOTALLED])
    assert not hidden(counts, [TOTALLED, TOTALLED]).any()


def test_four_counts_of_a_square_are_hidden_and_the_sums_stay() -> None:
    counts = with_sums([[3, 10], [20, 30]], [TOTALLED, TOTALLED])
    mask = hidden(counts, [TOTALLED, TOTALLED])
    assert mask.tolist() == [[True] * 2 + [False]] * 2 + [[False] * 3]


def test_a_sum_is_hidden_where_a_row_holds_one_count_alone() -> None:
    counts = with_sums([[3, 0], [20, 30]], [TOTALLED, TOTALLED])
    mask = hidden(counts, [TOTALLED, TOTALLED])
    assert mask[0].tolist() == [True, False, True]
    assert leaks(counts, mask, [TOTALLED, TOTALLED]) == []


def test_the_sum_of_a_district_does_not_give_away_its_only_small_area() -> None:
    areas: Parents = [3, 3, 4, 5, 5, None]
    counts = with_sums([2, 40, 30], [areas])
    mask = hidden(counts, [areas])
    assert mask.tolist() == [True, True, False, False, False, False]


def test_a_table_of_three_axes_keeps_its_counts() -> None:
    trees: list[Parents] = [TOTALLED, TOTALLED, [3, 3, 3, None]]
    leaves = [[[1, 9, 8], [7, 2, 30]], [[12, 5, 0], [3, 11, 25]]]
    counts = with_sums(leaves, trees)
    mask = hidden(counts, trees)
    assert leaks(counts, mask, trees) == []
    assert not mask[2, 2, 3]


def test_few_counts_are_hidden_that_are_not_small() -> None:
    drawn = np.random.default_rng(4)
    areas: Parents = [*(12 + at // 4 for at in range(12)), 15, 15, 15, None]
    ages: Parents = [4, 4, 4, 4, None]
    counts = with_sums(drawn.poisson(9, (12, 4)), [areas, ages])
    small = (counts >= 1) & (counts <= 4)
    mask = hidden(counts, [areas, ages])
    assert mask.sum() <= 4 * small.sum()
    assert not mask[-1].any()


@pytest.mark.parametrize(
    "counts", [[1, 2, 4], [-1, 2, 1], [1, 2]], ids=["sum", "below zero", "shape"]
)
def test_a_table_whose_sums_are_wrong_is_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        hidden(np.array(counts), [TOTALLED])
