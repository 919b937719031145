"""Which groups of which place a person's words mean, and the facts to answer from."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from boloci import facts as asking
from boloci import periods
from boloci.facts import Words, facts, level_named, words
from boloci.names import fold
from boloci.pipeline import computing
from boloci.pipeline.groups import (
    OVER_SEX,
    ROUTINE,
    USUAL,
    Asked,
    Case,
    Sheet,
    constants,
    last_year,
    quarters_of,
)
from boloci.pipeline.inequality import STORED_OVER, ZERO_DOSE_FROM
from boloci.places_asked import inside, places_named
from boloci.problems import refuse
from boloci.published import PlaceRow, Published
from boloci.workspace import Workspace

GROUP = "group"
"""Level of groups of places: they may share places, a level's places do not."""


@dataclass(frozen=True)
class Question:
    """What was asked, understood."""

    workspace: Workspace
    source: Published
    build: dict[str, Any]
    """profile, build and as_of as they were given."""
    indicator: str
    over: str
    place: PlaceRow
    periods: tuple[str, ...]
    method: str
    denominator: str
    among: tuple[str, ...]
    reference: str | None
    """Identifier of a place, or a sex."""


def understand(
    workspace: Workspace,
    indicator: str,
    *,
    over: str = STORED_OVER,
    place: str | None = None,
    period: str | None = None,
    method: str = USUAL[0],
    denominator: str | None = None,
    among: Words = (),
    reference: str | None = None,
    profile: str = "boloci",
    build: str | None = None,
    as_of: str | datetime.date | None = None,
) -> Question:
    """What a person's words mean: see `inequality.inequality`. Raises `Refused`."""
    which: dict[str, Any] = {"profile": profile, "build": build, "as_of": as_of}
    source, filters = asking.understand(
        workspace,
        indicator=indicator,
        place=place or (),
        period=period,
        method=method,
        denominator=denominator or (),
        **which,
    )
    assert filters.indicators is not None
    name = filters.indicators[0]
    definition = workspace.catalogue.indicators[name]
    if definition.unit != "percent":
        raise refuse("inequality_of_percentages", indicator=name)
    if denominator is None:
        usual = computing.denominator_source(definition)
        denominator = usual if method in ROUTINE else ""
    where = filters.places[0] if filters.places else source.places[0]
    over = OVER_SEX if over == OVER_SEX else level_named(workspace, source, over)
    _refuse_empty_level(source, where, over)
    return Question(
        workspace,
        source,
        which,
        name,
        over,
        where,
        tuple(periods.text(code) for code in filters.periods or ())
        or _years(workspace, which, name, where),
        method,
        denominator,
        words(among),
        _reference(source, over, reference),
    )


def _refuse_empty_level(source: Published, place: PlaceRow, over: str) -> None:
    """Raise `Refused` where a place has nothing of a level inside it, and name the
    levels that it has."""
    if over == OVER_SEX or _compared(source, place, over):
        return
    levels = dict.fromkeys(p.level for p in source.places)
    there = [level for level in levels if level and _compared(source, place, level)]
    known = ", ".join([*there, OVER_SEX])
    raise refuse("level_without_places", level=over, place=place.name, known=known)


def _compared(source: Published, place: PlaceRow, level: str) -> list[PlaceRow]:
    """Places of a level inside a place, itself left out; every group, wherever."""
    if level == GROUP:
        return [p for p in source.places if p.level == GROUP]
    return [p for p in inside(source, place, level) if p.key != place.key]


def _years(
    workspace: Workspace, which: dict[str, Any], indicator: str, place: PlaceRow
) -> tuple[str, ...]:
    """Every year that the place has a fact of."""
    found = facts(workspace, indicator=indicator, place=place.place_id, **which)
    texts = set(found["period"].to_pylist())
    return tuple(sorted(text for text in texts if len(text) == len("2023")))


def _reference(source: Published, over: str, reference: str | None) -> str | None:
    if reference is None or over == OVER_SEX:
        return reference
    return places_named(source, reference)[0].place_id


