"""`boloci verify`: is everything in the lake as it was written?"""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching
from boloci.cli.trouble import ENVIRONMENT, tell


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "verify",
        short_help=_("Check that nothing in the lake is damaged."),
        help=_(
            "Read every file of the lake again and compare it with what was written:"
            " imports, the files they came from, published figures. Says what is"
            " damaged and leaves with exit code 3; 0 when all is well."
        ),
        examples_of=(("boloci verify", ""),),
    )
    def verify() -> int:
        from boloci.cli.showing import number, say
        from boloci.cli.waiting import progress
        from boloci.lake.snapshots import snapshots
        from boloci.verifying import verify

        workspace = opened()
        with progress(_("Checking")) as bar:
            problems = verify(workspace, progress=bar)
        held = snapshots(workspace.lake)
        if problems:
            tell(problems)
            return ENVIRONMENT
        say(
            _(
                "All is well: the imports ({n}) and the published figures are as"
                " they were written."
            ).format(n=number(len(held), 0))
        )
        return 0

    return verify
