"""A region made by the model itself, so that what is true is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.stats.estimate.evidence import Anchor, Evidence
from boloci.stats.estimate.layout import OVER, OWN
from boloci.stats.estimate.model import Model
from boloci.stats.estimate.scales import Scales

QUARTERS, YEARS = 12, 3
DISTRICT = np.repeat([0, 1, 2], [7, 5, 6])


@dataclass(frozen=True)
class Simulated:
    """Evidence, and what it was made from."""

    evidence: Evidence
    x: Any
    reached: Any
    """(areas, quarters) share of children who had DTP1"""


def empty(**more: Any) -> Evidence:
    """A region of which nothing is known but gridded births."""
    areas = len(DISTRICT)
    none = np.full((areas, YEARS), np.nan)
    away = 1.0 - np.eye(areas)
    given = {
        "name": "a region",
        "district": DISTRICT,
        "year": np.repeat(np.arange(YEARS), 4),
        "doses": np.full((4, areas, QUARTERS), np.nan),
        "completeness": np.ones((areas, QUARTERS)),
        "births": np.full((areas, YEARS), 400.0),
        "due": np.array([1.06, 1.0, 1.0, 1.0]),
        "targets": none,
        "epoch": np.zeros(YEARS, int),
        "neighbours": away / away.sum(1, keepdims=True),
        "season": np.tile(np.arange(4), YEARS),
    }
    return Evidence(**{**given, **more})


def simulated(
    seed: int, *, anchors: bool = True, scales: Scales | None = None
) -> Simulated:
    """Unknowns from the prior; doses, targets and a survey that follow from them."""
    rng = np.random.default_rng(seed)
    scales = scales or Scales()
    model = Model(empty(sources=int(anchors)), scales)
    own = rng.multivariate_normal(
        np.zeros(model.layout.own), np.linalg.inv(model.layout.own_prior), len(DISTRICT)
    )
    shared = rng.multivariate_normal(
        np.zeros(model.layout.size), np.linalg.inv(model.layout.prior)
    )
    x = np.concatenate([own.ravel(), shared])
    inputs = model.inputs(x)
    cells = model.cells_of(inputs, own)
    given = model.given(cells, model.reached(cells)) * np.exp(inputs[OVER])
    given *= np.exp(scales.shock * rng.standard_t(4, given.shape[1:]))
    given *= np.exp(scales.noise * rng.standard_t(4, given.shape))
    given = np.concatenate([given[:1] * 1.06, given])
    expected = (model.target_shared @ shared)[DISTRICT] + own[:, [OWN.index("births")]]
    bias = rng.normal(0, scales.target_area, expected.shape)
    targets = np.repeat(400 * np.exp(expected + bias), YEARS, axis=1)
    more = {"doses": np.round(given), "targets": targets}
    if anchors:
        terms = model.layout.terms
        bias = shared[terms["survey"].at] + shared[terms["survey_dose"].at]
        found = _anchors(cells, bias, rng)
        more |= {"anchors": found, "sources": 1}
    return Simulated(empty(**more), x, cells.true[0])


def _anchors(cells: Any, bias: Any, rng: np.random.Generator) -> tuple[Anchor, ...]:
    weights = np.r_[np.zeros(4), np.full(4, 0.25), np.zeros(4)]
    found = []
    for antigen in (1, 2, 3):
        share = _share(cells, antigen, DISTRICT >= 0)
        told = np.clip(rng.normal(share + bias[antigen - 1], 0.02), 0.02, 0.98)
        found.append(
            Anchor("survey", antigen, (0, 1, 2), weights, told, 0.02, source=0)
        )
    for district in range(3):
        share = _share(cells, 1, district == DISTRICT)
        told = rng.binomial(19, share) / 19
        found.append(Anchor("lot", 1, (district,), weights, told, 0.0, size=12.0))
    return tuple(found)


def _share(cells: Any, antigen: int, areas: Any) -> float:
    quarters = slice(4, 8)
    children = cells.children[areas, quarters]
    return float(
        (children * cells.true[antigen - 1, areas, quarters]).sum() / children.sum()
    )
