"""Months in which a unit reported more than its own months around say it gave.

Three marks, each measured in doses too many: one antigen far above its own months (a
spike), all antigens together right after silent months and about their sum (late
reports entered together), and older children who vanish from the form while the doses
under one year rise (wrong age group). Series are rows of arrays, months columns; a
month without a report is NaN, a reported 0 is 0.
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.grids import (
    Bools,
    Floats,
    Ints,
    divided,
    medians,
    neighbours,
    run_before,
)
from boloci.stats.outliers import MODIFIED_Z_FACTOR


@dataclass(frozen=True)
class SpikeRule:
    """When a month stands out of its series: design 3, quality check 2."""

    modified_z: float
    root_factor: float
    least_doses: float
    least_share: float
    window: int
    """Months before and after that make the baseline."""
    least_months: int
    """Months with a report that a baseline needs."""


def baselines(series: Floats, wanted: Bools, window: int) -> tuple[Floats, Floats]:
    """Median, and median absolute deviation, of the months around each wanted one.

    `series`, `wanted`: (n, months). Gives two arrays of the same shape, NaN where not
    wanted. The month itself is left out of its own baseline.
    """
    middle, spread = np.full(series.shape, np.nan), np.full(series.shape, np.nan)
    rows, months = np.nonzero(wanted)
    if not len(rows):
        return middle, spread
    near = neighbours(series, rows, months, window)
    centre = medians(near)
    middle[rows, months] = centre
    spread[rows, months] = medians(np.abs(near - centre[:, None]))
    return middle, spread


def spikes(series: Floats, rule: SpikeRule) -> Floats:
    """Doses above the months around, where a month stands out high; else 0.

    `series`: (n, months). Where the deviation of the months around is 0, size decides.
    """
    usual = medians(series)[:, None]
    known = np.isfinite(series).sum(1) > rule.least_months
    high = (series >= (1 + rule.least_share) * usual) & known[:, None]
    middle, spread = baselines(series, high, rule.window)
    above = series - middle
    least = np.maximum(rule.root_factor * np.sqrt(middle), rule.least_doses)
    least = np.maximum(least, rule.least_share * middle)
    far = MODIFIED_Z_FACTOR * above > rule.modified_z * spread
    return np.where(high & far & (above >= least), above, 0.0)


def silent_before(antigens: Floats) -> Ints:
    """Months without a report right before each month with one; (n, months).

    `antigens`: (antigens, n, months); a report tells at least one. Silence from the
    first month on is none: the unit may not have begun.
    """
    reported = np.logical_or.reduce(np.isfinite(antigens), axis=0)
    return run_before(~reported)


def late_together(antigens: Floats, *, window: int, tolerance: float) -> Floats:
    """Doses above the usual where a month holds the sum of the silent ones before.

    `antigens`: (antigens, n, months). A month counts where all antigens together are
    1 + silent months times their baseline, within the factor `tolerance` either way,
    and nearer to that than to one month. Same shape, 0 elsewhere.
    """
    gaps = silent_before(antigens)
    wanted = (gaps > 0) & np.isfinite(antigens)
    middle = np.stack(
        [baselines(antigen, wanted[n], window)[0] for n, antigen in enumerate(antigens)]
    )
    both = np.isfinite(middle) & np.isfinite(antigens) & (middle > 0)
    usual = np.where(both, middle, 0.0).sum(0)
    given = np.where(both, antigens, 0.0).sum(0)
    ratio = np.divide(given, usual, out=np.ones_like(given), where=usual > 0)
    whole = 1.0 + gaps
    logs = np.log(np.maximum(ratio, 0.01))
    fits = (np.abs(logs - np.log(whole)) <= np.log(tolerance)) & (
        logs > np.log(whole) / 2
    )
    many = (both & (antigens > middle * np.sqrt(whole))).sum(0) > both.sum(0) / 2
    late = (gaps > 0) & fits & many
    above = np.maximum(np.where(both, antigens - middle, 0.0), 0.0)
    return np.where(late, above, 0.0)


def wrong_age(
    under: Floats,
    older: Floats,
    control: Floats,
    *,
    least_months: int,
    least_missing: float,
    sd_lift: float,
    prior_share: float,
) -> Floats:
    """The share of doses under one year that belong to older children; (n, months).

    A run of `least_months` or more months with 0 older children, where the unit's
    other months let expect `least_missing` of them. The share is what the doses under
    one rose by against `control` (doses of antigens whose form has no ages), drawn
    towards the unit's usual share of older children as that rise is uncertain
    (`sd_lift`: spread of such rises without any fault) and the usual share is
    (`prior_share`: by what share of itself it may be off). Inputs (n, months), NaN
    where not reported.
    """
    told = np.isfinite(older) & np.isfinite(under)
    seen = told & (older > 0)
    usual = divided(_sum(older, seen), _sum(under, seen))
    zero = told & (older == 0)
    run = _runs(zero, told)
    expected = usual[:, None] * np.where(zero, under, 0.0)
    lengths, missing = _over_runs(run, zero.astype(float)), _over_runs(run, expected)
    enough = seen.sum(1) >= 2 * least_months
    gone = zero & (lengths >= least_months) & (missing >= least_missing)
    gone &= enough[:, None]
    inside = _over_runs(run, np.where(zero, under, 0.0))
    beside = _over_runs(run, np.where(zero, np.nan_to_num(control), 0.0))
    rest = divided(_sum(under, seen), _sum(control, seen & np.isfinite(control)))
    rise = divided(divided(inside, beside), rest[:, None]) - 1
    noise = 1 / np.maximum(inside, 1) + 1 / np.maximum(beside, 1) + sd_lift**2
    prior = (prior_share * (usual[:, None] + sd_lift)) ** 2
    weight = np.where(np.isfinite(rise), prior / (prior + noise), 0.0)
    lift = usual[:, None] + weight * (np.nan_to_num(rise) - usual[:, None])
    lift = np.maximum(lift, 0.0)
    return np.where(gone, lift / (1 + lift), 0.0)


def _sum(values: Floats, chosen: Bools) -> Floats:
    total: Floats = np.where(chosen, np.nan_to_num(values), 0.0).sum(1)
    return total


def _runs(member: Bools, told: Bools) -> Ints:
    """A number for each run of member months; months not told do not break a run."""
    breaks = (told & ~member).astype(np.int64)
    return np.cumsum(breaks, axis=1)


def _over_runs(run: Ints, values: Floats) -> Floats:
    """Sum of `values` over the run each month belongs to."""
    width = run.shape[1] + 1
    flat = run + width * np.arange(len(run))[:, None]
    sums = np.bincount(flat.ravel(), values.ravel(), minlength=width * len(run))
    total: Floats = sums[flat]
    return total
