"""U' limits: chance alone stays inside as often as they say, and jumps come out."""

import numpy as np
import pytest

from boloci.stats.control_limits import u_prime

NOMINAL = 0.0027
"""Two-sided tail of three standard deviations."""


def test_limits_by_hand():
    """Rates .8, 1.0, .9 of 100: centre .9, chance .0949, z -1.054, 1.054, 0.

    Moving ranges 2.108 and 1.054: mean 1.581, sigma z 1.4017; limits .9 +- 3 x
    1.4017 x .094868.
    """
    counts, exposure = np.array([[80.0, 100, 90]]), np.full((1, 3), 100.0)
    limits = u_prime(counts, exposure, baseline=np.ones(3, bool), sigmas=3)
    assert limits.centre[0] == pytest.approx(0.9)
    assert limits.spread[0] == pytest.approx(1.4017, abs=1e-4)
    assert limits.upper[0, 0] == pytest.approx(1.29892, abs=1e-4)
    assert limits.lower[0, 0] == pytest.approx(0.50108, abs=1e-4)


def test_limits_ahead_allow_for_the_chance_in_the_centre_itself():
    """A baseline of 300 children: sqrt(1/e (1 + e/300)) for 100 and 300 more.

    .11547 and .08165, so that one is 1.41421 times as wide as the other.
    """
    counts = np.array([[80.0, 100, 90, 90, 270]])
    exposure = np.array([[100.0, 100, 100, 100, 300]])
    baseline = np.array([True, True, True, False, False])
    limits = u_prime(counts, exposure, baseline=baseline, sigmas=3, ahead=True)
    wide, narrow = (limits.upper - limits.centre[:, None])[0, 3:]
    assert wide / narrow == pytest.approx(2**0.5)


def test_limits_never_fall_below_zero():
    counts, exposure = np.array([[1.0, 9, 1]]), np.full((1, 3), 5.0)
    limits = u_prime(counts, exposure, baseline=np.ones(3, bool), sigmas=3)
    assert limits.lower.min() == 0


def test_a_missing_period_is_left_out_and_not_zero():
    known = u_prime(
        np.array([[8.0, 10, 9]]),
        np.full((1, 3), 10.0),
        baseline=np.ones(3, bool),
        sigmas=3,
    )
    gap = u_prime(
        np.array([[8.0, np.nan, 10, 9]]),
        np.full((1, 4), 10.0),
        baseline=np.ones(4, bool),
        sigmas=3,
    )
    assert (gap.centre[0], gap.spread[0]) == (known.centre[0], known.spread[0])
    assert gap.points[0] == 3


def test_a_series_without_any_known_period_has_no_limits():
    nothing = np.full((1, 3), np.nan)
    limits = u_prime(nothing, nothing, baseline=np.ones(3, bool), sigmas=3)
    assert np.isnan(limits.upper).all()


@pytest.mark.parametrize("children", [15, 60, 1000])
@pytest.mark.parametrize("past", [8, 12])
def test_chance_alone_passes_the_limits_no_more_often_than_they_say(children, past):
    """Read from so few points, plain limits would be passed by 2 to 3 %."""
    random = np.random.default_rng(11)
    exposure = np.full((20_000, past + 1), float(children))
    counts = random.poisson(0.9 * exposure).astype(float)
    baseline = np.arange(past + 1) < past
    limits = u_prime(counts, exposure, baseline=baseline, sigmas=3, ahead=True)
    rate = (counts / exposure)[:, -1]
    outside = (rate < limits.lower[:, -1]) | (rate > limits.upper[:, -1])
    assert outside.mean() <= NOMINAL


def test_ten_points_alone_would_call_a_fifth_of_steady_quarters_a_sawtooth():
    """60 children, coverage 90 %: up ten points and down again, or the reverse."""
    random = np.random.default_rng(12)
    rate = 100 * random.poisson(54, (20_000, 3)) / 60
    up, down = rate[:, 1] - rate[:, 0], rate[:, 1] - rate[:, 2]
    sawtooth = (np.sign(up) == np.sign(down)) & (abs(up) >= 10) & (abs(down) >= 10)
    assert 0.2 < sawtooth.mean() < 0.4


def test_a_doubling_comes_out_of_the_limits():
    random = np.random.default_rng(13)
    exposure = np.full((2000, 13), 60.0)
    counts = random.poisson(0.9 * exposure).astype(float)
    counts[:, -1] *= 2.5
    limits = u_prime(
        counts, exposure, baseline=np.arange(13) < 12, sigmas=3, ahead=True
    )
    assert ((counts / exposure)[:, -1] > limits.upper[:, -1]).mean() > 0.9
