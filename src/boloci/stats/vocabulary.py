"""The few words every statistic shares: sexes, flags, a ratio, the shape of a fact."""

from collections.abc import Iterable
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]

BOTH, FEMALE, MALE = 0, 1, 2

FLAGS: dict[str, int] = {
    name: 1 << bit
    for bit, name in enumerate(
        (
            "incomplete",
            "partial",
            "age_unknown",
            "above_100",
            "negative",
            "target_incomplete",
            "target_substituted",
            "target_last_year",
            "target_missing",
            "sex_ratio_assumed",
            "sex_partial",
            "reports_missing",
            "more_doses_than_children",
            "not_classifiable",
            "to_date",
            "no_report",
            "refused",
            "rate_stated",
            "goal_met",
            "goal_not_met",
            "goal_unknown",
            "denominator_from_survey",
            "survey_assumed",
            "survey_missing",
            "circular_denominator",
            "scaled_to_shares",
            "adjusted",
            "design_effect_assumed",
            "lot_population_missing",
            "no_scenario",
            "corrected",
            "baseline_missing",
            "stale",
            "level_not_told",
            "dose_not_told",
            "sexes_not_told",
        )
    )
}
"""Each flag is one bit, so that a fact's flags travel as one integer."""

BITS = nw.Int64
"""What holds a sum of flags: room for 63 of them, since the sign is never used."""

FACT = (
    "place",
    "period",
    "sex",
    "numerator",
    "denominator",
    "value",
    "flags",
    "expected",
    "received",
    "lower",
    "upper",
    "confidence",
)
"""Columns of what an indicator gives. Percentages are 0-100; null: cannot be told."""

CARRIED = ("element", "pair")
"""Keys of a frame that holds the facts of several doses or pairs at once."""

DECIDED = ("adjusted", "corrected")
"""Columns (0/1) of counts that are not all as reported: a scenario changed them, or a
correction by a person enters them."""

_WHOLE = ("place", "period", "sex", "expected", "received")

INTERVAL = FACT[-3:]
"""Columns that only some statistics give: null where there is no interval."""


def flag(name: str, condition: nw.Expr) -> nw.Expr:
    """The bit of a flag where the condition holds, else 0 (null counts as no)."""
    return nw.when(condition).then(bit(name)).otherwise(nw.lit(0, BITS))


def bit(name: str) -> nw.Expr:
    """The bit of a flag, of the width of every sum of flags."""
    return nw.lit(FLAGS[name], BITS)


def ratio(numerator: nw.Expr, denominator: nw.Expr) -> nw.Expr:
    """numerator / denominator as a float; null where the denominator is 0 or null."""
    below = denominator.cast(nw.Float64)
    return nw.when(below != 0).then(numerator.cast(nw.Float64) / below)


def among(frame: Frame, *names: str) -> tuple[str, ...]:
    """Those of some columns that a frame has."""
    held = frame.collect_schema().names()
    return tuple(name for name in names if name in held)


def percent(numerator: nw.Expr, denominator: nw.Expr) -> nw.Expr:
    """100 x numerator / denominator; null where the denominator is 0 or null."""
    return ratio(numerator * 100.0, denominator)


def or_null(total: nw.Expr, count: nw.Expr) -> nw.Expr:
    """A sum where anything went in (`count` of it); null, not 0, where nothing did."""
    return nw.when(count > 0).then(total)


def concat(frames: Iterable[Frame]) -> Frame:
    """Rows of several frames of the same columns."""
    return nw.concat(list(frames), how="vertical")


def facts(frame: Frame, **columns: nw.Expr) -> Frame:
    """A frame in the shape of `FACT`, each column given or taken by its name.

    An interval that is neither given nor in the frame is null. Columns `element` and
    `pair` (a scenario and a source of denominators), where the frame has them, are
    carried along: one frame may hold the facts of many doses and pairs.
    """
    kinds: dict[str, Any] = dict.fromkeys(FACT, nw.Float64)
    kinds |= dict.fromkeys(_WHOLE, nw.Int32) | {"flags": BITS}
    held = frame.collect_schema().names()
    for name in INTERVAL:
        if name not in held:
            columns.setdefault(name, nw.lit(None))
    kinds |= {name: nw.Int16 for name in CARRIED if name in held}
    return frame.select(
        **{
            name: columns.get(name, nw.col(name)).cast(kind)
            for name, kind in kinds.items()
        }
    )
