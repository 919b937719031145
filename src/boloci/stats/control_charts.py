"""Control charts: a series with limits that chance alone rarely passes.

| chart | of what |
| --- | --- |
| I | any measure, a number a month; on its logarithm where it cannot be below 0 |
| G | what passed between two rare events, such as sessions between cancelled ones |
| P, P' | shares, the numerator inside the denominator: registers, sessions |
| U, U' | rates, which can pass 1: doses over an official target |

P' and U' are Laney's: their limits are as wide as the series itself moves, where those
of P and U, with large denominators, alarm all the time. A missing month (NaN) is a gap
and no point: never zero, and the months before and after it are neighbours. A month
with a denominator of zero has no rate: it is a gap too, and told.
Sources: Shewhart, Economic Control of Quality of Manufactured Product, 1931; Provost
and Murray, The Health Care Data Guide, 2011; Laney, Quality Engineering 14(4), 2002.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from boloci.stats import chart_rules, control_limits
from boloci.stats.chart_rules import LIMIT_SIGMAS, NoRule, Runs, Signal
from boloci.stats.grids import Floats
from boloci.stats.phases import WHOLE, Phase, Span, spans

MEAN_MOVING_RANGES = 2.66
"""Mean moving ranges from the mean to a limit of an I chart: 3 / d2, rounded.
Source: Wheeler, Understanding Variation, 1993."""


class Chart(StrEnum):
    """Which control chart."""

    I = "i"  # noqa: E741 - the chart's name
    I_LOG = "i_log"
    G = "g"
    P = "p"
    P_PRIME = "p_prime"
    U = "u"
    U_PRIME = "u_prime"


class Rules(StrEnum):
    """Which rules are judged beside the points beyond the limits."""

    ANHOEJ = "anhoej"
    NHS = "nhs"


@dataclass(frozen=True)
class Refusal:
    """Why a chart cannot be of these numbers, and which one can."""

    reason: NoRule
    points: tuple[int, ...]
    """Positions of the months that forbid it."""
    instead: Chart


@dataclass(frozen=True)
class ControlPhase:
    """One centre line with its limits, and what the rules say."""

    phase: Phase
    centre: float
    """Unit of `ControlChart.values`; NaN where the baseline has no point."""
    baseline_points: int
    points: int
    spread: float
    """Laney's sigma z of P' and U': how many times more than chance the baseline
    moves. 1 of P and U, whose measure is chance alone; NaN of the others."""
    no_rule: NoRule | None
    """Why there are no limits and no rule; None: both are there."""
    runs: Runs | None
    """About the centre, by Anhøj's rules; None where these were not judged."""
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class ControlChart:
    """A series with centre and limits; rates and shares, not percentages."""

    chart: Chart
    values: Floats
    """(t,); NaN: no value, or no denominator."""
    centre: Floats
    """(t,), a step at each phase."""
    lower: Floats
    """(t,); NaN where no rule is judged, and of rates in missing months. No limit of
    counts, rates and shares is below 0, which none of them can pass."""
    upper: Floats
    """(t,); NaN as `lower`. No limit of shares is above 1."""
    phases: tuple[ControlPhase, ...]
    """Empty where the chart was refused."""
    zero_denominators: tuple[int, ...] = ()
    """Positions of months reported with a denominator of 0."""
    refused: Refusal | None = None

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Of all phases, in their order."""
        return tuple(signal for phase in self.phases for signal in phase.signals)


@dataclass(frozen=True)
class _Lines:
    """What one kind of chart makes of a phase; arrays have the phase's months."""

    centre: float
    lower: Floats
    upper: Floats
    sigmas: Floats
    """How many sigmas each point lies from where the limits are centred."""
    varies: bool
    spread: float = np.nan


_Limits = Callable[..., control_limits.Limits]


def i_chart(
    values: Floats,
    *,
    phases: Sequence[Phase] = WHOLE,
    rules: Rules = Rules.ANHOEJ,
    logarithm: bool = False,
) -> ControlChart:
    """Individual values: mean +- 2.66 mean moving ranges of the baseline.

    values     (t,), any unit, below 0 too (a gap); NaN: no value that month
    phases     see `run_charts.run_chart`; a baseline has at least 10 points
    rules      Anhøj's, or NHS England's, which are made for this chart
    logarithm  centre and limits are those of the logarithms, turned back: for a rate
               that cannot be below 0. With a value of 0 or less it is refused

    Raises `ValueError` for infinite values and for phases that do not fit.
    Sources: Wheeler, Understanding Variation, 1993; see `MEAN_MOVING_RANGES`.
    """
    chart_rules.refuse_infinite(values)
    if not logarithm:
        return _of_values(Chart.I, values, _individual, phases, rules)
    below = np.flatnonzero(values <= 0)
    if len(below):
        refusal = Refusal(NoRule.NOT_POSITIVE, chart_rules.named(below), Chart.I)
        return _refused(Chart.I_LOG, values, refusal)
    drawn = _of_values(Chart.I_LOG, np.log(values), _individual, phases, rules)
    back = (np.exp(drawn.centre), np.exp(drawn.lower), np.exp(drawn.upper))
    turned = tuple(
        replace(one, centre=float(np.exp(one.centre))) for one in drawn.phases
    )
    return ControlChart(Chart.I_LOG, values, *back, phases=turned)


