"""From a published build to what the joint model takes: arrays of each region.

Everything is read from the file that pages read, so the estimate can be of nothing else
than of what is published. Only points of places and recounts come from the snapshots:
who is vaccinated with a neighbour goes to the nearest.

Cohorts: births of a quarter are taken as due in that quarter, for every dose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from boloci import periods
from boloci.lake import builds
from boloci.pipeline.estimating import anchoring, by_sex
from boloci.pipeline.estimating.places import Area, areas_by_region, belonging
from boloci.problems import Problem, Refused, refuse
from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Array, Evidence
from boloci.stats.estimate.gap import SexEvidence

GRIDDED, OFFICIAL = "worldpop", "surviving_infants"
JUMP = 0.05
"""Deviation over areas of what targets grew in a year (log) from which the official
numbers are of another census: areas that only grow do so alike."""
MOST = 0.5
"""Share of the regions that must see a census in their targets."""
NEIGHBOURS = 5
NEAREST = 0.01
"""Degrees: places nearer than this are taken as so far apart."""
NO_CHILDREN = 1e-3
"""Children a year of an area that has none: logs need some."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A region for the model, with the names of what its arrays are about."""

    place_id: str
    name: str
    areas: tuple[Area, ...]
    quarters: tuple[int, ...]
    """Period codes."""
    years: tuple[int, ...]
    evidence: Evidence
    gridded: bool
    """Births are gridded ones; else they are the official targets."""
    belonging: Mapping[int, Array]
    """(areas, quarters) of bool for each place: which of these areas it has, and when;
    by key of the place."""
    sexes: SexEvidence


@dataclass(frozen=True)
class Refusal:
    """A region that cannot be fitted: why, and the places (keys) that lack it."""

    place_id: str
    name: str
    problem: Problem
    places: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Country:
    """Every region that something can be estimated of, and why not of the others."""

    regions: tuple[Region, ...]
    refused: tuple[Refusal, ...]
    quarters: tuple[int, ...]
    whole: Array
    """(quarters) whether the data have all its months."""
    asked: tuple[Anchor, ...]
    """What surveys found that tell the country alone: known when it is put together."""
    left_out: tuple[str, ...]
    """Surveys and rounds of lots that tell nothing of these quarters and regions."""


def country(
    path: Path,
    points: Mapping[str, Point],
    recounts: Sequence[Mapping[str, Any]] = (),
) -> Country:
    """Every region of a published build.

    path        file of a published build
    points      longitude and latitude by `place_id`, as far as known
    recounts    rows of the table `recounts` of the snapshots it was made from

    Raises `Refused`: no dose of DTP1 by area in the whole country.
    """
    with duckdb.connect(str(path), True, config=builds.READING) as file:
        quarters = _quarters(file)
        if not quarters:
            raise refuse("nothing_to_estimate")
        asked = anchoring.read(file)
        told = [
            _region(file, areas, quarters, asked, points, recounts)
            for areas in areas_by_region(file)
        ]
        whole = _elapsed(file, quarters) == 1
        named = anchoring.names(file)
    known = _of_one_census([one for one in told if isinstance(one, Region)])
    counted = {number for one in known for number in one.evidence.counted}
    of_country = anchoring.of_country(asked, quarters, counted)
    anchors = [anchor for one in known for anchor in one.evidence.joint_anchors]
    used = {anchor.name for anchor in (*anchors, *of_country)}
    return Country(
        tuple(known),
        tuple(one for one in told if isinstance(one, Refusal)),
        quarters,
        whole,
        of_country,
        tuple(name for name in named if name not in used),
    )


def regions(
    path: Path,
    points: Mapping[str, Point],
    recounts: Sequence[Mapping[str, Any]] = (),
) -> list[Region]:
    """The regions of `country` that can be fitted."""
    return list(country(path, points, recounts).regions)


def _of_one_census(told: Sequence[Region]) -> list[Region]:
    """The same, with the years from which targets are of another census alike in all
    regions: a census is the nation's, so most regions that have targets must see it."""
    seen = [
        np.diff(one.evidence.epoch)
        for one in told
        if np.isfinite(one.evidence.targets).any()
    ]
    if not seen:
        return list(told)
    jumped = np.mean(seen, axis=0) >= MOST
    epoch = np.concatenate([[0], np.cumsum(jumped)]).astype(int)
    return [replace(one, evidence=replace(one.evidence, epoch=epoch)) for one in told]


