"""A place: the page that its chief takes to a meeting.

One answer (where to act first), whether the figure is real, then the figures: key
figures beside those of the place above, trend, the chart of the wall, places below,
neighbours, what is doubtful.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci import periods
from boloci.charts.card import Figure, card_png
from boloci.hub import controls, links, pages, reading, showing
from boloci.hub.controls import Controls
from boloci.hub.current import build_file, workspace
from boloci.hub.figures import (
    about,
    choice,
    doubt,
    first,
    place_charts,
    place_tables,
)
from boloci.hub.figures.overview import fresh
from boloci.hub.improvement import beside as improvement_beside
from boloci.hub.inbox import beside as inbox_beside
from boloci.hub.language import _, spoken
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import EVERYTHING, Scope
from boloci.hub.shell import published_on
from boloci.published import PlaceRow

MAIN = "dtp1_coverage"
"""The figure that is asked about first: is it real?"""
MOST_PLACES = 120
"""Places listed below a group or a place; more are left to the file."""


def place(request: HttpRequest, place_id: str, suffix: str | None = None) -> Any:
    """The page of a place, or one of its tables and charts as a file."""
    scope = scope_of(request)
    here = reading.place(scope, place_id)
    asked = controls.read(request.GET, *_controls(scope))
    own: dict[str, Any] = {}
    if not suffix:
        own = {
            **inbox_beside.of_place(request, here),
            **improvement_beside.of_place(request.user, here),
        }
    return pages.show(
        request, lambda: page(scope, here, asked), suffix=suffix, beside=own
    )


def card(request: HttpRequest, place_id: str) -> HttpResponse:
    """The page in one picture, for messaging."""
    scope = scope_of(request)
    here = reading.place(scope, place_id)
    drawn = _card(build_file(), scope, here, spoken())
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="boloci-{here.key}.png"'
    return response


def page(scope: Scope, here: PlaceRow, asked: Controls) -> Page:
    """The page of a place for a scope."""
    known = about.about(scope, here)
    period = asked["period"]
    newest = asked.controls[1].default
    hidden = _some_hidden(scope, here)
    among = [] if hidden else known.below
    looked = first.within(scope, here, among, _until(period, newest))
    keys = place_tables.key_figures(scope, here, known.above, asked)
    below = place_tables.compared(scope, here, known.below[:MOST_PLACES], asked, looked)
    beside = place_tables.compared(scope, here, known.beside, asked, None)
    charts = [
        place_charts.over_time(scope, here, known.above, asked),
        place_charts.of_the_wall(scope, here, asked),
    ]
    main = _main(scope, here, period)
    doubts = doubt.Findings()
    if period:
        doubts = doubt.findings(scope, here.place_id, period[:4])
    tables = [
        first.table(looked, _("Where to look first")),
        keys,
        below,
        beside,
    ]
    return Page(
        title=here.name,
        template="figures/place.html",
        tables=[one for one in tables if one],
        charts=[chart for chart in charts if chart.table],
        controls=asked,
        values={
            "here": here,
            "known": known,
            "looked": looked,
            "real": doubt.doubt(*main, doubts),
            "main": main[0],
            "keys": keys,
            "below": below,
            "beside": beside,
            "doubts": doubts,
            "areas_hidden": hidden,
            "period": period,
            "fresh": fresh(scope),
            "card": f"{links.place(here.place_id)}.card.png",
        },
        description=_("Immunisation of {place}.").format(place=here.name),
    )


def _controls(scope: Scope) -> list[controls.Control]:
    return choice.places_controls(
        reading.whole_periods(scope, periods.QUARTER),
        reading.whole_periods(scope, periods.YEAR),
    )


def _until(period: str, newest: str) -> str | None:
    """The period whose end where to look first is told for; None: the latest."""
    return None if period == newest else period


def _main(
    scope: Scope, here: PlaceRow, period: str
) -> tuple[Mapping[str, Any] | None, Sequence[Mapping[str, Any]]]:
    """The main figure as reported, and under all scenarios and denominators stored."""
    if not period:
        return None, []
    found = reading.facts(
        scope, indicator=MAIN, place=here.place_id, period=period, sex="total"
    ).to_pylist()
    plain = [
        {**row, "explain": links.explain(row)}
        for row in found
        if row["method"] == "reported" and row["denominator_source"] == "target"
    ]
    return (plain[0] if plain else None), found


def _some_hidden(scope: Scope, here: PlaceRow) -> bool:
    """Whether places below exist that only those who work there may see: then nobody
    is told which of those that can be seen comes first."""
    return len(reading.below(scope, here)) < len(reading.below(EVERYTHING, here))


@lru_cache(maxsize=32)
def _card(build: str, scope: Scope, here: PlaceRow, language: str) -> bytes:
    asked = controls.read({}, *_controls(scope))
    known = about.about(scope, here)
    among = [] if _some_hidden(scope, here) else known.below
    looked = first.within(scope, here, among, None)
    chart = place_charts.over_time(scope, here, known.above, asked)
    keys = place_tables.key_figures(scope, here, known.above, asked).rows
    named = {row["indicator"]: row for row in keys}
    figures = [
        Figure(
            showing.figure(row["value"], row["unit"]),
            row["name"],
            showing.flags(row["flags"], workspace().catalogue.flags),
        )
        for name in (MAIN, "dropout_dtp1_dtp3", "completeness")
        if (row := named.get(name)) is not None
    ]
    if looked.rows:
        leader = looked.rows[0]
        figures[2:] = [
            Figure(
                showing.number(leader["children"], "children"),
                _("children to look for, first in {place}").format(
                    place=leader["place"]
                ),
            )
        ]
    source = _("boloci, figures published on {day}.").format(
        day=showing.day(published_on(build))
    )
    return card_png(
        title=chart.title,
        place=here.name,
        period=showing.period(asked["period"]),
        figures=figures,
        chart=chart,
        source=source,
        language=language,
        synthetic=_("Synthetic data: an invented country.")
        if workspace().synthetic
        else "",
    )
