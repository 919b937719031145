"""What visits reach: full ones first, then a share of those left."""

import numpy as np
import pytest

from boloci.stats.outreach import (
    Assumed,
    expected,
    gains,
    in_order,
    reached,
    visits_for,
)

TEN_AND_HALF = Assumed(capacity=10, found=0.5)


def step_by_step(missed, visits, assumed):
    """The same by a loop: each visit reaches what is found, at most a full team."""
    left = missed
    for _ in range(visits):
        left -= min(assumed.capacity, assumed.found * left)
    return missed - left


def of(*missed):
    return np.array(missed, float)


def test_a_visit_reaches_a_share_of_those_left():
    assert reached(of(16), [1, 2, 3], TEN_AND_HALF).tolist() == [8, 12, 14]


def test_a_visit_reaches_no_more_than_a_team_can_vaccinate():
    assert reached(of(40), [1, 2, 3, 4], TEN_AND_HALF).tolist() == [10, 20, 30, 35]


@pytest.mark.parametrize("missed", [0.0, 3.0, 19.9, 20.0, 20.1, 60.0, 61.0, 5000.0])
def test_it_is_the_same_as_visit_by_visit(missed):
    for assumed in (TEN_AND_HALF, Assumed(30, 0.3), Assumed(7.5, 0.05)):
        for visits in (0, 1, 2, 5, 20, 100):
            assert reached(of(missed), visits, assumed)[0] == pytest.approx(
                step_by_step(missed, visits, assumed)
            )


def test_where_nobody_is_missed_no_visit_is_needed_and_none_reaches_anyone():
    assert visits_for(of(0), 0.8, TEN_AND_HALF).tolist() == [0]
    assert reached(of(0), 3, TEN_AND_HALF).tolist() == [0]


def test_what_is_not_known_stays_blank():
    assert np.isnan(reached(of(np.nan), 1, TEN_AND_HALF)[0])
    assert np.isnan(visits_for(of(np.nan), 0.8, TEN_AND_HALF)[0])


def test_the_visits_for_half_of_many_children_are_full_ones():
    assert visits_for(of(100), 0.5, TEN_AND_HALF).tolist() == [5]
    assert visits_for(of(100), 0.51, TEN_AND_HALF).tolist() == [6]


@pytest.mark.parametrize("missed", [1.0, 12.0, 20.0, 33.0, 400.0])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.95])
def test_they_are_the_fewest_that_reach_the_share(missed, share):
    for assumed in (TEN_AND_HALF, Assumed(30, 0.3)):
        visits = int(visits_for(of(missed), share, assumed)[0])
        assert step_by_step(missed, visits, assumed) >= share * missed - 1e-6
        assert step_by_step(missed, visits - 1, assumed) < share * missed


def test_a_team_that_finds_everyone_or_nobody_is_none():
    for found in (0, 1, 1.5):
        with pytest.raises(ValueError, match="not everybody"):
            Assumed(10, found)
    with pytest.raises(ValueError, match="reaches somebody"):
        Assumed(0, 0.5)
    with pytest.raises(ValueError, match="below 1"):
        visits_for(of(10), 1, TEN_AND_HALF)


def test_expected_children_are_the_mean_of_what_is_reached_not_of_the_mean():
    unsure, sure = np.array([[0.0, 20, 40]]), np.array([[20.0, 20, 20]])
    assert expected(sure, of(1), TEN_AND_HALF)[0] == 10
    assert expected(unsure, of(1), TEN_AND_HALF)[0] == 7.5


def test_each_visit_adds_no_more_than_the_one_before():
    quantiles = np.array([[0.0, 15, 30, 90], [5.0, 6, 7, 8]])
    for added in gains(quantiles, np.array([12, 3]), Assumed(10, 0.3)):
        assert np.all(np.diff(added) <= 1e-9)


def test_visits_come_in_the_order_of_what_they_add():
    place, number = in_order([np.array([8.0, 4, 2]), np.array([5.0, 3])])
    assert place.tolist() == [0, 1, 0, 1, 0]
    assert number.tolist() == [0, 0, 1, 1, 2]


def test_no_visit_is_no_order():
    place, number = in_order([np.zeros(0), np.zeros(0)])
    assert place.tolist() == number.tolist() == []
    assert in_order([])[0].tolist() == []
