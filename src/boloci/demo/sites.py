"""Study sites whose reported coverage is fixed: their targets and their doses.

A published coverage is a rounded percentage of the official target. Targets are large
enough (over 100 children a quarter) that a whole number of doses gives it.
"""

import numpy as np

from boloci import periods
from boloci.demo.country import Country
from boloci.demo.draws import Array
from boloci.demo.parameters import Parameters
from boloci.demo.world import Site
from boloci.problems import refuse

_USUAL_SPREAD = 0.04
_QUARTERS = 4
_MONTHS = 3


def target(site: Site, year: int, parameters: Parameters) -> int:
    """Official surviving infants of a fixed site in a year."""
    since = year - parameters.years[0]
    return round((site.target or 0) * (1 + parameters.targets.growth) ** since)


def fixed(country: Country) -> list[int]:
    """Indices of areas with fixed figures."""
    return [
        index
        for index, area in enumerate(country.areas)
        if area.site and area.site.target
    ]


def doses(country: Country, rng: np.random.Generator) -> dict[int, Array]:
    """DTP1 doses by quarter of each fixed site, by the index of its area.

    Quarters without a published figure vary a little around the site's usual
    coverage. Raises `Refused` where a target is too small for whole doses.
    """
    result = {}
    for index in fixed(country):
        site = country.areas[index].site
        if site:
            result[index] = _quarterly(site, country.parameters, rng)
    return result


def _quarterly(site: Site, parameters: Parameters, rng: np.random.Generator) -> Array:
    codes = [periods.containing(m, periods.QUARTER) for m in parameters.months]
    result = []
    for quarter in dict.fromkeys(codes):
        share = target(site, quarter // 100, parameters) / _QUARTERS
        usual = site.usual * float(np.exp(rng.normal(0, _USUAL_SPREAD)))
        wanted = site.quarters.get(periods.text(quarter))
        total = round((usual if wanted is None else wanted) * share / 100)
        if wanted is not None and round(100 * total / share) != wanted:
            raise refuse("demo_parameters", reason=f"sites: {site.name}: target")
        result.append(total * codes.count(quarter) // _MONTHS)
    return np.array(result)
