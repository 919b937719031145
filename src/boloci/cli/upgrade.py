"""`boloci upgrade`: bring an older workspace to this version's format."""

import click

from boloci.cli.language import _
from boloci.cli.program import asked_workspace, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "upgrade",
        short_help=_("Bring an older workspace to this version."),
        help=_(
            "Bring the workspace to the format of this version of boloci: first a"
            " backup beside the workspace, then the change, then every published"
            " profile is built again. Does nothing where nothing is to be done."
        ),
        examples_of=(("boloci upgrade", ""),),
    )
    def upgrade() -> None:
        from boloci.cli.showing import say
        from boloci.cli.waiting import progress
        from boloci.upgrading import upgrade
        from boloci.workspace import FORMAT, find

        with progress(_("Upgrading")) as bar:
            done = upgrade(find(asked_workspace()), progress=bar)
        if done.saved is None:
            say(
                _("The workspace already has format {n}; nothing was changed.").format(
                    n=FORMAT
                )
            )
            return
        say(
            _("Brought from format {old} to {n}; the backup is {file}.").format(
                old=done.format_before, n=FORMAT, file=done.saved
            )
        )

    return upgrade
