"""What a few places beside each other show: falls, swings, rebounds, extremes.

Every place is told once, by the first of these that holds: it falls from the start; it
stays around 100 % or above; it swings; it changes little.
"""

from collections.abc import Callable, Sequence
from typing import Any

from boloci.narrative.levels import above_100, too_few, trend_clauses
from boloci.narrative.said import FULL, Figure, Limits, Line, Said
from boloci.stats import swings

LEAST_STEPS = 2
"""Changes between neighbours without which a line is not described."""


def sites(coverage: Figure, limits: Limits) -> list[Said]:
    """Sentences about the coverage of some places."""
    if not coverage.lines or not coverage.periods:
        return []
    sentences = too_few(coverage, limits) or [
        Said(
            "coverage",
            {"clauses": trend_clauses(coverage, limits), "kind": coverage.kind},
        )
    ]
    grouped: dict[str, list[Line]] = {}
    for line in coverage.lines:
        grouped.setdefault(_kind(line, limits), []).append(line)
    for kind, tell in _TELLING.items():
        if kind in grouped:
            sentences += tell(grouped[kind], coverage, limits)
    return [*sentences, *_extremes(coverage), *above_100(coverage)]


def _kind(line: Line, limits: Limits) -> str:
    values = line.values
    if len(swings.steps(values)) < LEAST_STEPS:
        return "gaps"
    fallen = swings.opening_fall(values)
    if fallen is not None and _between(values, fallen, 0) >= limits.swing:
        return "opening_fall"
    low, high = FULL - limits.around, FULL + limits.around
    if swings.share_between(values, low, high) > 0.5:
        return "around"
    if swings.share_between(values, high, float("inf")) > 0.5:
        return "over"
    if swings.largest_step(values) < limits.swing:
        return "calm"
    tau = swings.kendall_tau(values)
    if abs(tau) < limits.tau:
        return "swings"
    return "climbs" if tau > 0 else "sinks"


def _between(values: Sequence[float | None], low: int, high: int) -> float:
    """How far the value at `low` lies under the value at `high`."""
    under, over = values[low], values[high]
    return 0.0 if under is None or over is None else over - under


def _opening_falls(lines: Sequence[Line], figure: Figure, _: Limits) -> list[Said]:
    return [_opening_fall(line, figure) for line in lines]


def _opening_fall(line: Line, figure: Figure) -> Said:
    values = line.values
    low = swings.opening_fall(values) or 0
    return Said(
        "opening_fall",
        {
            "names": [line.name],
            "first_percent": values[0],
            "first_period": figure.periods[0],
            "low_percent": values[low],
            "low_period": figure.periods[low],
            "kind": figure.kind,
            "then": _then(line, low, figure),
        },
    )


def _then(line: Line, low: int, figure: Figure) -> list[Said]:
    """What follows a fall that ended at a position."""
    later = [(at, v) for at, v in swings.known(line.values) if at > low]
    if not later:
        return []
    if swings.climbs_from(line.values, low):
        at, value = later[-1]
        told = {"last_percent": value, "last_period": figure.periods[at]}
        return [Said("then_climbs", {**told, "kind": figure.kind})]
    at, lowest = min(later, key=lambda one: one[1])
    fallen = line.values[low]
    if fallen is not None and lowest < fallen:
        told = {"lowest_percent": lowest, "lowest_period": figure.periods[at]}
        return [Said("then_lower", told)]
    most = max(value for _at, value in later)
    told = {"least_percent": lowest, "most_percent": most}
    return [Said("then_varies", told)] if most > lowest else []


def _steady(code: str) -> "_Teller":
    """Lines around a level, or over one, with their sharp drops."""

    def tell(lines: Sequence[Line], figure: Figure, limits: Limits) -> list[Said]:
        values = {
            "names": [line.name for line in lines],
            "level_percent": FULL + limits.around,
            "then": [drop for line in lines for drop in _plunges(line, figure, limits)],
        }
        return [Said(code, values)]

    return tell


def _plunges(line: Line, figure: Figure, limits: Limits) -> list[Said]:
    """Sharp drops to under what is around 100 %: a peak's end is none."""
    return [
        Said(
            "plunge" if one.rebound is None else "plunge_rebound",
            {
                "names": [line.name],
                "low_percent": line.values[one.at],
                "low_period": figure.periods[one.at],
                "next_percent": one.rebound,
                "kind": figure.kind,
            },
        )
        for one in swings.plunges(line.values, least=limits.swing)
        if (line.values[one.at] or 0.0) < FULL - limits.around
    ]


def _together(code: str) -> "_Teller":
    """Lines of one kind in one sentence, with the largest change of them all."""

    def tell(lines: Sequence[Line], figure: Figure, _limits: Limits) -> list[Said]:
        values: dict[str, Any] = {
            "names": [line.name for line in lines],
            "swing_points": max(swings.largest_step(line.values) for line in lines),
            "kind": figure.kind,
            "then": _between_ends(lines, figure),
        }
        return [Said(code, values)]

    return tell


def _between_ends(lines: Sequence[Line], figure: Figure) -> list[Said]:
    """The lowest and the highest figure of lines over all periods, and between which
    they start, where all start in the first period. Nothing where none is known."""
    known = [value for line in lines for _at, value in swings.known(line.values)]
    if not known:
        return []
    ends = {"low_percent": min(known), "high_percent": max(known)}
    firsts = [line.values[0] for line in lines if line.values[0] is not None]
    if len(firsts) < len(lines):
        return [Said("between", ends)]
    span = (min(firsts), max(firsts))
    first = {"first_span": span, "first_period": figure.periods[0]}
    return [Said("between_from", ends | first)]


def _each(code: str) -> "_Teller":
    """A sentence a line, from its first figure to its last."""

    def tell(lines: Sequence[Line], figure: Figure, _limits: Limits) -> list[Said]:
        return [Said(code, _ends(line, figure)) for line in lines]

    return tell


def _ends(line: Line, figure: Figure) -> dict[str, Any]:
    (first, start), *_rest, (last, end) = swings.known(line.values)
    return {
        "names": [line.name],
        "first_percent": start,
        "first_period": figure.periods[first],
        "last_percent": end,
        "last_period": figure.periods[last],
        "swing_points": swings.largest_step(line.values),
        "kind": figure.kind,
    }


def _extremes(figure: Figure) -> list[Said]:
    """The highest and the lowest figure of all, with where and when."""
    known = [
        (value, line.name, figure.periods[at])
        for line in figure.lines
        for at, value in swings.known(line.values)
    ]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    values: dict[str, Any] = {}
    for end, (value, name, period) in (("low", low), ("high", high)):
        values |= {f"{end}_percent": value, f"{end}_names": [name]}
        values |= {f"{end}_period": period}
    return [Said("extremes", values)]


_Teller = Callable[[Sequence[Line], Figure, Limits], list[Said]]
_TELLING: dict[str, _Teller] = {
    "swings": _together("swings"),
    "climbs": _each("climbs"),
    "sinks": _each("sinks"),
    "around": _steady("around"),
    "over": _steady("over"),
    "opening_fall": _opening_falls,
    "calm": _together("calm"),
    "gaps": _together("gaps"),
}
