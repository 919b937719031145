"""How surveys' figures go together: doses of the same children err together.

A survey asks the same children of every dose, and who had DTP3 or MCV1 had DTP1. So
beside DTP1's share that of another dose tells of the level of coverage hardly more;
taken as figures of their own, four doses would halve its error.
"""

from collections.abc import Sequence

import numpy as np

from boloci.stats.estimate.evidence import Anchor, Array

_FIRST = 1
_EDGE = 0.02
_LEAST_ERROR = 1e-4
_END = 0.01
_SAME = 0.9
"""Of their errors that goes together: cards and memory err dose by dose."""


def evened(share: Array) -> tuple[Array, Array]:
    """Arcsine of the root of shares, and its slope: a scale on which how far a survey
    of so many children errs does not depend on the share.

    Taken as they are, a region found too high by chance would count for more than one
    found too low, as the standard error that is told with it is smaller: surveys would
    put coverage too high (Anscombe, Biometrika 35, 1948, has the scale). A straight
    line leads on within a hundredth of 0 and 1, and beyond them: a survey's error can
    put what it asks for there.
    """
    safe = np.clip(share, _END, 1 - _END)
    slope = 0.5 / np.sqrt(safe * (1 - safe))
    return np.arcsin(np.sqrt(safe)) + (share - safe) * slope, slope


def precision(anchors: Sequence[Anchor]) -> Array:
    """(anchors, anchors) inverse covariance of the errors of surveys' shares; 0 for
    lots, which are taken by their counts."""
    covariance = np.diag([max(one.se, _LEAST_ERROR) ** 2 for one in anchors])
    result = np.zeros((len(anchors), len(anchors)))
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for number, one in enumerate(anchors):
        if one.source >= 0:
            groups.setdefault((one.source, one.districts), []).append(number)
    for members in groups.values():
        own = [anchors[number] for number in members]
        at = np.ix_(members, members)
        errors = np.sqrt(np.diag(covariance)[members])
        result[at] = np.linalg.inv(correlation(own) * np.outer(errors, errors))
    return result


def correlation(anchors: Sequence[Anchor]) -> Array:
    """(anchors, anchors) of the errors of doses of the same children: those that had a
    later dose are among those that had DTP1, and given DTP1 they are independent."""
    shares = np.clip([one.share for one in anchors], _EDGE, 1 - _EDGE)
    first = [s for s, one in zip(shares, anchors, strict=True) if one.antigen == _FIRST]
    reached = max([*first[:1], *shares])
    doses = [one.antigen for one in anchors]
    result = np.eye(len(anchors))
    for one in range(len(anchors)):
        for two in range(one):
            both = doses[one], doses[two]
            if both[0] == both[1]:
                continue
            low, high = sorted((shares[one], shares[two]))
            together = low if _FIRST in both else low * high / reached
            spread = np.sqrt(low * (1 - low) * high * (1 - high))
            alike = _SAME * (together - low * high) / spread
            result[one, two] = result[two, one] = alike
    return result
