"""Survey coverage that chains of denominators divide by: which survey, for which year.

A chain from ANC1 or Penta1 is as good as the survey it divides by, so profile
`boloci` takes the coverage from an imported survey of the very place, of the year or
the nearest before within a few years, and refuses the chain without one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from boloci.catalogue.definitions import Profile
from boloci.lake.engines import Engine
from boloci.pipeline.rules import Rules
from boloci.pipeline.surveying.told import cohort_of
from boloci.pipeline.understanding import Understood
from boloci.stats.denominators import CIRCULAR_AT_BASE
from boloci.tables import Finding

SCHEMA = pa.schema(
    [
        ("element", pa.int16()),
        ("place", pa.int32()),
        ("survey", pa.string()),
        ("survey_year", pa.int32()),
        ("coverage", pa.float64()),
        ("rank", pa.int32()),
    ]
)
SUFFIX = "_coverage"
CONTACTS = "ANC1"
"""Element that mothers tell of: no card is asked for, and no cohort by age."""


def take_surveys(
    engine: Engine, known: Understood, rules: Rules, bases: Mapping[str, str]
) -> None:
    """Table `survey_coverage`: element, place, year, coverage (0-1), survey,
    survey_year; one row for each year that a survey may serve.

    Empty where the profile takes its own constants, or compares no denominators.
    `bases`: source of denominators -> element its chain starts from.
    """
    profile = rules.profile
    constants = profile.constants
    measured = "survey_coverage_from" in constants and (
        profile.value("survey_coverage_from") == "imported"
    )
    rows = list(_rows(known, rules, set(bases.values()))) if measured else []
    engine.put("surveyed", pa.Table.from_pylist(rows, schema=SCHEMA))
    back = int(profile.value("survey_years_back")) if measured else 0
    engine.create("survey_coverage", _SERVING.format(back=back), lasting=True)
    engine.drop("surveyed")


def _rows(
    known: Understood, rules: Rules, elements: set[str]
) -> Iterator[dict[str, Any]]:
    """Estimates of both sexes that a chain may divide by, best kind of answer first."""
    meaning = known.catalogue.dictionary.element
    codes = {
        text: found.code
        for text in set(known.tables["surveys"]["indicator"].to_pylist())
        if (found := meaning(text.lower().removesuffix(SUFFIX)))
    }
    for row in known.tables["surveys"].to_pylist():
        code = codes.get(row["indicator"])
        place = known.place_keys.get(row["place_id"])
        estimate = row["estimate"]
        usable = estimate is not None and 0 < estimate <= 1 and not row["sex"]
        year = _year(row, code or "", rules.profile)
        if code not in elements or place is None or not usable or year is None:
            continue
        rank = _rank(row, code)
        if rank is not None:
            yield {
                "element": rules.key(code),
                "place": place,
                "survey": row["survey"],
                "survey_year": year,
                "coverage": estimate,
                "rank": rank,
            }


def _rank(row: Mapping[str, Any], code: str) -> int | None:
    """0 for the answer that counts every child reached; None: it leaves some out.

    Coverage by card alone counts the cards that were kept.
    """
    if code != CONTACTS and row["evidence"] not in (None, "", "card_or_history"):
        return None
    return int(row["dose"] == "valid") + int(row["timing"] == "by_12_months")


def _year(row: Mapping[str, Any], code: str, profile: Profile) -> int | None:
    """The year that an estimate speaks of: of its cohort; of mothers: of fieldwork."""
    if code == CONTACTS and not row["cohort"]:
        day = row["fieldwork_start"] or row["fieldwork_end"]
        return int(day.year) if day else None
    found = cohort_of(row, int(profile.value("survey_vaccinated_at")))
    return int(found["period"]) // 100 if found else None


def findings(
    engine: Engine, rules: Rules, bases: Mapping[str, str], constants: Mapping[str, str]
) -> Iterator[Finding]:
    """A finding a chain: refused for want of a survey, or computed from a constant."""
    for source in rules.profile.value("denominator_candidates"):
        if source not in bases:
            continue
        key = rules.key(bases[source])
        places, without = engine.rows(_WITHOUT.format(element=key))[0]
        params = {"source": source, "count": without, "places": places}
        if not places:
            continue
        if rules.profile.value("survey_coverage_from") == "constant":
            coverage = 100 * float(rules.profile.value(constants[source]))
            yield Finding(
                "denominator_survey_assumed",
                "info",
                element=bases[source],
                value=coverage,
                params={**params, "coverage": round(coverage)},
            )
        elif without and source not in CIRCULAR_AT_BASE:
            yield Finding(
                "denominator_without_survey",
                "info",
                element=bases[source],
                value=float(without),
                params=params,
            )


_WITHOUT = """
SELECT count(DISTINCT c.place),
       count(DISTINCT c.place) FILTER (WHERE v.place IS NULL)
FROM counts c LEFT JOIN survey_coverage v
    ON v.element = c.element AND v.place = c.place AND v.year = c.period // 100
WHERE c.element = {element} AND c.period % 100 = 0 AND c.total IS NOT NULL
"""

_SERVING = """
WITH years AS (
    SELECT DISTINCT period // 100 AS year FROM counts WHERE period % 100 = 0
)
SELECT s.element, s.place, y.year::INTEGER AS year, s.coverage, s.survey,
       s.survey_year
FROM surveyed s JOIN years y ON y.year BETWEEN s.survey_year AND s.survey_year + {back}
QUALIFY row_number() OVER (PARTITION BY s.element, s.place, y.year
    ORDER BY s.survey_year DESC, s.rank, s.survey) = 1
"""
