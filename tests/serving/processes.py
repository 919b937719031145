"""`boloci serve` as people run it: a process of its own, over a copy of a workspace."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTING = 60.0
GRACE = 20.0
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
MAKE_PEOPLE = """
import json, pathlib, sys
from boloci.hub import serving
serving.setup(pathlib.Path(sys.argv[1]))
serving.prepare()
from boloci.hub.people.actions import make_user
for one in json.load(sys.stdin):
    make_user(by="a test", **one)
"""


@dataclass(frozen=True)
class Serving:
    """A hub being served."""

    url: str
    process: "subprocess.Popen[bytes]"
    seconds: float
    """From the command to the first answer."""


def settle(workspace: Path, **settings: str) -> None:
    """Change what the workspace's `boloci.toml` says."""
    file = workspace / "boloci.toml"
    text = file.read_text("utf-8")
    for name, value in settings.items():
        text = re.sub(rf"^{name} = \w+", f"{name} = {value}", text, flags=re.M)
    file.write_text(text, "utf-8")


def make_people(workspace: Path, people: list[dict[str, object]]) -> None:
    """Users as `people.actions.make_user` takes them, all by one process."""
    subprocess.run(
        [sys.executable, "-c", MAKE_PEOPLE, str(workspace)],
        input=json.dumps(people).encode(),
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(workspace: Path, *words: str) -> list[str]:
    """The command line over a workspace."""
    start = "from boloci.cli import main; main()"
    return [sys.executable, "-c", start, "--workspace", str(workspace), *words]


@contextmanager
def serving(workspace: Path) -> Iterator[Serving]:
    """The hub of a workspace until the end of the block."""
    port = free_port()
    started = time.monotonic()
    process = subprocess.Popen(
        command(workspace, "serve", "--port", str(port)),
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(f"{url}/", process)
        yield Serving(url, process, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(GRACE)


def _until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        if answers(url):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def answers(url: str) -> bool:
    """Whether an address answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def descendants(pid: int) -> dict[int, str]:
    """Processes that a process started, and theirs, with their command lines.

    One that ends while they are read is left out.
    """
    known: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        known[int(folder.name)] = parent, b" ".join(words).decode()
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        for child, (parent, words_said) in known.items():
            if parent == one:
                found[child] = words_said
                waiting.append(child)
    return found
