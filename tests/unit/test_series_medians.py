"""Medians and modified z of many series laid one after the other."""

import numpy as np
import pytest

from boloci.stats import robust


def _laid(*series: list[float]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.cumsum([0, *map(len, series)])[:-1]
    return np.concatenate([np.array(one, float) for one in series]), starts


def test_series_of_any_length_have_the_median_numpy_gives():
    chance = np.random.default_rng(3)
    series = [chance.poisson(9, n).tolist() for n in (1, 2, 3, 64, 65, 7, 500)]
    found = robust.medians(*_laid(*series))
    assert found.tolist() == [np.median(one) for one in series]


def test_no_series_have_no_median():
    assert robust.medians(np.zeros(0), np.zeros(0, np.int64)).size == 0


def test_modified_z_of_the_design_example():
    months = [10, 12, 11, 13, 12, 95, 11, 12, 0, 13, 12, 11]
    scores = robust.modified_z(*_laid([12.0, 12.0], months))
    assert np.isnan(scores[:2]).all()
    assert scores[7] == pytest.approx(55.98, abs=0.005)
    assert scores[10] == pytest.approx(-8.09, abs=0.005)
