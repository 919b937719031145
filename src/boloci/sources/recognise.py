"""The start of a file, from which each source says whether the file is its own."""

from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Head:
    """Name, first bytes and path of a file, already out of its archive."""

    name: str
    start: bytes
    path: Path


def head(name: str, path: Path) -> Head:
    """Read the first `HEAD_BYTES` of a file."""
    with path.open("rb") as file:
        return Head(name, file.read(HEAD_BYTES), path)
