"""What design 8 asks of the estimate, by what anchors a country has."""

from collections.abc import Iterator
from statistics import fmean, median

from bench.estimate_countries import NONE, RICH, SURVEYS
from bench.estimate_pooled import (
    AREA,
    DISTRICT,
    DROPOUT,
    GAP,
    MODEL,
    RATIO,
    Scored,
    best_baseline,
)
from bench.measure import Line

ERRORS = {
    RICH: {DISTRICT: (0.035, 0.4), AREA: (0.095, 0.6)},
    SURVEYS: {DISTRICT: (0.065, 0.65)},
    NONE: {},
}
"""By anchors: largest error, and largest share of the best baseline's."""
ZERO_DOSE, ZERO_DOSE_BIAS = 10, 5
GAP_ERROR = 0.013
WORST_FIFTH = 0.8
REGIONS = (0.80, 0.98)
INSIDE = (0.87, 0.93)
INSIDE_UNANCHORED = (0.85, 0.97)


def lines(anchors: str, told: Scored, count: int) -> Iterator[Line]:
    """What design 8 asks of countries with these anchors.

    told    as `pooled` has it, of `count` countries
    """
    name = f"{anchors}, {count} countries"
    for what, (error, share) in ERRORS[anchors].items():
        figure = told["figures"][what]
        way, best = best_baseline(figure)
        yield Line(f"{name}: error of {what} DTP1", figure["everywhere"], error)
        ratio = figure["rmse"][MODEL] / best
        detail = (
            f"{figure['rmse'][MODEL]:.3f} against {best:.3f} ({way}), where all tell"
        )
        yield Line(
            f"{name}: {what}, over the best baseline's", ratio, share, detail=detail
        )
    if anchors == RICH:
        yield from _totals(name, told)
    if anchors == NONE:
        for what in (DROPOUT, RATIO):
            yield _inside(name, what, told["figures"][what], INSIDE_UNANCHORED)
    else:
        for what in (AREA, DISTRICT):
            yield from _intervals(name, what, told["figures"][what])
    if anchors != NONE:
        yield Line(
            f"{name}: error of {GAP}", told["figures"][GAP]["everywhere"], GAP_ERROR
        )
        yield _inside(name, GAP, told["figures"][GAP], INSIDE)
        found = told["worst_fifth"]
        beside = ", ".join(f"{way} {x:.2f}" for way, x in found.items())
        yield Line(
            f"{name}: worst fifth of areas, children found of what knowing finds",
            found[MODEL],
            WORST_FIFTH,
            at_least=True,
            detail=beside,
        )


def _totals(name: str, told: Scored) -> Iterator[Line]:
    off = told["zero_dose"][MODEL]
    beside = ", ".join(
        f"{way} median {median(map(abs, x)):.0f} %, mean {fmean(x):+.0f} %"
        for way, x in told["zero_dose"].items()
    )
    what = f"{name}: zero-dose children of the country, off by"
    middle = median(map(abs, off))
    yield Line(f"{what}, median", middle, ZERO_DOSE, unit="%", detail=beside)
    yield Line(f"{what}, mean", abs(fmean(off)), ZERO_DOSE_BIAS, unit="%")


def _inside(name: str, what: str, figure: Scored, limits: tuple[float, float]) -> Line:
    """Share in the 90 % interval, which may be too large as well: how far it is from
    the middle of its limits, in points."""
    share = 100 * figure["within"][MODEL]
    low, high = (100 * limit for limit in limits)
    return Line(
        f"{name}: {what}, share in the 90 % interval from {(low + high) / 2:g} %",
        abs(share - (low + high) / 2),
        (high - low) / 2,
        unit="points",
        detail=f"{share:.1f} %",
    )


def _intervals(name: str, what: str, figure: Scored) -> Iterator[Line]:
    yield _inside(name, what, figure, INSIDE)
    low, high = REGIONS
    shares = figure["regions"]
    astray = sum(not low <= share <= high for share in shares)
    yield Line(
        f"{name}: {what}, regions with less than {low:.0%} or more than {high:.0%}",
        astray,
        0,
        unit=f"of {len(shares)}",
        detail=f"{min(shares):.2f} to {max(shares):.2f}",
    )
    way, best = best_baseline(figure, "winkler")
    own = figure["winkler"][MODEL]
    detail = f"{own:.3f} against {best:.3f} ({way})"
    yield Line(
        f"{name}: {what}, interval score over {way}'s", own / best, 1, detail=detail
    )
