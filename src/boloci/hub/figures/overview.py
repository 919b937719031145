"""The overview: where to look first, what changed, the country and its groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci.charts import Chart, Column, Table
from boloci.charts.maps import choropleth
from boloci.charts.trends import trend
from boloci.hub import controls, links, pages, reading, showing
from boloci.hub.controls import Control, Controls
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import changed, first, trend_tables
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope, may
from boloci.hub.shapes import shapes
from boloci.hub.shell import published_on
from boloci.lake import snapshots
from boloci.published import PlaceRow

GROUPS = ("gavi_44", "learning_hub")
"""Groups shown beside the country where the workspace has them, by id."""
SINCE = "2019Q4"
"""First quarter of the seed's national charts."""
FIRST_ROWS = 5


def overview(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The public first page."""
    if not build_file() or not reading.has_places():
        who = request.user
        return pages.show(request, lambda: _nothing(who), suffix=suffix, keep=False)
    scope = scope_of(request)
    quarters = reading.whole_periods(scope, "quarter")
    if len(quarters) < 2:
        return pages.show(request, lambda: _too_short(scope), suffix=suffix)
    asked = controls.read(request.GET, _dose(), _since(quarters))
    return pages.show(request, lambda: page(scope, asked, quarters), suffix=suffix)


def page(scope: Scope, asked: Controls, quarters: Sequence[str]) -> Page:
    """The overview of what a scope sees."""
    here = reading.country(scope)
    known = current().by_id
    shown = [here, *scope.keep(known[one] for one in GROUPS if one in known)]
    start = max(asked["since"], quarters[0])
    span = f"{start}..{quarters[-1]}"
    dose = asked["dose"]
    districts = reading.below(scope, here, "district")
    looked = first.within(scope, here, districts, None)
    mine = _own_areas(scope)
    moved = changed.table(scope, "district", quarters)
    coverage = facts_of(scope, f"{dose}_coverage", shown, span)
    charts = [
        _trend("coverage", _("coverage by quarter"), dose, coverage, reference=100),
        _trend(
            "doses",
            _("doses by quarter"),
            dose,
            facts_of(scope, f"{dose}_doses", shown, span),
        ),
        _map(scope, dose, districts, quarters[-1]),
    ]
    latest = [row for row in coverage if row["period"] == quarters[-1]]
    return Page(
        title=_("Overview"),
        template="figures/overview.html",
        tables=[first.table(looked, _("Where to look first")), moved],
        charts=[chart for chart in charts if chart.table],
        controls=asked,
        values={
            "here": here,
            "latest": latest,
            "latest_label": _("{vaccine} coverage, {period}:").format(
                vaccine=_vaccine(dose), period=showing.period(quarters[-1])
            ),
            "fresh": fresh(scope),
            "looked": looked,
            "first_rows": looked.rows[:FIRST_ROWS],
            "mine": mine,
            "moved": moved,
        },
        description=_("Immunisation by quarter: the country, its groups, districts."),
    )


def facts_of(
    scope: Scope, indicator: str, places: Sequence[PlaceRow], span: str
) -> list[dict[str, Any]]:
    """Facts of an indicator as reported, over the official target, places in order.

    `flagged`: some of the reports expected are missing.
    """
    ids = [one.place_id for one in places]
    over = {"denominator": ["target"]} if indicator.endswith("_coverage") else {}
    found = reading.facts(
        scope,
        indicator=indicator,
        place=ids,
        period=span,
        sex="total",
        method="reported",
        **over,
    ).to_pylist()
    rows = [
        {**row, "flagged": _incomplete(row), "explain": links.explain(row)}
        for row in found
    ]
    return sorted(rows, key=lambda row: (ids.index(row["place_id"]), row["period"]))


def _incomplete(row: Mapping[str, Any]) -> bool:
    """Whether reports are missing: what an open mark stands for, and nothing else."""
    return bool(row["expected"]) and row["received"] < row["expected"]


def fresh(scope: Scope) -> str:
    """How far the data go, and when they were published."""
    months = reading.whole_periods(scope, "month")
    return _("Data up to {month}, published on {day}.").format(
        month=showing.period(months[-1]) if months else showing.MISSING,
        day=showing.day(published_on(build_file())),
    )


def _dose() -> Control:
    options = [
        ("dtp1", _("DTP1 (first dose)")),
        ("dtp3", _("DTP3 (third dose)")),
        ("mcv1", _("Measles, first dose")),
    ]
    return Control("dose", _("Vaccine"), options, "dtp1")


def _since(quarters: Sequence[str]) -> Control:
    starts = [one for one in quarters if one.endswith("Q1") or one == SINCE]
    starts = [one for one in starts if one <= quarters[-2]] or [quarters[0]]
    default = SINCE if SINCE in starts else starts[0]
    return Control(
        "since", _("Since"), [(one, showing.period(one)) for one in starts], default
    )


def _trend(
    name: str,
    words: str,
    dose: str,
    rows: list[dict[str, Any]],
    reference: float | None = None,
) -> Chart:
    unit = rows[0]["unit"] if rows else ""
    table = Table(
        name=name,
        title=_("{vaccine}: {what}").format(vaccine=_vaccine(dose), what=words),
        columns=trend_tables.columns(
            unit, numerator=_("Doses"), denominator=_("Target population")
        ),
        rows=rows,
    )
    return trend(
        table=table,
        description=_("A line by quarter; open marks: some reports are missing."),
        y_title="",
        reference=reference,
    )


def _map(scope: Scope, dose: str, districts: Sequence[PlaceRow], period: str) -> Chart:
    rows = facts_of(scope, f"{dose}_coverage", districts, period) if districts else []
    table = Table(
        name="map",
        title=_("{vaccine} coverage by district, {period}").format(
            vaccine=_vaccine(dose), period=showing.period(period)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", _("Coverage"), "percent"),
            Column("numerator", _("Doses"), "doses"),
            Column("denominator", _("Target population"), "children"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )
    return choropleth(
        table=table,
        description=_("Each district by class of coverage; the numbers are classes."),
        shapes=shapes(scope, districts),
    )


def _vaccine(dose: str) -> str:
    return {"dtp1": _("DTP1"), "dtp3": _("DTP3"), "mcv1": _("Measles 1")}[dose]


def _own_areas(scope: Scope) -> first.First | None:
    """Where to look first in the reader's own place, if it is one with areas."""
    own = current().by_id.get(scope.own) if scope.own else None
    if own is None or own.level == "country":
        return None
    found = first.within(scope, own, reading.below(scope, own), None)
    return found if found.rows else None


def _nothing(user: Any) -> Page:
    """No figure can be shown: before the first build, or since the data were taken
    back. Not kept: the next step depends on the reader, and on imports."""
    known = snapshots.snapshots(workspace().lake)
    if not known:
        return Page(
            title=_("Overview"), template="figures/empty.html", values={"short": False}
        )
    return Page(
        title=_("Overview"),
        template="imports/withdrawn.html",
        values={
            "taken_back": any(not one.live for one in known),
            "imports": may(user, "import"),
            "signed_in": user.is_authenticated,
        },
    )


def _too_short(scope: Scope) -> Page:
    """Less than two whole quarters of data: nothing to compare yet."""
    here = reading.country(scope)
    return Page(
        title=_("Overview"),
        template="figures/empty.html",
        values={"short": True, "here": here},
    )
