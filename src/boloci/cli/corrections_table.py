"""The register of corrections as a table for people."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from boloci.cli.drawing import draw
from boloci.cli.fact_table import count_text
from boloci.cli.language import _
from boloci.cli.showing import (
    MISSING,
    labelled,
    next_step,
    note,
    rows_said,
    say,
    split_constant,
    table,
)
from boloci.cli.tongue import TONGUE
from boloci.telling import corrections as telling

RIGHT = ("reported", "corrected")


def show(found: pa.Table, output: str | None) -> None:
    """Draw the register; what is the same on every row is said below it."""
    rows = [texts(row) for row in found.to_pylist()]
    always = ("place", "period", "element", "reported", "corrected", "state")
    drawn, said = split_constant(headings(), rows, always=always)
    below = [labelled(name, text) for name, text in said.items()]
    below.append(rows_said(len(rows), len(rows)))
    draw(table(drawn, rows, right=RIGHT), below, output)


def headings() -> dict[str, str]:
    """Columns as people read them."""
    return {
        "correction_id": _("correction"),
        "place": _("place"),
        "period": _("period"),
        "element": _("element"),
        "sex": _("sex"),
        "age": _("age"),
        "strategy": _("strategy"),
        "reported": _("reported"),
        "corrected": _("counted instead"),
        "state": _("state"),
        "reason": _("because"),
        "by": _("by"),
        "on": _("on"),
    }


def texts(row: dict[str, Any]) -> dict[str, str]:
    """One correction in words and numbers of the language."""
    return {
        **{name: row[name] for name in headings() if name not in RIGHT},
        "place": row["place"] or row["place_id"],
        "reported": count_text(row["reported"]) or MISSING,
        "corrected": telling.instead(TONGUE, row["action"], row["value"]),
        "state": _state(row),
    }


def _state(row: dict[str, Any]) -> str:
    """What became of a correction, and what it would need."""
    if row["state"] == "applied" and not row["published"]:
        return telling.state(TONGUE, "accepted")
    return telling.state(
        TONGUE,
        row["state"],
        guard=telling.reported(TONGUE, row["expect"]),
        **{name: row[name] for name in ("later", "parts", "status")},
    )


def tell_added(row: dict[str, Any], snapshot: str) -> None:
    """Say what was noted, as which import, and what to do next."""
    said = _("Noted the correction {id}: the source says {reported}, {instead}.")
    reported = telling.reported(TONGUE, row["expect"])
    instead = telling.counted(TONGUE, row["action"], row["value"])
    told = {"id": row["correction_id"], "reported": reported, "instead": instead}
    say(said.format(**told))
    say(_("It is the import {snapshot}.").format(snapshot=snapshot))
    next_step("boloci build", _("publish figures with it"))
    next_step(f"boloci undo {snapshot[:6]}", _("take it back"))


def tell_none() -> None:
    """Say that there is no correction here."""
    note(_("No correction passes these filters."))


def told_of(correction: Mapping[str, Any]) -> str:
    """One correction in a line, as `boloci explain` says it."""
    said = _("{place}, {period}: {change}. {reason} ({by}, {id})")
    return said.format(
        place=correction["place"],
        period=correction["period"],
        change=telling.change(TONGUE, correction),
        reason=correction["reason"] or "",
        by=" ".join(filter(None, (correction["by"], correction["on"]))),
        id=correction["correction_id"],
    )
