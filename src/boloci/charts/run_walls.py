"""The run chart on the wall: A4 across, large letters, room for points by hand.

Drawn like a sheet of paper: everything grows and shrinks with its width, so that a
small picture shows what will be printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.charts import run_words
from boloci.charts.axes import Spec, labelled, written
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, QUIET, RULE, SERIES
from boloci.charts.run_drawn import Aim
from boloci.charts.scales import Scale, scale_of
from boloci.charts.tables import Chart, Column, Table
from boloci.run_series import Judged, JudgedPhase

WALL_WIDTH = 1040
"""Width at which letters have their full size: A4 across, less its margins."""
HIGH = 490
"""Of the plot; with the boxes below it the sheet keeps the form of A4."""
LEFT, RIGHT, BOX = 165, 90, 32
LETTERS, SMALL = 20, 15
LETTER = 0.56
"""Width of a letter for its size, on the average."""
MOST_PERCENT = 100.0


@dataclass(frozen=True)
class _Sheet:
    """The plot of a sheet, in CSS pixels of its own width."""

    canvas: Canvas
    months: Sequence[str]
    scale: Scale
    unit: str
    marked: bool
    """Whether the axis has numbers; else people write their own."""

    @property
    def size(self) -> float:
        """Times the full size."""
        return self.canvas.width / WALL_WIDTH

    @property
    def width(self) -> float:
        return self.canvas.width - (LEFT + RIGHT) * self.size

    @property
    def height(self) -> float:
        return HIGH * self.size

    @property
    def across(self) -> Spec:
        x = {"domain": [-0.5, len(self.months) - 0.5], "nice": False, "zero": False}
        y = {"domain": [self.scale.least, self.scale.most], "nice": False}
        numbers = labelled(self.canvas, self.unit) if self.marked else "''"
        return {
            "x": {
                "field": "at",
                "type": "quantitative",
                "scale": x,
                "axis": {**self._axis, "labels": False, "values": self._every},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {**y, "zero": False},
                "axis": {
                    **self._axis,
                    "values": list(self.scale.ticks),
                    "labelExpr": numbers,
                },
            },
        }

    @property
    def _axis(self) -> Spec:
        letters = {"labelFontSize": SMALL * self.size, "labelPadding": 6 * self.size}
        return {
            "title": None,
            "grid": True,
            "gridColor": RULE,
            "ticks": False,
            **letters,
        }

    @property
    def _every(self) -> list[int]:
        return list(range(len(self.months)))

    def left(self, at: float) -> float:
        """How far from the left of the plot a position lies."""
        return (at + 0.5) * self.width / len(self.months)

    def text(self, told: str, left: float, down: float, **mark: Any) -> list[Spec]:
        """Words at a spot, in large letters."""
        spot = {"x": {"value": left}, "y": {"value": down}}
        usual = {"align": "left", "color": INK, "fontSize": LETTERS * self.size}
        return written({"values": [{"label": told}]}, spot, **{**usual, **mark})


def wall_chart(
    months: Sequence[str],
    *,
    unit: str,
    title: str,
    description: str,
    language: str,
    name: str = "wall-run-chart",
    judged: Judged | None = None,
    aim: Aim | None = None,
    most: float | None = None,
) -> Chart:
    """A sheet with axes, what is known, and boxes to write each month's figures in.

    months     of the sheet, DHIS2's texts in order, those to come included
    judged     points, centre and limits that are known; its months that are not on
               the sheet are not drawn. None: an empty sheet
    most       end of the axis; else 100 in percent, or what the values need. Where
               nothing says it, the axis has lines without numbers
    """
    told = _table(months, unit, title, name, judged, Canvas(language=language))

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        sheet = _sheet(canvas, months, unit, judged, aim, most)
        layers = [*_paper(sheet), *_months(sheet), *_boxes(sheet)]
        if aim is not None:
            layers += _aim(sheet, aim)
        if judged is not None:
            layers += _known(sheet, judged)
        return {
            "width": sheet.width,
            "height": sheet.height,
            "autosize": {"type": "pad"},
            "padding": 0,
            "layer": layers,
        }

    return Chart(title, description, told, specify)


def _table(
    months: Sequence[str],
    unit: str,
    title: str,
    name: str,
    judged: Judged | None,
    canvas: Canvas,
) -> Table:
    label = judged.name if judged else canvas.gettext("Value")
    columns = [
        Column("period", canvas.gettext("Month"), "period"),
        Column("value", label, unit),
    ]
    known = dict(zip(judged.keys, judged.values, strict=True)) if judged else {}
    rows: list[dict[str, Any]] = []
    for month in months:
        value = known.get(month, np.nan)
        rows.append({"period": month, "value": None if np.isnan(value) else value})
    return Table(name, title, columns, rows)


def _sheet(
    canvas: Canvas,
    months: Sequence[str],
    unit: str,
    judged: Judged | None,
    aim: Aim | None,
    most: float | None,
) -> _Sheet:
    numbers = [] if judged is None else _numbers(judged)
    numbers += [aim.value] if aim else []
    end = MOST_PERCENT if unit == "percent" and most is None else most
    numbers += [] if end is None else [end]
    marked = any(number == number and number != 0 for number in numbers)
    ends = numbers if marked else [10.0]
    scale = scale_of(ends, zero=unit != "ratio", parts=10)
    return _Sheet(canvas, months, scale, unit, marked)


def _numbers(judged: Judged) -> list[float]:
    series = (judged.values, judged.centre, *judged.limits)
    return [float(value) for one in series for value in one]


def _paper(sheet: _Sheet) -> list[Spec]:
    """The sheet's width, with lines for the names that people write."""
    size = sheet.size
    ends = {
        "x": {"value": -LEFT * size},
        "x2": {"value": sheet.width + RIGHT * size},
        "y": {"value": -44 * size},
        "y2": {"value": sheet.height},
    }
    paper = {"type": "rect", "opacity": 0}
    found: list[Spec] = [
        {"data": {"values": [{}]}, "mark": paper, "encoding": ends},
        {"data": {"values": []}, "mark": "point", "encoding": sheet.across},
    ]
    labels = [
        sheet.canvas.gettext("Site:"),
        sheet.canvas.gettext("Measure:"),
        sheet.canvas.gettext("Aim:"),
    ]
    room = (sheet.canvas.width - 20 * size) / len(labels)
    for number, label in enumerate(labels):
        left = -LEFT * size + number * room
        found += sheet.text(label, left, -32 * size)
        start = left + (len(label) + 1) * LETTERS * LETTER * size
        found.append(_rule(start, left + room - 16 * size, -22 * size, INK, size))
    return found


