"""The monitoring chart that hangs on a health centre's wall: doses month by month,
added up since January, beside the line of the year's target; the distance between the
first dose and the last is the drop-out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci.charts.axes import SIDE, Spec, periods, series_signs, values, whole, written
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET
from boloci.charts.tables import Chart, Column, Table

LINE = 10
"""What the name of the target takes above the end of its line, in CSS pixels."""


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
    names = [table.column(first).label or first, table.column(last).label or last]

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        months = [str(row[month]) for row in table.rows]
        sums = [cumulated([row.get(k) for row in table.rows]) for k in (first, last)]
        rows: list[Spec] = [
            {"month": one, "doses": total, "dose": name}
            for name, totals in zip(names, sums, strict=True)
            for one, total in zip(months, totals, strict=True)
            if total is not None
        ]
        most = max([target or 0, *(row["doses"] for row in rows)]) or 1
        doses = Column("doses", canvas.gettext("Doses since January"), "doses")
        across = {
            "x": periods(canvas, "month", months, canvas.width - SIDE),
            "y": values(canvas, doses, most=most),
        }
        goal = _target(canvas, months, target, across)
        layers = [
            *goal[:1],
            *_lines(series_signs(canvas, "dose", names, above=LINE), across),
            *goal[1:],
            *_silent(canvas, table, months, first, last, across),
            *_dropout(canvas, months, sums),
        ]
        return whole(canvas, height, rows, layers)

    return Chart(table.title, description, table, specify)


def cumulated(doses: Sequence[float | None]) -> list[float | None]:
    """Sums from the first value on, up to the first that is missing."""
    sums: list[float | None] = []
    total: float | None = 0.0
    for value in doses:
        total = None if total is None or value is None else total + value
        sums.append(total)
    return sums


def _target(
    canvas: Canvas, months: Sequence[str], target: float | None, across: Spec
) -> list[Spec]:
    """The line that reaches the target in December, then its name at the end."""
    if not target or not months:
        return []
    rows = [
        {"month": one, "doses": round(target * (at + 1) / len(months), 2)}
        for at, one in enumerate(months)
    ]
    line = {
        "data": {"values": rows},
        "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.5},
        "encoding": across,
    }
    told = canvas.gettext("Target: {value}").format(value=canvas.figure(target))
    end = {"values": [{**rows[-1], "label": told}]}
    # Above the line, which rises to its end: beside it, it would be struck through.
    return [line, *written(end, across, align="right", dx=4, dy=-LINE, color=QUIET)]


def _lines(signs: Mapping[str, Spec], across: Spec) -> list[Spec]:
    line = {**across, "color": signs["color"], "strokeDash": signs["strokeDash"]}
    mark = {**across, "color": signs["color"], "shape": signs["shape"]}
    return [
        {"mark": "line", "encoding": line},
        {"mark": {"type": "point", "size": 50, "opacity": 1}, "encoding": mark},
    ]


def _silent(
    canvas: Canvas,
    table: Table,
    months: Sequence[str],
    first: str,
    last: str,
    across: Spec,
) -> list[Spec]:
    """Months without a report that later months follow: why a line stops."""
    told = [any(row.get(k) is not None for k in (first, last)) for row in table.rows]
    latest = max((at for at, one in enumerate(told) if one), default=-1)
    label = canvas.gettext("no report")
    rows = [
        {"month": months[at], "label": label} for at in range(latest) if not told[at]
    ]
    if not rows:
        return []
    spot = {"x": across["x"], "y": {"value": "height"}}
    mark = {"angle": 270, "align": "left", "dx": 6, "color": QUIET}
    return written({"values": rows}, spot, **mark)


def _dropout(
    canvas: Canvas,
    months: Sequence[str],
    sums: Sequence[Sequence[float | None]],
) -> list[Spec]:
    """The drop-out up to the last month that both lines reach: in the corner that lines
    which only rise leave free."""
    both = [
        (at, one, other)
        for at, (one, other) in enumerate(zip(*sums, strict=True))
        if one and other is not None
    ]
    if not both:
        return []
    at, started, finished = both[-1]
    told = canvas.gettext("Drop-out up to {month}: {rate}").format(
        month=canvas.month(months[at]),
        rate=canvas.figure(100 * (started - finished) / started, "percent"),
    )
    corner = {"x": {"value": "width"}, "y": {"value": "height"}}
    data = {"values": [{"label": told}]}
    return written(data, corner, align="right", dx=-4, dy=-12, fontWeight="bold")
