"""What a web process gives back of its memory while nobody reads.

DuckDB keeps the pages of a build that it read, up to its limit, and tracing the small
tables of the sources: what one long look at the country needed would stay for good,
though the system holds the same files in memory for all processes. So between two
requests, and not more often than `EVERY`, a process lets go of it. Requests that begin
meanwhile wait some milliseconds.
"""

import threading
import time
from typing import Any

from django.core.signals import request_finished, request_started

from boloci import published
from boloci.pipeline import tracing

EVERY = 5.0
"""Seconds between two times that memory is given back."""


class Readers:
    """How many requests are being answered, streamed answers until their last byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._rested = 0.0

    def come(self, **_signal: Any) -> None:
        """One more."""
        with self._lock:
            self._count += 1

    def go(self, **_signal: Any) -> None:
        """One less; where it was the last, memory is given back."""
        with self._lock:
            self._count = max(0, self._count - 1)
            due = time.monotonic() >= self._rested + EVERY
            if not self._count and due:
                give_back()
                self._rested = time.monotonic()


def give_back() -> None:
    """Let go of what can be read again; only while no request is being answered."""
    published.let_go()
    tracing.let_go()


READERS = Readers()


def watch() -> None:
    """Count the requests of this process from now on."""
    request_started.connect(READERS.come, dispatch_uid="resting")
    request_finished.connect(READERS.go, dispatch_uid="resting")
