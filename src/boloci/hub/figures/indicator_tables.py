"""Tables and charts of one indicator: places in order, on a map and over time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.charts import Chart, Column, Table
from boloci.charts.maps import choropleth, usual_breaks
from boloci.charts.multiples import small_multiples
from boloci.charts.rankings import rank_ranges, ranking
from boloci.hub import links, showing
from boloci.hub.current import workspace
from boloci.hub.figures import chance, choice, place_tables
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.hub.shapes import shapes
from boloci.published import PlaceRow
from boloci.ranges import NOT_KNOWN, reason

MOST_DRAWN = 120
"""Places of one picture; of more the table is shown alone."""
RATES = ("percent", "ratio", "points")
"""Units in which a place compares with the place around it."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """Places by one indicator in one period, and over time."""

    definition: Indicator
    here: PlaceRow
    period: str
    rows: Sequence[Row]
    """A fact a place, highest first, with `rank`, `values` over time, `interval`."""
    over_time: Sequence[Row]
    whole: Row | None
    """The fact of the place around them."""

    @property
    def unit(self) -> str:
        """The unit of the figures."""
        return self.definition.unit

    @property
    def known(self) -> list[Row]:
        """Places with a figure."""
        return [row for row in self.rows if row["value"] is not None]

    @property
    def has_intervals(self) -> bool:
        """Whether some place's figure has an interval."""
        return any(row.get("lower") is not None for row in self.rows)

    @property
    def reference(self) -> float | None:
        """Level to compare with over time: 100 % of a coverage."""
        return 100 if self.definition.indicator.endswith("_coverage") else None

    @property
    def refused(self) -> list[tuple[int, str]]:
        """How many places have no figure, and why, the commonest reason first."""
        why = Counter(reason(row) for row in self.rows if row["value"] is None)
        flags = workspace().catalogue.flags
        return [
            (
                count,
                showing.words(
                    self.definition.null if code == NOT_KNOWN else flags[code]
                ),
            )
            for code, count in why.most_common()
        ]


def shown(
    definition: Indicator,
    here: PlaceRow,
    found: Sequence[Row],
    whole: Row | None,
    period: str,
    by_quarter: Mapping[str, Mapping[str, Row]],
) -> Shown:
    """Facts of some places over time, told for one period.

    by_quarter    quarters to read the noise from; none: no interval is worked out
    """
    now: Sequence[Row] = [row for row in found if row["period"] == period]
    if by_quarter:
        now = chance.told(now, by_quarter, period)
    shown_periods = sorted({row["period"] for row in found}, key=periods.code)
    values: dict[str, dict[str, float | None]] = {}
    for row in found:
        values.setdefault(row["place_id"], {})[row["period"]] = row["value"]
    ordered = sorted(now, key=lambda r: (r["value"] is None, -(r["value"] or 0)))
    ranks = rank_ranges([_interval(row) for row in ordered])
    rows = [
        {
            **row,
            "address": links.place(row["place_id"]),
            "rank": _rank(rank),
            "told": place_tables.told(row),
            "interval": _interval_told(row, definition.unit),
            "values": [values[row["place_id"]].get(one) for one in shown_periods],
        }
        for row, rank in zip(ordered, ranks, strict=True)
    ]
    over_time = sorted(found, key=lambda r: (r["place"], periods.code(r["period"])))
    return Shown(definition, here, period, rows, over_time, whole)


def places_table(one: Shown) -> Table:
    """Places from the highest figure to the lowest."""
    return Table(
        name="places",
        title=_title(one),
        columns=[
            Column("place", _("Place"), "place"),
            Column("place_id", _("Identifier")),
            Column("rank", _("Order")),
            Column("value", _("Value"), one.unit),
            Column("lower", _("At least"), one.unit),
            Column("upper", _("At most"), one.unit),
            *_made_of(),
        ],
        rows=one.rows,
    )


def ranking_chart(one: Shown) -> Chart:
    """Places in order, with how far chance alone may have moved each."""
    table = Table(
        name="ranking",
        title=_("From the highest to the lowest: {title}").format(title=_title(one)),
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", choice.indicator(one.definition.indicator), one.unit),
            Column("lower", _("At least"), one.unit),
            Column("upper", _("At most"), one.unit),
        ],
        rows=one.known,
    )
    compares = one.whole is not None and one.unit in RATES
    return ranking(
        table=table,
        description=order_told(one),
        reference=one.whole["value"] if compares and one.whole else None,
        reference_label=one.here.name,
    )


def order_told(one: Shown) -> str:
    """What the order of the places is worth."""
    if one.has_intervals:
        return _(
            "The bars show how far chance alone may have moved each figure. Where bars"
            " overlap no order is claimed: in brackets are all the ranks possible."
        )
    return _(
        "Chance is not worked out for this figure: the order of places that are close"
        " to each other says nothing."
    )


def map_chart(scope: Scope, one: Shown, places: Sequence[PlaceRow]) -> Chart:
    """Places coloured by class."""
    table = Table(
        name="map",
        title=_("Map: {title}").format(title=_title(one)),
        columns=[
            Column("place", _("Place"), "place"),
            Column("value", choice.indicator(one.definition.indicator), one.unit),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=one.rows,
    )
    values = [row["value"] for row in one.known]
    return choropleth(
        table=table,
        description=_("Each place by its class; the numbers are those of the classes."),
        shapes=shapes(scope, places),
        breaks=_breaks(one, values),
    )


def panels_chart(one: Shown) -> Chart:
    """Each place over time, all on one scale."""
    with_values = {row["place_id"] for row in one.known}
    table = Table(
        name="panels",
        title=_("Over time: {name}").format(
            name=choice.indicator(one.definition.indicator)
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("period", _("Period"), "period"),
            Column("value", _("Value"), one.unit),
            *_made_of(),
        ],
        rows=[row for row in one.over_time if row["place_id"] in with_values],
    )
    return small_multiples(
        table=table,
        description=_("One small figure a place, all on the same scale."),
        reference=one.reference,
    )


def _made_of() -> list[Column]:
    return [
        Column("numerator", _("Numerator"), "doses"),
        Column("denominator", _("Denominator"), "children"),
        Column("received", _("Reports received"), "reports"),
        Column("expected", _("Reports expected"), "reports"),
        Column("flags", _("Remarks"), "flags"),
    ]


def _title(one: Shown) -> str:
    return _("{indicator}, {period}").format(
        indicator=choice.indicator(one.definition.indicator),
        period=showing.period(one.period) if one.period else "",
    )


def _interval(row: Row) -> tuple[float, float] | None:
    value = row["value"]
    if value is None:
        return None
    low, high = row.get("lower"), row.get("upper")
    return (value if low is None else low, value if high is None else high)


def _interval_told(row: Row, unit: str) -> str:
    if row.get("lower") is None or row.get("upper") is None:
        return ""
    return _("{lower} to {upper}").format(
        lower=showing.figure(row["lower"], unit),
        upper=showing.figure(row["upper"], unit),
    )


def _rank(rank: tuple[int, int] | None) -> str:
    if rank is None:
        return showing.MISSING
    first, last = rank
    return str(first) if first == last else f"{first}–{last}"


def _breaks(one: Shown, values: Sequence[float]) -> list[float] | None:
    """Where a map's classes begin; None: as usual for coverage."""
    if one.unit == "category":
        return [2, 3, 4]
    return None if one.reference else _rounded(usual_breaks(values, ""))


def _rounded(breaks: Sequence[float]) -> list[float]:
    """Limits of classes as a reader can say them: two figures that count."""
    return sorted({float(f"{one:.2g}") for one in breaks})
