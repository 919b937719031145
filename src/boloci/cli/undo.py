"""`boloci undo`: take one import back."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "undo",
        short_help=_("Take an import back."),
        help=_(
            "Take the import SNAPSHOT back: its rows no longer count from the next"
            " build on. Nothing is deleted, and older builds stay as they were"
            " published. The first characters of the id are enough."
        ),
        examples_of=(
            ("boloci snapshots", _("see the imports and their ids")),
            ("boloci undo 000003", ""),
        ),
    )
    @click.argument("snapshot", metavar="SNAPSHOT")
    def undo(snapshot: str) -> None:
        import datetime

        from boloci.cli.showing import next_step, say
        from boloci.cli.who import user
        from boloci.lake import disk, snapshots

        workspace = opened()
        with disk.one_writer(workspace.lake):
            undone = snapshots.undo(
                workspace.lake,
                snapshot,
                by=user(),
                at=datetime.datetime.now(datetime.UTC),
            )
        say(_("Took back the import {snapshot}.").format(snapshot=undone.id))
        next_step("boloci build", _("publish figures without it"))

    return undo
