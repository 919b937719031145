"""BCG beside DTP1: drawn from the ratio of doses, put right by surveys of both."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from boloci.stats.estimate import bcg
from boloci.stats.estimate.evidence import Anchor
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import start
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import empty

YEAR = np.r_[np.zeros(4), np.full(4, 0.25), np.zeros(4)]


def _ratios(ratio: float, **more: Any) -> Any:
    rng = np.random.default_rng(1)
    doses = np.full((4, 18, 12), 90.0)
    doses[0] *= 1.06 * ratio * np.exp(rng.normal(0, 0.1, (18, 12)))
    model = Model(empty(doses=doses, **more), Scales())
    return bcg.ratios(model, np.tile(start(model), (400, 1)), rng)


def test_the_ratio_of_doses_is_that_of_coverage() -> None:
    drawn = _ratios(1.1)
    assert drawn.mean() == pytest.approx(np.log(1.1), abs=0.03)
    assert drawn.mean((1, 2)).std() == pytest.approx(bcg.REPORTED, rel=0.3)


def test_a_survey_of_both_puts_the_ratio_right() -> None:
    both = tuple(
        Anchor("survey", antigen, (0, 1, 2), YEAR, share, 0.02, source=0)
        for antigen, share in ((0, 0.84), (1, 0.80))
    )
    drawn = _ratios(1.3, anchors=both, sources=1)
    assert drawn.mean() == pytest.approx(np.log(1.05), abs=0.04)
    assert drawn.mean((1, 2)).std() < bcg.REPORTED


def test_without_a_dose_of_bcg_the_ratio_is_wide() -> None:
    model = Model(empty(), Scales())
    x = np.tile(start(model), (200, 1))
    drawn = bcg.ratios(model, x, np.random.default_rng(1))
    assert np.isfinite(drawn).all()
    assert drawn.mean((1, 2)).std() > bcg.REPORTED


def test_one_mad_quarter_does_not_move_an_area() -> None:
    doses = np.full((4, 18, 12), 90.0)
    odd = doses.copy()
    odd[0, 3, 5] = 9_000.0
    found = []
    for one in (doses, odd):
        model = Model(replace(empty(), doses=one), Scales())
        x = np.tile(start(model), (300, 1))
        found.append(bcg.ratios(model, x, np.random.default_rng(1)).mean(0))
    assert np.abs(found[0] - found[1]).max() < 0.03
