"""The tree of a synthetic country: regions, districts, areas, and what changes in it.

An area is a zone of children and the unit that serves it. A zone whose own unit opens
later is served by its `mother` until then: so an opening or a split neither loses nor
doubles a child. A unit that was split has no zone of its own.
"""

import datetime
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from boloci import periods
from boloci.demo import names
from boloci.demo.draws import Array
from boloci.demo.parameters import Parameters
from boloci.demo.world import Site

NEIGHBOURS = 5
_TWINS = 0.06
_HOMONYMS = 12
_SMALLEST_DISTANCE = 0.01


@dataclass(frozen=True)
class District:
    """A health district; `region` is the one it belongs to in the end."""

    uid: str
    code: str
    name: str
    region: int
    real: bool
    first_region: int
    moved: datetime.date | None = None


@dataclass(frozen=True)
class Area:
    """A health area and its unit. Indices are places in `Country`; -1 means none."""

    uid: str
    code: str
    name: str
    district: int
    latitude: float
    longitude: float
    infants: float
    real: bool = False
    site: Site | None = None
    opened: datetime.date | None = None
    closed: datetime.date | None = None
    mother: int = -1
    copy_of: int = -1


@dataclass(frozen=True)
class Country:
    """The tree, with the arrays the simulator needs."""

    uid: str
    region_uids: tuple[str, ...]
    districts: tuple[District, ...]
    areas: tuple[Area, ...]
    parameters: Parameters

    @cached_property
    def district_of(self) -> Array:
        """District of every area."""
        return np.array([area.district for area in self.areas])

    @cached_property
    def region_of(self) -> Array:
        """Region of every area, by the tree of the first month."""
        first = np.array([district.first_region for district in self.districts])
        return first[self.district_of]

    @cached_property
    def quiet(self) -> Array:
        """Areas in districts with a real name: nothing is planted there."""
        real = np.array([district.real for district in self.districts])
        return real[self.district_of]

    @cached_property
    def open(self) -> Array:
        """Whether a unit is open, by area and month."""
        months = np.array(self.parameters.months)
        result = np.ones((len(self.areas), len(months)), bool)
        for index, area in enumerate(self.areas):
            if area.opened:
                result[index, months < month_of(area.opened)] = False
            if area.closed:
                result[index, months > month_of(area.closed)] = False
        return result

    @cached_property
    def steady(self) -> Array:
        """Invented areas that keep their name, zone and neighbours: may bear faults."""
        mothers = {area.mother for area in self.areas}
        mothers |= {area.copy_of for area in self.areas}
        changing = [
            area.mother >= 0
            or area.closed is not None
            or area.copy_of >= 0
            or index in mothers
            for index, area in enumerate(self.areas)
        ]
        return ~np.array(changing) & ~self.quiet

    @cached_property
    def neighbours(self) -> tuple[Array, Array]:
        """For every area, its nearest areas and the share of its flow to each.

        Sites with fixed figures, units without a zone and areas served by another at
        first neither send nor receive: their shares are 0.
        """
        return _neighbours(self)

    def position_of(self, uid: str) -> int:
        """Index of an area by its identifier."""
        return self._positions[uid]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {area.uid: index for index, area in enumerate(self.areas)}


def month_of(day: datetime.date) -> int:
    """Month code of a day."""
    return day.year * 100 + day.month


