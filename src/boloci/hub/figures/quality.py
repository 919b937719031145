"""Quality: what is doubtful, the gravest first, with what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpRequest, HttpResponse

from boloci import periods
from boloci.hub import controls, pages, reading, showing
from boloci.hub.controls import LONGEST, Control, Controls
from boloci.hub.corrections.beside import of_findings
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import quality_reports, quality_tables, quality_why
from boloci.hub.figures.overview import fresh
from boloci.hub.inbox.beside import of_place
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import EVERYTHING, Scope, may
from boloci.published import PlaceRow
from boloci.tables import SEVERITIES

ON_A_PAGE = 25
DOUBTFUL = "doubtful"
"""Warnings and errors: the usual choice."""
YEARS, QUARTERS = 8, 8
ELSEWHERE = "look_first"
"""A rule that pages of places tell; here only where it is asked for."""


def quality(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """What is doubtful in what the reader may see."""
    if not build_file():
        return pages.show(request, _nothing_yet, suffix=suffix)
    scope = scope_of(request)
    chosen = request.GET.get("place", scope.own)[:LONGEST]
    here = reading.place(scope, chosen) if chosen else None
    wanted = request.GET.get("rule", "")[:LONGEST]
    asked = controls.read(request.GET, *_controls(scope, here, wanted))
    first = _first(request.GET.get("from", ""))
    return pages.show(
        request,
        lambda: page(scope, here, asked, first=first, whole=bool(suffix)),
        suffix=suffix,
        beside={} if suffix else _beside(request, here, asked, first),
    )


def _beside(
    request: HttpRequest, here: PlaceRow | None, asked: Controls, first: int
) -> dict[str, Any]:
    """What this reader may write about the findings shown."""
    panel = of_place(request, here) if here else {}
    if not may(request.user, "propose_correction"):
        return panel
    shown = _chosen(scope_of(request), here, asked).slice(first, ON_A_PAGE)
    return panel | of_findings(request, shown.to_pylist())


def page(
    scope: Scope,
    here: PlaceRow | None,
    asked: Controls,
    *,
    first: int = 0,
    whole: bool = False,
) -> Page:
    """The findings that pass the choices.

    first    the finding that the page begins with
    whole    word all of them, not only those shown: for a file
    """
    found = _chosen(scope, here, asked)
    shown = found if whole else found.slice(first, ON_A_PAGE)
    rows = quality_tables.rows(shown.to_pylist())
    listed = quality_tables.listed(rows, whole=whole)
    by_rule = quality_tables.by_rule(found)
    by_place = quality_tables.by_place(found)
    reports = quality_reports.over_time(scope, here)
    title = _("What is doubtful: {place}").format(place=here.name) if here else ""
    return Page(
        title=title or _("What is doubtful"),
        template="figures/quality.html",
        tables=[listed, by_rule, by_place],
        charts=[reports] if reports else [],
        controls=asked,
        values={
            "here": here,
            "above": reading.above(scope, here) if here else [],
            "rows": rows,
            "total": found.num_rows,
            "first": first,
            "step": ON_A_PAGE,
            "by_rule": by_rule,
            "by_place": by_place,
            "reports": reports,
            "why": quality_why.why(scope, here, asked["period"]) if here else [],
            "hidden": _some_hidden(scope, here),
            "fresh": fresh(scope),
        },
        description=_("What is doubtful about the figures, and what to do."),
    )


def _first(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _controls(scope: Scope, here: PlaceRow | None, wanted: str) -> list[Control]:
    catalogue = workspace().catalogue
    ruled = [(code, quality_tables.rule(code)) for code in _rules(scope, wanted)]
    kinds = [(code, _capital(showing.words(_texts(one)))) for code, one in
             catalogue.checks.items()]  # fmt: skip
    return [
        Control("place", _("Place"), _places(scope, here), scope.own),
        Control("period", _("Period"), _periods(scope), ""),
        Control(
            "severity",
            _("How grave"),
            [
                (DOUBTFUL, _("doubts")),
                ("error", _("errors only")),
                ("warning", _("warnings only")),
                ("info", _("good to know only")),
                ("all", _("everything")),
            ],
            DOUBTFUL,
        ),
        Control("kind", _("Kind"), [("", _("every kind")), *kinds], ""),
        Control(
            "rule",
            _("Rule"),
            [("", _("every rule")), *sorted(ruled, key=lambda one: one[1])],
            "",
        ),
    ]


def _texts(entry: Any) -> dict[str, str]:
    return {"fr": entry.fr, "en": entry.en}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rules(scope: Scope, asked: str) -> Sequence[str]:
    """Rules of the findings there are, and the one asked for, which may have none."""
    there = pc.unique(reading.every_finding(scope)["rule"]).to_pylist()
    known = [asked] if asked in workspace().catalogue.rules else []
    return list(dict.fromkeys([*known, *there]))


def _places(scope: Scope, here: PlaceRow | None) -> list[tuple[str, str]]:
    """Everything, own places, country to districts, and the place chosen."""
    seen = scope.keep(current().places)
    own = scope.own
    listed = [
        one
        for one in seen
        if one.level in ("country", "region", "district")
        or (own and own in one.path.split("/"))
        or one == here
    ]
    names = [(one.place_id, f"{one.name} ({_level(one)})") for one in listed]
    return [("", _("all that I may see")), *names]


def _level(place: PlaceRow) -> str:
    return showing.level(place.level, workspace().levels)


def _periods(scope: Scope) -> list[tuple[str, str]]:
    years = reading.whole_periods(scope, periods.YEAR)[-YEARS:]
    quarters = reading.whole_periods(scope, periods.QUARTER)[-QUARTERS:]
    shown = [*reversed(years), *reversed(quarters)]
    return [("", _("every period")), *((one, showing.period(one)) for one in shown)]


def _chosen(scope: Scope, here: PlaceRow | None, asked: Controls) -> pa.Table:
    """Findings that pass every choice, in their order."""
    found = reading.every_finding(scope)
    masks = [*_of_place(found, here), *_of_rules(found, asked)]
    severities = {DOUBTFUL: SEVERITIES[1:], "all": SEVERITIES}
    wanted = severities.get(asked["severity"], (asked["severity"],))
    masks.append(_among(found, "severity", wanted))
    if asked["period"]:
        span = periods.span(periods.code(asked["period"]))
        masks.append(pc.less_equal(found["first"], span.last))
        masks.append(pc.greater_equal(found["last"], span.first))
    for mask in masks[1:]:
        masks[0] = pc.and_(masks[0], mask)
    return found.filter(masks[0])


def _among(found: pa.Table, column: str, wanted: Sequence[str]) -> Any:
    return pc.is_in(found[column], value_set=pa.array(list(wanted), pa.string()))


def _of_place(found: pa.Table, here: PlaceRow | None) -> list[Any]:
    """Of the place and all inside it."""
    if here is None:
        return []
    inside = [
        one.place_id for one in current().places if here.place_id in one.path.split("/")
    ]
    return [_among(found, "place_id", [here.place_id, *inside])]


def _of_rules(found: pa.Table, asked: Controls) -> list[Any]:
    if asked["rule"]:
        return [_among(found, "rule", [asked["rule"]])]
    if asked["kind"]:
        checks = workspace().catalogue.checks
        return [_among(found, "rule", checks[asked["kind"]].rules)]
    return [pc.not_equal(found["rule"], ELSEWHERE)]


def _some_hidden(scope: Scope, here: PlaceRow | None) -> bool:
    """Whether there are places here that this reader may not see."""
    if scope.everywhere:
        return False
    inside = [
        one
        for one in current().places
        if here is None or here.place_id in one.path.split("/")
    ]
    return len(scope.keep(inside)) < len(EVERYTHING.keep(inside))


def _nothing_yet() -> Page:
    values: Mapping[str, Any] = {"short": False}
    return Page(
        title=_("What is doubtful"), template="figures/empty.html", values=values
    )
