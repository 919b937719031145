"""Two months side by side: the change, and its interval where children were counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats.before_after import Share, gap_change, share_change


def test_newcombe_s_own_example() -> None:
    """Newcombe 1998, table II, method 10: 56/70 and 48/80 differ by .0524 to .3339."""
    found = share_change(Share(100 * 48 / 80, 80), Share(100 * 56 / 70, 70))
    assert found.change == pytest.approx(20.0)
    assert found.lower == pytest.approx(5.24, abs=0.005)
    assert found.upper == pytest.approx(33.39, abs=0.005)


def test_the_change_of_mopti_has_no_interval_for_its_children_are_not_known() -> None:
    before, after = (Share(41), Share(18)), (Share(83), Share(74))
    found = gap_change(before, after)
    assert (found.before, found.after, found.change) == (23, 9, -14)
    assert found.lower is None
    assert found.upper is None


def test_a_gap_s_interval_is_wider_than_that_of_each_sex() -> None:
    before, after = (Share(41, 200), Share(18, 200)), (Share(83, 200), Share(74, 200))
    gap = gap_change(before, after)
    boys = share_change(before[0], after[0])
    assert gap.lower is not None
    assert gap.upper is not None
    assert boys.lower is not None
    assert boys.upper is not None
    assert gap.upper - gap.lower > boys.upper - boys.lower
    assert gap.lower < -14 < gap.upper


@pytest.mark.parametrize("wrong", [Share(41, 0), Share(41), Share(104, 50)])
def test_what_is_no_share_of_a_number_of_children_has_no_interval(wrong: Share) -> None:
    assert share_change(wrong, Share(50, 80)).lower is None
    assert share_change(Share(50, 80), wrong).upper is None


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 5000), st.integers(1, 5000))
def test_the_change_lies_inside_and_turns_round_with_its_months(
    one: float, other: float, many: int, few: int
) -> None:
    there = share_change(Share(one, many), Share(other, few))
    back = share_change(Share(other, few), Share(one, many))
    assert there.lower is not None
    assert there.upper is not None
    assert back.lower is not None
    assert there.lower - 1e-9 <= there.change <= there.upper + 1e-9
    assert there.upper == pytest.approx(-back.lower, abs=1e-6)
