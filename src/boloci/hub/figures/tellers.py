"""One coverage by everyone who tells it: reports, government, WUENIC, surveys, lots."""

from collections.abc import Mapping
from typing import Any

from boloci.charts import Chart, Column, Table
from boloci.charts.trends import trend
from boloci.hub import reading
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.published import PlaceRow

TOLD_BY_FEW = ("survey", "lqas")
"""Tellers whose figures have an interval."""
Row = Mapping[str, Any]


def word(teller: str) -> str:
    """Who tells it."""
    return {
        "reported": _("monthly reports"),
        "administrative": _("administrative (to WHO and UNICEF)"),
        "government": _("government (to WHO and UNICEF)"),
        "wuenic": _("WHO and UNICEF"),
        "survey": _("survey"),
        "lqas": _("lots, pooled"),
        "estimated": _("estimate"),
    }[teller]


def rows(
    scope: Scope, indicator: str, here: PlaceRow, **asked: Any
) -> list[dict[str, Any]]:
    """Every telling that is a fact, with the share of children that it leaves out.

    A coverage above 100 % leaves out no share: none is told then.
    """
    found = reading.side_by_side(scope, indicator, here, **asked).to_pylist()
    return [
        {
            **row,
            "period": row["year"],
            "told_by": word(row["teller"]),
            "missed": _missed(row["value"]),
            "missed_lower": _missed(row["upper"]),
            "missed_upper": _missed(row["lower"]),
            "survey": (row["name"] or "").partition(" (")[0]
            if row["teller"] == "survey"
            else "",
        }
        for row in found
        if row["shown"]
    ]


def table(found: list[dict[str, Any]], title: str) -> Table:
    """Tellings by year, for a page and its files."""
    return Table(
        name="tellers",
        title=title,
        columns=[
            Column("period", _("Year"), "period"),
            Column("told_by", _("Told by")),
            Column("survey", _("Survey")),
            Column("value", _("Coverage"), "percent"),
            Column("missed", _("Children without the vaccine"), "percent"),
            Column("missed_lower", _("At least"), "percent"),
            Column("missed_upper", _("At most"), "percent"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=found,
    )


def chart(found: list[dict[str, Any]], title: str) -> Chart:
    """Coverage by year, a line a teller, bands where there are intervals."""
    drawn = sorted(found, key=lambda row: (row["year"], row["teller"]))
    return trend(
        table=Table(
            name="tellers",
            title=title,
            columns=table([], title).columns,
            rows=[{**row, "flagged": bool(row["flags"])} for row in drawn],
        ),
        description=_(
            "Each line is told by somebody else. A survey stands in the year in which"
            " the children it measured were due their first doses."
        ),
        series="told_by",
        y_title="",
        reference=100,
    )


def _missed(coverage: float | None) -> float | None:
    return None if coverage is None or coverage > 100 else 100 - coverage
