"""The workspace that this process serves, and its facts as published now."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from boloci.problems import Refused
from boloci.published import Published, published
from boloci.workspace import SETTINGS, Workspace, read_settings


def workspace() -> Workspace:
    """The workspace that is served."""
    served: Workspace = settings.WORKSPACE
    return served


def open_groups() -> tuple[str, ...]:
    """Groups that are open to everyone: as the settings say now, so that a change
    counts in every process without starting the hub again."""
    served = workspace()
    path = served.root / SETTINGS
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return served.public_groups
    unchanged = _stamps.setdefault(path, stamp) == stamp
    return served.public_groups if unchanged else _open_groups(served.root, stamp)


_stamps: dict[Path, int] = {}
"""When the settings were last changed as this process began."""


@lru_cache(maxsize=4)
def _open_groups(root: Path, _stamp: int) -> tuple[str, ...]:
    return tuple(read_settings(root).get("public_groups", ()))


def current(profile: str = "boloci") -> Published:
    """The current build. Raises `Refused` where nothing is published yet."""
    return published(workspace(), profile=profile)


def build_file() -> str:
    """The file of the current build, its key in caches; blank before the first."""
    try:
        return str(current().path)
    except Refused:
        return ""
