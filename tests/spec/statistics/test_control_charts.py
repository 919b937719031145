"""Control charts: centre, limits, what fires, and when none can be drawn."""

import numpy as np
import pytest

from boloci.stats.chart_rules import NoRule, Rule
from boloci.stats.control_charts import (
    Chart,
    ControlChart,
    g_chart,
    i_chart,
    p_chart,
    u_chart,
)
from boloci.stats.phases import Phase

OUTSIDE = Rule.OUTSIDE_LIMITS


def series(text: str) -> np.ndarray:
    """Numbers parted by spaces; `.` is a missing month."""
    return np.array([np.nan if cell == "." else float(cell) for cell in text.split()])


def alternating(low: float, high: float, months: int = 10) -> np.ndarray:
    return np.resize([float(low), high], months)


def outside(chart: ControlChart) -> list[tuple[tuple[int, ...], int]]:
    return [(one.points, one.side) for one in chart.signals if one.rule is OUTSIDE]


def test_limits_of_individual_values_by_hand():
    """10 and 14 by turns: mean 12, moving ranges 4, limits 12 +- 2.66 x 4."""
    chart = i_chart(alternating(10, 14))
    assert set(chart.centre) == {12}
    assert chart.lower == pytest.approx(1.36)
    assert chart.upper == pytest.approx(22.64)


def test_limits_of_individual_values_may_be_below_zero():
    """A gap of -2 and 2 points by turns: 0 +- 10.64."""
    assert i_chart(alternating(-2, 2)).lower == pytest.approx(-10.64)


def test_a_month_beyond_a_limit_is_named_with_its_side():
    values = np.concatenate((alternating(10, 14), [22.65, 12, 1.35]))
    chart = i_chart(values, phases=[Phase(0, frozen=10)])
    assert outside(chart) == [((10,), 1), ((12,), -1)]


def test_a_month_on_the_limit_is_inside():
    values = np.concatenate((alternating(10, 14), [22.64]))
    assert outside(i_chart(values, phases=[Phase(0, frozen=10)])) == []


def test_frozen_limits_do_not_move_with_later_months():
    values = np.concatenate((alternating(10, 14), alternating(30, 90)))
    frozen = i_chart(values, phases=[Phase(0, frozen=10)])
    assert frozen.upper == pytest.approx(22.64)
    assert frozen.phases[0].baseline_points == 10


def test_each_phase_has_limits_of_its_own_and_no_range_across():
    values = np.concatenate((alternating(10, 14), alternating(50, 52)))
    chart = i_chart(values, phases=[Phase(0), Phase(10)])
    assert chart.upper[[0, 10]] == pytest.approx([22.64, 51 + 5.32])
    assert chart.signals == ()


def test_a_missing_month_is_no_point_and_its_neighbours_make_one_range():
    gaps = i_chart(series("10 14 . 10 14 10 . . 14 10 14 10 14"))
    assert gaps.upper == pytest.approx(22.64)
    assert gaps.phases[0].points == 10


def test_a_long_run_on_one_side_of_the_mean_fires_inside_the_limits():
    values = np.concatenate((alternating(10, 14), alternating(12.5, 15)))
    chart = i_chart(values, phases=[Phase(0, frozen=10)])
    assert [one.rule for one in chart.signals] == [Rule.LONG_RUN]
    assert chart.signals[0].points == tuple(range(9, 20))


def test_on_logarithms_no_limit_is_below_zero():
    """1 and 4 by turns: log mean log 2, ranges log 4; limits 2 x 4 ** +-2.66."""
    chart = i_chart(alternating(1, 4), logarithm=True)
    assert chart.chart is Chart.I_LOG
    assert chart.centre == pytest.approx(2)
    assert chart.phases[0].centre == pytest.approx(2)
    assert chart.lower == pytest.approx(2 * 4**-2.66)
    assert chart.upper == pytest.approx(2 * 4**2.66)


def test_a_month_at_zero_has_no_logarithm_and_the_plain_chart_is_offered():
    chart = i_chart(series("1 4 0 4 1 4 1 4 1 4"), logarithm=True)
    assert chart.refused is not None
    assert chart.refused.reason is NoRule.NOT_POSITIVE
    assert (chart.refused.points, chart.refused.instead) == ((2,), Chart.I)
    assert np.isnan(chart.upper).all()


