"""Tables and charts of zero-dose children: ranges by place, by sex, estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts import Chart, Column, Table
from boloci.charts.spreads import spread
from boloci.hub import links, showing
from boloci.hub.current import workspace
from boloci.hub.figures import tellers
from boloci.hub.language import _
from boloci.ranges import NOT_KNOWN, Range, reason

CHILDREN, SHARE = "zero_dose_children", "zero_dose_share"
MOST_DRAWN = 30
"""Places in the picture; the table has all."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ways:
    """Zero-dose children of one place in every way of computing them."""

    place_id: str
    place: str
    children: Range
    share: Range

    @property
    def naive(self) -> Row | None:
        """What is reported, over the official target: the figure that is usual."""
        return self.children.reported


def ways(found: Iterable[Range]) -> dict[str, Ways]:
    """Ranges of DTP1 coverage with what they carry, by place."""
    told = {}
    for one in found:
        carried = {each.indicator: each for each in one.carried}
        if CHILDREN in carried and SHARE in carried:
            told[one.place_id] = Ways(
                one.place_id, one.place, carried[CHILDREN], carried[SHARE]
            )
    return told


def why(fact: Row | None) -> str:
    """Why a figure is blank, in words; blank where it is not."""
    if fact is None:
        return _("Nothing was reported here.")
    if fact["value"] is not None:
        return ""
    code = reason(fact)
    if code == NOT_KNOWN:
        return showing.words(workspace().catalogue.indicators[fact["indicator"]].null)
    return showing.words(workspace().catalogue.flags[code])


def places_table(found: Iterable[Ways], period: str) -> Table:
    """Places by the most children that may be without a dose.

    The low end is 0 where a way counts more doses than children: that way was left out
    and would have been the lowest. No end is told where too few ways give a figure.
    """
    return Table(
        name="places",
        title=_("Zero-dose children by place, {period}").format(
            period=showing.period(period)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("place_id", _("Identifier")),
            Column("value", _("As reported, over the official target"), "children"),
            Column("low", _("Lowest way of computing"), "children"),
            Column("high", _("Highest way of computing"), "children"),
            Column("share_low", _("Share, lowest"), "percent"),
            Column("share_high", _("Share, highest"), "percent"),
            Column("told", _("Ways that give a figure"), "reports"),
            Column("none_left", _("Ways with more doses than children"), "reports"),
            Column("ways", _("Ways tried"), "reports"),
            Column("why", _("Why the usual figure is blank")),
        ],
        rows=sorted((_row(one) for one in found), key=lambda row: -(row["high"] or -1)),
    )


def _row(one: Ways) -> dict[str, Any]:
    naive = one.naive
    told = one.children.tellable
    high, share_high = one.children.high, one.share.high
    return {
        "place": one.place,
        "place_id": one.place_id,
        "address": links.place(one.place_id),
        "value": naive and naive["value"],
        "explain": links.explain(naive) if naive else "",
        "low": one.children.lowest if told else None,
        "high": high["value"] if told and high else None,
        "share_low": one.share.lowest if told else None,
        "share_high": share_high["value"] if told and share_high else None,
        "told": len(one.children.told),
        "none_left": one.children.none_left,
        "ways": len(one.children.facts),
        "why": why(naive),
    }


def places_chart(table: Table) -> Chart:
    """From the lowest to the highest way of computing, a line a place."""
    rows = [
        {
            "over": row["place"],
            "place_id": row["place_id"],
            "how": name,
            "value": row[end],
            "open": end == "low" and row["none_left"] > 0,
        }
        for row in [row for row in table.rows if row["low"] is not None][:MOST_DRAWN]
        for end, name in (("low", _("lowest")), ("high", _("highest")))
    ]
    description = _(
        "From the lowest to the highest way of computing, for the {n} places where"
        " most may be without a dose. A long line: nobody knows. The other places"
        " are in the table; those that cannot be told, with the reason."
    ).format(n=len(rows) // 2)
    if any(row["open"] for row in rows):
        description += " " + _(
            "An open mark at 0: some ways count more doses than children, so how few"
            " are without a dose is not known."
        )
    return spread(
        table=Table(
            name="range_places",
            title=_("How many children may be without a dose, by place"),
            columns=[
                Column("over", _("Place")),
                Column("how", _("Way of computing")),
                Column("value", _("Children"), "children"),
            ],
            rows=rows,
        ),
        key="place_id",
        description=description,
    )


def sexes_table(
    facts: Sequence[Row], surveys: Sequence[Row], estimated: Sequence[Row] = ()
) -> Table:
    """Girls and boys without a dose: as estimated, as reported, and in surveys."""
    sexes = {"female": _("girls"), "male": _("boys")}
    rows = list(estimated)
    rows += [
        {
            "period": fact["period"],
            "sex": sexes[fact["sex"]],
            "told_by": tellers.word("reported"),
            "value": fact["value"],
            "explain": links.explain(fact),
            "lower": fact["lower"],
            "upper": fact["upper"],
            "why": why(fact),
        }
        for fact in facts
        if fact["sex"] in sexes
    ]
    rows += [
        {
            "period": row["period"],
            "sex": sexes[row["sex"]],
            "told_by": row["survey"] or row["told_by"],
            "value": row["missed"],
            "explain": "",
            "lower": row["missed_lower"],
            "upper": row["missed_upper"],
            "why": "",
        }
        for row in surveys
        if row["sex"] in sexes and row["teller"] != "reported"
    ]
    return Table(
        name="sexes",
        title=_("Share of girls and of boys without a dose"),
        columns=[
            Column("period", _("Year"), "period"),
            Column("sex", _("Sex")),
            Column("told_by", _("Told by")),
            Column("value", _("Share without a dose"), "percent"),
            Column("lower", _("At least"), "percent"),
            Column("upper", _("At most"), "percent"),
            *_counted(estimated),
            Column("why", _("Why there is no figure")),
        ],
        rows=rows,
    )


def _counted(estimated: Sequence[Row]) -> list[Column]:
    """Columns of how many children, which the estimate alone tells with an interval."""
    if not estimated:
        return []
    return [
        Column("children", _("Children"), "children"),
        Column("children_lower", _("At least"), "children"),
        Column("children_upper", _("At most"), "children"),
    ]
