"""The hub as `boloci serve` runs it, for its benches: started, looked at, stopped.

What its processes use is read from /proc, so these benches need Linux.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import ROOT, Failed, boloci

STARTING = 90.0
"""Seconds until the first answer: a bench must not fail on a busy machine."""
LOOKED = 3.0
"""Seconds between two looks at the memory of a hub."""
TICKS = os.sysconf("SC_CLK_TCK")
MB = 1e6


@dataclass(frozen=True)
class Memory:
    """What one process and those below it hold, in MB (10^6 bytes)."""

    pss: float
    """Their own pages, and their share of those that others use too."""
    rss: float
    """All their pages, shared ones counted whole in each."""

    def __str__(self) -> str:
        return f"{self.rss:.0f} (PSS {self.pss:.0f})"


@dataclass(frozen=True)
class Served:
    """A hub that answers."""

    url: str
    process: "subprocess.Popen[bytes]"

    def web(self) -> list[Memory]:
        """Memory of each process that answers requests, with what it started."""
        above = _parents()
        family = _below(self.process.pid, above)
        serving = {pid for pid in family if b"granian" in _command(pid)}
        workers = [pid for pid in serving if above.get(pid) in serving]
        return [_memory(_below(pid, above)) for pid in sorted(workers or serving)]


@contextmanager
def served(workspace: Path) -> Iterator[Served]:
    """Serve a workspace on a free port for as long as the block runs."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        # As requirements.lock installs it: this reaches the web processes, too.
        site = Path(folder) / "sitecustomize.py"
        site.write_text("import bench.as_installed\n")
        paths = [folder, str(ROOT), os.environ.get("PYTHONPATH")]
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from boloci.cli import main; main()"),
                *("--workspace", str(workspace), "serve", "--port", str(port)),
            ],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        with stopped_after(process):
            url = f"http://127.0.0.1:{port}"
            until_it_answers(f"{url}/alive", process)
            yield Served(url, process)


@contextmanager
def watched(hub: Served) -> Iterator[list[list[Memory]]]:
    """Memory of the web processes, looked at again and again while the block runs."""
    seen: list[list[Memory]] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOKED):
            seen.append(hub.web())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()
        seen.append(hub.web())


@contextmanager
def stopped_after(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End a server with the block, by force where it does not end by itself."""
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait for a server's first answer. Raises `Failed` where none comes."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Failed(f"{process.args}: no answer")


def cpu(pid: int) -> float:
    """CPU seconds that a process and all below it used until now."""
    return sum(_cpu(one) for one in _below(pid, _parents()))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo(data: Path) -> Path:
    """The national demo as `boloci demo` makes it; once."""
    folder = data / "demo"
    if not (folder / "lake" / "facts" / "boloci" / "current").exists():
        boloci("demo", folder, "--no-serve")
    return folder


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    return sorted(values)[min(int(part * len(values)), len(values) - 1)]


def _parents() -> dict[int, int]:
    """Process -> its parent, of all that run."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields:
            found[int(stat.parent.name)] = int(fields[1])
    return found


def _below(pid: int, above: dict[int, int]) -> list[int]:
    """A process, those it started, and those that they started."""
    found = [pid]
    for one in found:  # grows while it is walked
        found += [child for child, parent in above.items() if parent == one]
    return found


def _cpu(pid: int) -> float:
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _fields(stat: Path) -> list[str]:
    """Fields from the third on; the second, a name, may hold blanks. None: ended."""
    try:
        return stat.read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _memory(pids: list[int]) -> Memory:
    sizes = {"Pss:": 0.0, "Rss:": 0.0}
    for pid in pids:
        for name, size in _mapped(pid):
            if name in sizes:
                sizes[name] += int(size) * 1024 / MB
    return Memory(pss=sizes["Pss:"], rss=sizes["Rss:"])


def _mapped(pid: int) -> list[tuple[str, str]]:
    """What the kernel tells of a process's memory; nothing once it ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return []
    return [(name, size) for name, size, *_ in map(str.split, lines)]
