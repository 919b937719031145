"""Tables of the estimate: places in bands, chances, girls and boys, other ways."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boloci.charts import Column, Table
from boloci.charts.rankings import rank_ranges
from boloci.hub import links, showing
from boloci.hub.current import workspace
from boloci.hub.figures import estimated_words as words
from boloci.hub.figures import tellers
from boloci.hub.figures.estimated import CHILDREN, STALE
from boloci.hub.language import _
from boloci.published import PlaceRow
from boloci.stats.bands import bands, ranks
from boloci.stats.chances import chance_above

Row = Mapping[str, Any]


def places_table(
    members: Sequence[PlaceRow],
    found: Mapping[str, Row],
    usual: Mapping[str, Row],
    *,
    indicator: str,
    period: str,
) -> Table:
    """Places in bands from the highest on; those that cannot be told last.

    found, usual    facts by place: estimated, and as reported over the target
    """
    rows = [_place(one, found.get(one.place_id), usual) for one in members]
    _put_ranks(rows)
    _put_widths(rows, relative=indicator == CHILDREN)
    unit, width = "percent", ("points", _("From end to end"))
    if indicator == CHILDREN:
        unit = "children"
        width = "percent", _("From end to end, in percent of the estimate")
    title = (
        _("Estimated zero-dose children by place, {period}")
        if indicator == CHILDREN
        else _("Estimated share of zero-dose children by place, {period}")
    )
    return Table(
        name="estimates",
        title=title.format(period=showing.period(period)),
        columns=[
            Column("ranks", _("Possible ranks")),
            Column("place", _("Place"), "place"),
            Column("place_id", _("Identifier")),
            Column("value", _("Estimated"), unit),
            Column("lower", _("At least"), unit),
            Column("upper", _("At most"), unit),
            Column("width", width[1], width[0]),
            Column("usual", _("Usual figure"), unit),
            Column("band", _("Band"), "category"),
            Column("band_ranks", _("Ranks of the band")),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=sorted(rows, key=_order),
    )


def _place(one: PlaceRow, fact: Row | None, usual: Mapping[str, Row]) -> dict[str, Any]:
    known = fact is not None and fact["value"] is not None
    reported = usual.get(one.place_id)
    row: dict[str, Any] = {
        "place": one.name,
        "place_id": one.place_id,
        "address": links.place(one.place_id),
        "explain": links.explain(fact) if fact else "",
        "usual": reported and reported["value"],
        "flags": remarks(fact) if fact else "",
        "told": fact is not None,
    }
    for name in ("value", "lower", "upper"):
        row[name] = fact[name] if fact is not None and known else None
    return row


def _put_widths(rows: Sequence[dict[str, Any]], *, relative: bool) -> None:
    """How wide each interval is: in points, or in percent of the estimate, for among
    many children more are in doubt however sure one is."""
    for row in rows:
        row["width"] = None
        if row["lower"] is not None and row["upper"] is not None:
            width = row["upper"] - row["lower"]
            if not relative:
                row["width"] = width
            elif row["value"]:
                row["width"] = 100 * width / row["value"]


def _put_ranks(rows: Sequence[dict[str, Any]]) -> None:
    """Give each row its band, the ranks of the band, and those it may have itself."""
    lower, upper = (
        np.array([np.nan if row[end] is None else row[end] for row in rows], float)
        for end in ("lower", "upper")
    )
    band = bands(lower, upper)
    own = rank_ranges(
        [
            None if number == 0 else (low, high)
            for number, low, high in zip(band, lower, upper, strict=True)
        ]
    )
    for row, number, shared, possible in zip(rows, band, ranks(band), own, strict=True):
        row["band"] = int(number) or None
        row["band_ranks"] = _range(*shared) if number else ""
        row["ranks"] = _range(*possible) if possible else ""
        row["order"] = possible or (len(rows) + 1, len(rows) + 1)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _order(row: Row) -> tuple[int, int, str]:
    """By the ranks a place may have, then by name: values are no order."""
    first, last = row["order"]
    return first, last, row["place"]


def chances_table(
    members: Sequence[PlaceRow],
    shares: Mapping[str, Sequence[float]],
    worst: Mapping[tuple[str, str], float],
    *,
    threshold: float,
    period: str,
) -> Table:
    """Chance of each place to pass a threshold, and to be in the worst fifth.

    shares  quantiles of the share of zero-dose children, by place, in percent
    """
    known = [one for one in members if one.place_id in shares]
    quantiles = np.array([shares[one.place_id] for one in known], float)
    above = chance_above(quantiles, threshold).tolist() if known else []
    passing = dict(zip((one.place_id for one in known), above, strict=True))
    rows = [
        {
            "place": one.name,
            "place_id": one.place_id,
            "address": links.place(one.place_id),
            "above": passing.get(one.place_id),
            "verdict": words.verdict(passing.get(one.place_id)),
            "worst_region": worst.get((one.place_id, "region")),
            "worst_country": worst.get((one.place_id, "country")),
        }
        for one in members
    ]
    told = [row for row in rows if not _blank(row)]
    title = _(
        "Chance that more than {threshold} of children are without a dose, {period}"
    )
    return Table(
        name="chances",
        title=title.format(
            threshold=showing.figure(threshold, "percent", 0),
            period=showing.period(period),
        ),
        columns=[
            Column("place", _("Place"), "place"),
            Column("place_id", _("Identifier")),
            Column("above", _("Chance to be above (0 to 1)"), "ratio"),
            Column("verdict", _("In words")),
            Column("worst_region", _("In the worst fifth of its region"), "ratio"),
            Column("worst_country", _("In the worst fifth of the country"), "ratio"),
        ],
        rows=sorted(told, key=_likeliest),
    )


def _blank(row: Row) -> bool:
    return all(row[name] is None for name in ("above", "worst_region", "worst_country"))


def _likeliest(row: Row) -> tuple[float, float, str]:
    return -(row["above"] or 0), -(row["worst_country"] or 0), row["place"]


def sexes_rows(
    shares: Mapping[str, Row | None], children: Mapping[str, Row | None]
) -> list[dict[str, Any]]:
    """Girls and boys as estimated, in the rows of the table of sexes.

    shares, children    facts of one place by sex: female, male
    """
    rows = []
    for sex in ("female", "male"):
        share, count = shares.get(sex), children.get(sex)
        if share is None and count is None:
            continue
        rows.append(
            {
                "period": (share or count or {})["period"],
                "sex": words.who(sex),
                "told_by": tellers.word("estimated"),
                "value": share and share["value"],
                "lower": share and share["lower"],
                "upper": share and share["upper"],
                "children": count and count["value"],
                "children_lower": count and count["lower"],
                "children_upper": count and count["upper"],
                "explain": links.explain(share) if share else "",
                "why": _why(share or count),
            }
        )
    return rows


def _why(fact: Row | None) -> str:
    """Why an estimate is blank; blank where it is not."""
    if fact is None or fact["value"] is not None:
        return ""
    return showing.flags(remarks(fact), workspace().catalogue.flags)


def remarks(fact: Row) -> str:
    """Flags of a fact but for that of old data, which the page says once."""
    flags = (fact["flags"] or "").split(";")
    return ";".join(flag for flag in flags if flag != STALE)


def gaps_table(reported: Row | None, estimated: Row | None) -> Table:
    """How far girls are behind boys: as reported, and estimated."""
    rows = [
        {
            "told_by": tellers.word(fact["method"]),
            "value": fact["value"],
            "lower": fact["lower"],
            "upper": fact["upper"],
            "flags": remarks(fact),
            "explain": links.explain(fact),
        }
        for fact in (estimated, reported)
        if fact is not None
    ]
    return Table(
        name="gaps",
        title=_("DTP1 coverage of boys less that of girls"),
        columns=[
            Column("told_by", _("Told by")),
            Column("value", _("Gap"), "points"),
            Column("lower", _("At least"), "points"),
            Column("upper", _("At most"), "points"),
            Column("flags", _("Remarks"), "flags"),
        ],
        rows=rows,
    )


def sensitivity_table(
    found: Sequence[tuple[str, float | None, float | None, float | None]], period: str
) -> Table:
    """Zero-dose children of a place by other choices and other ways."""
    return Table(
        name="sensitivity",
        title=_("Zero-dose children by other ways, {period}").format(
            period=showing.period(period)
        ),
        columns=[
            Column("kept", _("Way of computing")),
            Column("value", _("Children"), "children"),
            Column("lower", _("At least"), "children"),
            Column("upper", _("At most"), "children"),
        ],
        rows=[
            {"kept": words.kept(kept), "value": value, "lower": low, "upper": high}
            for kept, value, low, high in found
        ],
    )
