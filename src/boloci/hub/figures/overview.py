"""The overview: DTP1 doses and coverage of the country and its groups, by quarter."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from boloci.charts import Column, Table
from boloci.charts.trends import trend
from boloci.hub import controls, pages, reading
from boloci.hub.controls import Control
from boloci.hub.language import _
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope


def overview(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """The public first page."""
    scope = scope_of(request)
    asked = controls.read(
        request.GET,
        Control(
            "indicator",
            _("Indicator"),
            [("dtp1_coverage", _("DTP1 coverage")), ("dtp1_doses", _("DTP1 doses"))],
            "dtp1_coverage",
        ),
    )
    return pages.show(request, lambda: page(scope, asked), suffix=suffix)


def page(scope: Scope, asked: controls.Controls) -> Page:
    """The overview of what a scope sees."""
    here = reading.country(scope)
    rows = [
        {**row, "flagged": bool(row["flags"])}
        for row in reading.facts(
            scope,
            indicator=asked["indicator"],
            place=here.place_id,
            period="2019Q4..2024Q4",
            sex="total",
            method="reported",
            denominator=["target"] if asked["indicator"].endswith("coverage") else [],
        ).to_pylist()
    ]
    table = Table(
        name="trend",
        title=_("DTP1 by quarter, {place}").format(place=here.name),
        columns=_columns(rows),
        rows=rows,
    )
    chart = trend(
        table=table,
        description=_("A line by quarter; open marks: some reports are missing."),
        x="period",
        y="value",
        series="place",
        y_title=asked.controls[0].chosen_label,
        reference=100 if asked["indicator"].endswith("coverage") else None,
    )
    return Page(
        title=_("Overview"),
        template="figures/overview.html",
        charts=[chart],
        controls=asked,
        values={"here": here},
    )


def _columns(rows: list[dict[str, Any]]) -> list[Column]:
    unit = rows[0]["unit"] if rows else ""
    return [
        Column("period", _("Period"), "period"),
        Column("place", _("Place")),
        Column("numerator", _("Doses"), "doses"),
        Column("denominator", _("Target population"), "children"),
        Column("value", _("Value"), unit),
        Column("flags", _("Flags")),
    ]
