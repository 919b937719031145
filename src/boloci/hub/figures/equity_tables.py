"""Tables and charts of girls and boys, and of how unequal places are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.charts import Chart, Column, Table
from boloci.charts.dumbbells import dumbbell
from boloci.charts.funnels import funnel
from boloci.charts.looks import BOYS, BOYS_SHAPE, GIRLS, GIRLS_SHAPE
from boloci.charts.lorenz import lorenz
from boloci.charts.rankings import ranking
from boloci.charts.trends import trend
from boloci.hub import links, showing
from boloci.hub.language import _

Row = Mapping[str, Any]
ONE = 1.0
"""Girls and boys reached equally, of those due: a ratio of one."""


def by_sex(facts: Iterable[Row], period: str, name: str) -> Table:
    """Coverage of girls and of boys by place, the lowest coverage of girls first."""
    rows: dict[str, dict[str, Any]] = {}
    for fact in facts:
        if fact["sex"] and fact["period"] == period and fact["value"] is not None:
            row = rows.setdefault(
                fact["place_id"],
                {
                    "place": fact["place"],
                    "place_id": fact["place_id"],
                    "address": links.place(fact["place_id"]),
                    "flags": fact["flags"],
                },
            )
            row[fact["sex"]] = fact["value"]
            row[f"explain_{fact['sex']}"] = links.explain(fact)
    told = [
        {**row, "gap": row["male"] - row["female"]}
        for row in rows.values()
        if "male" in row and "female" in row
    ]
    return Table(
        name="sexes",
        title=_("{name}: girls and boys by place, {period}").format(
            name=name, period=showing.period(period)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("female", _("Girls"), "percent"),
            Column("male", _("Boys"), "percent"),
            Column("gap", _("Boys less girls"), "points"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=sorted(told, key=lambda row: row["female"]),
    )


def sexes_chart(table: Table) -> Chart:
    """Two marks a place, joined."""
    return dumbbell(
        table=table,
        description=_(
            "The longer the line, the wider the gap. Only units that report both sexes"
            " are in it: it may not speak for the others."
        ),
        reference=100,
    )


def ratios(facts: Iterable[Row], period: str, name: str) -> Table:
    """Girls reached for each boy, of those due, by place, with chance."""
    rows = [
        {**fact, "address": links.place(fact["place_id"])}
        for fact in facts
        if fact["period"] == period and fact["value"] is not None
    ]
    return Table(
        name="ratios",
        title=_("{name}: girls for each boy reached, of those due, {period}").format(
            name=name, period=showing.period(period)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", _("Girls for each boy, of those due"), "ratio"),
            Column("lower", _("At least"), "ratio"),
            Column("upper", _("At most"), "ratio"),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=sorted(rows, key=lambda row: row["value"]),
    )


def ratios_chart(table: Table) -> Chart:
    """Places by girls for each boy reached, from where girls are reached least."""
    return ranking(
        table=table,
        description=_(
            "Under 1, girls are reached less than boys. The bars hold chance and the"
            " ups and downs between months, not errors of reporting; where bars"
            " overlap no order is claimed."
        ),
        reference=ONE,
        reference_label=_("girls and boys equally"),
        highest_first=False,
    )


def over_time(
    facts: Iterable[Row], name: str, title: str, unit: str, series: Mapping[str, str]
) -> Chart:
    """One figure by quarter: a line a sex, or one line with its interval.

    series    sex, or blank for both -> what its line is called
    """
    looks = {"female": (GIRLS, GIRLS_SHAPE), "male": (BOYS, BOYS_SHAPE)}
    rows = [
        {
            **fact,
            "who": series[fact["sex"]],
            "flagged": False,
            "explain": links.explain(fact),
        }
        for fact in sorted(facts, key=lambda f: (f["sex"], periods.code(f["period"])))
        if fact["sex"] in series
    ]
    table = Table(
        name=name,
        title=title,
        columns=[
            Column("period", _("Period"), "period"),
            Column("who", _("Who")),
            Column("value", _("Value"), unit),
            Column("lower", _("At least"), unit),
            Column("upper", _("At most"), unit),
        ],
        rows=rows,
    )
    references = {"ratio": ONE, "points": 0.0, "percent": 100.0}
    return trend(
        table=table,
        description=_("By quarter, in the units that report both sexes.")
        if unit != "ratio"
        else _(
            "By quarter; the band holds chance and the ups and downs between months."
        ),
        series="who",
        y_title="",
        reference=references[unit],
        looks={series[sex]: looks[sex] for sex in series if sex in looks},
        height=200,
    )


def lorenz_chart(found: pa.Table, title: str) -> Chart:
    """Which share of the doses the least reached children get."""
    table = Table(
        name="lorenz",
        title=title,
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", _("Coverage"), "percent"),
            Column("share_of_children", _("Share of the children"), "percent"),
            Column("share_of_doses", _("Share of the doses"), "percent"),
        ],
        rows=found.to_pylist(),
    )
    return lorenz(
        table=table,
        description=_(
            "Children in the order of their places, the least reached first: the"
            " further the curve lies under the line, the more unequal the places."
        ),
    )


def funnel_chart(found: pa.Table, title: str) -> Chart:
    """Which places lie outside what chance does to a place of their size."""
    table = Table(
        name="funnel",
        title=title,
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", _("Coverage"), "percent"),
            Column("n", _("Children of the target"), "children"),
            Column("limit", _("Limit"), "percent"),
            Column("low", _("Lowest by chance"), "percent"),
            Column("high", _("Highest by chance"), "percent"),
            Column("outside", _("Outside")),
        ],
        # A limit of a normal curve may pass below 0; a coverage may not.
        rows=[{**row, "low": max(row["low"], 0.0)} for row in found.to_pylist()],
    )
    return funnel(
        table=table,
        description=_(
            "Between the lines, named by how often chance stays inside, a place may lie"
            " by chance, small places further from the mean. Outside them something"
            " else is at work: the vaccination, the target or the reports."
        ),
    )


QUINTILES = ("lowest_quintile", "lowest_quintile_last_year")


def quintiles_chart(
    found: Sequence[Row], whole: Sequence[Row], title: str, names: Mapping[str, str]
) -> Chart:
    """The lowest fifth of the places by year, beside the whole."""
    rows = [
        {"period": row["period"], "who": names[""], "value": row["value"]}
        for row in sorted(whole, key=lambda row: str(row["period"]))
    ]
    rows += [
        {"period": row["period"], "who": names[row["measure"]], "value": row["value"]}
        for measure in QUINTILES
        for row in found
        if row["measure"] == measure
    ]
    table = Table(
        name="quintiles",
        title=title,
        columns=[
            Column("period", _("Year"), "period"),
            Column("who", _("Which places")),
            Column("value", _("Coverage"), "percent"),
        ],
        rows=rows,
    )
    return trend(
        table=table,
        description=_(
            "Places change every year: being lowest is partly chance. Last year's"
            " lowest fifth, followed into this year, shows what is real progress."
        ),
        series="who",
        y_title="",
        reference=100,
    )
