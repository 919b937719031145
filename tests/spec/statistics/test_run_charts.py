"""Run charts: median, longest run and crossings, and when no rule is judged."""

import csv

import numpy as np
import pytest

from boloci.stats.chart_rules import (
    TREND_POINTS,
    NoRule,
    Rule,
    crossings_limit,
    longest_run_limit,
)
from boloci.stats.phases import Phase
from boloci.stats.run_charts import RunChart, run_chart

LONG_RUN, FEW_CROSSINGS = Rule.LONG_RUN, Rule.FEW_CROSSINGS


def series(text: str) -> np.ndarray:
    """Numbers parted by spaces; `.` is a missing month."""
    return np.array([np.nan if cell == "." else float(cell) for cell in text.split()])


def cdi(shared) -> np.ndarray:
    with shared("oracles/run_charts/qicharts2_cdi.csv").open() as lines:
        return np.array([float(row["n"]) for row in csv.DictReader(lines)])


def fired(chart: RunChart) -> list[Rule]:
    return [signal.rule for signal in chart.signals]


CDI = """
months  frozen  median  useful  longest  longest_limit  crossings  crossings_limit
36      .       17      32      14       8              6          11
24      .       19      19      3        7              8          6
36      24      19      31      15       8              8          11
"""
SIGNALS_OF_CDI = {
    (36, None): [LONG_RUN, FEW_CROSSINGS],
    (24, None): [],
    (36, 24): [LONG_RUN, FEW_CROSSINGS],
}


@pytest.mark.parametrize("row", CDI.strip().splitlines()[1:])
def test_infections_give_what_qicharts2_gives(shared, row):
    months, frozen, *expected = row.split()
    until = None if frozen == "." else int(frozen)
    chart = run_chart(cdi(shared)[: int(months)], phases=[Phase(0, until)])
    runs = chart.phases[0].runs
    assert [
        chart.phases[0].median,
        runs.useful,
        runs.longest_run,
        runs.longest_run_limit,
        runs.crossings,
        runs.crossings_limit,
    ] == [float(cell) for cell in expected]
    assert fired(chart) == SIGNALS_OF_CDI[int(months), until]


