"""How unequal groups without an order are: districts, areas, sexes.

The list of WHO's Health Equity Assessment Toolkit. `y` are the groups' values, `w`
their shares of the population, mu the weighted mean. Values and standard errors keep
the unit of the indicator; Theil and mean log deviation are per thousand, `paf`,
`cov` and the indices of disparity percent.

Every standard error here is in the unit of its measure. The package `healthequal`
gives those of Theil, mean log deviation and `paf` as a plain fraction beside a
measure per thousand or percent, so that its intervals are too narrow by that factor.
Intervals of differences from the best or a reference, of `par` and `paf` come from
draws.

Sources: Schlotheuber and Hosseinpoor, Summary measures of health inequality, 2022;
standard errors: Ahn et al., Variance estimation and confidence intervals for 11
commonly used health disparity measures, 2018.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from boloci.stats.intervals import CONFIDENCE, Z

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """Values of groups of one population; arrays of one length, none with NaN."""

    values: Floats
    weights: Floats | None = None
    """People in each group; None: not known."""
    errors: Floats | None = None
    """Standard errors of the values; None: not known."""
    favourable: bool = True
    """Whether a high value is good: coverage is, drop-out is not."""
    reference: int | None = None
    """Position of the group that the others are compared with."""
    scale: float = 100.0
    """Value at which everybody is reached."""

    @property
    def shares(self) -> Floats:
        """Shares of the population; sum 1."""
        assert self.weights is not None
        found: Floats = self.weights / self.weights.sum()
        return found

    @property
    def mean(self) -> float:
        """Weighted mean."""
        return float(self.shares @ self.values)

    @property
    def best(self) -> float:
        """Value of the group that does best."""
        return float(self.values.max() if self.favourable else self.values.min())


@dataclass(frozen=True)
class Measure:
    """A measure with its standard error and 95 % interval, where they are known."""

    value: float
    error: float | None = None
    lower: float | None = None
    upper: float | None = None


def with_error(value: float, error: float | None) -> Measure:
    """A measure whose interval is normal around it."""
    if error is None:
        return Measure(value)
    return Measure(value, error, value - Z * error, value + Z * error)


def difference(groups: Groups) -> Measure:
    """Highest minus lowest value."""
    high, low = _ends(groups)
    value = float(groups.values[high] - groups.values[low])
    if groups.errors is None:
        return Measure(value)
    return with_error(value, float(np.hypot(groups.errors[high], groups.errors[low])))


def ratio(groups: Groups) -> Measure:
    """Highest over lowest value, which is not 0; interval on the log scale."""
    high, low = _ends(groups)
    value = float(groups.values[high] / groups.values[low])
    if groups.errors is None:
        return Measure(value)
    relative = groups.errors[[high, low]] / groups.values[[high, low]]
    of_log = float(np.hypot(*relative))
    low_end, high_end = (exp(log(value) + side * Z * of_log) for side in (-1, 1))
    return Measure(value, value * of_log, low_end, high_end)


def _ends(groups: Groups) -> tuple[int, int]:
    return int(groups.values.argmax()), int(groups.values.argmin())


def between_group_variance(groups: Groups) -> Measure:
    """Sum of w (y - mu)^2, in squared units."""
    shares, away = groups.shares, groups.values - groups.mean
    value = float(shares @ away**2)
    if groups.errors is None:
        return Measure(value)
    noise = (shares * groups.errors) ** 2
    own = (shares * (1 - shares)) ** 2 * groups.errors**4
    variance = 4 * (noise @ away**2) + 2 * (
        noise.sum() ** 2 - (noise**2).sum() + own.sum()
    )
    return with_error(value, sqrt(variance))


def between_group_deviation(groups: Groups) -> Measure:
    """Root of the between-group variance."""
    return Measure(sqrt(between_group_variance(groups).value))


def coefficient_of_variation(groups: Groups) -> Measure:
    """100 times the root of the between-group variance, over the mean."""
    return Measure(100 * between_group_deviation(groups).value / groups.mean)


def corrected_variance(groups: Groups) -> Measure:
    """Between-group variance without what noise alone adds to it; at least 0.

    Noise of standard error se adds sum w (1 - w) se^2 in the mean. The errors must be
    known.
    """
    assert groups.errors is not None
    shares = groups.shares
    added = float((shares * (1 - shares)) @ groups.errors**2)
    return Measure(max(0.0, between_group_variance(groups).value - added))


def corrected_deviation(groups: Groups) -> Measure:
    """Root of the corrected between-group variance."""
    return Measure(sqrt(corrected_variance(groups).value))


def theil(groups: Groups) -> Measure:
    """1000 times the sum of w r ln r, r = y / mu; a group at 0 adds nothing."""
    shares, relative = groups.shares, groups.values / groups.mean
    logs = np.log(np.where(relative > 0, relative, 1.0))
    entropy = float(shares @ (relative * logs))
    if groups.errors is None or (relative <= 0).any():
        return Measure(1000 * entropy)
    middle = float(shares @ (relative * (1 + logs)))
    slopes = (1 + logs - middle) * shares * groups.errors / groups.mean
    return with_error(1000 * entropy, 1000 * float(np.linalg.norm(slopes)))


def mean_log_deviation(groups: Groups) -> Measure:
    """1000 times the sum of w (-ln r), r = y / mu; no value may be 0."""
    shares, relative = groups.shares, groups.values / groups.mean
    value = -1000 * float(shares @ np.log(relative))
    if groups.errors is None:
        return Measure(value)
    slopes = (1 - 1 / relative) * shares * groups.errors / groups.mean
    return with_error(value, 1000 * float(np.linalg.norm(slopes)))


def attributable_risk(groups: Groups, draws: Floats | None = None) -> Measure:
    """Best value minus mean: what all would gain if they did as well."""
    gain = groups.best - groups.mean
    if draws is None:
        return Measure(gain)
    return _among(gain, _best_of(groups, draws) - draws @ groups.shares)


def attributable_fraction(groups: Groups, draws: Floats | None = None) -> Measure:
    """100 times (best - mean) / mean."""
    gain = 100 * (groups.best - groups.mean) / groups.mean
    if draws is None:
        return Measure(gain)
    means = draws @ groups.shares
    return _among(gain, 100 * (_best_of(groups, draws) - means) / means)


def error_of_fraction(groups: Groups) -> float:
    """Standard error of the attributable fraction (not percent) by healthequal.

    From the two-by-two table of the best group and the rest, with and without: as if
    each weight were so many people asked. Where weights are a whole population it is
    far too small, so that no measure here uses it: intervals come from draws.
    Source: Walter, Calculation of attributable risks from epidemiological data, 1978.
    """
    assert groups.weights is not None
    best = int(np.flatnonzero(groups.values == groups.best)[0])
    people, inside = float(groups.weights.sum()), float(groups.weights[best])
    reached_inside = groups.best / groups.scale * inside
    missed_inside = inside - reached_inside
    reached = groups.mean / groups.scale * people
    reached_outside = reached - reached_inside
    missed_outside = people - inside - reached_outside
    above = (
        reached_outside * missed_inside * (people - reached_inside)
        + missed_outside * reached_inside**2
    )
    return sqrt(reached_inside * people * above / (reached**3 * inside**3))


def mean_difference(
    values: Floats, point: Floats | float, shares: Floats | None = None
) -> Floats:
    """Mean |y - point| along the last axis, plain or by shares of the population."""
    away = np.abs(values - np.expand_dims(point, -1))
    found: Floats = away.mean(axis=-1) if shares is None else away @ shares
    return found


def from_mean(groups: Groups, *, weighted: bool) -> Measure:
    """Mean absolute difference from the weighted mean."""
    shares = groups.shares if weighted else None
    return Measure(float(mean_difference(groups.values, groups.mean, shares)))


def index_of_disparity(groups: Groups, *, weighted: bool) -> Measure:
    """Mean absolute difference from the mean, in percent of the mean."""
    return Measure(100 * from_mean(groups, weighted=weighted).value / groups.mean)


def from_best(
    groups: Groups, *, weighted: bool, draws: Floats | None = None
) -> Measure:
    """Mean absolute difference from the best group; interval from `draws`."""
    shares = groups.shares if weighted else None
    value = float(mean_difference(groups.values, groups.best, shares))
    if draws is None:
        return Measure(value)
    return _among(value, mean_difference(draws, _best_of(groups, draws), shares))


def _best_of(groups: Groups, draws: Floats) -> Floats:
    found: Floats = draws.max(axis=1) if groups.favourable else draws.min(axis=1)
    return found


def from_reference(
    groups: Groups, *, weighted: bool, draws: Floats | None = None
) -> Measure:
    """Mean absolute difference from the reference group; interval from `draws`."""
    assert groups.reference is not None
    shares = groups.shares if weighted else None
    point = float(groups.values[groups.reference])
    value = float(mean_difference(groups.values, point, shares))
    if draws is None:
        return Measure(value)
    return _among(value, mean_difference(draws, draws[:, groups.reference], shares))


_TAILS = (0.5 - CONFIDENCE / 200, 0.5 + CONFIDENCE / 200)


def _among(value: float, drawn: Floats) -> Measure:
    lower, upper = np.quantile(drawn, _TAILS)
    return Measure(value, None, float(lower), float(upper))


def drawn_values(groups: Groups, *, draws: int, seed: int) -> Floats | None:
    """Values as they might have come out: normal around each, drawn again outside
    0 to `scale`; shape (draws, groups). None without standard errors.

    The upper limit is left away where a value already lies above it.
    Source: Ahn et al., Improved Monte Carlo methods for confidence intervals, 2019.
    """
    if groups.errors is None:
        return None
    top = groups.scale if groups.values.max() <= groups.scale else np.inf
    random = np.random.default_rng(seed)
    found = random.normal(groups.values, groups.errors, (draws, len(groups.values)))
    outside = (found < 0) | (found > top)
    while outside.any():
        column = np.nonzero(outside)[1]
        found[outside] = random.normal(groups.values[column], groups.errors[column])
        outside = (found < 0) | (found > top)
    return found


@dataclass(frozen=True)
class Kind:
    """How a measure is computed and what it cannot do without."""

    compute: Callable[[Groups, Floats | None], Measure]
    simple: bool = False
    """Whether two groups are enough for it: it sees the highest and the lowest."""
    weighted: bool = True
    """Whether it needs the population of each group (also for the mean)."""
    bounded: bool = False
    """Whether no value may lie above the scale: its best group would be an error."""
    positive: bool = False
    """Whether no value may be 0."""
    noisy: bool = False
    """Whether it needs standard errors."""
    referred: bool = False
    """Whether it needs a reference group."""


def _plain(measure: Callable[[Groups], Measure]) -> Callable[..., Measure]:
    return lambda groups, _draws: measure(groups)


KINDS: Mapping[str, Kind] = {
    "difference": Kind(_plain(difference), simple=True, weighted=False),
    "ratio": Kind(_plain(ratio), simple=True, weighted=False, positive=True),
    "bgv": Kind(_plain(between_group_variance)),
    "bgv_corrected": Kind(_plain(corrected_variance), noisy=True),
    "bgsd": Kind(_plain(between_group_deviation)),
    "bgsd_corrected": Kind(_plain(corrected_deviation), noisy=True),
    "cov": Kind(_plain(coefficient_of_variation)),
    "mdmu": Kind(lambda g, _: from_mean(g, weighted=False)),
    "mdmw": Kind(lambda g, _: from_mean(g, weighted=True)),
    "mdbu": Kind(
        lambda g, draws: from_best(g, weighted=False, draws=draws),
        weighted=False,
        bounded=True,
    ),
    "mdbw": Kind(
        lambda g, draws: from_best(g, weighted=True, draws=draws), bounded=True
    ),
    "mdru": Kind(
        lambda g, draws: from_reference(g, weighted=False, draws=draws),
        weighted=False,
        referred=True,
    ),
    "mdrw": Kind(
        lambda g, draws: from_reference(g, weighted=True, draws=draws), referred=True
    ),
    "idisu": Kind(lambda g, _: index_of_disparity(g, weighted=False)),
    "idisw": Kind(lambda g, _: index_of_disparity(g, weighted=True)),
    "theil": Kind(_plain(theil)),
    "mld": Kind(_plain(mean_log_deviation), positive=True),
    "par": Kind(attributable_risk, bounded=True),
    "paf": Kind(attributable_fraction, bounded=True),
}
"""The measures of groups without an order, in the order they are shown."""


def refusal(kind: Kind, groups: Groups, *, least: int) -> str | None:
    """Why a measure cannot be told of these groups; None where it can.

    `least`: groups below which a measure that is not simple says nothing.
    """
    enough = 2 if kind.simple else least
    reasons = (
        ("too_few_groups", len(groups.values) < enough),
        ("weights_missing", kind.weighted and groups.weights is None),
        ("noise_not_known", kind.noisy and groups.errors is None),
        ("reference_missing", kind.referred and groups.reference is None),
        ("best_above_100", kind.bounded and (groups.values > groups.scale).any()),
        ("value_is_zero", kind.positive and (groups.values <= 0).any()),
        ("value_is_zero", kind.weighted and not groups.values.any()),
    )
    return next((reason for reason, holds in reasons if holds), None)
