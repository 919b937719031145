"""The chance of being above a threshold, read between quantiles."""

import numpy as np
import pytest

from boloci.stats.chances import chance_above


def chance(quantiles, threshold):
    return chance_above(np.array([quantiles], float), threshold)[0]


def test_at_a_quantile_the_chance_is_what_lies_above_it():
    assert chance([0, 10, 20, 30, 40], 30) == 0.25


def test_between_two_quantiles_it_is_interpolated():
    assert chance([0, 10, 20, 30, 40], 25) == pytest.approx(0.375)


def test_beyond_the_draws_it_is_nought_or_one():
    assert chance([10, 20, 30], 5) == 1
    assert chance([10, 20, 30], 30) == 0
    assert chance([10, 20, 30], 99) == 0


def test_a_value_that_many_draws_share_is_not_above_itself():
    assert chance([0, 0, 0, 10, 20], 0) == 0.5
    assert chance([20, 20, 20], 20) == 0
    assert chance([20, 20, 20], 19) == 1


def test_each_row_has_its_own_chance():
    found = chance_above(np.array([[0.0, 10, 20], [10, 20, 30]]), 10)
    assert found.tolist() == [0.5, 1.0]


def test_a_row_with_a_null_has_no_chance():
    assert np.isnan(chance([np.nan, np.nan, np.nan], 10))


def test_quantiles_that_fall_are_none():
    with pytest.raises(ValueError, match="fall"):
        chance([10, 5, 20], 7)
    with pytest.raises(ValueError, match="two quantiles"):
        chance([10], 7)


def test_it_is_near_the_share_of_draws_above_the_threshold():
    draws = np.random.default_rng(3).beta(2, 5, 4000) * 100
    quantiles = np.quantile(draws, np.linspace(0, 1, 41))
    for threshold in (5, 20, 30, 50):
        assert chance(quantiles, threshold) == pytest.approx(
            np.mean(draws > threshold), abs=0.01
        )