def test_limits_between_rare_events_by_hand():
    """Mean 9, sigma sqrt(9 x 10) = 9.4868, limit 37.460; median 8.5."""
    counts = "3 8 5 12 7 9 6 10 14 16"
    chart = g_chart(series(f"{counts} 37 38"), phases=[Phase(0, frozen=10)])
    assert set(chart.centre) == {8.5}
    assert chart.upper == pytest.approx(37.4605, abs=1e-4)
    assert set(chart.lower) == {0}
    assert outside(chart) == [((11,), 1)]


def test_limits_of_shares_by_chance_alone_by_hand():
    """48 and 52 of 100: centre .5, sigma .05, limits .35 and .65."""
    chart = p_chart(alternating(48, 52), np.full(10, 100.0), laney=False)
    assert chart.lower == pytest.approx(0.35)
    assert chart.upper == pytest.approx(0.65)
    assert chart.phases[0].spread == 1


def test_limits_of_shares_widen_where_a_month_has_fewer_children():
    sizes = np.array([100.0] * 9 + [25])
    numerators = np.append(np.resize([48.0, 52], 8), [50, 12.5])
    chart = p_chart(numerators, sizes, laney=False)
    assert (chart.upper - 0.5)[[0, 9]] == pytest.approx([0.15, 0.3])


def test_laneys_limits_of_shares_by_hand():
    """4800 and 5200 of 10,000: chance .005, z -4 and 4, ranges 8, sigma z 7.0922.

    Limits .5 +- 3 x 7.0922 x .005, where chance alone has .5 +- .015.
    """
    sizes = np.full(10, 10_000.0)
    plain = p_chart(alternating(4800, 5200), sizes, laney=False)
    laney = p_chart(alternating(4800, 5200), sizes, laney=True)
    assert plain.upper == pytest.approx(0.515)
    assert len(outside(plain)) == 10
    assert laney.phases[0].spread == pytest.approx(7.0922, abs=1e-4)
    assert laney.lower == pytest.approx(0.393617, abs=1e-6)
    assert laney.upper == pytest.approx(0.606383, abs=1e-6)
    assert outside(laney) == []


def test_with_equal_denominators_laneys_limits_are_those_of_individual_values():
    """But for 2.66, which is 3 / 1.128 rounded."""
    shares = series(".48 .55 .51 .60 .44 .52 .57 .49 .53 .50 .46 .58")
    laney = p_chart(shares * 500, np.full(12, 500.0), laney=True)
    single = i_chart(shares)
    assert laney.upper == pytest.approx(single.upper, rel=1e-4)
    assert laney.lower == pytest.approx(single.lower, rel=1e-4)


def test_shares_near_all_have_no_limit_above_all():
    chart = p_chart(alternating(97, 99), np.full(10, 100.0), laney=False)
    assert set(chart.upper) == {1}
    assert chart.lower == pytest.approx(0.98 - 3 * 0.014)


def test_limits_of_rates_above_one_by_hand():
    """108 and 112 doses for 100 children: 1.1 +- 3 x sqrt(1.1 / 100) = .104881."""
    chart = u_chart(alternating(108, 112), np.full(10, 100.0), laney=False)
    assert chart.centre == pytest.approx(1.1)
    assert chart.upper == pytest.approx(1.414643, abs=1e-6)
    assert chart.lower == pytest.approx(0.785357, abs=1e-6)


def test_laneys_limits_of_rates_above_one_by_hand():
    """z -+.190693, ranges .381385, sigma z .338107: half .106383."""
    chart = u_chart(alternating(108, 112), np.full(10, 100.0), laney=True)
    assert chart.phases[0].spread == pytest.approx(0.338107, abs=1e-6)
    assert chart.upper == pytest.approx(1.206383, abs=1e-6)


def test_limits_of_rates_are_not_below_zero():
    chart = u_chart(alternating(1, 3), np.full(10, 10.0), laney=False)
    assert set(chart.lower) == {0}


@pytest.mark.parametrize("laney", [True, False])
def test_more_vaccinated_than_children_refuses_shares_and_offers_rates(laney):
    numerators, sizes = alternating(90, 95), np.full(10, 100.0)
    numerators[3] = 104
    chart = p_chart(numerators, sizes, laney=laney)
    assert chart.refused is not None
    assert chart.refused.reason is NoRule.NUMERATOR_ABOVE_DENOMINATOR
    assert chart.refused.points == (3,)
    assert chart.refused.instead is (Chart.U_PRIME if laney else Chart.U)
    assert chart.values[3] == 1.04
    assert (chart.phases, chart.signals) == ((), ())
    assert np.isnan(chart.centre).all()
    assert u_chart(numerators, sizes, laney=laney).refused is None


