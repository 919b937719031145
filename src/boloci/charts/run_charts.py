"""Run charts and control charts of a measure by month, for a team and its coach.

Points joined within gaps only, the centre line of each phase, limits where there are
any, signals by another mark, the aim with its date, and numbers where something was
done: the words for them are in the table and in the description, so that they can be
read on a phone. What nobody measured is drawn apart, and no statistic sees it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from boloci.charts import run_legends, run_parts, run_phases, run_words
from boloci.charts.axes import LETTER, Spec, any_value, nothing
from boloci.charts.canvas import Canvas
from boloci.charts.looks import (
    BOYS,
    BOYS_SHAPE,
    GIRLS,
    GIRLS_SHAPE,
    QUIET,
    SERIES,
)
from boloci.charts.run_drawn import Aim, Annotation, Drawn
from boloci.charts.run_legends import MARK, Entry
from boloci.charts.run_parts import Look, Plot
from boloci.charts.run_tables import listed, table
from boloci.charts.scales import scale_of
from boloci.charts.tables import Chart

__all__ = ["Aim", "Annotation", "Drawn", "run_chart", "run_chart_by_sex"]

ONE = Look()


def run_chart(
    one: Drawn,
    *,
    title: str,
    description: str,
    language: str,
    name: str = "run-chart",
    annotations: Sequence[Annotation] = (),
    height: int = 220,
) -> Chart:
    """One series with its run chart or control chart.

    description    what its rules say, from `telling/run_charts.py`; the words of the
                   annotations are added to it
    annotations    in any order; they are numbered by month. One whose month is not on
                   the chart is told in the description and not drawn
    height         of the plot, in CSS pixels
    """
    told = table(name, title, [one.judged], [one.invented_at], annotations, language)

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(told, "value", "invented"):
            return nothing(canvas)
        plot = _plot(canvas, [one], height)
        above = _above(canvas, plot, annotations)
        entries = run_legends.entries(canvas, [(one, ONE)], annotations)
        layers = [
            run_parts.frame(plot),
            *_under(plot, one),
            *_events(plot, annotations, numbers=True),
            *_over(plot, one, ONE),
            *run_phases.named_levels(plot, [(one.judged, ONE)]),
            *run_phases.baselines(plot, one.judged),
            *run_legends.legend(plot, entries, -above),
        ]
        return {**_whole(), **_panel(plot, layers)}

    words = listed(description, annotations, one.judged.months, language)
    return Chart(title, words, told, specify)


def run_chart_by_sex(
    boys: Drawn,
    girls: Drawn,
    gap: Drawn,
    *,
    title: str,
    description: str,
    language: str,
    name: str = "run-chart-by-sex",
    annotations: Sequence[Annotation] = (),
    height: int = 190,
) -> Chart:
    """Boys and girls, each about a centre of its own, and the gap below them.

    The three are of the same months, else `ValueError`. The gap is in any of its units.
    Other arguments as of `run_chart`.
    """
    if not boys.judged.keys == girls.judged.keys == gap.judged.keys:
        raise ValueError("boys, girls and gap of the same months")
    three = (boys, girls, gap)
    told = table(
        name,
        title,
        [one.judged for one in three],
        [one.invented_at for one in three],
        annotations,
        language,
    )

    def specify(canvas: Canvas) -> Mapping[str, Any]:
        if not any_value(told, *(one.name for one in told.columns[1:])):
            return nothing(canvas)
        pair = [
            (boys, _sex_look(boys, BOYS, BOYS_SHAPE, (1, 0))),
            (girls, _sex_look(girls, GIRLS, GIRLS_SHAPE, (6, 2))),
        ]
        upper = _plot(canvas, [boys, girls], height)
        lower = _plot(canvas, [gap], round(height * 0.6))
        return {
            **_whole(),
            "spacing": 8,
            "vconcat": [
                _panel(upper, _both(upper, pair, gap, annotations)),
                _panel(lower, _gap(lower, gap, annotations)),
            ],
        }

    words = listed(description, annotations, boys.judged.months, language)
    return Chart(title, words, told, specify)


def _sex_look(one: Drawn, colour: str, shape: str, dash: tuple[int, int]) -> Look:
    return Look(colour, shape, dash, colour, colour, one.judged.name[:1].upper())


def _both(
    plot: Plot,
    pair: Sequence[tuple[Drawn, Look]],
    gap: Drawn,
    annotations: Sequence[Annotation],
) -> list[Spec]:
    canvas = plot.canvas
    entries = run_legends.entries(canvas, pair, annotations)
    layers = [run_parts.frame(plot), *_events(plot, annotations, numbers=True)]
    for one, _ in pair:
        layers += _under(plot, one)
    for one, look in pair:
        layers += _over(plot, one, look)
    layers += run_phases.named_levels(plot, [(one.judged, look) for one, look in pair])
    if any(one.judged.phases_at != gap.judged.phases_at for one, _ in pair):
        for number, (one, _) in enumerate(pair):
            layers += run_phases.baselines(plot, one.judged, number)
    above = _above(canvas, plot, annotations)
    return layers + run_legends.legend(plot, entries, -above)


def _gap(plot: Plot, gap: Drawn, annotations: Sequence[Annotation]) -> list[Spec]:
    look = Look(SERIES[6], "square", signalled=SERIES[6])
    named = Entry(gap.judged.name, {"color": look.colour}, run_legends.point(look))
    told = [named, *run_legends.unjudged(plot.canvas, [gap.judged])]
    return [
        run_parts.frame(plot),
        *_under(plot, gap),
        *_events(plot, annotations, numbers=False),
        *_over(plot, gap, look),
        *run_phases.named_levels(plot, [(gap.judged, Look())]),
        *run_phases.baselines(plot, gap.judged),
        *run_legends.legend(plot, told, -6),
    ]


def _whole() -> Spec:
    """Widths are worked out here: nothing is fitted afterwards."""
    return {"autosize": {"type": "pad"}, "padding": 0}


def _panel(plot: Plot, layers: Sequence[Spec]) -> Spec:
    return {"width": plot.width, "height": plot.height, "layer": list(layers)}


def _plot(canvas: Canvas, several: Sequence[Drawn], height: int) -> Plot:
    unit = several[0].judged.unit
    scale = scale_of(
        _numbers_of(several),
        zero=unit != "ratio",
        parts=3 if height < 150 else 6,
    )
    return Plot(canvas, several[0].judged.keys, scale, unit, height)


def _numbers_of(several: Iterable[Drawn]) -> Iterable[float]:
    """Everything that is drawn on the axis of values."""
    for one in several:
        judged = one.judged
        for series in (judged.values, judged.centre, *judged.limits):
            yield from (float(value) for value in series)
        yield from one.invented.values()
        if one.aim is not None:
            yield one.aim.value


def _under(plot: Plot, one: Drawn) -> list[Spec]:
    """What the points are read against."""
    return [
        *run_parts.limits(plot, one.judged),
        *run_parts.parity(plot),
        *run_phases.borders(plot, one.judged),
    ]


def _aim(plot: Plot, one: Drawn) -> list[Spec]:
    """The aim, its words on the side where the first points are not."""
    if one.aim is None:
        return []
    keys, values = one.judged.keys, one.judged.values
    at = keys.index(one.aim.month) if one.aim.month in keys else None
    early = values[: max(3, len(values) // 2)]
    over = bool((early[~np.isnan(early)] > one.aim.value).any())
    words = run_words.aim(plot.canvas, one.aim.value, one.aim.month, plot.unit)
    return run_parts.aim(plot, one.aim.value, at, words, below=over)


def _over(plot: Plot, one: Drawn, look: Look) -> list[Spec]:
    """The centre, what is invented, and the points."""
    return [
        *_aim(plot, one),
        *run_parts.centres(plot, one.judged, look),
        *run_parts.invented(plot, one.invented_at, one.judged.values, look),
        *run_parts.line(plot, one.judged.values, look),
        *run_parts.signalled(plot, one.judged, look),
    ]


def _placed(
    plot: Plot, annotations: Sequence[Annotation]
) -> list[tuple[int, str, int]]:
    """Position, number or numbers, and line above the plot of each month's events."""
    by_month: dict[str, list[int]] = {}
    numbered = sorted(annotations, key=lambda one: one.month)
    for number, one in enumerate(numbered, start=1):
        by_month.setdefault(one.month, []).append(number)
    ends: list[float] = []
    found = []
    for month, numbers in by_month.items():
        if month not in plot.keys:
            continue
        told = str(numbers[0])
        if len(numbers) > 1:
            told += f"–{numbers[-1]}"
        at = plot.keys.index(month)
        half = (len(told) * LETTER + 8) / 2
        left = plot.left(at)
        line = next(
            (row for row, end in enumerate(ends) if end <= left - half), len(ends)
        )
        ends[line : line + 1] = [left + half]
        found.append((at, told, line))
    return found


def _above(canvas: Canvas, plot: Plot, annotations: Sequence[Annotation]) -> float:
    """What the events' numbers take above the plot, in CSS pixels."""
    lines = [line for _, _, line in _placed(plot, annotations)]
    return 6 + (MARK + 3) * (1 + max(lines, default=-1))


def _events(
    plot: Plot, annotations: Sequence[Annotation], *, numbers: bool
) -> list[Spec]:
    """A thin rule at each month with an event, and its number above the plot."""
    found: list[Spec] = []
    for at, told, line in _placed(plot, annotations):
        down = -(MARK / 2 + 3) - (MARK + 3) * line
        rule = {"type": "rule", "color": QUIET, "strokeDash": [1, 2]}
        ends = {"y": {"value": down if numbers else 0}, "y2": {"value": plot.height}}
        found.append(
            {
                "data": {"values": [{"at": at}]},
                "mark": {**rule, "strokeWidth": 1},
                "encoding": {"x": plot.across["x"], **ends},
            }
        )
        if numbers:
            found += run_legends.boxed(told, plot.left(at), down)
    return found
