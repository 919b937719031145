"""Builds: files of facts that never change, and the one line that says which counts."""

import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boloci.lake import disk
from boloci.problems import Problem, Where

if TYPE_CHECKING:
    import duckdb

KEPT = 3
"""Builds kept beside those a report pins."""
READING_MEMORY = "BOLOCI_READING_MEMORY"
"""Names what a published file may take of memory when read: "600MB" unless told."""
READING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": os.environ.get(READING_MEMORY, "600MB"),
    "temp_directory": str(Path(tempfile.gettempdir()) / "boloci-spill"),
}
"""How a published file is opened, the same by every reader of a process (DuckDB wants
one way a file). A reader of everything stays small: sorting goes to disk, and not into
the lake."""
RESTING_MEMORY = "16MB"
"""What a file that nobody reads may keep of memory."""
CURRENT = "current"
PINS = "pins.json"


@dataclass(frozen=True)
class Manifest:
    """What a build was made from."""

    build: str
    profile: str
    created: str
    snapshots: tuple[str, ...]
    catalogue: str
    code_version: str


def folder(lake: Path, profile: str) -> Path:
    """Where the builds of a profile lie."""
    return lake / "facts" / profile


def names(folder: Path) -> list[str]:
    """Names of the builds kept, oldest first."""
    return sorted(path.stem for path in folder.glob("*.duckdb"))


def current(folder: Path) -> str | None:
    """Name of the published build; None before the first."""
    line = folder / CURRENT
    return line.read_text().strip() if line.exists() else None


def next_name(folder: Path) -> str:
    """A name after every other: a number that grows, and the day."""
    numbers = [int(name.split("-")[0]) for name in names(folder)]
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"{max(numbers, default=0) + 1:06d}-{day}"


def publish(
    folder: Path,
    staging: Path,
    name: str,
    *,
    before: Callable[[str], None] | None = None,
) -> None:
    """Give a finished build its place, then say that it counts; prune old ones.

    before    what is to be done with the build when it can be read, and before it
              counts; what it raises leaves the old build published
    """
    for suffix in ("json", "duckdb"):
        draft = staging / f"{name}.{suffix}"
        disk.flush_file(draft)
        draft.rename(folder / draft.name)
    disk.flush_folder(folder)
    if before is not None:
        before(name)
    disk.write_text(folder / CURRENT, f"{name}\n")
    shutil.rmtree(staging, ignore_errors=True)
    prune(folder)


def prune(folder: Path) -> None:
    """Remove builds that are neither among the last nor pinned nor current."""
    pinned = folder / PINS
    keep = set(json.loads(pinned.read_text())) if pinned.exists() else set()
    keep |= {*names(folder)[-KEPT:], current(folder) or ""}
    for name in names(folder):
        if name not in keep:
            for suffix in ("duckdb", "json"):
                (folder / f"{name}.{suffix}").unlink(missing_ok=True)


def verify(lake: Path) -> list[Problem]:
    """What is wrong with published facts: `current` without its file, or damaged."""
    import duckdb

    troubles = []
    for profile in sorted((lake / "facts").glob("*/")):
        name = current(profile)
        if name and name not in names(profile):
            where = Where(file=f"{profile.name}/{CURRENT}")
            troubles.append(Problem("build_lost", where, {"build": name}))
        for kept in names(profile):
            path = profile / f"{kept}.duckdb"
            try:
                with duckdb.connect(str(path), True, config=READING) as opened:
                    opened.execute("SELECT count(*), sum(value) FROM fact").fetchone()
                    json.loads(path.with_suffix(".json").read_text())
            except (duckdb.Error, OSError, ValueError):
                where = Where(file=f"{profile.name}/{path.name}")
                troubles.append(Problem("build_damaged", where))
    return troubles


def let_go(connection: "duckdb.DuckDBPyConnection") -> None:
    """Have DuckDB give back the pages that it holds of a file that nobody reads now.

    It has no command for it; a lower limit does it, and the usual one is put back.
    """
    import duckdb

    try:
        connection.execute(f"SET memory_limit = '{RESTING_MEMORY}'")
    except duckdb.OutOfMemoryException:
        return  # a reader holds more: DuckDB left the limit as it was
    connection.execute(f"SET memory_limit = '{READING['memory_limit']}'")
