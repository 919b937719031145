"""Bands of places that intervals tell apart: no order inside one."""

import numpy as np
import pytest

from boloci.stats.bands import bands, ranks


def ends(*intervals):
    lower, upper = zip(*intervals, strict=True)
    return np.array(lower, float), np.array(upper, float)


def test_intervals_that_do_not_overlap_are_bands_of_their_own():
    assert bands(*ends((30, 40), (10, 20), (50, 60))).tolist() == [2, 3, 1]


def test_intervals_that_overlap_are_one_band_whatever_their_middle():
    assert bands(*ends((10, 50), (40, 60), (0, 5))).tolist() == [1, 1, 2]


def test_intervals_that_touch_overlap():
    assert bands(*ends((20, 30), (10, 20))).tolist() == [1, 1]


def test_a_chain_of_overlaps_is_one_band():
    assert bands(*ends((50, 70), (30, 55), (20, 35), (0, 10))).tolist() == [1, 1, 1, 2]


def test_a_wide_interval_holds_those_below_it_in_its_band():
    assert bands(*ends((0, 90), (60, 70), (10, 20))).tolist() == [1, 1, 1]


def test_a_place_without_an_interval_has_no_band_and_no_rank():
    found = bands(*ends((30, 40), (np.nan, np.nan), (10, 20)))
    assert found.tolist() == [1, 0, 2]
    assert ranks(found).tolist() == [[1, 1], [0, 0], [2, 2]]


def test_the_places_of_a_band_share_its_ranks():
    found = ranks(np.array([1, 2, 2, 2, 3]))
    assert found.tolist() == [[1, 1], [2, 4], [2, 4], [2, 4], [5, 5]]


def test_no_place_has_no_band():
    assert bands(np.zeros(0), np.zeros(0)).tolist() == []
    assert ranks(np.zeros(0, np.int64)).tolist() == []


def test_an_interval_that_ends_before_it_begins_is_no_interval():
    with pytest.raises(ValueError, match="ends before"):
        bands(*ends((40, 30)))


def test_two_places_of_different_bands_never_overlap():
    random = np.random.default_rng(7)
    for _ in range(200):
        lower = random.uniform(0, 100, 12)
        upper = lower + random.exponential(4, 12)
        band = bands(lower, upper)
        for a in range(12):
            for b in range(12):
                if band[a] < band[b]:
                    assert lower[a] > upper[b]
