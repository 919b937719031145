"""Rules that tell a change of a process from chance, on the points of one phase.

Points are months with a value, in order; each function takes their positions in the
series, so that a signal names the months that made it. A missing month is no point:
the months before and after it are neighbours, and it breaks no run.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from boloci.stats.grids import Bools, Floats, Ints

LEAST_POINTS = 10
"""Points without which no rule is judged.
Source: Anhøj and Olesen, Run charts revisited, PLoS ONE 9(11), 2014: n from 10."""
CROSSINGS_CHANCE_IN = 20
"""One series of chance alone in so many crosses less often than the limit.
Source: Chen, A note on the runs test, Model Assisted Statistics and Applications 5,
2010, as in Anhøj and Olesen, 2014."""
LONGEST_RUN_BEYOND_LOG2 = 3
"""Source: Schilling, The surprising predictability of long runs, Mathematics Magazine
85, 2012, as in Anhøj and Olesen, 2014."""
TREND_POINTS = 5
"""Points that rise or fall in a row. Source: Perla, Provost and Murray, The run chart,
BMJ Quality and Safety 20, 2011, rule 2."""
NHS_POINTS = 7
"""Points on one side of the mean, or that rise or fall in a row.
Source: NHS England, Making data count, Strengthening your decisions, 2019."""
NHS_NEAR, NHS_OF = 2, 3
"""Points near a limit, of so many in a row. Source: as `NHS_POINTS`."""
WARNING_SIGMAS = 2.0
"""From here on a point is near the limit. Source: as `NHS_POINTS`."""
LIMIT_SIGMAS = 3.0
"""Source: Shewhart, Economic Control of Quality of Manufactured Product, 1931."""
SAME = 1e-9
"""Share of the largest value by which two equal sums differ at most when computed."""


class Rule(StrEnum):
    """What fired."""

    LONG_RUN = "long_run"
    """Anhøj: a run on one side of the centre line longer than chance makes."""
    FEW_CROSSINGS = "few_crossings"
    """Anhøj: the line between points crosses the centre less often than by chance."""
    TREND = "trend"
    """Optional: `TREND_POINTS` in a row that rise or fall."""
    OUTSIDE_LIMITS = "outside_limits"
    """A point beyond three sigma."""
    NHS_SHIFT = "nhs_shift"
    NHS_TREND = "nhs_trend"
    NHS_TWO_OF_THREE = "nhs_two_of_three"


class NoRule(StrEnum):
    """Why no rule was judged: never the same as no signal."""

    NO_POINTS = "no_points"
    """Every month is missing."""
    ZERO_DENOMINATORS = "zero_denominators"
    """Months were reported, but none with a denominator above 0."""
    TOO_FEW_POINTS = "too_few_points"
    """Fewer than `LEAST_POINTS` months have a value: too few to speak of a trend."""
    NO_BASELINE = "no_baseline"
    """No month of the frozen baseline has a value: there is no centre line."""
    SHORT_BASELINE = "short_baseline"
    """Fewer than `LEAST_POINTS` in the baseline: control limits would be a guess."""
    ALL_ON_CENTRE = "all_on_centre"
    """Every point lies on the centre line (of a run chart: on the median)."""
    TOO_FEW_USEFUL_POINTS = "too_few_useful_points"
    """Points enough, but fewer than `LEAST_POINTS` lie off the centre line."""
    NO_VARIATION = "no_variation"
    """The baseline does not vary, so that limits would be the centre line itself."""
    NUMERATOR_ABOVE_DENOMINATOR = "numerator_above_denominator"
    """No share: the numerator is not inside the denominator."""
    NOT_POSITIVE = "not_positive"
    """A value of 0 or less has no logarithm."""


@dataclass(frozen=True)
class Signal:
    """A rule that fired, and where."""

    rule: Rule
    points: tuple[int, ...]
    """Positions in the series. Of `FEW_CROSSINGS`: every useful point of the phase."""
    side: int
    """1 above the centre or rising, -1 below or falling, 0 neither (crossings)."""


@dataclass(frozen=True)
class Runs:
    """Runs of points on one side of a centre line, and what Anhøj's rules say."""

    points: int
    """Months with a value."""
    useful: int
    """Those of them that do not lie on the centre line."""
    longest_run: int
    longest_run_limit: int | None
    """A longer one is a signal; None: no rule was judged."""
    crossings: int
    crossings_limit: int | None
    """Fewer are a signal; None: no rule was judged."""
    no_rule: NoRule | None
    signals: tuple[Signal, ...]


