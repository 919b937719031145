"""The monitoring chart that hangs on a health centre's wall: doses month by month,
added up since January, beside the line of the year's target; the distance between the
first dose and the third is the drop-out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci.charts.axes import Spec, periods, series_signs, values
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET
from boloci.charts.tables import Chart, Column, Table


def monitoring(
    *,
    table: Table,
    description: str,
    target: float | None,
    month: str = "period",
    first: str = "first",
    last: str = "last",
    height: int = 420,
) -> Chart:
    """Doses added up by month, of the first and the last dose, against the target.

    table        a row a month, January to December of one year in order, with the
                 month's own doses in `first` and `last` (null: no report; the line
                 stops there, since a sum that leaves a month out is no sum)
    target       children of the year: the line goes from 0 to it; None: not known
    """
    names = [table.column(first).label, table.column(last).label]

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        months = [str(row[month]) for row in table.rows]
        rows: list[Spec] = []
        for column, name in zip((first, last), names, strict=True):
            sums = cumulated([row.get(column) for row in table.rows])
            rows += [
                {"month": one, "doses": total, "dose": name}
                for one, total in zip(months, sums, strict=True)
                if total is not None
            ]
        doses = Column("doses", canvas.gettext("Doses since January"), "doses")
        across = {
            "x": periods(canvas, "month", months, canvas.width - 64),
            "y": values(canvas, doses, most=target),
        }
        signs = series_signs(canvas, "dose", names)
        layers: list[Spec] = []
        if target:
            line = [
                {"month": one, "doses": target * (at + 1) / len(months)}
                for at, one in enumerate(months)
            ]
            layers.append(
                {
                    "data": {"values": line},
                    "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.5},
                    "encoding": across,
                }
            )
        layers.append(
            {
                "mark": "line",
                "encoding": {
                    **across,
                    "color": signs["color"],
                    "strokeDash": signs["strokeDash"],
                },
            }
        )
        layers.append(
            {
                "mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
                "encoding": {
                    **across,
                    "color": signs["color"],
                    "shape": signs["shape"],
                },
            }
        )
        return {
            "data": {"values": rows},
            "width": canvas.width,
            "height": height,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": layers,
        }

    return Chart(table.title, description, table, specify)


def cumulated(values: Sequence[float | None]) -> list[float | None]:
    """Sums from the first value on, up to the first that is missing."""
    sums: list[float | None] = []
    total: float | None = 0.0
    for value in values:
        total = None if total is None or value is None else total + value
        sums.append(total)
    return sums
