"""Where to look first on the screen: the order, and a sentence for each place."""

from typing import Any

import pyarrow as pa

from boloci.cli.drawing import draw
from boloci.cli.fact_table import count_text
from boloci.cli.language import _, spoken
from boloci.cli.showing import MISSING, labelled, number, rows_said, table
from boloci.telling.numbers import PERCENT

SHOWN = 20


def show(found: pa.Table, output: str | None) -> None:
    """Draw the first places, and below them what they say and what to do."""
    rows = found.slice(0, SHOWN).to_pylist()
    drawn = table(headings(), [texts(row) for row in rows], right=_RIGHT)
    first = rows[0]
    period = f"{first['period_start']} – {first['period_end']}"
    below = [labelled(_("period"), period)]
    below += [line for row in rows if row["children"] for line in said(row)]
    below += [
        _(
            "Places that share a range (2–5) cannot be told apart: chance alone could"
            " give their order."
        ),
        _(
            "From doses that were reported: children whom nobody ever saw are not in"
            " it, and an order is no judgement of a team."
        ),
    ]
    if not first["bcg_tells"]:
        below.append(_("BCG is left out: many places give less of it than of DTP1."))
    draw(drawn, [*below, rows_said(len(rows), found.num_rows)], output)


_RIGHT = (
    *("rank", "children", "range", "share", "not_started", "fewer", "not_finished"),
    "unknown",
)


def headings() -> dict[str, str]:
    """Columns as people read them."""
    return {
        "rank": _("order"),
        "place": _("place"),
        "children": _("children"),
        "range": _("by chance"),
        "share": _("share"),
        "not_started": _("BCG, no DTP1"),
        "fewer": _("fewer than before"),
        "not_finished": _("DTP1, no DTP3"),
        "unknown": _("silent"),
    }


def texts(row: dict[str, Any]) -> dict[str, str]:
    """One place in words and numbers of the language."""
    known = row["children"] is not None
    ends = f"{count_text(row['lower'])} – {count_text(row['upper'])}"
    parts = ("children", "not_started", "fewer", "not_finished", "unknown")
    return {
        "place": row["place"],
        "rank": _ranks(row),
        "range": ends if known else MISSING,
        "share": number(row["share"], 0) + PERCENT[spoken()] if known else MISSING,
        **{name: number(row[name], 0) for name in parts},
    }


def _ranks(row: dict[str, Any]) -> str:
    """All the ranks that chance leaves a place: 2–5; a dash where it has none."""
    if not row["rank"]:
        return MISSING
    last = row["rank"] + (row["tied"] or 0)
    return str(last) if last == row["rank"] else f"{row['rank']}–{last}"


def said(row: dict[str, Any]) -> list[str]:
    """The sentence of a place, and what to do."""
    return [row[f"sentence_{spoken()}"], f"  → {row[f'action_{spoken()}']}"]
