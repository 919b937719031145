"""Small counts of people hidden in a table, so that none can be worked out again.

In a table made from records of persons a count of 1 to 4 can point at a child. Hiding
it alone hides nothing where sums are published: the rest of its row tells it. So other
counts are hidden with it, and sums too where there is no other way (complementary
suppression). Whoever knows every count that is shown, how the sums are made and that
no zero is ever hidden is left with this:

- a hidden count of 1 to 4 that is no sum can still be 1, 2, 3 or 4;
- any other hidden count can still be 4 numbers that follow each other.

What this does not promise: silence about zeros, which are shown; protection from who
knows, from elsewhere, the other people of a row. Hidden counts must all look the same:
a mark that tells a small count from one that was hidden to protect it gives both away.
Percentages and means of a hidden count are hidden with it, and two tables of the same
people are one table: hide them together.

Each axis of a table is a tree of sums: areas in districts in a country, girls and boys
in both. A hidden count is protected by a change that leaves every sum right: as many
children moved from one leaf to another, or added to a leaf and to all its sums, on
each axis. All that such a change touches is hidden; of all changes the one that hides
least is taken.

Source: the hypercube method, Giessing and Repsilber, Tools and strategies to protect
multiple tables with the GHQUAR cell suppression engine, 2002; its intervals are ours.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
_Move = tuple[list[int], list[int]]
"""A change of the table by one number: the counts it raises and those it lowers."""

SMALLEST, LARGEST = 1, 4
"""Counts that are hidden."""
WIDTH = LARGEST - SMALLEST
"""How far apart the least and the greatest number lie that a hidden count can be."""
_SUM_WEIGHT = 8.0
"""How many counts are hidden sooner than one sum over them."""


def hidden(counts: Counts, parents: Sequence[Sequence[int | None]]) -> Mask:
    """Which counts of a table may not be shown.

    counts    the table with its sums, one axis or more; whole numbers from 0
    parents   for each axis, for each of its places: the place of the sum that it is
              part of; None: part of no sum. [2, 2, None] is girls, boys, both.

    Raises `ValueError` where the sums are wrong: then nothing can be promised.
    """
    axes = [_Axis.of(one) for one in parents]
    _refuse_wrong(counts, axes)
    return _Hiding(counts, axes).all_protected()


@dataclass(frozen=True)
class _Axis:
    """The tree of sums of one axis."""

    above: tuple[tuple[int, ...], ...]
    """Each place with all sums that hold it, itself first."""
    leaves: tuple[int, ...]
    height: tuple[int, ...]
    """0 for a leaf; of a sum, one more than its highest part."""

    @classmethod
    def of(cls, parents: Sequence[int | None]) -> "_Axis":
        above = tuple(tuple(_upwards(parents, at)) for at in range(len(parents)))
        height = [0] * len(parents)
        for line in above:
            for steps, at in enumerate(line):
                height[at] = max(height[at], steps)
        sums = set(parents)
        leaves = tuple(at for at in range(len(parents)) if at not in sums)
        return cls(above, leaves, tuple(height))

    def moves(self, at: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Changes that leave the sums right and raise a place: (raised, lowered)."""
        inside = [leaf for leaf in self.leaves if at in self.above[leaf]]
        for leaf in inside:
            up = self.above[leaf]
            yield up, ()
            for other in self.leaves:
                down = self.above[other]
                if at not in down:
                    yield (
                        tuple(one for one in up if one not in down),
                        tuple(one for one in down if one not in up),
                    )


def _upwards(parents: Sequence[int | None], at: int) -> Iterator[int]:
    seen = 0
    step: int | None = at
    while step is not None:
        if seen > len(parents):
            raise ValueError(parents)  # a sum that is part of itself
        yield step
        step, seen = parents[step], seen + 1


def _refuse_wrong(counts: Counts, axes: Sequence[_Axis]) -> None:
    if counts.shape != tuple(len(axis.height) for axis in axes) or (counts < 0).any():
        raise ValueError(counts.shape)
    for number, axis in enumerate(axes):
        table = np.moveaxis(counts, number, 0)
        for at in range(len(table)):
            if axis.height[at]:
                inside = [leaf for leaf in axis.leaves if at in axis.above[leaf]]
                if (table[inside].sum(axis=0) != table[at]).any():
                    raise ValueError((number, at))


