"""What a short series does: how far it jumps, falls, recovers, and which way it goes.

A series is one figure by period, oldest first, None where none is known. Nothing here
bridges a gap: a step, a run or a year's change has both its ends.
Sources: Hirsch, Slack, Smith, Techniques of trend analysis for monthly water quality
data (1982), for comparing the same seasons; Kendall, Rank correlation methods (1948).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Values = Sequence[float | None]


@dataclass(frozen=True)
class Step:
    """A change between two neighbouring periods."""

    at: int
    """Position of the later one."""
    change: float


def known(values: Values) -> list[tuple[int, float]]:
    """Positions and values that are known."""
    return [(at, float(value)) for at, value in enumerate(values) if value is not None]


def steps(values: Values) -> list[Step]:
    """Every change between neighbours that are both known."""
    return [
        Step(at, after - before)
        for at, (before, after) in enumerate(pairwise(values), 1)
        if before is not None and after is not None
    ]


def largest_step(values: Values) -> float:
    """The largest change between neighbours, up or down; 0 where there is none."""
    return max((abs(step.change) for step in steps(values)), default=0.0)


def rising_since(values: Values, *, lag: int, least_pairs: int) -> int | None:
    """Position from which each value is passed by the one `lag` periods later.

    The run of such pairs reaches to the last period, and is at least `least_pairs`
    long; None where it is not. `lag` is a year: the same seasons are compared.
    """
    since = None
    for at in range(len(values) - lag - 1, -1, -1):
        before, after = values[at], values[at + lag]
        if before is None or after is None or after <= before:
            break
        since = at
    if since is None or len(values) - lag - since < least_pairs:
        return None
    return since


def falling_since(values: Values, *, lag: int, least_pairs: int) -> int | None:
    """The same as `rising_since`, downwards."""
    turned = [None if value is None else -value for value in values]
    return rising_since(turned, lag=lag, least_pairs=least_pairs)


def yearly_change(values: Values, *, lag: int, since: int) -> float | None:
    """Median change (%) from a value to the one `lag` later, of the pairs from `since`.

    None where no pair is known or one begins at nought or below.
    """
    changes = []
    for before, after in zip(values[since:], values[since + lag :], strict=False):
        if before is None or after is None:
            continue
        if before <= 0:
            return None
        changes.append(100 * (after / before - 1))
    return float(np.median(changes)) if changes else None


def pairs(values: Values, *, lag: int) -> int:
    """Pairs of known values `lag` periods apart."""
    both = zip(values, values[lag:], strict=False)
    return sum(a is not None and b is not None for a, b in both)


def kendall_tau(values: Values) -> float:
    """Kendall's tau-a with time: 1 where each value passes all before it, -1 below.

    0 where fewer than two values are known.
    """
    told = [value for _at, value in known(values)]
    count = len(told) * (len(told) - 1) // 2
    if not count:
        return 0.0
    score = sum(
        (later > earlier) - (later < earlier)
        for at, earlier in enumerate(told)
        for later in told[at + 1 :]
    )
    return score / count


def opening_fall(values: Values, *, least_steps: int = 2) -> int | None:
    """Position at which an unbroken fall from the first value ends.

    None where fewer than `least_steps` periods in a row fall.
    """
    at = 0
    while at + 1 < len(values) and _falls(values[at], values[at + 1]):
        at += 1
    return at if at >= least_steps else None


def _falls(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and after < before


def climbs_from(values: Values, at: int) -> bool:
    """Whether every period after a position is above the one before it, to the end."""
    turned = [None if value is None else -value for value in values[at:]]
    rest = len(turned) - 1
    return rest > 0 and opening_fall(turned, least_steps=1) == rest


@dataclass(frozen=True)
class Plunge:
    """A sharp drop from one period to the next."""

    at: int
    """Position of the low."""
    rebound: float | None
    """The value of the next period, where it is as sharply up again; else None."""


def plunges(values: Values, *, least: float) -> list[Plunge]:
    """Drops of at least `least` from one period to the next, in order."""
    changes = {step.at: step.change for step in steps(values)}
    return [
        Plunge(at, values[at + 1] if changes.get(at + 1, 0.0) >= least else None)
        for at, change in changes.items()
        if change <= -least
    ]


def share_between(values: Values, low: float, high: float) -> float:
    """Share of the known values from `low` to `high`; 0 where none is known."""
    told = [value for _at, value in known(values)]
    return sum(low <= value <= high for value in told) / len(told) if told else 0.0


def spread(values: Values) -> float:
    """From the lowest to the highest known value; 0 where none is known."""
    told = [value for _at, value in known(values)]
    return max(told) - min(told) if told else 0.0
