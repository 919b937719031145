"""The group of commands, and what every command shares."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from boloci.cli.language import LANGUAGES, _

if TYPE_CHECKING:
    from boloci.workspace import Workspace

COMMANDS = {
    "init": "init",
    "import": "import_files",
    "undo": "undo",
    "recipe": "recipe",
    "build": "build",
    "estimate": "estimate",
    "validate": "validate",
    "facts": "facts",
    "findings": "findings",
    "look": "look",
    "range": "range",
    "adjustments": "adjustments",
    "corrections": "corrections",
    "explain": "explain",
    "inequality": "inequality",
    "compare": "compare",
    "snapshots": "snapshots",
    "verify": "verify",
    "backup": "backup",
    "restore": "restore",
    "upgrade": "upgrade",
    "serve": "serve",
    "export": "export",
    "user": "user",
    "demo": "demo",
}
"""Command -> its module in `boloci.cli`, in the order a newcomer meets them."""


@dataclass
class Asked:
    """What the options that every command shares said."""

    workspace: str | None = None


class Commands(click.Group):
    """The group: a command's module is imported only when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Build one command in the language being spoken."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"boloci.cli.{COMMANDS[name]}")
        built: click.Command = module.command()
        return built


def program() -> click.Group:
    """The `boloci` command in the language being spoken."""

    @click.group(
        cls=Commands,
        help=_(
            "From a country's own immunisation files to numbers anyone can trace."
            "\n\nWork in this order: init makes a workspace, import reads your files"
            " (DHIS2, tidy CSV, Countdown, spreadsheets), build publishes the facts,"
            " facts shows them, explain traces a number back to its rows."
        ),
        epilog=examples(
            ("boloci demo", _("a whole synthetic country, to try things on")),
            ("boloci init mali --country ML", _("make a workspace")),
            ("cd mali", ""),
            ("boloci import export.zip", _("read files and see what is doubtful")),
            ("boloci build", _("compute and publish")),
            (
                "boloci facts --indicator dtp1_coverage --level region --period 2024Q1",
                "",
            ),
            ("boloci facts --help", _("options and examples of one command")),
        ),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGUMENTS]..."),
        context_settings={"max_content_width": 100},
    )
    @shared_options
    @click.version_option(
        package_name="boloci",
        prog_name="boloci",
        message=_("%(prog)s, version %(version)s"),
        help=_("Show the version and exit."),
    )
    def boloci() -> None:
        pass

    return boloci


def shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that may stand before or after the command's name."""
    workspace = click.option(
        "--workspace",
        metavar=_("DIR"),
        expose_value=False,
        callback=_remember_workspace,
        help=_(
            "The workspace; else the variable BOLOCI_WORKSPACE, else the current"
            " folder."
        ),
    )
    language = click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        help=_("Language of messages and tables; French unless asked otherwise."),
    )
    return workspace(language(function))


def teaching(
    name: str, *, help: str, examples_of: tuple[tuple[str, str], ...], **rest: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorator for a command whose `--help` ends with examples."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        decorator: Any = click.command(
            name,
            help=help,
            epilog=examples(*examples_of),
            options_metavar=_("[OPTIONS]"),
            **rest,
        )
        built: click.Command = decorator(shared_options(function))
        return built

    return decorate


def examples(*lines: tuple[str, str]) -> str:
    """Commands with what they do, as the end of a help text."""
    width = max((len(command) for command, said in lines if said), default=0)
    told = [
        f"  {command:<{width}}  # {said}" if said else f"  {command}"
        for command, said in lines
    ]
    return "\b\n" + "\n".join([_("Examples:"), *told])


def opened() -> "Workspace":
    """The workspace that the command is about."""
    from boloci.workspace import open_workspace

    return open_workspace(asked_workspace())


def opened_as_of(profile: str, as_of: str | None) -> "Workspace":
    """The workspace, with the figures as of a day worked out behind a progress bar."""
    workspace = opened()
    if as_of is not None:
        from boloci import pipeline
        from boloci.cli.waiting import progress
        from boloci.facts import day_named

        with progress(_("Computing")) as bar:
            pipeline.as_of(workspace, day_named(as_of), profile=profile, progress=bar)
    return workspace


def asked_workspace() -> str | None:
    """The folder given with `--workspace`, if any."""
    return click.get_current_context().ensure_object(Asked).workspace


def _remember_workspace(
    ctx: click.Context, parameter: click.Parameter, value: str | None
) -> None:
    if value is not None:
        ctx.ensure_object(Asked).workspace = value
