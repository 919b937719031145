"""Zero-dose children: the usual figure, how far it hangs on what is assumed, and where.

An estimate with its interval comes first where a build has one; where it has none the
page tells the range alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci import periods
from boloci.charts import Chart, Table
from boloci.hub import controls, links, pages, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import build_file, workspace
from boloci.hub.figures import estimated, estimated_words, honest, tellers, where
from boloci.hub.figures import zero_dose_estimate as estimates
from boloci.hub.figures import zero_dose_tables as tables
from boloci.hub.figures.overview import fresh
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

COVERAGE = "dtp1_coverage"
MOST_LISTED = 80
"""Rows on the page, of each table; the files have all."""
YEARS, QUARTERS = 8, 12
Row = Mapping[str, Any]


def zero_dose(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The page of zero-dose children."""
    scope = scope_of(request)
    years = reading.whole_periods(scope, periods.YEAR) if build_file() else ()
    if not years:
        return pages.show(request, _nothing, suffix=suffix)
    asked = controls.read(
        request.GET,
        where.inside_control(scope, _("Place")),
        where.level_control(scope, groups=False),
        _periods(years, reading.whole_periods(scope, periods.QUARTER)),
        *(estimates.controls() if estimated.fit() else ()),
    )
    return pages.show(request, lambda: page(scope, asked), suffix=suffix)


def page(scope: Scope, asked: Controls) -> Page:
    """Zero-dose children of a place and of the places inside it."""
    here = reading.place(scope, asked["inside"])
    period = asked["period"]
    members = where.members(scope, here, asked["level"])
    ids = [here.place_id, *(one.place_id for one in members)]
    ranges = reading.ranges(scope, COVERAGE, place=ids, period=period)
    found = tables.ways(ranges)
    own = found.pop(here.place_id, None)
    places = tables.places_table(found.values(), period)
    told = tellers.rows(scope, COVERAGE, here)
    estimate = estimates.estimate(scope, here, members, asked)
    sexes = _sexes(scope, here, period, told, estimate.sexes if estimate else ())
    known = [one for one in (places, sexes) if one]
    return Page(
        title=_("Zero-dose children"),
        template="figures/zero_dose.html",
        tables=[*(estimate.tables if estimate else ()), *known],
        charts=[
            *(estimate.charts if estimate else ()),
            *_charts(own, places, told, here),
        ],
        controls=asked,
        values={
            "here": here,
            "own": own,
            "naive": own and own.naive,
            "naive_explain": links.explain(own.naive) if own and own.naive else "",
            "why": tables.why(own.naive if own else None),
            "sentences": honest.sentences(own.children) if own else [],
            "places": places,
            "sexes": sexes,
            "estimate": estimate,
            "how": () if estimate else estimates.how_to_get_one(),
            "plan": links.plan(here.place_id, period),
            "period": period,
            "fresh": fresh(scope),
            "level": showing.level(asked["level"], workspace().levels),
            "most": MOST_LISTED,
            "chance": estimated_words.chance,
        },
        description=_("Children without a first dose of DTP: how many, and where."),
    )


def _charts(
    own: tables.Ways | None,
    places: Table,
    told: list[dict[str, Any]],
    here: PlaceRow,
) -> list[Chart]:
    found = []
    if own is not None and own.children.told:
        found.append(honest.chart(own.children))
    both = [row for row in told if not row["sex"]]
    if both:
        title = _("DTP1 coverage by everyone who tells it: {place}")
        found.append(tellers.chart(both, title.format(place=here.name)))
    if places:
        found.append(tables.places_chart(places))
    return [chart for chart in found if chart.table]


def _sexes(
    scope: Scope,
    here: PlaceRow,
    period: str,
    told: Sequence[Row],
    estimated: Sequence[Row],
) -> Table:
    facts = reading.facts(
        scope,
        indicator=tables.SHARE,
        place=here.place_id,
        period=period,
        method="reported",
        denominator="target",
    ).to_pylist()
    return tables.sexes_table(facts, told, estimated)


def _periods(years: Sequence[str], quarters: Sequence[str]) -> Control:
    """Years, then quarters, the latest first."""
    shown = [*reversed(years[-YEARS:]), *reversed(quarters[-QUARTERS:])]
    options = [(one, showing.period(one)) for one in shown]
    return Control("period", _("Period"), options, shown[0])


def _nothing() -> Page:
    """Before a whole year of figures."""
    return Page(
        title=_("Zero-dose children"),
        template="figures/empty.html",
        values={"short": False},
    )
