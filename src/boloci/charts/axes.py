"""What the kinds of charts share: rows cut to what is drawn, axes, legends."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from boloci.charts.canvas import Canvas
from boloci.charts.looks import DASHES, QUIET, RULE, SERIES, SHAPES
from boloci.charts.tables import Column, Table

LETTER = 6.2
"""Width of a letter of the axes' size, in CSS pixels, on the average."""
MOST_PARTS = 4
"""Parts of a year other than months: their first letter tells nothing."""
SIDE = 64
"""What the axis of values takes of the width, about."""

TICKS, FEW_TICKS = 5, 3
"""Numbers along an axis of values; on a phone more would run into each other."""

ROW = 20
"""Height of the line of a place, in CSS pixels."""

Rows = Sequence[Mapping[str, Any]]
Spec = dict[str, Any]


def only(rows: Iterable[Mapping[str, Any]], *names: str) -> list[Spec]:
    """Rows with the columns that are drawn, blank ones left out."""
    kept = [name for name in dict.fromkeys(names) if name]
    return [{k: row[k] for k in kept if row.get(k) is not None} for row in rows]


def distinct(rows: Rows, name: str) -> list[str]:
    """The values of a column, each once, in the order of the rows."""
    return list(dict.fromkeys(str(row[name]) for row in rows if row.get(name)))


def apart(rows: Rows, name: str) -> Rows:
    """Rows in which places of one name are numbered: a line for both would be wrong.

    Pages that know more, such as the level, name them before they come here.
    """
    ids: dict[str, dict[str, int]] = {}
    for row in rows:
        known = ids.setdefault(str(row.get(name)), {})
        known.setdefault(str(row.get("place_id")), len(known) + 1)
    if all(len(known) == 1 for known in ids.values()):
        return rows

    def told(row: Mapping[str, Any]) -> str:
        known = ids[str(row.get(name))]
        number = known[str(row.get("place_id"))]
        return f"{row.get(name)} ({number})" if len(known) > 1 else str(row.get(name))

    return [{**row, name: told(row)} for row in rows]


def whole(canvas: Canvas, height: int, rows: Rows, layers: Sequence[Spec]) -> Spec:
    """A picture of layers over the same rows, as wide as the canvas, all included."""
    return {
        "data": {"values": list(rows)},
        "width": canvas.width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
    }


def periods(canvas: Canvas, field: str, shown: Sequence[str], width: float) -> Spec:
    """The axis of periods: each named where there is room, else the years alone."""
    named = {one: canvas.period(one) for one in shown}
    axis: Spec = {
        "title": None,
        "labelAngle": 0,
        "labelExpr": f"{json.dumps(_labels(named, width), ensure_ascii=False)}"
        "[datum.value]",
        "labelOverlap": False,
        "values": list(_labels(named, width)),
        "description": canvas.gettext("Periods"),
        "grid": False,
    }
    scale = {"domain": list(shown)}
    return {"field": field, "type": "ordinal", "scale": scale, "axis": axis}


def _labels(named: Mapping[str, Sequence[str]], width: float) -> dict[str, list[str]]:
    """Each period by what fits: its name, its first letter, or the years alone."""
    shown = list(named)
    room = width / max(len(shown), 1)
    first: dict[str, str] = {}
    for one, lines in named.items():
        first.setdefault(lines[-1], one)
    years = {one: year for year, one in _apart(first, shown, room).items()}
    parts = {one: lines[0] for one, lines in named.items() if len(lines) > 1}
    if room < _widest(parts.values()):
        months = len(set(parts.values())) > MOST_PARTS
        parts = {one: part[0].upper() for one, part in parts.items() if months}
    if not parts or room < _widest(parts.values()):
        return {one: [year] for one, year in years.items()}
    return {
        one: [part, years[one]] if one in years else [part]
        for one, part in parts.items()
    }


def _apart(
    first: Mapping[str, str], shown: Sequence[str], room: float
) -> dict[str, str]:
    """Years whose first periods are far enough from the next for both to be read."""
    starts = {year: shown.index(one) * room for year, one in first.items()}
    kept: dict[str, str] = {}
    following = float("inf")
    for year in reversed(starts):
        if following - starts[year] >= _widest([year]):
            kept[year] = first[year]
            following = starts[year]
    return kept


def _widest(texts: Iterable[str]) -> float:
    return max((len(text) for text in texts), default=0) * LETTER + 6


def values(
    canvas: Canvas,
    column: Column,
    *,
    title: str | None = None,
    zero: bool = True,
    least: float | None = None,
    most: float | None = None,
) -> Spec:
    """An axis of values in the unit of their column."""
    name = column.label if title is None else title
    scale: Spec = {"zero": zero, "nice": True}
    if least is not None:
        scale["domainMin"] = least
    if most is not None:
        scale["domainMax"] = most
    axis = {
        "title": name or None,
        "titleLimit": canvas.width - SIDE,
        "titlePadding": 12,
        "labelExpr": labelled(canvas, column.unit),
        "description": name or canvas.gettext("Values"),
        "tickCount": FEW_TICKS if canvas.narrow else TICKS,
        "labelOverlap": "greedy",
        "labelSeparation": 4,
    }
    return {"field": column.name, "type": "quantitative", "scale": scale, "axis": axis}


