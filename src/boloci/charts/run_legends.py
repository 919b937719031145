"""The legend of a run chart, above its plot, and numbers in boxes.

Vega's own legend knows one sample a series; here lines, marks and bands are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.charts import run_parts, run_words
from boloci.charts.axes import LETTER, Spec, written
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, QUIET
from boloci.charts.run_drawn import Annotation, Drawn
from boloci.charts.run_parts import LEFT, Look, Plot
from boloci.run_series import Judged

MARK = 14
"""Height of the box of a number, in CSS pixels."""
SAMPLE = 26
"""What a sample takes before its words."""
ROW = 16


@dataclass(frozen=True)
class Entry:
    """A line of the legend: words beside a sample of what they name."""

    words: str
    line: Mapping[str, Any] | None = None
    """A line's properties."""
    point: Mapping[str, Any] | None = None
    """A mark's properties."""
    box: str = ""
    """A number in a box."""
    band: float = 0.0
    """How dark a band is."""

    @property
    def before(self) -> int:
        """What the sample takes."""
        sample = self.line or self.point or self.box or self.band
        return SAMPLE if sample else 0


def legend_height(canvas: Canvas, entries: Sequence[Entry]) -> int:
    """What the legend takes above the plot."""
    return ROW * (1 + max((row for row, _ in _laid(canvas, entries)), default=-1))


def _laid(canvas: Canvas, entries: Sequence[Entry]) -> list[tuple[int, float]]:
    """Row and left of each entry, as many a row as fit."""
    room, left, row = canvas.width - LEFT, 0.0, 0
    found = []
    for one in entries:
        wide = one.before + len(one.words) * LETTER + 12
        if left and left + wide > room:
            left, row = 0.0, row + 1
        found.append((row, left))
        left += wide
    return found


def legend(plot: Plot, entries: Sequence[Entry], bottom: float) -> list[Spec]:
    """The legend above the plot; `bottom`: its lower end, below 0 is above."""
    high = legend_height(plot.canvas, entries)
    start = 4 - LEFT
    found: list[Spec] = []
    for one, (row, left) in zip(entries, _laid(plot.canvas, entries), strict=True):
        down = bottom - high + ROW * (row + 0.5)
        found += _sample(one, start + left, down)
        data = {"values": [{"label": one.words}]}
        spot = {"x": {"value": start + left + one.before}, "y": {"value": down}}
        found += written(data, spot, align="left", color=INK)
    return found


def _sample(one: Entry, left: float, down: float) -> list[Spec]:
    found: list[Spec] = []
    nothing: Spec = {"values": [{}]}
    ends = {"x": {"value": left}, "x2": {"value": left + SAMPLE - 6}}
    middle = {"x": {"value": left + (SAMPLE - 6) / 2}, "y": {"value": down}}
    if one.band:
        rect = {"type": "rect", "fill": "#000000", "opacity": one.band}
        edges = {"y": {"value": down - 5}, "y2": {"value": down + 5}}
        found.append({"data": nothing, "mark": rect, "encoding": {**ends, **edges}})
    if one.box:
        found += boxed(one.box, left + (SAMPLE - 6) / 2, down)
    if one.line is not None:
        mark = {"type": "rule", **one.line}
        encoding = {**ends, "y": {"value": down}}
        found.append({"data": nothing, "mark": mark, "encoding": encoding})
    if one.point is not None:
        mark = {"type": "point", "opacity": 1, **one.point}
        found.append({"data": nothing, "mark": mark, "encoding": middle})
    return found


def boxed(told: str, left: float, down: float) -> list[Spec]:
    """A number in a small box, readable on a phone."""
    half = (len(told) * LETTER + 6) / 2
    rect = {"type": "rect", "fill": "white", "stroke": INK, "cornerRadius": 3}
    edges = {
        "x": {"value": left - half},
        "x2": {"value": left + half},
        "y": {"value": down - MARK / 2},
        "y2": {"value": down + MARK / 2},
    }
    text = {"type": "text", "fontSize": 10, "fontWeight": "bold", "color": INK}
    spot = {"x": {"value": left}, "y": {"value": down}}
    return [
        {"data": {"values": [{}]}, "mark": rect, "encoding": edges},
        {
            "data": {"values": [{"label": told}]},
            "mark": text,
            "encoding": {**spot, "text": {"field": "label"}},
        },
    ]


def entries(
    canvas: Canvas,
    several: Sequence[tuple[Drawn, Look]],
    annotations: Sequence[Annotation],
) -> list[Entry]:
    """What the picture shows, each thing once."""
    found: list[Entry] = []
    for one, look in several:
        line: Spec = {"color": look.colour, "strokeDash": list(look.dash)}
        found.append(Entry(one.judged.name, line, point(look)))
    judged = [one.judged for one, _ in several]
    first, look = judged[0], several[0][1]
    colour = INK
    if any(not np.isnan(one.centre).all() for one in judged):
        found.append(Entry(run_words.centre(canvas, first), {"color": colour}))
    if any(ph.baseline_stop < ph.stop for one in judged for ph in one.phases):
        dashed = {"color": colour, "strokeDash": run_parts.CARRIED}
        found.append(Entry(canvas.gettext("carried on from the baseline"), dashed))
    if any(run_parts.few_crossings(phase) for one in judged for phase in one.phases):
        thick: Spec = {"color": colour, "strokeWidth": 3}
        found.append(Entry(canvas.gettext("crossed too seldom for chance"), thick))
    if any(not np.isnan(one.limits[1]).all() for one in judged):
        found.append(Entry(canvas.gettext("control limits"), band=run_parts.BAND))
    found += _signs(canvas, judged, look.signalled if len(several) == 1 else INK)
    if any(one.invented for one, _ in several):
        hollow = run_parts.hollow(Look(QUIET))
        thin: Spec = {"color": QUIET, "strokeDash": run_parts.OPEN, "strokeWidth": 1}
        words = canvas.gettext("invented, not measured (synthetic)")
        found.append(Entry(words, thin, hollow))
    return [*found, *unjudged(canvas, judged), *_numbers(canvas, annotations)]


def _signs(canvas: Canvas, several: Sequence[Judged], colour: str) -> list[Entry]:
    """The marks of signals that are on the picture."""
    shown = {
        shape
        for judged in several
        for shape in run_parts.signal_shapes(judged.signals).values()
    }
    return [
        Entry(told, point={"shape": shape, "color": colour, "size": 80})
        for shape, told in run_words.marks(canvas).items()
        if shape in shown
    ]


def unjudged(canvas: Canvas, several: Sequence[Judged]) -> list[Entry]:
    """Why no rule was judged: a picture without a signal would hide that."""
    told = {
        run_words.no_rule(canvas, one.phases[-1]) if one.phases else ""
        for one in several
    }
    none = canvas.gettext("no rule judged")
    return [Entry(f"{none}\u00a0– {one}") for one in sorted(told) if one]


def _numbers(canvas: Canvas, annotations: Sequence[Annotation]) -> list[Entry]:
    if not annotations:
        return []
    return [Entry(canvas.gettext("what was done: see the list"), box="1")]


def point(look: Look) -> Spec:
    """The mark of a series, as a sample."""
    return {"shape": look.shape, "color": look.colour, "size": 34}
