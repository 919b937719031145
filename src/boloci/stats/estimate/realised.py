"""From draws of unknowns to children: who was due, who was reached.

What is estimated is the share that was really reached, so chance is in it: children due
are drawn, and of them those who were reached.
"""

import numpy as np

from boloci.stats.estimate import bcg
from boloci.stats.estimate.chain import Chain
from boloci.stats.estimate.evidence import ANTIGENS, Array
from boloci.stats.estimate.model import MOST, Model, along

LARGE = 3.0
"""From so many standard deviations on a shock of a quarter is large."""
CHILDREN, CHILDREN_FEWER, CHILDREN_MORE = 0.35, 0.7, 0.1
"""Chance that a shock which the doses of a quarter share was one of children reached,
not of births or reports: a usual one, a large fall, a large rise. A health centre that
closes is seen more often than one that reaches everybody for a quarter; large rises are
reports that arrived late, were typed wrongly, or told of others' children."""


def realised(
    model: Model, drawn: Chain, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Children reached with each dose and children due for it, in each draw:
    (antigens, draws, areas, quarters) each.

    Children due are the same for all doses but BCG; DTP3 and MCV1 reach only children
    whom DTP1 reached.
    """
    limit = LARGE * model.scales.shock
    shape = (len(ANTIGENS), len(drawn.x), model.evidence.areas, model.evidence.quarters)
    reached, due = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    more = bcg.ratios(model, drawn.x, rng)
    for number, (x, shock) in enumerate(zip(drawn.x, drawn.shock, strict=True)):
        cells = model.cells(x.astype(float))
        share = np.where(shock < -limit, CHILDREN_FEWER, CHILDREN)
        share = np.where(shock > limit, CHILDREN_MORE, share)
        moved = np.where(rng.random(shock.shape) < share, shock, 0.0)
        usual = cells.true[0]
        both = usual, np.minimum(usual * np.exp(more[number]), MOST)
        first, birth = (np.clip(along(share, moved)[0], 0, 1) for share in both)
        third, measles = cells.after
        children = rng.poisson(cells.children)
        due[1:, number] = children
        born = np.maximum(model.evidence.due[0] - 1, 0)
        due[0, number] = children + rng.poisson(cells.children * born)
        reached[0, number] = rng.binomial(due[0, number], birth)
        reached[1, number] = rng.binomial(children, first)
        reached[2, number] = rng.binomial(reached[1, number], third)
        reached[3, number] = rng.binomial(reached[1, number], measles)
    return reached, due
