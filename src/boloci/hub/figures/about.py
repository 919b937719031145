"""What is known about a place: where it lies, its names, groups, changes, events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci import periods
from boloci.catalogue import grammar
from boloci.charts.trends import Event
from boloci.hub import reading, showing
from boloci.hub.current import current, workspace
from boloci.hub.language import _, spoken
from boloci.hub.rights import PUBLIC_EVENTS, Scope
from boloci.published import PlaceRow
from boloci.wording import context_said

ALWAYS, STILL = 190001, 219912
"""First and last month of a membership without a date."""
EVENTS = 6
OF_A_VACCINE = ("campaign", "stock_out")
"""Kinds of events whose note may name a vaccine; in others a word is only like one."""


@dataclass(frozen=True)
class About:
    """What a place's page says of the place itself."""

    above: Sequence[PlaceRow]
    below: Sequence[PlaceRow]
    beside: Sequence[PlaceRow]
    """Places of its level in the place above, itself included."""
    groups: Sequence[tuple[PlaceRow, str]]
    """Groups that it belongs to, each with when, in words; blank: always."""
    changes: Sequence[str]
    """Opened, closed, moved: sentences."""
    closed: bool = False


def about(scope: Scope, here: PlaceRow) -> About:
    """What a scope may know about a place."""
    above = reading.above(scope, here)
    group = here.level == "group"
    beside = reading.below(scope, above[-1], here.level) if above else []
    opened, closed = current().rows(_DATES, [here.key])[0]
    return About(
        above=above,
        below=reading.members(scope, here) if group else reading.below(scope, here),
        beside=[] if group else beside,
        groups=_groups(scope, here),
        changes=[*_dates(opened, closed), *_moves(scope, here)],
        closed=closed is not None,
    )


def events(
    scope: Scope, here: PlaceRow, shown: Sequence[str], indicator: str
) -> list[Event]:
    """Events of a place and of those above it, by the periods of a chart.

    indicator    only events of its vaccines, or of none in particular
    """
    if not shown:
        return []
    own = _products(indicator)
    keys = [here.key, *(one.key for one in reading.above(scope, here))]
    kind = periods.kind(periods.code(shown[0]))
    told: dict[tuple[str, str], Event] = {}
    for event in _context(keys):
        concerned = _concerned(event)
        if own and concerned and not own & concerned:
            continue
        if scope.signed_in or event["kind"] in PUBLIC_EVENTS:
            at = periods.text(periods.containing(event["first"], kind))
            label = _label(event)
            if at in shown:
                told.setdefault((at, label), Event(at, label))
    return list(told.values())[-EVENTS:]


def _context(keys: Sequence[int]) -> list[dict[str, Any]]:
    rows = current().rows(_CONTEXT, [list(keys)])
    names = ("first", "last", "kind", "product", "note")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _products(indicator: str) -> set[str]:
    """The products whose doses an indicator counts; none: it counts no doses."""
    catalogue = workspace().catalogue
    definition = catalogue.indicators.get(indicator)
    told = definition.formula.values() if definition else ()
    antigens = catalogue.dictionary.antigens
    counted = (catalogue.elements[one] for one in told if one in catalogue.elements)
    return {antigens[one.antigen].product for one in counted if one.antigen in antigens}


def _concerned(event: Mapping[str, Any]) -> set[str]:
    """The products that an event is about: its own, else those that its note names.

    None: it is about all of them, or nobody said.
    """
    if event["product"]:
        return {event["product"]}
    if event["kind"] not in OF_A_VACCINE:
        return set()
    words = workspace().catalogue.dictionary
    return set(grammar.products(words.lexicon.marks(event["note"]), words.antigens))


def _label(event: Mapping[str, Any]) -> str:
    """An event in a few words: its own, else "rupture de stock (Penta)"."""
    if event["note"] and not event["product"]:
        return str(event["note"])
    said = context_said(json.dumps([event]), workspace().catalogue, spoken())
    return said.rpartition(", ")[0] or said


def _groups(scope: Scope, here: PlaceRow) -> list[tuple[PlaceRow, str]]:
    rows = current().rows(_GROUPS, [here.key, here.key])
    known = {place.key: place for place in current().places}
    found = [(known[key], _between(first, last)) for key, first, last in rows]
    return [one for one in found if scope.sees(one[0]) and one[0] != here]


def _between(first: int | None, last: int | None) -> str:
    start = "" if first in (None, ALWAYS) else showing.period(str(first))
    end = "" if last in (None, STILL) else showing.period(str(last))
    if start and end:
        return _("from {start} to {end}").format(start=start, end=end)
    if start:
        return _("since {start}").format(start=start)
    return _("until {end}").format(end=end) if end else ""


def _dates(opened: Any, closed: Any) -> list[str]:
    told = []
    if opened is not None:
        told.append(_("Known here since {day}.").format(day=showing.day(opened)))
    if closed is not None:
        told.append(_("Closed after {day}.").format(day=showing.day(closed)))
    return told


def _moves(scope: Scope, here: PlaceRow) -> list[str]:
    """Places above that it belonged to for a time only."""
    known = {place.key: place for place in current().places}
    return [
        _("Belongs or belonged to {place} {when}.").format(
            place=known[key].name, when=_between(first, last)
        )
        for key, first, last in current().rows(_MOVES, [here.key, here.key])
        if scope.sees(known[key]) and (first != ALWAYS or last != STILL)
    ]


_DATES = "SELECT valid_from, valid_to FROM place WHERE place_key = ?"
_CONTEXT = """
SELECT first_month, last_month, kind, product, note FROM context
WHERE list_contains(?, place) ORDER BY first_month
"""
_GROUPS = """
SELECT place, min(first_month), max(last_month) FROM (
  SELECT m.place, m.first_month, m.last_month FROM membership m WHERE m.unit = ?
  UNION ALL
  SELECT d.place, NULL, NULL FROM districts d WHERE d.district = ?)
JOIN place p ON p.place_key = place AND p.level = 'group'
GROUP BY place ORDER BY min(p.name)
"""
_MOVES = """
SELECT m.place, m.first_month, m.last_month FROM membership m
JOIN place p ON p.place_key = m.place
WHERE m.unit = ? AND m.place <> ? AND p.level NOT IN ('group', 'country')
ORDER BY m.first_month
"""
