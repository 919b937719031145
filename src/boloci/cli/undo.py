"""`boloci undo`: take one import back, or bring it back."""

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
            " published. The first characters of the id are enough.\n\nWith --back it"
            " counts again as if it had never been taken back: what came after it"
            " still goes before it."
        ),
        examples_of=(
            ("boloci snapshots", _("see the imports and their ids")),
            ("boloci undo 000003", ""),
            ("boloci undo --back 000003", _("have it count again")),
        ),
    )
    @click.argument("snapshot", metavar="SNAPSHOT")
    @click.option(
        "--back",
        is_flag=True,
        help=_("Bring an import that was taken back into the figures again."),
    )
    def undo(snapshot: str, back: bool) -> None:
        import datetime

        from boloci.cli.showing import next_step, say
        from boloci.cli.who import user
        from boloci.lake import disk, snapshots

        workspace = opened()
        write = snapshots.bring_back if back else snapshots.undo
        with disk.one_writer(workspace.lake):
            changed = write(
                workspace.lake,
                snapshot,
                by=user(),
                at=datetime.datetime.now(datetime.UTC),
            )
        if back:
            say(_("Brought back the import {snapshot}.").format(snapshot=changed.id))
            next_step("boloci build", _("publish figures with this import"))
        else:
            say(_("Took back the import {snapshot}.").format(snapshot=changed.id))
            next_step("boloci build", _("publish figures without it"))

    return undo
