"""Drawing in a process of its own, started when needed and ended when idle.

vl-convert holds 100 MB and more once it has drawn, and the interpreter while it draws.
Apart from the process that answers, it does neither there; and since pictures are kept
on disk, most of the time nobody draws at all.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from boloci.charts import pen
from boloci.charts.pen import LENGTH

IDLE = 15.0
"""Seconds after the last picture until the process is ended."""


class NotDrawnError(RuntimeError):
    """A picture that cannot be drawn: what vl-convert says of it."""


class Pen:
    """One drawing process: pictures are asked of it one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest: threading.Timer | None = None

    def draw(self, what: str, **options: Any) -> bytes:
        """The picture that a function of vl-convert gives. Raises `NotDrawnError`."""
        asked = json.dumps([what, options], default=str).encode()
        with self._lock:
            if self._rest is not None:
                self._rest.cancel()
            try:
                return self._answer(asked)
            except OSError:  # it was killed: once is an accident
                self._end()
                return self._answer(asked)
            finally:
                self._rest = threading.Timer(IDLE, self.end)
                self._rest.daemon = True
                self._rest.start()

    def end(self) -> None:
        """End the process; the next picture starts another."""
        with self._lock:
            self._end()

    def _answer(self, asked: bytes) -> bytes:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(Path(pen.__file__))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        there, back = self._process.stdin, self._process.stdout
        assert there is not None
        assert back is not None
        there.write(LENGTH.pack(len(asked)))
        there.write(asked)
        there.flush()
        done = _read(back, 1)
        answer = _read(back, *LENGTH.unpack(_read(back, LENGTH.size)))
        if done == b"0":
            raise NotDrawnError(answer.decode())
        return answer

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()  # it holds nothing that could be lost
        process.communicate()


def _read(file: IO[bytes], size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise BrokenPipeError
    return content


PEN = Pen()
"""The one of this process."""
