"""Pictures of the estimate: two readings of one map, places in bands."""

import math
from collections.abc import Sequence
from dataclasses import replace

from boloci.charts import Chart, Table
from boloci.charts.banded import banded
from boloci.charts.canvas import PHONE_WIDTH
from boloci.charts.maps import Shapes, choropleth, usual_breaks
from boloci.hub import showing
from boloci.hub.language import _, ngettext

SHARES = (5.0, 10.0, 20.0, 30.0)
"""Classes of a share without a dose, in percent, and of an interval's width in points:
an interval of 10 points is as wide as a class."""
RELATIVE = (25.0, 50.0, 100.0, 200.0)
"""Classes of an interval's width in percent of the estimate: from 100 on the interval
is wider than the estimate is high."""
MANY_PLACES, MAP_WIDTH = 300, 440
"""Places from which a map is drawn once, for a phone: a drawing of a thousand areas is
as heavy as all the rest of the page, and two maps for two screens would be four."""
MOST_DRAWN = 30
"""Places in the picture; the table has all."""


def value_map(table: Table, shapes: Shapes) -> Chart:
    """How many: the estimate of each place."""
    return choropleth(
        table=_part(
            table, "map_value", _("Estimate: how many children are missed"), "value"
        ),
        description=_(
            "The darker, and the higher the number, the more children are missed. Read"
            " it with the second map: where the interval is wide, the class may be"
            " wrong."
        ),
        shapes=shapes,
        breaks=_breaks(table, "value"),
        missing=_("cannot be told"),
    )


def width_map(table: Table, shapes: Shapes) -> Chart:
    """How sure: from one end of the interval to the other."""
    return choropleth(
        table=_part(
            table, "map_width", _("Uncertainty: how wide the interval is"), "width"
        ),
        description=_(
            "From the low end of the interval to the high end. The darker, and the"
            " higher the number, the less is known: there a survey or a lot (LQAS)"
            " would tell most."
        ),
        shapes=shapes,
        value="width",
        breaks=_breaks(table, "width"),
        missing=_("cannot be told"),
    )


def map_width(table: Table) -> int:
    """How wide the maps stand on a desk."""
    return PHONE_WIDTH if len(table.rows) > MANY_PLACES else MAP_WIDTH


def _part(table: Table, name: str, title: str, column: str) -> Table:
    """The columns of one map, under its own name."""
    kept = ("place", "place_id", column)
    columns = [table.column(one) for one in kept]
    return replace(table, name=name, title=title, columns=columns)


def _breaks(table: Table, column: str) -> Sequence[float]:
    """Limits of classes: fixed for shares, round ones of about as many places each."""
    if column == "width":
        return SHARES if table.column(column).unit == "points" else RELATIVE
    if table.column(column).unit != "children":
        return SHARES
    known = [row[column] for row in table.rows if row[column] is not None]
    return sorted({rounded(one) for one in usual_breaks(known, "children") if one > 0})


def rounded(value: float) -> float:
    """A number with two digits that are not nought: 1,234 becomes 1,200."""
    return round(value, 1 - math.floor(math.log10(value)))


def bands_chart(table: Table) -> Chart:
    """Places by bands, with their intervals and the usual figure."""
    drawn = replace(
        table,
        name="bands",
        title=_("Where most children are missed: bands without an order inside"),
        rows=[row for row in table.rows if row["value"] is not None][:MOST_DRAWN],
    )
    told = _(
        "The line is the interval of the estimate: 9 chances in 10. In brackets are all"
        " the ranks that a place may have. Places of one shade overlap one with the"
        " next: no order is claimed among them."
    )
    known = sum(row["value"] is not None for row in table.rows)
    if known > MOST_DRAWN:
        told += " " + _("The first {n} of {all}; the table has all.").format(
            n=MOST_DRAWN, all=showing.number(known, "reports")
        )
    return banded(table=drawn, description=f"{told} {_of_usual(drawn)}".strip())


def _of_usual(drawn: Table) -> str:
    """Why some places, or all, have no mark of the usual figure."""
    blank = sum(row["usual"] is None for row in drawn.rows)
    if blank == len(drawn.rows):
        return _("The usual figure cannot be told for any of them.")
    if not blank:
        return ""
    return ngettext(
        "Without a diamond: the usual figure cannot be told ({n} place).",
        "Without a diamond: the usual figure cannot be told ({n} places).",
        blank,
    ).format(n=blank)
