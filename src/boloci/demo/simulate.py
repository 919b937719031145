"""The truth of a synthetic country: children, doses they got, and where.

Pure NumPy on a tree (`country`), numbers (`parameters`) and world events (`Shocks`);
nothing of reports or files. The generating model is the one of the estimation design:

- births: log-normal country, region, district and area terms, growth, season;
- coverage on the logit scale: country path, regions, districts, areas, random walks a
  quarter, an autocorrelated area term, a sex gap that varies by place;
- later doses only to children who had the dose before: DTP3 <= DTP1 in each cohort;
- flow: a share of vaccinated children gets its doses in a neighbouring area, and
  where the parameters say so another in the largest area of the region.

Lag: a cohort is due for a dose in the month it reaches that age (DTP1 at 2 months),
`due` counts surviving infants (live births for birth doses), `reached` those of them
who got the dose, wherever. Country coverage by calendar year is as in the parameters,
shocks apart. Arrays are (areas, months, sexes) with sexes as in `codes.SEXES`.
"""

from dataclasses import dataclass

import numpy as np

from boloci.demo import coverage, sites
from boloci.demo.country import Country
from boloci.demo.draws import Array, generator
from boloci.demo.programme import Programme
from boloci.problems import refuse

_LEAST, _MOST = 0.01, 0.99
_ROUNDING = 1e-9
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Shocks:
    """Events of the world, by area and month: 1 (or 0 for visitors) where none.

    `births` multiplies births, `reach` the chance of every dose, `supply` that of the
    doses of a product; `visitors` are doses to children from abroad, as a share.
    """

    births: Array
    reach: Array
    visitors: Array
    supply: dict[str, Array]

    @classmethod
    def none(cls, shape: tuple[int, int], products: list[str]) -> "Shocks":
        """No event anywhere."""
        supply = {product: np.ones(shape) for product in products}
        return cls(np.ones(shape), np.ones(shape), np.zeros(shape), supply)


@dataclass(frozen=True)
class Truth:
    """What really happened. Doses by element code; see the module for the axes."""

    live_births: Array
    due: dict[str, Array]
    reached: dict[str, Array]
    given: dict[str, Array]
    services: dict[str, Array]
    expected_births: Array
    flow: Array
    born: Array
    """Surviving infants by zone, birth month (from before the first month) and sex."""
    cohorts: dict[str, Array]
    """Those of `born` who ever got each dose: what a survey of an age group finds."""

    def coverage(self, code: str) -> Array:
        """Realised share reached, by month of the whole country."""
        due = self.due[code].sum((0, 2)).astype(float)
        reached = self.reached[code].sum((0, 2))
        return np.divide(reached, due, out=np.full(due.shape, np.nan), where=due > 0)


def truth(
    country: Country, programme: Programme, shocks: Shocks, *, seed: int
) -> Truth:
    """Simulate the country's children and their doses."""
    mean = expected_births(country, programme, seed=seed)
    calm = coverage.logits(country, mean[:, programme.oldest :], seed=seed)
    exact = sites.doses(country, generator(seed, "sites"))
    live, alive = _births(country, programme, mean, shocks, seed)
    eta = _with_sites(country, calm, alive, exact, programme)
    chances = coverage.Chances(country, eta, mean[:, programme.oldest :], seed=seed)
    cohorts = _doses(country, programme, chances, (live, alive), shocks, exact, seed)
    flow = _flow_share(country, seed)
    due, reached, given = {}, {}, {}
    for code, element in programme.elements.items():
        born = live if element.population == "live_births" else alive
        children = _at_age(born, element.age, programme)
        due[code] = _serve(country, _since(country, children, element.since))
        got = _at_age(cohorts[code], element.age, programme)
        placed = _place(country, got, flow, generator(seed, f"flow {code}"))
        placed = _to_town(country, placed, generator(seed, f"town {code}"))
        reached[code] = _serve(country, _since(country, got, element.since))
        given[code] = _serve(country, _since(country, placed, element.since))
        given[code] += _visitors(given[code], shocks, generator(seed, f"abroad {code}"))
    born_here = _serve(country, _at_age(live, 0, programme))
    rng = generator(seed, "services")
    services = {
        code: rng.poisson(born_here.sum(2) * service.per_birth).astype(np.int32)
        for code, service in programme.services.items()
    }
    served = _serve(country, mean[:, programme.oldest :, None])[..., 0]
    return Truth(
        live_births=born_here,
        due=due,
        reached=reached,
        given=given,
        services=services,
        expected_births=served,
        flow=flow,
        born=alive,
        cohorts=cohorts,
    )


