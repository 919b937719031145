"""What is done without a model, to be shown beside it: formulas of a line each.

Coverage is a share; above 1 where the formula says so, but for `capped`. Arrays are
(areas, quarters) unless said; nan: not known. Sources: WHO, Immunization in practice,
module 7 (doses over target); Countdown to 2030, cd2030 (derived from Penta1).
"""

from collections.abc import Sequence

import numpy as np

from boloci.stats.estimate.evidence import Anchor, Array

PENTA1_COVERAGE = 0.97
"""Coverage of Penta1 where no survey tells it: Countdown's."""
Z = 1.645
"""Of a 90 % interval."""


def naive(doses: Array, children: Array) -> Array:
    """Doses over the children they are for; nan where none."""
    result = np.full(np.broadcast(doses, children).shape, np.nan)
    np.divide(doses, children, out=result, where=children > 0)
    return result


def capped(doses: Array, children: Array) -> Array:
    """The same, never above 1."""
    return np.minimum(naive(doses, children), 1.0)


def penta1_derived(
    targets: Array, doses: float, *, base: int, coverage: float = PENTA1_COVERAGE
) -> Array:
    """Infants by place and year, (places, years), as Countdown derives them.

    The country's infants of the base year are its Penta1 doses over the coverage that
    a survey found; they grow by its targets, and places have their share by targets.

    targets    (places, years) official children of every place of the country
    doses      the country's Penta1 in year number `base`
    """
    country = np.nansum(targets, axis=0)
    infants = doses / coverage * country / country[base]
    result: Array = targets / country * infants
    return result


def survey_held(anchors: Sequence[Anchor], antigen: int, quarters: int) -> Array:
    """(3, quarters) share found by the survey nearest in time, and its 90 % interval.

    For all places that the surveys speak of; nan without a survey.
    """
    told = [one for one in anchors if one.source >= 0 and one.antigen == antigen]
    if not told:
        return np.full((3, quarters), np.nan)
    at = np.arange(quarters)
    middle = np.array([(one.weights * at).sum() / one.weights.sum() for one in told])
    nearest = np.abs(at[:, None] - middle).argmin(1)
    share = np.array([one.share for one in told])
    half = Z * np.array([one.se for one in told])
    found = np.stack([share, share - half, share + half])
    result: Array = np.clip(found, 0.0, 1.0)[:, nearest]
    return result


def missed(coverage: Array, children: Array) -> Array:
    """Children whom a coverage leaves out: none where it is above 1."""
    result: Array = np.maximum(children * (1 - coverage), 0.0)
    return result
