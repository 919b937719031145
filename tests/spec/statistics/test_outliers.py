"""Which months are out of line: four rules, each against numbers worked out by hand."""

import numpy as np
import pytest

from boloci.catalogue import load
from boloci.pipeline import series_rules
from boloci.pipeline.adjusting import find
from boloci.stats import grids, outliers

SERIES = [10, 12, 11, 13, 12, 95, 11, 12, 0, 13, 12, 11]
LOW, HIGH = [40, 42, 41, 39, 40, 43], [120, 122, 121, 119, 118, 124]
NAN = float("nan")


def grid(*series):
    """Series as the rows of a grid."""
    return np.array(series, np.float64)


def years(months, first=2019):
    """The year of each column."""
    return first + np.arange(months) // 12


def found(*series, profile="boloci"):
    """(row, column) of each flagged cell, by the rule of a profile."""
    values = grid(*series)
    cells = find(values, years(values.shape[1]), load().profiles[profile])
    return list(zip(cells.row.tolist(), cells.column.tolist(), strict=True))


def score(series, column, profile="boloci"):
    """The score of one flagged month."""
    values = grid(series)
    cells = find(values, years(values.shape[1]), load().profiles[profile])
    return dict(zip(cells.column.tolist(), cells.score.tolist(), strict=True))[column]


def test_modified_z_of_a_spike_is_worked_out_from_median_and_mad():
    assert score(SERIES, 5) == pytest.approx(55.98, abs=0.005)


def test_modified_z_of_a_fall_to_zero_is_negative():
    assert score(SERIES, 8) == pytest.approx(-8.09, abs=0.005)


def test_plain_z_is_worn_down_by_the_spike_itself():
    values = np.array(SERIES, np.float64)
    plain = (95 - values.mean()) / values.std()
    assert plain == pytest.approx(3.2836, abs=5e-4)
    sample = (95 - values.mean()) / values.std(ddof=1)
    assert sample == pytest.approx(3.1437, abs=5e-4)


def test_the_spike_and_the_fall_are_the_only_outliers():
    assert found(SERIES) == [(0, 5), (0, 8)]


def test_ninety_five_among_eleven_twelves_is_an_outlier_though_the_mad_is_zero():
    assert found([12] * 5 + [95] + [12] * 6) == [(0, 5)]
    mean_deviation = 83 / 12
    expected = 0.7979 * 83 / mean_deviation
    assert score([12] * 5 + [95] + [12] * 6, 5) == pytest.approx(expected)


def test_thirteen_among_eleven_twelves_is_none():
    assert found([12] * 5 + [13] + [12] * 6) == []


def test_a_deviation_that_chance_alone_gives_is_too_small():
    """Median 100: 3 x its root is 30, half of it is 50, and 50 decides."""
    quiet = [100, 101, 99, 100, 101, 99, 100, 101, 99, 100, 101]
    assert found([*quiet, 149]) == []
    assert found([*quiet, 150]) == [(0, 11)]


def test_fewer_than_ten_doses_are_never_an_outlier():
    assert found([1, 2, 1, 2, 1, 11, 1, 2, 1, 2, 1, 2]) == []
    assert found([1, 2, 1, 2, 1, 12, 1, 2, 1, 2, 1, 2]) == [(0, 5)]


def test_missing_months_are_left_out_and_never_flagged():
    assert found([100, NAN, 100, NAN, 101, 100, NAN, 99, 100, NAN, 100, 101]) == []


def test_missing_months_do_not_widen_the_spread():
    series = [NAN, 100, 101, 99, NAN, 100, 300, 101, NAN, 99, 100, 100]
    assert found(series) == [(0, 6)]


def test_a_series_of_five_months_is_not_judged():
    assert found([10, 11, 500, 10, 11]) == []
    assert found([10, 11, 500, 10, 11, 10]) == [(0, 2)]


def test_the_tested_years_own_spikes_do_not_hide_one_another():
    """Five spikes in the last year widen a baseline that holds them."""
    quiet = [40, 42, 41, 39, 40, 43, 41, 40, 42, 38, 40, 41]
    spiky = [40, 200, 41, 39, 210, 43, 41, 190, 42, 38, 205, 41]
    assert found(quiet * 2 + spiky) == [(0, 25), (0, 28), (0, 31), (0, 34)]


def test_its_own_year_is_left_out_where_the_other_years_have_24_months():
    """Other years: half 90 and half 110 from 1000, MAD 100, limit 518.9 < 520.

    With its own year half 99 from 1000, the MAD is (99 + 110) / 2, the limit 542.
    """
    others = [890, 1110] * 6 + [910, 1090] * 6
    own = [1520, *([901, 1099] * 3), 800, 1200, 800, 1200, 800]
    assert found(others + own) == [(0, 24)]
    assert found([NAN, *others[1:], *own]) == []


def test_a_peak_with_no_report_around_it_is_judged_by_its_series():
    assert found([12, 11, 13] * 8 + [NAN] * 7 + [95]) == [(0, 31)]


def test_a_lasting_change_of_level_is_not_a_row_of_outliers():
    assert (
        found([40, 42, 41, 39, 40, 43] * 6 + [120, 122, 121, 119, 118, 124] * 2) == []
    )


def test_a_lasting_fall_is_not_a_row_of_outliers():
    assert (
        found([120, 122, 121, 119, 118, 124] * 6 + [40, 42, 41, 39, 40, 43] * 2) == []
    )


def test_a_change_of_level_in_the_middle_of_a_year_is_not_flagged_either():
    assert found(LOW * 5 + HIGH * 5) == []


