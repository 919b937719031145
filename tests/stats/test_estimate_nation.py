"""Regions put together: what is national is known from all of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from boloci.stats.estimate import nation
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import Draws, even, expected_of_all, sample
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.whitening import whiten
from tests.stats.simulated_region import simulated


def _found(mean: list[float], covariance: list[list[float]]) -> nation.Found:
    return nation.Found(np.array(mean), np.array(covariance), np.zeros((0, 2)))


def test_regions_that_saw_normal_figures_are_put_together_exactly() -> None:
    rng = np.random.default_rng(1)
    before = np.diag([1.0, 4.0])
    looks = rng.normal(size=(3, 5, 2))
    figures = rng.normal(size=(3, 5))
    parts = []
    for look, figure in zip(looks, figures, strict=True):
        covariance = np.linalg.inv(before + look.T @ look)
        parts.append(_found(covariance @ look.T @ figure, covariance))
    mean, covariance = nation.together(parts, before)
    every, each = looks.reshape(-1, 2), figures.ravel()
    exact = np.linalg.inv(before + every.T @ every)
    assert covariance == pytest.approx(exact)
    assert mean == pytest.approx(exact @ every.T @ each)


def test_a_region_that_found_out_nothing_changes_nothing() -> None:
    before = np.diag([1.0, 4.0])
    part = _found([0.3, -0.1], [[0.5, 0.1], [0.1, 0.2]])
    nothing = _found([0.0, 0.0], np.linalg.inv(before).tolist())
    alone, both = (nation.together(p, before) for p in ([part], [part, nothing]))
    assert both[0] == pytest.approx(alone[0])
    assert both[1] == pytest.approx(alone[1])


def test_one_region_s_draws_hardly_move_where_it_is_the_country() -> None:
    model = Model(simulated(3).evidence, Scales())
    drawn = sample(model, np.random.default_rng(3), draws=80, warmup=60)
    part = nation.found(model, drawn)
    mean, covariance = nation.together([part], nation.prior(model))
    assert mean == pytest.approx(part.mean, abs=0.02)
    assert covariance == pytest.approx(part.covariance, abs=0.002)


def test_moved_draws_have_what_is_national_in_common() -> None:
    model = Model(simulated(4).evidence, Scales())
    rng = np.random.default_rng(4)
    x = rng.normal(
        0, 0.05, (6, model.evidence.areas * model.layout.own + model.layout.size)
    )
    shape = (6, model.evidence.areas, model.evidence.quarters)
    white = whiten(model, x[0], even(model))
    drawn = Draws(x, np.zeros(shape), white, 1.0, 0.1)
    found = nation.found(model, drawn)
    wanted = rng.multivariate_normal(found.mean, found.covariance, 6)
    moved = nation.moved(nation.Part(model, x, found), wanted)
    first = model.evidence.areas * model.layout.own
    assert moved[:, first + model.layout.national] == pytest.approx(wanted)


def test_children_are_seen_to_move_with_births_of_the_nation() -> None:
    model = Model(simulated(5).evidence, Scales())
    drawn = sample(model, np.random.default_rng(5), draws=40, warmup=40)
    part = nation.found(model, drawn)
    more = np.zeros(len(part.mean))
    more[0] = 0.1
    before = model.cells(drawn.x[0].astype(float)).children.sum()
    after = model.cells(drawn.x[0] + part.slopes @ more).children.sum()
    assert after > before


def test_short_chains_agree_on_what_a_region_found_out_better_than_their_means() -> (
    None
):
    model = Model(simulated(5).evidence, Scales())
    chains = [
        sample(model, np.random.default_rng(seed), draws=40, warmup=40)
        for seed in (1, 2, 3)
    ]
    told = np.stack([nation.found(model, one).mean for one in chains])
    means = np.stack([one.x[:, nation.positions(model)].mean(0) for one in chains])
    apart = told.std(0), means.std(0)
    assert np.median(apart[0] / apart[1]) < 0.3


def test_what_a_long_chain_s_slopes_tell_is_what_its_draws_tell() -> None:
    # Areas that were closed for months: with weights guessed once, or those of paths
    # left at 1, what is told was .8 and 1.9 standard deviations off.
    made = simulated(5).evidence
    doses = made.doses.copy()
    doses[:, : made.areas // 3, 4:8] *= 0.15
    model = Model(replace(made, doses=doses), Scales())
    drawn = sample(model, np.random.default_rng(1), draws=400, warmup=80)
    told = nation.found(model, drawn)
    means = drawn.x[:, nation.positions(model)].mean(0)
    away = (told.mean - means) / np.sqrt(np.diag(told.covariance))
    assert np.abs(away).max() < 0.4


def _slope_of_the_country(parts: list[nation.Part], x: tuple[Any, ...]) -> Any:
    """(national) mean slope of the log density of all regions, as each moves with the
    nation; their prior once."""
    before = nation.prior(parts[0].model)
    mean = x[0][:, nation.positions(parts[0].model)].mean(0)
    slope = -before @ mean
    for part, draws in zip(parts, x, strict=True):
        for one in draws:
            weights = expected_of_all(part.model, one)
            own = part.found.slopes.T @ part.model.log_density(one, weights)[1]
            slope += (own + before @ mean) / len(draws)
    return slope


def test_in_a_country_what_is_national_is_where_its_regions_lean_no_way() -> None:
    models = [Model(simulated(6).evidence, Scales())] * 3
    parts = []
    for number, model in enumerate(models):
        drawn = sample(model, np.random.default_rng(number), draws=40, warmup=40)
        parts.append(nation.Part(model, drawn.x, nation.found(model, drawn)))
    country = nation.settled(parts, np.random.default_rng(1))
    before = nation.prior(models[0])
    mean, _covariance = nation.together([part.found for part in parts], before)
    ahead = mean - country.x[0][:, nation.positions(models[0])].mean(0)
    at_once = [
        x + ahead @ p.found.slopes.T for p, x in zip(parts, country.x, strict=True)
    ]
    away = [
        np.sqrt(slope @ country.covariance @ slope)
        for slope in (
            _slope_of_the_country(parts, tuple(at_once)),
            _slope_of_the_country(parts, country.x),
        )
    ]
    assert away[1] < 0.2 * away[0]
    shared = [x[:, nation.positions(m)] for x, m in zip(country.x, models, strict=True)]
    assert shared[0] == pytest.approx(shared[2])
