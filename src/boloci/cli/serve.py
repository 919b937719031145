"""`boloci serve`: the hub, in a browser."""

from pathlib import Path

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "serve",
        short_help=_("Show the figures in a browser."),
        help=_(
            "Start the hub of the workspace: its pages, and a worker for imports and"
            " publishing. On this machine only, unless --host says otherwise; then the"
            " address is also drawn as a code that a phone can read. Ctrl-C ends it."
        ),
        examples_of=(
            ("boloci serve", ""),
            ("boloci serve --port 8080", ""),
            ("boloci serve --host 0.0.0.0", _("for every machine of the network")),
        ),
    )
    @click.option(
        "--port",
        type=click.IntRange(1, 65535),
        default=8000,
        show_default=True,
        help=_("Port of this machine."),
    )
    @click.option(
        "--host",
        metavar=_("ADDRESS"),
        default="127.0.0.1",
        show_default=True,
        help=_("Address to listen on; 0.0.0.0: the whole network."),
    )
    def serve(port: int, host: str) -> int:
        return run(root=opened().root, port=port, host=host)

    return serve


def run(*, root: Path, port: int, host: str = "127.0.0.1") -> int:
    """Serve a workspace until stopped."""
    from boloci.cli.showing import say
    from boloci.hub import serving

    serving.setup(root)
    serving.prepare()
    serving.safe_to_show(host)
    serving.free(host, port)

    def ready() -> None:
        shown = serving.addresses(host, port)
        for address in shown:
            say(_("The hub is open: {address}").format(address=address))
        if host not in serving.HERE:
            import segno

            segno.make(shown[0], micro=False).terminal(compact=True)
        say(_("Ctrl-C ends it."))

    return serving.serve(root, host=host, port=port, ready=ready)
