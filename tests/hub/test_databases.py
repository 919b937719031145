"""Where the hub keeps its records, as `BOLOCI_DATABASE_URL` names it."""

from pathlib import Path

import pytest

from boloci.hub import databases
from boloci.problems import Refused


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("base.pays.ml:5433", "base.pays.ml"),
        ("%2Ftmp%2FUn%20Dossier", "/tmp/Un Dossier"),
        ("[::1]:5432", "::1"),
    ],
)
def test_the_machine_or_the_folder_of_a_socket_is_taken_as_written(
    monkeypatch, host: str, named: str
) -> None:
    address = f"postgres://awa:un%20mot@{host}/hub"
    monkeypatch.setenv(databases.VARIABLE, address)
    found = databases.of(Path("/w"))
    assert (found["HOST"], found["NAME"]) == (named, "hub")
    assert (found["USER"], found["PASSWORD"]) == ("awa", "un mot")


@pytest.mark.parametrize(
    "address",
    ["mysql://host/hub", "postgres://host", "postgres://host:many/hub", "hub.sqlite3"],
)
def test_an_address_of_no_use_is_refused(monkeypatch, address: str) -> None:
    monkeypatch.setenv(databases.VARIABLE, address)
    with pytest.raises(Refused) as told:
        databases.of(Path("/w"))
    assert told.value.problems[0].code == "database_address"


def test_without_an_address_records_are_kept_in_the_workspace(monkeypatch) -> None:
    monkeypatch.delenv(databases.VARIABLE, raising=False)
    assert databases.of(Path("/w"))["NAME"] == Path("/w/hub.sqlite3")
