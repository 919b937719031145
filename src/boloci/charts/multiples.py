"""Small multiples: one small trend a place, all on the same scale.

All panels are one picture, laid out by formulas over the rows: a panel of Vega's own
for each place takes three times as long to draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.charts.axes import Rows, Spec, any_value, apart, distinct, nothing, only
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, QUIET, RULE, SERIES
from boloci.charts.tables import Chart, Table

LEAST, NARROW = 92, 80
"""Narrowest panel, in CSS pixels, and on a phone."""
GAP, NAME, BETWEEN = 12, 15, 8
"""Between panels beside each other; a panel's name above it; between rows of panels."""
LEFT, FOOT = 44, 18
"""The scale's labels on the left; the years below the last row."""


@dataclass(frozen=True)
class Grid:
    """Where the panels are, in CSS pixels."""

    names: Sequence[str]
    shown: Sequence[str]
    across: int
    width: float
    height: int
    most: float

    @property
    def down(self) -> int:
        """Rows of panels."""
        return -(-len(self.names) // self.across)

    @property
    def whole_height(self) -> float:
        """The picture's height."""
        return self.down * self.pitch - BETWEEN + FOOT

    @property
    def pitch(self) -> int:
        """From the top of a row of panels to that of the next."""
        return NAME + self.height + BETWEEN

    def corner(self, at: int) -> tuple[float, float]:
        """Left and top of the lines of the panel at a position."""
        column, row = at % self.across, at // self.across
        return LEFT + column * (self.width + GAP), row * self.pitch + NAME

    def high(self, top: float, value: float) -> float:
        """How far down a value lies, in a panel with this top."""
        return top + self.height * (1 - value / self.most)


def small_multiples(
    *,
    table: Table,
    description: str,
    facet: str = "place",
    x: str = "period",
    y: str = "value",
    reference: float | None = None,
    columns: int | None = None,
    panel_height: int = 48,
    own_scale: bool = False,
) -> Chart:
    """A panel a place in the order of the rows, one figure by period in each.

    table        rows with `facet` (what a panel is named), `x` (text of a period),
                 `y` (null: a gap)
    reference    a level drawn in every panel: 100 %
    columns      panels beside each other; else as many as the width allows, 8 at most
    own_scale    each panel its own scale from 0 to its highest: for the form of a line,
                 not its height; then no scale is written and no level drawn
    """
    unit = table.column(y).unit

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(table, y):
            return nothing(canvas)
        level = None if own_scale else reference
        rows = apart(table.rows, facet)
        grid = _grid(canvas, rows, facet, x, y, level, columns, panel_height)
        texts = [*_names(grid), *_years(canvas, grid)]
        if not own_scale:
            texts += _scale(canvas, grid, unit, level)
        return {
            "data": {"values": _placed(grid, only(rows, facet, x, y), facet, x)},
            "width": canvas.width,
            "height": grid.whole_height,
            "autosize": {"type": "pad"},
            "padding": 0,
            "layer": [
                _levels(grid, level),
                _lines(grid, facet, y, own_scale),
                _texts(grid, texts),
            ],
        }

    return Chart(table.title, description, table, specify)


def _grid(
    canvas: Canvas,
    rows: Rows,
    facet: str,
    x: str,
    y: str,
    level: float | None,
    columns: int | None,
    height: int,
) -> Grid:
    names, shown = distinct(rows, facet), distinct(rows, x)
    room = canvas.width - LEFT
    least = NARROW if canvas.narrow else LEAST
    across = columns or max(1, min(8, int((room + GAP) // (least + GAP))))
    known = [row[y] for row in rows if row.get(y) is not None]
    return Grid(
        names=names,
        shown=shown,
        across=min(across, len(names)),
        width=(room - 4) / min(across, len(names)) - GAP,
        height=height,
        most=max([*known, level or 0]) or 1,
    )


def _placed(grid: Grid, rows: Rows, facet: str, x: str) -> list[Spec]:
    """Rows with the number of their panel and of their period, both from 0."""
    panels = {name: at for at, name in enumerate(grid.names)}
    steps = {period: at for at, period in enumerate(grid.shown)}
    return [
        {**row, "panel": panels[str(row[facet])], "step": steps[str(row[x])]}
        for row in rows
    ]


def _lines(grid: Grid, facet: str, y: str, own_scale: bool) -> Spec:
    """A line a panel; its corners worked out from the rows by formulas."""
    step = grid.width / max(len(grid.shown) - 1, 1)
    most = "max(datum.most, 1e-9)" if own_scale else f"{grid.most}"
    formulas = {
        "right": f"{LEFT} + datum.panel % {grid.across} * {grid.width + GAP}"
        f" + datum.step * {step}",
        "down": f"isValid(datum['{y}']) ? floor(datum.panel / {grid.across})"
        f" * {grid.pitch} + {NAME} + {grid.height}"
        f" * (1 - datum['{y}'] / {most}) : null",
    }
    highest = {
        "joinaggregate": [{"op": "max", "field": y, "as": "most"}],
        "groupby": [facet],
    }
    made: list[Spec] = [{"calculate": told, "as": k} for k, told in formulas.items()]
    return {
        "transform": [*([highest] if own_scale else []), *made],
        "mark": {
            "type": "line",
            "color": SERIES[0],
            "strokeWidth": 1.5,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {**_spot(grid), "detail": {"field": facet}},
    }


def _spot(grid: Grid, x: str = "right", y: str = "down") -> Spec:
    """Places in the picture, in CSS pixels from its left and its top."""
    right = LEFT + grid.across * (grid.width + GAP) - GAP + 4
    return {
        "x": {
            "field": x,
            "type": "quantitative",
            "scale": {"domain": [0, right], "nice": False},
            "axis": None,
        },
        "y": {
            "field": y,
            "type": "quantitative",
            "scale": {"domain": [0, grid.whole_height], "reverse": True, "nice": False},
            "axis": None,
        },
    }


def _levels(grid: Grid, level: float | None) -> Spec:
    """The foot of each panel, and the level in each."""
    rows = []
    for at in range(len(grid.names)):
        left, top = grid.corner(at)
        ends = {"right": round(left, 1), "end": round(left + grid.width, 1)}
        rows.append({**ends, "down": round(grid.high(top, 0), 1), "dash": [1, 0]})
        if level is not None:
            down = round(grid.high(top, level), 1)
            rows.append({**ends, "down": down, "dash": [3, 3]})
    dashed = {"condition": {"test": "datum.dash[1] > 0", "value": [3, 3]}}
    colour = {"condition": {"test": "datum.dash[1] > 0", "value": QUIET}}
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "strokeWidth": 1},
        "encoding": {
            **_spot(grid),
            "x2": {"field": "end"},
            "color": {**colour, "value": RULE},
            "strokeDash": {**dashed, "value": [1, 0]},
        },
    }


def _names(grid: Grid) -> list[Spec]:
    found = []
    for at, name in enumerate(grid.names):
        left, top = grid.corner(at)
        found.append({"text": name, "right": round(left, 1), "down": top - 8})
    return found


def _years(canvas: Canvas, grid: Grid) -> list[Spec]:
    """The first and the last year below the lowest panel of each column."""
    first, last = (canvas.period(grid.shown[at])[-1] for at in (0, -1))
    found: list[Spec] = []
    for column in range(grid.across):
        lowest = max(range(column, len(grid.names), grid.across))
        left, top = grid.corner(lowest)
        down = top + grid.height + 12
        found.append({"text": first, "right": left, "down": down, "quiet": True})
        if last != first:
            end = {"right": left + grid.width, "align": "right"}
            found.append({"text": last, **end, "down": down, "quiet": True})
    return found


def _scale(canvas: Canvas, grid: Grid, unit: str, level: float | None) -> list[Spec]:
    """0 and the level, else the highest, left of each row of panels."""
    found: list[Spec] = []
    for row in range(grid.down):
        top = row * grid.pitch + NAME
        for value in (0, level or grid.most):
            told = canvas.level(value if level else round(value), unit)
            down = grid.high(top, value)
            end = {"right": LEFT - 4, "align": "right", "quiet": True}
            found.append({"text": told, "down": down, **end})
    return found


def _texts(grid: Grid, texts: Sequence[Spec]) -> Spec:
    """Names above panels, years below, scale on the left."""
    return {
        "data": {"values": list(texts)},
        "mark": {
            "type": "text",
            "fontSize": 10,
            "limit": grid.width + GAP - 4,
            "align": {"expr": "datum.align || 'left'"},
        },
        "encoding": {
            **_spot(grid),
            "text": {"field": "text"},
            "color": {
                "condition": {"test": "datum.quiet", "value": QUIET},
                "value": INK,
            },
        },
    }
