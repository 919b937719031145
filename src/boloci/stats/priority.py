"""Where to look first, from monthly doses alone: children an area lost on the way.

Nobody knows how many children live in an area, but its own doses tell of some of them:
those who came for BCG, those who began DTP, those who came a year ago. Who of them did
not finish DTP is lost, whatever the target says. Source: design 3, "Where to look
first"; drop-out between doses is WHO's (Microplanning for immunization service
delivery using the Reaching Every District strategy, 2009).
"""

from dataclasses import dataclass

import numpy as np

from boloci.stats.grids import Bools, Floats, Ints, divided, medians

YEAR = 12
"""Months of the window, and of the time before it that it is held against."""
WEEKS_A_MONTH = 365.25 / 7 / 12


@dataclass(frozen=True)
class Rule:
    """Constants of the profile."""

    deviations: float
    """standard deviations that part what is told from chance"""
    least_pairs: int
    """months with a report in both years, without which no fall is told"""
    silent_months: int
    """silent months from which the children of an area count as not known"""
    weeks_start: float
    """from BCG to the first DTP dose, in the schedule"""
    weeks_finish: float
    """from the first to the third"""
    elsewhere_share: float
    """share of areas with less BCG than DTP1 from which BCG tells nothing"""
    elsewhere_least: int
    """and their least number"""
    many_bcg: float
    """times its DTP1 from which the BCG of an area is doubted"""


@dataclass(frozen=True)
class Months:
    """Doses by month, the window's year after the year before: (n, 24), NaN: none."""

    bcg: Floats
    dtp1: Floats
    dtp3: Floats
    open: Bools
    """Months in which the area existed: (n, 24)."""


@dataclass(frozen=True)
class Lost:
    """Children, of the window unless said; every field has shape (n,).

    The parts add up to `children`. NaN: cannot be told.
    """

    not_started: Floats
    """came for BCG and not for DTP1"""
    fewer: Floats
    """came for DTP1 a year ago, and for neither BCG nor DTP1 since"""
    not_finished: Floats
    """came for DTP1 and not for DTP3"""
    unknown: Floats
    """of an area that is silent: the usual DTP1 of its silent months"""
    deviation: Floats
    """standard deviation of `children` by chance alone"""
    seen: Floats
    """children whom the area's doses tell of, and the unknown"""
    silent: Ints
    """months without a report"""
    months: Ints
    """months with DTP1 and DTP3"""
    reversed: Bools
    """more DTP3 than DTP1, beyond chance"""
    many_bcg: Bools
    """so much BCG that it is of other areas' children too"""

    @property
    def children(self) -> Floats:
        """Children to look for; NaN where nothing was reported for two years."""
        found: Floats = self.not_started + self.fewer + self.not_finished + self.unknown
        return found


def lost(doses: Months, rule: Rule, *, bcg: Bools) -> Lost:
    """Children that each area lost on the way; nothing is filled in for a month.

    `bcg`: (n,), whether BCG is given where children live (`bcg_tells`). Differences
    count only months in which both doses were reported, and not below zero: such a
    month is not silent, but it tells of no child. Of children who came for BCG and not
    for DTP1, those of a fall of DTP1 are counted once.
    """
    reported = ~np.isnan(_window(doses.dtp1))
    doses = _counted(doses)
    born, first, third = (_window(one) for one in (doses.bcg, doses.dtp1, doses.dtp3))
    started, _ = _paired(born, first)
    finished, months = _paired(first, third)
    total = _sum(first)
    noise = dispersion(first)
    not_started = np.where(bcg, np.maximum(started, 0), 0.0)
    fewer = np.maximum(_fall(doses.dtp1, rule, noise) - not_started, 0)
    not_finished = np.maximum(finished, 0)
    silent = (_window(doses.open) & ~reported).sum(1)
    usual = medians(doses.dtp1)
    unknown = np.where(silent >= rule.silent_months, silent * usual, 0.0)
    counted = not_started + fewer + not_finished
    monthly = divided(total, (~np.isnan(first)).sum(1).astype(np.float64))
    ends = np.where(bcg, rule.weeks_start, 0) + rule.weeks_finish
    variance = counted + 2 * ends / WEEKS_A_MONTH * np.nan_to_num(monthly)
    variance += np.where(fewer > 0, 2 * total + fewer, 0) + unknown
    return Lost(
        not_started=not_started,
        fewer=fewer,
        not_finished=not_finished,
        unknown=unknown,
        deviation=np.sqrt(noise * variance),
        seen=total + not_started + fewer + unknown,
        silent=silent,
        months=months,
        reversed=-finished > rule.deviations * np.sqrt(_sum(first) + _sum(third)),
        many_bcg=bcg & (_sum(born) > rule.many_bcg * total) & (total > 0),
    )


