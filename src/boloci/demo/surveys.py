"""Household surveys, lot sampling and recounts of the synthetic country.

A survey or lot of children of 12-23 months finds the doses that birth cohort ever
got, wherever it lives now. Surveys carry a bias of their own, and mothers without a
card remember doses that were not given: the answer key has both, for the country.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci import periods
from boloci.codes import SEXES
from boloci.demo.country import Country, month_of
from boloci.demo.coverage import logit
from boloci.demo.draws import Array, generator
from boloci.demo.programme import Programme
from boloci.demo.reporting import Reports
from boloci.demo.simulate import Truth
from boloci.demo.world import Lots, Round, Survey
from boloci.stats.intervals import Z

ASKED = ("BCG", "DTP1", "DTP3", "MCV1")
YOUNGEST, OLDEST = 12, 23
_RECOUNTED_MONTHS = 3
_REGISTER_ERROR = 0.02
_DECIMALS = 4
_RECALL_OF_DOSE = (0.6, 1.4)
"""Memory of one dose against that of the survey's other doses."""
_SHARES = (0.01, 0.99)


@dataclass(frozen=True)
class Surveyed:
    """Rows of `surveys.csv`, and the bias of each survey for the answer key."""

    rows: list[dict[str, Any]]
    biases: list[dict[str, Any]]


def cohort(country: Country, day: datetime.date) -> tuple[int, int]:
    """First and last birth month, as numbers from the first month of the country."""
    here = periods.serial(month_of(day))
    first = periods.serial(country.parameters.country.first_month)
    return here - first - OLDEST, here - first - YOUNGEST


def _children(
    country: Country, truth: Truth, programme: Programme, day: datetime.date
) -> slice | None:
    """Where the cohort of 12-23 months lies in `Truth.born`; None if outside."""
    first, last = cohort(country, day)
    lead = programme.oldest
    if first + lead < 0 or last + lead >= truth.born.shape[1]:
        return None
    return slice(first + lead, last + lead + 1)


def surveys(
    country: Country, programme: Programme, truth: Truth, *, seed: int
) -> Surveyed:
    """Every survey whose cohort the simulation holds: country, regions, sexes."""
    result = Surveyed([], [])
    for survey in country.parameters.surveys:
        middle = survey.start + (survey.end - survey.start) / 2
        months = _children(country, truth, programme, middle)
        if months is None:
            continue
        rng = generator(seed, f"survey {survey.name}")
        recall = _recall(survey, seed)
        for code in ASKED:
            drawn = float(rng.normal(0, survey.sd_bias))
            born = _by_region(country, truth.born[:, months])
            got = _by_region(country, truth.cohorts[code][:, months])
            bias = drawn + recall[code] * (1 - got / np.maximum(born, 1))
            country_bias = float((bias * born).sum() / born.sum())
            result.biases.append(
                {
                    "survey": survey.name,
                    "antigen": code,
                    "bias": round(country_bias, _DECIMALS),
                }
            )
            result.rows.extend(
                _told(country, survey, f"{code.lower()}_coverage", born, got, bias, rng)
            )
    return result


def _recall(survey: Survey, seed: int) -> dict[str, float]:
    """Share of children without each dose of whom one is told from memory."""
    rng = generator(seed, f"recall {survey.name}")
    own = rng.uniform(*survey.recall)
    return {code: float(own * rng.uniform(*_RECALL_OF_DOSE)) for code in ASKED}


def _by_region(country: Country, counts: Array) -> Array:
    """Children by region and sex."""
    zones = counts.sum(1)
    regions = np.zeros((len(country.region_uids), zones.shape[1]))
    np.add.at(regions, country.region_of, zones)
    return regions


