"""What changed: districts whose doses moved more than they usually do."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boloci.charts import Column, Table
from boloci.hub import links, reading, showing
from boloci.hub.current import current
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.stats import changes

INDICATORS = ("dtp1_doses", "dtp3_doses", "mcv1_doses", "bcg_doses")
TOLD = 5
QUARTERS = 24
"""Quarters that what is usual is read from, the last included."""


def table(scope: Scope, level: str, quarters: Sequence[str]) -> Table:
    """The largest unusual changes from the last quarter but one to the last one.

    quarters    whole quarters of the data, in order
    """
    shown = quarters[-QUARTERS:]
    known = [one for one in INDICATORS if one in current().indicators]
    found = reading.facts(
        scope,
        indicator=known,
        level=level,
        period=f"{shown[0]}..{shown[-1]}",
        sex="total",
        method="reported",
    ).to_pylist()
    rows = _once(_unusual(found, shown))
    return Table(
        name="changes",
        title=_("What changed most from {before} to {after}").format(
            before=showing.period(shown[-2]), after=showing.period(shown[-1])
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("vaccine", _("Vaccine")),
            Column("before", _("Doses before"), "doses"),
            Column("after", _("Doses after"), "doses"),
            Column("change", _("Change"), "percent"),
            Column("usual", _("Usual change, up or down"), "percent"),
            Column("received", _("Reports received"), "reports"),
            Column("expected", _("Reports expected"), "reports"),
            Column("sentence", _("In words")),
        ],
        rows=rows[:TOLD],
    )


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest change of each place, the largest of all first."""
    largest: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: -abs(row["beyond"])):
        largest.setdefault(row["place_id"], row)
    return list(largest.values())


def _unusual(
    found: Sequence[Mapping[str, Any]], quarters: Sequence[str]
) -> list[dict[str, Any]]:
    """A row for each dose of each place whose last change is beyond its usual ones."""
    series = list(dict.fromkeys((one["indicator"], one["place_id"]) for one in found))
    line = {key: number for number, key in enumerate(series)}
    at = {period: number for number, period in enumerate(quarters)}
    grid = np.full((len(series), len(quarters)), np.nan)
    last: dict[int, Mapping[str, Any]] = {}
    for fact in found:
        number = line[fact["indicator"], fact["place_id"]]
        if fact["value"] is not None:
            grid[number, at[fact["period"]]] = fact["value"]
        if fact["period"] == quarters[-1]:
            last[number] = fact
    moved = changes.last(grid)
    return [
        _told(last[int(n)], moved, int(n), quarters)
        for n in np.flatnonzero(moved.unusual)
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
        "vaccine": _vaccine(fact["indicator"]),
        "before": before,
        "after": after,
        "beyond": float(moved.beyond[n]),
        "change": 100 * (after / before - 1),
        "usual": 100 * float(moved.usual[n]),
        "received": fact["received"],
        "expected": fact["expected"],
    }
    return {**row, "sentence": _sentence(row, quarters)}


def _vaccine(indicator: str) -> str:
    return {
        "dtp1_doses": _("DTP1"),
        "dtp3_doses": _("DTP3"),
        "mcv1_doses": _("Measles 1"),
        "bcg_doses": _("BCG"),
    }[indicator]


def _sentence(row: Mapping[str, Any], quarters: Sequence[str]) -> str:
    values = {
        "vaccine": row["vaccine"],
        "after": showing.number(row["after"], "doses"),
        "before": showing.number(row["before"], "doses"),
        "last": showing.period(quarters[-1]),
        "change": showing.number(abs(row["change"]), "percent", 0),
        "usual": showing.number(row["usual"], "percent", 0),
    }
    rose = row["change"] > 0
    told = (
        _(
            "{vaccine}: {after} doses in {last}, {before} the quarter before:"
            " {change} % more. From quarter to quarter it usually moves there by"
            " about {usual} %."
        )
        if rose
        else _(
            "{vaccine}: {after} doses in {last}, {before} the quarter before:"
            " {change} % fewer. From quarter to quarter it usually moves there by"
            " about {usual} %."
        )
    ).format(**values)
    if row["expected"] and row["received"] < row["expected"] and not rose:
        told += " " + _(
            "Reports are missing ({received} of {expected} received): part of it may"
            " come from that."
        ).format(received=row["received"], expected=row["expected"])
    return told
