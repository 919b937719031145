"""What a measure's chart says: its series under the chart, lines and rules chosen."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from boloci import periods
from boloci.hub.improvement.models import Baseline, Measure
from boloci.hub.improvement.series import Counts, Series
from boloci.run_series import Judged
from boloci.stats.chart_rules import TREND_POINTS
from boloci.stats.control_charts import ControlChart, Rules, i_chart, p_chart, u_chart
from boloci.stats.grids import Floats
from boloci.stats.phases import WHOLE, Phase
from boloci.stats.run_charts import RunChart, run_chart
from boloci.stats.sex_gap_series import sex_gap_series

GAPS = {"points": "points", "girl_boy_ratio": "ratio", "relative": "percent"}
"""Series of the gap -> its unit."""


def judged(
    measure: Measure,
    series: Series,
    sex: str,
    *,
    name: str,
    lines: Sequence[Baseline] = (),
) -> Judged:
    """The series of a sex under the measure's chart; `name`: what it is called."""
    found = _result(measure, series.by_sex[sex], phases(series.months, lines))
    return Judged(name, "percent", series.months, found)


def gap(
    measure: Measure,
    series: Series,
    which: str = "points",
    *,
    name: str,
    lines: Sequence[Baseline] = (),
) -> Judged:
    """The gap between boys and girls, a key of `GAPS`: a run chart, whatever the chart
    of the sexes, for it has no denominator; an I chart where limits are asked."""
    boys, girls = (series.by_sex[sex].value for sex in ("male", "female"))
    values = _gap_values(boys, girls, which)
    laid = phases(series.months, lines)
    found: RunChart | ControlChart
    if measure.chart == "run":
        found = run_chart(values, phases=laid, trend=_trend(measure))
    else:
        found = i_chart(values, phases=laid, rules=_rules(measure))
    return Judged(name, GAPS[which], series.months, found)


def _gap_values(boys: Floats, girls: Floats, which: str) -> Floats:
    """The gap by month. A drop-out can lie below 0, where more came back than had
    begun: such a month has a gap in points, and neither ratio nor relative gap."""
    below = (boys < 0) | (girls < 0)
    shares = (np.where(below, np.nan, one) for one in (boys, girls))
    values: Floats = getattr(sex_gap_series(*shares), which)
    return np.where(below, boys - girls, values) if which == "points" else values


def _trend(measure: Measure) -> int | None:
    """How many points in a row are a trend; None: the rule is not asked for."""
    return TREND_POINTS if measure.rules == "trend" else None


def _rules(measure: Measure) -> Rules:
    return Rules.NHS if measure.rules == "nhs" else Rules.ANHOEJ


def _result(
    measure: Measure, counts: Counts, laid: Sequence[Phase]
) -> RunChart | ControlChart:
    kind, rules = measure.chart, _rules(measure)
    if kind == "run":
        return run_chart(counts.value, phases=laid, trend=_trend(measure))
    below = bool((counts.numerator < 0).any())  # a drop-out: no share, and no rate
    if kind in ("i", "i_log") or below:
        values: Floats = counts.value
        return i_chart(values, phases=laid, rules=rules, logarithm=kind == "i_log")
    make = p_chart if kind.startswith("p") else u_chart
    return make(
        counts.numerator,
        counts.denominator,
        laney=kind.endswith("prime"),
        phases=laid,
        rules=rules,
    )


def phases(months: Sequence[str], lines: Iterable[Baseline]) -> Sequence[Phase]:
    """What people froze or began anew, laid on the months of a series.

    A line that was begun before the series is that of its first month. A baseline
    ends where the next line begins at the latest; one that lies behind the series is
    not frozen yet.
    """
    if not months:
        return WHOLE
    frozen: dict[int, int | None] = {0: None}
    for one in sorted(lines, key=lambda line: (line.first, line.pk or 0)):
        start = max(0, _at(months, one.first))
        if start < len(months):
            frozen[start] = _at(months, one.last) + 1 if one.last else None
    starts = sorted(frozen)
    stops = [*starts[1:], len(months)]
    return [
        Phase(start, _inside(frozen[start], start, stop))
        for start, stop in zip(starts, stops, strict=True)
    ]


def _inside(frozen: int | None, start: int, stop: int) -> int | None:
    """The end of a baseline, where it lies inside its phase and before its end."""
    return frozen if frozen is not None and start < frozen < stop else None


def _at(months: Sequence[str], month: str) -> int:
    """How many months after the first of a series a month lies; negative: before."""
    first, asked = (periods.serial(int(one)) for one in (months[0], month))
    return asked - first


def lines_of(
    every: Iterable[Baseline], measure: Measure, place_id: str
) -> list[Baseline]:
    """The lines of a measure at a site; at all sites together those of the project."""
    return [
        one
        for one in every
        if one.measure_id == measure.pk and one.place_id == place_id
    ]


def invented(measure: Measure, series: Series, sex: str) -> Mapping[str, float]:
    """Months of the demo that nobody measured, where the series has no value."""
    if sex not in series.by_sex:
        return {}
    counts = series.by_sex[sex].value
    blank = {m for m, one in zip(series.months, counts, strict=True) if np.isnan(one)}
    told: Mapping[str, float] = measure.invented.get(measure.indicator, {}).get(sex, {})
    return {month: value for month, value in told.items() if month in blank}
