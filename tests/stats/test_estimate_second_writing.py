"""The posterior written a second time, in JAX, is the posterior of the first."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from boloci.stats.estimate import sampling
from boloci.stats.estimate.evidence import Anchor, Evidence
from boloci.stats.estimate.layout import OWN, Layout
from boloci.stats.estimate.model import Model, Weights
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import empty, simulated

pytest.importorskip("numpyro", reason="the extra boloci[estimate] is not installed")

import jax

from boloci.stats.estimate.second_writing import OtherUnknowns, SecondWriting
from boloci.stats.estimate.shared_shock import FREEDOM, drawn_shock, log_shared_shock

pytestmark = pytest.mark.extra

OTHER = replace(Scales(), apart_walk=0.2, season=0.09, path_memory=0.6, flow=-1.4)


def _told(seed: int) -> Evidence:
    """A region of every kind of evidence, with holes."""
    made = simulated(seed)
    evidence = replace(made.evidence, recounts=((2, 4, 0.1, 0.05), (9, 0, 0.3, 0.1)))
    evidence.completeness[3, 5] = 0
    evidence.doses[1:, 4] = np.nan
    evidence.targets[6] = np.nan
    # Another survey of one district, and in it a dose that is not ours.
    weights = np.r_[np.zeros(7), 0.2, 0.5, 0.3, np.zeros(2)]
    found = ((3, 0.55), (1, 0.7), (2, 0.71), (0, 0.8))
    asked = tuple(
        Anchor("another", antigen, (1,), weights, share, 0.05, source=1)
        for antigen, share in found
    )
    return replace(
        evidence,
        anchors=(*evidence.anchors[:2], *asked, *evidence.anchors[2:]),
        sources=2,
        epoch=np.array([0, 0, 1]),
        births=evidence.births * np.linspace(0.1, 3, 18)[:, None],
        neighbours=np.where(np.arange(18)[:, None] == 7, 0.0, evidence.neighbours),
    )


@pytest.mark.parametrize("scales", [Scales(), OTHER])
@pytest.mark.parametrize("seed", range(2))
def test_density_and_gradient_are_those_of_the_first(seed: int, scales: Scales) -> None:
    evidence = _told(seed)
    model, second = Model(evidence, scales), SecondWriting(evidence, scales)
    rng = np.random.default_rng(seed)
    shape = model.log_doses.shape
    weights = Weights(
        rng.gamma(2, 0.5, shape),
        rng.gamma(2, 0.5, shape[1:]),
        rng.gamma(2, 0.5, evidence.areas),
    )
    size = evidence.areas * model.layout.own + model.layout.size
    points = rng.normal(0, 0.3, (3, size))
    both = jax.jit(jax.value_and_grad(lambda x: second.log_density(x, weights)))
    first = [model.log_density(x, weights) for x in points]
    values, slopes = zip(*[both(x) for x in points], strict=True)
    constant = float(values[0]) - first[0][0]
    for (value, slope), other, its_slope in zip(first, values, slopes, strict=True):
        assert float(other) - constant == pytest.approx(value, rel=1e-9)
        assert np.abs(slope - its_slope).max() < 1e-9 * np.abs(slope).max()


def test_an_unknown_that_one_writing_lacks_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = Layout._wanted

    def more(self: Layout, *sizes: int) -> Iterator[Any]:
        yield from wanted(self, *sizes)
        yield "a_new_term", -1, 1, 1, np.eye(1)

    monkeypatch.setattr(Layout, "_wanted", more)
    with pytest.raises(OtherUnknowns, match="a_new_term"):
        SecondWriting(empty(), Scales())


def test_students_paths_are_normal_paths_over_all_their_weights() -> None:
    evidence = empty()
    second = SecondWriting(evidence, Scales())
    size = evidence.areas * second.layout.own + second.layout.size
    rng = np.random.default_rng(1)
    x = np.zeros(size)
    cut = evidence.areas * second.layout.own
    own = x[:cut].reshape(evidence.areas, -1)
    own[3, len(OWN) :] = rng.normal(0, 0.1, evidence.quarters)
    still = -2 * (_density(second, x, 1.0) - _density(second, 0 * x, 1.0))
    weight = np.linspace(1e-4, 40, 200_001)
    # Weights are gamma of shape and rate FREEDOM / 2.
    prior = weight ** (FREEDOM / 2 - 1) * np.exp(-weight * FREEDOM / 2)
    path = weight ** (evidence.quarters / 2) * prior
    over_all = np.log((path * np.exp(-weight * still / 2)).sum() / path.sum())
    found = second.log_density(x) - second.log_density(0 * x)
    assert float(found) == pytest.approx(over_all, rel=1e-6)


def _density(second: SecondWriting, x: np.ndarray, weight: float) -> float:
    e = second.evidence
    cells = np.ones((3, e.areas, e.quarters))
    weights = Weights(cells, cells[0], np.full(e.areas, weight))
    return float(second.log_density(x, weights))


FIGURES = np.array(
    [
        [0.05, -0.02, 0.00, 0.03],
        [-0.60, -0.55, -0.70, -0.62],
        [0.05, 1.60, 0.02, -0.04],
        [0.90, np.nan, np.nan, np.nan],
        [2.20, 2.10, -0.10, np.nan],
    ]
).T
NOISE = np.array([0.06, 0.05, 0.08, 0.2])[:, None] * np.ones(5)
SHOCK = np.array([0.09, 0.09, 0.10, 0.08, 0.3])


def test_the_shock_that_figures_share_is_summed_out() -> None:
    known = np.isfinite(FIGURES)
    left = np.where(known, FIGURES, 0.0)
    found = log_shared_shock(left, known, NOISE, SHOCK)
    shocks = np.linspace(-40, 40, 1_600_001)
    for case, shock in enumerate(SHOCK):
        density = _student(shocks / shock)
        for figure in np.flatnonzero(known[:, case]):
            away = (left[figure, case] - shocks) / NOISE[figure, case]
            density *= _student(away)
        by_hand = np.log(density.sum() * (shocks[1] - shocks[0]))
        assert float(found[case]) == pytest.approx(by_hand, abs=2e-3)


def _student(away: np.ndarray) -> np.ndarray:
    return (1 + away**2 / FREEDOM) ** (-(FREEDOM + 1) / 2)


def test_the_slope_in_every_figure_is_its_own() -> None:
    known = np.isfinite(FIGURES)
    left = np.where(known, FIGURES, 0.0)

    def total(left: Any) -> Any:
        return log_shared_shock(left, known, NOISE, SHOCK).sum()

    total = jax.jit(total)
    slope = jax.grad(total)(left)
    assert (np.asarray(slope)[~known] == 0).all()
    for at in np.argwhere(known):
        step = np.zeros_like(left)
        step[tuple(at)] = 1e-4
        by_hand = float(total(left + step) - total(left - step)) / 2e-4
        assert float(slope[tuple(at)]) == pytest.approx(by_hand, abs=0.1, rel=0.01)


def test_a_shock_is_drawn_from_where_it_is_likely() -> None:
    known = np.isfinite(FIGURES)
    left = np.where(known, FIGURES, 0.0)
    keys = jax.random.split(jax.random.key(1), 4000)
    drawn = np.asarray(
        jax.vmap(lambda key: drawn_shock(key, left, known, NOISE, SHOCK))(keys)
    )
    shocks = np.linspace(-10, 10, 200_001)
    density = _student(shocks / SHOCK[2])
    for figure in range(4):
        density *= _student((left[figure, 2] - shocks) / NOISE[figure, 2])
    mean = (density * shocks).sum() / density.sum()
    spread = np.sqrt((density * (shocks - mean) ** 2).sum() / density.sum())
    assert drawn[:, 2].mean() == pytest.approx(mean, abs=4 * spread / np.sqrt(4000))
    assert drawn[:, 2].std() == pytest.approx(spread, rel=0.1)


def test_both_writings_have_the_same_tails() -> None:
    assert FREEDOM == sampling.FREEDOM