def cases(question: Question) -> Iterator[Case]:
    """One case a period, over facts that are read once."""
    if not question.periods:
        return
    catalogue = question.workspace.catalogue
    sheet = Sheet(_facts(question))
    rules = constants(catalogue, question.source.profile)
    for period in question.periods:
        yield Case(
            Asked(
                question.indicator,
                question.over,
                question.place.place_id,
                period,
                question.method,
                question.denominator,
            ),
            _members(question, period),
            sheet,
            catalogue,
            rules,
            question.reference,
        )


def _facts(question: Question) -> Iterator[dict[str, Any]]:
    """The facts of the groups and of the place itself, with what stands beside them:
    the year before, quarters, DTP1, and official targets to weigh a survey by."""
    asked = question.periods
    spans = [f"{last_year(asked[0])}..{asked[-1]}"]
    quarters = [quarter for period in asked for quarter in quarters_of(period)]
    if quarters:
        spans.append(f"{quarters[0]}..{quarters[-1]}")
    wheres: list[dict[str, Any]] = [{"place": question.place.place_id}]
    if question.over == GROUP:
        wheres.append({"level": GROUP})
    elif question.over != OVER_SEX:
        wheres.append({"level": question.over, "place": question.place.place_id})
    for way in _ways(question):
        for span in spans:
            for where in wheres:
                asked_for = {**way, **where, **question.build}
                yield from facts(
                    question.workspace, period=span, **asked_for
                ).to_pylist()


def _ways(question: Question) -> Iterator[dict[str, Any]]:
    """Which facts are asked for: the indicator, DTP1, and targets to weigh by."""
    routine = question.method in ROUTINE
    way = {"method": question.method}
    if question.denominator:
        way["denominator"] = question.denominator
    yield {"indicator": question.indicator, **way}
    if ZERO_DOSE_FROM not in question.source.indicators:
        return
    if question.indicator != ZERO_DOSE_FROM:
        usual = {"denominator": USUAL[1]} if routine else {}
        yield {"indicator": ZERO_DOSE_FROM, **usual, **way}
    if not routine:
        names = dict.fromkeys((question.indicator, ZERO_DOSE_FROM))
        usual = {"method": USUAL[0], "denominator": USUAL[1]}
        yield {"indicator": tuple(names), **usual}


def _members(question: Question, period: str) -> tuple[str, ...]:
    """Identifiers of the places that are the groups in a period."""
    if question.over == OVER_SEX:
        return ()
    every = _compared(question.source, question.place, question.over)
    found = [p for p in every if named_among(p, question.among)]
    if question.over == GROUP:
        _refuse_shared(question.source, found, period)
    else:
        dated = _inside_in(question.source, question.place, period)
        found = [p for p in found if p.key in dated]
    return tuple(place.place_id for place in found)


def named_among(place: PlaceRow, among: Sequence[str]) -> bool:
    """Whether ids or names, with wildcards, name a place; none name every place."""
    return not among or any(
        fnmatchcase(place.place_id, pattern)
        or fnmatchcase(fold(place.name), fold(pattern))
        for pattern in among
    )


def _months(period: str) -> list[int]:
    span = periods.span(periods.code(period))
    return [span.last, span.first]


def _inside_in(source: Published, place: PlaceRow, period: str) -> set[int]:
    """Keys of what lay in a place in some month of a period."""
    rows = source.rows(
        "SELECT DISTINCT unit FROM membership"
        " WHERE place = ? AND first_month <= ? AND last_month >= ?",
        [place.key, *_months(period)],
    )
    return {key for (key,) in rows}


def _refuse_shared(source: Published, groups: Sequence[PlaceRow], period: str) -> None:
    """Groups that share a place are no parts of a whole: refuse, and name two."""
    keys = [group.key for group in groups]
    rows = source.rows(
        "SELECT a.place, b.place, count(*) FROM membership a JOIN membership b"
        " ON a.unit = b.unit AND a.place < b.place AND a.first_month <= b.last_month"
        " AND b.first_month <= a.last_month"
        " WHERE list_contains(?, a.place) AND list_contains(?, b.place)"
        " AND a.first_month <= ? AND a.last_month >= ?"
        " AND b.first_month <= ? AND b.last_month >= ?"
        " GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 1",
        [keys, keys, *_months(period), *_months(period)],
    )
    if rows:
        named = {group.key: group.name for group in groups}
        first, second, count = rows[0]
        raise refuse(
            "groups_share_places",
            first=named[first],
            second=named[second],
            count=count,
            period=period,
        )
