"""Control charts against a slow reference in plain Python; what must always hold."""

import math
import random
import statistics
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats.control_charts import ControlChart, Rules, i_chart, p_chart, u_chart
from boloci.stats.phases import Phase

PAIRS = st.lists(
    st.tuples(st.integers(1, 200), st.floats(0, 1)), min_size=10, max_size=40
)


def slow_ranges(values: list[float]) -> float:
    return statistics.fmean(abs(after - before) for before, after in pairwise(values))


def slow_laney(
    months: list[tuple[float, float] | None], frozen: int, *, share: bool
) -> list[tuple[float, float] | None]:
    """Limits month by month, by the formulas of Laney's paper."""
    past = [month for month in months[:frozen] if month is not None]
    centre = sum(count for count, _ in past) / sum(size for _, size in past)
    chance = centre * (1 - centre) if share else centre
    scores = [
        (count / size - centre) / math.sqrt(chance / size) for count, size in past
    ]
    spread = slow_ranges(scores) / 1.128
    limits = []
    for month in months:
        if month is None:
            limits.append(None)
            continue
        half = 3 * spread * math.sqrt(chance / month[1])
        high = centre + half
        limits.append((max(centre - half, 0), min(high, 1) if share else high))
    return limits


@pytest.mark.parametrize("share", [True, False])
def test_random_registers_and_rates_give_what_the_slow_reference_gives(share):
    chance = random.Random(6)
    for _ in range(300):
        length = chance.randint(24, 60)
        months = []
        for _month in range(length):
            size = chance.randint(20, 400)
            rate = chance.uniform(0.5, 0.9) if share else chance.uniform(0.8, 1.3)
            missing = chance.random() < 0.1
            months.append(None if missing else (float(round(rate * size)), float(size)))
        frozen = chance.randint(20, length)
        counts = np.array([math.nan if m is None else m[0] for m in months])
        sizes = np.array([math.nan if m is None else m[1] for m in months])
        draw = p_chart if share else u_chart
        chart = draw(counts, sizes, laney=True, phases=[Phase(0, frozen)])
        if chart.phases[0].baseline_points < 10:
            continue
        expected = slow_laney(months, frozen, share=share)
        beyond = []
        for at, (month, told) in enumerate(zip(months, expected, strict=True)):
            if month is None or told is None:
                assert math.isnan(chart.upper[at])
                continue
            assert (chart.lower[at], chart.upper[at]) == pytest.approx(told)
            if not told[0] <= month[0] / month[1] <= told[1]:
                beyond.append(at)
        assert beyond == [
            one.points[0] for one in chart.signals if one.rule == "outside_limits"
        ]


def of_pairs(pairs) -> tuple[np.ndarray, np.ndarray]:
    sizes = np.array([float(size) for size, _ in pairs])
    return np.array([float(round(size * share)) for size, share in pairs]), sizes


def same(one: ControlChart, other: ControlChart) -> None:
    assert one.lower == pytest.approx(other.lower, nan_ok=True)
    assert one.upper == pytest.approx(other.upper, nan_ok=True)
    assert [(s.rule, s.points) for s in one.signals] == [
        (s.rule, s.points) for s in other.signals
    ]


@given(PAIRS, st.booleans())
def test_children_who_were_missed_have_the_limits_of_those_reached_upside_down(
    pairs, laney
):
    reached, sizes = of_pairs(pairs)
    one = p_chart(reached, sizes, laney=laney)
    other = p_chart(sizes - reached, sizes, laney=laney)
    assert one.phases[0].no_rule == other.phases[0].no_rule
    assert one.upper == pytest.approx(1 - other.lower, abs=1e-9, nan_ok=True)
    assert one.lower == pytest.approx(1 - other.upper, abs=1e-9, nan_ok=True)


@given(PAIRS, st.integers(0, 40), st.booleans())
def test_a_missing_month_changes_no_limit_of_the_others(pairs, place, laney):
    counts, sizes = of_pairs(pairs)
    place = min(place, len(counts))
    plain = u_chart(counts, sizes, laney=laney)
    gap = u_chart(
        np.insert(counts, place, np.nan), np.insert(sizes, place, np.nan), laney=laney
    )
    assert np.delete(gap.upper, place) == pytest.approx(plain.upper, nan_ok=True)
    assert gap.phases[0].no_rule == plain.phases[0].no_rule
    assert [s.rule for s in gap.signals] == [s.rule for s in plain.signals]


def test_the_rules_of_the_nhs_fire_by_chance_more_often_than_anhoejs():
    chance = np.random.default_rng(2).normal(size=(2000, 24))
    anhoej, nhs = (
        np.mean([bool(i_chart(row, rules=rules).signals) for row in chance])
        for rules in (Rules.ANHOEJ, Rules.NHS)
    )
    assert anhoej < 0.1
    assert 1.5 < nhs / anhoej < 2.5


VALUES = st.lists(st.integers(-50, 50), min_size=10, max_size=40)


@given(VALUES, st.integers(-500, 500), st.sampled_from([0.1, 2, 100]))
def test_another_unit_and_origin_move_the_limits_and_no_signal(values, origin, unit):
    one = i_chart(np.array(values, dtype=float))
    other = i_chart(unit * (np.array(values, dtype=float) + origin))
    moved = unit * (one.upper + origin)
    assert other.upper == pytest.approx(moved, abs=1e-6, nan_ok=True)
    assert [(s.rule, s.points) for s in one.signals] == [
        (s.rule, s.points) for s in other.signals
    ]


@given(VALUES)
def test_limits_of_individual_values_are_the_same_told_backwards(values):
    array = np.array(values, dtype=float)
    one, other = i_chart(array), i_chart(array[::-1])
    assert one.upper == pytest.approx(other.upper, nan_ok=True)


@given(PAIRS)
def test_ten_times_the_children_make_chances_limits_narrower_and_laneys_the_same(pairs):
    counts, sizes = of_pairs(pairs)
    small, large = (
        u_chart(counts * times, sizes * times, laney=True) for times in (1, 10)
    )
    same(small, large)