class _Hiding:
    """A table while counts are hidden in it; what each hidden count can still be.

    Counts are numbered through, the last axis fastest.
    """

    def __init__(self, counts: Counts, axes: Sequence[_Axis]) -> None:
        heights = np.zeros(counts.shape)
        for number, axis in enumerate(axes):
            shape = [-1 if one == number else 1 for one in range(len(axes))]
            heights = heights + np.reshape(axis.height, shape)
        self.axes = axes
        self.shape = counts.shape
        self.strides = [
            math.prod(counts.shape[number + 1 :]) for number in range(len(axes))
        ]
        self.counts: list[int] = counts.ravel().tolist()
        self.is_sum: list[bool] = (heights > 0).ravel().tolist()
        weights = _SUM_WEIGHT**heights * np.log2(1 + counts)
        self.weights: list[float] = np.where(counts, weights, np.inf).ravel().tolist()
        self.hidden = [SMALLEST <= count <= LARGEST for count in self.counts]
        self.least, self.most = list(self.counts), list(self.counts)

    def all_protected(self) -> Mask:
        """The hidden counts, once each of them can be enough numbers."""
        bare = [True]
        while any(bare):
            bare = [
                self._protect(at, *self._missing(at))
                for at, hidden in enumerate(self.hidden)
                if hidden
            ]
        return np.reshape(np.array(self.hidden, dtype=np.bool_), self.shape)

    def _missing(self, at: int) -> tuple[int, int]:
        """By how much a count must still be able to rise, and to fall; 0: it can."""
        count, least, most = self.counts[at], self.least[at], self.most[at]
        if count <= LARGEST and not self.is_sum[at]:
            up = LARGEST - count if most < LARGEST else 0
            return up, count - SMALLEST if least > SMALLEST else 0
        return (WIDTH if most - least < WIDTH else 0), 0

    def _protect(self, at: int, up: int, down: int) -> bool:
        """Hide what lets a count rise and fall so far; whether anything was missing."""
        if up:
            self._hide(self._cheapest(at, up, falling=1))
        if down:
            self._hide(self._cheapest(at, down, falling=0))
        return bool(up or down)

    def _cheapest(self, at: int, step: int, *, falling: int) -> _Move:
        """The change that newly hides least, of those that move a count by a step.

        falling  which side of a change falls: 1, where the count shall rise
        """
        best: _Move | None = None
        cost = math.inf
        for move in self._moves(at):
            if all(self.counts[one] - step >= SMALLEST for one in move[falling]):
                its = sum(
                    self.weights[one]
                    for side in move
                    for one in side
                    if not self.hidden[one]
                )
                if its < cost:
                    best, cost = move, its
            if not cost:
                break
        assert best is not None  # adding to a leaf and to all its sums is always one
        return best

    def _moves(self, at: int) -> Iterator[_Move]:
        """Changes that raise a count, leave every sum right and touch no other table:
        where an even number of axes lowers, the count rises."""
        places = np.unravel_index(at, self.shape)
        each = [
            [
                tuple(tuple(one * stride for one in side) for side in move)
                for move in axis.moves(int(place))
            ]
            for axis, place, stride in zip(self.axes, places, self.strides, strict=True)
        ]
        for parts in product(*each):
            sides: _Move = ([], [])
            for signs in product((0, 1), repeat=len(parts)):
                cells = product(
                    *(part[n] for part, n in zip(parts, signs, strict=True))
                )
                sides[sum(signs) % 2].extend(map(sum, cells))
            yield sides

    def _hide(self, move: _Move) -> None:
        """Hide all that a change touches, and learn what it and its reverse allow."""
        for raised, lowered in (move, move[::-1]):
            step = min((self.counts[one] - SMALLEST for one in lowered), default=WIDTH)
            for one in raised:
                self.hidden[one] = True
                self.most[one] = max(self.most[one], self.counts[one] + step)
            for one in lowered:
                self.least[one] = min(self.least[one], self.counts[one] - step)