@pytest.mark.parametrize(
    ("ward", "median"), [("WardV", 7), ("WardX", 11), ("WardY", 12), ("WardZ", 4)]
)
def test_the_median_of_nine_frozen_months_is_what_runcharter_gives(
    shared, ward, median
):
    with shared("oracles/run_charts/runcharter_signals.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["grp"] == ward]
    values = np.array([float(row["y"]) for row in rows])
    chart = run_chart(values, phases=[Phase(0, frozen=9)])
    assert set(chart.median) == {median}
    assert chart.phases[0].baseline_points == 9


def test_limits_are_anhoejs_for_every_number_of_points_from_10_to_120(shared):
    with shared("oracles/run_charts/anhoej_limits.csv").open() as lines:
        told = [tuple(map(int, row.values())) for row in csv.DictReader(lines)]
    assert [n for n, _, _ in told] == list(range(10, 121))
    assert [(n, crossings_limit(n), longest_run_limit(n)) for n, _, _ in told] == told


def test_a_long_run_names_its_months():
    """Eight months above a median of 5 that was frozen on eight: more than 7 of 18."""
    values = series("1 9 2 8 1 9 2 8 1 2 6 7 6 7 6 7 6 7")
    chart = run_chart(values, phases=[Phase(0, frozen=8)])
    (signal,) = [one for one in chart.signals if one.rule is LONG_RUN]
    assert signal.points == tuple(range(10, 18))
    assert signal.side == 1


def test_a_run_below_the_median_has_its_side():
    chart = run_chart(
        series("1 9 2 8 1 9 2 8 2 1 2 1 2 1 2 1 2 9"), phases=[Phase(0, 8)]
    )
    (signal,) = [one for one in chart.signals if one.rule is LONG_RUN]
    assert (signal.points, signal.side) == (tuple(range(8, 17)), -1)


def test_few_crossings_are_of_all_useful_points():
    """Ten months, one crossing, below 2; runs of five, not above 6."""
    chart = run_chart(series("1 2 1 2 5 1 8 9 8 9 8"))
    (signal,) = chart.signals
    assert signal.rule is FEW_CROSSINGS
    assert signal.points == (0, 1, 2, 3, 5, 6, 7, 8, 9, 10)
    assert signal.side == 0


def test_a_point_on_the_median_neither_breaks_a_run_nor_adds_to_it():
    runs = run_chart(series("1 1 5 1 1 5 9 9 5 9 9")).phases[0].runs
    assert (runs.points, runs.useful, runs.longest_run, runs.crossings) == (11, 8, 4, 1)


def test_a_missing_month_neither_breaks_a_run_nor_is_zero():
    gaps = run_chart(series("1 . 2 1 2 1 . . 8 9 8 . 9 8"))
    plain = run_chart(series("1 2 1 2 1 8 9 8 9 8"))
    assert gaps.phases[0].median == plain.phases[0].median == 5
    assert gaps.phases[0].runs.longest_run == plain.phases[0].runs.longest_run == 5
    assert gaps.signals[0].points == (0, 2, 3, 4, 5, 8, 9, 10, 12, 13)


def test_a_value_is_on_the_median_that_floating_point_misses_by_a_hair():
    """(0.1 + 0.2) / 2 is 0.15000000000000002."""
    values = np.array([0.1, 0.2] * 5 + [0.15] * 8)
    runs = run_chart(values, phases=[Phase(0, frozen=10)]).phases[0].runs
    assert (runs.useful, runs.longest_run) == (10, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NoRule.NO_POINTS),
        (". . .", NoRule.NO_POINTS),
        ("1 2 3 4 5 6 7 8 9", NoRule.TOO_FEW_POINTS),
        ("5 5 5", NoRule.TOO_FEW_POINTS),
        ("1 2 . 3 4 . 5 6 7 8 . 9", NoRule.TOO_FEW_POINTS),
        ("5 5 5 5 5 5 5 5 5 5", NoRule.ALL_ON_CENTRE),
        ("0 0 0 0 0 0 0 0 0 0 0 0", NoRule.ALL_ON_CENTRE),
        ("1 5 5 5 5 5 5 5 5 9", NoRule.TOO_FEW_USEFUL_POINTS),
        ("1 2 3 4 5 6 7 8 9 10", None),
    ],
)
def test_why_no_rule_is_judged(text, reason):
    chart = run_chart(series(text))
    runs = chart.phases[0].runs
    assert runs.no_rule is reason
    if reason:
        assert chart.signals == ()
        assert (runs.longest_run_limit, runs.crossings_limit) == (None, None)


def test_nine_months_are_drawn_with_their_median_though_no_rule_is_judged():
    chart = run_chart(series("1 2 3 4 5 6 7 8 9"))
    assert set(chart.median) == {5}
    assert chart.phases[0].runs.longest_run == 4


def test_a_frozen_baseline_without_any_report_gives_no_median():
    chart = run_chart(series(". . . 1 2 3 4 5 6 7 8 9 1 2"), phases=[Phase(0, 3)])
    assert np.isnan(chart.median).all()
    assert chart.phases[0].runs.no_rule is NoRule.NO_BASELINE
    assert chart.phases[0].runs.points == 11


def test_a_series_that_leaves_a_baseline_in_which_it_never_moved_is_a_signal():
    steady = "5 5 5 5 5 5 5 5 5 5 5 5"
    chart = run_chart(
        series(f"{steady} {steady.replace('5', '8')}"), phases=[Phase(0, 12)]
    )
    assert fired(chart) == [LONG_RUN, FEW_CROSSINGS]


