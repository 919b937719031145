"""Scores of the estimate, on values worked by hand."""

import math

import numpy as np
import pytest

from bench import estimate_scores as scores

TRUTH = np.array([0.5, 0.6, 0.9, 0.4])
LOW, HIGH = np.array([0.4, 0.6, 0.5, np.nan]), np.array([0.6, 0.7, 0.8, np.nan])


def test_the_error_leaves_out_what_was_not_told() -> None:
    found = np.array([0.5, 0.9, np.nan, 0.0])
    assert scores.rmse(found, TRUTH) == pytest.approx(math.sqrt(0.25 / 3))


def test_the_error_of_nothing_is_unknown() -> None:
    assert math.isnan(scores.rmse(np.full(4, np.nan), TRUTH))


def test_the_ends_of_an_interval_belong_to_it() -> None:
    assert scores.within(TRUTH, LOW, HIGH) == pytest.approx(2 / 3)


def test_the_interval_score_adds_twenty_times_what_lies_outside() -> None:
    # Widths 0.2, 0.1, 0.3; the third truth lies 0.1 above.
    assert scores.winkler(TRUTH, LOW, HIGH) == pytest.approx((0.6 + 20 * 0.1) / 3)


def test_a_total_is_off_by_percent_of_the_truth() -> None:
    assert scores.off(90, 120) == pytest.approx(-25)


def test_the_worst_fifth_is_found_as_far_as_its_children_are() -> None:
    children = np.array([50.0, 40, 30, 20, 10, 5, 5, 5, 5, 5])
    ranked_by = np.array([1.0, 9, 2, 8, 0, 0, 0, 0, 0, np.nan])
    # Two of ten: ranked 40 + 20 children; the truly worst have 50 + 40.
    assert scores.worst_found(ranked_by, children) == pytest.approx(60 / 90)
