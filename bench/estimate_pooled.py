"""Scores of many countries together, as tables; no array in here.

Errors are pooled by their squares, shares and interval scores by their values, so that
a large country counts for more; totals and ranks are of countries, each counting once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite, nan, sqrt
from statistics import fmean, median
from typing import Any

from bench.measure import Table

Scored = Mapping[str, Any]
AREA, DISTRICT = "area-quarter", "district-quarter"
GAP, DROPOUT = "district-year sex gap", "district-year drop-out"
RATIO = "district-year girls over boys"
MODEL = "model"


def pooled(countries: Sequence[Scored]) -> dict[str, Any]:
    """Scores of all countries as those of one, with `zero_dose` of each in a list."""
    return {
        "figures": {
            what: _figure([one["figures"][what] for one in countries])
            for what in countries[0]["figures"]
        },
        "zero_dose": _each(countries, "zero_dose"),
        "worst_fifth": {
            way: fmean(found) for way, found in _each(countries, "worst_fifth").items()
        },
        "zero_dose_inside": fmean(one["zero_dose_inside"] for one in countries),
    }


def _each(countries: Sequence[Scored], what: str) -> dict[str, list[float]]:
    ways = dict.fromkeys(way for one in countries for way in one[what])
    return {
        way: [one[what][way] for one in countries if isfinite(one[what].get(way, nan))]
        for way in ways
    }


def _figure(parts: Sequence[Scored]) -> dict[str, Any]:
    squares = [(part["everywhere"] ** 2, part["values"]) for part in parts]
    return {
        "values": sum(part["values"] for part in parts),
        "together": sum(part["together"] for part in parts),
        "everywhere": sqrt(_mean(squares)),
        "rmse": _by_way(parts, "rmse", "together", squared=True),
        "within": _by_way(parts, "within", "values"),
        "winkler": _by_way(parts, "winkler", "values"),
        "regions": [share for part in parts for share in _regions(part)],
    }


def _regions(part: Scored) -> list[float]:
    found = part["regions"]
    values = found.values() if isinstance(found, Mapping) else found
    return [share for share in values if isfinite(share)]


def _by_way(
    parts: Sequence[Scored], score: str, weight: str, *, squared: bool = False
) -> dict[str, float]:
    ways = dict.fromkeys(way for part in parts for way in part[score])
    result = {}
    for way in ways:
        told = [
            (part[score][way], part[weight]) for part in parts if way in part[score]
        ]
        if squared:
            result[way] = sqrt(_mean([(error**2, count) for error, count in told]))
        else:
            result[way] = _mean(told)
    return result


def _mean(told: Sequence[tuple[float, int]]) -> float:
    """Mean of values by how many each stands for; nan where none is known."""
    known = [(value, count) for value, count in told if isfinite(value)]
    total = sum(count for _, count in known)
    return sum(value * count for value, count in known) / total if total else nan


def best_baseline(figure: Scored, score: str = "rmse") -> tuple[str, float]:
    """The baseline with the smallest score, and that score; nan where there is none."""
    others = {way: x for way, x in figure[score].items() if way != MODEL}
    return min(others.items(), key=lambda item: item[1], default=("none", nan))


def tables(
    anchors: str, each: Mapping[str, Scored], together: Scored
) -> Iterator[Table]:
    """Every figure: a row a country and the last of all; and a row a way of telling.

    each    scores by the country's name, with `seconds` and `megabytes`
    """
    rows = [(name, _row(told)) for name, told in each.items()]
    middle = {way: median(x) for way, x in together["zero_dose"].items()}
    whole = _row({**together, "zero_dose": middle})
    yield Table(
        f"Estimate, {anchors}: by country",
        ("country", *_COLUMNS),
        tuple((name, *row) for name, row in [*rows, ("all", whole)]),
    )
    yield Table(
        f"Estimate, {anchors}: beside what is done without a model",
        ("way", *_WAYS),
        tuple((way, *_way(way, together)) for way in _ways(together)),
    )


def _ways(told: Scored) -> list[str]:
    figures = [told["figures"][what]["rmse"] for what in (AREA, DISTRICT)]
    return list(dict.fromkeys(way for found in figures for way in found))


def _spread(figure: Scored) -> str:
    shares = _regions(figure)
    if not shares:
        return ""
    inside = figure["within"][MODEL]
    return f"{inside:.2f} ({min(shares):.2f}-{max(shares):.2f})"


_COLUMNS: dict[str, Callable[[Scored], str]] = {
    "area error": lambda t: f"{t['figures'][AREA]['everywhere']:.3f}",
    "area in 90 % (regions)": lambda t: _spread(t["figures"][AREA]),
    "district error": lambda t: f"{t['figures'][DISTRICT]['everywhere']:.3f}",
    "district, best baseline": lambda t: (
        f"{best_baseline(t['figures'][DISTRICT])[1]:.3f}"
    ),
    "district in 90 % (regions)": lambda t: _spread(t["figures"][DISTRICT]),
    "zero-dose off": lambda t: f"{t['zero_dose'][MODEL]:+.0f} %",
    "in its interval": lambda t: f"{float(t['zero_dose_inside']):.2g}",
    "worst fifth": lambda t: f"{t['worst_fifth'][MODEL]:.2f}",
    "gap error": lambda t: f"{t['figures'][GAP]['everywhere']:.3f}",
    "gap in 90 %": lambda t: _spread(t["figures"][GAP]),
    "girls over boys error": lambda t: f"{t['figures'][RATIO]['everywhere']:.3f}",
    "girls over boys in 90 %": lambda t: _spread(t["figures"][RATIO]),
    "drop-out error": lambda t: f"{t['figures'][DROPOUT]['everywhere']:.3f}",
    "drop-out in 90 %": lambda t: _spread(t["figures"][DROPOUT]),
    "s": lambda t: f"{t['seconds']:.0f}" if "seconds" in t else "",
    "MB": lambda t: f"{t['megabytes']:.0f}" if "megabytes" in t else "",
}

_WAYS = (
    "area error",
    "district error",
    "area interval score",
    "district interval score",
    "zero-dose off, median size",
    "zero-dose off, mean",
    "worst fifth found",
)


def _row(told: Scored) -> tuple[str, ...]:
    return tuple(tell(told) for tell in _COLUMNS.values())


def _way(way: str, told: Scored) -> tuple[str, ...]:
    """Errors are where all ways tell, so that they can be held against each other."""
    area, district = (told["figures"][what] for what in (AREA, DISTRICT))
    off = told["zero_dose"].get(way, [])
    return (
        _text(area["rmse"].get(way, nan)),
        _text(district["rmse"].get(way, nan)),
        _text(area["winkler"].get(way, nan)),
        _text(district["winkler"].get(way, nan)),
        f"{median(map(abs, off)):.0f} %" if off else "",
        f"{fmean(off):+.0f} %" if off else "",
        _text(told["worst_fifth"].get(way, nan)),
    )


def _text(value: float) -> str:
    return f"{value:.3f}" if isfinite(value) else ""
