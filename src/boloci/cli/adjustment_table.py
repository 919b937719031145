"""Before and after as a table for people, with the constants it rests on."""

from typing import Any

import pyarrow as pa

from boloci.adjustments import constants
from boloci.cli.drawing import draw
from boloci.cli.fact_table import count_text, level_word
from boloci.cli.language import _
from boloci.cli.showing import (
    MISSING,
    labelled,
    note,
    number,
    rows_said,
    split_constant,
    table,
)
from boloci.cli.tongue import TONGUE
from boloci.telling import lineage, methods
from boloci.workspace import Workspace

RIGHT = ("before", "after", "change")


def show(
    workspace: Workspace,
    profile: str,
    found: pa.Table,
    output: str | None,
    *,
    shown: int,
) -> None:
    """Draw the largest changes, and below them what the scenarios rest on."""
    rows = [texts(row) for row in found.slice(0, shown).to_pylist()]
    always = ("place", "period", "before", "after")
    drawn, said = split_constant(headings(), rows, always=always)
    below = [labelled(name, text) for name, text in said.items()]
    below.append(
        _("Constants of profile {profile}: {told}").format(
            profile=profile,
            told="; ".join(
                f"{name} = {constant.value}"
                for name, constant in constants(workspace, profile).items()
            ),
        )
    )
    below.append(rows_said(len(rows), found.num_rows))
    draw(table(drawn, rows, right=RIGHT), below, output)


def headings() -> dict[str, str]:
    """Columns as people read them."""
    return {
        "element": _("element"),
        "place": _("place"),
        "level": _("level"),
        "period": _("period"),
        "method": _("scenario"),
        "before": _("reported"),
        "after": _("in the scenario"),
        "change": _("change"),
        "reason": _("because"),
    }


def texts(row: dict[str, Any]) -> dict[str, str]:
    """One change in words and numbers of the language."""
    return {
        **{name: row[name] for name in ("element", "place", "period")},
        "level": level_word(row["level"]),
        "method": methods.short(TONGUE, row["method"]),
        "before": count_text(row["before"]) or MISSING,
        "after": count_text(row["after"]) or MISSING,
        "change": ("+" if row["change"] > 0 else "") + number(row["change"], 0),
        "reason": lineage.reason(TONGUE, row["reason"]),
    }


def tell_none() -> None:
    """Say that no scenario changes anything here."""
    note(_("No scenario changes anything that passes all of these filters."))
