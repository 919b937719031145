"""`boloci undo`: take one import back, or bring it back."""

from pathlib import Path

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching

REFUSED = 1
"""The exit code of what cannot be accepted as it is."""


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

        lake = opened().lake
        now = datetime.datetime.now(datetime.UTC)
        write = snapshots.bring_back if back else snapshots.undo
        with disk.one_writer(lake):
            if not back and _warn(lake, snapshot):
                raise click.exceptions.Exit(REFUSED)
            changed = write(lake, snapshot, by=user(), at=now)
        if back:
            say(_("Brought back the import {snapshot}.").format(snapshot=changed.id))
            next_step("boloci build", _("publish figures with this import"))
        else:
            say(_("Took back the import {snapshot}.").format(snapshot=changed.id))
            next_step("boloci build", _("publish figures without it"))

    return undo


def _warn(lake: Path, snapshot: str) -> bool:
    """Say which places go with an import; whether it may not be taken back."""
    from boloci import losing
    from boloci.cli.showing import note
    from boloci.cli.tongue import TONGUE
    from boloci.lake import snapshots
    from boloci.telling.losing import warned

    known = snapshots.named(lake, snapshot)
    if not known.live:
        return False  # refused with who took it back, and when
    loss = losing.loss(lake, known)
    said = warned(TONGUE, loss)
    for sentence in filter(None, said or ()):
        note(sentence)
    return loss.refused
