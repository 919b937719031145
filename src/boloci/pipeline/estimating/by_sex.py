"""Doses of girls and boys, and surveys that tell both, as the gap takes them."""

from collections.abc import Sequence

import duckdb
import numpy as np

from boloci.pipeline.estimating.places import Area
from boloci.stats.estimate.evidence import ANTIGENS, Array
from boloci.stats.estimate.gap import SexEvidence

LEAST_ERROR = 0.005
"""Of a gap told by a survey, as a share: no survey is surer."""
_Z = {90.0: 1.645, 95.0: 1.96}
"""Standard deviations on each side of an interval, by its level."""


def evidence(
    file: duckdb.DuckDBPyConnection,
    areas: Sequence[Area],
    district: Array,
    years: Sequence[int],
) -> SexEvidence:
    """What is told of girls and boys of a region's areas.

    Of surveys, the gap in points by the year of the birth cohort: of districts where
    a year's are told by district, else of the region.
    """
    girls, boys = _doses(file, areas, years)
    names = list(dict.fromkeys(area.district_id for area in areas))
    told = _surveys(file, areas[0].region_id, names, years)
    of = np.zeros((len(told), len(ANTIGENS), len(names), len(years)))
    for number, (antigen, year, districts, _apart, _error) in enumerate(told):
        of[number, antigen, districts, year] = 1 / len(districts)
    apart = np.array([row[3] for row in told], float)
    error = np.array([row[4] for row in told], float)
    return SexEvidence(district, girls, boys, apart, error, of)


def tells(evidence: SexEvidence) -> bool:
    """Whether anything is told of girls and boys apart."""
    counted = (evidence.girls > 0) & (evidence.boys > 0)
    return bool(counted.any()) or bool(len(evidence.apart))


def _doses(
    file: duckdb.DuckDBPyConnection, areas: Sequence[Area], years: Sequence[int]
) -> tuple[Array, Array]:
    position = {area.key: number for number, area in enumerate(areas)}
    found = np.zeros((2, len(ANTIGENS), len(areas), len(years)))
    rows = file.execute(
        "SELECT code, place, period // 100, female, male FROM counts"
        " JOIN element USING (element) WHERE variant = 'target'"
        " AND list_contains(?, code) AND period % 100 = 0"
        " AND list_contains(?, place) AND female > 0 AND male > 0",
        [list(ANTIGENS), list(position)],
    ).fetchall()
    for code, place, year, female, male in rows:
        if year in years:
            at = ANTIGENS.index(code), position[place], list(years).index(year)
            found[:, *at] = female, male
    return found[0], found[1]


def _surveys(
    file: duckdb.DuckDBPyConnection,
    region: str,
    districts: Sequence[str],
    years: Sequence[int],
) -> list[tuple[int, int, list[int], float, float]]:
    """Antigen, year, districts, boys - girls (0-1) and its error, of each survey."""
    indicators = [f"{code.lower()}_sex_gap" for code in ANTIGENS]
    rows = file.execute(
        "SELECT indicator, period // 100, place_id, value, lower, upper, t.confidence"
        " FROM told_facts t JOIN place p ON p.place_key = t.place"
        " WHERE list_contains(?, indicator) AND list_contains(?, place_id)"
        " AND t.upper > t.lower AND value IS NOT NULL AND method = 'survey'"
        " ORDER BY ALL",
        [indicators, [region, *districts]],
    ).fetchall()
    finest = {row[:2] for row in rows if row[2] != region}
    found = []
    for indicator, year, place_id, value, lower, upper, confidence in rows:
        whole = place_id == region and region not in districts
        if year not in years or (whole and (indicator, year) in finest):
            continue
        own = list(range(len(districts))) if whole else [districts.index(place_id)]
        error = (upper - lower) / 2 / _Z[confidence] / 100
        antigen, at = indicators.index(indicator), list(years).index(year)
        found.append((antigen, at, own, value / 100, max(error, LEAST_ERROR)))
    return found
