"""Coverage before any figure is looked at."""

import numpy as np
import pytest

from boloci.stats.estimate import unseen
from boloci.stats.estimate.model import Model, chance
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import empty


def test_the_prior_of_coverage_is_the_mean_over_its_levels() -> None:
    scales = Scales()
    found = unseen.coverage(Model(empty(), scales), np.random.default_rng(1))
    spread = np.hypot(
        np.hypot(scales.level_region, scales.level_district), scales.level_area
    )
    levels = np.random.default_rng(2).normal(scales.level, spread, 100_000)
    assert found == pytest.approx(np.full(12, chance(levels).mean()), abs=0.04)


def test_the_same_generator_gives_the_same_prior() -> None:
    one, other = (
        unseen.coverage(Model(empty(), Scales()), np.random.default_rng(1))
        for _ in range(2)
    )
    assert (one == other).all()
