"""Trends: one figure by period, a line a place or a sex; gaps where nothing is."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from boloci.charts.looks import DASHES, QUIET, SERIES, SHAPES, WARNING
from boloci.charts.tables import Chart, Table


def trend(
    *,
    table: Table,
    description: str,
    x: str,
    y: str,
    series: str,
    y_title: str,
    reference: float | None = None,
    height: int = 240,
) -> Chart:
    """Lines over periods.

    table        rows with columns `x` (text of a period, in order), `y` (null: a gap),
                 `series` (what a line stands for); where present `lower` and `upper`
                 (drawn as a band) and `flagged` (true: drawn as an open mark)
    reference    a level that the eye should compare with: 100 %
    """
    names = list(dict.fromkeys(str(row[series]) for row in table.rows))
    rows = [dict(row) for row in table.rows]

    def specify(width: int) -> Mapping[str, Any]:
        return _chart(rows, names, x, y, series, y_title, reference, width, height)

    return Chart(
        title=table.title, description=description, table=table, specify=specify
    )


def _chart(
    rows: list[dict[str, Any]],
    names: Sequence[str],
    x: str,
    y: str,
    series: str,
    y_title: str,
    reference: float | None,
    width: int,
    height: int,
) -> Mapping[str, Any]:
    order = list(dict.fromkeys(row[x] for row in rows))
    axis = alt.X(
        f"{x}:O",
        sort=order,
        title=None,
        axis=alt.Axis(labelAngle=-60 if len(order) > 6 else 0, labelOverlap="greedy"),
    )
    colour = alt.Color(
        f"{series}:N",
        sort=list(names),
        title=None,
        scale=alt.Scale(domain=list(names), range=list(SERIES[: len(names)])),
        legend=alt.Legend(orient="top", columns=1 if width < 400 else 0, labelLimit=0)
        if len(names) > 1
        else None,
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=axis, color=colour)
    height_axis = alt.Y(f"{y}:Q", title=y_title, scale=alt.Scale(zero=True))
    layers: list[Any] = []
    if any(row.get("lower") is not None for row in rows):
        layers.append(
            base.mark_area(opacity=0.15).encode(
                y=alt.Y("lower:Q", title=y_title), y2="upper:Q"
            )
        )
    layers.append(
        base.mark_line(invalid="break-paths-show-path-domains").encode(
            y=height_axis,
            strokeDash=alt.StrokeDash(
                f"{series}:N",
                sort=list(names),
                legend=None,
                scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
            ),
        )
    )
    layers.append(
        base.mark_point(size=36).encode(
            y=height_axis,
            shape=alt.Shape(
                f"{series}:N",
                sort=list(names),
                legend=None,
                scale=alt.Scale(domain=list(names), range=list(SHAPES[: len(names)])),
            ),
            fill=alt.condition(
                "datum.flagged",
                alt.value("white"),
                alt.Color(f"{series}:N", legend=None),
            ),
        )
    )
    if reference is not None:
        rule = alt.Chart(alt.Data(values=[{"level": reference}])).mark_rule(
            color=WARNING if reference == 100 else QUIET, strokeDash=[4, 4]
        )
        layers.append(rule.encode(y="level:Q"))
    chart = alt.layer(*layers).properties(width=width - 70, height=height)
    made: Mapping[str, Any] = chart.to_dict(validate=False)
    return made
