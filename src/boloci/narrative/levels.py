"""What a country and its programmes show: which way they go, and what misleads."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from boloci.narrative.said import FULL, Figure, Limits, Line, Said
from boloci.stats import swings

UP, DOWN, UNCLEAR, FEW = "up", "down", "unclear", "few"


@dataclass(frozen=True)
class Trend:
    """Which way a line goes, and the position from which on it does."""

    way: str
    since: int = 0


def levels(numbers: Figure, coverage: Figure, limits: Limits) -> list[Said]:
    """Sentences about doses and coverage of some levels, the highest level first.

    numbers and coverage are of the same lines and periods.
    """
    if not numbers.lines or not numbers.periods:
        return []
    since = _together_since(numbers, coverage, limits)
    return [
        *_trends(numbers, coverage, limits, since),
        *_yearly(numbers, limits, since),
        *above_100(coverage),
        *_hidden(numbers, limits),
    ]


def trend_of(line: Line, figure: Figure, limits: Limits) -> Trend:
    """Which way a line goes at its end, against the same periods a year earlier.

    Up: every period since then is passed by the same period of the next year, for
    `limits.pairs` periods and a whole year at least, by `limits.change` percent a year
    in the middle. Few: there are not so many pairs at all.
    """
    lag = figure.year
    least = max(limits.pairs, lag)
    if swings.pairs(line.values, lag=lag) < least:
        return Trend(FEW)
    for way, since_when in (
        (UP, swings.rising_since),
        (DOWN, swings.falling_since),
    ):
        since = since_when(line.values, lag=lag, least_pairs=least)
        if since is not None:
            change = swings.yearly_change(line.values, lag=lag, since=since)
            enough = change is not None and abs(change) >= limits.change
            return Trend(way, since) if enough else Trend(UNCLEAR)
    return Trend(UNCLEAR)


def trend_clauses(figure: Figure, limits: Limits) -> list[Said]:
    """Which lines go up and since when, which down, which neither."""
    grouped: dict[Trend, list[str]] = defaultdict(list)
    for line in figure.lines:
        grouped[trend_of(line, figure, limits)].append(line.name)
    order = sorted(grouped, key=lambda one: (UP, DOWN, UNCLEAR, FEW).index(one.way))
    return [
        Said(
            one.way,
            {"names": grouped[one], "since_period": figure.periods[one.since]},
        )
        for one in order
    ]


def too_few(figure: Figure, limits: Limits) -> list[Said]:
    """That there are too few periods for a trend, where that is so of every line."""
    trends = [trend_of(line, figure, limits) for line in figure.lines]
    if any(one.way != FEW for one in trends):
        return []
    return [
        Said(
            "few_all",
            {
                "period_count": len(figure.periods),
                "first_period": figure.periods[0],
                "last_period": figure.periods[-1],
                "kind": figure.kind,
            },
        )
    ]


def _together_since(numbers: Figure, coverage: Figure, limits: Limits) -> Trend | None:
    """Where several lines all go one way in both figures: that way, and since when."""
    trends = [
        trend_of(line, figure, limits)
        for figure in (numbers, coverage)
        for line in figure.lines
    ]
    ways = {one.way for one in trends}
    if len(numbers.lines) > 1 and ways in ({UP}, {DOWN}):
        return Trend(trends[0].way, max(one.since for one in trends))
    return None


def _trends(
    numbers: Figure, coverage: Figure, limits: Limits, together: Trend | None
) -> list[Said]:
    """One sentence where all lines of both go one way, else one for each of the two."""
    if together is not None:
        values = {
            "since_period": numbers.periods[together.since],
            "names": [line.name for line in numbers.lines],
            "kind": numbers.kind,
        }
        return [Said({UP: "rise_all", DOWN: "fall_all"}[together.way], values)]
    few = too_few(numbers, limits)
    if few and too_few(coverage, limits):
        return few
    return [
        Said(code, {"clauses": trend_clauses(figure, limits), "kind": figure.kind})
        for code, figure in (("numbers", numbers), ("coverage", coverage))
    ]


def _yearly(numbers: Figure, limits: Limits, together: Trend | None) -> list[Said]:
    """How much each line changes in a year, of those that go up or down."""
    clauses = []
    for line in numbers.lines:
        trend = together or trend_of(line, numbers, limits)
        if trend.way not in (UP, DOWN):
            continue
        change = swings.yearly_change(line.values, lag=numbers.year, since=trend.since)
        values = {"names": [line.name], "change_signed": change}
        clauses.append(Said("yearly_of", values))
    return [Said("yearly", {"clauses": clauses})] if clauses else []


def above_100(coverage: Figure) -> list[Said]:
    """How many figures are above 100 %, and the highest of them."""
    known = [
        (value, line.name, coverage.periods[at])
        for line in coverage.lines
        for at, value in swings.known(line.values)
    ]
    above = [one for one in known if one[0] > FULL]
    if not above:
        return []
    value, name, period = max(above, key=lambda one: one[0])
    return [
        Said(
            "above_100",
            {
                "above_count": len(above),
                "known_count": len(known),
                "high_percent": value,
                "names": [name],
                "period": period,
            },
        )
    ]


def _hidden(numbers: Figure, limits: Limits) -> list[Said]:
    """Lines that move through so little of the figure's height that it is not seen."""
    top = _highest(numbers.lines)
    hidden = [
        line.name
        for line in numbers.lines
        if 0 < swings.spread(line.values) < top * limits.hidden / FULL
    ]
    return [Said("hidden", {"names": hidden})] if hidden else []


def _highest(lines: Sequence[Line]) -> float:
    """The top of a scale that starts at nought."""
    return max((v for line in lines for _at, v in swings.known(line.values)), default=0)
