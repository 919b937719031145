"""Published facts: which build is current, and a connection to read it.

A build is one DuckDB file that never changes, `lake/facts/PROFILE/BUILD.duckdb`; the
one-line file `current` beside it says which one is published. `current` is read at
each call, so a reader is never stale; a build is opened read-only and once, and each
call works on a cursor of its own, so that threads do not wait for each other.
"""

import re
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from boloci.names import fold
from boloci.problems import Refused, refuse
from boloci.tables import LEVELS
from boloci.workspace import Workspace

KEPT_OPEN = 4
"""Builds a process keeps open; the one unused for longest is closed first."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RANK = {level: rank for rank, level in enumerate((*LEVELS, "group"))}


@dataclass(frozen=True)
class PlaceRow:
    """A place as published."""

    key: int
    place_id: str
    name: str
    level: str
    parent_id: str
    path: str
    aliases: tuple[str, ...]

    @property
    def rank(self) -> int:
        """0 for the country, higher for levels below; groups come last."""
        return _RANK.get(self.level, len(_RANK))


@dataclass(frozen=True)
class Published:
    """One build of one profile, open for reading."""

    profile: str
    build: str
    path: Path
    connection: duckdb.DuckDBPyConnection = field(repr=False)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the caller's own: safe to use in any one thread."""
        return self.connection.cursor()

    def rows(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.cursor().execute(sql, parameters).fetchall()

    @cached_property
    def places(self) -> tuple[PlaceRow, ...]:
        """Every place and group of the build, highest level first."""
        rows = self.rows(
            "SELECT place_key, place_id, name, level, coalesce(parent_id, ''),"
            " coalesce(path, ''), coalesce(aliases, '') FROM place"
        )
        places = [
            PlaceRow(key, place_id, name, level, parent, path, _several(aliases))
            for key, place_id, name, level, parent, path, aliases in rows
        ]
        return tuple(sorted(places, key=lambda place: (place.rank, place.path)))

    @cached_property
    def by_id(self) -> dict[str, PlaceRow]:
        """Places by their id."""
        return {place.place_id: place for place in self.places}

    @cached_property
    def by_name(self) -> dict[str, tuple[PlaceRow, ...]]:
        """Places by folded name or alias, highest level first."""
        found: dict[str, dict[int, PlaceRow]] = defaultdict(dict)
        for place in self.places:
            for name in (place.name, *place.aliases):
                found[fold(name)][place.key] = place
        return {name: tuple(keyed.values()) for name, keyed in found.items() if name}

    @cached_property
    def relations(self) -> frozenset[str]:
        """Names of the tables and views that the build holds."""
        return frozenset(name for (name,) in self.rows("SHOW TABLES"))

    @cached_property
    def indicators(self) -> frozenset[str]:
        """Names of the indicators that the build holds facts of."""
        source = "indicator" if "indicator" in self.relations else "facts"
        return frozenset(
            name for (name,) in self.rows(f"SELECT DISTINCT indicator FROM {source}")
        )


def _several(aliases: str) -> tuple[str, ...]:
    return tuple(alias for alias in aliases.split("|") if alias)


def published(
    workspace: Workspace, *, profile: str = "boloci", build: str | None = None
) -> Published:
    """The current build of a profile, or the one named.

    Raises `Refused`: nothing built yet, unknown profile or build, a file that
    cannot be read.
    """
    folder = facts_folder(workspace, profile)
    if build is None:
        build = current_build(folder)
    if build is None:
        raise _nothing(workspace, profile)
    path = folder / f"{build}.duckdb"
    if not _NAME.fullmatch(build) or not path.is_file():
        kept = ", ".join(sorted(file.stem for file in folder.glob("*.duckdb")))
        raise refuse("build_missing", build=build, profile=profile, kept=kept or "-")
    return _open(profile, build, path)


def facts_folder(workspace: Workspace, profile: str) -> Path:
    """Folder of a profile's builds. Raises `Refused` for a name that is none."""
    if not _NAME.fullmatch(profile):
        raise _nothing(workspace, profile)
    return workspace.lake / "facts" / profile


def current_build(folder: Path) -> str | None:
    """The published build's id; None where nothing is published."""
    try:
        return (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _nothing(workspace: Workspace, profile: str) -> Refused:
    """Why a profile has no facts: it does not exist, or was not built yet."""
    known = workspace.catalogue.profiles
    if profile not in known:
        return refuse("profile_unknown", profile=profile, known=", ".join(known))
    return refuse("facts_none", profile=profile)


_opened: OrderedDict[Path, Published] = OrderedDict()
_lock = threading.Lock()


def _open(profile: str, build: str, path: Path) -> Published:
    with _lock:
        if path not in _opened:
            _opened[path] = Published(profile, build, path, _connect(path))
            if len(_opened) > KEPT_OPEN:
                _opened.popitem(last=False)[1].connection.close()
        _opened.move_to_end(path)
        return _opened[path]


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise refuse("facts_unreadable", build=path.stem, reason=str(error)) from error
