"""Where files of uploads lie until they are read: outside the lake, then removed."""

import hashlib
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from boloci.hub.current import workspace
from boloci.lake import disk

LONGEST = 100
_CHUNK = 1 << 20


def folder(upload_id: int) -> Path:
    """The folder of an upload."""
    return workspace().root / "uploads" / str(upload_id)


def files(upload_id: int) -> list[Path]:
    """Files of an upload, in the order in which they were given."""
    return sorted(path for path in folder(upload_id).glob("*/*") if path.is_file())


def keep(
    upload_id: int, given: Iterable[tuple[str, IO[bytes] | Any]]
) -> list[tuple[str, str]]:
    """Copy files, piece by piece; all of them or none. Their names and SHA-256."""
    remove(upload_id)
    kept = []
    try:
        with disk.disk_full_in_words(workspace().root):
            for number, (name, content) in enumerate(given):
                safe = safe_name(name)
                path = folder(upload_id) / f"{number:04d}" / safe
                path.parent.mkdir(parents=True)
                kept.append((safe, _copy(content, path)))
    except BaseException:
        remove(upload_id)
        raise
    return kept


def _copy(content: IO[bytes] | Any, path: Path) -> str:
    """Write what is read to a new file; its SHA-256, without reading it again."""
    told = hashlib.sha256()
    with path.open("xb") as file:
        for piece in _pieces(content):
            told.update(piece)
            file.write(piece)
    return told.hexdigest()


def _pieces(content: IO[bytes] | Any) -> Iterator[bytes]:
    while piece := content.read(_CHUNK):
        yield piece


def remove(upload_id: int) -> None:
    """Remove the files of an upload."""
    shutil.rmtree(folder(upload_id), ignore_errors=True)


def safe_name(text: str) -> str:
    """A file's own name without folders and without signs that no disk takes."""
    own = text.replace("\\", "/").rsplit("/", 1)[-1]
    seen = unicodedata.normalize("NFC", own)
    kept = "".join(sign if sign.isalnum() or sign in " .-_()" else "_" for sign in seen)
    stem, dot, suffix = kept.strip(". ").rpartition(".")
    name = f"{stem[:LONGEST]}{dot}{suffix[:20]}" if dot else suffix[:LONGEST]
    while len(name.encode()) > 2 * LONGEST:  # disks count bytes, not letters
        name = name[1:]
    return name.strip(". ") or "file"
