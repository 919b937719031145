"""Serving: the web processes and one worker of jobs, started and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from boloci.lake import builds
from boloci.problems import refuse

HERE = ("127.0.0.1", "localhost", "::1")
GRACE = 4.0
"""Seconds that processes get to end by themselves."""
STARTING = 60.0
"""Seconds until a first answer; a slow office computer needs some ten."""
THREADS = 4
WORKERS = 2
"""Web processes: one may make a page while the other answers."""
SPARING = {
    builds.READING_MEMORY: "160MB",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OPENBLAS_NUM_THREADS": "1",
}
"""What keeps each process small, where the environment does not say otherwise."""


def setup(root: Path) -> None:
    """Make this process part of the hub of a workspace: Django is ready after it."""
    import django

    os.environ["BOLOCI_WORKSPACE"] = str(root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "boloci.hub.settings"
    django.setup()


def prepare() -> None:
    """Bring the hub's records to this version; one process at a time does it."""
    from django.conf import settings
    from django.core.management import call_command
    from filelock import FileLock

    with FileLock(settings.WORKSPACE.root / "migrate.lock"):
        call_command("migrate", verbosity=0, interactive=False)


def safe_to_show(host: str) -> None:
    """Raises `Refused` where a network would see passwords that a demo printed."""
    from boloci.hub.people.models import User

    if host not in HERE and User.objects.filter(is_demo=True, is_active=True).exists():
        raise refuse("demo_on_network", host=host)


def free(host: str, port: int) -> None:
    """Raises `Refused` where the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise refuse("port_taken", port=port, host=host) from error


def serve(root: Path, *, host: str, port: int, ready: Callable[[], None]) -> int:
    """Serve until stopped; `ready` is called once the first page can be had.

    SIGTERM and Ctrl-C end both parts within 5 seconds. Returns 0 then, 1 where a part
    ended by itself.
    """
    environment = {
        **SPARING,
        **os.environ,
        "BOLOCI_WORKSPACE": str(root),
        "BOLOCI_HOST": host,
        "DJANGO_SETTINGS_MODULE": "boloci.hub.settings",
    }
    with _stoppable() as stopped:
        parts = [
            subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            for command in (_web(host, port), _worker())
        ]
        try:
            told = False
            while not stopped():
                if any(part.poll() is not None for part in parts):
                    return 1
                if not told and _answers(host, port):
                    ready()
                    told = True
                time.sleep(0.05 if not told else 0.2)
            return 0
        finally:
            _end(parts)


def _web(host: str, port: int) -> list[str]:
    return [
        sys.executable,
        *("-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--no-log", "--workers-kill-timeout", "2"),
        "boloci.hub.wsgi:application",
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "boloci.hub.jobs"]


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM or Ctrl-C came; the old handlers are put back after."""
    came: list[int] = []
    asked = [signal.SIGINT, signal.SIGTERM]
    before = {
        one: signal.signal(one, lambda number, _frame: came.append(number))
        for one in asked
    }
    try:
        yield lambda: bool(came)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _answers(host: str, port: int) -> bool:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    try:
        with urllib.request.urlopen(f"http://{shown}:{port}/alive", timeout=2):
            return True
    except OSError:
        return False


def _end(parts: list["subprocess.Popen[bytes]"]) -> None:
    for part in parts:
        if part.poll() is None:
            part.terminate()
    until = time.monotonic() + GRACE
    for part in parts:
        try:
            part.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill(part)


def _kill(part: "subprocess.Popen[bytes]") -> None:
    """End a part with all that it started."""
    try:
        os.killpg(part.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError):
        part.kill()


def addresses(host: str, port: int) -> list[str]:
    """Where the hub is to be found, the best to give away first."""
    if host not in ("0.0.0.0", "::"):
        return [f"http://{host}:{port}"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it names our own address
            own = probe.getsockname()[0]
        except OSError:
            own = socket.gethostbyname(socket.gethostname())
    return [f"http://{own}:{port}", f"http://127.0.0.1:{port}"]
