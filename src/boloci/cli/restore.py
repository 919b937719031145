"""`boloci restore`: a backup becomes a workspace again."""

import click

from boloci.cli.language import _
from boloci.cli.program import asked_workspace, teaching
from boloci.cli.trouble import ENVIRONMENT, tell


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "restore",
        short_help=_("Make a workspace from a backup."),
        help=_(
            "Put the backup FILE back into an empty folder: --workspace DIR, else the"
            " current folder. Every file is compared with what was saved, then the"
            " lake is verified. Enter passwords and keys (secrets.toml) again."
        ),
        examples_of=(("boloci --workspace mali restore mali-2024-06-30.zip", ""),),
    )
    @click.argument("file", metavar=_("FILE"))
    def restore(file: str) -> int:
        from pathlib import Path

        from boloci.backup import restore
        from boloci.cli.showing import say
        from boloci.cli.waiting import progress
        from boloci.verifying import verify
        from boloci.workspace import find

        with progress(_("Restoring")) as bar:
            restored = restore(Path(file), find(asked_workspace()), progress=bar)
            problems = verify(restored, progress=bar)
        if problems:
            tell(problems)
            return ENVIRONMENT
        say(_("Restored into {folder} and verified.").format(folder=restored.root))
        return 0

    return restore