def refuse_infinite(*series: Floats) -> None:
    """Raise `ValueError` for a series that is not one row of numbers and NaN."""
    for values in series:
        if values.ndim != 1 or np.isinf(values).any():
            raise ValueError("a series is one row of numbers, NaN where missing")


def longest_run_limit(useful: int) -> int:
    """Longest run that chance makes of so many useful points (>= 1).

    round(log2 n) + 3. Source: see `LONGEST_RUN_BEYOND_LOG2`.
    """
    return round(math.log2(useful)) + LONGEST_RUN_BEYOND_LOG2


def crossings_limit(useful: int) -> int:
    """Fewest crossings that chance makes of so many useful points (>= 1).

    The 5 % quantile of a binomial of n - 1 tries at even odds, in whole numbers, so
    that no rounding decides. Source: see `CROSSINGS_CHANCE_IN`.
    """
    tries = useful - 1
    ways = crossings = 0
    for crossings in range(useful):
        ways += math.comb(tries, crossings)
        if ways * CROSSINGS_CHANCE_IN >= 2**tries:
            break
    return crossings


def no_rule(points: int, useful: int) -> NoRule | None:
    """Why runs of so many points and useful points are not judged; None: they are."""
    if points == 0:
        return NoRule.NO_POINTS
    if points < LEAST_POINTS:
        return NoRule.TOO_FEW_POINTS
    if useful == 0:
        return NoRule.ALL_ON_CENTRE
    return NoRule.TOO_FEW_USEFUL_POINTS if useful < LEAST_POINTS else None


def sides(values: Floats, centre: float) -> Ints:
    """1 above the centre, -1 below, 0 on it; shape kept, no NaN in either.

    A value that differs from the centre by less than `SAME` of the largest lies on it:
    0.15 is on (0.1 + 0.2) / 2, though floating-point numbers say otherwise.
    """
    size = max(float(np.abs(values).max(initial=0)), abs(centre))
    away = values - centre
    found: Ints = np.where(np.abs(away) <= SAME * size, 0, np.sign(away)).astype(int)
    return found


def anhoej(positions: Ints, side: Ints) -> Runs:
    """Runs and crossings of points, judged by Anhøj's two rules; both shapes (k,).

    `side`: see `sides`. A point on the centre line is dropped: it neither breaks a run
    nor adds to one, and a missing month is no point at all.
    Source: Anhøj and Olesen, Run charts revisited, PLoS ONE 9(11), 2014.
    """
    useful = side != 0
    at, runs = positions[useful], _stretches(side[useful])
    longest = max((stop - first for first, stop in runs), default=0)
    crossings = max(len(runs) - 1, 0)
    reason = no_rule(len(side), len(at))
    if reason is not None:
        return Runs(len(side), len(at), longest, None, crossings, None, reason, ())
    most, least = longest_run_limit(len(at)), crossings_limit(len(at))
    signals = [
        Signal(Rule.LONG_RUN, named(at[first:stop]), int(side[useful][first]))
        for first, stop in runs
        if stop - first > most
    ]
    if crossings < least:
        signals.append(Signal(Rule.FEW_CROSSINGS, named(at), 0))
    return Runs(
        len(side), len(at), longest, most, crossings, least, None, tuple(signals)
    )


