"""Changes from one period to the next that are larger than the usual ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats import changes


def series(*values: float) -> np.ndarray:
    return np.array([values], dtype=float)


def test_a_fall_by_a_third_after_years_of_calm_is_unusual() -> None:
    found = changes.last(series(1000, 1010, 990, 1005, 1000, 995, 1010, 1000, 990, 660))
    assert found.unusual.tolist() == [True]
    assert found.before[0] == 990
    assert found.after[0] == 660
    assert -340 < found.beyond[0] < -320


def test_the_same_fall_is_usual_where_doses_swing_like_that_each_quarter() -> None:
    found = changes.last(series(1000, 660, 1010, 650, 1000, 670, 990, 640, 1000, 660))
    assert found.unusual.tolist() == [False]


def test_chance_alone_is_enough_for_a_fall_of_few_doses() -> None:
    found = changes.last(series(10, 10, 10, 10, 10, 10, 10, 10, 10, 7))
    assert found.unusual.tolist() == [False]


def test_nothing_is_unusual_with_too_few_earlier_changes() -> None:
    found = changes.last(series(1000, 1000, 1000, 1000, 100))
    assert found.unusual.tolist() == [False]


def test_a_missing_quarter_makes_no_change() -> None:
    found = changes.last(
        series(1000, 1010, 990, 1005, 1000, 995, 1010, 1000, np.nan, 660)
    )
    assert found.unusual.tolist() == [False]
    assert np.isnan(found.before[0])


def test_one_quarter_alone_has_no_change() -> None:
    assert np.isnan(changes.last(series(1000)).after[0])


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=30),
    st.integers(2, 1000),
)
def test_more_doses_everywhere_by_one_factor_never_turn_a_rise_into_a_fall(
    values: list[int], factor: int
) -> None:
    small, large = (
        changes.last(series(*values)),
        changes.last(series(*(factor * value for value in values))),
    )
    if np.isfinite(small.deviations[0]):
        same = np.sign(large.deviations[0]) == np.sign(small.deviations[0])
        assert same or abs(small.deviations[0]) < 1e-6
