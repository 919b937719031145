"""Run charts: a series about its median, judged by the runs that chance makes.

A missing month (NaN) is a gap and no point: it is never zero, the months before and
after it are neighbours, and it breaks no run. Points on the median are not useful:
they neither break a run nor add to it. Both as Anhøj's rules have it.
Source: Anhøj and Olesen, Run charts revisited, PLoS ONE 9(11), 2014, e113825.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from boloci.stats import chart_rules
from boloci.stats.chart_rules import LEAST_POINTS, NoRule, Runs, Signal
from boloci.stats.grids import Floats
from boloci.stats.phases import WHOLE, Phase, Span, spans


@dataclass(frozen=True)
class RunPhase:
    """One median, and the runs about it."""

    phase: Phase
    median: float
    """Of the baseline, in the unit of the series; NaN where it has no point."""
    baseline_points: int
    runs: Runs
    signals: tuple[Signal, ...]
    """Those of the runs, and trends where they were asked for."""


@dataclass(frozen=True)
class RunChart:
    """A series, its median by phase, and what the rules say."""

    values: Floats
    """(t,)"""
    median: Floats
    """(t,), a step at each phase; NaN where a phase has none."""
    phases: tuple[RunPhase, ...]

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Of all phases, in their order."""
        return tuple(signal for phase in self.phases for signal in phase.signals)


def run_chart(
    values: Floats, *, phases: Sequence[Phase] = WHOLE, trend: int | None = None
) -> RunChart:
    """Median, longest run and crossings of a series, each phase by itself.

    values    (t,), any unit; NaN: no value that month
    phases    where a person froze the median (`frozen`) or re-based it (a phase more);
              a frozen median is that of the baseline, and all points of the phase are
              judged about it
    trend     points that rise or fall in a row from which they are a signal, such as
              `chart_rules.TREND_POINTS`; None: the rule is not judged

    A signal where the longest run is above round(log2 n) + 3, or where crossings are
    below the 5 % quantile of a binomial (n - 1, .5), n the useful points. With fewer
    than 10, or with all points on the median, no rule is judged and `runs.no_rule`
    says why. Raises `ValueError` for infinite values and for phases that do not fit.
    Source: see the module.
    """
    chart_rules.refuse_infinite(values)
    laid = spans(phases, len(values))
    judged = [_phase(values, span, trend) for span in laid]
    median = np.full(len(values), np.nan)
    for span, phase in zip(laid, judged, strict=True):
        median[span.months] = phase.median
    return RunChart(values, median, tuple(judged))


def _phase(values: Floats, span: Span, trend: int | None) -> RunPhase:
    baseline = values[span.baseline]
    baseline = baseline[~np.isnan(baseline)]
    median = float(np.median(baseline)) if len(baseline) else np.nan
    positions = np.flatnonzero(~np.isnan(values[span.months])) + span.months.start
    known = values[positions]
    if len(baseline):
        runs = chart_rules.anhoej(positions, chart_rules.sides(known, median))
    else:
        runs = _without_median(len(known))
    signals = runs.signals
    if trend is not None and len(known) >= LEAST_POINTS:
        signals += chart_rules.trends(positions, known, least=trend)
    return RunPhase(span.phase, median, len(baseline), runs, signals)


def _without_median(points: int) -> Runs:
    """No side, so no run: the frozen baseline has no point."""
    nothing = chart_rules.anhoej(np.zeros(0, np.int64), np.zeros(0, np.int64))
    reason = NoRule.NO_BASELINE if points else NoRule.NO_POINTS
    return replace(nothing, points=points, no_rule=reason)