def expected_births(country: Country, programme: Programme, *, seed: int) -> Array:
    """Mean live births by zone and birth month, from `oldest` months before the first.

    Shape (areas, oldest + months). Scaled so that the surviving infants of the first
    twelve months are those of the parameters.
    """
    p = country.parameters.births
    rng = generator(seed, "births")
    lead = programme.oldest
    time = (np.arange(-lead, len(country.parameters.months)) + 0.5) / _MONTHS_IN_YEAR
    fixed = sites.fixed(country)
    level = rng.normal(0, p.sd_region, len(country.region_uids))[country.region_of]
    level = (
        level
        + rng.normal(0, p.sd_district, len(country.districts))[country.district_of]
    )
    level += rng.normal(0, p.sd_area, len(country.areas))
    trend = rng.normal(0, p.sd_growth_area, len(country.areas))
    wave = rng.normal(0, p.sd_season, (2, len(country.region_uids)))[
        :, country.region_of
    ]
    level[fixed], trend[fixed], wave[:, fixed] = 0.0, 0.0, 0.0
    season = wave[0][:, None] * np.sin(2 * np.pi * time)
    season += wave[1][:, None] * np.cos(2 * np.pi * time)
    infants = np.array([area.infants for area in country.areas])
    middle = len(country.parameters.months) / _MONTHS_IN_YEAR / 2
    log = level[:, None] + trend[:, None] * (time - middle) + season
    mean = infants[:, None] * np.exp(log) * (1 + p.growth) ** time
    mean /= _MONTHS_IN_YEAR * (1 - p.infant_mortality)
    return _scaled(mean, fixed, lead, p.surviving_infants / (1 - p.infant_mortality))


def _scaled(mean: Array, fixed: list[int], lead: int, wanted: float) -> Array:
    """Scale all but the fixed sites so that the first year's births are as wanted."""
    year = slice(lead, lead + _MONTHS_IN_YEAR)
    months = mean[:, year].shape[1]
    free = np.setdiff1d(np.arange(len(mean)), fixed)
    kept = mean[fixed, year].sum()
    mean[free] *= (wanted * months / _MONTHS_IN_YEAR - kept) / mean[free, year].sum()
    return mean


def _births(
    country: Country, programme: Programme, mean: Array, shocks: Shocks, seed: int
) -> tuple[Array, Array]:
    """Live births and surviving infants by zone, birth month and sex."""
    p, rng = country.parameters.births, generator(seed, "cohorts")
    moved = mean.copy()
    moved[:, programme.oldest :] *= shocks.births
    total = rng.poisson(moved)
    ratio = rng.normal(p.boys_per_girl, p.sd_boys_per_girl, (len(mean), 1))
    girls = rng.binomial(total, 1 / (1 + ratio))
    live = np.stack([girls, total - girls], axis=-1)
    alive = rng.binomial(live, 1 - p.infant_mortality)
    for index in sites.fixed(country):
        half = np.round(mean[index] / 2).astype(int)
        live[index] = half[:, None]
        alive[index] = np.round(half * (1 - p.infant_mortality)).astype(int)[:, None]
    return live.astype(np.int32), alive.astype(np.int32)


def _with_sites(
    country: Country,
    eta: Array,
    alive: Array,
    exact: dict[int, Array],
    programme: Programme,
) -> Array:
    """Coverage of the fixed sites is what their doses say."""
    eta = eta.copy()
    due = _at_age(alive, programme.elements["DTP1"].age, programme).sum(2)
    quarter = coverage.quarters(country.parameters)
    for index, doses in exact.items():
        share = doses / np.bincount(quarter, due[index])
        if share.max() > 1:
            name = country.areas[index].name
            raise refuse("demo_parameters", reason=f"sites: {name}: target_share")
        safe = np.clip(share, _LEAST, _MOST)
        eta[index] = coverage.logit(safe)[quarter][:, None]
    return eta


