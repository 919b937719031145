"""`boloci user add`: people who may sign in to the hub."""

from typing import Any

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching

# Written out: asking the hub for its roles would load Django for every --help.
ROLES = (
    "viewer",
    "district_manager",
    "coach",
    "vaccinator",
    "logistics",
    "analyst",
    "administrator",
)


def command() -> click.Command:
    """Build the commands in the language being spoken."""

    @click.group("user", help=_("People who may sign in to the hub."))
    def user() -> None:
        pass

    user.add_command(_add())
    return user


def _add() -> click.Command:
    @teaching(
        "add",
        short_help=_("Add a person with a role and a place."),
        help=_(
            "Add a person who may sign in to the hub. The password is asked for, or"
            " read from the first line of standard input."
        ),
        examples_of=(
            (
                'boloci user add awa --name "Awa Traoré" --role district_manager'
                " --place Niono",
                "",
            ),
            ("boloci user add cni --role administrator", ""),
        ),
    )
    @click.argument("username", metavar=_("USER"))
    @click.option("--name", default="", metavar=_("NAME"), help=_("The person's name."))
    @click.option(
        "--role",
        type=click.Choice(ROLES),
        required=True,
        help=_("What the person does."),
    )
    @click.option(
        "--place",
        default="",
        metavar=_("PLACE"),
        help=_("The person sees this place and all below it; left out: the country."),
    )
    def add(username: str, name: str, role: str, place: str) -> None:
        from boloci.cli.showing import say
        from boloci.cli.who import user as who
        from boloci.hub import serving

        workspace = opened()
        password = click.prompt(
            _("Password"), hide_input=True, confirmation_prompt=_is_terminal()
        )
        serving.setup(workspace.root)
        serving.prepare()
        from boloci.hub.people.actions import make_user

        place_id = _place(workspace, place)
        made = make_user(
            by=who(),
            username=username,
            name=name,
            role=role,
            place_id=place_id,
            password=password,
        )
        say(_("Added: {username}").format(username=made.username))

    return add


def _is_terminal() -> bool:
    import sys

    return sys.stdin.isatty()


def _place(workspace: Any, words: str) -> str:
    """Id of the place that words name. Raises `Refused`."""
    if not words:
        return ""
    from boloci.places_asked import places_named
    from boloci.published import published

    return places_named(published(workspace), words)[0].place_id
