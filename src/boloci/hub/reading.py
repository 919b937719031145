"""What pages read of the published figures: always for a scope, never around it.

A place that is asked for by name and may not be seen is refused like one that does
not exist: whether it exists is not told either. Lists leave out what may not be seen.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import Http404

from boloci import facts as figures
from boloci import findings as doubts
from boloci import inequality as measuring
from boloci import look as looking
from boloci import periods
from boloci import ranges as ranging
from boloci import side_by_side as telling
from boloci.hub.answers import answer
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope, group_members, groups_of_whole_districts
from boloci.hub.withheld import with_names, withheld
from boloci.inequality_asked import GROUP, named_among
from boloci.pipeline.groups import OVER_SEX
from boloci.places_asked import candidates, inside
from boloci.problems import Refused
from boloci.published import PlaceRow, Published
from boloci.tables import LEVELS


def facts(scope: Scope, **asked: Any) -> pa.Table:
    """Facts as `boloci.facts.facts` gives them, of the places that a scope sees.

    `place` takes ids only: `named` finds them from words. Raises `Http404` for an id
    that is unknown or may not be seen.
    """
    _all_readable(scope, asked.get("place", ()))
    return _seen(scope, answer(figures.facts, **asked))


def counted_otherwise(
    scope: Scope, fact: Mapping[str, Any], **asked: Any
) -> list[dict[str, Any]]:
    """Facts of the indicator, place, period and sex of one fact; `asked` as `facts`."""
    found = facts(
        scope,
        indicator=fact["indicator"],
        place=fact["place_id"],
        period=fact["period"],
        sex=fact["sex"] or "total",
        **asked,
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def findings(scope: Scope, **asked: Any) -> pa.Table:
    """Findings as `boloci.findings` gives them, of places that a scope sees; without
    the names of places that it does not see."""
    _all_readable(scope, asked.get("place", ()))
    return withheld(scope, _seen(scope, answer(doubts.findings, **asked)))


def every_finding(scope: Scope) -> pa.Table:
    """All findings that a scope sees, the gravest first, read once for a build.

    Two more columns, `first` and `last`: the months that a finding is about.
    """
    return _every_finding(current(), scope)


@lru_cache(maxsize=2)
def _every_finding(source: Published, scope: Scope) -> pa.Table:
    return withheld(scope, _seen(scope, _with_months(source)))


@lru_cache(maxsize=2)
def _with_months(_source: Published) -> pa.Table:
    """All findings of the current build, whoever asks: megabytes, so one for all."""
    found = with_names(doubts.findings(workspace()))
    starts = found["period_start"].to_pylist()
    ends = found["period_end"].to_pylist()
    spans = [
        (periods.span(periods.code(a)).first, periods.span(periods.code(b or a)).last)
        if a
        else (None, None)
        for a, b in zip(starts, ends, strict=True)
    ]
    for at, name in enumerate(("first", "last")):
        months = pa.array([span[at] for span in spans], pa.int32())
        found = found.append_column(name, months)
    return found


def look(
    scope: Scope, here: PlaceRow | None = None, **asked: Any
) -> list[dict[str, Any]]:
    """Rows of `boloci.look.told` inside a place, of the places that a scope sees.

    Ranks are those among all places of the level, seen or not. None where the build
    does not know where to look first.
    """
    inside = () if here is None else here.place_id
    try:
        rows = answer(looking.told, place=inside, **asked)
    except Refused as refusal:
        if any(one.code != "look_not_built" for one in refusal.problems):
            raise
        return []
    return [dict(row) for row in rows if row["place_id"] in scope.places]


def ranges(
    scope: Scope, indicator: str, *, place: Iterable[str], period: str
) -> list[ranging.Range]:
    """An indicator of some places under every scenario and denominator.

    Raises `Http404` as `facts` does, `Refused` where there is nothing to choose.
    """
    ids = [place] if isinstance(place, str) else list(place)
    _all_readable(scope, ids)
    return list(answer(ranging.ranges, indicator, place=ids, period=period))


def side_by_side(
    scope: Scope, indicator: str, here: PlaceRow, **asked: Any
) -> pa.Table:
    """Every telling of a coverage of a place, by year. Raises `Http404`."""
    _all_readable(scope, here.place_id)
    return answer(telling.side_by_side, indicator, place=here.place_id, **asked)


def unequal(
    scope: Scope, indicator: str, here: PlaceRow, over: str, *, as_: str, **asked: Any
) -> pa.Table:
    """How unequal the places of a level inside a place are, its sexes, or groups.

    as_    inequality, lorenz or funnel: what of `boloci.inequality` is asked

    Groups that may not be seen are left out. Raises `Http404` where one of the places
    may not be seen, whatever word names their level, and `Refused` as that does.
    """
    between: list[PlaceRow] = []
    if over != OVER_SEX:
        over = figures.level_named(workspace(), current(), over)
    if over == GROUP:
        asked["among"] = _groups(scope, asked.get("among", ()))
    elif over != OVER_SEX:
        between = inside(current(), here, over)
    if not all(scope.sees(one) for one in (here, *between)):
        raise Http404
    measure = {
        "inequality": measuring.inequality,
        "lorenz": measuring.lorenz,
        "funnel": measuring.funnel,
    }[as_]
    return answer(measure, indicator, over=over, place=here.place_id, **asked)


def _groups(scope: Scope, among: figures.Words) -> list[str]:
    """Readable groups that are meant. Raises `Http404` where none is."""
    groups = [one for one in scope.keep(current().places) if one.level == GROUP]
    wanted = figures.words(among)
    found = [one.place_id for one in groups if named_among(one, wanted)]
    if not found:
        raise Http404
    return found


def place(scope: Scope, place_id: str) -> PlaceRow:
    """A place by its id. Raises `Http404` if there is none or it may not be seen."""
    found = current().by_id.get(place_id)
    if found is None or not scope.sees(found):
        raise Http404
    return found


def country(scope: Scope) -> PlaceRow:
    """The highest place that a scope sees. Raises `Http404` where it sees none."""
    seen = scope.keep(current().places)
    if not seen:
        raise Http404
    return seen[0]


def has_places() -> bool:
    """Whether the current build has a place: groups alone have no figures."""
    return any(one.level in LEVELS for one in current().places)


def below(scope: Scope, here: PlaceRow, level: str | None = None) -> list[PlaceRow]:
    """Readable places inside a place: of a level, else of the next level there is."""
    inside = scope.keep(
        one
        for one in current().places
        if one.place_id != here.place_id and here.place_id in one.path.split("/")
    )
    if level is None:
        ranks = [one.rank for one in inside if one.level in LEVELS]
        return [one for one in inside if ranks and one.rank == min(ranks)]
    return [one for one in inside if one.level == level]


def members(scope: Scope, group: PlaceRow) -> list[PlaceRow]:
    """Readable places of a group: its districts where it holds whole ones, else the
    units that belong or belonged to it."""
    known = current().by_id
    units = scope.keep(
        known[one]
        for one in sorted(group_members(current()).get(group.place_id, ()))
        if one in known
    )
    whole = groups_of_whole_districts(current())
    if group.place_id not in whole:
        return units
    return scope.keep(_districts(current(), group.key))


@lru_cache(maxsize=256)
def _districts(source: Published, group: int) -> tuple[PlaceRow, ...]:
    rows = source.rows(_DISTRICTS, [group])
    return tuple(source.by_id[one] for (one,) in rows if one in source.by_id)


def whole_periods(scope: Scope, kind: str) -> tuple[str, ...]:
    """Periods of a kind that the data cover in full, as texts, in order."""
    return _whole_periods(current(), country(scope).key, kind)


@lru_cache(maxsize=64)
def _whole_periods(source: Published, key: int, kind: str) -> tuple[str, ...]:
    rows = source.rows(
        "SELECT DISTINCT period FROM counts WHERE place = ? AND to_date = 0"
        " AND total IS NOT NULL ORDER BY 1",
        [key],
    )
    return tuple(periods.text(one) for (one,) in rows if periods.kind(one) == kind)


MonthCounts = dict[tuple[str, str, int], tuple[float | None, ...]]
"""Element code, variant and month -> doses of both sexes, girls and boys."""


def month_counts(scope: Scope, here: PlaceRow) -> MonthCounts:
    """What a place reported in each month of the data, at the age due and at all ages.

    Raises `Http404` where it may not be seen.
    """
    _all_readable(scope, here.place_id)
    return {
        (code, variant, month): tuple(counts)
        for code, variant, month, *counts in current().rows(_MONTHS, [here.key])
    }


def above(scope: Scope, here: PlaceRow) -> list[PlaceRow]:
    """Readable places that a place lies in, highest first."""
    known = current().by_id
    ids = [one for one in here.path.split("/") if one and one != here.place_id]
    return scope.keep(known[one] for one in ids if one in known)


def named(scope: Scope, words: str) -> list[PlaceRow]:
    """Readable places that a person's words can mean: id, name, alias or path."""
    return scope.keep(candidates(current(), words))


_MONTHS = """
SELECT e.code, e.variant, c.period, c.total, c.female, c.male
FROM counts c JOIN element e USING (element)
WHERE c.place = ? AND c.to_date = 0 AND c.period % 100 BETWEEN 1 AND 12
    AND e.variant IN ('target', 'all_ages')
"""
_DISTRICTS = """
SELECT p.place_id FROM districts d JOIN place p ON p.place_key = d.district
WHERE d.place = ? ORDER BY p.name
"""


def _all_readable(scope: Scope, asked: str | Iterable[str]) -> None:
    known = current().by_id
    for place_id in (asked,) if isinstance(asked, str) else asked:
        if place_id not in known or not scope.sees(known[place_id]):
            raise Http404


def _seen(scope: Scope, table: pa.Table) -> pa.Table:
    if scope.everywhere:
        return table
    return table.filter(pc.is_in(table["place_id"], value_set=_ids(scope.places)))


@lru_cache(maxsize=64)
def _ids(places: frozenset[str]) -> pa.Array:
    """Ids of places, to look for in a column."""
    return pa.array(sorted(places), pa.string())