def labelled(canvas: Canvas, unit: str, value: str = "datum.value") -> str:
    """A Vega expression: a number as the language writes it, with its unit's sign."""
    return f"format({value}, ',') + {json.dumps(canvas.sign(unit))}"


def categories(canvas: Canvas, names: Sequence[str], title: str = "") -> Spec:
    """An axis of names, one a line, in the order of the rows; the title above them.

    The rows are drawn at their column `line`, 0 for the first: two places of one name
    have a line each.
    """
    axis: Spec = {
        "title": title or None,
        "titleAngle": 0,
        "titleAlign": "right",
        "titleAnchor": "end",
        "titleX": -4,
        # On a phone the name of a level stands beside it: the title goes above that.
        "titleY": -20 if canvas.narrow else -7,
        "titleBaseline": "middle",
        "labelExpr": f"{json.dumps(list(names), ensure_ascii=False)}[datum.value]",
        "labelLimit": canvas.width * 0.42,
        "domain": False,
        "ticks": False,
        "description": title or canvas.gettext("Places"),
    }
    return {"field": "line", "type": "ordinal", "axis": axis}


def listed(canvas: Canvas, rows: Rows, layers: Sequence[Spec]) -> Spec:
    """A picture with a line a row, as wide as the canvas."""
    lines = [{**row, "line": at} for at, row in enumerate(rows)]
    return {**whole(canvas, 0, lines, layers), "height": {"step": ROW}}


def series_signs(
    canvas: Canvas,
    field: str,
    names: Sequence[str],
    *,
    shapes: bool = True,
    above: int = 0,
    looks: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Spec]:
    """Colour, dash and shape of each series, with one legend for the three.

    above    CSS pixels that something else takes between the picture and the legend
    looks    name -> colour and shape of the series that always look the same
    """
    legend: Spec | None = None
    if len(names) > 1:
        widest = max(len(name) for name in names) * LETTER + 40
        legend = {
            "orient": "top",
            "title": None,
            "columns": max(1, int((canvas.width - SIDE) // widest)),
            "columnPadding": 20,
            "labelLimit": canvas.width - SIDE,
            "description": ", ".join(names),
            "symbolOpacity": 1,
            "offset": 14 + above,
        }
    usual = {
        name: (SERIES[at % len(SERIES)], SHAPES[at % len(SHAPES)])
        for at, name in enumerate(names)
    }
    own = usual | dict(looks or {})
    colours = [own[name][0] for name in names]
    signs = [own[name][1] for name in names]
    told: Spec = {"field": field, "type": "nominal", "legend": legend}

    def of(marks: Sequence[Any]) -> Spec:
        return {**told, "scale": {"domain": list(names), "range": list(marks)}}

    signed = {"color": of(colours), "strokeDash": _dashed(field, names)}
    return {**signed, "shape": of(signs)} if shapes else signed


def _dashed(field: str, names: Sequence[str]) -> Spec:
    """A dash a series, by tests: by a scale the legend would draw it around marks."""
    tests = [
        {
            "test": f"datum[{json.dumps(field)}] === {json.dumps(name)}",
            "value": DASHES[at % len(DASHES)],
        }
        for at, name in enumerate(names)
    ]
    return {"condition": tests[1:], "value": DASHES[0]}


def level(
    value: float, label: str, *, along: str = "y", late: bool = False
) -> list[Spec]:
    """A level to compare with: a rule across the picture, named at its end.

    late    of a rule from top to bottom: it is in the right half, its name on the left
    """
    data = {"values": [{"level": value, "label": label}]}
    spot: Spec = {along: {"field": "level", "type": "quantitative"}}
    rule: Spec = {
        "data": data,
        "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 4]},
        "encoding": spot,
    }
    if not label:
        return [rule]
    if along == "y":
        spot, mark = {**spot, "x": {"value": 3}}, {"align": "left", "dy": -6}
    else:
        mark = {"align": "right", "dx": 3} if late else {"align": "left", "dx": -3}
        spot = {**spot, "y": {"value": -7}}
    return [rule, *written(data, spot, color=QUIET, **mark)]


def written(data: Spec, spot: Spec, **mark: Any) -> list[Spec]:
    """The text `label` at a spot, on a white edge so that it reads over lines."""
    encoding = {**spot, "text": {"field": "label"}}
    edge = {"stroke": "white", "strokeWidth": 3, "strokeJoin": "round"}
    return [
        {"data": data, "mark": {"type": "text", **mark, **more}, "encoding": encoding}
        for more in (edge, {})
    ]


def nothing(canvas: Canvas, height: int = 120) -> Spec:
    """A picture that says that there is nothing to draw."""
    return {
        "data": {"values": [{"text": canvas.gettext("No figure to draw.")}]},
        "width": canvas.width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "view": {"stroke": RULE},
        "mark": {"type": "text", "fontSize": 13, "color": QUIET},
        "encoding": {"text": {"field": "text"}},
    }


def any_value(table: Table, *names: str) -> bool:
    """Whether a row has a value in one of the columns."""
    return any(
        value is not None and value == value
        for value in chain.from_iterable(
            (row.get(name) for name in names) for row in table.rows
        )
    )
