"""Household surveys: every result with its size and cohort, and those that are shown.

A key of facts has one row, surveys have many: by card, by history, by 12 months, other
ages, other surveys of the same children. Shown is coverage by card or history; of
several the nearest age group, then timing and dose as the profile prefers, then the
larger effective sample, then the later fieldwork.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from boloci import periods
from boloci.catalogue.definitions import Profile
from boloci.pipeline.surveying.told import (
    COHORT,
    SEXES,
    WHERE,
    cohort_of,
    indicator_named,
    nearest_age,
    unknown_indicators,
)
from boloci.pipeline.understanding import Understood
from boloci.stats import surveys
from boloci.stats.intervals import Z
from boloci.stats.vocabulary import BOTH, FLAGS
from boloci.tables import Finding

ESTIMATES = pa.schema(
    [
        ("indicator", pa.string()),
        ("place", pa.int32()),
        ("period", pa.int32()),
        ("sex", pa.int8()),
        *((n, pa.string()) for n in ("survey", "evidence", "timing", "dose")),
        *((n, pa.date32()) for n in ("fieldwork_start", "fieldwork_end")),
        *((n, pa.float64()) for n in ("age_min_months", "age_max_months")),
        *COHORT,
        *((n, pa.float64()) for n in ("value", "lower", "upper", "n")),
        *((n, pa.float64()) for n in ("design_effect", "effective")),
        ("basis", pa.string()),
        ("shown", pa.bool_()),
        *WHERE,
    ]
)
"""Results of surveys: `value`, `lower`, `upper` in percent; `effective`: children of a
simple random sample as sure as this one; `basis`: what that was worked out from
(`stats.surveys.BASES`); `period`: the year of the birth cohort."""

Estimate = dict[str, Any]
Key = tuple[str, int, int, int]


def surveyed(known: Understood, rules: Profile) -> tuple[pa.Table, list[Finding]]:
    """Every result that an indicator, a place and a year are known of: `ESTIMATES`."""
    given = known.tables["surveys"].to_pylist()
    findings = unknown_indicators(known, given)
    rows, undated = _placed(known, given, int(rules.value("survey_vaccinated_at")))
    _measure(rows, float(rules.value("design_effect_assumed")))
    findings += [_undated(survey, count) for survey, count in sorted(undated.items())]
    by_key: dict[Key, list[Estimate]] = defaultdict(list)
    for row in rows:
        key = row["indicator"], row["place"], row["period"], row["sex"]
        by_key[key].append(row)
    for several in by_key.values():
        best = min(several, key=lambda row: rank(row, rules))
        best["shown"] = is_coverage(best, rules)
    findings += _passed_over(known, rows)
    findings += _otherwise(known, by_key.values(), rules)
    return pa.Table.from_pylist(rows, schema=ESTIMATES), findings


def _placed(
    known: Understood, given: Sequence[Mapping[str, Any]], vaccinated_at: int
) -> tuple[list[Estimate], dict[str, int]]:
    rows: list[Estimate] = []
    undated: dict[str, int] = defaultdict(int)
    names = {row["indicator"] for row in given}
    named = {name: indicator_named(known.catalogue, name) for name in names}
    for row in given:
        place = known.place_keys.get(row["place_id"])
        if row["estimate"] is None or place is None or not named[row["indicator"]]:
            continue
        cohort = cohort_of(row, vaccinated_at)
        if cohort is None:
            undated[row["survey"]] += 1
            continue
        sex = SEXES[row["sex"]]
        told = {**row, **cohort, "indicator": named[row["indicator"]]}
        rows.append({**told, "place": place, "sex": sex, "shown": False})
    return rows, undated


def _measure(rows: list[Estimate], assumed: float) -> None:
    """Put size, basis and interval to each result, in percent from here on."""

    def column(name: str) -> surveys.Array:
        return np.array([row[name] for row in rows], dtype=float)

    estimate = column("estimate")
    given = {n: column(n) for n in ("standard_error", "n", "design_effect")}
    low, high = column("lower"), column("upper")
    found = surveys.effective_sample(
        estimate, lower=low, upper=high, **given, assumed=assumed, z=Z
    )
    stated = ~np.isnan(low) & ~np.isnan(high)
    worked_out = surveys.wilson(estimate, found.size, z=Z)
    limits = [
        np.where(stated, told, own)
        for told, own in zip((low, high), worked_out, strict=True)
    ]
    for at, row in enumerate(rows):
        row["value"] = 100 * float(estimate[at])
        row["lower"], row["upper"] = (_percent(limit[at]) for limit in limits)
        row["effective"] = _known(found.size[at])
        row["basis"] = surveys.BASES[found.basis[at]]


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else 100 * float(share)


def is_coverage(row: Mapping[str, Any], rules: Profile) -> bool:
    """Whether a result is coverage by the answers that the profile shows."""
    return row["evidence"] in (None, rules.value("survey_evidence"))


def _alike(row: Mapping[str, Any], rules: Profile) -> tuple[Any, ...]:
    """What must be the same for two results to be of one thing, best first."""
    return (
        not is_coverage(row, rules),
        nearest_age(row["age_min_months"], float(rules.value("survey_age"))),
        row["timing"] not in (None, rules.value("survey_timing")),
        row["dose"] not in (None, rules.value("survey_dose")),
    )


def rank(row: Mapping[str, Any], rules: Profile) -> tuple[Any, ...]:
    """Sorts results of one key: the one that is shown comes first."""
    ended = row["fieldwork_end"] or row["fieldwork_start"] or datetime.date.min
    size = -(row["effective"] or 0.0)
    return (*_alike(row, rules), size, -ended.toordinal(), row["survey"])


def facts(surveyed: pa.Table) -> Iterator[dict[str, Any]]:
    """The results that are shown, as facts of method `survey`."""
    assumed = FLAGS["design_effect_assumed"]
    for row in surveyed.to_pylist():
        if not row["shown"]:
            continue
        kept = ("indicator", "place", "period", "sex", "value", "lower", "upper")
        yield {
            **{name: row[name] for name in kept},
            "method": "survey",
            "denominator": row["n"],
            "flags": assumed if row["basis"] == "design_effect_assumed" else 0,
        }


def _undated(survey: str, count: int) -> Finding:
    return Finding(
        "survey_cohort_unknown",
        value=float(count),
        params={"survey": survey, "count": count},
    )


def _passed_over(known: Understood, rows: Sequence[Estimate]) -> Iterator[Finding]:
    """One finding a place and year with results that are not shown."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        if not row["shown"]:
            counts[row["place"], row["period"]] += 1
    for (place, period), count in sorted(counts.items()):
        at = known.tree.places[place]
        yield Finding(
            "survey_rows_passed_over",
            "info",
            place_id=at.id,
            period_start=periods.text(period),
            value=float(count),
            params={"count": count, "place": at.name},
        )


