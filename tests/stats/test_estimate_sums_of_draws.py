"""Draws of children as figures with intervals."""

import numpy as np
import pytest

from boloci.stats.estimate import sums_of_draws

DRAWS = np.random.default_rng(1).poisson(40, (500, 3, 4))
PLACES = sums_of_draws.whole([[0], [1], [2], [0, 1, 2]], 3)
TIME = sums_of_draws.whole([[0], [1], [2], [3], [0, 1], [2, 3], [0, 1, 2, 3]], 4)


def _summed(of_places: np.ndarray) -> np.ndarray:
    """(draws, places, periods)"""
    places = [sums_of_draws.summed(DRAWS, of) for of in of_places]
    return sums_of_draws.by_period(np.stack(places, 1), TIME)


ALWAYS = np.repeat(PLACES[:, :, None], 4, 2)


def test_areas_add_up_to_their_district_and_quarters_to_the_year() -> None:
    figures = sums_of_draws.figure(_summed(ALWAYS)).value
    assert figures[:3].sum(0) == pytest.approx(figures[3])
    assert figures[:, :4].sum(1) == pytest.approx(figures[:, 6])
    assert figures[:, 4:6].sum(1) == pytest.approx(figures[:, 6])


def test_the_interval_of_a_sum_is_that_of_its_draws_and_no_sum_of_intervals() -> None:
    found = sums_of_draws.figure(_summed(ALWAYS))
    width = (found.upper - found.lower)[:, 0]
    assert width[3] == pytest.approx(3.29 * np.sqrt(120), rel=0.1)
    assert width[3] < 0.7 * width[:3].sum()


def test_a_share_is_of_those_due_in_its_own_draw() -> None:
    share = sums_of_draws.share(np.array([[8.0], [9.0]]), np.array([[10.0], [12.0]]))
    assert sums_of_draws.figure(share).value == pytest.approx([77.5])


def test_a_share_of_nobody_is_unknown() -> None:
    share = sums_of_draws.share(np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]]))
    assert np.isnan(sums_of_draws.figure(share).value).all()


def test_an_area_counts_in_a_district_only_while_it_is_in_it() -> None:
    moved = ALWAYS.copy()
    moved[3, 0, 2:] = False
    figures = sums_of_draws.figure(_summed(moved)).value
    assert figures[3, 5] == pytest.approx(figures[1:3, 5].sum())
    assert figures[3, 4] == pytest.approx(figures[:3, 4].sum())


def test_an_interval_holds_its_mean_where_nearly_all_draws_are_alike() -> None:
    draws = np.zeros((100, 1))
    draws[0] = 1
    found = sums_of_draws.figure(draws)
    assert found.lower <= found.value <= found.upper
    assert found.value == pytest.approx(0.01)
