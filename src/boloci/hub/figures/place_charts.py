"""Charts of a place's page: the trend, and the chart that hangs on the wall."""

from collections.abc import Sequence
from typing import Any

from boloci import periods
from boloci.charts import Chart, Column, Table
from boloci.charts.monitoring import monitoring
from boloci.charts.trends import trend
from boloci.hub import reading, showing
from boloci.hub.controls import Controls
from boloci.hub.current import workspace
from boloci.hub.figures import about, choice, trend_tables
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow


def over_time(
    scope: Scope, here: PlaceRow, above: Sequence[PlaceRow], asked: Controls
) -> Chart:
    """The indicator chosen over time, beside the place above where they compare."""
    name = asked["indicator"]
    rows = _rows(scope, here, above, asked) if asked["period"] else []
    unit = next((row["unit"] for row in rows if row["unit"]), "")
    table = Table(
        name="trend",
        title=choice.indicator(name),
        columns=trend_tables.columns(unit),
        rows=rows,
    )
    shown = list(dict.fromkeys(row["period"] for row in rows))
    return trend(
        table=table,
        description=_("By period; open marks carry a remark, told in the table."),
        y_title="",
        reference=100 if name.endswith("_coverage") else None,
        events=about.events(scope, here, shown, name),
    )


def of_the_wall(scope: Scope, here: PlaceRow, asked: Controls) -> Chart:
    """Doses of DTP1 and DTP3 added up since January, against the year's target."""
    months = reading.whole_periods(scope, periods.MONTH)
    year = asked["period"][:4] or (months[-1][:4] if months else "")
    rows, target = _months(scope, here, year) if year else ([], None)
    table = Table(
        name="monitoring",
        title=_("Doses since January {year}, and the target").format(year=year),
        columns=[
            Column("period", _("Month"), "period"),
            Column("first", _("DTP1"), "doses"),
            Column("last", _("DTP3"), "doses"),
        ],
        rows=rows,
    )
    return monitoring(
        table=table,
        description=_(
            "The straight line is the target; between the two other lines are the"
            " children who began and did not finish. A line stops where a report is"
            " missing."
        ),
        target=target,
        height=260,
    )


def _rows(
    scope: Scope, here: PlaceRow, above: Sequence[PlaceRow], asked: Controls
) -> list[dict[str, Any]]:
    name = asked["indicator"]
    compares = not name.endswith(("_doses", "_children"))
    ids = [here.place_id, *(one.place_id for one in above[-1:] if compares)]
    found = choice.facts(
        scope,
        [name],
        asked,
        place=ids,
        period=choice.span(asked["period"]),
        sex=asked["sex"],
    )
    return sorted(
        _told_apart(found),
        key=lambda row: (ids.index(row["place_id"]), periods.code(row["period"])),
    )


def _told_apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ségou (district) and Ségou (region), where a place and the one above share it."""
    if len({row["place"] for row in rows}) == len({row["place_id"] for row in rows}):
        return rows
    levels = workspace().levels
    return [
        {**row, "place": f"{row['place']} ({showing.level(row['level'], levels)})"}
        for row in rows
    ]


def _months(
    scope: Scope, here: PlaceRow, year: str
) -> tuple[list[dict[str, Any]], float | None]:
    """The twelve months of a year with their doses, and the year's children."""
    names = {"dtp1_doses": "first", "dtp3_doses": "last"}
    months = [periods.text(month) for month in periods.months(periods.code(year))]
    found = reading.facts(
        scope,
        indicator=list(names),
        place=here.place_id,
        period=f"{months[0]}..{months[-1]}",
        sex="total",
        method="reported",
    ).to_pylist()
    by_month: dict[str, dict[str, Any]] = {one: {"period": one} for one in months}
    for fact in found:
        by_month[fact["period"]][names[fact["indicator"]]] = fact["value"]
    coverage = reading.facts(
        scope,
        indicator="dtp1_coverage",
        place=here.place_id,
        period=year,
        sex="total",
        method="reported",
        denominator="target",
    ).to_pylist()
    target = coverage[0]["denominator"] if coverage else None
    return (list(by_month.values()) if found else []), target
