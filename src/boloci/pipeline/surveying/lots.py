"""Lots: each one's class with both risks of error, and coverage pooled above them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci.catalogue.definitions import Profile
from boloci.pipeline.surveying.told import (
    COHORT,
    COVERAGE,
    SEXES,
    WHERE,
    cohort_of,
    indicator_named,
    unknown_indicators,
)
from boloci.pipeline.understanding import Understood
from boloci.stats import lots as stats
from boloci.stats.intervals import Z
from boloci.stats.vocabulary import FLAGS
from boloci.tables import Finding

LOTS = pa.schema(
    [
        ("indicator", pa.string()),
        ("place", pa.int32()),
        ("period", pa.int32()),
        ("sex", pa.int8()),
        ("round", pa.string()),
        *((n, pa.date32()) for n in ("fieldwork_start", "fieldwork_end")),
        *((n, pa.float64()) for n in ("age_min_months", "age_max_months")),
        *COHORT,
        *((n, pa.float64()) for n in ("vaccinated", "sample", "clusters")),
        *((n, pa.float64()) for n in ("decision_number", "upper", "lower")),
        ("lot_population", pa.float64()),
        ("lot_class", pa.int8()),
        *((n, pa.float64()) for n in ("fail_good", "pass_bad")),
        *((n, pa.float64()) for n in ("fail_good_clusters", "pass_bad_clusters")),
        ("intracluster", pa.float64()),
        ("shown", pa.bool_()),
        *WHERE,
    ]
)
"""Lots as drawn. `lot_class`: 1 passed, 2 uncertain, 3 failed, null not classified.
`fail_good`, `pass_bad`: risks of the decision rule for children drawn one by one,
`_clusters` for the clusters as drawn. `upper`, `lower`: shares (0-1). `shown`: the last
round of a place, year and sex."""

Lot = dict[str, Any]
SUFFIX = "_lot"


def lots(known: Understood, rules: Profile) -> tuple[pa.Table, list[Finding]]:
    """Every lot that an indicator, a place and a year are known of: `LOTS`."""
    given = known.tables["lqas"].to_pylist()
    findings = unknown_indicators(known, given)
    rows: list[Lot] = []
    undated: dict[str, int] = defaultdict(int)
    for row in given:
        place = known.place_keys.get(row["place_id"])
        indicator = indicator_named(known.catalogue, row["indicator"])
        if place is None or indicator is None:
            continue
        cohort = cohort_of(row, int(rules.value("survey_vaccinated_at")))
        if cohort is None:
            undated[row["round"]] += 1
            continue
        sex = SEXES[row["sex"]]
        named = {"indicator": indicator, "place": place, "sex": sex}
        rows.append({**row, **cohort, **named, **_class(row, rules)})
    _show_last(rows)
    findings += [
        Finding(
            "survey_cohort_unknown",
            value=float(count),
            params={"survey": name, "count": count},
        )
        for name, count in sorted(undated.items())
    ]
    unclear = [row for row in rows if row["lot_class"] is None]
    alone = [row for row in rows if not row["lot_population"]]
    findings += _counted("lot_not_classified", "warning", unclear)
    findings += _counted("lots_without_population", "info", alone)
    return pa.Table.from_pylist(rows, schema=LOTS), findings


def _class(row: Mapping[str, Any], rules: Profile) -> Lot:
    """Class of a lot and the risks of its decision rule; blank where it has none."""
    seen, sample = row["vaccinated"], row["sample"]
    decision = row["decision_number"]
    upper = row["upper"] or float(rules.value("lot_upper"))
    lower = row["lower"] or float(rules.value("lot_lower"))
    icc = float(rules.value("lot_intracluster")) if row["clusters"] else 0.0
    told: Lot = {"upper": upper, "lower": lower, "intracluster": icc}
    told["lot_class"] = None
    if not _whole(seen, sample, decision) or seen > sample:
        return told
    sizes = stats.cluster_sizes(int(sample), int(row["clusters"] or 0))
    around = {"upper": upper, "lower": lower}
    alone = stats.risks(sizes, int(decision), **around)
    together = stats.risks(sizes, int(decision), **around, icc=icc)
    risk = float(rules.value("lot_risk"))
    return {
        **told,
        "lot_class": stats.lot_class(
            int(seen), sizes, int(decision), **around, icc=icc, risk=risk
        ),
        "fail_good": alone.fail_good,
        "pass_bad": alone.pass_bad,
        "fail_good_clusters": together.fail_good,
        "pass_bad_clusters": together.pass_bad,
    }


def _whole(*numbers: float | None) -> bool:
    """Whether all are known, whole and not negative."""
    return all(n is not None and n >= 0 and float(n).is_integer() for n in numbers)


def _show_last(rows: Sequence[Lot]) -> None:
    """Mark the latest lot of each key."""
    last: dict[tuple[Any, ...], Lot] = {}
    for row in rows:
        row["shown"] = False
        key = row["indicator"], row["place"], row["period"], row["sex"]
        if key not in last or _when(row) >= _when(last[key]):
            last[key] = row
    for row in last.values():
        row["shown"] = True


def _when(row: Lot) -> tuple[str, str]:
    ended = row["fieldwork_end"] or row["fieldwork_start"]
    return (ended.isoformat() if ended else "", row["round"])


def _counted(rule: str, severity: str, rows: Sequence[Lot]) -> Iterator[Finding]:
    """One finding a round."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row["round"]] += 1
    for name, count in sorted(counts.items()):
        yield Finding(
            rule,
            severity,
            value=float(count),
            params={"round": name, "count": count},
        )


