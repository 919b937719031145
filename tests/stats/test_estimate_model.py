"""The joint model of doses, births, targets and anchors: its likelihood."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats.estimate.model import Model, Weights, along, times
from boloci.stats.estimate.sampling import even, start
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import empty, simulated


def _gradient(
    model: Model, x: np.ndarray, weights: Weights, which: np.ndarray
) -> list[float]:
    """By differences."""
    slopes = []
    for one in which:
        step = np.zeros(len(x))
        step[one] = 1e-5
        above, below = (model.log_density(x + s * step, weights)[0] for s in (1, -1))
        slopes.append((above - below) / 2e-5)
    return slopes


@pytest.mark.parametrize("seed", range(2))
def test_the_gradient_is_that_of_the_density(seed: int) -> None:
    made = simulated(seed)
    evidence = replace(made.evidence, recounts=((2, 3, 0.1, 0.05), (9, 7, 0.3, 0.1)))
    evidence.completeness[3, 5] = 0
    model, rng = Model(evidence, Scales()), np.random.default_rng(seed)
    weights = Weights(
        rng.gamma(2, 0.5, model.log_doses.shape),
        rng.gamma(2, 0.5, model.log_doses.shape[1:]),
        rng.gamma(2, 0.5, evidence.areas),
    )
    x = made.x + rng.normal(0, 0.1, len(made.x))
    _value, slope = model.log_density(x, weights)
    cut = evidence.areas * model.layout.own
    which = np.r_[rng.choice(cut, 60, replace=False), np.arange(cut, len(x))]
    assert _gradient(model, x, weights, which) == pytest.approx(
        slope[which], rel=1e-5, abs=1e-4
    )


def test_children_vaccinated_elsewhere_are_neither_lost_nor_doubled() -> None:
    made = simulated(1)
    model = Model(made.evidence, Scales())
    cells = model.cells(made.x)
    reached = model.reached(cells)
    given = model.given(cells, reached)
    assert given.sum(1) == pytest.approx(reached.sum(1))
    assert np.abs(given - reached).max() > 1


def test_no_later_dose_reaches_more_children_than_the_first() -> None:
    made = simulated(2)
    chances = Model(made.evidence, Scales()).cells(made.x).chance
    assert (chances > 0).all()
    assert (chances < 1).all()
    assert (chances[1:] <= chances[0]).all()


def test_a_month_that_was_not_reported_says_nothing() -> None:
    made = simulated(3)
    silent = made.evidence.doses.copy()
    silent[:, 4] = np.nan
    told = replace(made.evidence, doses=silent)
    changed = replace(
        told, completeness=np.where(np.arange(18)[:, None] == 4, 0.3, 1.0)
    )
    models = [Model(one, Scales()) for one in (told, changed)]
    values = [one.log_density(made.x, even(one))[0] for one in models]
    assert values[0] == pytest.approx(values[1])


def test_an_area_without_a_target_is_judged_without_one() -> None:
    evidence = empty(doses=np.full((4, 18, 12), 80.0))
    model = Model(evidence, Scales())
    value, slope = model.log_density(
        np.zeros(18 * model.layout.own + model.layout.size), even(model)
    )
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


@given(st.floats(0.02, 0.98), st.floats(-3, 3))
def test_a_share_that_follows_a_path_stays_a_share(usual: float, path: float) -> None:
    share = along(np.array(usual), np.array(path))[0]
    assert 0 < share < 1
    assert (share - usual) * path >= -1e-12


@given(st.floats(0.05, 0.95), st.floats(-1, 1))
def test_the_slopes_of_a_path_are_its_own(usual: float, path: float) -> None:
    logit = np.log(usual / (1 - usual))
    step = 1e-6

    def log(logit: float, path: float) -> float:
        return float(
            np.log(along(1 / (1 + np.exp(-np.array(logit))), np.array(path))[0])
        )

    _share, with_level, with_path = along(np.array(usual), np.array(path))
    by_level = (log(logit + step, path) - log(logit - step, path)) / (2 * step)
    by_path = (log(logit, path + step) - log(logit, path - step)) / (2 * step)
    assert with_level == pytest.approx(by_level, rel=1e-3, abs=1e-6)
    if abs(path) > 2 * step:
        assert with_path == pytest.approx(by_path, rel=1e-3, abs=1e-6)


def test_a_fall_of_doses_prefers_no_level_of_coverage() -> None:
    usual = np.array([0.3, 0.6, 0.9])
    for path in (-0.1, -0.5, -2.0):
        share = along(usual, np.full(3, path))[0]
        assert np.log(share / usual) == pytest.approx(np.full(3, path))


def test_children_due_for_a_later_dose_were_born_in_an_earlier_season() -> None:
    model = Model(empty(), Scales())
    x = start(model)
    cut = model.evidence.areas * model.layout.own
    x[cut + model.layout.terms["season"].first] = 0.1
    cells = model.cells(x)
    due = cells.children * cells.later
    quarter_later = np.roll(due[0], 1, axis=1)
    assert due[1, 0] != pytest.approx(due[0, 0], rel=0.01)
    # Two months after DTP1, and seven: most of a quarter, and more than two.
    assert np.corrcoef(due[1, 0], quarter_later[0])[0, 1] > 0.8
    assert np.corrcoef(due[2, 0], np.roll(due[0, 0], 2))[0, 1] > 0.8


def test_doses_say_nothing_of_how_far_coverage_is_from_them() -> None:
    made = simulated(4)
    model = Model(replace(made.evidence, anchors=()), Scales())
    moved = made.x.copy()
    cut = model.evidence.areas * model.layout.own
    region = cut + model.layout.terms["apart_region"].first
    moved[region] += 0.3
    values = [model.log_density(x, even(model))[0] for x in (made.x, moved)]
    sd = model.scales.apart_region
    expected = 0.5 * (moved[region] ** 2 - made.x[region] ** 2) / sd**2
    assert values[0] - values[1] == pytest.approx(expected)
    true, told = (getattr(model.cells(moved), one)[0] for one in ("true", "chance"))
    assert told == pytest.approx(model.cells(made.x).chance[0])
    assert (true > model.cells(made.x).true[0]).all()


def test_a_recount_speaks_of_the_quarter_that_was_recounted() -> None:
    model = Model(empty(recounts=((2, 9, 0.5, 0.05),)), Scales())
    x = start(model)
    _value, slope = model.log_density(x, even(model))
    cut = model.evidence.areas * model.layout.own
    by_year = slope[cut:][model.layout.terms["over_walk"].at]
    assert by_year[2] > 0
    assert by_year[:2] == pytest.approx([0, 0], abs=1e-9)


@given(st.floats(0.001, 0.9999), st.floats(-0.6, 0.6))
def test_a_share_is_multiplied_as_far_as_there_is_room(
    share: float, log: float
) -> None:
    def reached(share: float, log: float) -> Any:
        return [float(one[0]) for one in times(np.array([share]), np.array([log]))]

    found, by_share, by_log = reached(share, log)
    assert 0 < found < 1
    assert (found >= share) == (log >= 0) or found == pytest.approx(share)
    assert found <= share * np.exp(log) * (1 + 1e-9) or log < 0
    if share * np.exp(max(log, 0)) < 0.8:
        assert found == pytest.approx(share * np.exp(log), rel=1e-4)
    above, below = (reached(share, log + s)[0] for s in (1e-6, -1e-6))
    assert by_log == pytest.approx(np.log(above / below) / 2e-6, abs=1e-4)
    above, below = (reached(share * np.exp(s), log)[0] for s in (1e-6, -1e-6))
    assert by_share == pytest.approx(np.log(above / below) / 2e-6, rel=1e-3, abs=1e-3)


@given(st.floats(0.001, 0.9999))
def test_what_lies_nowhere_else_than_doses_say_is_what_they_say(share: float) -> None:
    found, _by_share, _by_log = times(np.array([share]), np.array([0.0]))
    assert found[0] == pytest.approx(share, rel=1e-9)
