"""A shelf: what is dear to make, kept in files that all processes of a machine share.

A thing is there whole or not at all. What cannot be kept (a full disk, a folder that
may not be written) is made again by whoever asks: that costs time, never an answer.
"""

import contextlib
import hashlib
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

TOUCHED = 3600.0
"""Seconds after which a use is noted again: not every reading is to write."""
FULL = 0.9
"""Share of its room that a shelf is brought down to, so as not to sort at each use."""


@dataclass
class Shelf:
    """Files of a folder under the keys they were put there with."""

    folder: Path
    room: int
    """Bytes that may lie there; what was unused for longest goes first."""
    _put: int = field(default=0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def path(self, key: str, kind: str) -> Path:
        """Where what has this key lies, whether it is there or not."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / digest[:2] / f"{digest}.{kind}"

    def get(self, key: str, kind: str) -> bytes | None:
        """What was put there under the key; None where it is not there any more."""
        path = self.path(key, kind)
        try:
            content = path.read_bytes()
            if time.time() - path.stat().st_mtime > TOUCHED:
                os.utime(path)
        except OSError:
            return None
        return content

    def put(self, key: str, kind: str, content: bytes) -> None:
        """Keep something; another process may put the same there at the same time."""
        path = self.path(key, kind)
        partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()
            return
        with self._lock:
            self._put += len(content)
            due = self._put > self.room * (1 - FULL)
            self._put = 0 if due else self._put
        if due:
            self.tidy()

    def tidy(self) -> None:
        """Throw away what was unused for longest, until the rest has room."""
        known = []
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                told = path.stat()
                known.append((told.st_mtime, told.st_size, path))
        size = sum(bytes_ for _used, bytes_, _path in known)
        if size <= self.room:
            return
        for _used, bytes_, path in sorted(known):
            with contextlib.suppress(OSError):
                path.unlink()
                size -= bytes_
            if size <= self.room * FULL:
                return
