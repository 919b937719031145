"""What a short series does: each measure from a row of numbers by hand."""

import pytest

from boloci.stats import swings


def test_steps_are_between_neighbours_that_are_both_known():
    found = swings.steps([10, 30, None, 5, 4])
    assert [(one.at, one.change) for one in found] == [(1, 20), (4, -1)]
    assert swings.largest_step([10, 30, None, 5, 4]) == 20
    assert swings.largest_step([10]) == 0


def test_a_rise_since_is_the_run_of_year_on_year_rises_that_reaches_the_end():
    values = [9, 5, 6, 7, 8, 6, 7, 8, 9]
    assert swings.rising_since(values, lag=4, least_pairs=4) == 1
    assert swings.falling_since([-v for v in values], lag=4, least_pairs=4) == 1


def test_a_rise_that_ended_a_quarter_ago_is_none():
    assert swings.rising_since([1, 2, 3, 4, 5, 6, 7, 3], lag=4, least_pairs=1) is None


def test_a_gap_ends_a_rise():
    assert (
        swings.rising_since([1, None, 1, 1, 2, 2, 2, 2], lag=4, least_pairs=3) is None
    )
    assert swings.rising_since([1, None, 1, 1, 2, 2, 2, 2], lag=4, least_pairs=2) == 2


def test_the_yearly_change_is_the_median_of_the_pairs():
    values = [100, 200, 100, 100, 110, 202, 130, 90]
    assert swings.yearly_change(values, lag=4, since=0) == pytest.approx(5.5)
    assert swings.yearly_change([0, 1], lag=1, since=0) is None
    assert swings.yearly_change([1, None], lag=1, since=0) is None


@pytest.mark.parametrize(
    ("values", "tau"),
    [([1, 2, 3, 4], 1), ([4, 3, 2, 1], -1), ([1, 3, 2], 1 / 3), ([5], 0), ([], 0)],
)
def test_kendalls_tau_counts_pairs_in_order_less_pairs_against_it(values, tau):
    assert swings.kendall_tau(values) == pytest.approx(tau)


def test_an_opening_fall_ends_before_the_first_rise():
    assert swings.opening_fall([142, 108, 74, 89, 71]) == 2
    assert swings.opening_fall([142, 108, 109]) is None
    assert swings.opening_fall([142, None, 74]) is None


def test_a_climb_to_the_end_takes_every_step():
    assert swings.climbs_from([107, 83, 62, 74, 88, 100], 2)
    assert not swings.climbs_from([107, 83, 62, 74, 70, 100], 2)
    assert not swings.climbs_from([107, 83, 62], 2)


def test_a_plunge_knows_whether_it_rebounds():
    (first, second) = swings.plunges([101, 48, 142, 60, 62], least=20)
    assert (first.at, first.rebound) == (1, 142)
    assert (second.at, second.rebound) == (3, None)


def test_a_share_between_counts_known_values_with_both_ends():
    assert swings.share_between([90, 110, None, 111], 90, 110) == pytest.approx(2 / 3)
    assert swings.share_between([], 0, 1) == 0
