"""NHS England's rules of Making data count, as an option on control charts."""

import numpy as np

from boloci.stats.chart_rules import Rule, Signal
from boloci.stats.control_charts import Rules, i_chart
from boloci.stats.phases import Phase

BASELINE = [10.0, 14] * 5
"""Mean 12, sigma 2.66 x 4 / 3 = 3.5467: near a limit above 19.093 and below 4.907."""


def after(*values: float) -> tuple[Signal, ...]:
    """Signals of months that follow a frozen baseline of ten."""
    chart = i_chart(
        np.array([*BASELINE, *values]), phases=[Phase(0, frozen=10)], rules=Rules.NHS
    )
    assert chart.phases[0].runs is None
    return chart.signals


def test_a_steady_baseline_has_no_signal():
    assert after() == ()


def test_seven_months_above_the_mean_are_a_shift():
    """The last month of the baseline is above it too."""
    assert after(13, 14, 13, 14, 13) == ()
    shift = after(13, 14, 13, 14, 13, 14)
    assert shift == (Signal(Rule.NHS_SHIFT, (9, 10, 11, 12, 13, 14, 15), 1),)


def test_seven_months_below_the_mean_are_a_shift():
    assert after(11, 10, 11, 10, 11, 10, 11) == (
        Signal(Rule.NHS_SHIFT, tuple(range(10, 17)), -1),
    )


def test_a_month_on_the_mean_breaks_a_shift():
    assert after(13, 14, 13, 12, 13, 14, 13, 14, 13, 14) == ()


def test_a_missing_month_does_not_break_a_shift():
    (shift,) = after(13, 14, np.nan, 13, 14, 13, 14)
    assert shift.points == (9, 10, 11, 13, 14, 15, 16)


def test_seven_months_that_rise_are_a_trend():
    assert Signal(Rule.NHS_TREND, tuple(range(10, 17)), 1) in after(
        9, 10, 11, 13, 14, 15, 16
    )


def test_six_months_that_fall_are_no_trend():
    """The last of the baseline is the sixth."""
    assert after(13, 12.5, 11, 10, 9) == ()


def test_two_equal_months_break_a_trend():
    assert after(9, 10, 11, 11, 13, 14, 15, 10) == ()


def test_two_of_three_months_near_one_limit_are_named():
    assert after(10, 19.2, 13, 19.2, 10) == (
        Signal(Rule.NHS_TWO_OF_THREE, (11, 13), 1),
    )


def test_the_third_month_must_lie_on_the_same_side():
    assert after(10, 19.2, 11, 19.2, 10) == ()


def test_two_months_near_both_limits_are_no_signal():
    assert after(10, 19.2, 4.8, 13, 10) == ()


def test_a_month_beyond_the_limit_is_near_it_too():
    assert after(10, 19.2, 13, 23, 10) == (
        Signal(Rule.OUTSIDE_LIMITS, (13,), 1),
        Signal(Rule.NHS_TWO_OF_THREE, (11, 13), 1),
    )
