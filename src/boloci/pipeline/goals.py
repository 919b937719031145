"""Goals as they were set, ready to be held against facts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci.catalogue.definitions import Indicator, Profile
from boloci.lake.engines import Engine
from boloci.pipeline.understanding import Understood
from boloci.places.tree import GROUP
from boloci.stats.goals import DOWN, UP
from boloci.tables import Finding

GOALS = pa.schema(
    [
        ("indicator", pa.string()),
        ("place", pa.int32()),
        ("first", pa.int32()),
        ("last", pa.int32()),
        ("goal", pa.float64()),
    ]
)
"""`first` to `last`: the years, as periods, for which this goal is the next due."""


def take_goals(engine: Engine, known: Understood, *, profile: Profile) -> list[Finding]:
    """Table `goals` (`GOALS`), and a finding for each goal that cannot be judged."""
    indicators = known.catalogue.indicators
    set_goals: dict[tuple[str, int], dict[int, float]] = {}
    findings = []
    for row in known.tables["goals"].to_pylist():
        why = _why_not(indicators.get(row["indicator"]), row, profile)
        places = [] if why else _places(known, row)
        if not places:
            findings.append(_not_judged(row, why or "place"))
        for place in places:
            years = set_goals.setdefault((row["indicator"], place), {})
            years[row["year"]] = row["value"]
    engine.put("goals", _in_turn(set_goals), lasting=True)
    return findings


def _why_not(
    indicator: Indicator | None, row: Mapping[str, Any], profile: Profile
) -> str:
    if indicator is None:
        return "indicator"
    if indicator.direction not in (UP, DOWN) or indicator.formula["kind"] == "measure":
        return "direction"
    baseline = int(profile.value("baseline_year"))
    if indicator.formula["kind"] != "change_since_baseline":
        return ""
    return "baseline" if row["baseline_year"] not in (None, baseline) else ""


def _places(known: Understood, row: Mapping[str, Any]) -> list[int]:
    """Keys of a goal's place or group; neither: the top of the tree."""
    if row["group"] or row["place_id"]:
        level = GROUP if row["group"] else None
        found = known.tree.find(row["group"] or row["place_id"], level)
        return [found[0].key] if len(found) == 1 else []
    return [p.key for p in known.tree.places if not p.parent_id and p.level != GROUP]


def _in_turn(set_goals: Mapping[tuple[str, int], Mapping[int, float]]) -> pa.Table:
    rows = []
    for (indicator, place), years in sorted(set_goals.items()):
        first = 0
        for year, goal in sorted(years.items()):
            rows.append(
                {
                    "indicator": indicator,
                    "place": place,
                    "first": first,
                    "last": year * 100,
                    "goal": goal,
                }
            )
            first = (year + 1) * 100
    return pa.Table.from_pylist(rows, schema=GOALS)


def _not_judged(row: Mapping[str, Any], why: str) -> Finding:
    return Finding(
        f"goal_not_judged_{why}",
        indicator=row["indicator"],
        period_start=str(row["year"]),
        value=row["value"],
        params={
            "indicator": row["indicator"],
            "year": row["year"],
            "place": row["group"] or row["place_id"] or "",
            "baseline": row["baseline_year"] or "",
        },
    )


def with_goals(engine: Engine) -> frozenset[str]:
    """Names of the indicators that have a goal."""
    rows: Sequence[tuple[str]] = engine.rows("SELECT DISTINCT indicator FROM goals")
    return frozenset(name for (name,) in rows)