def first_day(month: int) -> datetime.date:
    """First day of a month code."""
    return datetime.date(month // 100, month % 100, 1)


def last_day(month: int) -> datetime.date:
    """Last day of a month code."""
    following = periods.month_at(periods.serial(month) + 1)
    return first_day(following) - datetime.timedelta(days=1)


def build(parameters: Parameters, rng: np.random.Generator) -> Country:
    """The tree that the parameters ask for; the same for the same generator."""
    code = parameters.country.code
    regions = tuple(names.uid(code, "region", r.name) for r in parameters.regions)
    districts = _districts(parameters, rng)
    areas = _areas(parameters, districts, rng)
    areas = _name(areas, parameters, rng)
    areas = _open_later(areas, districts, parameters, rng)
    areas = _split(areas, districts, parameters, rng)
    country = Country(names.uid(code), regions, districts, tuple(areas), parameters)
    return _duplicate(country, rng)


def _districts(
    parameters: Parameters, rng: np.random.Generator
) -> tuple[District, ...]:
    real = parameters.real_districts
    count = sum(region.districts for region in parameters.regions)
    taken = [d.name for d in real] + [s.name for s in parameters.sites]
    fresh = iter(names.invented(count, rng, taken))
    code = parameters.country.code
    result = []
    for index, region in enumerate(parameters.regions):
        own = [d.name for d in real if d.region == region.name]
        for number in range(region.districts):
            name = own[number] if number < len(own) else next(fresh)
            short = f"{code}-{region.code}-{number + 1:02}"
            uid = names.uid(code, "district", short)
            is_real = number < len(own)
            result.append(District(uid, short, name, index, is_real, index))
    return tuple(_move(result, parameters))


def _move(districts: list[District], parameters: Parameters) -> list[District]:
    moved = parameters.changes.moved_district
    if not moved:
        return districts
    order = [region.name for region in parameters.regions]
    origin, destination = order.index(moved.origin), order.index(moved.destination)
    invented = [
        index
        for index, district in enumerate(districts)
        if district.region == origin and not district.real
    ]
    if invented:
        mover, day = invented[-1], datetime.date(moved.year, 1, 1)
        districts[mover] = replace(districts[mover], region=destination, moved=day)
    return districts


def _areas(
    parameters: Parameters, districts: tuple[District, ...], rng: np.random.Generator
) -> list[Area]:
    result: list[Area] = []
    for index, region in enumerate(parameters.regions):
        own = [n for n, d in enumerate(districts) if d.first_region == index]
        sites = [[s for s in parameters.sites if _holds(districts[n], s)] for n in own]
        counts = _shared_out(region.areas, [len(s) for s in sites], rng)
        for district, count, named in zip(own, counts, sites, strict=True):
            middle = rng.normal(
                (region.latitude, region.longitude), region.spread / 2, 2
            )
            for number in range(count):
                site = named[number] if number < len(named) else None
                where = rng.normal(middle, region.spread / 4, 2)
                size = rng.normal(0, parameters.births.sd_size_area)
                infants = region.infants * float(np.exp(size))
                result.append(
                    _area(parameters, districts, district, number, site, where, infants)
                )
    return result


def _holds(district: District, site: Site) -> bool:
    return district.real and district.name == site.district


def _shared_out(total: int, sites: list[int], rng: np.random.Generator) -> list[int]:
    """Areas of each district of a region: half evenly, half at random."""
    even = max(1, total // max(len(sites), 1) // 2)
    least = np.array([max(even, count + 1 if count else 1) for count in sites])
    rest = max(total - int(least.sum()), 0)
    extra = rng.multinomial(rest, np.full(len(sites), 1 / max(len(sites), 1)))
    return [int(count) for count in least + extra]


def _area(
    parameters: Parameters,
    districts: tuple[District, ...],
    district: int,
    number: int,
    site: Site | None,
    where: Array,
    infants: float,
) -> Area:
    code = f"{districts[district].code}-{number + 1:02}"
    if site and site.target:
        infants = site.target / site.target_share
    return Area(
        uid=names.uid(parameters.country.code, "area", site.name if site else code),
        code=code,
        name=site.name if site else "",
        district=district,
        latitude=round(float(where[0]), 4),
        longitude=round(float(where[1]), 4),
        infants=infants,
        real=site is not None,
        site=site,
    )


def _name(
    areas: list[Area], parameters: Parameters, rng: np.random.Generator
) -> list[Area]:
    taken = [d.name for d in parameters.real_districts]
    taken += [s.name for s in parameters.sites]
    count = sum(not area.name for area in areas)
    fresh = names.with_twins(names.invented(count, rng, taken), rng, _TWINS)
    # The last few repeat the first: places of other districts with the same name.
    repeated = min(_HOMONYMS, count // 20)
    fresh[count - repeated :] = fresh[:repeated]
    supply = iter(fresh)
    return [area if area.name else replace(area, name=next(supply)) for area in areas]


def _invented(areas: list[Area], districts: tuple[District, ...]) -> list[int]:
    """Areas in invented districts that are still their own zone from the start."""
    mothers = {area.mother for area in areas}
    return [
        index
        for index, area in enumerate(areas)
        if not districts[area.district].real
        and area.mother < 0
        and index not in mothers
        and not area.closed
    ]


def _open_later(
    areas: list[Area],
    districts: tuple[District, ...],
    parameters: Parameters,
    rng: np.random.Generator,
) -> list[Area]:
    """Let some areas open later; until then another area of the district serves."""
    opened = parameters.changes.opened
    for _ in range(opened.count):
        free = _invented(areas, districts)
        child = int(rng.choice(free)) if free else -1
        siblings = [n for n in free if _same_district(areas, n, child)]
        if not siblings:
            continue
        year = int(rng.integers(opened.years[0], opened.years[1] + 1))
        mother = int(rng.choice(siblings))
        day = datetime.date(year, 1, 1)
        areas[child] = replace(areas[child], opened=day, mother=mother)
    return areas


def _same_district(areas: list[Area], a: int, b: int) -> bool:
    return a != b and b >= 0 and areas[a].district == areas[b].district


def _split(
    areas: list[Area],
    districts: tuple[District, ...],
    parameters: Parameters,
    rng: np.random.Generator,
) -> list[Area]:
    """Let a unit close and two units of its district take its zone."""
    split = parameters.changes.split
    for number in range(split.count):
        free = _invented(areas, districts)
        first = int(rng.choice(free)) if free else -1
        siblings = [n for n in free if _same_district(areas, n, first)]
        siblings = [n for n in siblings if " " not in areas[first].name]
        if not siblings:
            continue
        second = int(rng.choice(siblings))
        day = datetime.date(split.year, 1, 1)
        code = f"{districts[areas[first].district].code}-S{number + 1}"
        whole = replace(
            areas[first],
            uid=names.uid(parameters.country.code, "area", code),
            code=code,
            infants=0.0,
            closed=day - datetime.timedelta(days=1),
        )
        for child, word in ((first, "Est"), (second, "Ouest")):
            areas[child] = replace(
                areas[child],
                name=f"{whole.name} {word}",
                opened=day,
                mother=len(areas),
            )
        areas.append(whole)
    return areas


def _duplicate(country: Country, rng: np.random.Generator) -> Country:
    """Add units that are, for a while, second entries of others under another name."""
    fault = country.parameters.faults.get("duplicate_unit")
    months = country.parameters.months
    free = np.flatnonzero(country.steady)
    count = min(fault.count, len(free)) if fault else 0
    copies = []
    for index in rng.choice(free, count, replace=False):
        assert fault
        longest = int(rng.integers(fault.months[0], fault.months[1] + 1))
        length = min(longest, len(months))
        first = int(rng.integers(len(months) - length + 1))
        copies.append(_copy(country, int(index), months[first : first + length]))
    return replace(country, areas=country.areas + tuple(copies))


def _copy(country: Country, index: int, months: list[int]) -> Area:
    area = country.areas[index]
    code = country.parameters.country.code
    return replace(
        area,
        uid=names.uid(code, "copy", area.code),
        code=f"{area.code}-B",
        name=f"CSCOM {area.name}",
        infants=0.0,
        copy_of=index,
        opened=first_day(months[0]),
        closed=last_day(months[-1]),
    )


def _neighbours(country: Country) -> tuple[Array, Array]:
    areas = country.areas
    place = np.array([(area.latitude, area.longitude) for area in areas])
    apart = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1))
    alone = np.array(
        [
            bool(area.site and area.site.target)
            or area.infants == 0
            or area.mother >= 0
            for area in areas
        ]
    )
    apart[:, alone] = np.inf
    np.fill_diagonal(apart, np.inf)
    count = min(NEIGHBOURS, len(areas) - 1)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :count]
    distance = np.take_along_axis(apart, nearest, axis=1)
    share = np.where(
        np.isfinite(distance), 1 / np.maximum(distance, _SMALLEST_DISTANCE), 0.0
    )
    share[alone] = 0.0
    total = share.sum(axis=1, keepdims=True)
    return nearest, np.divide(share, total, out=np.zeros_like(share), where=total > 0)
