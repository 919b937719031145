"""What surveys and lots share: names of indicators, cohorts, shape of their facts."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.catalogue import Catalogue
from boloci.names import fold
from boloci.pipeline.understanding import Understood
from boloci.stats import surveys
from boloci.stats.intervals import CONFIDENCE
from boloci.stats.vocabulary import BOTH, FEMALE, MALE
from boloci.tables import Finding

COVERAGE = "_coverage"
SEXES = {None: BOTH, "": BOTH, "female": FEMALE, "male": MALE}

FACTS = pa.schema(
    [
        ("indicator", pa.string()),
        ("place", pa.int32()),
        ("period", pa.int32()),
        ("sex", pa.int8()),
        ("method", pa.string()),
        ("denominator_source", pa.string()),
        *((name, pa.float64()) for name in ("numerator", "denominator", "value")),
        ("flags", pa.int64()),
        ("expected", pa.int32()),
        ("received", pa.int32()),
        *((name, pa.float64()) for name in ("lower", "upper", "confidence")),
    ]
)
"""Facts as `publishing.append_found` takes them; percentages are 0-100."""

COHORT = (
    *(("born_first", pa.int32()), ("born_last", pa.int32())),
    *(("vaccinated_first", pa.int32()), ("vaccinated_last", pa.int32())),
)
"""Months (yyyymm) of the children measured; null where the source states the year."""

WHERE = (
    *(("snapshot", pa.int32()), ("file", pa.int16())),
    *(("row", pa.int32()), ("cell", pa.string())),
)
"""The row of a file that an estimate came from."""


def told_table(facts: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Facts of `FACTS`, columns left out null, flags 0, an interval with its level."""
    rows = [
        {
            "denominator_source": "",
            "flags": 0,
            "confidence": None if fact.get("lower") is None else CONFIDENCE,
            **fact,
        }
        for fact in facts
    ]
    return pa.Table.from_pylist(rows, schema=FACTS)


def indicator_named(catalogue: Catalogue, text: str) -> str | None:
    """The indicator in percent that a survey's word means; None if none does.

    Its own name, the name of a share without that word (`zero_dose`), or a dose by any
    word that the dictionary knows, which means its coverage.
    """
    name = fold(text).replace("-", "_").replace(" ", "_")
    for candidate in (name, f"{name}_share"):
        known = catalogue.indicators.get(candidate)
        if known is not None and known.unit == "percent":
            return candidate
    meaning = catalogue.dictionary.element(text.strip().removesuffix(COVERAGE))
    if meaning is None or meaning.table != "values":
        return None
    coverage = meaning.code.lower() + COVERAGE
    return coverage if coverage in catalogue.indicators else None


def unknown_indicators(
    known: Understood, rows: Iterable[Mapping[str, Any]]
) -> list[Finding]:
    """A finding for each word of surveys or lots that is no indicator in percent.

    Antenatal care is none, yet chains of denominators divide by its survey.
    """
    words = Counter(row["indicator"] for row in rows)
    return [
        Finding(
            "survey_indicator_unknown",
            indicator=word,
            value=float(count),
            params={"indicator": word, "count": count},
        )
        for word, count in sorted(words.items())
        if not indicator_named(known.catalogue, word)
        and not _of_mothers(known.catalogue, word)
    ]


def _of_mothers(catalogue: Catalogue, word: str) -> bool:
    meaning = catalogue.dictionary.element(word.strip().removesuffix(COVERAGE))
    return meaning is not None and meaning.code.startswith("ANC")


def cohort_of(row: Mapping[str, Any], vaccinated_at: int) -> dict[str, Any] | None:
    """Year that a survey or lot speaks of, as a period, and the months of its children.

    From the fieldwork (one end is enough) and the ages; a year that the source itself
    states goes first, and then no months are told. None where neither tells.
    """
    if row.get("cohort"):
        return {"period": row["cohort"] * 100}
    start = row["fieldwork_start"] or row["fieldwork_end"]
    end = row["fieldwork_end"] or row["fieldwork_start"]
    age_min, age_max = row["age_min_months"], row["age_max_months"]
    if start is None or age_min is None or age_max is None:
        return None
    found = surveys.cohort(
        _month(start),
        _month(end),
        age_min=age_min,
        age_max=age_max,
        vaccinated_at=vaccinated_at,
    )
    months = (name for name, _kind in COHORT)
    return {
        "period": found.year * 100,
        **{name: periods.month_at(getattr(found, name)) for name in months},
    }


def _month(day: datetime.date) -> int:
    return periods.serial(day.year * 100 + day.month)


def nearest_age(age: float | None, wanted: float) -> float:
    """How far a group of ages begins from the one that is shown first, in months."""
    return abs((wanted if age is None else age) - wanted)
