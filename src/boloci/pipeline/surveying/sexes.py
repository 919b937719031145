"""Boys against girls in household surveys: the gap in points with its interval.

Both from one survey and one kind of answer, so that no survey is held against another.
A survey knows how sure each sex is, so the gap in points has an interval; girls and
boys of the same clusters are taken as independent, which if anything widens it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci.catalogue.definitions import Indicator, Profile
from boloci.pipeline.surveying.household import is_coverage, rank
from boloci.pipeline.understanding import Understood
from boloci.stats import intervals
from boloci.stats.vocabulary import BOTH, FEMALE, FLAGS, MALE

Estimate = Mapping[str, Any]

SAME = (
    *("indicator", "place", "period", "survey", "evidence", "timing", "dose"),
    *("fieldwork_start", "age_min_months", "age_max_months"),
)
"""What girls and boys must have in common to be held against each other."""

KINDS = ("sex_gap", "sex_ratio", "sex_gap_relative", "measure_sex_gap")


def gaps(
    known: Understood, surveyed: pa.Table, rules: Profile
) -> Iterator[dict[str, Any]]:
    """Facts of method `survey`, from results of both sexes (`household.ESTIMATES`)."""
    told = _indicators(known.catalogue.indicators)
    for girls, boys in _pairs(surveyed.to_pylist(), rules):
        for name, kind in told.get(girls["indicator"], {}).items():
            yield {
                **{column: girls[column] for column in ("place", "period")},
                "indicator": name,
                "sex": BOTH,
                "method": "survey",
                "denominator": _children(girls, boys),
                "flags": _flags(girls, boys),
                **_compared(kind, girls, boys),
            }


def _indicators(indicators: Mapping[str, Indicator]) -> dict[str, dict[str, str]]:
    """Indicator in percent -> the indicators of its sex gap and their kinds."""
    coverage = {
        one.formula["element"]: name
        for name, one in indicators.items()
        if one.formula["kind"] == "coverage"
    }
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, one in indicators.items():
        kind = one.formula["kind"]
        if kind in KINDS:
            element = one.formula.get("element", "")
            of = one.formula.get("of") or coverage.get(element, "")
            found[of][name] = kind
    return found


def _pairs(
    rows: Sequence[Estimate], rules: Profile
) -> Iterator[tuple[Estimate, Estimate]]:
    """Girls and boys of the survey that goes first, one pair a place and year."""
    alike: dict[tuple[Any, ...], dict[int, Estimate]] = defaultdict(dict)
    for row in rows:
        if row["sex"] != BOTH and is_coverage(row, rules):
            alike[tuple(row[name] for name in SAME)][row["sex"]] = row
    best: dict[tuple[Any, ...], tuple[Estimate, Estimate]] = {}
    for key, sexes in alike.items():
        if len(sexes) == len((FEMALE, MALE)):
            pair = sexes[FEMALE], sexes[MALE]
            held = best.setdefault(key[:3], pair)
            best[key[:3]] = min(held, pair, key=lambda two: rank(two[0], rules))
    yield from best.values()


def _compared(kind: str, girls: Estimate, boys: Estimate) -> dict[str, float | None]:
    """The value, and the interval of a gap in points."""
    above = boys["value"] - girls["value"]
    if kind == "sex_ratio":
        return {"value": girls["value"] / boys["value"] if boys["value"] else None}
    if kind == "sex_gap_relative":
        return {"value": 100 * above / boys["value"] if boys["value"] else None}
    ends = ("lower", "upper")
    if any(row[end] is None for row in (girls, boys) for end in ends):
        return {"value": above}
    low, high = intervals.difference(
        boys["value"],
        (boys["lower"], boys["upper"]),
        girls["value"],
        (girls["lower"], girls["upper"]),
    )
    return {"value": above, "lower": low, "upper": high}


def _children(girls: Estimate, boys: Estimate) -> float | None:
    if girls["n"] is None or boys["n"] is None:
        return None
    return float(girls["n"] + boys["n"])


def _flags(*rows: Estimate) -> int:
    assumed = any(row["basis"] == "design_effect_assumed" for row in rows)
    return FLAGS["design_effect_assumed"] if assumed else 0
