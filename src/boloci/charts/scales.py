"""Axes worked out before the picture is drawn: where a value and a month lie.

Vega would choose round numbers too, but only it would know them: labels that must not
meet, and panels that share a scale, need to know beforehand.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boloci.charts.axes import Spec, labelled, periods
from boloci.charts.canvas import Canvas

STEPS = (1, 2, 2.5, 5, 10)
"""Round numbers between two ticks, times a power of ten."""


@dataclass(frozen=True)
class Scale:
    """Values from bottom to top, with its round numbers."""

    least: float
    most: float
    ticks: tuple[float, ...]

    def down(self, value: float, height: float) -> float:
        """How far below the top a value lies."""
        return height * (self.most - value) / (self.most - self.least)


def scale_of(values: Iterable[float], *, zero: bool, parts: int = 5) -> Scale:
    """A scale that holds every value: none is clamped, above 100 or below 0.

    values    NaN counts for nothing; without any the scale is 0 to 1
    zero      whether the scale begins at 0 where no value is below
    """
    known = [value for value in values if value == value]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        half = 0.1 * abs(low) or 0.5
        low, high = low if zero else low - half, high + half
    step = _step((high - low) / parts)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(at * step, 10) for at in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _step(least: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in STEPS if one * power >= least * (1 - 1e-9))


def values_axis(canvas: Canvas, scale: Scale, unit: str, field: str) -> Spec:
    """The axis of values of a scale."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [scale.least, scale.most], "nice": False, "zero": False},
        "axis": {
            "title": None,
            "values": list(scale.ticks),
            "labelExpr": labelled(canvas, unit),
            "description": canvas.gettext("Values"),
        },
    }


def months_axis(canvas: Canvas, keys: Sequence[str], width: float, field: str) -> Spec:
    """The axis of months by their position, half a month free at either end."""
    axis = {**periods(canvas, field, keys, width)["axis"]}
    at = {key: position for position, key in enumerate(keys)}
    axis["values"] = [at[key] for key in axis["values"]]
    named = f"{json.dumps(list(keys))}[datum.value]"
    axis["labelExpr"] = axis["labelExpr"].replace("[datum.value]", f"[{named}]")
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [-0.5, len(keys) - 0.5], "nice": False, "zero": False},
        "axis": axis,
    }