def test_freezing_keeps_later_months_out_of_the_median():
    values = series("1 2 3 2 1 2 3 2 1 2 9 9 9 9 9 9 9 9 9 9")
    assert run_chart(values).phases[0].median == 6
    assert run_chart(values, phases=[Phase(0, frozen=10)]).phases[0].median == 2


def test_each_phase_after_a_person_re_based_has_its_own_median_and_runs():
    values = series("1 2 1 2 1 2 1 2 1 2 8 9 8 9 8 9 8 9 8 9")
    whole = run_chart(values)
    assert fired(whole) == [LONG_RUN, LONG_RUN, FEW_CROSSINGS]
    two = run_chart(values, phases=[Phase(0), Phase(10)])
    assert two.median.tolist() == [1.5] * 10 + [8.5] * 10
    assert [phase.runs.crossings for phase in two.phases] == [9, 9]
    assert two.signals == ()


def test_a_phase_re_based_lately_has_too_few_points_and_the_one_before_is_judged():
    values = series("1 2 1 2 1 8 9 8 9 8 5 5 5")
    chart = run_chart(values, phases=[Phase(0), Phase(10)])
    assert fired(chart) == [FEW_CROSSINGS]
    assert chart.phases[1].runs.no_rule is NoRule.TOO_FEW_POINTS


def test_a_run_does_not_go_on_across_phases():
    values = series("9 9 9 9 9 1 1 1 1 1 9 9 9 9 9 1 1 1 1 1")
    two = run_chart(values, phases=[Phase(0), Phase(10)])
    assert [phase.runs.longest_run for phase in two.phases] == [5, 5]


def test_a_frozen_phase_may_follow_another():
    values = series("1 2 1 2 1 2 1 2 1 2 5 6 5 6 5 6 5 6 5 6 9 9")
    chart = run_chart(values, phases=[Phase(0), Phase(10, frozen=20)])
    assert chart.median[-1] == 5.5
    assert chart.phases[1].baseline_points == 10


RISING = "1 9 2 8 1 3 4 5 6 2 8"


def test_the_trend_rule_is_off_unless_asked_for():
    assert Rule.TREND not in fired(run_chart(series(RISING)))


def test_five_months_that_rise_in_a_row_are_a_trend_where_asked_for():
    chart = run_chart(series(RISING), trend=TREND_POINTS)
    (signal,) = [one for one in chart.signals if one.rule is Rule.TREND]
    assert (signal.points, signal.side) == ((4, 5, 6, 7, 8), 1)


def test_a_value_like_the_one_before_neither_makes_nor_breaks_a_trend():
    chart = run_chart(series("1 9 2 9 8 8 . 7 6 2 8 1"), trend=TREND_POINTS)
    (signal,) = [one for one in chart.signals if one.rule is Rule.TREND]
    assert (signal.points, signal.side) == ((3, 4, 7, 8, 9), -1)


def test_with_nine_months_no_trend_is_judged_either():
    assert run_chart(series("1 2 3 4 5 6 7 8 9"), trend=TREND_POINTS).signals == ()


@pytest.mark.parametrize(
    "phases",
    [
        [],
        [Phase(1)],
        [Phase(0), Phase(10)],
        [Phase(0), Phase(5), Phase(5)],
        [Phase(0, frozen=0)],
        [Phase(0, frozen=11)],
        [Phase(0, frozen=6), Phase(5)],
        [Phase(0), Phase(5, frozen=5)],
    ],
)
def test_phases_that_do_not_fit_the_series_are_refused(phases):
    with pytest.raises(ValueError, match="phase"):
        run_chart(np.arange(10.0), phases=phases)


@pytest.mark.parametrize("values", [np.array([1, np.inf]), np.ones((2, 3))])
def test_an_infinite_value_and_a_table_are_refused(values):
    with pytest.raises(ValueError, match="one row of numbers"):
        run_chart(values)
