"""What all else says of each survey and lot."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from boloci.stats.estimate.left_out import LeftOut, left_out, unasked
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.sampling import sample
from boloci.stats.estimate.scales import Scales
from tests.stats.simulated_region import simulated


@cache
def _base(seed: int) -> Any:
    model = Model(unasked(simulated(seed).evidence), Scales())
    return sample(model, np.random.default_rng(seed), draws=80, warmup=50).x


def _found(seed: int, **more: Any) -> list[LeftOut]:
    evidence = replace(simulated(seed).evidence, **more)
    return left_out(Model(evidence, Scales()), _base(seed))


def test_most_lots_and_surveys_lie_where_all_else_says() -> None:
    found = [one for seed in (1, 2, 3, 4) for one in _found(seed)]
    assert {one.lot for one in found} == {True, False}
    assert len(found) == 4 * 4
    assert np.mean([one.within for one in found]) >= 0.75


def test_a_lot_that_contradicts_all_else_is_outside() -> None:
    anchors = simulated(4).evidence.anchors
    odd = replace(anchors[-1], share=0.05)
    changed = _found(4, anchors=(*anchors[:-1], odd))
    assert [one.within for one in changed if one.found == 0.05] == [False]


def test_what_all_else_says_of_a_lot_does_not_hang_on_that_lot() -> None:
    anchors = simulated(1).evidence.anchors
    odd = replace(anchors[-1], share=0.95)
    before, after = _found(1), _found(1, anchors=(*anchors[:-1], odd))
    same = pytest.approx(before[2].expected, rel=1e-9)
    assert after[2].expected == same
    assert after[1].expected != pytest.approx(before[1].expected, rel=1e-3)


def test_alone_a_survey_stands_beside_doses() -> None:
    evidence = simulated(1).evidence
    surveys = tuple(one for one in evidence.anchors if one.source >= 0)
    found = _found(1, anchors=surveys)
    alone = _found(1)
    assert [one.lot for one in found] == [False]
    assert all(
        one.error > other.error for one, other in zip(found, alone[3:], strict=True)
    )


def test_nothing_asked_gives_nothing() -> None:
    assert _found(1, anchors=(), sources=1) == []
