"""The answer key: what is true in the synthetic country. Never imported.

coverage.parquet  place, quarter, sex, antigen: children due, reached, the share
births.parquet    place, month, sex: live births
doses.parquet     place, month, element: given, reported before faults, reported
targets.parquet   place, year: true and official surviving infants
faults.csv        every planted fault: kind, place, element, start, end, size
places.csv        what is particular to each area: over-reporting, flow, forms
surveys.csv       the bias of each survey
national.csv      the country by year: truth, targets, reports
parameters.yaml   what it was made from
"""

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from boloci import periods
from boloci.codes import SEXES
from boloci.demo.country import Country, first_day, last_day
from boloci.demo.coverage import quarters, year_of
from boloci.demo.draws import Array
from boloci.demo.faults import Planted
from boloci.demo.reporting import Reports
from boloci.demo.simulate import Truth
from boloci.demo.supply import period_texts, uids, words
from boloci.demo.surveys import Surveyed
from boloci.demo.targets import Denominators

KEPT = ("BCG", "DTP1", "DTP3", "MCV1", "MCV2")
"""Elements whose doses the key holds by month; coverage is held for all."""


@dataclass(frozen=True)
class Answers:
    """All that is known of a synthetic country."""

    country: Country
    truth: Truth
    known: Denominators
    official: Array
    before: Reports
    reports: Reports
    planted: list[Planted]
    surveyed: Surveyed


def write(folder: Path, answers: Answers, *, parameters: Path) -> Path:
    """Write the answer key into `folder / truth`."""
    place = folder / "truth"
    place.mkdir(parents=True, exist_ok=True)
    for name, table in (
        ("coverage", _coverage(answers)),
        ("births", _births(answers)),
        ("doses", _doses(answers)),
        ("targets", _targets(answers)),
    ):
        pyarrow.parquet.write_table(
            table, place / f"{name}.parquet", compression="zstd"
        )
    _csv(place / "faults.csv", list(_faults(answers)))
    _csv(place / "places.csv", list(_places(answers)))
    _csv(place / "surveys.csv", answers.surveyed.biases)
    _csv(place / "national.csv", national(answers))
    shutil.copyfile(parameters, place / "parameters.yaml")
    return place


def _csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, list(rows[0]) if rows else [], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)


def _coverage(answers: Answers) -> pa.Table:
    country, truth = answers.country, answers.truth
    quarter = quarters(country.parameters)
    parts = []
    for code in truth.due:
        due = _by_quarter(truth.due[code], quarter)
        reached = _by_quarter(truth.reached[code], quarter)
        area, when, sex = np.nonzero(due)
        some, all_ = reached[area, when, sex], due[area, when, sex]
        parts.append(
            pa.table(
                {
                    "place_id": uids(country, area),
                    "period": words(_quarter_texts(country), when),
                    "sex": words(SEXES, sex),
                    "antigen": words((code,), np.zeros(len(area), int)),
                    "due": pa.array(all_.astype(np.int32)),
                    "reached": pa.array(some.astype(np.int32)),
                    "coverage": pa.array(some / all_),
                }
            )
        )
    return pa.concat_tables(parts)


def _by_quarter(monthly: Array, quarter: Array) -> Array:
    sums: Array = np.zeros(
        (monthly.shape[0], int(quarter.max()) + 1, monthly.shape[2]), int
    )
    np.add.at(sums.transpose(1, 0, 2), quarter, monthly.transpose(1, 0, 2))
    return sums


def _quarter_texts(country: Country) -> list[str]:
    codes = [periods.containing(m, periods.QUARTER) for m in country.parameters.months]
    return [periods.text(code) for code in dict.fromkeys(codes)]


def _births(answers: Answers) -> pa.Table:
    area, month, sex = np.nonzero(answers.truth.live_births)
    return pa.table(
        {
            "place_id": uids(answers.country, area),
            "period": period_texts(answers.country, month),
            "sex": words(SEXES, sex),
            "live_births": pa.array(answers.truth.live_births[area, month, sex]),
        }
    )


