"""Before and after: a month before the first change was tested, and the latest one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from boloci.charts import Column, Table
from boloci.hub import showing
from boloci.hub.improvement.series import Series
from boloci.hub.language import _
from boloci.stats.before_after import Change, Share, gap_change, share_change

PAIR = ("male", "female")
WHEN = ("before", "after")


def table(name: str, series: Series, first_change: str | None) -> Table | None:
    """What changed between two months; None where there are no two.

    first_change    month in which the first change was tested; None: none was
    """
    sexes = PAIR if series.has_sexes else ("total",)
    months = _months(series, sexes, first_change)
    if months is None:
        return None
    shares = {sex: [_share(series, sex, at) for at in months] for sex in sexes}
    rows = [_row(sex, share_change(*shares[sex]), shares[sex]) for sex in sexes]
    if len(sexes) > 1:
        boys, girls = shares["male"], shares["female"]
        gap = gap_change((boys[0], girls[0]), (boys[1], girls[1]))
        rows.append(_row("gap", gap, []))
    first, last = (showing.period(series.months[at]) for at in months)
    columns = [
        Column("whom", _("Whom")),
        Column("before", first, "percent"),
        Column("after", last, "percent"),
        Column("change", _("Change"), "points"),
        Column("lower", _("At least"), "points"),
        Column("upper", _("At most"), "points"),
        Column("size_before", _("Children, {month}").format(month=first), "children"),
        Column("size_after", _("Children, {month}").format(month=last), "children"),
    ]
    told = {"first": first, "last": last}
    title = _("First and latest month: {first} and {last}").format(**told)
    if first_change is not None and series.months[months[0]] < first_change:
        title = _("Before and after: {first} and {last}").format(**told)
    same = series.places[months[0]] == series.places[months[1]]
    if not same:
        rows = [{**row, "lower": None, "upper": None} for row in rows]
    return Table(name, title, columns, rows, note=_note(rows, same=same))


def _months(
    series: Series, sexes: Sequence[str], first_change: str | None
) -> tuple[int, int] | None:
    """Positions of the month before the first change, and of the latest."""
    values = [series.by_sex[sex].value for sex in sexes]
    known = np.flatnonzero(~np.isnan(np.vstack(values)).any(axis=0))
    if len(known) < 2:
        return None
    before = [
        at
        for at in known
        if first_change is not None and series.months[at] < first_change
    ]
    first, last = int(before[-1] if before else known[0]), int(known[-1])
    return (first, last) if first < last else None


def _share(series: Series, sex: str, at: int) -> Share:
    counts = series.by_sex[sex]
    size = float(counts.denominator[at])
    return Share(float(counts.value[at]), None if np.isnan(size) else size)


def _row(sex: str, change: Change, shares: Sequence[Share]) -> dict[str, Any]:
    names = {
        "male": _("boys"),
        "female": _("girls"),
        "gap": _("gap"),
        "total": _("all children"),
    }
    sizes = [one.size for one in shares] or [None, None]
    return {
        "whom": names[sex],
        "before": change.before,
        "after": change.after,
        "change": change.change,
        "lower": change.lower,
        "upper": change.upper,
        "size_before": sizes[0],
        "size_after": sizes[1],
    }


def _note(rows: Sequence[dict[str, Any]], *, same: bool) -> str:
    """What the two months cannot tell."""
    if not same:
        return _(
            "The two months are not of the same sites: no interval, and part of the"
            " change is a change of sites."
        )
    alone = _(
        "Two months of the same places, without places to compare with: this does not"
        " say that the project made the change."
    )
    if any(not 0 <= row[when] <= 100 for row in rows[:2] for when in WHEN):
        return _("No interval: a percentage lies below 0 or above 100 %.") + " " + alone
    if any(row["lower"] is None for row in rows):
        unknown = _(
            "No interval: how many children the percentages are of is not known."
        )
        return f"{unknown} {alone}"
    return _("Intervals of 95 %.") + " " + alone
