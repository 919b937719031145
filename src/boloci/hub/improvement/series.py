"""Series of a project's measures by month: of a site, and of all its sites together.

They come from facts alone. Together, the children whom the sites counted are added up;
a month is of the sites that counted in it, and how many they were stands beside it. A
percentage without its numbers cannot be added and stays with its own place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci import periods
from boloci.hub import reading
from boloci.hub.current import current, workspace
from boloci.hub.improvement import records
from boloci.hub.improvement.models import Measure, Project, Site
from boloci.hub.rights import Scope
from boloci.stats.grids import Floats

COUNTED = ("team", "register")
"""Methods of what teams and registers count, the one to be believed first."""
ROUTINE = "reported"
TARGETS = ("target", "")
"""Of what routine figures are told: the official target, or figures of the routine
itself, such as the first doses of a drop-out."""
SEXES = ("male", "female", "total")


@dataclass(frozen=True)
class Counts:
    """One sex of a series. Every field has shape (t,); NaN: not known."""

    numerator: Floats
    denominator: Floats
    value: Floats
    """As the facts say it; percent."""


@dataclass(frozen=True)
class Series:
    """A measure by month."""

    months: tuple[str, ...]
    """From the first month with a figure to the last, none left out."""
    by_sex: Mapping[str, Counts]
    """male, female, total."""
    places: tuple[frozenset[str], ...]
    """Ids of the places that each month is of."""

    @property
    def known(self) -> bool:
        """Whether any month has a figure."""
        return bool(self.months)

    @property
    def has_sexes(self) -> bool:
        """Whether some month has both boys and girls."""
        both = [self.by_sex[sex].value for sex in ("male", "female")]
        return bool((~np.isnan(both[0]) & ~np.isnan(both[1])).any())


def of_place(scope: Scope, measure: Measure, place_id: str) -> Series:
    """A measure at a site, or at the group of the project."""
    rows = _rows(scope, measure.indicator, [place_id])
    return _series([(row["period"], row) for row in rows])


def of_sites(scope: Scope, project: Project, measure: Measure) -> Series:
    """A measure of all sites together, each in the months in which it is one."""
    sites = records.sites(project)
    rows = [
        row
        for row in _rows(scope, measure.indicator, records.site_ids(project))
        if _is_site(sites, row["place_id"], row["period"])
    ]
    if project.group and not rows:
        return of_place(scope, measure, project.group)
    return _series(_together(rows))


def each_site(scope: Scope, project: Project, measure: Measure) -> dict[str, Series]:
    """A measure of each site that the scope sees, by the id of the place."""
    places = [one for one in records.site_ids(project) if one in scope.places]
    rows: dict[str, list[tuple[str, Mapping[str, Any]]]] = {one: [] for one in places}
    for row in _rows(scope, measure.indicator, places):
        rows[row["place_id"]].append((row["period"], row))
    return {place: _series(found) for place, found in rows.items()}


def _rows(scope: Scope, indicator: str, places: Sequence[str]) -> list[dict[str, Any]]:
    """Monthly facts of an indicator at places that a scope sees."""
    seen = [one for one in places if one in scope.places]
    known = workspace().catalogue.indicators.get(indicator)
    if not seen or known is None or indicator not in current().indicators:
        return []
    if records.counted_monthly(known):
        found = reading.facts(
            scope, indicator=indicator, place=seen, method=list(COUNTED)
        )
        return _believed(_monthly(found.to_pylist()))
    months = reading.whole_periods(scope, "month")
    if not months:
        return []
    found = reading.facts(
        scope,
        indicator=indicator,
        place=seen,
        method=ROUTINE,
        period=f"{months[0]}..{months[-1]}",
    )
    return [
        row
        for row in _monthly(found.to_pylist())
        if (row["denominator_source"] or "") in TARGETS
    ]


def _monthly(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if _is_month(row["period"])]


def _is_month(period: str) -> bool:
    return periods.kind(periods.code(period)) == periods.MONTH


def _believed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of several methods of one figure, the first of `COUNTED`."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: -COUNTED.index(row["method"])):
        found[row["place_id"], row["period"], row["sex"] or ""] = dict(row)
    return list(found.values())


def _is_site(sites: Sequence[Site], place_id: str, month: str) -> bool:
    """Whether a place is a site in a month: a part of it is enough."""
    return any(
        one.place_id == place_id
        and f"{one.joined:%Y%m}" <= month
        and (one.left is None or month <= f"{one.left:%Y%m}")
        for one in sites
    )


def _together(
    rows: Iterable[Mapping[str, Any]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Numerators and denominators of a month and sex added up over places. A sex is
    added up over places that counted both, so that a gap compares the same places."""
    known = [r for r in rows if r["numerator"] is not None and r["denominator"]]
    sexes: dict[tuple[str, str], set[str]] = {}
    for row in known:
        sexes.setdefault((row["place_id"], row["period"]), set()).add(row["sex"] or "")
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for row in known:
        key = row["period"], row["sex"] or ""
        if key[1] and not set(SEXES[:2]) <= sexes[row["place_id"], row["period"]]:
            continue
        one = sums.setdefault(
            key, {"sex": key[1], "numerator": 0.0, "denominator": 0.0, "of": set()}
        )
        one["numerator"] += row["numerator"]
        one["denominator"] += row["denominator"]
        one["of"].add(row["place_id"])
    for one in sums.values():
        one["value"] = 100 * one["numerator"] / one["denominator"]
    return [(period, one) for (period, _sex), one in sums.items()]


def _series(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Series:
    """Rows laid on months, those between without a row left blank."""
    known = sorted({month for month, row in rows if row["value"] is not None})
    months = _from_to(known[0], known[-1]) if known else ()
    at = {month: position for position, month in enumerate(months)}
    by_sex = {sex: _blank(len(months)) for sex in SEXES}
    places: list[set[str]] = [set() for _month in months]
    for month, row in rows:
        if month not in at:
            continue
        position, counts = at[month], by_sex[row["sex"] or "total"]
        for name in ("numerator", "denominator", "value"):
            if row[name] is not None:
                getattr(counts, name)[position] = row[name]
        places[position] |= row.get("of") or {row["place_id"]}
    return Series(months, by_sex, tuple(map(frozenset, places)))


def _from_to(first: str, last: str) -> tuple[str, ...]:
    return tuple(map(str, periods.month_range(int(first), int(last))))


def _blank(length: int) -> Counts:
    return Counts(*(np.full(length, np.nan) for _ in range(3)))
