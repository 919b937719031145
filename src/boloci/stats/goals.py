"""Whether a goal is met: yes, no, or cannot be told.

A year is held against the goal that is next due. A figure that lacks reports, part of
its target or part of its year tells nothing, and neither does a blank.
"""

import narwhals as nw

from boloci.stats.programme import has
from boloci.stats.vocabulary import BOTH, Frame, bit, facts, percent

UP, DOWN = "up", "down"
DOUBTFUL = ("incomplete", "no_report", "partial", "target_incomplete", "to_date")


def judged(found: Frame, goals: Frame, *, direction: str, of_places: bool) -> Frame:
    """Facts with `goal_met`, `goal_not_met` or `goal_unknown` among their flags.

    `found`: facts of one indicator. `goals`: place, first, last (periods of years,
    both included, disjoint for a place), goal. `direction`: `up` where more is
    better, else `down`. `of_places`: the value is the share of places that reach a
    mark; those that cannot be told (expected, not received) might all or none.
    """
    bounded = found.with_columns(**(_of_places() if of_places else _as_told()))
    goal, low, high = nw.col("goal"), nw.col("low"), nw.col("high")
    met, not_met = (low >= goal, high < goal)
    if direction == DOWN:
        met, not_met = (high <= goal, low > goal)
    verdict = (
        nw.when(met)
        .then(bit("goal_met"))
        .otherwise(
            nw.when(not_met).then(bit("goal_not_met")).otherwise(bit("goal_unknown"))
        )
    )
    year = nw.col("period") % 100 == 0
    due = (nw.col("period") >= nw.col("first")) & (nw.col("period") <= nw.col("last"))
    verdicts = (
        bounded.filter(year & (nw.col("sex") == BOTH))
        .join(goals, on="place")
        .filter(due)
        .select("place", "period", "sex", verdict=verdict)
    )
    joined = found.join(verdicts, on=["place", "period", "sex"], how="left")
    return facts(joined, flags=nw.col("flags") + nw.coalesce("verdict", nw.lit(0)))


def _as_told() -> dict[str, nw.Expr]:
    doubtful = has(nw.col("flags"), DOUBTFUL[0])
    for name in DOUBTFUL[1:]:
        doubtful = doubtful | has(nw.col("flags"), name)
    value = nw.when(~doubtful).then(nw.col("value"))
    return {"low": value, "high": value}


def _of_places() -> dict[str, nw.Expr]:
    unknown = nw.col("expected") - nw.col("received")
    return {
        "low": percent(nw.col("numerator"), nw.col("expected")),
        "high": percent(nw.col("numerator") + unknown, nw.col("expected")),
    }
