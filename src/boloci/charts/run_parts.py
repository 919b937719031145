"""The parts of a run chart's picture: a list of layers each, over one plot."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from boloci.charts.axes import Spec, written
from boloci.charts.canvas import Canvas
from boloci.charts.looks import DASHES, INK, QUIET, SERIES
from boloci.charts.run_words import (
    OUTSIDE_SHAPE,
    RUN_SHAPE,
    TREND_SHAPE,
    shape_of,
)
from boloci.charts.scales import Scale, months_axis, values_axis
from boloci.run_series import Judged, JudgedPhase
from boloci.stats.chart_rules import Rule, Signal
from boloci.stats.grids import Floats

LEFT, RIGHT = 48, 54
"""Beside the plot, in CSS pixels: numbers of the axis; levels, named at their end."""
FOOT = 30
"""What the names of months take below the plot."""
SIGNALLED = SERIES[1]
BAND = 0.06
"""How dark the band of the limits is: the grid is seen through it."""
CARRIED = [5, 3]
"""Dash of a centre line behind its frozen baseline."""
OPEN = [3, 3]
"""Dash of what is invented."""
STAR = (
    "M0,-1L0.224,-0.309L0.951,-0.309L0.363,0.118L0.588,0.809L0,0.382L-0.588,0.809"
    "L-0.363,0.118L-0.951,-0.309L-0.224,-0.309Z"
)


@dataclass(frozen=True)
class Look:
    """How one series looks."""

    colour: str = SERIES[0]
    shape: str = "circle"
    dash: tuple[int, int] = (1, 0)
    signalled: str = SIGNALLED
    """Colour of the points of a signal."""
    centre: str = INK
    """Colour of the centre line."""
    letter: str = ""
    """Before its centre's value at the right, where there are several series."""


@dataclass(frozen=True)
class Plot:
    """Where the layers of one series of months are drawn."""

    canvas: Canvas
    keys: tuple[str, ...]
    scale: Scale
    unit: str
    height: int

    @property
    def width(self) -> int:
        """Of the plot without what stands beside it."""
        return self.canvas.width - LEFT - RIGHT

    @property
    def across(self) -> Spec:
        """The two axes; rows have `at`, a position, and `value`."""
        return {
            "x": months_axis(self.canvas, self.keys, self.width, "at"),
            "y": values_axis(self.canvas, self.scale, self.unit, "value"),
        }

    def left(self, at: float) -> float:
        """How far from the left of the plot a position lies."""
        return (at + 0.5) * self.width / len(self.keys)

    def down(self, number: float) -> float:
        """How far below the top of the plot a value lies."""
        return self.scale.down(number, self.height)


def rows(values: Floats) -> list[Spec]:
    """Positions and values of a series; a missing one has no value."""
    return [
        {"at": at} if np.isnan(one) else {"at": at, "value": float(one)}
        for at, one in enumerate(values)
    ]


def frame(plot: Plot) -> Spec:
    """Nothing to see: the picture is as wide as its canvas, whatever stands in it."""
    ends = {"x": {"value": -LEFT}, "x2": {"value": plot.width + RIGHT}}
    low = {"value": plot.height + foot(plot)}
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rect", "opacity": 0},
        "encoding": {**ends, "y": {"value": 0}, "y2": low},
    }


def line(plot: Plot, values: Floats, look: Look) -> list[Spec]:
    """Values joined within gaps only, and a mark at each."""
    crowded = plot.width / len(plot.keys) < 14
    mark = {"type": "point", "shape": look.shape, "size": 18 if crowded else 34}
    data = {"values": rows(values)}
    return [
        {
            "data": data,
            "mark": {
                "type": "line",
                "color": look.colour,
                "strokeWidth": 1.5,
                "strokeDash": list(look.dash),
                "invalid": "break-paths-show-path-domains",
            },
            "encoding": plot.across,
        },
        {
            "data": data,
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {**mark, "color": look.colour, "opacity": 1},
            "encoding": plot.across,
        },
    ]


def signalled(plot: Plot, judged: Judged, look: Look) -> list[Spec]:
    """The points of signals, larger and of another shape than the others."""
    shapes = signal_shapes(judged.signals)
    values = judged.values
    found = [
        {"at": at, "value": float(values[at]), "sign": shape}
        for at, shape in sorted(shapes.items())
    ]
    crowded = plot.width / len(plot.keys) < 14
    return [
        {
            "data": {"values": [row for row in found if row["sign"] == shape]},
            "mark": {
                "type": "point",
                "shape": shape,
                "size": 56 if crowded else 90,
                "color": look.signalled,
                "stroke": "white",
                "strokeWidth": 0.6,
                "opacity": 1,
            },
            "encoding": plot.across,
        }
        for shape in dict.fromkeys(shapes.values())
    ]


def signal_shapes(signals: Sequence[Signal]) -> dict[int, str]:
    """Position -> shape; a point of several signals has that of the gravest.

    Few crossings are no matter of points: their centre line is drawn otherwise.
    """
    found: dict[int, str] = {}
    for rank in (TREND_SHAPE, RUN_SHAPE, OUTSIDE_SHAPE):
        for one in signals:
            if one.rule is not Rule.FEW_CROSSINGS and shape_of(one.rule) == rank:
                found |= dict.fromkeys(one.points, rank)
    return found


def few_crossings(phase: JudgedPhase) -> bool:
    """Whether the line crosses the centre less often than chance makes it."""
    return any(one.rule is Rule.FEW_CROSSINGS for one in phase.signals)


