"""What is done without a model, on tables worked by hand."""

import numpy as np
import pytest

from boloci.stats.estimate import baselines
from boloci.stats.estimate.evidence import Anchor

DOSES = np.array([[90.0, 130.0], [50.0, 0.0]])
CHILDREN = np.array([[100.0, 100.0], [0.0, 80.0]])


def _survey(name: str, share: float, *weights: float, antigen: int = 1) -> Anchor:
    return Anchor(name, antigen, (0,), np.array(weights), share, 0.02, source=0)


def test_doses_over_children_may_be_above_one_and_are_unknown_without_children() -> (
    None
):
    found = baselines.naive(DOSES, CHILDREN)
    np.testing.assert_allclose(found, [[0.9, 1.3], [np.nan, 0.0]])


def test_capped_coverage_is_never_above_one() -> None:
    found = baselines.capped(DOSES, CHILDREN)
    np.testing.assert_allclose(found, [[0.9, 1.0], [np.nan, 0.0]])


def test_infants_derived_from_penta1_are_doses_over_their_coverage() -> None:
    targets = np.array([[300.0, 330.0], [100.0, 110.0]])
    found = baselines.penta1_derived(targets, 485.0, base=0)
    # 485 / 0.97 = 500 children in the first year, 550 in the next: a tenth more.
    np.testing.assert_allclose(found, [[375.0, 412.5], [125.0, 137.5]])


def test_infants_derived_from_penta1_take_the_survey_where_there_is_one() -> None:
    targets = np.array([[300.0, 330.0], [100.0, np.nan]])
    found = baselines.penta1_derived(targets, 264.0, base=1, coverage=0.8)
    # 264 / 0.8 = 330 children in the second year, all in the place with a target.
    np.testing.assert_allclose(found, [[300.0, 330.0], [100.0, np.nan]])


def test_a_survey_is_held_for_the_quarters_nearest_to_its_children() -> None:
    told = (
        _survey("old", 0.6, 0.5, 0.5, 0, 0, 0, 0),
        _survey("new", 0.8, 0, 0, 0, 0, 0.5, 0.5),
        _survey("of another dose", 0.3, 0, 1, 0, 0, 0, 0, antigen=0),
    )
    share, low, high = baselines.survey_held(told, 1, 6)
    assert share.tolist() == [0.6, 0.6, 0.6, 0.8, 0.8, 0.8]
    assert high[0] - low[0] == pytest.approx(2 * 1.645 * 0.02)


def test_without_a_survey_nothing_is_held() -> None:
    lot = Anchor("lot", 1, (0,), np.array([1.0, 0.0]), 0.7, 0.0, size=12.0)
    assert np.isnan(baselines.survey_held((lot,), 1, 2)).all()


def test_a_survey_that_found_nearly_all_has_no_interval_beyond_one() -> None:
    _, low, high = baselines.survey_held((_survey("new", 0.99, 1),), 1, 1)
    assert high == [1.0]
    assert low == pytest.approx([0.9571])


def test_coverage_above_one_leaves_no_child_out() -> None:
    found = baselines.missed(np.array([0.9, 1.3, np.nan]), np.array([100.0, 80, 80]))
    np.testing.assert_allclose(found, [10.0, 0.0, np.nan])
