"""What changed: districts whose doses moved more than they usually do."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boloci.charts import Column, Table
from boloci.hub import links, reading, showing
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.stats import changes

INDICATOR = "dtp1_doses"
TOLD = 5


def table(scope: Scope, level: str, quarters: Sequence[str]) -> Table:
    """The largest unusual changes from the last quarter but one to the last one.

    quarters    whole quarters of the data, in order
    """
    shown = quarters[-24:]
    found = reading.facts(
        scope,
        indicator=INDICATOR,
        level=level,
        period=f"{shown[0]}..{shown[-1]}",
        sex="total",
        method="reported",
    ).to_pylist()
    rows = _unusual(found, shown)
    return Table(
        name="changes",
        title=_("What changed most from {before} to {after}").format(
            before=showing.period(shown[-2]), after=showing.period(shown[-1])
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("before", _("Doses of DTP1 before"), "doses"),
            Column("after", _("Doses of DTP1 after"), "doses"),
            Column("change", _("Change"), "percent"),
            Column("usual", _("Usual change, up or down"), "percent"),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("sentence", _("In words")),
        ],
        rows=rows[:TOLD],
    )


def _unusual(
    found: Sequence[Mapping[str, Any]], quarters: Sequence[str]
) -> list[dict[str, Any]]:
    places = list(dict.fromkeys(fact["place_id"] for fact in found))
    at = {period: number for number, period in enumerate(quarters)}
    grid = np.full((len(places), len(quarters)), np.nan)
    last: dict[str, Mapping[str, Any]] = {}
    line = {place_id: number for number, place_id in enumerate(places)}
    for fact in found:
        if fact["value"] is not None and fact["period"] in at:
            grid[line[fact["place_id"]], at[fact["period"]]] = fact["value"]
        if fact["period"] == quarters[-1]:
            last[fact["place_id"]] = fact
    moved = changes.last(grid)
    order = np.argsort(-np.abs(np.nan_to_num(moved.beyond)), kind="stable")
    return [
        _told(last[places[n]], moved, int(n), quarters)
        for n in order
        if moved.unusual[n]
    ]


def _told(
    fact: Mapping[str, Any], moved: changes.Changes, n: int, quarters: Sequence[str]
) -> dict[str, Any]:
    before, after = float(moved.before[n]), float(moved.after[n])
    row = {
        "place": fact["place"],
        "place_id": fact["place_id"],
        "address": links.place(fact["place_id"]),
        "explain": links.explain(fact),
        "before": before,
        "after": after,
        "change": 100 * (after / before - 1),
        "usual": 100 * float(moved.usual[n]),
        "received": fact["received"],
        "expected": fact["expected"],
    }
    return {**row, "sentence": _sentence(row, quarters)}


def _sentence(row: Mapping[str, Any], quarters: Sequence[str]) -> str:
    values = {
        "after": showing.number(row["after"], "doses"),
        "before": showing.number(row["before"], "doses"),
        "last": showing.period(quarters[-1]),
        "change": showing.number(abs(row["change"]), "percent", 0),
        "usual": showing.number(row["usual"], "percent", 0),
    }
    rose = row["change"] > 0
    told = (
        _(
            "{after} doses of DTP1 in {last}, {before} the quarter before: {change} %"
            " more. From quarter to quarter it usually moves there by about {usual} %."
        )
        if rose
        else _(
            "{after} doses of DTP1 in {last}, {before} the quarter before: {change} %"
            " fewer. From quarter to quarter it usually moves there by about {usual} %."
        )
    ).format(**values)
    if row["expected"] and row["received"] < row["expected"] and not rose:
        told += " " + _(
            "Reports are missing ({received} of {expected} received): part of it may"
            " come from that."
        ).format(received=row["received"], expected=row["expected"])
    return told
