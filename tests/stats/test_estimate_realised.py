"""Children due and reached, drawn from the joint model."""

import numpy as np
import pytest

from boloci.stats.estimate.model import Model
from boloci.stats.estimate.realised import realised
from boloci.stats.estimate.sampling import Draws, even
from boloci.stats.estimate.scales import Scales
from boloci.stats.estimate.whitening import whiten
from tests.stats.simulated_region import simulated

DRAWS = 200


def _drawn(shock: float) -> tuple[Model, Draws]:
    made = simulated(1)
    model = Model(made.evidence, Scales())
    x = np.repeat(made.x[None].astype(np.float32), DRAWS, axis=0)
    shape = (DRAWS, made.evidence.areas, made.evidence.quarters)
    white = whiten(model, made.x, even(model))
    return model, Draws(x, np.full(shape, shock), white, 1.0, 0.1)


def _share(shock: float) -> np.ndarray:
    reached, due = realised(*_drawn(shock), np.random.default_rng(1))
    share: np.ndarray = reached[1].sum(0) / due[1].sum(0)
    return share


def test_no_more_children_are_reached_than_are_due() -> None:
    reached, due = realised(*_drawn(0.0), np.random.default_rng(1))
    assert (reached <= due).all()
    assert (reached >= 0).all()
    assert (reached[2:] <= reached[1]).all()


def test_more_children_are_due_for_bcg_than_survive_to_dtp1() -> None:
    _reached, due = realised(*_drawn(0.0), np.random.default_rng(1))
    assert (due[0] >= due[1]).all()
    assert due[0].sum() / due[1].sum() == pytest.approx(1.06, abs=0.005)
    assert (due[1] == due[2]).all()


def test_without_a_shock_the_share_reached_is_the_chance() -> None:
    model, drawn = _drawn(0.0)
    chance = model.cells(drawn.x[0].astype(float)).true[0]
    assert _share(0.0).mean() == pytest.approx(chance.mean(), abs=0.002)


def test_a_large_fall_of_all_doses_is_for_the_most_part_one_of_children() -> None:
    assert _share(-0.7).mean() == pytest.approx(
        (0.3 + 0.7 * np.exp(-0.7)) * _share(0.0).mean(), rel=0.02
    )


def test_a_large_rise_is_seldom_one_of_children() -> None:
    still = _share(0.0)
    assert still.mean() < _share(0.7).mean() < still.mean() + 0.1 * (1 - still.mean())
