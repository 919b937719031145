"""`boloci user`: people who may sign in to the hub."""

import sys
from typing import Any

import click

from boloci.cli.language import _, spoken
from boloci.cli.program import examples, opened, teaching

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

    @click.group(
        "user",
        help=_("People who may sign in to the hub."),
        epilog=examples(
            ("boloci user add cni --role administrator", ""),
            ("boloci user list", ""),
            ("boloci user password cni", ""),
            ("boloci user close cni", ""),
        ),
    )
    def user() -> None:
        pass

    for build in (_add, _list, _close, _password):
        user.add_command(build())
    return user


def _add() -> click.Command:
    @teaching(
        "add",
        short_help=_("Add a person with a role and a place."),
        help=_(
            "Add a person who may sign in to the hub. The password is asked for, or"
            " read from the first line of standard input. At the first sign-in the"
            " person chooses another, unless --own says that it is the person's own."
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
    @click.option(
        "--own", is_flag=True, help=_("The person chose this password: keep it.")
    )
    def add(username: str, name: str, role: str, place: str, own: bool) -> None:
        from boloci.cli.showing import say
        from boloci.cli.who import user as who

        _open_hub()
        from boloci.hub.people.actions import make_user

        made = make_user(
            by=who(),
            username=username,
            name=name,
            role=role,
            place_id=place,
            password=_asked_password(),
            must_change=not own,
        )
        say(_("Added: {username}").format(username=made.username))

    return add


def _list() -> click.Command:
    @teaching(
        "list",
        short_help=_("Show everybody who may sign in."),
        help=_("Show everybody who may sign in, with role and place."),
        examples_of=(("boloci user list", ""),),
    )
    def list_() -> None:
        from boloci.cli.drawing import draw
        from boloci.cli.showing import next_step, say, table

        _open_hub()
        from boloci.hub.people.models import User

        rows = [_told(one) for one in User.objects.order_by("username")]
        if rows:
            draw(table(_headings(), rows), [])
        else:
            say(_("Nobody may sign in yet."))
            next_step("boloci user add cni --role administrator", _("add somebody"))

    return list_


def _headings() -> dict[str, str]:
    return {
        "username": _("user"),
        "name": _("name"),
        "role": _("role"),
        "place": _("place"),
        "state": _("account"),
    }


def _told(user: Any) -> dict[str, str]:
    from boloci.hub.people import words
    from boloci.hub.people.forms import place_name

    return {
        "username": user.username,
        "name": user.name,
        "role": words.role(user.role),
        "place": place_name(user.place_id) or _("the whole country"),
        "state": _("open") if user.is_active else _("closed"),
    }


def _close() -> click.Command:
    @teaching(
        "close",
        short_help=_("Close an account."),
        help=_(
            "Close an account: the person is signed out at once and cannot sign in any"
            " more. What the person wrote stays. An administrator can open it again on"
            ' the page "Users and roles".'
        ),
        examples_of=(("boloci user close awa", ""),),
    )
    @click.argument("username", metavar=_("USER"))
    def close(username: str) -> None:
        from boloci.cli.showing import say
        from boloci.cli.who import user as who

        _open_hub()
        from boloci.hub.people.actions import close_user

        close_user(by=who(), user=_known(username))
        say(_("Closed: {username}").format(username=username))

    return close


def _password() -> click.Command:
    @teaching(
        "password",
        short_help=_("Give a person a new password."),
        help=_(
            "Give a person a new password and unlock the account. It is asked for, or"
            " read from the first line of standard input. At the next sign-in the"
            " person chooses another, unless --own says that it is the person's own."
        ),
        examples_of=(("boloci user password awa", ""),),
    )
    @click.argument("username", metavar=_("USER"))
    @click.option(
        "--own", is_flag=True, help=_("The person chose this password: keep it.")
    )
    def password(username: str, own: bool) -> None:
        from boloci.cli.showing import say
        from boloci.cli.who import user as who

        _open_hub()
        from boloci.hub.people.actions import reset_password

        reset_password(
            by=who(),
            user=_known(username),
            password=_asked_password(),
            must_change=not own,
        )
        say(_("New password: {username}").format(username=username))

    return password


def _open_hub() -> None:
    """Make this process part of the hub, speaking the command line's language."""
    from boloci.hub import serving

    serving.setup(opened().root)
    serving.prepare()
    from django.utils import translation

    translation.activate(spoken())


def _asked_password() -> str:
    """The password typed twice; without a terminal the first line of the input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    return asked


def _known(username: str) -> Any:
    """The user of a name. Raises `Refused`."""
    from boloci.hub.people.models import User
    from boloci.problems import refuse

    found = User.objects.filter(username=username.strip().lower()).first()
    if found is None:
        raise refuse("user_unknown", username=username)
    return found
