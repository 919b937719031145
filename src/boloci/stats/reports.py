"""How many reports came, and how many in time: sums over units, never mean of rates.

Profile `countdown` takes the rates its workbook states instead (their plain mean),
because that is what Countdown 2030 shows.
"""

import narwhals as nw

from boloci.stats.vocabulary import BOTH, Frame, facts, flag, percent, ratio


def completeness(reports: Frame) -> Frame:
    """Received / expected reports in percent; null where none was expected."""
    return _share(reports, nw.col("received"))


def timeliness(reports: Frame) -> Frame:
    """Reports on time / expected in percent; null where time was not recorded."""
    return _share(reports, nw.col("on_time"))


def stated_completeness(reports: Frame) -> Frame:
    """Plain mean of the rates stated for each unit and month, in percent.

    `reports` has rate_sum (sum of stated rates) and rate_count beside the rest.
    """
    return facts(
        reports,
        sex=nw.lit(BOTH),
        numerator=nw.col("rate_sum"),
        denominator=nw.col("rate_count"),
        value=ratio(nw.col("rate_sum"), nw.col("rate_count")),
        flags=flag("rate_stated", nw.col("rate_count") > 0),
    )


def _share(reports: Frame, numerator: nw.Expr) -> Frame:
    return facts(
        reports,
        sex=nw.lit(BOTH),
        numerator=numerator,
        denominator=nw.col("expected"),
        value=percent(numerator, nw.col("expected")),
        flags=flag("to_date", nw.col("to_date") == 1),
    )


def session_completion(sessions: Frame) -> Frame:
    """Sessions held / planned in percent, of units that gave both.

    `sessions`: place, period, planned, held, units (that gave both).
    """
    return facts(
        sessions,
        sex=nw.lit(BOTH),
        numerator=nw.col("held"),
        denominator=nw.col("planned"),
        value=percent(nw.col("held"), nw.col("planned")),
        flags=flag("to_date", nw.col("to_date") == 1),
        expected=nw.lit(None, nw.Int32),
        received=nw.lit(None, nw.Int32),
    )
