"""`boloci export`: the public pages as files, to carry on a USB stick."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "export",
        short_help=_("Put the public pages into a folder, to read without a server."),
        help=_(
            "Write the pages that everyone may see (country to district, with the"
            " choices a page opens with), in French and English, into the folder DIR:"
            " open its index.html in any browser, also from a USB stick. DIR must be"
            " new, empty or an older export, which is then replaced as a whole. What"
            " only people who signed in may see is not in it."
        ),
        examples_of=(
            ("boloci export /media/usb/boloci", _("onto a USB stick")),
            (
                "boloci export pages --indicator dtp1_coverage",
                _("with the page of one indicator"),
            ),
            ("boloci export pages --zip pages.zip", _("and as one file, to send")),
        ),
    )
    @click.argument("folder", metavar=_("DIR"))
    @click.option(
        "--indicator",
        "indicators",
        multiple=True,
        metavar=_("NAME"),
        help=_("Only these indicators get a page of their own; may be given again."),
    )
    @click.option(
        "--all-indicators",
        is_flag=True,
        help=_(
            "A page for every indicator, not for the key figures alone: far larger."
        ),
    )
    @click.option(
        "--zip",
        "archive",
        metavar=_("FILE"),
        help=_("Pack the folder into this zip file as well."),
    )
    def export(
        folder: str,
        indicators: tuple[str, ...],
        all_indicators: bool,
        archive: str | None,
    ) -> None:
        import signal
        from datetime import datetime
        from pathlib import Path
        from zoneinfo import ZoneInfo

        from boloci.cli.showing import number, say
        from boloci.cli.waiting import progress
        from boloci.hub import serving

        workspace = opened()
        serving.setup(workspace.root)
        serving.prepare()
        from boloci.hub.export import folder as folders
        from boloci.hub.export.exporting import export

        # what was begun is taken away, whoever ends it
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        target = Path(folder)
        with progress(_("Exporting")) as bar:
            made = export(
                target,
                now=datetime.now(ZoneInfo(workspace.time_zone)),
                indicators=None if all_indicators else indicators,
                progress=bar,
            )
        say(
            _("{n} pages, {files} files, {size} MB. Open {file}").format(
                n=number(made.pages, 0),
                files=number(made.files, 0),
                size=number(made.size / 1e6),
                file=target / "index.html",
            )
        )
        if archive is not None:
            folders.zipped(target, Path(archive))
            size = number(Path(archive).stat().st_size / 1e6)
            say(_("Packed in {file} ({size} MB).").format(file=archive, size=size))

    return export