def _doses(answers: Answers) -> pa.Table:
    country, reports = answers.country, answers.reports
    area, month = np.nonzero(country.open)
    came = reports.received[area, month]
    parts = []
    for code in (code for code in KEPT if code in answers.truth.given):
        reported = reports.total(code)[area, month]
        parts.append(
            pa.table(
                {
                    "place_id": uids(country, area),
                    "period": period_texts(country, month),
                    "element": words((code,), np.zeros(len(area), int)),
                    "given": pa.array(answers.truth.given[code].sum(2)[area, month]),
                    "before_faults": pa.array(answers.before.total(code)[area, month]),
                    "reported": pa.array(reported, mask=~came),
                }
            )
        )
    return pa.concat_tables(parts)


def _targets(answers: Answers) -> pa.Table:
    country = answers.country
    area, year = np.nonzero(np.isfinite(answers.official))
    return pa.table(
        {
            "place_id": uids(country, area),
            "year": pa.array(np.array(country.parameters.years)[year], pa.int32()),
            "true": pa.array(answers.known.true[area, year]),
            "official_before_faults": pa.array(answers.known.official[area, year]),
            "official": pa.array(answers.official[area, year]),
        }
    )


def _faults(answers: Answers) -> Iterator[dict[str, Any]]:
    areas, months = answers.country.areas, answers.country.parameters.months
    for fault in answers.planted:
        yield {
            "fault_id": fault.fault_id,
            "kind": fault.kind,
            "place_id": areas[fault.area].uid,
            "element": fault.element,
            "start": first_day(months[fault.first]),
            "end": last_day(months[fault.last]),
            "size": fault.size,
            "other_place_id": areas[fault.other].uid if fault.other >= 0 else "",
        }


def _places(answers: Answers) -> Iterator[dict[str, Any]]:
    country = answers.country
    over = (answers.before.over - answers.before.national[None, :]).mean(1)
    for index, area in enumerate(country.areas):
        mother = country.areas[area.mother].uid if area.mother >= 0 else ""
        original = country.areas[area.copy_of].uid if area.copy_of >= 0 else ""
        quiet = bool(country.quiet[index])
        yield {
            "place_id": area.uid,
            "name": area.name,
            "district": country.districts[area.district].name,
            "real_name": int(area.real),
            "in_real_district": int(quiet),
            "by_sex": int(answers.reports.by_sex[index]),
            "over_reporting_log": 0.0 if quiet else round(float(over[index]), 4),
            "flow_share": round(float(answers.truth.flow[index]), 4),
            "opened": area.opened or "",
            "closed": area.closed or "",
            "served_before_by": mother,
            "copy_of": original,
        }


def national(answers: Answers) -> list[dict[str, Any]]:
    """The country by year: true coverage (%), targets, and what was reported."""
    country, truth = answers.country, answers.truth
    year = year_of(country.parameters)
    official = np.nansum(answers.official, axis=0)
    doses = (answers.reports.total("DTP1") * answers.reports.received).sum(0)
    doses = np.bincount(year, doses)
    part = np.bincount(year) / 12
    rows = []
    for number, one in enumerate(country.parameters.years):
        own = year == number
        row: dict[str, Any] = {
            "year": one,
            "true_surviving_infants": round(np.nansum(answers.known.true[:, number])),
            "official_surviving_infants": int(official[number]),
            "dtp1_reported": int(doses[number]),
            "dtp1_reported_coverage": round(
                float(100 * doses[number] / (official[number] * part[number])), 2
            ),
            "over_reporting_log": round(float(answers.before.national[own].mean()), 4),
        }
        for code in (code for code in KEPT if code in truth.due):
            due = truth.due[code].sum((0, 2))[own].sum()
            reached = truth.reached[code].sum((0, 2))[own].sum()
            share = round(float(100 * reached / due), 2) if due else ""
            row[f"{code.lower()}_true_coverage"] = share
        rows.append(row)
    return rows