def facts(
    known: Understood, drawn: pa.Table, rules: Profile
) -> Iterator[dict[str, Any]]:
    """Classes of the lots that are shown, and coverage pooled at the places above."""
    rows = [row for row in drawn.to_pylist() if row["shown"]]
    for row in rows:
        name = row["indicator"].removesuffix(COVERAGE) + SUFFIX
        if name not in known.catalogue.indicators:
            continue
        unclear = row["lot_class"] is None
        yield {
            "indicator": name,
            "place": row["place"],
            "period": row["period"],
            "sex": row["sex"],
            "method": "lqas",
            "numerator": row["vaccinated"],
            "denominator": row["sample"],
            "value": row["lot_class"],
            "flags": FLAGS["not_classifiable"] if unclear else 0,
        }
    yield from _pooled(known, rows, rules)


def _pooled(
    known: Understood, rows: Sequence[Lot], rules: Profile
) -> Iterator[dict[str, Any]]:
    """Coverage of the lots inside each place above; null where one has no population.

    `expected`: places of the lots' level inside, `received`: lots. Lots of several
    levels are pooled apart, the lowest level shown.
    """
    ways = _Ways(known)
    inside: dict[tuple[Any, ...], list[Lot]] = defaultdict(list)
    for row in rows:
        month = row["born_last"] or row["period"] + 12
        for above in ways.above(row["place"], month):
            level = known.tree.places[row["place"]].level
            key = row["indicator"], above, row["period"], row["sex"], level
            inside[key].append(row)
    least = int(rules.value("lots_least_pooled"))
    icc = float(rules.value("lot_intracluster"))
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (indicator, above, period, sex, level), several in sorted(inside.items()):
        good = [row for row in several if row["lot_class"] is not None]
        if len(good) < least:
            continue
        month = good[0]["born_last"] or period + 12
        places = ways.inside(above, level, month)
        flags = FLAGS["incomplete"] if len(good) < places else 0
        told[indicator, above, period, sex] = {
            "indicator": indicator,
            "place": above,
            "period": period,
            "sex": sex,
            "method": "lqas",
            "expected": places,
            "received": len(good),
            **_together(good, flags, icc),
        }
    yield from told.values()


def _together(rows: Sequence[Lot], flags: int, icc: float) -> dict[str, Any]:
    if any(not row["lot_population"] for row in rows):
        missing = FLAGS["lot_population_missing"] + FLAGS["refused"]
        return {"value": None, "flags": flags + missing}
    found = stats.pooled(
        [row["vaccinated"] for row in rows],
        [row["sample"] for row in rows],
        [row["clusters"] or 0 for row in rows],
        [row["lot_population"] for row in rows],
        icc=icc,
        z=Z,
    )
    return {
        "value": 100 * found.estimate,
        "lower": 100 * found.lower,
        "upper": 100 * found.upper,
        "denominator": sum(row["sample"] for row in rows),
        "flags": flags,
    }


class _Ways:
    """Which places lie above and inside which, month by month."""

    def __init__(self, known: Understood):
        self._above: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._inside: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._levels = [place.level for place in known.tree.places]
        for way in known.tree.membership().to_pylist():
            unit, place = way["place_key"], way["ancestor_key"]
            if unit != place:
                months = way["first_month"], way["last_month"]
                self._above[unit].append((place, *months))
                self._inside[place].append((unit, *months))

    def above(self, unit: int, month: int) -> list[int]:
        """Places and groups that a place adds to in a month."""
        return [p for p, first, last in self._above[unit] if first <= month <= last]

    def inside(self, place: int, level: str, month: int) -> int:
        """How many places of a level add to a place in a month."""
        return sum(
            first <= month <= last and self._levels[unit] == level
            for unit, first, last in self._inside[place]
        )
