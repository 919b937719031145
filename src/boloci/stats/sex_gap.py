"""Boys and girls: the gap in points, as a ratio, and relative to boys.

All three, because they can disagree: 41 % and 18 % are 23 points, a ratio of .44 and
a relative gap of 56 %; 83 % and 74 % are 9 points, .89 and 11 %.
"""

from collections.abc import Callable

import narwhals as nw

from boloci.stats.coverage import by_sex
from boloci.stats.vocabulary import BOTH, Frame, facts, percent, ratio


def gap(joined: Frame) -> Frame:
    """Boys' coverage - girls' coverage, in percentage points."""
    return _compare(joined, lambda girls, boys: boys - girls)


def girl_boy_ratio(joined: Frame) -> Frame:
    """Girls' coverage / boys' coverage; null where boys' is 0."""
    return _compare(joined, ratio)


def relative_gap(joined: Frame) -> Frame:
    """(boys' - girls') / boys' coverage, in percent; null where boys' is 0."""
    return _compare(joined, lambda girls, boys: percent(boys - girls, boys))


def _compare(joined: Frame, comparison: Callable[[nw.Expr, nw.Expr], nw.Expr]) -> Frame:
    both = ~nw.col("female").is_null() & ~nw.col("male").is_null()
    reported = by_sex(joined.filter(both)).with_columns(
        coverage_girls=percent(nw.col("female"), nw.col("girls")),
        coverage_boys=percent(nw.col("male"), nw.col("boys")),
    )
    return facts(
        reported,
        sex=nw.lit(BOTH),
        numerator=nw.lit(None, nw.Float64),
        denominator=nw.lit(None, nw.Float64),
        value=comparison(nw.col("coverage_girls"), nw.col("coverage_boys")),
        flags=nw.col("sex_flags"),
    )


def measured_gap(measures: Frame) -> Frame:
    """Boys - girls of a measured percentage. `measures`: place, period, sex, value."""
    girls = measures.filter(nw.col("sex") == 1).select(
        "place", "period", girls=nw.col("value")
    )
    boys = measures.filter(nw.col("sex") == 2).select(
        "place", "period", boys=nw.col("value")
    )
    nothing = nw.lit(None, nw.Float64)
    return facts(
        boys.join(girls, on=["place", "period"]),
        sex=nw.lit(BOTH),
        numerator=nothing,
        denominator=nothing,
        value=nw.col("boys") - nw.col("girls"),
        flags=nw.lit(0),
        expected=nw.lit(None, nw.Int32),
        received=nw.lit(None, nw.Int32),
    )
