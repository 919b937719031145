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
        "corrected": counted_instead(row),
        "state": state_word(row),
    }


def counted_instead(row: dict[str, Any]) -> str:
    """What a correction puts in the place of the value reported."""
    if row["action"] == "drop":
        return _("set aside")
    if row["action"] == "flag":
        return _("kept, with a mark")
    return count_text(row["value"])


def state_word(row: dict[str, Any]) -> str:
    """What became of a correction, and what it would need, in the language spoken."""
    nothing = _("nothing")
    named = {
        "applied": _("applied"),
        "stale": _("not applied: it expects {guard} in the source"),
        "in_source": _("no longer needed: the source says the same"),
        "superseded": _("replaced by {later}"),
        "not_found": _("not applied: no source has this value"),
        "ambiguous": _("not applied: the source has {parts}"),
        "proposed": _("proposed: waits for somebody to accept it"),
        "unsigned": _("waits: no status, and who or why is not said"),
        "rejected": _("rejected"),
        "withdrawn": _("withdrawn"),
        "unknown_status": _("not applied: status {status} not understood"),
        "unknown_element": _("not applied: element not known"),
        "unknown_place": _("not applied: place not known"),
    }
    told = {"guard": count_text(row["expect"]) or nothing}
    told |= {name: row[name] for name in ("later", "parts", "status")}
    if row["state"] == "applied" and not row["published"]:
        return _("accepted: enters figures at the next build")
    return named[row["state"]].format(**told)


def tell_added(row: dict[str, Any], snapshot: str) -> None:
    """Say what was noted, as which import, and what to do next."""
    said = _("Noted the correction {id}: the source says {reported}, {instead}.")
    reported = count_text(row["expect"]) or _("nothing")
    instead = _("counted instead: {value}").format(value=counted_instead(row))
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
    said = _("{place}, {period}: reported {reported}, {instead}. {reason} ({by}, {id})")
    instead = {
        "drop": _("set aside"),
        "flag": _("kept, with a mark"),
    }.get(correction["action"])
    counted = _("counted instead: {value}")
    return said.format(
        place=correction["place"],
        period=correction["period"],
        reported=count_text(correction["reported"]) or _("nothing"),
        instead=instead or counted.format(value=count_text(correction["corrected"])),
        reason=correction["reason"] or "",
        by=" ".join(filter(None, (correction["by"], correction["on"]))),
        id=correction["correction_id"],
    )
