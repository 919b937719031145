"""From doses given to what the monthly reports say, before planted faults.

A report is over or under the doses given by a factor of the country, region, area and
month, shared by the antigens; invented districts only. National over-reporting is
solved so that the country reports the coverage in the parameters, or drawn.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from boloci.codes import SEXES
from boloci.demo.country import Country
from boloci.demo.coverage import T_FREEDOM, fit_path, logit, quarters, year_of
from boloci.demo.draws import Array, generator
from boloci.demo.programme import Programme
from boloci.demo.simulate import Truth

_SD_FIXED = 0.5
_UNDER, _OVER = "under_1", "over_1"


@dataclass(frozen=True)
class Column:
    """One cell of a form: an element, and its option combination."""

    element: str
    options: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Reports:
    """What units report. Cells are (columns, areas, months); the form says which."""

    columns: tuple[Column, ...]
    cells: Array
    by_sex: Array
    received: Array
    on_time: Array
    national: Array
    """Log of national over-reporting by month."""
    over: Array
    """Log of the factor on doses given, by area and month, national included."""

    def columns_of(self, element: str, area: int) -> list[int]:
        """Cells of an element on the form of an area."""
        form = "by_sex" if self.by_sex[area] else "plain"
        return [
            index
            for index, column in enumerate(self.columns)
            if column.element == element and form in column.forms
        ]

    def age_pairs(self, area: int) -> list[tuple[int, int]]:
        """Cells under one year with the cell over one year that belongs to each."""
        form = "by_sex" if self.by_sex[area] else "plain"
        own = {
            (column.element, column.options): index
            for index, column in enumerate(self.columns)
            if form in column.forms
        }
        pairs = []
        for (element, options), index in own.items():
            older = tuple(_OVER if word == _UNDER else word for word in options)
            if older != options and (element, older) in own:
                pairs.append((index, own[element, older]))
        return pairs

    def total(self, element: str) -> Array:
        """Doses in the element's own age, by area and month, reported or not."""
        chosen = [
            index
            for index, column in enumerate(self.columns)
            if column.element == element and _OVER not in column.options
        ]
        return self.cells[chosen].sum(0) if chosen else np.zeros(self.received.shape)

    @cached_property
    def valid(self) -> Array:
        """Whether a column is on the form of an area."""
        plain = np.array(["plain" in column.forms for column in self.columns])
        by_sex = np.array(["by_sex" in column.forms for column in self.columns])
        return np.where(self.by_sex[None, :], by_sex[:, None], plain[:, None])


def columns(programme: Programme) -> tuple[Column, ...]:
    """Every cell of the two forms; one that is on both is one column."""
    result = []
    for code, thing in programme.things.items():
        split = programme.splits[thing.split]
        for options in dict.fromkeys(split.plain + split.by_sex):
            forms = [
                form
                for form, own in (("plain", split.plain), ("by_sex", split.by_sex))
                if options in own
            ]
            result.append(Column(code, options, tuple(forms)))
    return tuple(result)


def reports(
    country: Country,
    programme: Programme,
    truth: Truth,
    official: Array,
    *,
    cheats: Array,
    forced: Array,
    seed: int,
) -> Reports:
    """The reports of all units, before faults in their cells.

    `official`: surviving infants by area and year; `cheats`: log of planted
    over-reporting; `forced`: -1 where a report must not come, +1 where it must.
    """
    received, on_time = _arrivals(country, forced, seed)
    over = np.where(country.quiet[:, None], 0.0, _factor(country, seed) + cheats)
    drawn = _drawn_over(country, seed)
    solve = drawn is None
    national = _national(country, truth, official, over, received) if solve else drawn
    over = np.where(country.quiet[:, None], 0.0, over + national)
    share = country.parameters.reporting.sex_areas
    by_sex = generator(seed, "forms").random(len(country.areas)) < share
    copies = [(n, a.copy_of) for n, a in enumerate(country.areas) if a.copy_of >= 0]
    for copy, original in copies:
        by_sex[copy] = by_sex[original]
    own = columns(programme)
    cells = np.zeros((len(own), *received.shape), np.int32)
    _fill(cells, own, country, programme, truth, over, by_sex, seed)
    return Reports(own, cells, by_sex, received, on_time, national, over)


def _arrivals(country: Country, forced: Array, seed: int) -> tuple[Array, Array]:
    """Reports received, and received on time, by area and month."""
    p, rng = country.parameters.reporting, generator(seed, "arrivals")
    region = np.array([r.completeness for r in country.parameters.regions])
    own = logit(region[country.region_of])
    own += rng.normal(0, p.sd_completeness_area, len(country.areas))
    chance = 1 / (1 + np.exp(-own))
    came = rng.random(forced.shape) < chance[:, None]
    came |= country.quiet[:, None]
    came = np.where(forced != 0, forced > 0, came) & country.open
    on_time = came & (rng.random(forced.shape) < p.on_time)
    return came, on_time


