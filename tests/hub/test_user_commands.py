"""People on the command line, and the sign-ins that end the demo."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from boloci.cli import run
from boloci.hub import bodies, rights
from boloci.hub.people.models import User
from tests.hub.conftest import PASSWORD, Hub


@pytest.fixture
def boloci(hub: Hub, monkeypatch: Any) -> Iterator[Callable[..., int]]:
    """The command line over the hub's workspace; `typed` is its standard input."""
    monkeypatch.setenv("BOLOCI_WORKSPACE", str(hub.workspace.root))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.hub.settings")

    def command(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return run(["--workspace", str(hub.workspace.root), *arguments])

    yield command
    translation.deactivate()


def add(boloci: Callable[..., int], *more: str) -> int:
    role = ("--role", "viewer")
    return boloci("user", "add", "awa", *role, *more, typed=f"{PASSWORD}\n")


def test_a_person_is_added_with_a_place_and_must_choose_a_password(hub, boloci) -> None:
    place = hub.places("district")[0]
    assert add(boloci, "--place", place.name) == 0
    made = User.objects.get(username="awa")
    assert (made.place_id, made.must_change) == (place.place_id, True)
    assert made.check_password(PASSWORD)


def test_ones_own_password_may_be_kept(boloci) -> None:
    add(boloci, "--own")
    assert not User.objects.get(username="awa").must_change


def test_the_list_tells_roles_and_places_in_words(boloci, capsys) -> None:
    add(boloci)
    capsys.readouterr()
    boloci("user", "list")
    told = capsys.readouterr().out
    assert "Lecteur" in told
    assert "tout le pays" in told


def test_an_account_is_closed_and_its_password_given_anew(boloci) -> None:
    add(boloci)
    assert boloci("user", "close", "AWA") == 0
    assert boloci("user", "password", "awa", typed="quatre mots bien choisis\n") == 0
    user = User.objects.get(username="awa")
    assert not user.is_active
    assert user.check_password("quatre mots bien choisis")


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("close", "personne"), "", "Il n'y a pas d'utilisateur"),
        (("password", "awa"), "court\n", "trop court"),
        (("password", "awa"), "", "n'est pas accepté"),
        (("add", "awa", "--role", "viewer"), PASSWORD, "Il y a déjà"),
        (("add", "bintou", "--role", "coach"), PASSWORD, "il faut dire lequel"),
    ],
)
def test_what_is_refused_is_told_with_exit_2(boloci, capsys, arguments, typed, said):
    add(boloci)
    assert boloci("user", *arguments, typed=typed) == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def built(hub: Hub, monkeypatch: Any) -> list[dict[str, Any]]:
    """A demo whose country is built already; what was served instead of serving."""
    served: list[dict[str, Any]] = []
    for name in (
        "reporting.tell_import",
        "reporting.tell_build",
        "demo_tables.show_tables",
    ):
        monkeypatch.setattr(f"boloci.cli.{name}", lambda *_a, **_n: None)
    monkeypatch.setattr("boloci.cli.demo.made", lambda _root: hub.workspace)
    monkeypatch.setattr("boloci.cli.demo.filled", lambda *_a: (None, None))
    monkeypatch.setattr("boloci.cli.serve.run", lambda **told: served.append(told) or 0)
    monkeypatch.setattr("boloci.hub.imports.warming.PAGES", ("/",))
    return served


def test_the_demo_ends_with_its_sign_ins_and_the_hub(hub, boloci, built, capsys):
    assert boloci("demo", "elsewhere", "--port", "8123") == 0
    assert built == [{"root": hub.workspace.root, "port": 8123}]
    told = capsys.readouterr().out
    for user in User.objects.filter(is_demo=True):
        line = next(line for line in told.splitlines() if user.username in line)
        assert user.check_password(line.split()[1])
    assert User.objects.filter(is_demo=True).count() == 7
    assert bodies.get(rights.public(), "fr", "/")


def test_the_demo_without_serving_only_builds(boloci, built) -> None:
    assert boloci("demo", "elsewhere", "--no-serve") == 0
    assert built == []


def test_the_demo_is_open_and_calls_itself_invented(tmp_path) -> None:
    from boloci.cli.demo import made

    first = made(tmp_path / "d")
    assert (first.public, first.synthetic) == (True, True)
    assert "learning_hub_trends" in first.public_groups
    assert made(tmp_path / "d") == first
