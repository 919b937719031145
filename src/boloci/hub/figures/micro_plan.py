"""Where to send teams: health areas by zero-dose children reached per outreach visit.

A plan stands on the estimate and on three choices of the reader, all in the address:
what a team can do at a visit, whom it finds there, and how many are to be reached.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from boloci import periods
from boloci.hub import controls, pages, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import build_file
from boloci.hub.figures import estimated, estimated_words, where
from boloci.hub.figures import micro_plan_tables as tables
from boloci.hub.figures import zero_dose_estimate as estimates
from boloci.hub.figures.estimated import CHILDREN
from boloci.hub.figures.overview import fresh
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import EVERYTHING, Scope
from boloci.hub.withheld import without_points
from boloci.published import PlaceRow
from boloci.stats.outreach import Assumed

AREA = "area"
"""The level whose population one team visits."""
CAPACITIES, USUAL_CAPACITY = (10, 20, 30, 50, 80), 30
"""Zero-dose children a team can vaccinate in one visit: an assumption, for it hangs on
the team, the road and the hours; no source gives one number."""
FOUND, USUAL_FOUND = (10, 20, 30, 50, 70), 30
"""Percent of the zero-dose children still missed who are found at a visit: an
assumption too; families away, refusals and hamlets not known keep it low."""
SHARES, USUAL_SHARE = (50, 80, 90), 80
"""Percent of an area's zero-dose children that its visits are to reach."""
MOST_LISTED = 200
YEARS = 8


def micro_plan(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The page of the plan of visits."""
    scope = scope_of(request)
    years = reading.whole_periods(scope, periods.YEAR) if build_file() else ()
    if not years:
        return pages.show(request, _nothing, suffix=suffix)
    asked = controls.read(
        request.GET, where.inside_control(scope, _("Place")), *_controls(years)
    )
    return pages.show(request, lambda: page(scope, asked), suffix=suffix)


def page(scope: Scope, asked: Controls) -> Page:
    """The areas of a place that a scope sees, in the order of what a visit reaches."""
    here, period = reading.place(scope, asked["inside"]), asked["period"]
    fit = estimated.fit()
    areas, withheld = _areas(scope, here)
    every = len(where.members(EVERYTHING, here, AREA)) if here.level != AREA else 1
    plan = None
    if fit is not None and areas:
        ids = [one.place_id for one in areas]
        found = estimated.facts(scope, [CHILDREN], ids, period, "total")
        plan = tables.plan(
            areas,
            {place_id: row for (_name, place_id), row in found.items()},
            estimated.spread(scope, CHILDREN, period),
            assumed=Assumed(float(asked["capacity"]), int(asked["found"]) / 100),
            share=int(asked["share"]) / 100,
            period=period,
        )
    told = plan is not None and bool(plan.areas)
    return Page(
        title=_("Plan of visits"),
        template="figures/micro_plan.html",
        tables=[plan.areas] if plan and told else [],
        charts=[tables.curve_chart(plan.curve)] if plan and told else [],
        controls=asked,
        values={
            "here": here,
            "period": period,
            "plan": plan if told else None,
            "estimated": fit is not None,
            "stale": estimated_words.stale(fit) if fit else "",
            "how": () if fit else estimates.how_to_get_one(),
            "areas": len(areas),
            "withheld": withheld,
            "every": every if every > len(areas) + withheld else 0,
            "assumed": _assumed(asked, period),
            "sentences": tables.sentences(plan, asked["share"])
            if plan and told
            else (),
            "fresh": fresh(scope),
            "most": MOST_LISTED,
        },
        description=_(
            "Health areas in the order of the zero-dose children that a visit reaches."
        ),
    )


def _areas(scope: Scope, here: PlaceRow) -> tuple[list[PlaceRow], int]:
    """Areas of a place that a plan may name, and how many it may not.

    In public no visit to come is told of a place that is marked sensitive.
    """
    inside = [here] if here.level == AREA else where.members(scope, here, AREA)
    hidden = without_points(scope)
    named = [one for one in inside if one.place_id not in hidden]
    return named, len(inside) - len(named)


def _controls(years: Sequence[str]) -> list[Control]:
    shown = list(reversed(years[-YEARS:]))
    told = [(one, showing.period(one)) for one in shown]
    counts = [(str(one), str(one)) for one in CAPACITIES]
    return [
        Control("period", _("Year"), told, shown[0]),
        Control(
            "capacity",
            _("Children a team can vaccinate in one visit"),
            counts,
            str(USUAL_CAPACITY),
        ),
        Control(
            "found",
            _("Zero-dose children found at a visit"),
            _percents(FOUND),
            str(USUAL_FOUND),
        ),
        Control(
            "share",
            _("Zero-dose children to reach"),
            _percents(SHARES),
            str(USUAL_SHARE),
        ),
    ]


def _percents(values: Sequence[int]) -> list[tuple[str, str]]:
    return [(str(one), estimated_words.percent(one)) for one in values]


def _assumed(asked: Controls, period: str) -> list[str]:
    """What the plan takes for granted, in words: it is printed with it."""
    return [
        _(
            "A team vaccinates at most {capacity} zero-dose children in one visit: an"
            " assumption, not a measurement."
        ).format(capacity=asked["capacity"]),
        _(
            "At each visit it finds {found} of the zero-dose children who are still"
            " missed: an assumption, not a measurement."
        ).format(found=estimated_words.percent(int(asked["found"]))),
        _(
            "Each area is visited until {share} of its zero-dose children are reached."
        ).format(share=estimated_words.percent(int(asked["share"]))),
        _("Counted are the children who were due for a first dose in {period}.").format(
            period=showing.period(period)
        ),
    ]


def _nothing() -> Page:
    """Before a whole year of figures."""
    return Page(
        title=_("Plan of visits"),
        template="figures/empty.html",
        values={"short": False},
    )