def _doses(
    country: Country,
    programme: Programme,
    chances: coverage.Chances,
    born: tuple[Array, Array],
    shocks: Shocks,
    exact: dict[int, Array],
    seed: int,
) -> dict[str, Array]:
    """Children reached by each dose, by zone, birth month and sex."""
    cohorts: dict[str, Array] = {}
    months = shocks.reach.shape[1]
    for code, element in programme.elements.items():
        month = _month_due(born[0].shape[1], element.age, programme, months)
        factor = _supply(shocks, element.product)[:, month]
        if element.after:
            # The dose before already met the event that keeps people away.
            start = cohorts[element.after]
        else:
            start = born[0] if element.population == "live_births" else born[1]
            factor = factor * shocks.reach[:, month]
        share = chances.of(element.given)[:, month] * factor[..., None]
        rng = generator(seed, f"dose {code}")
        cohorts[code] = rng.binomial(start, share).astype(np.int32)
        if code == "DTP1":
            rng = generator(seed, "site months")
            first = programme.oldest - element.age
            _exactly(cohorts[code][:, first:], start[:, first:], exact, country, rng)
    return cohorts


def _supply(shocks: Shocks, product: str) -> Array:
    return shocks.supply.get(product, np.ones_like(shocks.reach))


def _exactly(
    reached: Array,
    due: Array,
    exact: dict[int, Array],
    country: Country,
    rng: np.random.Generator,
) -> None:
    """Give the fixed sites the doses of their figures: any of the children due.

    `exact`: doses by quarter. Arrays begin with the cohort due in the first month.
    """
    quarter = coverage.quarters(country.parameters)
    for index, doses in exact.items():
        for number, total in enumerate(doses):
            months = np.flatnonzero(quarter == number)
            children = due[index, months].ravel()
            chosen = rng.multivariate_hypergeometric(children, total)
            reached[index, months] = chosen.reshape(len(months), -1)


def _month_due(cohorts: int, age: int, programme: Programme, months: int) -> Array:
    """Month in which each cohort is due, the first or last month where outside."""
    return np.clip(np.arange(cohorts) - programme.oldest + age, 0, months - 1)


def _at_age(cohorts: Array, age: int, programme: Programme) -> Array:
    """From birth months to the months in which children reach an age."""
    first = programme.oldest - age
    return cohorts[:, first : first + cohorts.shape[1] - programme.oldest]


def _since(country: Country, doses: Array, since: int) -> Array:
    months = np.array(country.parameters.months)
    return np.where((months >= since)[:, None], doses, 0)


def _serve(country: Country, zones: Array) -> Array:
    """From zones to the units that served them at the time."""
    units = zones.copy()
    for index, area in enumerate(country.areas):
        if area.mother >= 0:
            closed = ~country.open[index]
            units[area.mother, closed] += zones[index, closed]
            units[index, closed] = 0
    return units


def _flow_share(country: Country, seed: int) -> Array:
    p, rng = country.parameters.coverage, generator(seed, "flow")
    share = 1 / (1 + np.exp(-rng.normal(p.flow, p.sd_flow, len(country.areas))))
    return np.where(country.neighbours[1].sum(1) > 0, share, 0.0)


def _place(
    country: Country, got: Array, flow: Array, rng: np.random.Generator
) -> Array:
    """Where children got their dose: a share of each zone's in its neighbours."""
    nearest, share = country.neighbours
    away = rng.binomial(got, flow[:, None, None])
    placed = got - away
    # Cumulated shares plus one random fraction keep every child, and no child twice.
    fraction = rng.random(away.shape)
    before = np.zeros_like(away)
    reach = np.cumsum(share, axis=1) + _ROUNDING
    for number in range(nearest.shape[1]):
        last = number == nearest.shape[1] - 1
        upto = np.floor(away * reach[:, number, None, None] + fraction)
        upto = away if last else np.minimum(upto, away).astype(away.dtype)
        np.add.at(placed, nearest[:, number], upto - before)
        before = upto
    return placed.astype(np.int32)


def _to_town(country: Country, placed: Array, rng: np.random.Generator) -> Array:
    """A share of each region's doses is given in its largest area instead."""
    share = country.parameters.coverage.flow_town
    free = np.flatnonzero(country.steady) if share else np.array([], int)
    infants = np.array([area.infants for area in country.areas])
    result = placed.copy()
    for region in np.unique(country.region_of[free]):
        own = free[country.region_of[free] == region]
        town = own[np.argmax(infants[own])]
        others = own[own != town]
        away = rng.binomial(placed[others], share)
        result[others] -= away
        result[town] += away.sum(0)
    return result


def _visitors(given: Array, shocks: Shocks, rng: np.random.Generator) -> Array:
    return rng.poisson(given * shocks.visitors[..., None]).astype(np.int32)
