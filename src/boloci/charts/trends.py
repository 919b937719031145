"""Trends: one figure by period, a line a place or a sex; gaps where nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts.axes import (
    LETTER,
    SIDE,
    Spec,
    any_value,
    apart,
    distinct,
    level,
    nothing,
    only,
    periods,
    series_signs,
    values,
    whole,
    written,
)
from boloci.charts.canvas import Canvas
from boloci.charts.looks import QUIET, UNNAMED
from boloci.charts.tables import Chart, Column, Table

LINE = 13
"""Height of a line of names above the picture."""
MOST_NAMED = 7
"""Lines told apart by colour, dash and mark; of more, those highlighted."""


@dataclass(frozen=True)
class Event:
    """Something that happened, marked at its period: a stock-out, a campaign."""

    period: str
    """The text of a period on the chart's axis: 2023Q2."""
    label: str


@dataclass(frozen=True)
class Goal:
    """A level to reach, drawn across the picture with its name."""

    value: float
    label: str


def trend(
    *,
    table: Table,
    description: str,
    x: str = "period",
    y: str = "value",
    series: str = "place",
    y_title: str | None = None,
    reference: float | None = None,
    goals: Sequence[Goal] = (),
    events: Sequence[Event] = (),
    highlight: Sequence[str] = (),
    looks: Mapping[str, tuple[str, str]] | None = None,
    height: int = 240,
) -> Chart:
    """Lines over periods.

    table        rows with columns `x` (text of a period, in order), `y` (null: a gap),
                 `series` (what a line stands for); where present `lower` and `upper`
                 (drawn as a band) and `flagged` (true: drawn as an open mark)
    y_title      else the label of the column `y`, whose unit the axis shows
    reference    a level that the eye should compare with: 100 %
    goals        levels with names; events: periods with names
    highlight    names of the series that are coloured and named; the others are grey.
                 Of more than seven series only these are told apart
    looks        colour and shape of series that look the same in every chart, by name
    """
    unit = table.column(y).unit

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, y):
            return nothing(canvas)
        levels = list(goals)
        if reference is not None:
            levels.insert(0, Goal(reference, ""))  # the axis names it
        value = Column(y, table.column(y).label if y_title is None else y_title, unit)
        return _chart(
            canvas, table, x, value, series, levels, events, highlight, looks, height
        )

    return Chart(table.title, description, table, specify)


def _chart(
    canvas: Canvas,
    table: Table,
    x: str,
    value: Column,
    series: str,
    goals: Sequence[Goal],
    events: Sequence[Event],
    highlight: Sequence[str],
    looks: Mapping[str, tuple[str, str]] | None,
    height: int,
) -> Spec:
    y = value.name
    told = apart(table.rows, series)
    rows = only(told, x, y, series, "lower", "upper", "flagged")
    shown, names = distinct(told, x), distinct(told, series)
    named = [one for one in names if one in highlight] or (
        names if len(names) <= MOST_NAMED else []
    )
    marked = placed(events, shown, canvas.width - SIDE)
    above = LINE * (1 + max((one.line for one in marked), default=-1))
    signs = series_signs(canvas, series, named, above=above, looks=looks)
    across = {
        "x": periods(canvas, x, shown, canvas.width - SIDE),
        # An index is read against 100 and a ratio against 1, not against nought.
        "y": values(canvas, value, zero=value.unit not in ("index", "ratio")),
    }
    picked = {"field": series, "oneOf": named}
    layers: list[Spec] = []
    if len(named) < len(names):
        layers.append(_background(series, named, across))
    if any_value(table, "lower"):
        layers.append(_band(picked, across, signs["color"]))
    if named:
        layers.append(
            {
                "transform": [{"filter": picked}],
                "mark": {"type": "line", "invalid": "break-paths-show-path-domains"},
                "encoding": {
                    **across,
                    "color": signs["color"],
                    "strokeDash": signs["strokeDash"],
                },
            }
        )
        layers += _marks(picked, across, signs, len(shown))
    for goal in goals:
        layers += level(goal.value, goal.label)
    layers += _events(canvas, x, events, shown)
    return whole(canvas, height, rows, layers)


