"""`boloci snapshots`: the imports that the workspace holds."""

from typing import Any

import click

from boloci.cli.asking import out
from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "snapshots",
        short_help=_("List the imports."),
        help=_(
            "List every import in the order of arrival: its id, when, by whom, its"
            " files and rows, and whether it counts or was taken back."
        ),
        examples_of=(("boloci snapshots", ""), ("boloci snapshots -o imports.csv", "")),
    )
    @out()
    def snapshots(format: str | None, output: str | None) -> None:
        import pyarrow as pa

        from boloci.cli.drawing import draw
        from boloci.cli.showing import next_step, say, table
        from boloci.cli.writing import chosen_format, write
        from boloci.lake import snapshots as kept

        rows = [_row(snapshot) for snapshot in kept.snapshots(opened().lake)]
        form = chosen_format(format, output)
        if form != "table":
            write(
                pa.Table.from_pylist(rows, schema=_schema()).to_reader(), form, output
            )
        elif rows:
            texts = [_texts(row) for row in rows]
            draw(table(_headings(), texts, right=("rows",)), [], output)
        else:
            say(_("Nothing has been imported yet."))
            next_step(f"boloci import {_('FILE')}", _("read your files"))

    return snapshots


def _row(snapshot: Any) -> dict[str, Any]:
    return {
        "snapshot": snapshot.id,
        "received": snapshot.received.isoformat(timespec="seconds"),
        "by": snapshot.by,
        "files": ", ".join(file.name for file in snapshot.files),
        "rows": sum(sum(file.rows.values()) for file in snapshot.files),
        "state": "live" if snapshot.live else "undone",
        "undone_at": snapshot.undone.get("at", ""),
        "undone_by": snapshot.undone.get("by", ""),
    }


def _schema() -> Any:
    import pyarrow as pa

    names = ("snapshot", "received", "by", "files", "state", "undone_at", "undone_by")
    fields = [pa.field(name, pa.string()) for name in names]
    fields.insert(4, pa.field("rows", pa.int64()))
    return pa.schema(fields)


def _texts(row: dict[str, Any]) -> dict[str, str]:
    from boloci.cli.showing import number

    state = _("live")
    if row["state"] == "undone":
        state = _("taken back {when} by {who}").format(
            when=row["undone_at"][:10], who=row["undone_by"] or "?"
        )
    when = row["received"][:16].replace("T", " ")
    return {**row, "received": when, "rows": number(row["rows"], 0), "state": state}


def _headings() -> dict[str, str]:
    return {
        "snapshot": _("import"),
        "received": _("received (UTC)"),
        "by": _("by"),
        "files": _("files"),
        "rows": _("rows"),
        "state": _("state"),
    }