def g_chart(between: Floats, *, phases: Sequence[Phase] = WHOLE) -> ControlChart:
    """Cases between two rare events: mean + 3 sqrt(mean (mean + 1)) of the baseline.

    between   (t,), counts from 0, one for each event in order; NaN: not known
    phases    see `i_chart`

    Such counts lean to one side, so that most lie below their mean by chance: the
    centre line is the median, and runs are judged about that. There is no limit below.
    Raises `ValueError` for counts below 0 and where `i_chart` does.
    Sources: Benneyan, Health Care Management Science 4, 2001; for the median, Provost
    and Murray, The Health Care Data Guide, 2011.
    """
    _refuse_negative(between)
    return _of_values(Chart.G, between, _geometric, phases, Rules.ANHOEJ)


def p_chart(
    numerators: Floats,
    denominators: Floats,
    *,
    laney: bool,
    phases: Sequence[Phase] = WHOLE,
    rules: Rules = Rules.ANHOEJ,
) -> ControlChart:
    """Shares: P with limits of chance alone, or Laney's P' as wide as the series moves.

    numerators, denominators    (t,), the ones inside the others; NaN: not known
    phases, rules               see `i_chart`

    Refused, with U offered, where a numerator is above its denominator in any month:
    then it is not inside it in the others either.
    Raises `ValueError` for numbers below 0, for series of different lengths and where
    `i_chart` does. Source: see the module.
    """
    _refuse_unpaired(numerators, denominators)
    chart = Chart.P_PRIME if laney else Chart.P
    above = np.flatnonzero(numerators > denominators)
    if len(above):
        instead = Chart.U_PRIME if laney else Chart.U
        reason, at = NoRule.NUMERATOR_ABOVE_DENOMINATOR, chart_rules.named(above)
        values, refusal = _rates(numerators, denominators), Refusal(reason, at, instead)
        return _refused(chart, values, refusal, _zeros(numerators, denominators))
    limits = control_limits.p_prime if laney else control_limits.p
    return _of_pairs(chart, numerators, denominators, limits, phases, rules)


def u_chart(
    numerators: Floats,
    denominators: Floats,
    *,
    laney: bool,
    phases: Sequence[Phase] = WHOLE,
    rules: Rules = Rules.ANHOEJ,
) -> ControlChart:
    """Rates, which can pass 1: U with limits of chance alone, or Laney's U'.

    Arguments and errors as of `p_chart`, but nothing is refused: doses over an official
    target are such a rate. Source: see the module.
    """
    _refuse_unpaired(numerators, denominators)
    chart = Chart.U_PRIME if laney else Chart.U
    limits = control_limits.u_prime if laney else control_limits.u
    return _of_pairs(chart, numerators, denominators, limits, phases, rules)


def _of_pairs(
    chart: Chart,
    numerators: Floats,
    denominators: Floats,
    limits: _Limits,
    phases: Sequence[Phase],
    rules: Rules,
) -> ControlChart:
    """A chart of rates; each phase's limits are read from its own baseline."""
    values = _rates(numerators, denominators)
    zeros = _zeros(numerators, denominators)
    held = np.where(np.isnan(values), np.nan, denominators)

    def drawn(span: Span) -> _Lines:
        baseline = np.zeros(len(values), np.bool_)
        baseline[span.baseline] = True
        found = limits(
            numerators[None], held[None], baseline=baseline, sigmas=LIMIT_SIGMAS
        )
        return _attribute(found, values, span)

    return _chart(chart, values, drawn, phases, rules, zeros)


def _attribute(found: control_limits.Limits, values: Floats, span: Span) -> _Lines:
    months, centre = span.months, float(found.centre[0])
    sigma, spread = found.sigma[0, months], float(found.spread[0])
    known = sigma[~np.isnan(sigma)]
    varies = bool(len(known)) and spread > chart_rules.SAME and bool(known.min() > 0)
    sigmas = np.full(len(sigma), np.nan)
    np.divide(values[months] - centre, sigma, out=sigmas, where=sigma > 0)
    lower, upper = found.lower[0, months], found.upper[0, months]
    return _Lines(centre, lower, upper, sigmas, varies, spread)


def _individual(values: Floats, baseline: Floats) -> _Lines:
    centre = float(baseline.mean())
    mean_range = float(np.abs(np.diff(baseline)).mean()) if len(baseline) > 1 else 0.0
    half = MEAN_MOVING_RANGES * mean_range
    varies = mean_range > chart_rules.SAME * float(np.abs(baseline).max())
    sigmas = (values - centre) / (half / LIMIT_SIGMAS) if varies else values * np.nan
    straight = np.full(len(values), centre)
    return _Lines(centre, straight - half, straight + half, sigmas, varies)