def centres(plot: Plot, judged: Judged, look: Look) -> list[Spec]:
    """A centre line a phase: whole on its baseline, dashed where it is carried on."""
    found = []
    for one in judged.phases:
        if np.isnan(one.centre):
            continue
        wide = 3.0 if few_crossings(one) else 1.2
        ends = (one.start, one.baseline_stop, one.stop)
        for first, stop, dash in ((*ends[:2], [1, 0]), (*ends[1:], CARRIED)):
            if first < stop:
                found.append(
                    _level(plot, first, stop, one.centre, look.centre, wide, dash)
                )
    return found


def _level(
    plot: Plot,
    first: int,
    stop: int,
    height: float,
    colour: str,
    wide: float,
    dash: Sequence[int],
) -> Spec:
    data = {"values": [{"at": first - 0.5, "end": stop - 0.5, "value": float(height)}]}
    mark = {"type": "rule", "color": colour, "strokeWidth": wide}
    return {
        "data": data,
        "mark": {**mark, "strokeDash": list(dash), "opacity": 0.9},
        "encoding": {**plot.across, "x2": {"field": "end"}},
    }


def limits(plot: Plot, judged: Judged) -> list[Spec]:
    """A light band between the limits with a line at either, stepped by month."""
    found = list(_steps(*judged.limits))
    if not found:
        return []
    across = plot.across
    both = {**across, "x2": {"field": "end"}}
    foot = plot.scale.least
    bands = {"values": [{"lower": foot, **one} for one in found]}
    edge = {"type": "rule", "color": QUIET, "strokeWidth": 1, "strokeDash": [2, 2]}
    band = {**both, "y": {**across["y"], "field": "lower"}, "y2": {"field": "upper"}}
    rect = {"type": "rect", "fill": "#000000", "opacity": BAND}
    layers: list[Spec] = [{"data": bands, "mark": rect, "encoding": band}]
    for name in ("lower", "upper"):
        data = {"values": [one for one in found if name in one]}
        encoding = {**both, "y": {**across["y"], "field": name}}
        layers.append({"data": data, "mark": edge, "encoding": encoding})
    return layers


def _steps(lower: Floats, upper: Floats) -> Iterator[Spec]:
    """Months in a row with the same limits, as one step; some have none below."""
    pairs = [
        tuple(None if np.isnan(one) else round(float(one), 9) for one in pair)
        for pair in zip(lower, upper, strict=True)
    ]
    at = 0
    for (low, high), group in groupby(pairs):
        n = len(list(group))
        if high is not None:
            below = {} if low is None else {"lower": low}
            yield {"at": at - 0.5, "end": at + n - 0.5, **below, "upper": high}
        at += n


def foot(plot: Plot) -> int:
    """What the names of months take below the plot: two lines, or years alone."""
    labels, _ = json.JSONDecoder().raw_decode(plot.across["x"]["axis"]["labelExpr"])
    return FOOT if any(len(lines) > 1 for lines in labels.values()) else FOOT - 13


def parity(plot: Plot) -> list[Spec]:
    """The level of no gap: 0 points, a ratio of 1, where it is on the scale."""
    level = {"points": 0.0, "ratio": 1.0}.get(plot.unit)
    if level is None or not plot.scale.least < level < plot.scale.most:
        return []
    return [_level(plot, 0, len(plot.keys), level, QUIET, 1, [1, 0])]


def aim(
    plot: Plot, level: float, at: int | None, words: str, below: bool
) -> list[Spec]:
    """A target across the plot with its words, and a star at its date."""
    colour = SERIES[2]
    found = [_level(plot, 0, len(plot.keys), level, colour, 1.5, DASHES[3])]
    if at is not None:
        star = {"type": "point", "shape": STAR, "size": 110, "color": colour}
        found.append(
            {
                "data": {"values": [{"at": at, "value": level}]},
                "mark": {**star, "opacity": 1, "stroke": "white", "strokeWidth": 0.6},
                "encoding": plot.across,
            }
        )
    spot = {"x": {"value": 4}, "y": {"value": plot.down(level) + (9 if below else -7)}}
    data = {"values": [{"label": words}]}
    return [*found, *written(data, spot, align="left", color=colour)]


def invented(
    plot: Plot, drawn: Mapping[int, float], values: Floats, look: Look
) -> list[Spec]:
    """What nobody measured: dashed and hollow, joined to the months beside it."""
    if not drawn:
        return []
    beside = {at + step for at in drawn for step in (-1, 0, 1)}
    filled: dict[int, Spec] = {}
    for at, measured in enumerate(values):
        if at in drawn or (at in beside and not np.isnan(measured)):
            filled[at] = {"at": at, "value": drawn.get(at, float(measured))}
    path = [filled.get(at, {"at": at}) for at in range(len(values))]
    dashed = {"color": look.colour, "strokeDash": OPEN, "strokeWidth": 1}
    breaks = {"invalid": "break-paths-show-path-domains"}
    return [
        {
            "data": {"values": path},
            "mark": {"type": "line", **dashed, **breaks},
            "encoding": plot.across,
        },
        {
            "data": {"values": [filled[at] for at in sorted(drawn)]},
            "mark": {"type": "point", **hollow(look)},
            "encoding": plot.across,
        },
    ]


def hollow(look: Look) -> Spec:
    """The mark of what is invented."""
    edge = {"stroke": look.colour, "strokeWidth": 1, "opacity": 1}
    return {"shape": look.shape, "filled": False, "fill": "white", "size": 26, **edge}
