"""Doses of one survey are of the same children, so they err together."""

import numpy as np
import pytest

from boloci.stats.estimate import asked
from boloci.stats.estimate.evidence import Anchor


def _anchor(antigen: int, share: float, *, source: int = 0, place: int = 0) -> Anchor:
    weights = np.ones(4) / 4
    return Anchor("survey", antigen, (place,), weights, share, 0.03, source=source)


def test_doses_of_the_same_children_tell_of_one_level_hardly_more_than_one() -> None:
    doses = [_anchor(1, 0.80), _anchor(2, 0.75), _anchor(3, 0.70)]
    together = asked.precision(doses)
    alone = asked.precision(doses[:1])
    told = together.sum() * 0.03**2
    assert alone[0, 0] * 0.03**2 == pytest.approx(1)
    assert 1 <= told < 1.6


def test_surveys_and_places_of_their_own_tell_apart() -> None:
    rows = [_anchor(1, 0.8), _anchor(2, 0.7, source=1), _anchor(2, 0.7, place=1)]
    found = asked.precision(rows)
    assert found == pytest.approx(np.diag(np.full(3, 1 / 0.03**2)))


def test_lots_are_taken_by_their_counts() -> None:
    assert not asked.precision([_anchor(1, 0.8, source=-1)]).any()


def test_a_later_dose_goes_with_the_first_as_counts_of_the_same_children_do() -> None:
    rng = np.random.default_rng(1)
    first = rng.binomial(200, 0.8, 20_000)
    third = rng.binomial(first, 0.9)
    found = asked.correlation([_anchor(1, 0.8), _anchor(2, 0.72)])
    expected = 0.9 * np.corrcoef(first, third)[0, 1]
    assert found[0, 1] == pytest.approx(expected, abs=0.02)


def test_equal_shares_of_all_doses_can_be_taken() -> None:
    found = asked.precision([_anchor(antigen, 0.9) for antigen in (1, 2, 3)])
    assert np.isfinite(found).all()
    assert (np.linalg.eigvalsh(found) > 0).all()


def test_on_the_scale_of_angles_surveys_found_high_by_chance_count_no_more() -> None:
    rng = np.random.default_rng(2)
    children, true = 150, 0.9
    share = rng.binomial(children, true, 20_000) / children
    error = np.sqrt(share * (1 - share) / children)
    evened, slope = asked.evened(share)
    usual = (share / error**2).sum() / (1 / error**2).sum()
    even = (evened / (error * slope) ** 2).sum() / (1 / (error * slope) ** 2).sum()
    assert usual > true + 0.004
    assert np.sin(even) ** 2 == pytest.approx(true, abs=0.0015)


def test_beyond_0_and_1_the_scale_of_angles_goes_on_straight() -> None:
    share = np.linspace(-0.1, 1.1, 241)
    evened, slope = asked.evened(share)
    steps = np.diff(evened) / np.diff(share)
    assert (steps > 0.99).all()
    assert slope[[0, -1]] == pytest.approx(slope[22], rel=1e-6)
    assert steps == pytest.approx((slope[1:] + slope[:-1]) / 2, rel=0.05)
