"""Phases of a run chart or control chart: where a person froze or re-based it.

A line moves only where a person says so, with a reason that is kept elsewhere: a
machine that re-bases whenever a run is long explains every change away.
Source: Provost and Murray, The Health Care Data Guide, 2011, on extending and revising
limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """Months of a series under one centre line, up to the start of the next phase."""

    start: int = 0
    """Position of its first month."""
    frozen: int | None = None
    """Position of the month before which its baseline ends; None: all its months."""


WHOLE = (Phase(),)
"""Never frozen, never re-based."""


@dataclass(frozen=True)
class Span:
    """A phase laid on a series: positions of its months and of its baseline."""

    phase: Phase
    months: slice
    baseline: slice


def spans(phases: Sequence[Phase], length: int) -> list[Span]:
    """The phases laid on a series of `length` months.

    Raises `ValueError` where the first does not begin with the series, where they are
    out of order or begin behind its end, or where a baseline ends outside its phase.
    """
    if not phases or phases[0].start != 0:
        raise ValueError("the first phase begins at 0", phases)
    stops = [*(phase.start for phase in phases[1:]), length]
    return [_span(phase, stop) for phase, stop in zip(phases, stops, strict=True)]


def _span(phase: Phase, stop: int) -> Span:
    end = stop if phase.frozen is None else phase.frozen
    empty_series = phase.start == end == stop == 0
    if not (phase.start < end <= stop or empty_series):
        raise ValueError("a phase has months, its baseline among them", phase, stop)
    return Span(phase, slice(phase.start, stop), slice(phase.start, end))
