"""The reference fit agrees with the fast fit, and says when it has not settled."""

import subprocess
import sys

import numpy as np
import pytest

from boloci.stats.estimate.agreement import compare, coverage, settling
from boloci.stats.estimate.layout import OWN
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.reference import fit
from boloci.stats.estimate.sampling import sample
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import empty, simulated

RNG = np.random.default_rng


def test_draws_of_the_same_shares_agree() -> None:
    fast, reference = RNG(1).normal(0.6, 0.05, (2, 4000, 3, 2))
    found = compare(fast, reference)
    assert np.abs(found.bias).max() < 0.005
    assert found.width == pytest.approx(np.ones((3, 2)), abs=0.08)
    assert found.inside.all()


def test_a_fit_that_is_too_sure_and_too_high_is_told() -> None:
    reference = RNG(2).normal(0.6, 0.05, (4000, 1, 1))
    found = compare(RNG(3).normal(0.7, 0.025, (4000, 1, 1)), reference)
    assert found.bias == pytest.approx(np.full((1, 1), 0.1), abs=0.005)
    assert found.off == pytest.approx(np.full((1, 1), 2), abs=0.1)
    assert found.width == pytest.approx(np.full((1, 1), 0.5), abs=0.05)
    assert not found.inside.any()


def test_chains_of_independent_draws_have_settled() -> None:
    found = settling(RNG(4).normal(size=(4, 500, 3, 2)))
    assert found.settled
    assert found.effective == pytest.approx(np.full((3, 2), 2000), rel=0.25)


def test_chains_that_remember_have_fewer_effective_draws() -> None:
    news = RNG(5).normal(size=(4, 2000, 20, 1))
    chains = news.copy()
    for draw in range(1, 2000):
        chains[:, draw] = 0.9 * chains[:, draw - 1] + np.sqrt(0.19) * news[:, draw]
    effective = settling(chains).effective.mean()
    assert effective == pytest.approx(8000 * 0.1 / 1.9, rel=0.15)


@pytest.mark.parametrize("apart", [0.5, 3.0])
def test_chains_about_different_values_have_not_settled(apart: float) -> None:
    chains = (
        RNG(6).normal(size=(4, 500, 1, 1)) + apart * np.arange(4)[:, None, None, None]
    )
    found = settling(chains)
    assert found.r_hat.min() > 1.05
    assert not found.settled


def test_a_chain_that_drifts_has_not_settled() -> None:
    drift = np.linspace(0, 3, 500)[:, None, None]
    assert not settling(RNG(7).normal(size=(4, 500, 1, 1)) + drift).settled


def test_the_share_of_a_district_is_of_its_children() -> None:
    made = simulated(1)
    model = Model(made.evidence, Scales())
    cells = model.cells(made.x)
    by_area, by_district = coverage(model, made.x[None])
    own = model.evidence.district == 1
    reached = (cells.true[0] * cells.children)[own].sum(0)
    assert by_area[0] == pytest.approx(cells.true[0])
    assert by_district[0, 1] == pytest.approx(reached / cells.children[own].sum(0))


def test_without_the_extra_the_reference_says_what_it_needs() -> None:
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "from boloci.stats.estimate.reference import NeedsExtra, fit\n"
        "from boloci.stats.estimate.scales import Scales\n"
        "from tests.stats.simulated_region import empty\n"
        "try: fit(empty(), Scales(), seed=1)\n"
        "except NeedsExtra as missing: print(missing.__doc__)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "boloci[estimate]" in told.stdout


def _needs_extra() -> None:
    pytest.importorskip("numpyro", reason="the extra boloci[estimate] is not installed")


@pytest.mark.slow
def test_the_fast_fit_and_the_reference_draw_the_same_posterior() -> None:
    _needs_extra()
    made = simulated(8)
    made.evidence.doses[2, 5, 6] *= 6
    told: list[float] = []
    reference = fit(
        made.evidence,
        Scales(),
        seed=1,
        chains=2,
        warmup=150,
        draws=150,
        progress=told.append,
    )
    model = Model(made.evidence, Scales())
    fast = sample(model, RNG(8), draws=400, warmup=100)
    pooled = reference.pooled()
    assert pooled.shock.shape == (300, model.evidence.areas, model.evidence.quarters)
    assert reference.diverged == 0
    assert told == sorted(told)
    assert told[-1] == 1
    for ours, theirs in zip(
        coverage(model, fast.x), coverage(model, pooled.x), strict=True
    ):
        found = compare(ours, theirs)
        assert np.sqrt((found.off**2).mean()) < 0.5
        assert np.median(found.width) == pytest.approx(1, abs=0.2)
    assert fast.shock.std() == pytest.approx(pooled.shock.std(), rel=0.1)


@pytest.mark.slow
def test_the_reference_of_a_region_of_which_nothing_is_known_is_the_prior() -> None:
    _needs_extra()
    reference = fit(empty(), Scales(), seed=2, chains=2, warmup=100, draws=100)
    layout = Model(empty(), Scales()).layout
    own = reference.pooled().x[:, : 18 * layout.own].reshape(200, 18, layout.own)
    spread = own.std((0, 1))
    s = Scales()
    # Student's paths of four degrees are wider than their scale by the root of 2.
    wide = np.r_[s.births_area, s.growth_area, s.level_area, s.over_area]
    assert spread[:4] == pytest.approx(wide, rel=0.15)
    assert spread[len(OWN) :].mean() == pytest.approx(
        s.path_area * np.sqrt(2), rel=0.15
    )
