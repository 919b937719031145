"""Surveys, lots and recounts, as the joint model takes them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from boloci import periods
from boloci.pipeline.estimating.places import Area
from boloci.stats.estimate.evidence import (
    ANTIGENS,
    JOINT,
    Anchor,
    Array,
    telling_the_level,
)

FEWEST = 0.5
"""Share of the months in which children asked were due that must be known."""
WITHIN = ("district", "region")
"""Levels of a country that surveys tell; the finest that one tells is taken of it."""
EVIDENCE = ("card_or_history", "history", "card")
"""Where a survey tells several: a card alone misses who lost it."""
LEAST_CHILDREN = 1.0
"""Of a survey nobody may be found, or everybody: a child of each is added, so that its
error is not 0."""


RECOUNT_ERROR = 0.06
"""Of the log of reports over registers of an area, all its quarters together: what is
misread when a register is counted again, and what the months counted have of their
own."""


@dataclass(frozen=True)
class Asked:
    """Rows of surveys and lots; `surveys` are the names whose biases are apart."""

    surveys: tuple[str, ...]
    told: tuple[Mapping[str, Any], ...]
    lots: tuple[Mapping[str, Any], ...]
    of_country: tuple[Mapping[str, Any], ...] = ()
    """Of surveys that tell no region and no district."""


def read(file: duckdb.DuckDBPyConnection) -> Asked:
    """What was asked of both sexes, of the finest places that each survey tells."""
    told = _rows(
        file,
        "SELECT s.*, p.level, p.place_id FROM survey_estimates s"
        " JOIN place p ON p.place_key = s.place WHERE sex = 0 AND value IS NOT NULL"
        " AND effective > 0 AND shown ORDER BY survey, indicator, place, row",
    )
    lots = _rows(
        file,
        "SELECT l.*, p.place_id, p.level FROM lots l JOIN place p"
        " ON p.place_key = l.place WHERE sex = 0 AND sample > 0 AND shown"
        " ORDER BY round, indicator, place, row",
    )
    chosen = tuple(_chosen(told))
    names = tuple(dict.fromkeys(row["survey"] for row in chosen))
    within = tuple(row for row in chosen if row["level"] in WITHIN)
    of_country = tuple(row for row in chosen if row["level"] not in WITHIN)
    return Asked(names, within, tuple(_one_dose(lots)), of_country)


def names(file: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Surveys and rounds of lots that the build holds, in the order of their names."""
    rows = file.execute(
        "SELECT survey FROM survey_estimates WHERE survey IS NOT NULL"
        " UNION SELECT round FROM lots WHERE round IS NOT NULL ORDER BY 1"
    ).fetchall()
    return tuple(name for (name,) in rows)


