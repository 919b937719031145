"""Sums over places and months that say what they are made of.

A sum adds what was reported and invents nothing: no report at all gives null, and
reports expected and received go with every sum (`boloci.stats.reports`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Ways:
    """Who adds to whom in which months, units with the same ways up taken together.

    `own`: unit, first_month, last_month (months it was open). `lineage`: unit,
    lineage. `above`: lineage, place, first_month, last_month. Fourteen hundred areas
    have some eighty lineages, so their months are added up once and not four times.
    """

    own: Frame
    lineage: Frame
    above: Frame


def over_places(
    frame: Frame,
    ways: Ways,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
    when: str = "period",
    above: Frame | None = None,
) -> Frame:
    """Months of units, and their sums over every place above, while they belong.

    `frame`: one row a unit, period and `by`, with `sums` and `flags` (0/1: a sum has
    it if one part has). `when`: the column with the month in which they belong, where
    periods are not all months. `above`: what is added up, where some of a unit's own
    figures enter no sum. Returns one row a place, period and `by`, with `sums` and
    `flags`: what a place above reports itself (a district's hospital) is in its sum.
    """
    columns = ("place", "period", *by, *sums, *flags)
    key = dict.fromkeys(("lineage", "period", when, *by))
    adding = frame if above is None else above
    leaves, tops = _apart(ways)
    own = _own(frame, leaves, when).select(*columns)
    together = _add_up(adding.join(ways.lineage, on="unit"), tuple(key), sums, flags)
    below = together.join(ways.above, on="lineage").filter(_within(when))
    added = _add_up(
        concat([below.select(*columns), _own(adding, tops, when).select(*columns)]),
        ("place", "period", *by),
        sums,
        flags,
    )
    return concat([own, added.select(*columns)])


def _apart(ways: Ways) -> tuple[Frame, Frame]:
    """Months of units that no other adds to, and of those that others add to."""
    tops = ways.above.select(unit=nw.col("place")).unique("unit")
    told = ways.own.join(tops.with_columns(top=nw.lit(1)), on="unit", how="left")
    return told.filter(nw.col("top").is_null()), told.filter(~nw.col("top").is_null())


def _own(frame: Frame, months: Frame, when: str) -> Frame:
    open_then = frame.join(months, on="unit").filter(_within(when))
    return open_then.with_columns(place=nw.col("unit"))


def _within(when: str) -> nw.Expr:
    month = nw.col(when)
    return (month >= nw.col("first_month")) & (month <= nw.col("last_month"))


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


def together(
    frames: Sequence[Frame],
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
) -> Frame:
    """Sums of the same places and periods from several tables, as one."""
    columns = ("place", "period", *by, *sums, *flags)
    everything = concat(frame.select(*columns) for frame in frames)
    return _add_up(everything, ("place", "period", *by), sums, flags)


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
    when: str = "period",
) -> Frame:
    """Like `over_places` for figures that a place may state for itself and below.

    A place's own statement stands; without one it is the sum of the topmost
    statements below it, so that a district's figure is never added to its areas'.
    """
    stated = frame.select(*dict.fromkeys(("unit", "period", when, *by)))
    above = membership.filter(nw.col("unit") != nw.col("place"))
    within = _within(when)
    columns = tuple(dict.fromkeys(("unit", "period", when, *by)))
    parents = (
        stated.join(above, on="unit")
        .filter(within)
        .select(*columns, parent=nw.col("place"))
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
    entered: Frame | None = None,
) -> Frame:
    """Months together with their quarters, semesters and years.

    Each kind is summed from the one before it, with what was `entered` for a whole
    quarter, semester or year.
    """
    columns = ("place", "period", *by, *sums, *flags)
    found = [months]
    for kind in PERIOD_KINDS:
        found.append(
            longer(found[-1], kind, by=by, sums=sums, flags=flags, entered=entered)
        )
    return concat(frame.select(*columns) for frame in found)


def longer(
    shorter: Frame,
    kind: str,
    *,
    by: Sequence[str],
    sums: Sequence[str],
    flags: Sequence[str] = (),
    entered: Frame | None = None,
    adding: Callable[[Frame], Frame] = lambda frame: frame,
) -> Frame:
    """Quarters from months, semesters from quarters, or years from semesters.

    `entered`: what was entered for whole quarters, semesters or years. `adding`: what
    of the shorter period is added up, where some figures enter no sum.
    """
    columns = ("place", "period", *by, *sums, *flags)
    if kind != periods.QUARTER:
        shorter = first_months(shorter)
    parts = adding(shorter).with_columns(period=containing(nw.col("period"), kind))
    if entered is not None:
        of_kind = entered.filter(_is(nw.col("period"), kind))
        parts = concat([parts.select(*columns), of_kind.select(*columns)])
    return _add_up(parts, ("place", "period", *by), sums, flags)


def _is(period: nw.Expr, kind: str) -> nw.Expr:
    part = period % 100
    if kind == periods.QUARTER:
        return (part > 20) & (part < 30)
    return part > 30 if kind == periods.SEMESTER else part == 0


def first_months(frame: Frame) -> Frame:
    """Quarters or semesters at their first month, so that they can be summed on."""
    part = nw.col("period") % 100
    year = nw.col("period") // 100 * 100
    quarter, semester = (part - 21) * 3 + 1, (part - 31) * 6 + 1
    month = nw.when(part < 30).then(quarter).otherwise(semester)
    return frame.with_columns(period=(year + month).cast(nw.Int32))
