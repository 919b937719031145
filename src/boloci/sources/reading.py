"""What every source gives back: tables in the contract of `boloci.tables`, findings.

A source never decides what a file means for the figures; it says what the file holds,
in the file's own identifiers, with the row each value came from. Elements, option
combinations and places are matched to codes later, so that a file imported before its
metadata is understood as soon as the metadata arrives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from boloci.tables import Finding

Progress = Callable[[str, float], None]
"""Called with a name of the step and the share done (0-1)."""


@dataclass(frozen=True)
class Input:
    """One readable file: already taken out of its archive."""

    path: Path
    name: str
    """As the user knows it: `export.zip/values.csv`."""
    sha256: str
    """Of the file the user gave (of the archive, if it came in one)."""


@dataclass(frozen=True)
class Reading:
    """What one file held."""

    format: str
    """Recognised format, for people: `dhis2 dataValueSets csv`, `tidy values`."""
    system: str
    """Whose identifiers the tables use: `dhis2`, `tidy`, `countdown`, `spreadsheet`.

    Values of one system add up over source elements; values of two systems for the
    same code, place and period are two tellings of one number, and the later wins.
    """
    tables: Mapping[str, "pa.Table | Path"]
    """By name in `boloci.tables.SNAPSHOT`; `values` may be a Parquet file already
    written in the staging folder, so that memory does not grow with the file."""
    aggregate: bool = False
    """True where values of a parent place are totals of its children (pivot tables,
    analytics), not an entry of its own."""
    unique: bool = False
    """True where the reader made sure that no key of `values` stands twice and that
    nothing is deleted; else the build settles them (later row wins)."""
    findings: list[Finding] = field(default_factory=list)
    source: Input | None = None
    """The file it came from; `sources.read` sets it."""
