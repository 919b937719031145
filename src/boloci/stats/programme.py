"""RED categories and progress against goals: what the programme is judged by.

Source: WHO, Reaching Every District: access (DTP1 coverage) and use (drop-out).
"""

import narwhals as nw

from boloci.stats.vocabulary import BOTH, FLAGS, Frame, facts, flag, percent

NOT_YET = ("incomplete", "no_report", "to_date")
"""Flags of a figure that may still grow."""
NOT_CLASSIFIABLE = ("no_report", "target_incomplete", "target_missing")
WHY_BLANK = (
    *("refused", "survey_missing", "circular_denominator", "no_scenario"),
    *("target_missing", "target_incomplete", "no_report"),
)
"""Flags that say why a coverage is blank."""


def red_category(
    coverage: Frame,
    dropouts: Frame,
    *,
    good_coverage: float,
    good_dropout: float,
    complete_from: float,
) -> Frame:
    """1 A good access and use, 2 B good access, 3 C good use, 4 D neither.

    `coverage`, `dropouts`: facts of DTP1 coverage and DTP1-DTP3 drop-out. Coverage
    above 100, negative drop-out or completeness below `complete_from` percent give
    null and the flag
    `not_classifiable`: check the data first. Numerator: coverage; denominator:
    drop-out, so that the two sides of the judgement are seen.
    """
    access = coverage.filter(nw.col("sex") == BOTH)
    use = dropouts.filter(nw.col("sex") == BOTH).select(
        "place",
        "period",
        dropout=nw.col("value"),
        dropout_negative=nw.col("numerator") < 0,
    )
    joined = access.join(use, on=["place", "period"])
    doubtful = (
        nw.col("value").is_null()
        | nw.col("dropout").is_null()
        | (nw.col("value") > 100)
        | nw.col("dropout_negative")
        | (nw.col("received") * 100.0 < nw.col("expected") * complete_from)
    )
    for name in NOT_CLASSIFIABLE:
        doubtful = doubtful | has(nw.col("flags"), name)
    reaches = nw.col("value") >= good_coverage
    keeps = nw.col("dropout") <= good_dropout
    category = (
        nw.when(doubtful)
        .then(nw.lit(None, nw.Float64))
        .otherwise(
            nw.when(reaches & keeps)
            .then(nw.lit(1.0))
            .otherwise(
                nw.when(reaches)
                .then(nw.lit(2.0))
                .otherwise(nw.when(keeps).then(nw.lit(3.0)).otherwise(nw.lit(4.0)))
            )
        )
    )
    return facts(
        joined,
        numerator=nw.col("value"),
        denominator=nw.col("dropout"),
        value=category,
        flags=nw.col("flags") + flag("not_classifiable", doubtful),
    )


def has(flags: nw.Expr, name: str) -> nw.Expr:
    """Whether a fact's flags hold a flag.

    By remainders, exact on every engine: Spark divides whole numbers as doubles, which
    tell apart 53 bits only.
    """
    bit = FLAGS[name]
    below = 2 * bit
    rest = flags % below if below < 2**63 else flags
    return rest >= bit


def change_since(children: Frame, *, baseline_year: int) -> Frame:
    """Change of a yearly number of children since a baseline year, in percent.

    Null where either year cannot be told; where that is the base year, or there is
    nothing of it, with the flag `baseline_missing`.
    """
    base = children.filter(nw.col("period") == baseline_year * 100).select(
        "place", "sex", baseline=nw.col("value")
    )
    joined = children.filter(
        (nw.col("period") % 100 == 0) & (nw.col("period") > baseline_year * 100)
    ).join(base, on=["place", "sex"], how="left")
    missing = flag("baseline_missing", nw.col("baseline").is_null())
    return facts(
        joined,
        numerator=nw.col("value"),
        denominator=nw.col("baseline"),
        value=percent(nw.col("value") - nw.col("baseline"), nw.col("baseline")),
        flags=nw.col("flags") + missing,
    )


def share_of_places(coverage: Frame, inside: Frame, *, at_least: float) -> Frame:
    """Share of districts inside a place whose coverage reaches a mark, in percent.

    Districts whose coverage cannot be told, or lies below the mark while reports are
    missing or the year is not over, are in `expected` and not in `received`. Where no
    district can be told, the share bears the flags that say why of the blank ones.
    `inside`: district, place (a place above it).
    """
    below, doubtful = nw.col("value") < at_least, nw.col("value").is_null()
    for name in NOT_YET:
        doubtful = doubtful | (below & has(nw.col("flags"), name))
    doubtful = doubtful | has(nw.col("flags"), "target_incomplete")
    reached = nw.when(below).then(nw.lit(0.0)).otherwise(nw.lit(1.0))
    blank = nw.col("value").is_null()
    why = {name: flag(name, blank & has(nw.col("flags"), name)) for name in WHY_BLANK}
    districts = (
        coverage.filter(nw.col("sex") == BOTH)
        .with_columns(reached=nw.when(~doubtful).then(reached), **why)
        .select("period", "reached", *WHY_BLANK, district=nw.col("place"))
        .join(inside, on="district")
        .group_by("place", "period")
        .agg(
            expected=nw.col("district").count(),
            received=nw.col("reached").count(),
            numerator=nw.col("reached").sum(),
            why=nw.sum_horizontal(*(nw.col(name).max() for name in WHY_BLANK)),
        )
    )
    none_told = nw.when(nw.col("received") == 0)
    return facts(
        districts,
        sex=nw.lit(BOTH),
        denominator=nw.col("received"),
        value=percent(nw.col("numerator"), nw.col("received")),
        flags=flag("incomplete", nw.col("received") < nw.col("expected"))
        + none_told.then(nw.col("why")).otherwise(nw.lit(0)),
    )
