"""Run charts in few words: what stands on a picture and in its table.

Whole sentences, with their thresholds and remedies, are in `telling/run_charts.py`.
"""

from boloci.charts.canvas import Canvas
from boloci.run_series import Judged, JudgedPhase
from boloci.stats.chart_rules import LEAST_POINTS, NoRule, Rule, Signal

RUNS = (Rule.LONG_RUN, Rule.NHS_SHIFT)
LIMITS = (Rule.OUTSIDE_LIMITS, Rule.NHS_TWO_OF_THREE)
TRENDS = (Rule.TREND, Rule.NHS_TREND)
OUTSIDE_SHAPE, RUN_SHAPE, TREND_SHAPE = "square", "diamond", "cross"


def value(canvas: Canvas, number: float, unit: str) -> str:
    """A value in its unit; of others no decimals that are 0."""
    if unit in ("percent", "points"):
        return canvas.figure(number, unit)
    if number != number:
        return canvas.figure(None)
    return canvas.level(round(number, 1) if unit == "count" else number, unit)


def month(canvas: Canvas, text: str) -> str:
    """A month and its year: mars 2024."""
    return " ".join(canvas.period(text))


def aim(canvas: Canvas, level: float, by: str | None, unit: str) -> str:
    """An aim with its date, or that it has none."""
    shown = canvas.level(level, unit)
    if by is None:
        return canvas.gettext("aim {level}, no date").format(level=shown)
    told = canvas.gettext("aim {level}, {month}")
    return told.format(level=shown, month=month(canvas, by))


def centre(canvas: Canvas, judged: Judged) -> str:
    """What the centre line is."""
    return canvas.gettext("median") if judged.with_median else canvas.gettext("mean")


def signal(canvas: Canvas, one: Signal) -> str:
    """A rule that fired."""
    up = one.side > 0
    if one.rule in RUNS:
        run = canvas.gettext("long run above"), canvas.gettext("long run below")
        return run[not up]
    if one.rule in TRENDS:
        trend = canvas.gettext("long rise"), canvas.gettext("long fall")
        return trend[not up]
    if one.rule is Rule.OUTSIDE_LIMITS:
        out = canvas.gettext("above the limits"), canvas.gettext("below the limits")
        return out[not up]
    if one.rule is Rule.NHS_TWO_OF_THREE:
        near = canvas.gettext("near upper limit"), canvas.gettext("near lower limit")
        return near[not up]
    return canvas.gettext("few crossings")


def no_rule(canvas: Canvas, phase: JudgedPhase) -> str:
    """Why a phase was not judged; empty where it was."""
    useful = phase.runs.useful if phase.runs else phase.points
    known = {
        NoRule.NO_POINTS: canvas.gettext("no value yet"),
        NoRule.ZERO_DENOMINATORS: canvas.gettext("denominators of 0"),
        NoRule.TOO_FEW_POINTS: canvas.gettext("points: {n} of {least}, too few"),
        NoRule.NO_BASELINE: canvas.gettext("baseline without a value"),
        NoRule.SHORT_BASELINE: canvas.gettext("baseline: {n} of {least}, too short"),
        NoRule.ALL_ON_CENTRE: canvas.gettext("all on the centre line"),
        NoRule.TOO_FEW_USEFUL_POINTS: canvas.gettext(
            "useful points: {n} of {least}, too few"
        ),
        NoRule.NO_VARIATION: canvas.gettext("baseline does not vary"),
    }
    counted = {
        NoRule.SHORT_BASELINE: phase.baseline_points,
        NoRule.TOO_FEW_USEFUL_POINTS: useful,
    }
    reason = phase.no_rule or (phase.runs.no_rule if phase.runs else None)
    n = counted.get(reason, phase.points) if reason else 0
    told = known.get(reason, "") if reason else ""
    return told.format(n=n, least=LEAST_POINTS)


def verdict(canvas: Canvas, judged: Judged) -> str:
    """The last phase in few words: its signals, no signal, or why nothing is judged."""
    if not judged.phases:
        return canvas.gettext("chart refused")
    last = judged.phases[-1]
    if last.signals:
        told = dict.fromkeys(signal(canvas, one) for one in last.signals)
        return ", ".join(told)
    return no_rule(canvas, last) or canvas.gettext("no signal")


def marks(canvas: Canvas) -> dict[str, str]:
    """What the mark of a signal's points means."""
    return {
        RUN_SHAPE: canvas.gettext("run longer than by chance"),
        OUTSIDE_SHAPE: canvas.gettext("near or beyond a limit"),
        TREND_SHAPE: canvas.gettext("long rise or fall"),
    }


def shape_of(rule: Rule) -> str:
    """The mark of a rule's points."""
    if rule in LIMITS:
        return OUTSIDE_SHAPE
    return RUN_SHAPE if rule in RUNS else TREND_SHAPE
