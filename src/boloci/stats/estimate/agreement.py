"""How far draws of the fast fit are from those of the reference.

Both are draws of the same shares (0-1), by place and quarter. Also whether the
reference itself has settled: split R-hat and effective sample size.
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.model import Model

SETTLED, ENOUGH = 1.01, 400.0
"""R-hat is to be below, and effective draws above, for every figure."""
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Agreement:
    """Of each place and quarter: (places, quarters) each."""

    bias: Array
    """Mean of the fast fit less that of the reference."""
    width: Array
    """Width of the fast fit's 90 % interval over the reference's."""
    inside: Array
    """Whether the mean of the fast fit is in the reference's 90 % interval."""
    off: Array
    """Bias in standard deviations of the reference."""


@dataclass(frozen=True)
class Settling:
    """Of each place and quarter: (places, quarters) each."""

    r_hat: Array
    effective: Array

    @property
    def settled(self) -> bool:
        """Whether every figure has few enough doubts and enough draws."""
        return bool((self.r_hat < SETTLED).all() and (self.effective > ENOUGH).all())


def coverage(model: Model, drawn: Array) -> tuple[Array, Array]:
    """Share that DTP1 is likely to reach, in each draw: (draws, areas, quarters) and
    (draws, districts, quarters).

    drawn (draws, size). Without the chance of who was really reached, which is
    independent in every draw and would hide that chains do not mix.
    """
    by_area, by_district = [], []
    for x in drawn:
        cells = model.cells(x.astype(float))
        share = cells.true[0]
        reached = np.add.reduceat(share * cells.children, model.first)
        due = np.add.reduceat(cells.children, model.first)
        by_area.append(share)
        by_district.append(reached / due)
    return np.array(by_area), np.array(by_district)


def compare(fast: Array, reference: Array) -> Agreement:
    """fast (draws, places, quarters) beside reference (draws, places, quarters)."""
    low, high = np.quantile(reference, _INTERVAL, axis=0)
    own_low, own_high = np.quantile(fast, _INTERVAL, axis=0)
    mean = fast.mean(0)
    bias = mean - reference.mean(0)
    return Agreement(
        bias,
        (own_high - own_low) / (high - low),
        (mean >= low) & (mean <= high),
        bias / reference.std(0, ddof=1),
    )


def settling(chains: Array) -> Settling:
    """chains (chains, draws, places, quarters), of an even number of draws."""
    halves = np.concatenate(np.split(chains.astype(float), 2, axis=1))
    return Settling(_r_hat(halves), _effective(halves))


def _within_and_all(chains: Array) -> tuple[Array, Array]:
    """Mean variance within chains, and that of the posterior as all chains have it."""
    draws = chains.shape[1]
    within = chains.var(1, ddof=1).mean(0)
    between = chains.mean(1).var(0, ddof=1)
    return within, within * (draws - 1) / draws + between


def _r_hat(chains: Array) -> Array:
    """Gelman and others, Bayesian Data Analysis, 3rd edition, 11.4."""
    within, whole = _within_and_all(chains)
    result: Array = np.sqrt(whole / within)
    return result


def _effective(chains: Array) -> Array:
    """Effective number of draws: Geyer's sums of pairs of autocorrelations, while they
    are positive and fall (Bayesian Data Analysis, 11.5; Vehtari and others 2021)."""
    count, draws = chains.shape[:2]
    within, whole = _within_and_all(chains)
    around = chains - chains.mean(1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(around, 2 * draws, axis=1)) ** 2
    # By chain the variance is biased here, as it is in `whole` for independent draws.
    covariance = np.fft.irfft(spectrum, axis=1)[:, :draws].mean(0) / draws
    correlation = 1 - (within - covariance * draws / (draws - 1)) / whole
    correlation[0] = 1.0
    pairs = correlation[: draws // 2 * 2].reshape(-1, 2, *chains.shape[2:]).sum(1)
    pairs = np.minimum.accumulate(np.where(pairs > 0, pairs, 0.0))
    time = np.maximum(2 * pairs.sum(0) - 1, 1 / np.log10(count * draws))
    result: Array = count * draws / time
    return result
