"""`boloci init`: make a workspace."""

import shlex

import click

from boloci.cli.language import _
from boloci.cli.program import teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "init",
        short_help=_("Make a workspace."),
        help=_(
            "Make a workspace in DIR: the folder that will hold settings, catalogue,"
            " data and facts.\n\nWith --country its languages, levels and vaccination"
            " schedule come from the catalogue; without it the workspace is neutral,"
            " and country and levels come from the tree you import."
        ),
        examples_of=(
            ("boloci init mali --country ML", _("Mali, with its schedule and levels")),
            ("boloci init kenya", _("any country: levels as in the imported tree")),
        ),
    )
    @click.argument("folder", metavar=_("DIR"))
    @click.option(
        "--country", metavar="XX", help=_("Country by its ISO code of two letters.")
    )
    def init(folder: str, country: str | None) -> None:
        from boloci.cli.showing import next_step, say
        from boloci.workspace import init

        made = init(folder, country=country)
        say(_("Made the workspace {folder}.").format(folder=made.root))
        next_step(
            f"boloci --workspace {shlex.quote(folder)} import {_('FILE')}",
            _("read your files"),
        )

    return init
