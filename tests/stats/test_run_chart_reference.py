"""Run charts against a slow reference in plain Python, and what must always hold."""

import math
import random
import statistics
from fractions import Fraction
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats.chart_rules import TREND_POINTS, NoRule, Rule
from boloci.stats.phases import Phase
from boloci.stats.run_charts import RunPhase, run_chart

SERIES = 1000
Points = list[tuple[int, float]]


def slow_crossings_limit(n: int) -> int:
    """Add up the binomial's chances until they reach a twentieth."""
    below = Fraction(0)
    for crossings in range(n):
        below += Fraction(math.comb(n - 1, crossings), 2 ** (n - 1))
        if below >= Fraction(1, 20):
            return crossings
    raise AssertionError(n)


def slow_run_limit(n: int) -> int:
    """The power of two next to n, on the scale of logarithms, and three."""
    power = 0
    while 2 ** (2 * power + 1) < n * n:
        power += 1
    return power + 3


def slow(points: Points, median: float) -> dict[str, object]:
    """Walk along the points."""
    useful = [(at, value > median) for at, value in points if value != median]
    runs = [[at for at, _ in group] for _, group in groupby(useful, lambda one: one[1])]
    found: dict[str, object] = {
        "useful": len(useful),
        "longest": max(map(len, runs), default=0),
        "crossings": sum(a[1] != b[1] for a, b in pairwise(useful)),
        "signals": set(),
    }
    if len(useful) >= 10:
        most, least = slow_run_limit(len(useful)), slow_crossings_limit(len(useful))
        signals = {("long_run", tuple(run)) for run in runs if len(run) > most}
        if len(runs) - 1 < least:
            signals.add(("few_crossings", tuple(at for at, _ in useful)))
        found["signals"] = signals
    return found


def fast(phase: RunPhase) -> dict[str, object]:
    runs = phase.runs
    return {
        "useful": runs.useful,
        "longest": runs.longest_run,
        "crossings": runs.crossings,
        "signals": {(one.rule.value, one.points) for one in phase.signals},
    }


def drawn(chance: random.Random) -> tuple[list[float | None], list[Phase]]:
    """A series with ties, gaps, perhaps a jump, a frozen baseline and a re-base."""
    length = chance.randint(1, 70)
    jump, at = chance.choice([0, 0, 3, 6]), chance.randrange(length)
    values = [
        None
        if chance.random() < 0.1
        else float(chance.randint(0, 8) + (jump if month >= at else 0))
        for month in range(length)
    ]
    re_based = length > 1 and chance.random() < 0.5
    starts = [0, chance.randrange(1, length)] if re_based else [0]
    phases = []
    for start, stop in zip(starts, [*starts[1:], length], strict=True):
        frozen = chance.choice([None, chance.randint(start + 1, stop)])
        phases.append(Phase(start, frozen))
    return values, phases


def test_a_thousand_random_series_give_what_the_slow_reference_gives():
    chance = random.Random(5)
    signals = 0
    for _ in range(SERIES):
        values, phases = drawn(chance)
        array = np.array([np.nan if one is None else one for one in values])
        chart = run_chart(array, phases=phases)
        stops = [*(phase.start for phase in phases[1:]), len(values)]
        for phase, stop, told in zip(phases, stops, chart.phases, strict=True):
            points = [
                (at, value)
                for at, value in enumerate(values)
                if value is not None and phase.start <= at < stop
            ]
            end = stop if phase.frozen is None else phase.frozen
            baseline = [value for at, value in points if at < end]
            if not baseline:
                assert math.isnan(told.median)
                assert told.signals == ()
                continue
            median = statistics.median(baseline)
            assert told.median == median
            assert fast(told) == slow(points, median), (values, phases)
            signals += len(told.signals)
    assert signals > SERIES / 4


def share_with_signals(months: int, trend: int | None = None) -> float:
    """Of two thousand series of chance alone."""
    chance = np.random.default_rng(1).normal(size=(2000, months))
    return np.mean([bool(run_chart(row, trend=trend).signals) for row in chance])


@pytest.mark.parametrize("months", [10, 12, 24, 36, 60])
def test_chance_alone_makes_a_signal_in_one_chart_of_twenty_at_most(months):
    assert share_with_signals(months) <= 0.05


def test_the_trend_rule_would_make_one_in_a_quarter_of_charts_of_two_years():
    assert share_with_signals(24, trend=TREND_POINTS) == pytest.approx(0.27, abs=0.03)


WHOLE_NUMBERS = st.lists(st.integers(-50, 50), min_size=1, max_size=60)


def judged(values) -> RunPhase:
    return run_chart(np.array(values, dtype=float)).phases[0]


def rules(phase: RunPhase) -> list[Rule]:
    return sorted(one.rule for one in phase.signals)


@given(WHOLE_NUMBERS)
def test_a_series_told_backwards_has_the_same_longest_run_and_crossings(values):
    one, other = judged(values), judged(values[::-1])
    assert one.runs.longest_run == other.runs.longest_run
    assert one.runs.crossings == other.runs.crossings
    assert rules(one) == rules(other)


@given(
    WHOLE_NUMBERS,
    st.integers(-1000, 1000),
    st.sampled_from([0.01, 0.1, 1 / 3, 7, 100]),
)
def test_another_unit_and_another_origin_change_nothing_but_the_median(
    values, origin, unit
):
    one = judged(values)
    other = judged([unit * (value + origin) for value in values])
    assert one.runs == other.runs


@given(WHOLE_NUMBERS)
def test_a_series_upside_down_has_its_signals_on_the_other_side(values):
    one, other = judged(values), judged([-value for value in values])
    assert [(s.rule, s.points, -s.side) for s in one.signals] == [
        (s.rule, s.points, s.side) for s in other.signals
    ]


@given(st.floats(-1e6, 1e6), st.integers(1, 60))
def test_a_constant_series_never_has_a_signal_and_never_passes_for_no_change(
    value, months
):
    phase = judged([value] * months)
    assert phase.signals == ()
    assert phase.runs.no_rule in (NoRule.TOO_FEW_POINTS, NoRule.ALL_ON_CENTRE)


@given(WHOLE_NUMBERS, st.lists(st.integers(0, 60), max_size=20))
def test_missing_months_anywhere_change_nothing_but_where_the_points_stand(
    values, places
):
    gaps = [float(value) for value in values]
    for place in places:
        gaps.insert(min(place, len(gaps)), math.nan)
    stands = [at for at, value in enumerate(gaps) if not math.isnan(value)]
    one, other = judged(values), judged(gaps)
    assert one.median == other.median
    assert [
        (signal.rule, tuple(stands[at] for at in signal.points), signal.side)
        for signal in one.signals
    ] == [(signal.rule, signal.points, signal.side) for signal in other.signals]
    assert (one.runs.longest_run, one.runs.crossings) == (
        other.runs.longest_run,
        other.runs.crossings,
    )


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60), st.data())
def test_a_phase_is_judged_as_if_it_stood_alone(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    chart = run_chart(np.array(values, dtype=float), phases=[Phase(0), Phase(cut)])
    first, second = judged(values[:cut]), judged(values[cut:])
    assert chart.phases[0].runs == first.runs
    assert chart.phases[1].median == second.median
    assert [one.points for one in chart.phases[1].signals] == [
        tuple(at + cut for at in one.points) for one in second.signals
    ]
