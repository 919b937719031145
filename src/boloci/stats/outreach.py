"""What outreach visits can be expected to reach, under two stated assumptions.

A visit finds a share `found` of the zero-dose children who are still there, and a team
can vaccinate at most `capacity` of them: visit k reaches min(capacity, found x left).
While many are left every visit is full; then each leaves (1 - found) of what was left.
Children and the assumptions are the caller's; nothing here is measured.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Assumed:
    """What a visit does. Raises `ValueError` for a capacity or share that is none."""

    capacity: float
    """Zero-dose children a team can vaccinate in one visit."""
    found: float
    """Share (above 0, below 1) of those left who are found at a visit."""

    def __post_init__(self) -> None:
        if not self.capacity > 0 or not 0 < self.found < 1:
            raise ValueError("a team reaches somebody, and not everybody at once")


def reached(missed: Floats, visits: npt.ArrayLike, assumed: Assumed) -> Floats:
    """Children reached by a number of visits, of those missed.

    `missed` (children, 0 or more; null gives null) and `visits` (0 or more) are
    broadcast against each other. Never more than are missed.
    """
    full = _full_visits(missed, assumed)
    count = np.asarray(visits, np.float64)
    at_capacity = assumed.capacity * np.minimum(count, full)
    rest = missed - assumed.capacity * full
    thinning = 1.0 - (1.0 - assumed.found) ** np.maximum(count - full, 0.0)
    found: Floats = at_capacity + rest * thinning
    return found


def visits_for(missed: Floats, share: float, assumed: Assumed) -> Floats:
    """The fewest visits that reach a share (0 to 1, not all) of the children missed.

    None are needed where nobody is missed. Raises `ValueError` for a share of 1 or
    more: by these assumptions the last child is never found.
    """
    if not 0 <= share < 1:
        raise ValueError("a share of all children is from 0 to below 1")
    full = _full_visits(missed, assumed)
    wanted, at_capacity = share * missed, assumed.capacity * full
    left = np.maximum(missed - at_capacity, 1e-9)
    # rounded: 30 of 100 children by visits of 10 are three, whatever a float says
    thinning = np.log(
        (missed - wanted) / left, where=missed > 0, out=np.zeros_like(missed)
    )
    more = np.ceil(np.round(thinning / np.log(1.0 - assumed.found), 9))
    few = np.ceil(np.round(wanted / assumed.capacity, 9))
    found: Floats = np.where(wanted <= at_capacity, few, full + np.maximum(more, 0.0))
    return np.where(missed > 0, found, missed)


def expected(quantiles: Floats, visits: Floats, assumed: Assumed) -> Floats:
    """Mean children reached in each place, over what is believed of those missed.

    quantiles   (places, n): evenly spaced quantiles, from 0 to 1, of the children
                missed; visits (places,). A mean of what is reached, not what is
                reached of the mean: a full visit gains nothing from more children
    """
    each = reached(quantiles, visits[:, None], assumed)
    found: Floats = (each[:, :-1] + each[:, 1:]).mean(axis=1) / 2
    return found


def gains(quantiles: Floats, visits: Integers, assumed: Assumed) -> list[Floats]:
    """What each visit to a place adds to the expected children reached, by place.

    Never more than the visit before: a plan may take visits in the order of gains.
    """
    found = []
    for row, count in zip(quantiles, visits, strict=True):
        upto = np.arange(count + 1, dtype=np.float64)
        told = expected(np.tile(row, (count + 1, 1)), upto, assumed)
        found.append(np.diff(told))
    return found


def in_order(gains: list[Floats]) -> tuple[Integers, Integers]:
    """Visits by what they add, the most first: place of each, and which visit there.

    Equal gains keep the order of places.
    """
    place = np.repeat(np.arange(len(gains)), [len(one) for one in gains])
    number = np.concatenate(
        [np.arange(len(one)) for one in gains] or [np.zeros(0, int)]
    )
    every = np.concatenate([*gains, np.zeros(0)])
    order = np.argsort(-np.round(every, 9), kind="stable")
    return place[order].astype(np.int64), number[order].astype(np.int64)


def _full_visits(missed: Floats, assumed: Assumed) -> Floats:
    """Visits at which more are found than a team can vaccinate, or just as many."""
    count = np.floor(np.round(missed / assumed.capacity - 1.0 / assumed.found, 9)) + 1.0
    found: Floats = np.maximum(count, 0.0)
    return found