def test_a_month_with_a_denominator_of_zero_is_a_gap_and_told():
    numerators = series("48 52 0 48 52 48 52 48 52 48 52")
    sizes = series("100 100 0 100 100 100 100 100 100 100 100")
    chart = p_chart(numerators, sizes, laney=False)
    assert chart.zero_denominators == (2,)
    assert np.isnan(chart.values[2])
    assert (chart.phases[0].points, chart.phases[0].no_rule) == (10, None)


def test_doses_for_no_child_at_all_are_a_gap_of_a_rate_too():
    numerators = series("48 52 5 48 52 48 52 48 52 48 52")
    sizes = series("100 100 0 100 100 100 100 100 100 100 100")
    assert u_chart(numerators, sizes, laney=True).zero_denominators == (2,)


def test_a_month_without_a_report_is_no_zero_denominator():
    sizes = np.full(10, 100.0)
    sizes[4] = 0
    numerators = alternating(48, 52)
    numerators[4] = np.nan
    assert p_chart(numerators, sizes, laney=False).zero_denominators == ()


TEN = "48 52 48 52 48 52 48 52 48 52"


@pytest.mark.parametrize(
    ("text", "frozen", "reason"),
    [
        ("", None, NoRule.NO_POINTS),
        (". . .", None, NoRule.NO_POINTS),
        ("1 2 3 4 5 6 7 8 9", None, NoRule.TOO_FEW_POINTS),
        (". . 1 2 3 4 5 6 7 8 9 8 7", 2, NoRule.NO_BASELINE),
        (TEN, 9, NoRule.SHORT_BASELINE),
        ("5 5 5 5 5 5 5 5 5 5 5", None, NoRule.NO_VARIATION),
        ("5 5 5 5 5 5 5 5 5 5 6", 10, NoRule.NO_VARIATION),
        (TEN, None, None),
    ],
)
def test_why_there_are_no_limits_and_no_rule(text, frozen, reason):
    chart = i_chart(series(text), phases=[Phase(0, frozen)])
    assert chart.phases[0].no_rule is reason
    if reason:
        assert np.isnan(chart.upper).all()
        assert (chart.signals, chart.phases[0].runs) == ((), None)


@pytest.mark.parametrize("laney", [True, False])
def test_only_zero_denominators_are_told_apart_from_nothing_reported(laney):
    none = np.zeros(12)
    chart = u_chart(none, none, laney=laney)
    assert chart.phases[0].no_rule is NoRule.ZERO_DENOMINATORS
    assert chart.zero_denominators == tuple(range(12))


def test_nobody_or_everybody_vaccinated_every_month_has_no_variation():
    sizes = np.full(12, 30.0)
    for numerators in (np.zeros(12), sizes):
        for laney in (True, False):
            chart = p_chart(numerators, sizes, laney=laney)
            assert chart.phases[0].no_rule is NoRule.NO_VARIATION


def test_the_same_share_of_every_size_has_no_variation_for_laney_only():
    """A tenth, which floating point does not hold exactly."""
    sizes = np.arange(30.0, 66.0, 3.0)
    laney = p_chart(sizes * 0.1, sizes, laney=True).phases[0]
    plain = p_chart(sizes * 0.1, sizes, laney=False).phases[0]
    assert laney.no_rule is NoRule.NO_VARIATION
    assert plain.no_rule is None
    assert plain.runs is not None
    assert plain.runs.no_rule is NoRule.ALL_ON_CENTRE


def test_without_any_event_between_others_there_is_no_variation():
    assert g_chart(np.zeros(12)).phases[0].no_rule is NoRule.NO_VARIATION


def test_the_centre_is_told_even_where_no_limit_is():
    chart = i_chart(series("1 2 3"))
    assert set(chart.centre) == {2}
    assert np.isnan(chart.upper).all()


def test_counts_below_zero_are_refused():
    bad, good = series("-1 2 3"), series("1 2 3")
    for draw in (
        lambda: g_chart(bad),
        lambda: p_chart(bad, good, laney=True),
        lambda: u_chart(good, bad, laney=True),
    ):
        with pytest.raises(ValueError, match="not below 0"):
            draw()


def test_numerators_and_denominators_of_other_months_are_refused():
    with pytest.raises(ValueError, match="same months"):
        u_chart(np.ones(3), np.ones(4), laney=False)
