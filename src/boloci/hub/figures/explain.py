"""Explain this number: from a figure back to the rows, rules and versions behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci.hub import links, pages, reading, showing
from boloci.hub.controls import LONGEST
from boloci.hub.corrections.beside import of_figure
from boloci.hub.figures import (
    choice,
    explain_estimate,
    explain_tables,
    explain_words,
    why_above,
)
from boloci.hub.inbox.beside import of_place
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import EVERYTHING, Scope
from boloci.hub.tracing import Traced, traced
from boloci.published import PlaceRow

ASKED = ("indicator", "period", "sex", "method", "denominator", "build")
ON_A_PAGE = 50
WIDE = ("country", "region")
"""Levels whose rows are too many to look for while somebody waits."""
MOST_PLACES = 80
"""Places of a group whose rows are looked for; larger ones are told by place."""
CHANGES = 20


def explain(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The page of one figure, or its rows as a file."""
    asked = {name: request.GET.get(name, "")[:LONGEST] for name in ASKED}
    words = request.GET.get("place", "")[:LONGEST]
    scope = scope_of(request)
    if not (asked["indicator"] and words and asked["period"]):
        return pages.show(request, _nothing_asked, suffix=suffix)
    here = _place(scope, words)
    first = _first_row(request.GET.get("from", ""))
    filled = bool(suffix) and scope.signed_in
    return pages.show(
        request,
        lambda: page(scope, here, asked, first=first, filled=filled),
        suffix=suffix,
        beside={} if suffix else _beside(request, here, asked),
    )


def _beside(
    request: HttpRequest, here: PlaceRow, asked: Mapping[str, str]
) -> dict[str, Any]:
    """What this reader may write about the figure."""
    return of_place(request, here) | of_figure(request, here, asked)


def _place(scope: Scope, words: str) -> PlaceRow:
    """The one readable place that the address names. Raises `Http404`."""
    found = reading.named(scope, words)
    if len(found) != 1:
        return reading.place(scope, words)
    return found[0]


def _first_row(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def page(
    scope: Scope,
    here: PlaceRow,
    asked: Mapping[str, str],
    *,
    first: int = 0,
    filled: bool = False,
) -> Page:
    """A figure taken apart, for a scope.

    first     the row of the files that the list on the page begins with
    filled    look for the rows of a wide place, too: for a file
    """
    below = _below(scope, here)
    wide = here.level in WIDE or len(below) > MOST_PLACES
    wanted = {name: value for name, value in asked.items() if value}
    wanted["sex"] = wanted.get("sex", "total")
    found = traced(scope, here, rows=filled or not wide, **wanted)
    if found is None:
        return _no_figure(here, asked)
    fact = found.told.fact
    build = {"build": asked["build"]} if asked["build"] else {}
    ways = explain_tables.ways(scope, fact, build)
    rows = explain_tables.rows(found)
    parts = explain_tables.parts(scope, fact, below, build)
    changes = explain_tables.changes(found)
    estimate = explain_estimate.estimated(scope, here, found.told, build)
    title = _("{indicator}: {place}, {period}").format(
        indicator=choice.indicator(fact["indicator"]),
        place=here.name,
        period=showing.period(fact["period"]),
    )
    return Page(
        title=title,
        template="figures/explain.html",
        tables=[one for one in (rows, parts, changes, ways) if one or one is rows],
        values={
            "here": here,
            "above": reading.above(scope, here),
            "fact": fact,
            "one": found.told,
            "estimate": estimate,
            "sentence": explain_words.sentence(found.told),
            "remarks": estimate.remarks if estimate else fact["flags"],
            "lines": list(explain_words.plain(found.told)),
            "spread": "" if estimate else explain_tables.spread(ways, fact["unit"]),
            "corrections": explain_words.corrections(found.corrections),
            "causes": why_above.causes(found.evidence),
            "ways": ways,
            "rows": rows,
            "shown": rows.rows[first : first + ON_A_PAGE],
            "first": first,
            "step": ON_A_PAGE,
            "parts": parts,
            "changes": changes,
            "most_changes": CHANGES,
            "wide": wide,
            "filled": scope.signed_in,
            "hidden": found.hidden or _some_hidden(scope, here, below),
            "address": _address(fact, asked),
            "provenance": _versions(found),
        },
        description=_("What a figure is made of: rows, rules, versions."),
    )


def _below(scope: Scope, here: PlaceRow) -> Sequence[PlaceRow]:
    if here.level == "group":
        return reading.members(scope, here)
    return reading.below(scope, here)


def _some_hidden(scope: Scope, here: PlaceRow, below: Sequence[PlaceRow]) -> bool:
    return len(below) < len(_below(EVERYTHING, here))


def _address(fact: Mapping[str, Any], asked: Mapping[str, str]) -> str:
    """This page's address, ready for more words."""
    build = f"&build={asked['build']}" if asked["build"] else ""
    return links.explain(fact) + build


def _versions(found: Traced) -> dict[str, Any]:
    """Build, imports, catalogue and version of the figure."""
    manifest = found.told.manifest
    return {
        "build": found.told.fact["build"] or manifest.get("build", ""),
        "created": manifest.get("created", ""),
        "snapshots": manifest.get("snapshots", ()),
        "catalogue": str(manifest.get("catalogue", ""))[:12],
        "version": manifest.get("code_version", ""),
    }


def _no_figure(here: PlaceRow, asked: Mapping[str, str]) -> Page:
    """A place that may be seen, without this figure."""
    return Page(
        title=_("{indicator}: {place}, {period}").format(
            indicator=choice.indicator(asked["indicator"]),
            place=here.name,
            period=_period(asked["period"]),
        ),
        template="figures/explain_none.html",
        values={"here": here, "indicator": asked["indicator"]},
    )


def _period(words: str) -> str:
    """The period asked for as people say it; several stand as they were asked for."""
    try:
        return showing.period(words)
    except ValueError:
        return words


def _nothing_asked() -> Page:
    """No figure is named."""
    return Page(
        title=_("Explain this number"),
        template="figures/explain_none.html",
        values={"here": None, "indicator": ""},
    )