def _background(series: str, named: Sequence[str], across: Spec) -> Spec:
    return {
        "transform": [{"filter": {"not": {"field": series, "oneOf": list(named)}}}],
        "mark": {
            "type": "line",
            "color": UNNAMED,
            "strokeWidth": 1,
            "opacity": 0.6,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {**across, "detail": {"field": series}},
    }


def _band(picked: Spec, across: Spec, colour: Spec) -> Spec:
    return {
        "transform": [{"filter": picked}, {"filter": "isValid(datum.lower)"}],
        "mark": {"type": "area", "opacity": 0.15},
        "encoding": {
            "x": across["x"],
            "y": {**across["y"], "field": "lower"},
            "y2": {"field": "upper"},
            "color": colour,
        },
    }


def _marks(picked: Spec, across: Spec, signs: Mapping[str, Spec], n: int) -> list[Spec]:
    """A mark at each figure: full, or open where the figure is flagged."""
    size = 40 if n <= 40 else 16
    encoding = {**across, "color": signs["color"], "shape": signs["shape"]}
    looks: dict[str, Spec] = {
        "!datum.flagged": {"filled": True, "opacity": 1},
        "datum.flagged": {"filled": False, "fill": "white", "opacity": 1},
    }
    return [
        {
            "transform": [{"filter": picked}, {"filter": test}],
            "mark": {"type": "point", "size": size, **look},
            "encoding": encoding,
        }
        for test, look in looks.items()
    ]


def _events(
    canvas: Canvas, x: str, events: Sequence[Event], shown: Sequence[str]
) -> list[Spec]:
    """A rule at each event's period, its name above the picture."""
    layers: list[Spec] = []
    for one in placed(events, shown, canvas.width - SIDE):
        spot: Spec = {"x": {"field": x, "type": "ordinal"}}
        data = {"values": [{x: one.event.period, "label": one.event.label}]}
        rule = {"type": "rule", "color": QUIET, "strokeDash": [2, 2]}
        high = -7 - LINE * one.line
        ends = {"y": {"value": high - 5}, "y2": {"value": "height"}}
        layers.append({"data": data, "mark": rule, "encoding": {**spot, **ends}})
        side = {"align": "right", "dx": -4} if one.before else {"dx": 4}
        if one.start is not None:
            spot, side = {"x": {"value": one.start}}, {}
        limit = canvas.width - SIDE
        name: Spec = {"align": "left", "limit": limit, **side}
        layers += written(data, {**spot, "y": {"value": high}}, **name)
    return layers


@dataclass(frozen=True)
class Placed:
    """An event on the axis, and where its name stands."""

    event: Event
    line: int
    """Of names, counted from the picture upwards, so that no two names meet."""
    before: bool
    """Whether the name stands on the left of the rule."""
    start: float | None = None
    """Where a name begins that fits on neither side, from the left."""


def placed(events: Sequence[Event], shown: Sequence[str], width: float) -> list[Placed]:
    """Events whose period is on the axis, in order, with room for their names."""
    step = width / max(len(shown), 1)
    known = sorted(
        (one for one in events if one.period in shown),
        key=lambda one: shown.index(one.period),
    )
    taken: list[list[tuple[float, float]]] = []
    found = []
    for one in known:
        at = (shown.index(one.period) + 0.5) * step
        wide = len(one.label) * LETTER + 18
        before = at > width / 2
        fits = wide <= max(at, width - at)
        start = None if fits else max(0.0, width - wide)
        left = (at - wide if before else at) if start is None else start
        line = _free(taken, (left, left + wide))
        found.append(Placed(one, line, before, start))
    return found


def _free(taken: list[list[tuple[float, float]]], here: tuple[float, float]) -> int:
    """The lowest line where a span meets no other; it is taken from now on."""
    for line, spans in enumerate(taken):
        if all(here[1] < start or end < here[0] for start, end in spans):
            spans.append(here)
            return line
    taken.append([here])
    return len(taken) - 1