def _rule(left: float, right: float, down: float, colour: str, wide: float) -> Spec:
    ends = {"x": {"value": left}, "x2": {"value": right}, "y": {"value": down}}
    mark = {"type": "rule", "color": colour, "strokeWidth": wide}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": ends}


def _months(sheet: _Sheet) -> Iterator[Spec]:
    """Each month's name, or its first letter where there is no room; the years."""
    step = sheet.width / len(sheet.months)
    names = [sheet.canvas.period(month) for month in sheet.months]
    longest = max(len(name[0]) for name in names)
    letters = min(LETTERS * sheet.size, 0.94 * step / (longest * LETTER))
    short = letters < 0.6 * LETTERS * sheet.size
    down = sheet.height + 16 * sheet.size
    shown = ""
    for at, (name, year) in enumerate(names):
        told = name[0].upper() if short else name
        size = min(LETTERS * sheet.size, step) if short else letters
        yield from sheet.text(told, sheet.left(at), down, align="center", fontSize=size)
        if year != shown:
            left = sheet.left(at - 0.5) + 3 * sheet.size
            under = down + 22 * sheet.size
            yield from sheet.text(year, left, under, fontWeight="bold")
        shown = year


def _boxes(sheet: _Sheet) -> Iterator[Spec]:
    """Rows of boxes below the months, for the figures of each."""
    size, canvas = sheet.size, sheet.canvas
    rows = [canvas.gettext("Value")]
    if sheet.unit in ("percent", "rate"):
        told = canvas.sign(sheet.unit).strip() or canvas.gettext("Value")
        rows = [canvas.gettext("Numerator"), canvas.gettext("Denominator"), told]
    rows.append(canvas.gettext("Event no."))
    top = sheet.height + 54 * size
    for row, told in enumerate(rows):
        down = top + row * BOX * size
        for at in range(len(sheet.months)):
            edges = {
                "x": {"value": sheet.left(at - 0.5)},
                "x2": {"value": sheet.left(at + 0.5)},
                "y": {"value": down},
                "y2": {"value": down + BOX * size},
            }
            box = {"type": "rect", "fill": "white", "stroke": QUIET}
            yield {"data": {"values": [{}]}, "mark": box, "encoding": edges}
        middle = down + BOX * size / 2
        yield from sheet.text(told, -10 * size, middle, align="right")