def _otherwise(known: Understood, groups: Any, rules: Profile) -> Iterator[Finding]:
    """One finding a place and year whose surveys say two things: the furthest apart.

    Two results of one kind whose intervals do not touch; without intervals none.
    """
    furthest: dict[tuple[int, int], tuple[float, Estimate, Estimate]] = {}
    for several in groups:
        shown = next((row for row in several if row["shown"]), None)
        if shown is None or shown["sex"] != BOTH:
            continue
        for other in several:
            same = _alike(other, rules) == _alike(shown, rules)
            if other is shown or not same or not _apart(shown, other):
                continue
            gap = abs(other["value"] - shown["value"])
            key = shown["place"], shown["period"]
            if gap > furthest.get(key, (0.0,))[0]:
                furthest[key] = gap, shown, other
    for (place, period), (_gap, shown, other) in sorted(furthest.items()):
        yield Finding(
            "survey_says_otherwise",
            "warning",
            indicator=shown["indicator"],
            place_id=known.tree.places[place].id,
            period_start=periods.text(period),
            value=shown["value"],
            expected=other["value"],
            low=other["lower"],
            high=other["upper"],
            params={
                "indicator": shown["indicator"],
                "shown": round(shown["value"], 1),
                "other": round(other["value"], 1),
                "survey": shown["survey"],
                "other_survey": other["survey"],
            },
        )


def _apart(one: Estimate, other: Estimate) -> bool:
    if one["lower"] is None or other["lower"] is None:
        return False
    return bool(one["lower"] > other["upper"] or other["lower"] > one["upper"])
