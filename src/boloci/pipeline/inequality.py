"""How unequal the groups of a place are: from facts to rows of `tables.INEQUALITY`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from boloci import periods
from boloci.catalogue import Catalogue
from boloci.lake.engines import Engine
from boloci.pipeline.groups import (
    USUAL,
    Asked,
    Case,
    Sheet,
    Told,
    constants,
    flags_of,
    last_year,
    told,
)
from boloci.stats import distribution
from boloci.stats.inequality import (
    KINDS,
    Floats,
    Measure,
    drawn_values,
    refusal,
)
from boloci.tables import INEQUALITY

STORED = ("dtp1_coverage", "dtp3_coverage", "mcv1_coverage")
"""Indicators whose measures over districts a build stores, by year, as reported."""
STORED_OVER = "district"
STORED_WITHIN = ("country", "region")

ZERO_DOSE_FROM = "dtp1_coverage"
"""Whose doses and targets tell zero-dose children."""
_CANNOT_TELL = {"incomplete", "no_report", "to_date", "target_incomplete"}
"""Flags of a coverage that cannot tell how many were not reached."""
_DRAWN = ("mdbu", "mdbw", "mdru", "mdrw", "par", "paf")
"""Measures whose interval comes from draws."""
_NOT_NEGATIVE = ("bgv", "theil", "mld")
"""Measures that cannot be below 0, whose normal interval can."""
ESTIMATED = "estimated"

Found = Measure | str
"""A measure, or the flag that says why it is refused."""
Row = Mapping[str, Any]


def measures(case: Case, names: Sequence[str] | None = None) -> Iterator[Row]:
    """A row for each measure of groups without an order; `names`: these only.

    Rows have the columns of `tables.INEQUALITY`, `profile` and `build` left out.
    """
    now = told(case)
    wanted = [
        name
        for name, text in case.catalogue.inequality.items()
        if not text.ordered and (names is None or name in names)
    ]
    draws = _draws(case, now) if set(wanted) & set(_DRAWN) else None
    for name in wanted:
        if now.one_sided:
            found: Found = "more_doses_than_children"
        elif name in KINDS:
            found = _of_kind(name, case, now, draws)
        elif len(now.ids) < case.constants.least_groups:
            found = "too_few_groups"
        else:
            found = _OF_THE_WORST[name](case, now)
        yield row_of(case.asked, name, *_sound(name, now, found))


def _draws(case: Case, now: Told) -> Floats | None:
    if not now.ids:
        return None
    rules = case.constants
    return drawn_values(now.groups, draws=rules.draws, seed=rules.seed)


def _of_kind(name: str, case: Case, now: Told, draws: Floats | None) -> Found:
    kind = KINDS[name]
    refused = refusal(kind, now.groups, least=case.constants.least_groups)
    return refused or kind.compute(now.groups, draws)


def _sound(name: str, now: Told, found: Found) -> tuple[Told, Found]:
    """The same, its interval left away and flagged where it cannot be one.

    The best of many draws lies above the best group, so that where noise is as wide
    as the gaps an interval from draws may lie above its own value; a normal one
    around a small variance reaches below 0, which WHO's package lets stand.
    """
    if isinstance(found, str) or found.lower is None or found.upper is None:
        return now, found
    impossible = name in _NOT_NEGATIVE and found.lower < 0
    if found.lower <= found.value <= found.upper and not impossible:
        return now, found
    return replace(now, flags=now.flags | {"interval_unknown"}), Measure(found.value)


def row_of(asked: Asked, name: str, now: Told, found: Found) -> Row:
    """A measure, or why it is refused, as a row of `tables.INEQUALITY`."""
    measure = None if isinstance(found, str) else found
    flags = set(now.flags)
    if name in _OF_THE_WORST or measure is None:
        flags.discard("noise_not_known")
    if isinstance(found, str):
        flags |= {"refused", found}
    return {
        **asked.__dict__,
        "measure": name,
        "value": None if measure is None else measure.value,
        "lower": None if measure is None else measure.lower,
        "upper": None if measure is None else measure.upper,
        "n": len(now.ids),
        "left_out": now.left_out,
        "flags": ";".join(sorted(flags)),
    }


def _worst(case: Case, now: Told) -> list[str]:
    """Identifiers of the fifth of the groups that does worst."""
    groups = now.groups
    share = case.constants.worst_share
    found = distribution.worst(groups.values, share, favourable=groups.favourable)
    return [now.ids[position] for position in found]


def _mean_of(now: Told, ids: Iterable[str]) -> float | None:
    """Plain mean of the groups named that have a value."""
    wanted = set(ids)
    mine = [
        v for id_, v in zip(now.ids, now.groups.values, strict=True) if id_ in wanted
    ]
    return float(np.mean(mine)) if mine else None


def _lowest(case: Case, now: Told) -> Found:
    mean = _mean_of(now, _worst(case, now))
    return "values_missing" if mean is None else Measure(mean)


def _lowest_of_last_year(case: Case, now: Told) -> Found:
    """Those that did worst a year before, where they are now."""
    before = told(case.at(last_year(case.asked.period)), noisy=False)
    if len(before.ids) < case.constants.least_groups:
        return "values_missing"
    mean = _mean_of(now, _worst(case, before))
    return "values_missing" if mean is None else Measure(mean)


def _gap(of: Callable[[Case, Told], Found]) -> Callable[[Case, Told], Found]:
    """How far a mean is below the value of the whole place."""

    def gap(case: Case, now: Told) -> Found:
        whole = case.sheet.fact(case.asked, case.asked.place_id)
        found = of(case, now)
        if isinstance(found, str):
            return found
        if whole is None or whole["value"] is None:
            return "values_missing"
        return Measure(whole["value"] - found.value)

    return gap


def _zero_dose(case: Case, ids: Iterable[str]) -> tuple[float, float] | str:
    """Zero-dose children and children of some groups; else why they cannot be told.

    From DTP1 in the way asked for: target less doses, signed, so that a sum is not
    biased by leaving the negative ones out.
    """
    case = case.of(ZERO_DOSE_FROM)
    now = told(case, noisy=False)
    position = {id_: index for index, id_ in enumerate(now.ids)}
    children = missed = 0.0
    for id_ in ids:
        if id_ not in position:
            return "values_missing"
        fact = case.sheet.fact(case.asked, *case.group(id_))
        if fact is None or _CANNOT_TELL & flags_of(fact):
            return "reports_missing"
        if now.groups.weights is None:
            return "weights_missing"
        people = float(now.groups.weights[position[id_]])
        children += people
        missed += people * (1 - fact["value"] / 100)
    return (missed, children) if missed >= 0 else "more_doses_than_children"


def _zero_dose_of_the_worst(case: Case, now: Told) -> Found:
    counted = _zero_dose(case, _worst(case, now))
    return (
        counted if isinstance(counted, str) else Measure(100 * counted[0] / counted[1])
    )


def _zero_dose_concentration(case: Case, now: Told) -> Found:
    if case.asked.method != ESTIMATED:
        return "estimates_needed"
    of_worst = _zero_dose(case, _worst(case, now))
    of_all = _zero_dose(case, now.ids)
    if isinstance(of_worst, str):
        return of_worst
    if isinstance(of_all, str):
        return of_all
    return Measure(100 * of_worst[0] / of_all[0]) if of_all[0] else "value_is_zero"


_OF_THE_WORST: dict[str, Callable[[Case, Told], Found]] = {
    "lowest_quintile": _lowest,
    "lowest_quintile_gap": _gap(_lowest),
    "lowest_quintile_last_year": _lowest_of_last_year,
    "lowest_quintile_last_year_gap": _gap(_lowest_of_last_year),
    "worst_fifth_zero_dose_share": _zero_dose_of_the_worst,
    "zero_dose_concentration": _zero_dose_concentration,
}
"""Measures of the worst fifth."""


def table(rows: Iterable[Row], *, profile: str, build: str) -> pa.Table:
    """Rows as `tables.INEQUALITY`."""
    named = [{**row, "profile": profile, "build": build} for row in rows]
    return pa.Table.from_pylist(named, schema=INEQUALITY)


def store(engine: Engine, catalogue: Catalogue, *, profile: str, build: str) -> None:
    """Table `inequality`: `STORED` over districts, in each year, country and region.

    Reads the views `facts`, `place` and `membership` of a build.
    """
    levels = [STORED_OVER, *STORED_WITHIN]
    facts = engine.arrow(_STORED_FACTS, list(STORED), levels, *USUAL).to_pylist()
    sheet, rules = Sheet(facts), constants(catalogue, profile)
    years = sorted({f["period"] for f in facts if len(f["period"]) == 4})
    within = engine.rows(_WITHIN, list(STORED_WITHIN), STORED_OVER)
    held = {f["indicator"] for f in facts}
    rows = [
        row
        for indicator in STORED
        if indicator in held
        for place in dict.fromkeys(place for place, *_ in within)
        for year in years
        for row in measures(
            Case(
                Asked(indicator, STORED_OVER, place, year, *USUAL),
                _members(within, place, year),
                sheet,
                catalogue,
                rules,
            )
        )
    ]
    engine.put("inequality", table(rows, profile=profile, build=build), lasting=True)


def _members(
    within: Sequence[tuple[Any, ...]], place: str, period: str
) -> tuple[str, ...]:
    """Members of a place in some month of a period."""
    span = periods.span(periods.code(period))
    return tuple(
        sorted(
            {
                unit
                for above, unit, first, last in within
                if above == place and first <= span.last and last >= span.first
            }
        )
    )


_STORED_FACTS = (
    "SELECT indicator, place_id, period, sex, method, denominator_source, numerator,"
    " denominator, value, lower, upper, confidence, flags FROM facts"
    " WHERE list_contains(?, indicator) AND list_contains(?, level) AND sex = ''"
    " AND method = ? AND denominator_source = ?"
    " AND (length(period) = 4 OR period[5] = 'Q')"
)
_WITHIN = (
    "SELECT a.place_id, u.place_id, m.first_month, m.last_month FROM membership m"
    " JOIN place a ON a.place_key = m.place JOIN place u ON u.place_key = m.unit"
    " WHERE list_contains(?, a.level) AND u.level = ? AND m.unit <> m.place"
    " ORDER BY ALL"
)
