"""Official targets, wrong as in life, and two other sources of the number of children.

An official target is the true number of children times a bias of the country and one
of the area, both drawn anew at the census. No target is wrong by more than the worst
share in the parameters: areas beyond it are drawn again.
"""

from dataclasses import dataclass

import numpy as np

from boloci.demo import sites
from boloci.demo.country import Country
from boloci.demo.coverage import year_of
from boloci.demo.draws import Array, generator

_LIVE_BIRTHS_TO_INFANTS = 0.94
_PREGNANCIES_A_BIRTH = 1.11
_SECOND_YEAR = 0.97


@dataclass(frozen=True)
class Denominators:
    """Children a year by source; (areas, years), null where a unit has no target."""

    official: Array
    gridded: Array
    true: Array
    united_nations: Array
    """Surviving infants of the whole country, by year."""

    def populations(self, official: Array) -> dict[str, Array]:
        """The official populations that follow from surviving infants."""
        births = official / _LIVE_BIRTHS_TO_INFANTS
        return {
            "surviving_infants": np.round(official),
            "live_births": np.round(births),
            "children_12_23_months": np.round(official * _SECOND_YEAR),
            "pregnant_women": np.round(births * _PREGNANCIES_A_BIRTH),
        }


def denominators(country: Country, births: Array, *, seed: int) -> Denominators:
    """Official and other numbers of surviving infants.

    `births`: mean live births by unit and month. Copies of a unit have no target.
    """
    true = yearly(country, births) * (1 - country.parameters.births.infant_mortality)
    true = np.where(true > 0, true, np.nan)
    official: Array = np.round(_official(country, true, seed))
    for index in sites.fixed(country):
        site = country.areas[index].site
        if site:
            years = country.parameters.years
            official[index] = [sites.target(site, y, country.parameters) for y in years]
    gridded = np.round(true * np.exp(_grid_error(country, seed))[:, None])
    total = np.nansum(true, axis=0) * (1 + country.parameters.targets.un_bias)
    return Denominators(official, gridded, true, np.round(total))


def yearly(country: Country, monthly: Array) -> Array:
    """Twelve times the mean month of each calendar year."""
    year = year_of(country.parameters)
    sums = np.stack([monthly[:, year == y].mean(1) for y in range(year[-1] + 1)], 1)
    return sums * 12


def _official(country: Country, true: Array, seed: int) -> Array:
    p, rng = country.parameters.targets, generator(seed, "targets")
    years = np.array(country.parameters.years)
    drift = (1 + p.growth) / (1 + country.parameters.births.growth)
    counted = years >= p.census_year
    since = years - np.where(counted, p.census_year, years[0])
    before = np.where(country.quiet, p.bias_real, p.bias)
    after = np.where(country.quiet, p.bias_real, p.census_bias)
    first = _biases(before, p.sd_area, p.worst, rng)
    second = _biases(after, p.sd_area_census, p.worst, rng)
    bias = np.where(counted[None, :], second[:, None], first[:, None])
    # Real districts are not re-counted: their targets keep one bias.
    bias = np.where(country.quiet[:, None], first[:, None], bias)
    return true * np.exp(bias) * drift**since


def _biases(mean: Array, sd: float, worst: float, rng: np.random.Generator) -> Array:
    """Log biases, each drawn again until it is within the worst share."""
    drawn: Array = rng.normal(mean, sd)
    while (wrong := np.abs(np.expm1(drawn)) > worst).any():
        drawn[wrong] = rng.normal(mean[wrong], sd)
    return drawn


def _grid_error(country: Country, seed: int) -> Array:
    """Error of gridded births, shared by places of a district and region."""
    p, rng = country.parameters.births, generator(seed, "grid")
    error: Array = rng.normal(0, p.sd_country)
    error = (
        error + rng.normal(0, p.sd_region, len(country.region_uids))[country.region_of]
    )
    error += rng.normal(0, p.sd_district, len(country.districts))[country.district_of]
    return error + rng.normal(0, p.sd_area, len(country.areas))