def _factor(country: Country, seed: int) -> Array:
    """Log of reported over given doses, without the country's own part."""
    p, rng = country.parameters.reporting, generator(seed, "over-reporting")
    region = rng.normal(0, p.sd_region, len(country.region_uids))[country.region_of]
    area = region + rng.normal(0, p.sd_area, len(country.areas))
    shape = (len(country.areas), len(country.parameters.months))
    return (
        area[:, None]
        + rng.normal(0, p.sd_area_month, shape)
        + _quarter_shocks(country, seed)
    )


def _quarter_shocks(country: Country, seed: int) -> Array:
    """(areas, months) log of what a quarter's reports of an area have in common."""
    quarter = quarters(country.parameters)
    rng = generator(seed, "quarter shocks")
    drawn = rng.standard_t(T_FREEDOM, (len(country.areas), int(quarter.max()) + 1))
    shocks: Array = country.parameters.reporting.sd_area_quarter * drawn
    return shocks[:, quarter]


def _drawn_over(country: Country, seed: int) -> Array | None:
    """Log of national over-reporting by month where it is drawn: straight lines
    between mid-years; None where it is solved for."""
    p = country.parameters.reporting
    if p.over is None:
        return None
    name = f"national over-reporting {country.parameters.country.code}"
    rng = generator(seed, name)
    year = year_of(country.parameters)
    months = np.arange(len(year))
    middle = [months[year == n].mean() for n in range(year[-1] + 1)]
    level = rng.uniform(*p.over)
    path: Array = np.interp(
        months, middle, rng.normal(level, p.sd_over_year, len(middle))
    )
    return path


def _national(
    country: Country, truth: Truth, official: Array, over: Array, received: Array
) -> Array:
    given = truth.given["DTP1"].sum(2) * received * np.exp(over)
    quiet = given[country.quiet].sum(0)
    others = given[~country.quiet].sum(0)
    year = year_of(country.parameters)
    months = np.bincount(year)
    target = np.nansum(official, axis=0) * months / 12

    def yearly(path: Array) -> Array:
        return 100 * np.bincount(year, quiet + others * np.exp(path)) / target

    return fit_path(
        country.parameters, country.parameters.reporting.coverage, yearly, np.log
    )


def _fill(
    cells: Array,
    own: tuple[Column, ...],
    country: Country,
    programme: Programme,
    truth: Truth,
    over: Array,
    by_sex: Array,
    seed: int,
) -> None:
    fixed = _fixed_share(country, seed)
    number = {(column.element, column.options): n for n, column in enumerate(own)}
    for code, element in programme.elements.items():
        rng = generator(seed, f"cells {code}")
        counted = _counted(country, truth.given[code], over, rng)
        older = rng.poisson(counted * country.parameters.reporting.older)
        plain = programme.splits[element.split].plain
        parts = _strategies(counted, older, fixed, rng)
        for options in plain:
            part = cells[number[code, options]]
            part[:] = _plain(options, counted, older, parts)
        for options in programme.splits[element.split].by_sex:
            if options in plain:
                continue
            sex = SEXES.index(options[0])
            counts = older if _OVER in options else counted
            cells[number[code, options]] = counts[..., sex]
            cells[number[code, options]][~by_sex] = 0
        for options in plain:
            if options not in programme.splits[element.split].by_sex:
                cells[number[code, options]][by_sex] = 0
    for code in programme.services:
        cells[number[code, ()]] = truth.services[code]


def _counted(
    country: Country, given: Array, over: Array, rng: np.random.Generator
) -> Array:
    """Doses as the report counts them, whole, by area, month and sex."""
    p = country.parameters.reporting
    noise = rng.standard_t(T_FREEDOM, over.shape) * p.sd_series
    factor = np.where(country.quiet[:, None], 1.0, np.exp(over + noise))
    exact = given * factor[..., None]
    whole = np.floor(exact)
    return (whole + (rng.random(exact.shape) < exact - whole)).astype(np.int32)


def _fixed_share(country: Country, seed: int) -> Array:
    share = country.parameters.reporting.fixed
    rng = generator(seed, "strategies")
    own = logit(np.array(share)) + rng.normal(0, _SD_FIXED, len(country.areas))
    return 1 / (1 + np.exp(-own))


def _strategies(
    counted: Array, older: Array, fixed: Array, rng: np.random.Generator
) -> dict[str, Array]:
    """Doses at fixed and outreach sessions: under, then over one year."""
    both = np.stack([counted.sum(2), older.sum(2)])
    here = rng.binomial(both, fixed[None, :, None])
    return {"fixed": here, "outreach": both - here}


def _plain(
    options: tuple[str, ...], counted: Array, older: Array, parts: dict[str, Array]
) -> Array:
    age = int(_OVER in options)
    for strategy, both in parts.items():
        if strategy in options:
            return both[age]
    return (older if age else counted).sum(2)
