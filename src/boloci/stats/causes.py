"""Why a coverage passes 100 %: how much each cause lifts it, and how surely.

Coverage is doses over target, so on the log scale what lifts it adds up:

    log(doses / target) = target too small + over-reporting + children from outside
                          + true coverage (never above 0) + faults in single months

The first four cannot be seen apart in the doses. They are weighed by beliefs: a normal
distribution a place, learned from whatever speaks of one of them (gridded births,
antenatal visits, surveys, lots, recounts, stock cards). A cause is named by the chance
that it is the largest. Conditioning of normals: any text on Kalman filtering, for
instance Durbin and Koopman, Time Series Analysis by State Space Methods (2012), ch. 4.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PARTS = ("target", "over_reporting", "outside", "coverage")
"""What beliefs are about, in their order."""

CAUSES = (
    "target",
    "over_reporting",
    "outside",
    "spike",
    "late",
    "wrong_age",
    "duplicate",
)
"""What may lift a coverage above 100 %."""

BELIEVED = CAUSES[:3]
"""Causes that are weighed by beliefs; the others are counted in doses."""

STRONG, SOME, CANNOT_TELL = "strong", "some", "cannot_tell"
STRENGTHS = (CANNOT_TELL, SOME, STRONG)


@dataclass(frozen=True)
class Beliefs:
    """Normal beliefs about `PARTS` of n places: mean (n, 4), covariance (n, 4, 4)."""

    mean: Floats
    covariance: Floats

    def at(self, rows: npt.NDArray[np.int64]) -> "Beliefs":
        """Those of some rows."""
        return Beliefs(self.mean[rows], self.covariance[rows])

    def where(self, chosen: npt.NDArray[np.bool_], other: "Beliefs") -> "Beliefs":
        """These in the rows `chosen` (n,), the other's elsewhere."""
        return Beliefs(
            np.where(chosen[:, None], self.mean, other.mean),
            np.where(chosen[:, None, None], self.covariance, other.covariance),
        )


def prior(mean: Floats, sd: Floats) -> Beliefs:
    """Independent beliefs; `mean` and `sd` of shape (n, 4)."""
    return Beliefs(mean.copy(), np.einsum("ni,ij->nij", sd**2, np.eye(mean.shape[1])))


def loosened(beliefs: Beliefs, sd: Floats) -> Beliefs:
    """What is believed of a part of a place: its whole, give or take `sd` (n, 4)."""
    extra = np.einsum("ni,ij->nij", sd**2, np.eye(sd.shape[1]))
    return Beliefs(beliefs.mean.copy(), beliefs.covariance + extra)


def learn(
    beliefs: Beliefs, weights: Floats, value: Floats, variance: Floats
) -> Beliefs:
    """Beliefs after one more observation a row: weights . parts = value, +- noise.

    `weights` (4,) or (n, 4), `value` and `variance` (n,); a row whose value or
    variance is NaN learns nothing.
    """
    told = np.isfinite(value) & np.isfinite(variance)
    each = np.broadcast_to(weights, beliefs.mean.shape)
    along = np.einsum("nij,nj->ni", beliefs.covariance, each)
    total = np.einsum("ni,ni->n", along, each) + np.where(told, variance, 1.0)
    surprise = value - np.einsum("ni,ni->n", beliefs.mean, each)
    gain = along / total[:, None] * told[:, None]
    mean = beliefs.mean + gain * np.where(told, surprise, 0.0)[:, None]
    covariance = beliefs.covariance - np.einsum("ni,nj->nij", gain, along)
    return Beliefs(mean, covariance)


