"""Tables of a place's page: key figures, places below and beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci import periods
from boloci.charts import Column, Table
from boloci.hub import links, showing
from boloci.hub.controls import Controls
from boloci.hub.figures import choice
from boloci.hub.figures.first import First, ranks
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

KEYS = (
    *("dtp1_doses", "dtp1_coverage", "dtp3_coverage", "dropout_dtp1_dtp3"),
    *("mcv1_coverage", "zero_dose_children", "dtp1_sex_gap"),
    *("completeness", "timeliness"),
)
"""Indicators of the key figures, for the period chosen."""
BY_YEAR = ("red_category",)
"""Those that are told by year only."""
RED = {1: "A", 2: "B", 3: "C", 4: "D"}
Row = Mapping[str, Any]


def key_figures(
    scope: Scope, here: PlaceRow, above: Sequence[PlaceRow], asked: Controls
) -> Table:
    """The key figures of a place beside those of the place above it."""
    places = [here, *above[-1:]]
    rows = _keyed(scope, KEYS, places, asked, asked["period"])
    rows += _keyed(scope, BY_YEAR, places, asked, asked["period"][:4])
    beside = above[-1].name if above else _("Place above")
    return Table(
        name="keys",
        title=_("Key figures, {period}").format(
            period=showing.period(asked["period"]) if asked["period"] else ""
        ),
        columns=[
            Column("name", _("Indicator")),
            Column("period", _("Period"), "period"),
            Column("value", here.name, ""),
            Column("above", beside, ""),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )


def _keyed(
    scope: Scope,
    names: Sequence[str],
    places: Sequence[PlaceRow],
    asked: Controls,
    period: str,
) -> list[dict[str, Any]]:
    if not period:
        return []
    ids = [one.place_id for one in places]
    found = choice.facts(scope, names, asked, place=ids, period=period, sex="total")
    by_place = {(row["indicator"], row["place_id"]): row for row in found}
    rows = []
    for name in names:
        mine = by_place.get((name, ids[0]))
        if mine is not None:
            other = by_place.get((name, ids[-1])) if len(ids) > 1 else None
            row = {**mine, "name": choice.indicator(name), "value_told": told(mine)}
            more = {
                "above": other and other["value"],
                "above_told": told(other),
                "above_explain": other["explain"] if other else "",
            }
            rows.append({**row, **more})
    return rows


def told(fact: Row | None) -> str:
    """A figure as readers see it; a RED category by its letter."""
    if fact is None or fact["value"] is None:
        return showing.MISSING
    if fact["indicator"] == "red_category":
        return RED.get(int(fact["value"]), showing.MISSING)
    if fact["indicator"].endswith("_sex_gap"):
        return _ahead(fact)
    return showing.figure(fact["value"], fact["unit"])


def _ahead(fact: Row) -> str:
    """A gap between boys and girls by its size and by who is ahead, not by a sign."""
    size = showing.figure(abs(fact["value"]), fact["unit"])
    if size == showing.figure(0.0, fact["unit"]):
        return size
    ahead = _("{gap}, boys ahead") if fact["value"] > 0 else _("{gap}, girls ahead")
    return ahead.format(gap=size)


def compared(
    scope: Scope,
    here: PlaceRow,
    places: Sequence[PlaceRow],
    asked: Controls,
    looked: First | None,
) -> Table:
    """Places beside each other: the figure now and over time, children to look for.

    looked    where to look first among them: their order; None: from low to high
    """
    name = asked["indicator"]
    rows = _compared(scope, here, places, asked, looked)
    unit = next((row["unit"] for row in rows if row["unit"]), "")
    return Table(
        name="beside" if looked is None else "below",
        title=_("{indicator}, {period}").format(
            indicator=choice.indicator(name),
            period=showing.period(asked["period"]) if asked["period"] else "",
        ),
        columns=[
            Column("place", _("Place"), "place"),
            *([] if looked is None else _look_columns()),
            Column("value", _("Value"), unit),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )


def _look_columns() -> list[Column]:
    return [
        Column("rank", _("Order")),
        Column("children", _("Children to look for"), "children"),
    ]


def _compared(
    scope: Scope,
    here: PlaceRow,
    places: Sequence[PlaceRow],
    asked: Controls,
    looked: First | None,
) -> list[dict[str, Any]]:
    if not places or not asked["period"]:
        return []
    span = choice.span(asked["period"])
    found = choice.facts(
        scope,
        [asked["indicator"]],
        asked,
        place=[one.place_id for one in places],
        period=span,
        sex=asked["sex"],
    )
    by_place: dict[str, dict[str, Row]] = {}
    for fact in found:
        by_place.setdefault(fact["place_id"], {})[fact["period"]] = fact
    shown = sorted({fact["period"] for fact in found}, key=periods.code)
    first = {row["place_id"]: row for row in looked.rows} if looked else {}
    rows = [
        _row(one, by_place.get(one.place_id, {}), shown, asked, first, here)
        for one in places
    ]
    if looked is not None:
        return sorted(rows, key=lambda row: (-(row["children"] or 0), row["place"]))
    return sorted(rows, key=_from_low_to_high)


def _row(
    place: PlaceRow,
    facts: Mapping[str, Row],
    shown: Sequence[str],
    asked: Controls,
    first: Mapping[str, Row],
    here: PlaceRow,
) -> dict[str, Any]:
    now = facts.get(asked["period"], {})
    look = first.get(place.place_id)
    return {
        "place": place.name,
        "place_id": place.place_id,
        "address": links.place(place.place_id),
        "own": place.place_id == here.place_id,
        "rank": ranks(look) if look else showing.MISSING,
        "children": look and look["children"],
        "value": now.get("value"),
        "unit": now.get("unit", ""),
        "explain": now.get("explain", ""),
        "flags": now.get("flags", ""),
        "received": now.get("received"),
        "expected": now.get("expected"),
        "values": [facts.get(one, {}).get("value") for one in shown],
    }


def _from_low_to_high(row: Row) -> tuple[bool, float, str]:
    return row["value"] is None, row["value"] or 0, row["place"]
