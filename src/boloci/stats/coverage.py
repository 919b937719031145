"""Doses against the children who should have had them: coverage and its remainder.

Coverage is shown as reported, above 100 % too, with its flags. What is left of the
target is signed and adds up; a number of children cannot be negative, so where more
doses than children were reported, or reports are missing, it is null with the reason.
Source: WHO, Immunization in practice, module 7; design 3, rules above all.
"""

import narwhals as nw

from boloci.stats.vocabulary import (
    BOTH,
    DECIDED,
    FEMALE,
    MALE,
    Frame,
    among,
    concat,
    facts,
    flag,
    percent,
)

TARGET_FLAGS = (
    "target_incomplete",
    "target_substituted",
    "target_last_year",
)
COUNT_FLAGS = ("partial", "age_unknown", "to_date")


def against_target(
    counts: Frame,
    targets: Frame,
    populations: Frame,
    *,
    complete_from: float,
) -> Frame:
    """Doses of elements beside the target of their cohort, with their common flags.

    `counts`: place, period, element, total, female, male (doses, null: not known),
    sexed, sexed_target, expected, received, partial, age_unknown, to_date (0/1).
    `targets`: place, period, population, target, target_female, target_male,
    target_so_far, reporting_target (persons), sex_assumed and `TARGET_FLAGS` (0/1).
    `populations`: element, population; elements not in it are left out.
    `complete_from`: percent of expected reports from which a sum counts as whole.
    Of an adjusted scenario `counts` has also `adjusted` (0/1) and `filled` (reports
    that the scenario stands in for: they are not missing); of a candidate source
    `targets` has also `source_flags` (bits). Column `pair`, in all three, is joined on.
    Adds `flags` and `short` (1 where reports are missing below that percent).
    """
    key = ["place", "period", "population", *among(targets, "pair")]
    held = counts.join(populations, on=["element", *among(populations, "pair")])
    joined = held.join(targets, on=key, how="left")
    expected = nw.col("expected") * complete_from
    incomplete = nw.col("received") * 100.0 < expected
    short = incomplete
    if among(counts, "filled"):
        short = (nw.col("received") + nw.col("filled")) * 100.0 < expected
    flags = flag("incomplete", incomplete)
    flags = flags + flag("no_report", nw.col("received") == 0)
    flags = flags + flag("target_missing", nw.col("target").is_null())
    for name in (*COUNT_FLAGS, *TARGET_FLAGS, *among(counts, *DECIDED)):
        flags = flags + flag(name, nw.col(name) == 1)
    if among(targets, "source_flags"):
        flags = flags + nw.coalesce(nw.col("source_flags"), nw.lit(0))
    return joined.with_columns(
        flags=flags, short=nw.when(short).then(nw.lit(1)).otherwise(nw.lit(0))
    )


def coverage(joined: Frame) -> Frame:
    """100 x doses / target, for both sexes together and for each where reported."""
    total = facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=nw.col("total"),
        denominator=nw.col("target"),
        value=percent(nw.col("total"), nw.col("target")),
        flags=nw.col("flags") + _above(nw.col("total"), nw.col("target")),
    )
    return concat([total, _of_sex(joined, FEMALE), _of_sex(joined, MALE)])


def coverage_so_far(joined: Frame) -> Frame:
    """Coverage of both sexes against the target of the months that have data.

    For a year in progress; the same as `coverage` where the period is over.
    """
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=nw.col("total"),
        denominator=nw.col("target_so_far"),
        value=percent(nw.col("total"), nw.col("target_so_far")),
        flags=nw.col("flags") + _above(nw.col("total"), nw.col("target_so_far")),
    )


def by_sex(joined: Frame) -> Frame:
    """Adds girls and boys: doses beside the target of the units that report sex.

    Where only some units report sex, the target is theirs, split as the whole
    target is (flag `sex_partial`); where theirs is not known there is no target.
    """
    all_units = nw.col("sexed") >= nw.col("total")
    share = (
        nw.when(all_units)
        .then(nw.lit(1.0))
        .otherwise(nw.col("sexed_target") / nw.col("target"))
    )
    return joined.with_columns(
        girls=nw.col("target_female") * share,
        boys=nw.col("target_male") * share,
        sex_flags=nw.col("flags")
        + flag("sex_partial", ~all_units)
        + flag("sex_ratio_assumed", nw.col("sex_assumed") == 1),
    )


def _of_sex(joined: Frame, sex: int) -> Frame:
    doses, children = ("female", "girls") if sex == FEMALE else ("male", "boys")
    reported = by_sex(joined.filter(~nw.col(doses).is_null()))
    return facts(
        reported,
        sex=nw.lit(sex),
        numerator=nw.col(doses),
        denominator=nw.col(children),
        value=percent(nw.col(doses), nw.col(children)),
        flags=nw.col("sex_flags") + _above(nw.col(doses), nw.col(children)),
    )


def coverage_of_reporting_units(joined: Frame) -> Frame:
    """Doses / target of the units that reported: what coverage is where it is known."""
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=nw.col("total"),
        denominator=nw.col("reporting_target"),
        value=percent(nw.col("total"), nw.col("reporting_target")),
        flags=nw.col("flags") + _above(nw.col("total"), nw.col("reporting_target")),
    )


def target_minus_doses(joined: Frame) -> Frame:
    """Target - doses, signed, so that places add up to their total."""
    left = nw.col("target") - nw.col("total")
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=nw.col("total"),
        denominator=nw.col("target"),
        value=left,
        flags=nw.col("flags") + flag("negative", left < 0),
    )


def not_reached(joined: Frame) -> Frame:
    """Children without the dose: target - doses, or null with the reason.

    Null where doses exceed the target, reports are missing, the period is not over,
    or the target lacks units: then nobody can tell from these data.
    """
    left, why = _not_reached(joined)
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=nw.col("total"),
        denominator=nw.col("target"),
        value=left,
        flags=why,
    )


def not_reached_share(joined: Frame) -> Frame:
    """Children without the dose in percent of the target, or null with the reason."""
    left, why = _not_reached(joined)
    return facts(
        joined,
        sex=nw.lit(BOTH),
        numerator=left,
        denominator=nw.col("target"),
        value=percent(left, nw.col("target")),
        flags=why,
    )


def _not_reached(joined: Frame) -> tuple[nw.Expr, nw.Expr]:
    left = nw.col("target") - nw.col("total")
    tellable = (
        (left >= 0)
        & (nw.col("short") == 0)
        & (nw.col("to_date") == 0)
        & (nw.col("target_incomplete") == 0)
    )
    why = (
        nw.col("flags")
        + flag("more_doses_than_children", left < 0)
        + flag("reports_missing", nw.col("short") == 1)
    )
    return nw.when(tellable).then(left), why


def _above(doses: nw.Expr, target: nw.Expr) -> nw.Expr:
    return flag("above_100", doses > target)
