"""Regions of a synthetic country as the estimate sees them, and the truth beside."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boloci import periods
from boloci.demo import parameters as shape_of
from boloci.demo import programme, simulated, surveys
from boloci.demo.answers import Answers
from boloci.demo.coverage import quarters, year_of
from boloci.demo.programme import Programme
from boloci.pipeline.estimating import anchoring
from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Evidence

AGES = (0, 2, 4, 9)
"""Months from birth to when a child is due for each of `ANTIGENS`."""
LEAST_SE = 0.01
EDGE, EDGE_SE = 0.03, 0.025
"""A share this near to 0 or 1 has at least this error: a survey tells one too small."""
FEWEST_MONTHS = 6
"""Of the twelve months in which children asked were due, so many must be known."""
NO_BIRTHS = 1e-3
"""Children a year where a unit has no zone of its own: none, but logs need some."""
Array = Any


@dataclass(frozen=True)
class Region:
    """Evidence, and by area and quarter the children due for DTP1 and reached."""

    evidence: Evidence
    due: Array
    reached: Array


@dataclass(frozen=True)
class _Country:
    """A synthetic country with what was told of it."""

    known: Answers
    given: Programme
    quarter: Array
    lots: list[dict[str, Any]]
    recounts: list[dict[str, Any]]

    def by_quarter(self, monthly: Array) -> Array:
        """(areas, quarters) sums of (areas, months)."""
        count = int(self.quarter.max()) + 1
        result = np.zeros((len(monthly), count))
        np.add.at(result.T, self.quarter, monthly.T)
        return result


def regions(seed: int, parameters: Path | None) -> Iterator[Region]:
    """Every region of a synthetic country; its tree is that of the first month."""
    wanted = shape_of.load(parameters or shape_of.HERE / "parameters.yaml")
    given = programme.load()
    known = simulated(wanted, given, seed=seed)
    tree, truth = known.country, known.truth
    country = _Country(
        known,
        given,
        quarters(wanted),
        surveys.lots(tree, given, truth, seed=seed),
        surveys.recounts(tree, truth, known.reports, seed=seed),
    )
    for number in range(len(tree.region_uids)):
        areas = np.flatnonzero(tree.region_of == number)
        areas = areas[np.argsort(tree.district_of[areas], kind="stable")]
        yield Region(
            _evidence(country, number, areas),
            country.by_quarter(truth.due["DTP1"][areas].sum(2)),
            country.by_quarter(truth.reached["DTP1"][areas].sum(2)),
        )


def _evidence(country: _Country, region: int, areas: Array) -> Evidence:
    known = country.known
    tree, parameters = known.country, known.country.parameters
    first = np.array([np.flatnonzero(country.quarter == q)[0] for q in _each(country)])
    year = year_of(parameters)[first]
    births = known.known.gridded[areas]
    none = ~(births > 0)
    targets = np.where(
        none | ~(known.official[areas] > 0), np.nan, known.official[areas]
    )
    doses = _doses(country, areas)
    doses[:, none[:, year]] = np.nan
    districts = np.unique(tree.district_of[areas])
    numbers = {district: n for n, district in enumerate(districts)}
    names = sorted({row["survey"] for row in known.surveyed.rows})
    mortality = parameters.births.infant_mortality
    counted = np.array(parameters.years) >= parameters.targets.census_year
    return Evidence(
        name=parameters.regions[region].name,
        district=np.array([numbers[d] for d in tree.district_of[areas]]),
        year=year,
        doses=doses,
        completeness=_completeness(country, areas),
        births=np.where(none, NO_BIRTHS, births),
        due=np.array([1 / (1 - mortality), 1.0, 1.0, 1.0]),
        targets=targets,
        epoch=counted.astype(int),
        neighbours=_neighbours(country, areas),
        anchors=(
            *_surveys(country, region, len(districts), names),
            *_lots(country, numbers),
        ),
        sources=len(names),
        recounts=anchoring.recounts(
            country.recounts,
            {tree.areas[a].uid: n for n, a in enumerate(areas)},
            [periods.containing(parameters.months[m], periods.QUARTER) for m in first],
        ),
        season=np.array([(parameters.months[m] % 100 - 1) // 3 for m in first]),
    )


def _each(country: _Country) -> range:
    return range(int(country.quarter.max()) + 1)


def _completeness(country: _Country, areas: Array) -> Array:
    reports, opened = country.known.reports, country.known.country.open
    came = country.by_quarter((reports.received & opened)[areas].astype(float))
    expected = country.by_quarter(opened[areas].astype(float))
    return np.divide(came, expected, out=np.zeros_like(came), where=expected > 0)


def _doses(country: _Country, areas: Array) -> Array:
    reports = country.known.reports
    doses = [
        country.by_quarter((reports.total(code) * reports.received)[areas])
        for code in ANTIGENS
    ]
    return np.where(np.stack(doses) > 0, np.stack(doses), np.nan)


def _neighbours(country: _Country, areas: Array) -> Array:
    nearest, share = country.known.country.neighbours
    every = np.zeros((len(nearest), len(nearest)))
    np.put_along_axis(every, nearest, share, 1)
    own = every[np.ix_(areas, areas)]
    total = own.sum(1, keepdims=True)
    return np.divide(own, total, out=np.zeros_like(own), where=total > 0)


def _weights(country: _Country, middle: datetime.date, antigen: int) -> Array:
    """Weight of each quarter: months in which children asked were due; may be none."""
    first, last = surveys.cohort(country.known.country, middle)
    due = np.arange(first, last + 1) + AGES[antigen]
    due = due[(due >= 0) & (due < len(country.quarter))]
    weights = np.bincount(country.quarter[due], minlength=len(_each(country)))
    enough = len(due) >= FEWEST_MONTHS
    return weights / len(due) if enough else np.zeros(len(weights))


def _middle(row: dict[str, Any]) -> datetime.date:
    start, end = (
        datetime.date.fromisoformat(row[f"fieldwork_{side}"])
        for side in ("start", "end")
    )
    return start + (end - start) / 2


def _surveys(
    country: _Country, region: int, districts: int, names: list[str]
) -> Iterator[Anchor]:
    place = country.known.country.region_uids[region]
    for row in country.known.surveyed.rows:
        antigen = ANTIGENS.index(row["indicator"].partition("_")[0].upper())
        weights = _weights(country, _middle(row), antigen)
        if row["place_id"] != place or row["sex"] or not weights.any():
            continue
        share = row["estimate"]
        least = LEAST_SE if EDGE < share < 1 - EDGE else EDGE_SE
        yield Anchor(
            row["survey"],
            antigen,
            tuple(range(districts)),
            weights,
            share,
            max(row["standard_error"], least),
            source=names.index(row["survey"]),
        )


def _lots(country: _Country, numbers: dict[int, int]) -> Iterator[Anchor]:
    tree = country.known.country
    plan = tree.parameters.lots
    where = {district.uid: number for number, district in enumerate(tree.districts)}
    for row in country.lots:
        district = where[row["place_id"]]
        weights = _weights(country, _middle(row), ANTIGENS.index("DTP1"))
        if plan is None or district not in numbers or not weights.any():
            continue
        effect = 1 + (row["sample"] / row["clusters"] - 1) * plan.intracluster
        yield Anchor(
            row["round"],
            ANTIGENS.index("DTP1"),
            (numbers[district],),
            weights,
            row["vaccinated"] / row["sample"],
            0.0,
            size=row["sample"] / effect,
        )