def _aim(sheet: _Sheet, aim: Aim) -> Iterator[Spec]:
    right = len(sheet.months) - 0.5
    colour = SERIES[2]
    yield _line(sheet, aim.value, -0.5, right, colour, [8, 3, 2, 3])
    words = run_words.aim(sheet.canvas, aim.value, aim.month, sheet.unit)
    down = sheet.scale.down(aim.value, sheet.height) - 10 * sheet.size
    yield from sheet.text(words, 6 * sheet.size, down, color=colour)


def _line(
    sheet: _Sheet, level: float, left: float, right: float, colour: str, dash: list[int]
) -> Spec:
    wide = {"strokeWidth": 2 * sheet.size, "strokeDash": dash}
    return {
        "data": {"values": [{"at": left, "end": right, "value": float(level)}]},
        "mark": {"type": "rule", "color": colour, **wide},
        "encoding": {**sheet.across, "x2": {"field": "end"}},
    }


def _known(sheet: _Sheet, judged: Judged) -> Iterator[Spec]:
    """The centre lines, the limits where they are one number, and the points so far.

    The last ones are carried on over the months to come, where the team draws.
    """
    at = {month: position for position, month in enumerate(sheet.months)}
    right = len(sheet.months) - 0.5
    for one in judged.phases:
        shown = [
            at[month] for month in judged.keys[one.start : one.stop] if month in at
        ]
        last = one.stop == len(judged.keys)
        if np.isnan(one.centre) or not (shown or last):
            continue
        left = shown[0] - 0.5 if shown else -0.5
        ends = (left, right if last else shown[-1] + 0.5)
        yield _line(sheet, one.centre, *ends, INK, [1, 0])
        if last:
            words = run_words.centre(sheet.canvas, judged)
            yield from _level(sheet, words, one.centre, INK)
            yield from _limits(sheet, judged, one, ends)
    yield from _points(sheet, judged)


def _limits(
    sheet: _Sheet, judged: Judged, phase: JudgedPhase, ends: tuple[float, float]
) -> Iterator[Spec]:
    """Limits that differ by month are not known for months to come."""
    for limits in judged.limits:
        known = limits[phase.start : phase.stop]
        known = known[~np.isnan(known)]
        if len(known) and np.ptp(known) == 0:
            level = float(known[0])
            yield _line(sheet, level, *ends, QUIET, [3, 3])
            yield from _level(sheet, sheet.canvas.gettext("limit"), level, QUIET)


def _level(sheet: _Sheet, words: str, level: float, colour: str) -> Iterator[Spec]:
    """Name and value of a line at its right end."""
    down = sheet.scale.down(level, sheet.height)
    told = run_words.value(sheet.canvas, level, sheet.unit)
    left, size = sheet.width + 6 * sheet.size, sheet.size
    small = {"fontSize": SMALL * size, "color": colour}
    yield from sheet.text(words, left, down - 8 * size, **small)
    yield from sheet.text(told, left, down + 8 * size, **small)


def _points(sheet: _Sheet, judged: Judged) -> Iterator[Spec]:
    at = {month: position for position, month in enumerate(sheet.months)}
    rows = [
        {"at": at[month]} | ({} if np.isnan(value) else {"value": float(value)})
        for month, value in zip(judged.keys, judged.values, strict=True)
        if month in at
    ]
    data, wide = {"values": rows}, 2 * sheet.size
    breaks = {"invalid": "break-paths-show-path-domains"}
    line = {"type": "line", "color": SERIES[0], "strokeWidth": wide, **breaks}
    yield {"data": data, "mark": line, "encoding": sheet.across}
    yield {
        "data": data,
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": {
            "type": "point",
            "size": 90 * sheet.size**2,
            "color": SERIES[0],
            "opacity": 1,
        },
        "encoding": sheet.across,
    }
