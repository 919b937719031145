"""The quality of reported numbers, as shares of units and of months.

All read one frame, one row a place, year and element:
    units          reporting units with a value in the year
    units_out      of these, units with a value out of line
    unit_months    months of units in which a value was due or given
    unit_known     of these, months with a value
    months         months of the place's own total that are known
    months_out     of these, months out of line with the place's own months
    to_date        1: the year is not over, or began before the data
Outliers are those of the build's profile, on reported values. A month without a value
is no outlier and never a zero, but under Countdown's way (`outlier_blank_months`):
there `units`, `units_out`, `months` and `months_out` count blank months as zeros.
Source: WHO, Data quality review, 2017; Countdown to 2030 (cd2030).
"""

import narwhals as nw

from boloci.stats.vocabulary import BOTH, Frame, facts, flag, percent


def units_without_outlier(quality: Frame) -> Frame:
    """Share of units without any value out of line in the year, in percent.

    Null where no unit gave a value.
    """
    return _share(quality, nw.col("units") - nw.col("units_out"), nw.col("units"))


def months_without_outlier(quality: Frame) -> Frame:
    """Share of the months of a place's own total that are in line, in percent.

    Null where no month is known.
    """
    return _share(quality, nw.col("months") - nw.col("months_out"), nw.col("months"))


def values_known(quality: Frame) -> Frame:
    """Share of the months of units that have a value, in percent.

    Null where none was due.
    """
    return _share(quality, nw.col("unit_known"), nw.col("unit_months"))


def _share(quality: Frame, numerator: nw.Expr, denominator: nw.Expr) -> Frame:
    nothing = nw.lit(None, nw.Int32)
    return facts(
        quality,
        sex=nw.lit(BOTH),
        numerator=numerator,
        denominator=denominator,
        value=percent(numerator, denominator),
        flags=flag("to_date", nw.col("to_date") == 1),
        expected=nothing,
        received=nothing,
    )
