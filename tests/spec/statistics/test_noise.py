"""Chance in routine figures, the worst fifth, Lorenz and funnel."""

import numpy as np
import pytest

from boloci.stats import distribution, noise

NORMALS = {95.0: 1.959964, 99.8: 3.090232}


def test_quarters_that_follow_the_common_season_are_not_noisy():
    parts = np.array([[10, 20, 30, 40.0], [100, 200, 300, 400]])
    assert noise.overdispersion(parts, least=1).tolist() == [1, 1]
    assert noise.overdispersion(parts, least=0) == pytest.approx(0)


def test_overdispersion_is_pearsons_chi_square_over_its_degrees_of_freedom():
    """Expected 50 a quarter in either: 4 x 20^2 / 50 / 3 = 10.67."""
    parts = np.array([[70, 30, 70, 30.0], [30, 70, 30, 70]])
    assert noise.overdispersion(parts, least=1) == pytest.approx(32 / 3)


def test_counts_that_vary_by_chance_alone_have_an_overdispersion_of_one():
    parts = np.random.default_rng(1).poisson(200, (4000, 4)).astype(float)
    assert noise.overdispersion(parts, least=0).mean() == pytest.approx(1, abs=0.05)


def test_a_quarter_unknown_leaves_the_noise_unknown():
    parts = np.array([[10, np.nan, 10, 10], [10, 10, 10, 10.0], [0, 0, 0, 0]])
    assert np.isnan(noise.overdispersion(parts, least=1)).tolist() == [
        True,
        False,
        True,
    ]


def test_the_error_of_a_count_in_points_of_coverage():
    """400 doses of 500, over-dispersion 4: 100 x sqrt(1600) / 500 = 8 points."""
    got = noise.errors_of_counts(np.array([400.0]), np.array([500.0]), np.array([4.0]))
    assert got.tolist() == [8]


def test_the_error_behind_an_interval():
    got = noise.errors_of_intervals(*np.array([[60.0], [80], [2]]))
    assert got.tolist() == [5]


@pytest.mark.parametrize(("n", "number"), [(1, 1), (5, 1), (6, 2), (15, 3), (75, 15)])
def test_the_lowest_fifth_is_rounded_up(n, number):
    assert len(distribution.worst(np.arange(n, dtype=float), 0.2)) == number


def test_the_worst_are_the_highest_where_less_is_better():
    values = np.array([5, 15, 10, 2, 1.0])
    assert distribution.worst(values, 0.4, favourable=False).tolist() == [1, 2]


def test_lorenz_shares_from_the_least_reached_on():
    """Coverage 80, 20, 50 %: order second, third, first."""
    order, people, doses = distribution.lorenz(
        np.array([80, 20, 100.0]), np.array([100, 100, 200.0])
    )
    assert order.tolist() == [1, 2, 0]
    assert people.tolist() == [25, 75, 100]
    assert doses.tolist() == [10, 60, 100]


def test_places_that_vary_by_chance_lie_inside_the_funnel():
    random = np.random.default_rng(7)
    people = random.uniform(200, 5000, 2000)
    values = 100 * random.poisson(0.8 * people) / people
    found = distribution.funnel(values, people, NORMALS, winsorised=0.1, least=1)
    outside = (values < found.low[95.0]) | (values > found.high[95.0])
    assert found.dispersion == pytest.approx(1, abs=0.1)
    assert outside.mean() == pytest.approx(0.05, abs=0.02)


def test_a_funnel_of_places_that_are_alike_is_no_narrower_than_chance():
    values, people = np.full(11, 80.0), np.full(11, 1000.0)
    found = distribution.funnel(values, people, NORMALS, winsorised=0.1, least=1)
    assert found.dispersion == 1
    assert found.high[95.0][0] - 80 == pytest.approx(1.959964 * np.sqrt(8))


def test_one_place_far_out_does_not_widen_the_funnel():
    """Mean 85.714, variance 8.5714; drawn in, all lie 5.714 away: 32.653 / 8.5714."""
    values, people = np.array([80.0] * 20 + [200]), np.full(21, 1000.0)
    found = distribution.funnel(values, people, NORMALS, winsorised=0.1, least=1)
    assert found.dispersion == pytest.approx(3.8095, abs=1e-4)


def test_seven_percent_of_a_hundred_groups_are_seven_of_them():
    """0.07 x 100 is a little more than 7 in the numbers of a computer."""
    assert len(distribution.worst(np.arange(100.0), 0.07)) == 7


def test_a_funnel_of_places_that_differ_is_widened():
    people = np.full(11, 1000.0)
    values = np.linspace(60, 100, 11)
    found = distribution.funnel(values, people, NORMALS, winsorised=0.1, least=1)
    assert found.mean == pytest.approx(80)
    assert found.dispersion > 10
    half = (found.high[95.0] - found.low[95.0])[0] / 2
    assert half == pytest.approx(1.959964 * np.sqrt(found.dispersion * 8))