def _quarters(file: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """Period codes from the first quarter with a dose of DTP1 to the last, none left
    out in between."""
    (bounds,) = file.execute(
        "SELECT min(period), max(period) FROM counts JOIN element USING (element)"
        " WHERE code = 'DTP1' AND variant = 'target' AND total > 0"
        " AND period % 100 BETWEEN 1 AND 12"
    ).fetchall()
    if bounds[0] is None:
        return ()
    months = periods.month_range(*bounds)
    return tuple(
        dict.fromkeys(periods.containing(month, periods.QUARTER) for month in months)
    )


def _region(
    file: duckdb.DuckDBPyConnection,
    areas: Sequence[Area],
    quarters: tuple[int, ...],
    asked: anchoring.Asked,
    points: Mapping[str, Point],
    recounts: Sequence[Mapping[str, Any]],
) -> Region | Refusal:
    years = tuple(dict.fromkeys(quarter // 100 for quarter in quarters))
    year = np.array([years.index(quarter // 100) for quarter in quarters])
    position = {area.key: number for number, area in enumerate(areas)}
    doses, completeness = _doses(file, position, quarters)
    targets = _targets(file, position, years)
    gridded = _gridded(file, position, years)
    try:
        births, targets, is_gridded = children(gridded, targets, areas)
    except Refused as refused:
        own = areas[0].region_id, areas[0].region
        return Refusal(*own, refused.problems[0])
    nobody = ~(births > 0)
    doses[:, nobody[:, year]] = np.nan
    if not np.isfinite(doses[ANTIGENS.index("DTP1")] / completeness).any():
        problem = Problem("no_doses_to_estimate", values={"region": areas[0].region})
        peopled = np.array(list(position))[~nobody.all(1)].tolist()
        places = frozenset(belonging(file, peopled, quarters))
        return Refusal(areas[0].region_id, areas[0].region, problem, places)
    names = list(dict.fromkeys(area.district_id for area in areas))
    district = np.array([names.index(area.district_id) for area in areas])
    evidence = Evidence(
        name=areas[0].region,
        district=district,
        year=year,
        doses=doses,
        completeness=completeness,
        births=np.where(nobody, NO_CHILDREN, births),
        due=_due(file),
        targets=np.where(nobody, np.nan, targets),
        epoch=epochs(targets),
        neighbours=neighbours([points.get(area.place_id) for area in areas]),
        anchors=anchoring.anchors(asked, areas, names, quarters),
        sources=len(asked.surveys),
        recounts=anchoring.recounts(
            recounts,
            {area.place_id: number for number, area in enumerate(areas)},
            quarters,
        ),
        season=np.array([quarter % 10 - 1 for quarter in quarters]),
    )
    return Region(
        areas[0].region_id,
        areas[0].region,
        tuple(areas),
        quarters,
        years,
        evidence,
        is_gridded,
        belonging(file, [area.key for area in areas], quarters),
        by_sex.evidence(file, areas, district, years),
    )


def _doses(
    file: duckdb.DuckDBPyConnection,
    position: Mapping[int, int],
    quarters: Sequence[int],
) -> tuple[Array, Array]:
    """Doses (antigens, areas, quarters) and the share of reports received."""
    doses = np.full((len(ANTIGENS), len(position), len(quarters)), np.nan)
    completeness = np.zeros(doses.shape[1:])
    at = {quarter: number for number, quarter in enumerate(quarters)}
    rows = file.execute(
        "SELECT code, place, period, total, expected, received FROM counts"
        " JOIN element USING (element) WHERE variant = 'target'"
        " AND list_contains(?, code) AND period % 100 BETWEEN 21 AND 24"
        " AND list_contains(?, place) AND total > 0",
        [list(ANTIGENS), list(position)],
    ).fetchall()
    for code, place, period, total, expected, received in rows:
        if period not in at:
            continue
        where = position[place], at[period]
        doses[ANTIGENS.index(code)][where] = total
        share = min(1.0, received / expected) if expected and received else 1.0
        completeness[where] = max(completeness[where], share)
    return doses, completeness * _elapsed(file, quarters)


def _elapsed(file: duckdb.DuckDBPyConnection, quarters: Sequence[int]) -> Array:
    """Share of each quarter's months that the country has data of."""
    rows = file.execute(
        "SELECT DISTINCT period FROM counts JOIN element USING (element)"
        " WHERE code = 'DTP1' AND variant = 'target' AND total > 0"
        " AND period % 100 BETWEEN 1 AND 12"
    ).fetchall()
    known = {month for (month,) in rows}
    return np.array([len(known & set(periods.months(q))) / 3 for q in quarters])


def _targets(
    file: duckdb.DuckDBPyConnection, position: Mapping[int, int], years: Sequence[int]
) -> Array:
    rows = file.execute(
        "SELECT place, period // 100, target FROM targets JOIN population"
        " USING (population) WHERE name = ? AND period % 100 = 0 AND target > 0"
        " AND list_contains(?, place)",
        [OFFICIAL, list(position)],
    ).fetchall()
    return _by_year(rows, position, years)


def _gridded(
    file: duckdb.DuckDBPyConnection, position: Mapping[int, int], years: Sequence[int]
) -> Array:
    """Children a year by gridded births, where a source tells them of the area itself:
    a district's share told by its targets says nothing new."""
    rows = file.execute(
        "SELECT place, year, coalesce(infants, live_births) FROM candidate_year"
        " JOIN denominator_source_word USING (denominator_source) WHERE word = ?"
        " AND shared_by IS NULL AND list_contains(?, place)",
        [GRIDDED, list(position)],
    ).fetchall()
    return _by_year(rows, position, years)


def _due(file: duckdb.DuckDBPyConnection) -> Array:
    """Children due for each dose for each that is counted: those who died before they
    were due for the others were due for BCG."""
    (row,) = file.execute(
        "SELECT median(live_births / infants) FROM candidate_year"
        " JOIN denominator_source_word USING (denominator_source) WHERE word = ?"
        " AND shared_by IS NULL AND infants > 0",
        [GRIDDED],
    ).fetchall()
    more = max(1.0, row[0] or 1.0)
    return np.array([more if code == "BCG" else 1.0 for code in ANTIGENS])


def _by_year(
    rows: Sequence[tuple[Any, ...]], position: Mapping[int, int], years: Sequence[int]
) -> Array:
    result = np.full((len(position), len(years)), np.nan)
    for place, year, value in rows:
        if year in years and value:
            result[position[place], years.index(year)] = value
    return result


def children(
    gridded: Array, targets: Array, areas: Sequence[Area]
) -> tuple[Array, Array, bool]:
    """Children a year, official targets to hold against them, whether gridded.

    A year without a number takes the nearest year's: births change by little. An area
    without gridded births, where others have some, takes its target over what targets
    are of gridded births in the region.
    """
    births, official = _nearest_year(gridded), _nearest_year(targets)
    if np.isfinite(births).any():
        both = np.isfinite(births) & np.isfinite(official)
        usual = np.median(births[both] / official[both]) if both.any() else np.nan
        return np.where(np.isfinite(births), births, official * usual), targets, True
    births = official
    if not np.isfinite(births).any():
        raise refuse("no_children_to_estimate", region=areas[0].region)
    return births, np.full_like(targets, np.nan), False


def _nearest_year(values: Array) -> Array:
    """The same, each year that is missing from the nearest that is not."""
    result = values.copy()
    years = np.arange(values.shape[1])
    for row in result:
        known = np.flatnonzero(np.isfinite(row))
        if len(known):
            nearest = np.abs(years[:, None] - known[None, :]).argmin(1)
            row[:] = row[known[nearest]]
    return result


def epochs(targets: Array) -> Array:
    """Number of the census that each year's targets follow: (years).

    targets    (areas, years); nan: none
    """
    growth = np.diff(np.log(targets), axis=1)
    result = [0]
    for year in growth.T:
        known = year[np.isfinite(year)]
        jumped = len(known) > 1 and _spread(known) > JUMP
        result.append(result[-1] + int(jumped))
    return np.array(result)


def _spread(values: Array) -> float:
    """A deviation that a few wild values do not move."""
    return float(np.median(np.abs(values - np.median(values))) / 0.6745)


def neighbours(points: Sequence[Point | None]) -> Array:
    """(areas, areas) where those go who are vaccinated elsewhere: to the nearest five,
    by one over the distance; rows of 0 where an area has no point."""
    count = len(points)
    result = np.zeros((count, count))
    placed = [number for number, point in enumerate(points) if point]
    if len(placed) < 2:
        return result
    at = np.array([points[number] for number in placed], float)
    apart = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    for row, own in enumerate(placed):
        nearest = np.argsort(apart[row], kind="stable")[: min(NEIGHBOURS, len(at) - 1)]
        share = 1 / np.maximum(apart[row, nearest], NEAREST)
        result[own, np.array(placed)[nearest]] = share / share.sum()
    return result
