"""`boloci backup`: the whole workspace in one file."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "backup",
        short_help=_("Put the whole workspace into one file."),
        help=_(
            "Put settings, catalogue, imports and published figures into the zip FILE,"
            " as they are at one moment; others may go on reading meanwhile. Passwords"
            " and keys (secrets.toml) and logs stay out."
        ),
        examples_of=(
            ("boloci backup mali-2024-06-30.zip", ""),
            ("boloci backup /media/usb/mali.zip", _("onto a USB stick")),
        ),
    )
    @click.argument("file", metavar=_("FILE"))
    @click.option(
        "--with-secrets",
        is_flag=True,
        help=_("Take secrets.toml too; keep such a file locked away."),
    )
    def backup(file: str, with_secrets: bool) -> None:
        from pathlib import Path

        from boloci.backup import backup
        from boloci.cli.showing import number, say
        from boloci.cli.waiting import progress

        workspace = opened()
        with progress(_("Saving")) as bar:
            saved = backup(
                workspace, Path(file), with_secrets=with_secrets, progress=bar
            )
        size = number(Path(file).stat().st_size / 1e6)
        say(
            _("Saved {n} files in {file} ({size} MB).").format(
                n=number(saved, 0), file=file, size=size
            )
        )

    return backup
