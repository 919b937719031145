"""The picture of Quality: how many reports came, and how many in time."""

from boloci import periods
from boloci.charts import Chart, Column, Table
from boloci.charts.trends import trend
from boloci.hub import reading
from boloci.hub.current import current
from boloci.hub.figures import choice
from boloci.hub.figures.overview import facts_of
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

QUARTERS = 20
SHOWN = ("completeness", "timeliness")


def over_time(scope: Scope, here: PlaceRow | None) -> Chart | None:
    """Reports received, and received in time, in percent of those expected.

    Of the place chosen, else of the country; None where neither is known or seen.
    """
    place = here or _country(scope)
    quarters = reading.whole_periods(scope, periods.QUARTER)[-QUARTERS:]
    if place is None or not quarters:
        return None
    span = f"{quarters[0]}..{quarters[-1]}"
    rows = [
        # Missing reports are the figure itself here: no mark need say so again.
        {**row, "line": choice.indicator(indicator), "flagged": False}
        for indicator in SHOWN
        if indicator in current().indicators
        for row in facts_of(scope, indicator, [place], span)
    ]
    if not any(row["value"] is not None for row in rows):
        return None
    table = Table(
        name="reports",
        title=_("Reports that came: {place}").format(place=place.name),
        columns=[
            Column("line", _("Indicator")),
            Column("period", _("Period"), "period"),
            Column("value", _("Value"), rows[0]["unit"]),
            Column("numerator", _("Reports received"), "reports"),
            Column("denominator", _("Reports expected"), "reports"),
        ],
        rows=rows,
    )
    return trend(
        table=table,
        description=_(
            "By quarter, in percent of the reports expected. A month without a report"
            " is missing, not a month without children."
        ),
        series="line",
        y_title="",
        reference=100,
    )


def _country(scope: Scope) -> PlaceRow | None:
    found = scope.keep(one for one in current().places if one.level == "country")
    return found[0] if found else None
