"""A series of months and what its chart says, as people read it: in its own unit.

The statistics know positions and shares; a picture and a sentence need months and
percentages. Both take them from here, so that they cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from boloci import periods
from boloci.stats.chart_rules import NoRule, Runs, Signal
from boloci.stats.control_charts import Chart, ControlChart, ControlPhase
from boloci.stats.grids import Floats
from boloci.stats.run_charts import RunChart, RunPhase

SHARES = (Chart.P, Chart.P_PRIME, Chart.U, Chart.U_PRIME)
"""Charts whose values are parts of one: shown in percent, they are times 100."""
LEAST_FOR_MEDIAN = 3
"""Points from which a median is shown: of one point it is that point, of two their
mean, where no month lies. One that a person froze is shown, for rules are judged about
it; those of other lines need more points (`chart_rules.LEAST_POINTS`)."""


@dataclass(frozen=True)
class JudgedPhase:
    """One centre line on its months, the same for every kind of chart."""

    start: int
    """Position of its first month."""
    stop: int
    """Position behind its last."""
    baseline_stop: int
    """Position behind the last month of its baseline."""
    frozen: bool
    """A person ended the baseline there; later months are judged about it."""
    centre: float
    """In the series' unit; NaN where the baseline has no point, or too few for a median
    that can be shown."""
    points: int
    baseline_points: int
    spread: float
    """Laney's, see `control_charts.ControlPhase`; NaN of run charts."""
    no_rule: NoRule | None
    runs: Runs | None
    """None where runs were not judged: under the rules of the NHS, and where there
    are no limits."""
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Judged:
    """A series, the months it is of, and its run chart or control chart."""

    name: str
    """What the line stands for, in the reader's language: girls, Bandiagara."""
    unit: str
    """percent, points, ratio, rate or count."""
    months: tuple[str, ...]
    """DHIS2's texts, in order and none left out: a month without a value is a gap. Of
    a G chart: the month of each event."""
    result: RunChart | ControlChart

    def __post_init__(self) -> None:
        if len(self.months) != len(self.result.values):
            raise ValueError("a month for each value", self.name)
        serials = [periods.serial(periods.code(month)) for month in self.months]
        steps = {after - before for before, after in pairwise(serials)}
        if not self.by_event and steps - {1}:
            raise ValueError("months in order, none left out", self.months)
        if any(step < 0 for step in steps):
            raise ValueError("events in order", self.months)

    @property
    def by_event(self) -> bool:
        """Whether a point is an event and not a month: a G chart."""
        return isinstance(self.result, ControlChart) and self.result.chart is Chart.G

    @property
    def with_median(self) -> bool:
        """Whether the centre line is a median; else it is a mean."""
        return self.by_event or isinstance(self.result, RunChart)

    @property
    def keys(self) -> tuple[str, ...]:
        """What stands under each point: its month, or the number of its event."""
        if not self.by_event:
            return self.months
        return tuple(str(at + 1) for at in range(len(self.months)))

    @property
    def values(self) -> Floats:
        """(t,), NaN: a gap."""
        return self._shown(self.result.values)

    @property
    def centre(self) -> Floats:
        """(t,), a step at each phase."""
        if not isinstance(self.result, RunChart):
            return self._shown(self.result.centre)
        median = self.result.median.copy()
        for phase in self.phases:
            if np.isnan(phase.centre):
                median[phase.start : phase.stop] = np.nan
        return self._shown(median)

    @property
    def limits(self) -> tuple[Floats, Floats]:
        """Lower and upper, (t,) each; NaN where there are none."""
        if isinstance(self.result, RunChart):
            none = np.full(len(self.months), np.nan)
            return none, none
        lower, upper = self.result.lower, self.result.upper
        if self.by_event:  # what passes between events has no limit below
            lower = np.full(len(self.months), np.nan)
        return self._shown(lower), self._shown(upper)

    @property
    def phases(self) -> tuple[JudgedPhase, ...]:
        """In order; empty where the chart was refused."""
        of: Sequence[RunPhase | ControlPhase] = self.result.phases
        stops = [*(one.phase.start for one in of[1:]), len(self.months)][: len(of)]
        return tuple(
            self._phase(one, stop) for one, stop in zip(of, stops, strict=True)
        )

    @property
    def phases_at(self) -> tuple[tuple[int, int], ...]:
        """Start of each phase and end of its baseline: what a person decided."""
        return tuple((one.start, one.baseline_stop) for one in self.phases)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Of all phases, in their order."""
        return self.result.signals

    def _phase(self, one: RunPhase | ControlPhase, stop: int) -> JudgedPhase:
        ends = one.phase.frozen
        if isinstance(one, RunPhase):
            shown = ends is not None or one.baseline_points >= LEAST_FOR_MEDIAN
            centre, spread = one.median if shown else np.nan, float("nan")
            points, no_rule = one.runs.points, one.runs.no_rule
        else:
            centre, spread = one.centre, one.spread
            points, no_rule = one.points, one.no_rule
        return JudgedPhase(
            start=one.phase.start,
            stop=stop,
            baseline_stop=stop if ends is None else ends,
            frozen=ends is not None,
            centre=centre * self._times,
            points=points,
            baseline_points=one.baseline_points,
            spread=spread,
            no_rule=no_rule,
            runs=one.runs,
            signals=one.signals,
        )

    @property
    def _times(self) -> int:
        shares = isinstance(self.result, ControlChart) and self.result.chart in SHARES
        return 100 if shares and self.unit == "percent" else 1

    def _shown(self, values: Floats) -> Floats:
        return values * self._times
