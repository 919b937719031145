"""Where the hub keeps its records: SQLite in the workspace, or PostgreSQL."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from boloci.problems import refuse

VARIABLE = "BOLOCI_DATABASE_URL"
FILE = "hub.sqlite3"


def of(root: Path) -> dict[str, Any]:
    """Django's settings of the database. Raises `Refused` for an address of no use.

    `postgres://user:password@host:port/name` where `BOLOCI_DATABASE_URL` says so.
    """
    address = os.environ.get(VARIABLE, "")
    if not address:
        return _sqlite(root / FILE)
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise refuse("database_address", variable=VARIABLE)
    try:
        port = parts.port
    except ValueError as error:
        raise refuse("database_address", variable=VARIABLE) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.netloc),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(authority: str) -> str:
    """The machine, or the folder of a socket, as it is written.

    `urlsplit` gives it in small letters: right for a machine, wrong for a folder.
    """
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])


def _sqlite(file: Path) -> dict[str, Any]:
    """SQLite that readers and one writer share without "database is locked"."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA foreign_keys=ON",
        },
    }
