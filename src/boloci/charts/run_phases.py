"""What a person decided about a run chart: where its phases begin, their baselines
and the values of their lines."""

from collections.abc import Sequence

import numpy as np

from boloci.charts.axes import Spec, written
from boloci.charts.looks import QUIET
from boloci.charts.run_parts import Look, Plot, foot
from boloci.charts.run_words import value
from boloci.run_series import Judged, JudgedPhase

SMALL_LETTER = 5.2
"""Width of a letter of these words, on the average, in CSS pixels."""
APART = 12
"""Least distance between two levels' names."""


def borders(plot: Plot, judged: Judged) -> list[Spec]:
    """A thin line where a phase begins that a person re-based."""
    mark = {"type": "rule", "color": QUIET, "strokeWidth": 1}
    ends = {"x": plot.across["x"], "y": {"value": 0}, "y2": {"value": plot.height}}
    starts = [{"at": one.start - 0.5} for one in judged.phases[1:]]
    return [{"data": {"values": starts}, "mark": mark, "encoding": ends}] * bool(starts)


def named_levels(plot: Plot, several: Sequence[tuple[Judged, Look]]) -> list[Spec]:
    """Values of the last centre lines and limits at the right end, none on another;
    where months are too few for a centre line, the latest value."""
    wanted: list[tuple[float, str, str]] = []
    for judged, look in several:
        lasts = [(judged.centre, look.centre, look.letter)]
        if np.isnan(judged.centre[-1:]).all():
            lasts = [(judged.values, look.colour, look.letter)]
        lasts += [(one, QUIET, "") for one in judged.limits]
        for series, colour, letter in lasts:
            known = series[~np.isnan(series)]
            if len(known) and judged.phases:
                told = value(plot.canvas, float(known[-1]), plot.unit)
                down = plot.down(float(known[-1]))
                wanted.append((down, f"{letter} {told}".strip(), colour))
    found: list[Spec] = []
    for down, (_asked, told, colour) in zip(
        spread([one[0] for one in wanted]), sorted(wanted), strict=True
    ):
        data = {"values": [{"label": told}]}
        spot = {"x": {"value": plot.width + 4}, "y": {"value": down}}
        found += written(data, spot, align="left", color=colour, fontSize=10)
    return found


def spread(downs: Sequence[float]) -> list[float]:
    """Heights in order, the lower of two moved down until they are `APART`."""
    placed: list[float] = []
    for down in sorted(downs):
        placed.append(max(down, placed[-1] + APART) if placed else down)
    return placed


def baselines(plot: Plot, judged: Judged, line: int = 0) -> list[Spec]:
    """A bar below the months of each baseline, where a person froze or re-based.

    line    of several series' bars, counted downwards
    """
    phases = judged.phases
    if len(phases) < 2 and not any(one.frozen for one in phases):
        return []
    found: list[Spec] = []
    down = plot.height + foot(plot) + 6 + 22 * line
    for number, one in enumerate(phases, start=1):
        left = plot.left(one.start - 0.5) + 1
        right = plot.left(one.baseline_stop - 0.5) - 1
        ends = {"x": {"value": left}, "x2": {"value": right}}
        high = {"y": {"value": down}, "y2": {"value": down + 3}}
        bar = {"type": "rect", "color": QUIET}
        found.append({"data": {"values": [{}]}, "mark": bar, "encoding": ends | high})
        room = (plot.left(one.stop) if number < len(phases) else plot.width) - left
        told = _baseline(plot, one, number if len(phases) > 1 else None, room)
        data = {"values": [{"label": told}]}
        spot = {"x": {"value": left}, "y": {"value": down + 11}}
        found += written(data, spot, align="left", color=QUIET, fontSize=10)
    return found


def _baseline(plot: Plot, one: JudgedPhase, number: int | None, room: float) -> str:
    """What it is and the value of its centre; less where there is no room."""
    frozen = plot.canvas.gettext("frozen baseline")
    told = frozen if one.frozen else plot.canvas.gettext("baseline")
    if number is not None:
        told = f"{told} {number}"
    level = value(plot.canvas, one.centre, plot.unit)
    named = told if np.isnan(one.centre) else f"{told} ({level})"
    for words in (named, told):
        if len(words) * SMALL_LETTER <= room:
            return words
    return str(number or "")