def test_series_are_judged_each_on_its_own():
    assert found([100] * 12, SERIES, [0] * 12) == [(1, 5), (1, 8)]


def test_an_empty_grid_has_no_outlier():
    assert found([]) == []
    values = np.zeros((0, 12))
    cells = find(values, years(12), load().profiles["boloci"])
    assert len(cells.row) == 0


def test_a_series_without_any_report_has_no_outlier():
    assert found([NAN] * 12) == []


def slow_modified_z(series, months, rule):
    """The rule of `modified_z` month by month, in plain Python."""

    def middle(numbers):
        return float(np.median(numbers))

    def out(x, baseline):
        if not baseline:
            return False
        m = middle(baseline)
        away = [abs(v - m) for v in baseline]
        spread = middle(away) / 0.6745
        if spread == 0:
            spread = sum(away) / len(away) / rule.mean_deviation_factor
        size = max(3 * m**0.5, 10, m / 2)
        return abs(x - m) > max(3.5 * spread, 0) and abs(x - m) >= size

    kept = [(i, v) for i, v in enumerate(series) if v == v]
    flagged = []
    for i, x in kept:
        others = [v for j, v in kept if months[j] != months[i]]
        baseline = others if len(others) >= 24 else [v for _, v in kept]
        near = [v for j, v in kept if 0 < abs(j - i) <= 6]
        if len(kept) >= 6 and out(x, baseline) and (not near or out(x, near)):
            flagged.append(i)
    return flagged


def test_the_fast_rule_is_the_slow_one_on_random_series():
    random = np.random.default_rng(3)
    rule = series_rules.modified_z(load().profiles["boloci"])
    for months in (7, 12, 30, 61):
        level = random.choice([0.5, 5, 40, 300], (80, 1))
        values = random.poisson(level, (80, months)).astype(np.float64)
        values[random.random(values.shape) < 0.05] *= 8
        values[random.random(values.shape) < 0.03] = 0
        values[random.random(values.shape) < 0.2] = NAN
        fast = outliers.modified_z(values, years(months), rule).mask(values.shape)
        for row, series in enumerate(values.tolist()):
            slow = slow_modified_z(series, years(months).tolist(), rule)
            assert np.flatnonzero(fast[row]).tolist() == slow


def test_dhis2s_documented_example():
    mean, deviation = np.array([1524.5555]), np.array([2654.4661])
    low, high = outliers.z_bounds(mean, deviation, 2.5)
    assert low[0] == pytest.approx(-5111.6097, abs=1e-3)
    assert high[0] == pytest.approx(8160.7208, abs=1e-3)
    assert (9000 - mean[0]) / deviation[0] == pytest.approx(2.8161, abs=1e-4)


def test_a_z_score_flags_beyond_its_bounds():
    values = grid([100, 110, 90, 105, 95, 100, 100, 100, 1000])
    cells = outliers.z_score(values, threshold=2.5)
    assert cells.column.tolist() == [8]
    mean, deviation = values.mean(), values.std()
    assert cells.score[0] == pytest.approx((1000 - mean) / deviation)


def test_dhis2_flags_nothing_in_a_series_that_does_not_vary():
    assert found([7] * 12, profile="dhis2") == []


def test_countdowns_baseline_is_rounded_to_one_decimal():
    """Kirinyaga's Penta1: median 1104, scaled MAD 40 x 1.4826 = 59.304."""
    values = grid([1064, 1104, 1144, 1104, 1064, 1144, 1064, 1144, 1104, 1064, 1144])
    both = np.concatenate((values, [[800]]), axis=1)
    middle, spread = outliers.countdown_baseline(
        both, np.array([2019] * 11 + [2020]), 1.4826
    )
    assert (middle[0], spread[0]) == (1104.0, 59.3)


def test_countdowns_last_year_is_tested_but_does_not_enter_the_baseline():
    quiet = [100, 110, 90] * 4
    assert found([*quiet, 100, 500, *([100] * 10)], profile="countdown") == [(0, 13)]
    assert found(quiet + [500] * 12, profile="countdown") == [
        (0, month) for month in range(12, 24)
    ]


def test_countdown_has_no_outlier_where_there_is_one_year_only():
    assert found(SERIES, profile="countdown") == []


def test_fastr_flags_the_high_side_only():
    series = [200, 210, 190, 205, 195, 2000, 0, 200, 210, 190, 200, 205]
    assert found(series, profile="fastr") == [(0, 5)]


def test_fastr_needs_more_than_a_hundred():
    assert found([1, 8, 2, 9, 3, 100, 2, 8, 1, 9, 3, 8], profile="fastr") == []
    assert found([1, 8, 2, 9, 3, 101, 2, 8, 1, 9, 3, 8], profile="fastr") == [(0, 5)]


def test_fastr_flags_most_of_the_last_twelve_months_doses():
    """The MAD of the upper half is zero: 901 is 90 % of the twelve months' 1001."""
    series = [10] * 10 + [0, 901]
    assert found(series, profile="fastr") == [(0, 11)]


def test_fastr_does_not_flag_the_first_month_for_being_all_there_is():
    assert found([500, 490, 510, 500, 495, 505], profile="fastr") == []


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.15, 1, 0.1),
        (0.25, 1, 0.2),
        (0.35, 1, 0.3),
        (2.5, 0, 2),
        (3.5, 0, 4),
        (-0.15, 1, -0.1),
        (1064.35, 1, 1064.3),
        (59.304, 1, 59.3),
    ],
)
def test_numbers_are_rounded_as_r_rounds_them(value, decimals, expected):
    assert grids.rounded(np.array([value]), decimals)[0] == expected
