"""What `boloci serve` refuses before it starts anything."""

import socket
from collections.abc import Callable

import pytest

from boloci.hub import serving
from tests.hub.conftest import PASSWORD, Hub
from tests.hub.test_user_commands import boloci  # noqa: F401

Command = Callable[..., int]


@pytest.fixture(autouse=True)
def nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that would have been served."""
    served: list[str] = []

    def serve(_root: object, *, host: str, port: int, ready: object) -> int:
        served.append(f"{host}:{port}")
        return 0

    monkeypatch.setattr(serving, "serve", serve)
    return served


def test_a_port_that_is_taken_is_told_with_the_way_out(
    boloci: Command,  # noqa: F811
    nothing_is_served: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert boloci("serve", "--port", port) == 3
    told = capsys.readouterr().err
    assert port in told
    assert "--port" in told, "the way out"
    assert not nothing_is_served


def test_passwords_that_a_demo_printed_are_not_opened_to_a_network(
    hub: Hub,
    boloci: Command,  # noqa: F811
    nothing_is_served: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    hub.user("coach", is_demo=True)
    assert boloci("serve", "--host", "0.0.0.0", "--port", "8999") == 2
    told = capsys.readouterr().err
    assert "démonstration" in told
    assert PASSWORD not in told
    assert not nothing_is_served


def test_a_hub_without_demo_accounts_is_opened_to_a_network(
    hub: Hub,
    boloci: Command,  # noqa: F811
    nothing_is_served: list[str],
) -> None:
    hub.user("coach")
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port = probe.getsockname()[1]
    assert boloci("serve", "--host", "0.0.0.0", "--port", str(port)) == 0
    assert nothing_is_served == [f"0.0.0.0:{port}"]