def _told(
    country: Country,
    survey: Survey,
    indicator: str,
    born: Array,
    got: Array,
    bias: Array,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    n = round(survey.clusters * survey.per_cluster / len(SEXES))
    effective = round(n / survey.design_effect)
    share = np.clip(got / np.maximum(born, 1) + bias, *_SHARES)
    estimate = np.clip(rng.binomial(effective, share) / effective, *_SHARES)
    error = np.sqrt(estimate * (1 - estimate) / effective)
    places = {uid: [number] for number, uid in enumerate(country.region_uids)}
    places[country.uid] = list(range(len(country.region_uids)))
    sexes = {"": [0, 1], **{sex: [number] for number, sex in enumerate(SEXES)}}
    rows = []
    for place, regions in places.items():
        for sex, columns in sexes.items():
            block = np.ix_(regions, columns)
            part = born[block] / born[block].sum()
            value = float((part * estimate[block]).sum())
            se = float(np.sqrt(((part * error[block]) ** 2).sum()))
            size = n * part.size
            rows.append(_survey_row(survey, indicator, place, sex, value, se, size))
    return rows


def _survey_row(
    survey: Survey,
    indicator: str,
    place: str,
    sex: str,
    value: float,
    se: float,
    n: int,
) -> dict[str, Any]:
    half = Z * se / (value * (1 - value))
    middle = float(logit(np.float64(value)))
    low, high = (1 / (1 + np.exp(-(middle + side))) for side in (-half, half))
    return {
        "survey": survey.name,
        "indicator": indicator,
        "place_id": place,
        "fieldwork_start": survey.start.isoformat(),
        "fieldwork_end": survey.end.isoformat(),
        "age_min_months": YOUNGEST,
        "age_max_months": OLDEST,
        "evidence": "card_or_history",
        "timing": "by_survey",
        "dose": "crude",
        "sex": sex,
        "estimate": round(value, _DECIMALS),
        "standard_error": round(se, _DECIMALS),
        "lower": round(float(low), _DECIMALS),
        "upper": round(float(high), _DECIMALS),
        "n": n,
        "design_effect": survey.design_effect,
    }


def lots(
    country: Country, programme: Programme, truth: Truth, *, seed: int
) -> list[dict[str, Any]]:
    """Rows of `lqas.csv`: one lot a district and round, in clusters of children."""
    plan, rows = country.parameters.lots, []
    for one in country.parameters.lqas if plan else ():
        months = _children(country, truth, programme, one.start)
        if months is None or plan is None:
            continue
        rng = generator(seed, f"lots {one.name}")
        born, got = (
            _by_district(country, counts[:, months].sum((1, 2)))
            for counts in (truth.born, truth.cohorts["DTP1"])
        )
        for number in np.flatnonzero(born):
            share = float(np.clip(got[number] / born[number], *_SHARES))
            vaccinated = _sampled(plan, share, rng)
            uid = country.districts[number].uid
            rows.append(_lot_row(plan, one, uid, vaccinated, int(born[number])))
    return rows


def _by_district(country: Country, zones: Array) -> Array:
    return np.bincount(country.district_of, zones, minlength=len(country.districts))


def _sampled(plan: Lots, share: float, rng: np.random.Generator) -> int:
    """Vaccinated children of a lot: clusters differ (beta-binomial)."""
    spread = 1 / plan.intracluster - 1
    chances = rng.beta(share * spread, (1 - share) * spread, plan.clusters)
    each, rest = divmod(plan.sample, plan.clusters)
    sizes = np.full(plan.clusters, each)
    sizes[:rest] += 1
    return int(rng.binomial(sizes, chances).sum())


def _lot_row(
    plan: Lots, one: Round, uid: str, vaccinated: int, population: int
) -> dict[str, Any]:
    return {
        "round": one.name,
        "place_id": uid,
        "fieldwork_start": one.start.isoformat(),
        "fieldwork_end": one.end.isoformat(),
        "indicator": "dtp1_coverage",
        "sex": "",
        "age_min_months": YOUNGEST,
        "age_max_months": OLDEST,
        "vaccinated": vaccinated,
        "sample": plan.sample,
        "clusters": plan.clusters,
        "decision_number": plan.decision_number,
        "upper": plan.upper,
        "lower": plan.lower,
        "lot_population": population,
    }


def recounts(
    country: Country, truth: Truth, reports: Reports, *, seed: int
) -> list[dict[str, Any]]:
    """Rows of `recounts.csv`: DTP1 in the register and in the monthly report."""
    asked = country.parameters.recounts
    if not asked:
        return []
    rng = generator(seed, "recounts")
    months = country.parameters.months
    first = months.index(asked.month) if asked.month in months else len(months)
    wanted = min(asked.areas, int(country.steady.sum()))
    chosen = np.sort(rng.choice(np.flatnonzero(country.steady), wanted, replace=False))
    register, report = truth.given["DTP1"].sum(2), reports.total("DTP1")
    rows = []
    for area in chosen.tolist():
        for month in range(first, min(first + _RECOUNTED_MONTHS, len(months))):
            if not reports.received[area, month]:
                continue
            seen = rng.binomial(int(register[area, month]), 1 - _REGISTER_ERROR)
            rows.append(
                {
                    "element": "DTP1",
                    "place_id": country.areas[area].uid,
                    "period": str(months[month]),
                    "register": seen,
                    "monthly_report": int(report[area, month]),
                }
            )
    return rows
