"""The plan of visits as tables, a picture and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from boloci.charts import Chart, Column, Table
from boloci.charts.cumulative import cumulative
from boloci.hub import links, showing
from boloci.hub.current import current
from boloci.hub.figures import estimated_words as words
from boloci.hub.language import _
from boloci.published import PlaceRow
from boloci.stats import outreach
from boloci.stats.outreach import Assumed

POINTS = 60
"""Points of the curve, the first and the last among them."""
Floats = npt.NDArray[np.float64]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """Areas in the order of what a visit reaches, and what all visits reach."""

    areas: Table
    curve: Table
    blank: int
    """Areas of which the estimate tells nothing: they are in no plan."""


def plan(
    members: Sequence[PlaceRow],
    found: Mapping[str, Row],
    spread: Mapping[str, Sequence[float]],
    *,
    assumed: Assumed,
    share: float,
    period: str,
) -> Plan:
    """A plan of visits to some areas.

    found     estimated zero-dose children by place; spread: quantiles of their draws
    share     of an area's children that its visits are to reach, 0 to below 1
    """
    known = [one for one in members if _told(found.get(one.place_id), spread, one)]
    quantiles = np.array([spread[one.place_id] for one in known], np.float64)
    quantiles = quantiles if known else np.zeros((0, 2))
    missed, lower, upper = (
        np.array([found[one.place_id][end] for one in known], np.float64)
        for end in ("value", "lower", "upper")
    )
    visits, fewest, most = (
        outreach.visits_for(one, share, assumed) for one in (missed, lower, upper)
    )
    reached = outreach.expected(quantiles, visits, assumed)
    ends = [outreach.reached(one, visits, assumed) for one in (lower, upper)]
    rows = [
        {
            "place": one.name,
            "place_id": one.place_id,
            "within": _within(one),
            "address": links.place(one.place_id),
            "value": missed[at],
            "lower": lower[at],
            "upper": upper[at],
            "explain": links.explain(found[one.place_id]),
            "each": reached[at] / visits[at] if visits[at] else 0.0,
            "visits": int(visits[at]),
            "fewest": int(fewest[at]),
            "most": int(most[at]),
            "reached": reached[at],
            "reached_lower": ends[0][at],
            "reached_upper": ends[1][at],
        }
        for at, one in enumerate(known)
    ]
    rows.sort(key=lambda row: (-row["each"], -row["value"], row["place"]))
    _number(rows)
    gains = outreach.gains(quantiles, visits.astype(np.int64), assumed)
    return Plan(
        _areas(rows, period),
        _curve(gains, lower, upper, assumed),
        len(members) - len(known),
    )


def _told(fact: Row | None, spread: Mapping[str, Any], one: PlaceRow) -> bool:
    """Whether a plan can stand on what the estimate tells of a place."""
    ends = ("value", "lower", "upper")
    return (
        fact is not None
        and all(fact[end] is not None for end in ends)
        and one.place_id in spread
    )


def _within(one: PlaceRow) -> str:
    """The name of the place that an area lies in."""
    above = current().by_id.get(one.parent_id)
    return above.name if above else ""


def _number(rows: Sequence[dict[str, Any]]) -> None:
    """The place of each row in the plan, and what is reached up to it."""
    visits, reached = 0, 0.0
    for at, row in enumerate(rows, start=1):
        visits, reached = visits + row["visits"], reached + row["reached"]
        row |= {"order": at, "visits_so_far": visits, "reached_so_far": reached}


def _areas(rows: Sequence[Row], period: str) -> Table:
    return Table(
        name="visits",
        title=_(
            "Health areas to visit, by children reached per visit, {period}"
        ).format(period=showing.period(period)),
        columns=[
            Column("order", _("Order"), "visits"),
            Column("place", _("Health area"), "place"),
            Column("place_id", _("Identifier")),
            Column("within", _("Lies in")),
            Column("value", _("Zero-dose children, estimated"), "children"),
            Column("lower", _("At least"), "children"),
            Column("upper", _("At most"), "children"),
            Column("each", _("Reached per visit"), "index"),
            Column("visits", _("Outreach visits"), "visits"),
            Column("fewest", _("Visits, at least"), "visits"),
            Column("most", _("Visits, at most"), "visits"),
            Column("reached", _("Reached by these visits"), "children"),
            Column("reached_lower", _("Reached, at least"), "children"),
            Column("reached_upper", _("Reached, at most"), "children"),
            Column("visits_so_far", _("Visits up to here"), "visits"),
            Column("reached_so_far", _("Reached up to here"), "children"),
        ],
        rows=rows,
    )


def _curve(
    gains: list[Floats], lower: Floats, upper: Floats, assumed: Assumed
) -> Table:
    """Children reached by a number of visits, the visits that add most coming first."""
    place, number = outreach.in_order(gains)
    columns = {
        "reached": _cumulated(
            np.array(
                [gains[p][n] for p, n in zip(place, number, strict=True)], np.float64
            )
        )
    }
    for name, missed in (("lower", lower), ("upper", upper)):
        before = outreach.reached(missed[place], number, assumed)
        after = outreach.reached(missed[place], number + 1, assumed)
        columns[name] = _cumulated(after - before)
    return Table(
        name="curve",
        title=_("Children reached by the number of visits"),
        columns=[
            Column("visits", _("Outreach visits"), "visits"),
            Column("reached", _("Children reached"), "children"),
            Column("lower", _("At least"), "children"),
            Column("upper", _("At most"), "children"),
        ],
        rows=[
            {"visits": int(at), **{name: told[at] for name, told in columns.items()}}
            for at in _shown(len(place))
        ],
    )


def _cumulated(added: Floats) -> Floats:
    """Sums up to each visit, beginning with none."""
    return np.concatenate([[0.0], np.cumsum(added)])


def _shown(visits: int) -> list[int]:
    """Numbers of visits that the curve goes through."""
    return sorted({round(one) for one in np.linspace(0, visits, POINTS)})


def curve_chart(table: Table) -> Chart:
    """The curve with its ends."""
    return cumulative(
        table=table,
        x="visits",
        value="reached",
        description=_(
            "Visits that reach most come first: the curve climbs less and less. The"
            " shade goes from all areas at the low end of their interval to all at the"
            " high end: wider than what is likely, never too narrow."
        ),
    )


def sentences(found: Plan, share: str) -> list[str]:
    """What the whole plan takes and gives, and what half of it gives."""
    last = found.areas.rows[-1]
    visits, reached = last["visits_so_far"], last["reached_so_far"]
    lower, upper = found.curve.rows[-1]["lower"], found.curve.rows[-1]["upper"]
    told = [
        _(
            "It takes {visits} visits to {areas} health areas to reach {share} of the"
            " zero-dose children of each. They reach about {reached}, between {lower}"
            " and {upper}."
        ).format(
            share=words.percent(int(share)),
            areas=showing.number(len(found.areas.rows), "reports"),
            visits=showing.number(visits, "visits"),
            reached=words.children(reached),
            lower=words.children(lower),
            upper=words.children(upper),
        )
    ]
    half = next(
        (one for one in found.curve.rows if 2 * one["visits"] >= visits and visits),
        None,
    )
    if half is not None and half["visits"] < visits and reached:
        told.append(
            _(
                "The {visits} visits that reach most give {share} of that already:"
                " begin with them."
            ).format(
                visits=showing.number(half["visits"], "visits"),
                share=words.percent(100 * half["reached"] / reached),
            )
        )
    return told
