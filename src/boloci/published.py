"""Published facts: which build is current, and a connection to read it.

A build is one DuckDB file that never changes, `lake/facts/PROFILE/BUILD.duckdb`; the
one-line file `current` beside it says which one is published. `current` is read at
each call, so a reader is never stale; a build is opened read-only and once, and each
call works on a cursor of its own, so that threads do not wait for each other.
"""

import datetime
import json
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from boloci.lake import builds
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
class IndicatorRow:
    """An indicator as published, and where its facts are.

    `relation` names the table or view; `element` tells its rows there, null where
    they are told by the indicator's key.
    """

    key: int
    name: str
    unit: str
    element: int | None
    relation: str


@dataclass(frozen=True)
class Words:
    """Texts by the numbers of a build: position is key; flags by `flag_codes`."""

    indicator: pa.Array
    unit: pa.Array
    place_id: pa.Array
    place: pa.Array
    level: pa.Array
    method: pa.Array
    denominator: pa.Array
    flag_codes: pa.Array
    flags: pa.Array


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
            "SELECT place_key, place_id, name, coalesce(level, ''),"
            " coalesce(parent_id, ''), coalesce(path, ''), coalesce(aliases, '')"
            " FROM place"
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
    def indicators(self) -> dict[str, IndicatorRow]:
        """Indicators of the build by name, in the catalogue's order."""
        rows = self.rows(
            "SELECT indicator_key, indicator, unit, element, relation FROM indicator"
            " ORDER BY 1"
        )
        return {row[1]: IndicatorRow(*row) for row in rows}

    @cached_property
    def intervals(self) -> bool:
        """Whether the build's facts have columns for an interval."""
        return bool(
            self.rows(
                "SELECT 1 FROM duckdb_columns() WHERE table_name = 'computed_fact'"
                " AND column_name = 'lower'"
            )
        )

    @cached_property
    def computed(self) -> frozenset[int]:
        """Keys of the indicators that have facts stored row by row."""
        rows = self.rows("SELECT DISTINCT indicator_key FROM computed_fact")
        return frozenset(key for (key,) in rows)

    @cached_property
    def measured(self) -> frozenset[str]:
        """Names of indicators whose facts are figures as they were entered."""
        if "measures" not in self.relations:
            return frozenset()
        rows = self.rows("SELECT DISTINCT indicator FROM measures")
        return frozenset(name for (name,) in rows)

    @cached_property
    def methods(self) -> dict[str, int]:
        """Number of each method in this build."""
        return dict(self.rows("SELECT word, method FROM method_word"))

    @cached_property
    def denominators(self) -> dict[str, int]:
        """Number of each source of denominators in this build."""
        return dict(
            self.rows("SELECT word, denominator_source FROM denominator_source_word")
        )

    @cached_property
    def words(self) -> "Words":
        """What the numbers of this build stand for."""
        flags = self.rows("SELECT flags, word FROM flag_word ORDER BY 1")
        places = {place.key: place for place in self.places}
        named = {one.key: one for one in self.indicators.values()}
        return Words(
            indicator=_by_key({key: one.name for key, one in named.items()}),
            unit=_by_key({key: one.unit for key, one in named.items()}),
            place_id=_by_key({key: place.place_id for key, place in places.items()}),
            place=_by_key({key: place.name for key, place in places.items()}),
            level=_by_key({key: place.level for key, place in places.items()}),
            method=_by_key({key: word for word, key in self.methods.items()}),
            denominator=_by_key({key: word for word, key in self.denominators.items()}),
            flag_codes=pa.array([code for code, _ in flags], pa.int64()),
            flags=pa.array([word for _, word in flags], pa.string()),
        )


def _by_key(texts: dict[int, str]) -> pa.Array:
    """An array in which each text stands at the position of its key."""
    length = max(texts, default=-1) + 1
    return pa.array([texts.get(key) for key in range(length)], pa.string())


def _several(aliases: str) -> tuple[str, ...]:
    return tuple(alias for alias in aliases.split("|") if alias)


_held: ContextVar[Mapping[Path, str]] = ContextVar("held", default=MappingProxyType({}))


@contextmanager
def holding(
    workspace: Workspace, build: str | None = None, *, profile: str = "boloci"
) -> Iterator[None]:
    """Take one build for the current one, whatever is published meanwhile.

    build    its id; left out: the one that is current now. So what is read in several
             steps is of one build, and a build can be read before it is published.
    """
    folder = facts_folder(workspace, profile)
    name = build or current_build(folder)
    token = _held.set({**_held.get(), folder: name} if name else _held.get())
    try:
        yield
    finally:
        _held.reset(token)


def published(
    workspace: Workspace,
    *,
    profile: str = "boloci",
    build: str | None = None,
    as_of: datetime.date | None = None,
) -> Published:
    """The current build of a profile, the one named, or one as of a day.

    Raises `Refused`: nothing built yet, unknown profile or build, a file that
    cannot be read, nothing received by that day, both a build and a day.
    """
    if as_of is not None:
        return _as_of(workspace, profile, build, as_of)
    folder = facts_folder(workspace, profile)
    if build is None:
        build = current_build(folder)
    if build is None:
        raise _nothing(workspace, profile)
    path = _file(folder, build)
    held = path in _opened and _held.get().get(folder) == build  # asked for each cell
    if not held and (not _NAME.fullmatch(build) or not path.is_file()):
        kept = ", ".join(sorted(file.stem for file in folder.glob("*.duckdb")))
        raise refuse("build_missing", build=build, profile=profile, kept=kept or "-")
    return _open(profile, build, path)


def _as_of(
    workspace: Workspace, profile: str, build: str | None, day: datetime.date
) -> Published:
    from boloci import pipeline

    if build is not None:
        raise refuse("build_and_day")
    path = pipeline.as_of(workspace, day, profile=profile)
    return _open(profile, path.stem, path)


def published_from(workspace: Workspace, profile: str = "boloci") -> set[int]:
    """Numbers of the imports that the published build of a profile was made from."""
    folder = facts_folder(workspace, profile)
    name = builds.current(folder)
    path = folder / f"{name}.json"
    if name is None or not path.exists():
        return set()
    made_from = json.loads(path.read_text(encoding="utf-8"))["snapshots"]
    return {int(snapshot.split("-")[0]) for snapshot in made_from}


def facts_folder(workspace: Workspace, profile: str) -> Path:
    """Folder of a profile's builds. Raises `Refused` for a name that is none."""
    if not _NAME.fullmatch(profile):
        raise _nothing(workspace, profile)
    return _folder(workspace.lake, profile)


@lru_cache(maxsize=64)
def _folder(lake: Path, profile: str) -> Path:
    return builds.folder(lake, profile)


@lru_cache(maxsize=64)
def _file(folder: Path, build: str) -> Path:
    """The file of a build: asked for each cell of a page, so not put together anew."""
    return folder / f"{build}.duckdb"


def current_build(folder: Path) -> str | None:
    """The published build's id, or the one held; None where nothing is published."""
    if folder in _held.get():
        return _held.get()[folder]
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
        return duckdb.connect(str(path), read_only=True, config=builds.READING)
    except duckdb.Error as error:
        raise refuse("facts_unreadable", build=path.stem, reason=str(error)) from error


def let_go() -> None:
    """Give back the memory that pages of the open builds take.

    To be called while nobody reads: a query that runs meanwhile has little room.
    """
    with _lock:
        for each in _opened.values():
            builds.let_go(each.connection)
