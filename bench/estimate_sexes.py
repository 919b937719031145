"""What a synthetic country tells of girls and boys apart."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.estimate_told import LEAST_SE, Told, middle_of, weights_of
from boloci.codes import SEXES
from boloci.demo.coverage import year_of
from boloci.stats.estimate.evidence import ANTIGENS, Array, Evidence
from boloci.stats.estimate.gap import SexEvidence


def sex_evidence(
    country: Told, region: int, areas: Array, evidence: Evidence
) -> SexEvidence:
    """Doses of the forms that count girls and boys, and surveys that tell both."""
    girls, boys = (
        np.stack([_sexed(country, code, areas, sex) for code in ANTIGENS])
        for sex in SEXES
    )
    told = list(_apart(country, region, evidence))
    shape = (len(ANTIGENS), evidence.districts, int(evidence.year.max()) + 1)
    return SexEvidence(
        evidence.district,
        girls,
        boys,
        np.array([apart for apart, _, _ in told]),
        np.array([error for _, error, _ in told]),
        np.array([of for _, _, of in told]).reshape(len(told), *shape),
    )


def _sexed(country: Told, code: str, areas: Array, sex: str) -> Array:
    """(areas, years) doses of one sex in the months received; 0 where not counted."""
    reports = country.known.reports
    chosen = [
        number
        for number, column in enumerate(reports.columns)
        if column.element == code
        and sex in column.options
        and "over_1" not in column.options
    ]
    monthly = reports.cells[chosen].sum(0) * reports.received * reports.by_sex[:, None]
    year = year_of(country.known.country.parameters)
    result = np.zeros((len(areas), int(year[-1]) + 1))
    np.add.at(result.T, year, monthly[areas].T)
    return result


def _apart(
    country: Told, region: int, evidence: Evidence
) -> Iterator[tuple[float, float, Array]]:
    """Boys - girls of each survey and dose, its error, and whom it speaks of."""
    place = country.known.country.region_uids[region]
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in country.known.surveyed.rows:
        if row["place_id"] == place and row["sex"]:
            found.setdefault((row["survey"], row["indicator"]), {})[row["sex"]] = row
    births = np.zeros((evidence.districts, evidence.births.shape[1]))
    np.add.at(births, evidence.district, evidence.births)
    for (_, indicator), sexes in found.items():
        if set(sexes) != set(SEXES):
            continue
        girls, boys = (sexes[sex] for sex in SEXES)
        antigen = ANTIGENS.index(indicator.partition("_")[0].upper())
        weights = weights_of(country, middle_of(girls), antigen)
        if not weights.any():
            continue
        of = np.zeros((len(ANTIGENS), *births.shape))
        by_year = np.bincount(evidence.year, weights, births.shape[1])
        of[antigen] = births * by_year / births.sum(0)
        errors = [max(row["standard_error"], LEAST_SE) for row in (girls, boys)]
        yield boys["estimate"] - girls["estimate"], float(np.hypot(*errors)), of
