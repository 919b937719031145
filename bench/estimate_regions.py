"""Regions of a synthetic country as the estimate sees them, and the truth beside."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.estimate_sexes import sex_evidence
from bench.estimate_told import LEAST_SE, Told, middle_of, weights_of
from boloci import periods
from boloci.demo import parameters as shape_of
from boloci.demo import programme, simulated, surveys
from boloci.demo.coverage import quarters, year_of
from boloci.pipeline.estimating import anchoring
from boloci.stats.estimate import baselines
from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Array, Evidence
from boloci.stats.estimate.gap import SexEvidence

EDGE, EDGE_SE = 0.03, 0.025
"""A share this near to 0 or 1 has at least this error: a survey tells one too small."""
MONTHS = 12
NO_BIRTHS = 1e-3
"""Children a year where a unit has no zone of its own: none, but logs need some."""


@dataclass(frozen=True)
class Region:
    """What is told of a region, and what is true of it.

    due, reached  (antigens, areas, quarters, sexes) children
    infants       (areas, years) children as Countdown derives them from Penta1
    """

    evidence: Evidence
    sexes: SexEvidence
    due: Array
    reached: Array
    infants: Array


def regions(seed: int, parameters: Path | None) -> Iterator[Region]:
    """Every region of a synthetic country; its tree is that of the first month."""
    wanted = shape_of.load(parameters or shape_of.HERE / "parameters.yaml")
    given = programme.load()
    known = simulated(wanted, given, seed=seed)
    tree, truth = known.country, known.truth
    country = Told(
        known,
        given,
        quarters(wanted),
        surveys.lots(tree, given, truth, seed=seed),
        surveys.recounts(tree, truth, known.reports, seed=seed),
    )
    infants = _infants(country)
    for number in range(len(tree.region_uids)):
        areas = np.flatnonzero(tree.region_of == number)
        areas = areas[np.argsort(tree.district_of[areas], kind="stable")]
        evidence = _evidence(country, number, areas)
        yield Region(
            evidence,
            sex_evidence(country, number, areas, evidence),
            _by_antigen(country, truth.due, areas),
            _by_antigen(country, truth.reached, areas),
            infants[areas],
        )


def _by_antigen(country: Told, counts: dict[str, Array], areas: Array) -> Array:
    """(antigens, areas, quarters, sexes) of children by code."""
    return np.stack(
        [
            np.stack([country.by_quarter(counts[code][areas][..., s]) for s in (0, 1)])
            for code in ANTIGENS
        ]
    ).transpose(0, 2, 3, 1)


def _infants(country: Told) -> Array:
    """Penta1-derived children of all areas, from the latest whole year surveyed."""
    known = country.known
    year = year_of(known.country.parameters)
    reports = known.reports
    doses = np.bincount(year, (reports.total("DTP1") * reports.received).sum(0))
    whole = np.flatnonzero(np.bincount(year) == MONTHS)
    found = {}
    for row in known.surveyed.rows:
        national = row["place_id"] == known.country.uid and not row["sex"]
        if national and row["indicator"] == "dtp1_coverage":
            weights = weights_of(country, middle_of(row), ANTIGENS.index("DTP1"))
            if weights.any():
                quarter = int((weights * np.arange(len(weights))).sum())
                found[int(year[country.quarter == quarter][0])] = row["estimate"]
    surveyed = [one for one in whole.tolist() if one in found]
    base = surveyed[-1] if surveyed else int(whole[-1])
    return baselines.penta1_derived(
        known.official,
        float(doses[base]),
        base=base,
        coverage=found.get(base, baselines.PENTA1_COVERAGE),
    )


def _evidence(country: Told, region: int, areas: Array) -> Evidence:
    known = country.known
    tree, parameters = known.country, known.country.parameters
    first = np.array(
        [np.flatnonzero(country.quarter == q)[0] for q in range(country.quarters)]
    )
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


def _completeness(country: Told, areas: Array) -> Array:
    reports, opened = country.known.reports, country.known.country.open
    came = country.by_quarter((reports.received & opened)[areas].astype(float))
    expected = country.by_quarter(opened[areas].astype(float))
    return np.divide(came, expected, out=np.zeros_like(came), where=expected > 0)


def _doses(country: Told, areas: Array) -> Array:
    reports = country.known.reports
    doses = [
        country.by_quarter((reports.total(code) * reports.received)[areas])
        for code in ANTIGENS
    ]
    return np.where(np.stack(doses) > 0, np.stack(doses), np.nan)


def _neighbours(country: Told, areas: Array) -> Array:
    nearest, share = country.known.country.neighbours
    every = np.zeros((len(nearest), len(nearest)))
    np.put_along_axis(every, nearest, share, 1)
    own = every[np.ix_(areas, areas)]
    total = own.sum(1, keepdims=True)
    return np.divide(own, total, out=np.zeros_like(own), where=total > 0)


def _surveys(
    country: Told, region: int, districts: int, names: list[str]
) -> Iterator[Anchor]:
    place = country.known.country.region_uids[region]
    for row in country.known.surveyed.rows:
        antigen = ANTIGENS.index(row["indicator"].partition("_")[0].upper())
        weights = weights_of(country, middle_of(row), antigen)
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


def _lots(country: Told, numbers: dict[int, int]) -> Iterator[Anchor]:
    tree = country.known.country
    plan = tree.parameters.lots
    where = {district.uid: number for number, district in enumerate(tree.districts)}
    for row in country.lots:
        district = where[row["place_id"]]
        weights = weights_of(country, middle_of(row), ANTIGENS.index("DTP1"))
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
