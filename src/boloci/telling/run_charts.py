"""What a run chart or control chart says, in sentences for a district chief.

`what` is the finding, `why` its thresholds or its remedy. Too few points is never
told as no trend, and no signal never as no change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from boloci.run_series import Judged, JudgedPhase
from boloci.stats.chart_rules import (
    LEAST_POINTS,
    NHS_POINTS,
    NoRule,
    Rule,
    Signal,
)
from boloci.stats.control_charts import Chart, ControlChart, Refusal
from boloci.telling.tongue import Tongue

RUNS = (Rule.LONG_RUN, Rule.NHS_SHIFT)
TRENDS = (Rule.TREND, Rule.NHS_TREND)
NAMED = 4
"""Months named one by one."""


@dataclass(frozen=True)
class Told:
    """A finding in a sentence, and in another what it rests on or what to do."""

    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.why}".strip()


def findings(tongue: Tongue, judged: Judged) -> list[Told]:
    """What the rules say of a series, phase by phase; at least one finding.

    With several phases each finding begins with the months that it is of.
    """
    refused = _refusal(tongue, judged)
    if refused is not None:
        return [refused]
    found: list[Told] = []
    for phase in judged.phases:
        told = list(_phase(tongue, judged, phase))
        if len(judged.phases) > 1:
            span = _span(tongue, judged, phase.start, phase.stop - 1)
            lead = tongue.gettext("{months}: {finding}")
            told = [
                Told(lead.format(months=span, finding=one.what), one.why)
                for one in told
            ]
        found += told
    return found


def lines(tongue: Tongue, judged: Judged) -> list[str]:
    """What each centre line is of, and what froze or re-based means for it."""
    return [
        _line(tongue, judged, number, phase)
        for number, phase in enumerate(judged.phases)
        if not np.isnan(phase.centre)
    ]


def centre(tongue: Tongue, judged: Judged) -> str:
    """What the centre line is, within a sentence."""
    median = tongue.gettext("the median")
    return median if judged.with_median else tongue.gettext("the mean")


def _phase(tongue: Tongue, judged: Judged, phase: JudgedPhase) -> Iterator[Told]:
    silent = phase.no_rule or (phase.runs.no_rule if phase.runs else None)
    if silent is not None:
        yield _not_judged(tongue, judged, phase, silent)
    outside = [one for one in phase.signals if one.rule is Rule.OUTSIDE_LIMITS]
    for side in (1, -1):
        points = [one.points[0] for one in outside if one.side == side]
        if points:
            yield _outside(tongue, judged, points, side)
    others = [one for one in phase.signals if one.rule is not Rule.OUTSIDE_LIMITS]
    for one in others:
        yield _signal(tongue, judged, phase, one)
    if silent is None and not phase.signals:
        yield _no_signal(tongue, judged, phase)
    limits = isinstance(judged.result, ControlChart) and phase.no_rule is None
    if limits and silent is not None and not phase.signals:
        yield Told(tongue.gettext("No month is beyond the limits."))


def _signal(tongue: Tongue, judged: Judged, phase: JudgedPhase, one: Signal) -> Told:
    if one.rule is Rule.FEW_CROSSINGS:
        return _few_crossings(tongue, judged, phase)
    if one.rule in RUNS:
        return _long_run(tongue, judged, phase, one)
    if one.rule in TRENDS:
        return _trend(tongue, judged, one)
    near = tongue.gettext("near the lower limit")
    if one.side > 0:
        near = tongue.gettext("near the upper limit")
    what = tongue.gettext("Two months of three in a row are {near}: {months}.")
    why = tongue.gettext(
        "A rule of NHS England: near is two thirds of the way to the limit."
    )
    return Told(what.format(near=near, months=_months(tongue, judged, one.points)), why)


def _long_run(tongue: Tongue, judged: Judged, phase: JudgedPhase, one: Signal) -> Told:
    n = len(one.points)
    if judged.by_event:
        above = tongue.gettext("{n} events in a row above {centre}, {span}.")
        below = tongue.gettext("{n} events in a row below {centre}, {span}.")
    else:
        above = tongue.gettext("{n} months in a row above {centre}, {span}.")
        below = tongue.gettext("{n} months in a row below {centre}, {span}.")
    what = (above if one.side > 0 else below).format(
        n=tongue.whole(n),
        centre=centre(tongue, judged),
        span=_from_to(tongue, judged, one.points),
    )
    return Told(what, _why_run(tongue, judged, phase, one))


def _why_run(tongue: Tongue, judged: Judged, phase: JudgedPhase, one: Signal) -> str:
    if one.rule is Rule.NHS_SHIFT or phase.runs is None:
        return _nhs(tongue)
    told = tongue.gettext(
        "That is more than the {limit} in a row that chance gives with {useful} useful"
        " points."
    ).format(
        limit=tongue.whole(phase.runs.longest_run_limit),
        useful=tongue.whole(phase.runs.useful),
    )
    if one.points[-1] - one.points[0] + 1 == len(one.points):
        return told
    skipped = tongue.gettext(
        "Months without a value, or on {centre}, are not counted and break no run."
    )
    return f"{told} {skipped.format(centre=centre(tongue, judged))}"


def _few_crossings(tongue: Tongue, judged: Judged, phase: JudgedPhase) -> Told:
    runs = phase.runs
    if runs is None:
        return Told("")
    if runs.crossings == 0:
        what = tongue.gettext("The line never crosses {centre}.")
    else:
        what = tongue.ngettext(
            "The line crosses {centre} only once.",
            "The line crosses {centre} only {n} times.",
            runs.crossings,
        )
    why = tongue.gettext(
        "Chance gives at least {limit} crossings with {useful} useful points: the"
        " values are not of one level."
    )
    return Told(
        what.format(n=tongue.whole(runs.crossings), centre=centre(tongue, judged)),
        why.format(
            limit=tongue.whole(runs.crossings_limit), useful=tongue.whole(runs.useful)
        ),
    )


def _trend(tongue: Tongue, judged: Judged, one: Signal) -> Told:
    up = tongue.gettext("{n} values in a row that rise, {span}.")
    down = tongue.gettext("{n} values in a row that fall, {span}.")
    what = (up if one.side > 0 else down).format(
        n=tongue.whole(len(one.points)),
        span=_from_to(tongue, judged, one.points),
    )
    if one.rule is Rule.NHS_TREND:
        return Told(what, _nhs(tongue))
    why = tongue.gettext("Chance alone often makes such a trend: see the runs first.")
    return Told(what, why)


def _nhs(tongue: Tongue) -> str:
    told = tongue.gettext(
        "A rule of NHS England: {n} or more in a row; chance alone fires it more often"
        " than Anhøj's rules."
    )
    return told.format(n=tongue.whole(NHS_POINTS))


def _outside(tongue: Tongue, judged: Judged, points: Sequence[int], side: int) -> Told:
    if side > 0:
        what = tongue.ngettext(
            "Above the upper limit in {n} month: {months}.",
            "Above the upper limit in {n} months: {months}.",
            len(points),
        )
    else:
        what = tongue.ngettext(
            "Below the lower limit in {n} month: {months}.",
            "Below the lower limit in {n} months: {months}.",
            len(points),
        )
    if len(points) == 1:
        value = tongue.figure(float(judged.values[points[0]]), judged.unit)
        limit = judged.limits[side > 0][points[0]]
        told = tongue.gettext("{value}, and the limit is {limit}.").format(
            value=value, limit=tongue.figure(float(limit), judged.unit)
        )
    else:
        told = ""
    why = tongue.gettext("Chance alone rarely does that: look for what happened.")
    named = what.format(
        n=tongue.whole(len(points)), months=_months(tongue, judged, points)
    )
    return Told(named, f"{told} {why}".strip())


def _no_signal(tongue: Tongue, judged: Judged, phase: JudgedPhase) -> Told:
    what = tongue.gettext("No signal: what is seen can be chance alone.")
    if phase.runs is None:
        return Told(what, tongue.gettext("No rule of NHS England fired."))
    runs = phase.runs
    why = tongue.gettext(
        "Longest run {longest} (a signal above {most}), crossings {crossings} (a signal"
        " below {least}). A small or recent change may not show yet."
    )
    told = why.format(
        longest=tongue.whole(runs.longest_run),
        most=tongue.whole(runs.longest_run_limit),
        crossings=tongue.whole(runs.crossings),
        least=tongue.whole(runs.crossings_limit),
    )
    if isinstance(judged.result, ControlChart):
        told = f"{tongue.gettext('No month is beyond the limits.')} {told}"
    return Told(what, told)


def _not_judged(
    tongue: Tongue, judged: Judged, phase: JudgedPhase, reason: NoRule
) -> Told:
    useful = phase.runs.useful if phase.runs else phase.points
    told = {
        NoRule.NO_POINTS: Told(
            tongue.gettext("No value yet: there is nothing to judge."),
            tongue.gettext("Enter the first month, or look for the reports."),
        ),
        NoRule.ZERO_DENOMINATORS: Told(
            tongue.gettext("Months were reported, each with a denominator of 0."),
            tongue.gettext("Check the denominators: without them there is no rate."),
        ),
        NoRule.TOO_FEW_POINTS: _too_few(tongue, phase.points),
        NoRule.NO_BASELINE: Told(
            tongue.gettext("No month of the frozen baseline has a value."),
            tongue.gettext("Fill in its months, or freeze others with a reason."),
        ),
        NoRule.SHORT_BASELINE: Told(
            tongue.ngettext(
                "The baseline has {n} point: too few for control limits.",
                "The baseline has {n} points: too few for control limits.",
                phase.baseline_points,
            ).format(n=tongue.whole(phase.baseline_points)),
            tongue.gettext(
                "It needs {least}: freeze it later, or draw a run chart until then."
            ).format(least=tongue.whole(LEAST_POINTS)),
        ),
        NoRule.ALL_ON_CENTRE: Told(
            tongue.gettext("All points lie on {centre}: no run can be judged.").format(
                centre=centre(tongue, judged)
            ),
            tongue.gettext("Check that the value is not copied from month to month."),
        ),
        NoRule.TOO_FEW_USEFUL_POINTS: Told(
            tongue.gettext(
                "Only {useful} of {n} points lie off {centre}: too few to judge."
            ).format(
                useful=tongue.whole(useful),
                n=tongue.whole(phase.points),
                centre=centre(tongue, judged),
            ),
            tongue.gettext(
                "The rules need {least}. Check that values are not copied, or freeze an"
                " earlier baseline."
            ).format(least=tongue.whole(LEAST_POINTS)),
        ),
        NoRule.NO_VARIATION: Told(
            tongue.gettext("The baseline does not vary: it has no control limits."),
            tongue.gettext("Check that the value is not copied from month to month."),
        ),
    }
    return told[reason]


def _too_few(tongue: Tongue, points: int) -> Told:
    what = tongue.ngettext(
        "{n} point: too few to speak of a trend.",
        "{n} points: too few to speak of a trend.",
        points,
    )
    missing = LEAST_POINTS - points
    why = tongue.ngettext(
        "The rules need {least}: {missing} more month with a value.",
        "The rules need {least}: {missing} more months with a value.",
        missing,
    )
    return Told(
        what.format(n=tongue.whole(points)),
        why.format(least=tongue.whole(LEAST_POINTS), missing=tongue.whole(missing)),
    )


def _refusal(tongue: Tongue, judged: Judged) -> Told | None:
    result = judged.result
    if not isinstance(result, ControlChart) or result.refused is None:
        return None
    refused: Refusal = result.refused
    if refused.reason is NoRule.NOT_POSITIVE:
        what = tongue.gettext("No chart of logarithms: 0 or less in {months}.")
    else:
        what = tongue.gettext(
            "No chart of shares: in {months} the numerator is above the denominator."
        )
    why = tongue.gettext("Correct these months, or draw {chart}.")
    return Told(
        what.format(months=_months(tongue, judged, refused.points)),
        why.format(chart=chart(tongue, refused.instead)),
    )


def chart(tongue: Tongue, which: Chart) -> str:
    """A kind of control chart, within a sentence."""
    return {
        Chart.I: tongue.gettext("an I chart (of single values)"),
        Chart.I_LOG: tongue.gettext("an I chart of logarithms"),
        Chart.G: tongue.gettext("a G chart (between rare events)"),
        Chart.P: tongue.gettext("a P chart (of shares)"),
        Chart.P_PRIME: tongue.gettext("a P′ chart (of shares)"),
        Chart.U: tongue.gettext("a U chart (of rates)"),
        Chart.U_PRIME: tongue.gettext("a U′ chart (of rates)"),
    }[which]


def _line(tongue: Tongue, judged: Judged, number: int, phase: JudgedPhase) -> str:
    if phase.baseline_stop < phase.stop:
        told = tongue.gettext(
            "{span}: {centre} is {value}, frozen on {n} points; later months are judged"
            " about it."
        )
    elif number:
        told = tongue.gettext(
            "{span}: {centre} is {value}, of {n} points; this new baseline was set by a"
            " person."
        )
    else:
        told = tongue.gettext("{span}: {centre} is {value}, of {n} points.")
    line = told.format(
        span=_span(tongue, judged, phase.start, phase.baseline_stop - 1),
        centre=centre(tongue, judged),
        value=tongue.figure(phase.centre, judged.unit),
        n=tongue.whole(phase.baseline_points),
    )
    of = isinstance(judged.result, ControlChart) and judged.result.chart
    if of not in (Chart.P_PRIME, Chart.U_PRIME) or np.isnan(phase.spread):
        return line
    laney = tongue.gettext("It moves {times} times what chance alone makes (Laney).")
    times = tongue.number(phase.spread, digits=1)
    return f"{line} {laney.format(times=times)}"


def _span(tongue: Tongue, judged: Judged, first: int, last: int) -> str:
    """Two months, both included; one alone where they are the same."""
    start, end = (tongue.month(int(judged.months[at])) for at in (first, last))
    return start if start == end else f"{start} – {end}"


def _from_to(tongue: Tongue, judged: Judged, points: Sequence[int]) -> str:
    """The same within a sentence."""
    start, end = (tongue.month(int(judged.months[points[at]])) for at in (0, -1))
    return tongue.gettext("from {first} to {last}").format(first=start, last=end)


def _months(tongue: Tongue, judged: Judged, points: Sequence[int]) -> str:
    """The first few months; the chart's table has them all."""
    told = ", ".join(tongue.month(int(judged.months[at])) for at in points[:NAMED])
    more = len(points) - NAMED
    if more <= 0:
        return told
    rest = tongue.ngettext("{months} and {n} more", "{months} and {n} more", more)
    return rest.format(months=told, n=tongue.whole(more))
