"""Run charts of all sites on one page: a small panel each, on one scale.

As in `multiples`, all panels are one picture in CSS pixels: a view of Vega's own for
each of sixty sites takes seconds to draw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci import periods
from boloci.charts import run_parts, run_words
from boloci.charts.axes import LETTER, Spec, any_value, nothing
from boloci.charts.canvas import Canvas
from boloci.charts.looks import INK, QUIET, RULE, SERIES
from boloci.charts.scales import Scale, scale_of
from boloci.charts.tables import Chart, Column, Table
from boloci.run_series import Judged
from boloci.stats.grids import Floats

LEAST, NARROW = 130, 124
"""Narrowest panel, and on a phone, in CSS pixels."""
MANY, MANY_LEAST, MANY_HIGH = 30, 104, 38
"""Of more sites the panels are smaller, so that sixty stand on one sheet of paper."""
GAP, LEFT = 14, 44
HEAD, BETWEEN, FOOT, KEY = 28, 12, 16, 20
"""Above the lines of a panel: its name and its verdict; between rows of panels; below
the last row: years, then the key."""


@dataclass(frozen=True)
class Panels:
    """Where the panels are."""

    sites: Sequence[Judged]
    months: Sequence[str]
    across: int
    width: float
    height: int
    scale: Scale

    @property
    def down(self) -> int:
        """Rows of panels."""
        return -(-len(self.sites) // self.across)

    @property
    def pitch(self) -> int:
        """From the top of a row of panels to that of the next."""
        return HEAD + self.height + BETWEEN

    @property
    def whole_height(self) -> int:
        """The picture's height."""
        key = KEY if any(_shapes(self.sites)) else 0
        return self.down * self.pitch - BETWEEN + FOOT + key

    def corner(self, number: int) -> tuple[float, float]:
        """Left and top of the lines of a panel."""
        left = LEFT + (number % self.across) * (self.width + GAP)
        return left, (number // self.across) * self.pitch + HEAD

    def spot(self, number: int, month: str, value: float) -> tuple[float, float]:
        """Where a value lies."""
        left, top = self.corner(number)
        step = self.width / max(len(self.months) - 1, 1)
        return (
            round(left + self.months.index(month) * step, 1),
            round(top + self.scale.down(value, self.height), 1),
        )


def run_panels(
    sites: Sequence[Judged],
    *,
    title: str,
    description: str,
    language: str,
    name: str = "run-charts",
    columns: int | None = None,
    height: int = 54,
) -> Chart:
    """A panel a site in the order given: points, centre, a mark where a rule fired.

    sites      of one unit, else `ValueError`; their months may differ, as of a site
               that joined late
    columns    panels beside each other; else as many as the width allows
    height     of a panel's lines, in CSS pixels

    Under a site's name stands what its rules say, and in grey why none was judged: a
    panel without a mark is not a site without a change.
    """
    if len({one.unit for one in sites}) > 1:
        raise ValueError("sites of one unit", sorted({one.unit for one in sites}))
    told = _table(name, title, sites, Canvas(language=language))

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(told, "value"):
            return nothing(canvas)
        panels = _panels(canvas, sites, columns, height)
        return {
            "width": canvas.width,
            "height": panels.whole_height,
            "autosize": {"type": "pad"},
            "padding": 0,
            "layer": [
                _rules(panels, list(_levels(panels))),
                _lines(panels),
                _points(panels, list(_marks(panels, canvas))),
                _texts(panels, list(_words(panels, canvas)), limit=panels.width),
                _texts(panels, list(_key_words(panels, canvas)), limit=canvas.width),
            ],
        }

    return Chart(title, description, told, specify)


def _table(name: str, title: str, sites: Sequence[Judged], canvas: Canvas) -> Table:
    """A row a site and month, and what the site's rules say in few words."""
    unit = sites[0].unit if sites else ""
    columns = [
        Column("site", canvas.gettext("Site")),
        Column("period", canvas.gettext("Month"), "period"),
        Column("value", canvas.gettext("Value"), unit),
        Column("centre", canvas.gettext("Centre line"), unit),
        Column("verdict", canvas.gettext("Signal")),
    ]
    rows = [
        {
            "site": one.name,
            "period": month,
            "value": _known(value),
            "centre": _known(centre),
            "verdict": run_words.verdict(canvas, one),
        }
        for one in sites
        for month, value, centre in zip(one.months, one.values, one.centre, strict=True)
    ]
    return Table(name, title, columns, rows)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _panels(
    canvas: Canvas, sites: Sequence[Judged], columns: int | None, height: int
) -> Panels:
    ends = [
        periods.serial(periods.code(month)) for one in sites for month in one.months
    ]
    months = [
        str(periods.month_at(serial)) for serial in range(min(ends), max(ends) + 1)
    ]
    room = canvas.width - LEFT
    least = NARROW if canvas.narrow else LEAST
    if len(sites) > MANY and not canvas.narrow:
        least, height = MANY_LEAST, min(height, MANY_HIGH)
    across = columns or max(1, int((room + GAP) // (least + GAP)))
    across = min(across, len(sites))
    numbers = [float(one) for site in sites for one in (*site.values, *site.centre)]
    scale = scale_of(numbers, zero=sites[0].unit != "ratio", parts=5)
    width = (room - 4) / across - GAP
    return Panels(sites, months, across, width, height, scale)


def _levels(panels: Panels) -> Iterator[Spec]:
    """The foot and the top of each panel, the level 0, and the centre lines."""
    scale = panels.scale
    flat = {scale.least, scale.most, *({0.0} if scale.least < 0 < scale.most else ())}
    for number, site in enumerate(panels.sites):
        for value in sorted(flat):
            left, down = panels.spot(number, panels.months[0], value)
            ends = {"right": left, "end": round(left + panels.width, 1)}
            yield {**ends, "down": down, "colour": RULE, "wide": 1}
        for one in site.phases:
            if np.isnan(one.centre):
                continue
            first, last = site.months[one.start], site.months[one.stop - 1]
            left, down = panels.spot(number, first, one.centre)
            right, _ = panels.spot(number, last, one.centre)
            wide = 2 if run_parts.few_crossings(one) else 1
            ends = {"right": left, "end": max(right, left + 3)}
            yield {**ends, "down": down, "colour": INK, "wide": wide}


def _rules(panels: Panels, rows: Sequence[Spec]) -> Spec:
    return {
        "data": {"values": list(rows)},
        "mark": "rule",
        "encoding": {
            **_across(panels),
            "x2": {"field": "end"},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "strokeWidth": {"field": "wide", "type": "quantitative", "scale": None},
        },
    }


def _lines(panels: Panels) -> Spec:
    rows: list[Spec] = []
    for number, site in enumerate(panels.sites):
        for month, value in zip(site.months, site.values, strict=True):
            spot = panels.spot(number, month, 0.0 if np.isnan(value) else float(value))
            row: Spec = {"panel": number, "right": spot[0]}
            rows.append(row if np.isnan(value) else {**row, "down": spot[1]})
    return {
        "data": {"values": rows},
        "mark": {
            "type": "line",
            "color": SERIES[0],
            "strokeWidth": 1.2,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {**_across(panels), "detail": {"field": "panel"}},
    }


def _marks(panels: Panels, canvas: Canvas) -> Iterator[Spec]:
    """A dot at each lone point, a mark at each point of a signal, and the key's."""
    for number, site in enumerate(panels.sites):
        shapes = run_parts.signal_shapes(site.signals)
        for at, value in enumerate(site.values):
            if np.isnan(value):
                continue
            right, down = panels.spot(number, site.months[at], float(value))
            row = {"right": right, "down": down}
            if at in shapes:
                yield {**row, **_signal(shapes[at])}
            elif _alone(site.values, at):
                yield {**row, "shape": "circle", "colour": SERIES[0], "size": 14}
    for left, shape, _ in _key(panels, canvas):
        row = {"right": left + 5, "down": panels.whole_height - 8}
        yield {**row, **_signal(shape)}


def _signal(shape: str) -> Spec:
    return {"shape": shape, "colour": run_parts.SIGNALLED, "size": 34}


def _alone(values: Floats, at: int) -> bool:
    beside = [one for one in (at - 1, at + 1) if 0 <= one < len(values)]
    return all(np.isnan(values[one]) for one in beside)


def _key(panels: Panels, canvas: Canvas) -> Iterator[tuple[float, str, str]]:
    """Left, mark and words of each mark that is on the picture."""
    shown = _shapes(panels.sites)
    left = 4.0
    for shape, words in run_words.marks(canvas).items():
        if shape in shown:
            yield left, shape, words
            left += 24 + len(words) * LETTER


def _shapes(sites: Sequence[Judged]) -> set[str]:
    return {
        shape
        for site in sites
        for shape in run_parts.signal_shapes(site.signals).values()
    }


def _points(panels: Panels, rows: Sequence[Spec]) -> Spec:
    def plain(field: str, kind: str = "nominal") -> Spec:
        return {"field": field, "type": kind, "scale": None, "legend": None}

    return {
        "data": {"values": list(rows)},
        "mark": {"type": "point", "opacity": 1},
        "encoding": {
            **_across(panels),
            "shape": plain("shape"),
            "color": plain("colour"),
            "size": plain("size", "quantitative"),
        },
    }


def _words(panels: Panels, canvas: Canvas) -> Iterator[Spec]:
    """Names, verdicts, the scale and years."""
    for number, site in enumerate(panels.sites):
        left, top = panels.corner(number)
        yield {"text": site.name, "right": left, "down": top - 20, "bold": True}
        words = run_words.verdict(canvas, site)
        quiet = not (site.phases and site.phases[-1].signals)
        words = words if quiet else _short(panels, words)
        yield {"text": words, "right": left, "down": top - 8, "quiet": quiet}
    yield from _scale(panels, canvas)
    yield from _years(panels, canvas)


def _short(panels: Panels, words: str) -> str:
    """The first signal and the number of others, where all have no room."""
    first, *others = words.split(", ")
    if not others or len(words) * LETTER * 0.85 <= panels.width:
        return words
    return f"{first} (+{len(others)})"


def _key_words(panels: Panels, canvas: Canvas) -> Iterator[Spec]:
    for left, _, words in _key(panels, canvas):
        yield {"text": words, "right": left + 14, "down": panels.whole_height - 8}


def _scale(panels: Panels, canvas: Canvas) -> Iterator[Spec]:
    scale = panels.scale
    shown = {scale.least, scale.most, *({0.0} if scale.least < 0 < scale.most else ())}
    for row in range(panels.down):
        for value in sorted(shown):
            down = panels.spot(row * panels.across, panels.months[0], value)[1]
            told = canvas.level(value, panels.sites[0].unit)
            end = {"right": LEFT - 4, "align": "right", "quiet": True}
            yield {"text": told, "down": down, **end}


def _years(panels: Panels, canvas: Canvas) -> Iterator[Spec]:
    """The first and the last month below the lowest panel of each column."""
    first, last = (run_words.month(canvas, panels.months[at]) for at in (0, -1))
    for column in range(panels.across):
        lowest = max(range(column, len(panels.sites), panels.across))
        left, top = panels.corner(lowest)
        down = top + panels.height + 9
        yield {"text": first, "right": left, "down": down, "quiet": True}
        if last != first:
            end = {"right": left + panels.width, "align": "right", "quiet": True}
            yield {"text": last, "down": down, **end}


def _texts(panels: Panels, rows: Sequence[Spec], *, limit: float) -> Spec:
    quiet = {"condition": {"test": "datum.quiet", "value": QUIET}, "value": INK}
    return {
        "data": {"values": list(rows)},
        "mark": {
            "type": "text",
            "fontSize": 10,
            "limit": limit,
            "fontWeight": {"expr": "datum.bold ? 'bold' : 'normal'"},
            "align": {"expr": "datum.align || 'left'"},
        },
        "encoding": {**_across(panels), "text": {"field": "text"}, "color": quiet},
    }


def _across(panels: Panels) -> Spec:
    """Places in the picture, in CSS pixels from its left and its top."""
    right = LEFT + panels.across * (panels.width + GAP) - GAP + 4
    plain: Spec = {"type": "quantitative", "axis": None}
    return {
        "x": {
            **plain,
            "field": "right",
            "scale": {"domain": [0, right], "nice": False},
        },
        "y": {
            **plain,
            "field": "down",
            "scale": {
                "domain": [0, panels.whole_height],
                "reverse": True,
                "nice": False,
            },
        },
    }