def _geometric(values: Floats, baseline: Floats) -> _Lines:
    mean = float(baseline.mean())
    sigma = np.sqrt(mean * (mean + 1))
    sigmas = (values - mean) / sigma if mean > 0 else values * np.nan
    lower, upper = (
        np.zeros(len(values)),
        np.full(len(values), mean + LIMIT_SIGMAS * sigma),
    )
    return _Lines(float(np.median(baseline)), lower, upper, sigmas, mean > 0)


def _of_values(
    chart: Chart,
    values: Floats,
    lines: Callable[[Floats, Floats], _Lines],
    phases: Sequence[Phase],
    rules: Rules,
) -> ControlChart:
    """A chart of values, from `lines` of a phase's months and its baseline's points."""

    def drawn(span: Span) -> _Lines:
        baseline = values[span.baseline]
        return lines(values[span.months], baseline[~np.isnan(baseline)])

    return _chart(chart, values, drawn, phases, rules, ())


def _chart(
    chart: Chart,
    values: Floats,
    drawn: Callable[[Span], _Lines],
    phases: Sequence[Phase],
    rules: Rules,
    zeros: tuple[int, ...],
) -> ControlChart:
    centre, lower, upper = (np.full(len(values), np.nan) for _ in range(3))
    judged = []
    for span in spans(phases, len(values)):
        lines = None if np.isnan(values[span.baseline]).all() else drawn(span)
        phase = _phase(values, span, lines, rules, zeros)
        centre[span.months] = phase.centre
        if lines is not None and phase.no_rule is None:
            lower[span.months], upper[span.months] = lines.lower, lines.upper
        judged.append(phase)
    return ControlChart(chart, values, centre, lower, upper, tuple(judged), zeros)


def _phase(
    values: Floats,
    span: Span,
    lines: _Lines | None,
    rules: Rules,
    zeros: tuple[int, ...],
) -> ControlPhase:
    known = ~np.isnan(values)
    points = int(np.count_nonzero(known[span.months]))
    baseline_points = int(np.count_nonzero(known[span.baseline]))
    without = any(span.months.start <= at < span.months.stop for at in zeros)
    reason = _no_rule(points, baseline_points, without)
    if reason is None and lines is not None and not lines.varies:
        reason = NoRule.NO_VARIATION
    runs: Runs | None = None
    signals: tuple[Signal, ...] = ()
    if reason is None and lines is not None:
        runs, signals = _judged(values[span.months], span.months.start, lines, rules)
    return ControlPhase(
        phase=span.phase,
        centre=lines.centre if lines else np.nan,
        baseline_points=baseline_points,
        points=points,
        spread=lines.spread if lines else np.nan,
        no_rule=reason,
        runs=runs,
        signals=signals,
    )


def _no_rule(points: int, baseline_points: int, zero: bool) -> NoRule | None:
    if points == 0:
        return NoRule.ZERO_DENOMINATORS if zero else NoRule.NO_POINTS
    if points < chart_rules.LEAST_POINTS:
        return NoRule.TOO_FEW_POINTS
    if baseline_points == 0:
        return NoRule.NO_BASELINE
    return NoRule.SHORT_BASELINE if baseline_points < chart_rules.LEAST_POINTS else None


def _judged(
    values: Floats, start: int, lines: _Lines, rules: Rules
) -> tuple[Runs | None, tuple[Signal, ...]]:
    known = ~np.isnan(values)
    positions, points = np.flatnonzero(known) + start, values[known]
    side, sigmas = chart_rules.sides(points, lines.centre), lines.sigmas[known]
    beyond = chart_rules.outside(positions, sigmas)
    if rules is Rules.NHS:
        return None, beyond + chart_rules.nhs(positions, points, side, sigmas)
    runs = chart_rules.anhoej(positions, side)
    return runs, beyond + runs.signals


def _rates(numerators: Floats, denominators: Floats) -> Floats:
    """NaN where either is not known, and where there is nothing to divide by."""
    found = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=found, where=denominators > 0)
    return found


def _zeros(numerators: Floats, denominators: Floats) -> tuple[int, ...]:
    zero = ~np.isnan(numerators) & (denominators == 0)
    return chart_rules.named(np.flatnonzero(zero))


def _refused(
    chart: Chart, values: Floats, refusal: Refusal, zeros: tuple[int, ...] = ()
) -> ControlChart:
    """The points, to be drawn without centre, limits or rule."""
    none = np.full(len(values), np.nan)
    return ControlChart(chart, values, none, none, none, (), zeros, refusal)


def _refuse_negative(*series: Floats) -> None:
    chart_rules.refuse_infinite(*series)
    if any((values < 0).any() for values in series):
        raise ValueError("a count is not below 0")


def _refuse_unpaired(numerators: Floats, denominators: Floats) -> None:
    _refuse_negative(numerators, denominators)
    if numerators.shape != denominators.shape:
        raise ValueError("of the same months", numerators.shape, denominators.shape)
