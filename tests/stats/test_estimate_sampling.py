"""The joint model: its white coordinates, and draws that are as sure as they say."""

from dataclasses import replace

import numpy as np
import pytest

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import OWN_PATH, Model
from boloci.stats.estimate.sampling import begin, climb, even, mixed, sample, start
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.whitening import Whitening, whiten, whiten_around
from tests.stats.simulated_region import empty, simulated


def test_the_gradient_goes_back_the_way_the_unknowns_came() -> None:
    made = simulated(1)
    model, rng = Model(made.evidence, Scales()), np.random.default_rng(1)
    white = whiten(model, made.x, even(model))
    there, back = rng.normal(size=(2, len(made.x)))
    assert white.map(there) @ back == pytest.approx(there @ white.back(back))


def test_in_white_coordinates_the_density_is_about_a_standard_normal() -> None:
    made = simulated(2)
    model, rng = Model(made.evidence, Scales()), np.random.default_rng(2)
    x, weights = begin(model)
    white = whiten(model, x, weights)
    curvatures = []
    for _ in range(20):
        z = rng.normal(size=len(x))
        z /= np.linalg.norm(z)
        above, below = (
            white.back(model.log_density(x + white.map(s * 0.01 * z), weights)[1])
            for s in (1, -1)
        )
        curvatures.append(float(z @ (below - above)) / 0.02)
    assert np.mean(curvatures) == pytest.approx(1, abs=0.15)


def _sharpest(model: Model, x: Array, white: Whitening) -> float:
    """The largest curvature of the log density in white coordinates."""
    z, found = np.random.default_rng(3).normal(size=len(x)), 0.0
    for _ in range(40):
        z /= np.linalg.norm(z)
        above, below = (
            white.back(model.log_density(x + white.map(s * 1e-3 * z), even(model))[1])
            for s in (1, -1)
        )
        bent = (below - above) / 2e-3
        found, z = float(z @ bent), bent
    return found


def test_around_several_draws_no_place_is_far_sharper_than_it_looks() -> None:
    model = Model(simulated(2).evidence, Scales())
    low = climb(model, start(model), even(model))
    high = low.copy()
    high[len(low) - model.layout.size + model.layout.terms["level_region"].first] += 3
    by_high = _sharpest(model, low, whiten(model, high, even(model)))
    by_both = whiten_around(model, np.stack([low, high]), even(model))
    assert by_high > 20
    assert _sharpest(model, low, by_both) < 6


def test_the_curvature_is_carried_as_its_matrices_are() -> None:
    made = simulated(2)
    model, rng = Model(made.evidence, Scales()), np.random.default_rng(2)
    curvature = whiten(model, made.x, even(model)).curvature
    inputs = rng.normal(size=model.inputs(made.x).shape)
    by_matrix = np.einsum("aqij,jaq->iaq", curvature.matrices(), inputs)
    assert curvature.through(inputs) == pytest.approx(by_matrix)


def test_climbing_never_goes_down() -> None:
    made = simulated(3)
    model = Model(made.evidence, Scales())
    weights = even(model)
    low = model.log_density(start(model), weights)[0]
    x = climb(model, start(model), weights)
    assert model.log_density(x, weights)[0] > low


def test_a_figure_that_fits_nothing_loses_its_weight() -> None:
    made = simulated(4)
    made.evidence.doses[2, 5, 6] *= 6
    model, rng = Model(made.evidence, Scales()), np.random.default_rng(4)
    weights = [mixed(model, made.x, even(model), rng)[0].noise for _ in range(40)]
    mean = np.mean(weights, axis=0)
    assert mean[2, 5, 6] < 0.1
    assert np.median(mean) > 0.5


def test_the_same_seed_gives_the_same_draws() -> None:
    made = simulated(5)
    model = Model(made.evidence, Scales())
    one, two = (
        sample(model, np.random.default_rng(7), draws=5, warmup=10).x for _ in range(2)
    )
    assert (one == two).all()


def test_what_is_true_lies_in_most_intervals_of_nine_in_ten() -> None:
    within, missed = [], []
    for seed in range(6):
        made = simulated(100 + seed)
        model = Model(made.evidence, Scales())
        drawn = sample(model, np.random.default_rng(seed), draws=100, warmup=60)
        shares = np.array([model.cells(x.astype(float)).true[0] for x in drawn.x])
        low, high = np.quantile(shares, [0.05, 0.95], axis=0)
        within.append(((made.reached >= low) & (made.reached <= high)).mean())
        missed.append((shares.mean(0) - made.reached).mean())
    # Short chains of few countries: between countries the share varies by 0.07.
    assert 0.75 <= np.mean(within) <= 0.97
    assert np.mean(missed) == pytest.approx(0, abs=0.03)


def test_where_an_area_reports_no_dose_for_a_year_its_path_is_less_sure_then() -> None:
    """By the curvature at one place: no chain, so nothing is left to chance."""
    made = simulated(2)
    silent = made.evidence.doses.copy()
    silent[:, 0, 4:8] = np.nan
    some, all_known = (
        _spread_of_path(Model(one, Scales()), made.x)
        for one in (replace(made.evidence, doses=silent), made.evidence)
    )
    assert (some[0, 4:8] > 1.03 * all_known[0, 4:8]).all()
    others = some[1:, 4:8] / all_known[1:, 4:8]
    assert (others < 1.01).all()


def _spread_of_path(model: Model, x: Array) -> Array:
    """(areas, quarters) standard deviation of each area's own path."""
    white = whiten(model, x, even(model))
    at = np.zeros(model.split(x)[0].shape, bool)
    at[:, OWN_PATH:] = True
    found = []
    for one in np.flatnonzero(at):
        unit = np.zeros(len(x))
        unit[one] = 1
        found.append(np.linalg.norm(white.back(unit)))
    return np.array(found).reshape(len(at), -1)


def test_a_region_of_which_nothing_is_known_keeps_the_width_of_the_prior() -> None:
    model = Model(empty(), Scales())
    drawn = sample(model, np.random.default_rng(1), draws=100, warmup=60)
    shares = np.array([model.cells(x.astype(float)).true[0] for x in drawn.x])
    low, high = np.quantile(shares, [0.05, 0.95], axis=0)
    assert (high - low).mean() > 0.5