def trends(positions: Ints, values: Floats, *, least: int) -> tuple[Signal, ...]:
    """Points that rise or fall in a row, `least` of them or more; shapes (k,).

    A value like the one before it neither makes nor breaks a trend. Nearly useless for
    what it was meant for: drifts make few trends, and chance alone makes one of five in
    a quarter of all charts of 24 months.
    Sources: Perla, Provost and Murray, 2011, rule 2; against it Davis and Woodall,
    Journal of Quality Technology 20, 1988, and Anhøj and Olesen, 2014.
    """
    other = np.concatenate(([True], _steps(values) != 0))[: len(values)]
    return _in_a_row(positions[other], values[other], least, Rule.TREND)


def nhs(
    positions: Ints, values: Floats, side: Ints, sigmas: Floats
) -> tuple[Signal, ...]:
    """NHS England's rules of Making data count, but the points beyond the limits.

    A shift: seven points or more on one side of the mean. A trend: seven or more that
    rise or fall. Two of three points in a row near a limit, all three on its side. A
    point on the mean breaks a shift, two equal points break a trend. A point beyond
    the limit is near it too, as NHS England announced for its own tools. On an I chart
    of 24 months, chance alone fires them twice as often as Anhøj's rules.

    `side`: see `sides`; `sigmas`: how many each point lies from the mean; shapes (k,).
    Sources: see `NHS_POINTS`; for what breaks a rule, the package NHSRplotthedots; for
    points beyond the limit, its issue 194.
    """
    shifts = tuple(
        Signal(Rule.NHS_SHIFT, named(positions[first:stop]), int(side[first]))
        for first, stop in _stretches(side)
        if side[first] != 0 and stop - first >= NHS_POINTS
    )
    trending = _in_a_row(positions, values, NHS_POINTS, Rule.NHS_TREND)
    return shifts + trending + _two_of_three(positions, side, sigmas)


def outside(positions: Ints, sigmas: Floats) -> tuple[Signal, ...]:
    """Points beyond three sigma, a signal each; shapes (k,). On a limit is inside."""
    beyond = np.flatnonzero(np.abs(sigmas) > LIMIT_SIGMAS * (1 + SAME))
    return tuple(
        Signal(Rule.OUTSIDE_LIMITS, (int(positions[at]),), int(np.sign(sigmas[at])))
        for at in beyond
    )


def _two_of_three(positions: Ints, side: Ints, sigmas: Floats) -> tuple[Signal, ...]:
    """One signal for each run on one side, with its points near the limit."""
    near: Bools = np.abs(sigmas) > WARNING_SIGMAS * (1 + SAME)
    signals = []
    for first, stop in _stretches(side):
        found = {
            at
            for start in range(first, stop - NHS_OF + 1)
            if np.count_nonzero(near[start : start + NHS_OF]) >= NHS_NEAR
            for at in range(start, start + NHS_OF)
            if near[at]
        }
        if side[first] != 0 and found:
            points = tuple(int(positions[at]) for at in sorted(found))
            signals.append(Signal(Rule.NHS_TWO_OF_THREE, points, int(side[first])))
    return tuple(signals)


def _in_a_row(
    positions: Ints, values: Floats, least: int, rule: Rule
) -> tuple[Signal, ...]:
    steps = _steps(values)
    return tuple(
        Signal(rule, named(positions[first : stop + 1]), int(steps[first]))
        for first, stop in _stretches(steps)
        if steps[first] != 0 and stop - first + 1 >= least
    )


def _steps(values: Floats) -> Ints:
    """1 up, -1 down, 0 alike, from each value to the next: (k - 1,)."""
    moved = np.diff(values)
    alike = np.abs(moved) <= SAME * float(np.abs(values).max(initial=0))
    found: Ints = np.where(alike, 0, np.sign(moved)).astype(int)
    return found


def _stretches(labels: Ints) -> list[tuple[int, int]]:
    """First position of each stretch of equal labels, and the one behind its last."""
    if not len(labels):
        return []
    edges = np.flatnonzero(np.diff(labels)) + 1
    firsts = [0, *(int(edge) for edge in edges)]
    return list(zip(firsts, [*firsts[1:], len(labels)], strict=True))


def named(positions: Ints) -> tuple[int, ...]:
    """Positions as plain integers."""
    return tuple(int(at) for at in positions)
