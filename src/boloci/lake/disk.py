"""Writing so that a power cut leaves the old state or the new one."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from boloci.problems import Where, refuse

LOCK_SECONDS = 120
"""How long a second writer waits for the first before it says `busy`."""
_CHUNK = 1 << 20


def flush_folder(folder: Path) -> None:
    """Force a folder's entries to disk (a rename is only durable after this)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_file(path: Path) -> None:
    """Force a written file to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_text(path: Path, text: str) -> None:
    """Replace a small file in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    flush_folder(path.parent)


def write_json(path: Path, content: Any) -> None:
    """Replace a small JSON file in one step."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def place_folder(draft: Path, final: Path) -> None:
    """Give a finished folder its final name, everything in it on disk first."""
    for path in draft.iterdir():
        flush_file(path)
    flush_folder(draft)
    draft.rename(final)
    flush_folder(final.parent)


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def one_writer(lake: Path, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lake for writing; a second writer waits, then is told `lake_busy`."""
    lake.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lake / "lock", timeout=seconds):
            sweep(lake)
            yield
    except Timeout:
        raise refuse("lake_busy", seconds=int(seconds)) from None


def sweep(lake: Path) -> None:
    """Remove what an interrupted writer left; only while holding the lock."""
    for draft in [lake / "staging", *(lake / "facts").glob("*/staging")]:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def disk_full_in_words(folder: Path) -> Iterator[None]:
    """Turn 'no space left' of the system or of DuckDB into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise refuse("disk_full", Where(file=str(folder))) from error
        raise
    except Exception as error:
        words = str(error).lower()
        engine = type(error).__module__.startswith(("duckdb", "_duckdb", "pyarrow"))
        if engine and any(sign in words for sign in _FULL):
            raise refuse("disk_full", Where(file=str(folder))) from error
        raise


_FULL = ("no space left", "file too large", "disk quota", "could not write")
