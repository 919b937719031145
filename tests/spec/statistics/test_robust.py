"""Medians and modified z of many series at once."""

import numpy as np
import pytest

from boloci.stats import robust

SERIES = [10, 12, 11, 13, 12, 95, 11, 12, 0, 13, 12, 11]


def z(values, *series):
    starts = robust.starts_of(np.array(series or [0] * len(values)))
    return robust.modified_z(np.array(values, float), starts)


def test_the_modified_z_of_the_golden_series():
    scores = z(SERIES)
    assert scores[SERIES.index(95)] == pytest.approx(55.98, abs=0.01)
    assert scores[SERIES.index(0)] == pytest.approx(-8.09, abs=0.01)


def test_no_spread_gives_no_score():
    assert np.isnan(z([12] * 11 + [95])).all()


def test_each_series_has_its_own_median():
    values = np.array([1, 3, 2, 10, 40.0])
    starts = robust.starts_of(np.array([4, 4, 4, 9, 9]))
    assert robust.medians(values, starts).tolist() == [2, 25]


def test_no_series_gives_no_median():
    empty = np.zeros(0)
    assert robust.medians(empty, robust.starts_of(np.zeros(0, int))).size == 0


@pytest.mark.parametrize("seed", range(3))
def test_medians_are_numpys(seed):
    draw = np.random.default_rng(seed)
    series = np.sort(draw.integers(0, 40, 500))
    values = draw.poisson(30, 500).astype(float)
    starts = robust.starts_of(series)
    want = [np.median(values[series == one]) for one in np.unique(series)]
    assert robust.medians(values, starts).tolist() == want
