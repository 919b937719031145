"""How surveys' figures go together, written a second time: see `asked`.

Here from the chances that a child had two doses, by pairs of doses; errors come out as
a triangle of which they are a mixture rather than as the inverse of their covariance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Array

_LEAST_ERROR, _FARTHEST_SHARE, _ALIKE = 1e-4, 0.02, 0.9


@dataclass(frozen=True)
class Together:
    """Figures of one survey about the same places."""

    anchors: tuple[Anchor, ...]
    errors: Array
    """Lower triangle: times independent standard normals, it gives their errors."""


def together(surveys: Sequence[Anchor]) -> list[Together]:
    """Surveys' figures by who was asked."""
    asked = sorted({(one.source, one.districts) for one in surveys})
    found = []
    for who in asked:
        own = tuple(one for one in surveys if (one.source, one.districts) == who)
        found.append(Together(own, np.linalg.cholesky(_covariance(own))))
    return found


def _covariance(own: Sequence[Anchor]) -> Array:
    had_first = next((_inner(one) for one in own if _is_first(one)), 0.0)
    had_any = max(had_first, *map(_inner, own))
    result = np.zeros((len(own), len(own)))
    for row, one in enumerate(own):
        for column, other in enumerate(own):
            alike = 1.0 if row == column else _ALIKE * _alike(one, other, had_any)
            result[row, column] = alike * _error(one) * _error(other)
    return result


def _alike(one: Anchor, other: Anchor, had_any: float) -> float:
    """Correlation of having had two doses; 0 where one dose is told twice."""
    if one.antigen == other.antigen:
        return 0.0
    p, q = _inner(one), _inner(other)
    # Nobody has a later dose without DTP1; later ones are independent among its takers.
    both = min(p, q) if _is_first(one) or _is_first(other) else p * q / had_any
    return (both - p * q) / sqrt(p * (1 - p) * q * (1 - q))


def _is_first(one: Anchor) -> bool:
    return ANTIGENS[one.antigen] == "DTP1"


def _inner(one: Anchor) -> float:
    return min(max(one.share, _FARTHEST_SHARE), 1 - _FARTHEST_SHARE)


def _error(one: Anchor) -> float:
    return max(one.se, _LEAST_ERROR)
