"""What `boloci serve` starts, keeps running and ends."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving.processes import answers, descendants, serving

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are looked up in /proc"
)
PROMISED = 5.0
"""Seconds in which SIGTERM ends all."""


def until(true: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether something becomes true within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def web(pid: int) -> dict[int, str]:
    """Processes that answer requests, and the one that watches them."""
    return {one: words for one, words in descendants(pid).items() if "granian" in words}


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has asked about since it ended is not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_web_process_that_is_killed_comes_back_and_sigterm_ends_all(
    own_country: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with serving(own_country) as hub:
        record_testsuite_property(
            "seconds from the command to the first page", hub.seconds
        )
        before = web(hub.process.pid)
        killed = max(before)
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: len(web(hub.process.pid).keys() - {killed}) == len(before))
        assert until(lambda: answers(f"{hub.url}/"))
        every = descendants(hub.process.pid)
        assert any("boloci.hub.jobs" in words for words in every.values())

        asked = time.monotonic()
        hub.process.send_signal(signal.SIGTERM)
        assert hub.process.wait(PROMISED) == 0
        record_testsuite_property(
            "seconds from SIGTERM to the end", time.monotonic() - asked
        )
        assert until(lambda: not any(map(alive, every)), PROMISED)


def test_without_its_worker_the_hub_ends_and_says_so_to_who_started_it(
    own_country: Path,
) -> None:
    with serving(own_country) as hub:
        every = descendants(hub.process.pid)
        worker = next(one for one, words in every.items() if "boloci.hub.jobs" in words)
        os.kill(worker, signal.SIGKILL)
        assert hub.process.wait(30) == 1
        assert until(lambda: not any(map(alive, every)))
