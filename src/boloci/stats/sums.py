"""Sums over places and months that say what they are made of.

A sum adds what was reported and invents nothing: no report at all gives null, and
reports expected and received go with every sum (`boloci.stats.reports`).
"""

from collections.abc import Sequence

import narwhals as nw

from boloci import periods
from boloci.stats.vocabulary import Frame, concat, or_null

PERIOD_KINDS = (periods.QUARTER, periods.SEMESTER, periods.YEAR)


def containing(period: nw.Expr, kind: str) -> nw.Expr:
    """Code of the quarter, semester or year that a month code lies in."""
    year, month = period // 100, period % 100
    if kind == periods.QUARTER:
        code = year * 100 + 21 + (month - 1) // 3
    elif kind == periods.SEMESTER:
        code = year * 100 + 31 + (month - 1) // 6
    else:
        code = year * 100
    return code.cast(nw.Int32)


def over_places(
    frame: Frame,
    membership: Frame,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
) -> Frame:
    """Months of units summed over every place above them, for the months they belong.

    `frame`: unit, period (months), `by`, `sums`, `flags` (0/1: the sum has it if one
    part has). `membership`: unit, place, first_month, last_month. Returns place,
    period, `by`, `sums`, `flags`.
    """
    inside = (nw.col("period") >= nw.col("first_month")) & (
        nw.col("period") <= nw.col("last_month")
    )
    joined = frame.join(membership, on="unit").filter(inside)
    return _add_up(joined, ("place", "period", *by), sums, flags)


def over_months(
    frame: Frame,
    kind: str,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
) -> Frame:
    """Months (or shorter periods) of a place summed to quarters, semesters or years."""
    longer = frame.with_columns(period=containing(nw.col("period"), kind))
    return _add_up(longer, ("place", "period", *by), sums, flags)


def _add_up(
    frame: Frame, key: Sequence[str], sums: Sequence[str], flags: Sequence[str]
) -> Frame:
    parts: dict[str, nw.Expr] = {}
    for name in sums:
        parts[name] = nw.col(name).sum()
        parts[f"{name}_known"] = nw.col(name).count()
    for name in flags:
        parts[name] = nw.col(name).max()
    added = frame.group_by(*key).agg(**parts)
    return added.select(
        *key,
        **{n: or_null(nw.col(n), nw.col(f"{n}_known")) for n in sums},
        **{name: nw.col(name) for name in flags},
    )


def own_or_children(
    frame: Frame,
    membership: Frame,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
) -> Frame:
    """Like `over_places` for figures that a place may state for itself and below.

    A place's own statement stands; without one it is the sum of the topmost
    statements below it, so that a district's figure is never added to its areas'.
    """
    stated = frame.select("unit", "period", *by)
    above = membership.filter(nw.col("unit") != nw.col("place"))
    within = (nw.col("period") >= nw.col("first_month")) & (
        nw.col("period") <= nw.col("last_month")
    )
    parents = (
        stated.join(above, on="unit")
        .filter(within)
        .select("unit", "period", *by, parent=nw.col("place"))
        .join(
            stated.select("period", *by, parent=nw.col("unit")),
            on=["parent", "period", *by],
        )
    )
    everywhere = membership.select(
        parent=nw.col("unit"),
        place=nw.col("place"),
        first_month=nw.col("first_month"),
        last_month=nw.col("last_month"),
    )
    covered = (
        parents.join(everywhere, on="parent")
        .filter(within)
        .select("unit", "period", *by, "place")
        .unique(["unit", "period", *by, "place"])
        .with_columns(covered=nw.lit(1))
    )
    joined = (
        frame.join(membership, on="unit")
        .filter(within)
        .join(covered, on=["unit", "period", *by, "place"], how="left")
        .filter(nw.col("covered").is_null())
    )
    return _add_up(joined, ("place", "period", *by), sums, flags)


def every_period(
    months: Frame,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
) -> Frame:
    """Months together with their quarters, semesters and years."""
    longer = [
        over_months(months, kind, by=by, sums=sums, flags=flags)
        for kind in PERIOD_KINDS
    ]
    columns = ("place", "period", *by, *sums, *flags)
    return concat(frame.select(*columns) for frame in (months, *longer))