def _rows(file: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return list(file.sql(query).to_arrow_table().to_pylist())


def _antigen(row: Mapping[str, Any]) -> int | None:
    code = str(row["indicator"]).removesuffix("_coverage").upper()
    return ANTIGENS.index(code) if code in ANTIGENS else None


def _chosen(told: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """One row a survey, dose and place: of districts where it tells them, else of
    regions, else of the country; by the evidence that misses fewest."""
    known = [row for row in told if _antigen(row) is not None]
    for survey in dict.fromkeys(row["survey"] for row in known):
        own = [row for row in known if row["survey"] == survey]
        levels = {row["level"] for row in own}
        level = next((one for one in (*WITHIN, "country") if one in levels), None)
        best: dict[tuple[int | None, int], Mapping[str, Any]] = {}
        for row in (row for row in own if row["level"] == level):
            key = _antigen(row), row["place"]
            if key not in best or _rank(row) < _rank(best[key]):
                best[key] = row
        yield from best.values()


def _one_dose(lots: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """One row a round and place, of DTP1 where the lot asked of it: the same children
    were asked of every dose, and would be taken for others."""
    joint = range(len(ANTIGENS))[JOINT]
    best: dict[tuple[str, int], Mapping[str, Any]] = {}
    for row in sorted(lots, key=lambda row: _antigen(row) or 0):
        if _antigen(row) in joint:
            best.setdefault((row["round"], row["place"]), row)
    yield from best.values()


def _rank(row: Mapping[str, Any]) -> tuple[int, bool]:
    evidence = row["evidence"]
    order = EVIDENCE.index(evidence) if evidence in EVIDENCE else len(EVIDENCE)
    return order, row["dose"] != "crude"


def anchors(
    asked: Asked,
    areas: Sequence[Area],
    districts: Sequence[str],
    quarters: Sequence[int],
) -> tuple[Anchor, ...]:
    """Those of a region: of itself or of one of its districts."""
    here = {areas[0].region_id: tuple(range(len(districts)))}
    here |= {district: (number,) for number, district in enumerate(districts)}
    found = [
        *(_survey(row, here, asked.surveys, quarters) for row in asked.told),
        *(_lot(row, here, quarters) for row in asked.lots),
    ]
    return tuple(one for one in found if one is not None)


def of_country(
    asked: Asked, quarters: Sequence[int], counted: Collection[int]
) -> tuple[Anchor, ...]:
    """Those of the country alone that tell the level: see `telling_the_level`."""
    here = {row["place_id"]: () for row in asked.of_country}
    rows = (_survey(row, here, asked.surveys, quarters) for row in asked.of_country)
    found = [one for one in rows if one is not None]
    return telling_the_level(found, counted)


def recounts(
    rows: Iterable[Mapping[str, Any]],
    position: Mapping[str, int],
    quarters: Sequence[int],
) -> tuple[tuple[int, int, float, float], ...]:
    """Area, quarter, log of report over register and its error: all that was recounted
    of an area's quarter together. Left out: areas elsewhere, quarters not estimated,
    and where nothing was found in one of the two.

    rows        `place_id`, `period` (month), `register`, `monthly_report`
    position    number of each area by `place_id`
    quarters    period codes
    """
    sums: dict[tuple[int, int], tuple[float, float]] = {}
    for row in rows:
        told = row["register"], row["monthly_report"]
        quarter = periods.containing(int(row["period"]), periods.QUARTER)
        if row["place_id"] in position and quarter in quarters and None not in told:
            where = position[row["place_id"]], quarters.index(quarter)
            before = sums.get(where, (0.0, 0.0))
            sums[where] = before[0] + told[0], before[1] + told[1]
    of_area = Counter(
        area for (area, _), (register, report) in sums.items() if register and report
    )
    return tuple(
        (
            *where,
            float(np.log(report / register)),
            RECOUNT_ERROR * of_area[where[0]] ** 0.5,
        )
        for where, (register, report) in sums.items()
        if register and report
    )


def _survey(
    row: Mapping[str, Any],
    here: Mapping[str, tuple[int, ...]],
    names: Sequence[str],
    quarters: Sequence[int],
) -> Anchor | None:
    weights, antigen = _weights(row, quarters), _antigen(row)
    if row["place_id"] not in here or weights is None or antigen is None:
        return None
    share, size = row["value"] / 100, row["effective"]
    near = (share * size + LEAST_CHILDREN) / (size + 2 * LEAST_CHILDREN)
    return Anchor(
        row["survey"],
        antigen,
        here[row["place_id"]],
        weights,
        share,
        float(np.sqrt(near * (1 - near) / size)),
        source=names.index(row["survey"]),
    )


def _lot(
    row: Mapping[str, Any],
    here: Mapping[str, tuple[int, ...]],
    quarters: Sequence[int],
) -> Anchor | None:
    weights, antigen = _weights(row, quarters), _antigen(row)
    if row["place_id"] not in here or weights is None or antigen is None:
        return None
    clusters = row["clusters"] or row["sample"]
    within = row["intracluster"] or 0.0
    effect = 1 + max(0.0, row["sample"] / clusters - 1) * within
    share = row["vaccinated"] / row["sample"]
    size = row["sample"] / effect
    name = row["round"]
    return Anchor(name, antigen, here[row["place_id"]], weights, share, 0.0, size=size)


def _weights(row: Mapping[str, Any], quarters: Sequence[int]) -> Array | None:
    """(quarters) weight of the months in which the children asked were due; None where
    too few of them are known."""
    first, last = row["vaccinated_first"], row["vaccinated_last"]
    if first is None or last is None:
        return None
    months = periods.month_range(first, last)
    at = {quarter: number for number, quarter in enumerate(quarters)}
    within = [at.get(periods.containing(m, periods.QUARTER)) for m in months]
    known = [number for number in within if number is not None]
    if not known or len(known) < FEWEST * len(months):
        return None
    counted = np.bincount(known, minlength=len(quarters))
    result: Array = counted / len(known)
    return result
