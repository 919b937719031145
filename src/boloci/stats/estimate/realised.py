"""From draws of unknowns to children: who was due, who was reached.

What is estimated is the share that was really reached, so chance is in it: children due
are drawn, and of them those who were reached.
"""

import numpy as np

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import Model, along
from boloci.stats.estimate.sampling import Draws

LARGE = 3.0
"""From so many standard deviations on a shock of a quarter is large."""
CHILDREN, CHILDREN_FEWER, CHILDREN_MORE = 0.35, 0.7, 0.1
"""Chance that a shock which the doses of a quarter share was one of children reached,
not of births or reports: a usual one, a large fall, a large rise. A health centre that
closes is seen more often than one that reaches everybody for a quarter; large rises are
reports that arrived late, were typed wrongly, or told of others' children."""


def realised(
    model: Model, drawn: Draws, rng: np.random.Generator, *, antigen: int = 1
) -> tuple[Array, Array]:
    """Children reached with a dose and children due: (draws, areas, quarters) each.

    antigen    number in `evidence.ANTIGENS`
    """
    limit = LARGE * model.scales.shock
    reached, due = [], []
    for x, shock in zip(drawn.x, drawn.shock, strict=True):
        cells = model.cells(x.astype(float))
        share = np.where(shock < -limit, CHILDREN_FEWER, CHILDREN)
        share = np.where(shock > limit, CHILDREN_MORE, share)
        of_children = rng.random(shock.shape) < share
        chance, *_ = along(cells.chance[antigen], np.where(of_children, shock, 0.0))
        children = rng.poisson(cells.children * model.evidence.due[antigen])
        reached.append(rng.binomial(children, np.clip(chance, 0.0, 1.0)))
        due.append(children)
    return np.array(reached), np.array(due)
