"""True coverage: paths of the country, spread over places, the chance of each dose.

Everything on the logit scale, so that no share leaves 0-1. The country's own path is
solved so that each calendar year's mean over children is the one in the parameters.
"""

from collections.abc import Callable

import numpy as np

from boloci import periods
from boloci.demo.country import Country
from boloci.demo.draws import Array, generator
from boloci.demo.parameters import Parameters
from boloci.demo.world import Coverage

_FIT_STEPS = 60
_FIT_DAMPING = 0.7
_MOST = 0.985
T_FREEDOM = 4
"""Degrees of freedom of everything that has heavy tails."""


def logits(country: Country, births: Array, *, seed: int) -> Array:
    """Logit of a child's chance of DTP1, by area, month and sex, shocks apart.

    `births`: mean births by area and month, the weights of the country's coverage.
    """
    p, rng = country.parameters.coverage, generator(seed, "coverage")
    region, district = country.region_of, country.district_of
    quarter = quarters(country.parameters)
    count = int(quarter.max()) + 1
    regions, districts = len(country.region_uids), len(country.districts)
    place = np.array([r.coverage for r in country.parameters.regions])[region]
    # Districts with a real name keep to the country's path: no story is told of them.
    calm = np.array([d.real for d in country.districts])
    own = np.where(calm, 0.0, rng.normal(0, p.sd_district, districts))
    place = place + own[district] + rng.normal(0, p.sd_area, len(country.areas))
    walk_r = _walk(rng, regions, count, p.sd_walk_region)
    walk_d = _walk(rng, districts, count, p.sd_walk_district)
    walk = np.where(calm[district, None], 0.0, walk_r[region] + walk_d[district])
    walk += _autocorrelated(rng, len(country.areas), count, p)
    gap = p.sex_gap + rng.normal(0, p.sd_sex_gap_region, regions)[region]
    gap += rng.normal(0, p.sd_sex_gap_district, districts)[district]
    gap += rng.normal(0, p.sd_sex_gap_area, len(country.areas))
    drift = np.where(calm[district, None], 0.0, _gap_drift(country, count, seed))
    walk += np.where(calm[district, None], 0.0, _shocks(country, count, seed))
    apart = (gap[:, None] + drift)[:, quarter]
    eta = (place[:, None] + walk[:, quarter])[..., None] + np.stack(
        [-apart / 2, apart / 2], axis=-1
    )
    weight = np.broadcast_to(births[..., None] / 2, eta.shape)
    return eta + _country_path(country.parameters, p.dtp1, eta, weight)[:, None]


def _gap_drift(country: Country, count: int, seed: int) -> Array:
    """(areas, quarters) how far the sex gap is from where it is in the middle."""
    p, rng = country.parameters.coverage, generator(seed, "sex gap drift")
    region = _walk(rng, len(country.region_uids), count, p.sd_walk_sex_gap_region)
    district = _walk(rng, len(country.districts), count, p.sd_walk_sex_gap_district)
    drift: Array = region[country.region_of] + district[country.district_of]
    return drift


def _shocks(country: Country, count: int, seed: int) -> Array:
    """(areas, quarters) what meets all of a district for one quarter."""
    rng = generator(seed, "district shocks")
    drawn = rng.standard_t(T_FREEDOM, (len(country.districts), count))
    shocks: Array = country.parameters.coverage.sd_shock_district * drawn
    return shocks[country.district_of]


def quarters(parameters: Parameters) -> Array:
    """Number of the quarter of each month, from 0."""
    codes = [periods.containing(m, periods.QUARTER) for m in parameters.months]
    return np.unique(codes, return_inverse=True)[1]


def _walk(rng: np.random.Generator, places: int, steps: int, sd: float) -> Array:
    """Random walks that are 0 in the middle of the time."""
    path = np.cumsum(rng.normal(0, sd, (places, steps)), axis=1)
    return path - path[:, [steps // 2]]


def _autocorrelated(
    rng: np.random.Generator, places: int, steps: int, p: Coverage
) -> Array:
    rho, sd = p.rho_area_quarter, p.sd_area_quarter
    path = rng.normal(0, sd, (places, steps))
    for step in range(1, steps):
        path[:, step] = rho * path[:, step - 1] + np.sqrt(1 - rho**2) * path[:, step]
    return path


def _country_path(
    parameters: Parameters, goals: tuple[float, ...], eta: Array, weight: Array
) -> Array:
    """What to add to `eta` each month so that each year's mean is the goal."""

    def yearly(path: Array) -> Array:
        share = chance(eta + path[:, None])
        axes = (0, *range(2, eta.ndim))
        top = (weight * share).sum(axes)
        bottom = weight.sum(axes)
        year = year_of(parameters)
        return np.bincount(year, top) / np.bincount(year, bottom)

    return fit_path(parameters, goals, yearly)


def fit_path(
    parameters: Parameters,
    goals: tuple[float, ...],
    yearly: Callable[[Array], Array],
    link: Callable[[Array], Array] | None = None,
) -> Array:
    """A path over months, straight between mid-years, whose yearly means are `goals`.

    `yearly(path)` gives the means by year of a path. `link` is the scale on which the
    path adds (logit unless given). The last goal holds for later years.
    """
    link = link or logit
    year = year_of(parameters)
    months = np.arange(len(year))
    middle = np.array([months[year == n].mean() for n in range(year[-1] + 1)])
    last = len(goals) - 1
    goal = link(np.array([goals[min(n, last)] for n in range(len(middle))]))
    anchors = np.zeros(len(middle))
    for _ in range(_FIT_STEPS):
        path = np.interp(months, middle, anchors)
        anchors += _FIT_DAMPING * (goal - link(yearly(path)))
    return np.interp(months, middle, anchors)


def year_of(parameters: Parameters) -> Array:
    """Number of the calendar year of each month, from 0."""
    return np.array([m // 100 - parameters.years[0] for m in parameters.months])


def logit(share: Array) -> Array:
    """Log odds."""
    return np.log(share / (1 - share))


def chance(eta: Array) -> Array:
    """Share of log odds; a few are never reached, however good the services."""
    return np.minimum(1 / (1 + np.exp(-eta)), _MOST)


class Chances:
    """Chance of each dose for a child who had the one before, by area and month."""

    def __init__(
        self,
        country: Country,
        eta: Array,
        births: Array,
        *,
        seed: int,
    ):
        p, rng = country.parameters.coverage, generator(seed, "following doses")
        count = len(country.areas)
        weight = births * chance(eta).mean(2)

        def following(goals: tuple[float, ...]) -> Array:
            spread = rng.normal(0, p.sd_following_area, (count, 1))
            steady = np.broadcast_to(spread, weight.shape)[..., None]
            path = _country_path(country.parameters, goals, steady, weight[..., None])
            return chance(steady + path[:, None])

        self._paths = {
            "dtp1": chance(eta),
            "bcg": chance(eta + p.bcg_above_dtp1),
            "half_way": np.sqrt(following(p.dtp3_of_dtp1)),
            "mcv1": following(p.mcv1_of_dtp1),
            "mcv2": following(p.mcv2_of_mcv1),
        }
        self._shape = (*weight.shape, 1)

    def of(self, given: str | float) -> Array:
        """Chance by area, month and sex (or the same for both)."""
        if isinstance(given, str):
            return self._paths[given]
        return np.broadcast_to(np.float64(given), self._shape)