def at_most(beliefs: Beliefs, part: int, limit: float) -> Beliefs:
    """Beliefs given that a part is not above a limit: the first two moments.

    True coverage cannot pass 100 %, so its log is at most 0. Moments of a truncated
    normal: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1.
    """
    mean, variance = beliefs.mean[:, part], beliefs.covariance[:, part, part]
    sd = np.sqrt(np.maximum(variance, 1e-12))
    edge = (limit - mean) / sd
    hazard = 1 / mills(-edge)
    shift = -hazard * sd
    kept = np.clip(1 - edge * hazard - hazard**2, 1e-6, 1.0)
    slope = beliefs.covariance[:, part] / np.maximum(variance, 1e-12)[:, None]
    moved = beliefs.mean + slope * shift[:, None]
    narrower = np.einsum("n,ni,nj->nij", variance * (1 - kept), slope, slope)
    return Beliefs(moved, beliefs.covariance - narrower)


_TAIL = 3.5
"""From here the tail is its series: the polynomial's error would no longer be small."""


def below(z: Floats) -> Floats:
    """The standard normal's chance below z, to 1e-7.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17.
    """
    tail = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * mills(np.abs(z))
    chance: Floats = np.where(z > 0, 1 - tail, tail)
    return chance


def mills(z: Floats) -> Floats:
    """Chance above z over the density at z: Mills' ratio of the standard normal."""
    size = np.abs(z)
    t = 1 / (1 + 0.2316419 * size)
    powers = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
    near = sum(b * t ** (n + 1) for n, b in enumerate(powers))
    far = np.maximum(size, 1.0)
    series = (1 - far**-2 + 3 * far**-4 - 15 * far**-6) / far
    upper = np.where(size > _TAIL, series, near)
    density = np.exp(-(np.minimum(size, 30.0) ** 2) / 2) / np.sqrt(2 * np.pi)
    ratio: Floats = np.where(z >= 0, upper, 1 / density - upper)
    return ratio


def chance_of_largest(mean: Floats, covariance: Floats) -> Floats:
    """The chance of each of k contributions to be the largest: (n, k), sums to 1.

    `mean` (n, k), NaN where a cause has no part; `covariance` (n, k, k). The product
    over the others of the chance to be larger than each, scaled to 1: exact for two,
    close for more.
    """
    present = np.isfinite(mean)
    product = present.astype(np.float64)
    for one in range(mean.shape[1]):
        for other in range(one):
            rows = np.flatnonzero(present[:, one] & present[:, other])
            if not len(rows):
                continue
            spread = covariance[rows, one, one] + covariance[rows, other, other]
            spread = spread - 2 * covariance[rows, one, other]
            apart = mean[rows, one] - mean[rows, other]
            larger = below(apart / np.sqrt(np.maximum(spread, 1e-9)))
            product[rows, one] *= larger
            product[rows, other] *= 1 - larger
    total: Floats = product / np.maximum(product.sum(1, keepdims=True), 1e-12)
    return total


def strengths(chance: Floats, *, some: float, strong: float) -> npt.NDArray[np.int64]:
    """0 cannot tell, 1 some, 2 strong evidence, by the chance to be the largest."""
    return (chance >= some).astype(np.int64) + (chance >= strong)


def common_variance(one: Floats, other: Floats, *, clip: float) -> tuple[float, int]:
    """The variance of what two series of deviations share, and how many pairs.

    Where the errors of both are independent, their covariance is the variance of what
    both measure. Deviations beyond `clip` robust deviations are drawn in, so that a
    few faults do not make it. (nan, 0) where nothing is known of both.
    """
    both = np.isfinite(one) & np.isfinite(other)
    count = int(both.sum())
    if count < 2:
        return float("nan"), 0
    x, y = (_drawn_in(series[both], clip) for series in (one, other))
    return float(np.mean((x - x.mean()) * (y - y.mean()))), count


def _drawn_in(values: Floats, clip: float) -> Floats:
    middle = np.median(values)
    spread = 1.4826 * np.median(np.abs(values - middle))
    if spread <= 0:
        return values
    return np.clip(values, middle - clip * spread, middle + clip * spread)


def shrunk(found: float, count: int, usual: float, worth: float) -> float:
    """A variance found in `count` places, drawn to the usual one worth so many."""
    if not np.isfinite(found):
        return usual
    return (max(found, 0.0) * count + usual * worth) / (count + worth)