def bcg_tells(doses: Months, rule: Rule) -> bool:
    """Whether BCG is given where children live, in most of some areas.

    Where many areas give less BCG than DTP1, beyond chance, children get BCG in a
    maternity elsewhere, and the difference tells where maternities are.
    """
    doses = _counted(doses)
    born, first = _window(doses.bcg), _window(doses.dtp1)
    both = ~(np.isnan(born) | np.isnan(first))
    bcg, dtp1 = (np.where(both, one, 0).sum(1) for one in (born, first))
    known = both.any(axis=1)
    less = dtp1 - bcg > rule.deviations * np.sqrt(bcg + dtp1)
    count = int(less.sum())
    most = max(rule.elsewhere_share * known.sum(), rule.elsewhere_least - 1)
    return bool(known.any()) and count <= most


def dispersion(grid: Floats) -> Floats:
    """How many times more than chance months vary, at least once: (n, m) -> (n,)."""
    known = ~np.isnan(grid)
    counts = known.sum(1)
    mean = divided(np.where(known, grid, 0).sum(1), counts.astype(np.float64))
    away = np.where(known, grid - mean[:, None], 0)
    variance = divided((away**2).sum(1), (counts - 1).astype(np.float64))
    return np.fmax(divided(variance, mean), 1.0)


def order(children: Floats, deviation: Floats, *, deviations: float) -> Ints:
    """Place of each area in the order, 1 first; areas that chance may part are tied.

    From the most children on, an area is tied with the first of its tie unless the
    difference is more than chance. 0 where the children cannot be told.
    """
    found = np.zeros(len(children), np.int64)
    told = np.flatnonzero(~np.isnan(children))
    head = rank = -1
    for position, one in enumerate(told[np.argsort(-children[told], kind="stable")]):
        apart = deviations * np.hypot(deviation[head], deviation[one])
        if head < 0 or children[head] - children[one] > apart:
            head, rank = int(one), position + 1
        found[one] = rank
    return found


def _counted(doses: Months) -> Months:
    """The doses, without the numbers below zero: those count nobody."""
    bcg, dtp1, dtp3 = (
        np.where(grid < 0, np.nan, grid) for grid in (doses.bcg, doses.dtp1, doses.dtp3)
    )
    return Months(bcg, dtp1, dtp3, doses.open)


def _window(grid: np.ndarray) -> np.ndarray:
    return grid[:, -YEAR:]


def _sum(grid: Floats) -> Floats:
    found: Floats = np.nansum(grid, axis=1)
    return found


def _paired(earlier: Floats, later: Floats) -> tuple[Floats, Ints]:
    """Sum of earlier - later over months with both, and the number of months."""
    away = earlier - later
    return _sum(away), (~np.isnan(away)).sum(1)


def _fall(dtp1: Floats, rule: Rule, noise: Floats) -> Floats:
    """Doses fewer than in the same months a year before, where beyond chance; else 0.

    The same months, so that neither a season nor a silent month is a fall.
    """
    before, now = dtp1[:, :YEAR], _window(dtp1)
    away, pairs = _paired(before, now)
    both = np.where(np.isnan(before - now), 0, before + now).sum(1)
    told = (pairs >= rule.least_pairs) & (
        away > rule.deviations * np.sqrt(noise * both)
    )
    return np.where(told, away, 0.0)
