"""One process measured: wall and CPU seconds, peak memory, what it printed.

Keep this module and what imports it small: the kernel counts the memory of the parent
at the fork as the child's peak, so a parent that loaded pandas would spoil it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Use:
    """What one process used."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """User and system seconds over all its threads and children."""
    peak: float
    """Largest resident memory in MB (10^6 bytes) of the process or of one child."""
    output: str

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.cpu:.2f} CPU s, {self.peak:.0f} MB"


class Failed(Exception):
    """The measured process did not end well; carries what it printed."""


@dataclass(frozen=True)
class Line:
    """One figure beside its limit."""

    what: str
    figure: float
    limit: float
    at_least: bool = False
    unit: str = ""
    detail: str = ""

    @property
    def kept(self) -> bool:
        """Whether the figure is on the right side of its limit."""
        return (
            (self.figure >= self.limit) if self.at_least else self.figure <= self.limit
        )

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "kept" if self.kept else "NOT KEPT"
        return (
            f"{self.what}: {self.figure:.3g} {self.unit}".rstrip()
            + f" ({sign} {self.limit:g}: {verdict}). {self.detail}"
        )


@dataclass(frozen=True)
class Table:
    """Figures too many to be lines; limits, where there are any, are lines beside."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        """As Markdown."""
        rule = ("---",) * len(self.head)
        rows = (f"| {' | '.join(row)} |" for row in (self.head, rule, *self.rows))
        return "\n".join((f"## {self.title}", "", *rows))


def measured(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None
) -> Use:
    """Run a command to its end and say what it used. Raises `Failed`.

    The peak is never told as less than what this process holds: so Linux counts it.
    """
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=_environment() | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        printed.seek(0)
        output = printed.read().decode(errors="replace")
    if process.returncode:
        raise Failed(f"{process.args}: exit {process.returncode}\n{_told(output)}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    peak = usage.ru_maxrss * kilobyte / 1e6
    return Use(wall, usage.ru_utime + usage.ru_stime, peak, output)


def _environment() -> dict[str, str]:
    """Ours, but Python may keep what it compiled, as it does for a user."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def _told(output: str) -> str:
    """The last lines, without the list of leaks that DuckDB prints after a failure."""
    lines = output.splitlines()
    said = [x for x in lines if not x.startswith(("nanobind:", " - ", "See https"))]
    return "\n".join(said[-30:])


def python(module: str, *arguments: str | Path | int) -> Use:
    """A module of this interpreter, measured: `python("bench.peers", "csv", file)`."""
    return measured([sys.executable, "-m", module, *map(str, arguments)])


def boloci(*arguments: str | Path | int) -> Use:
    """The command line as `requirements.lock` installs it, measured."""
    return python("bench.as_installed", *arguments)


def best(*uses: Use) -> Use:
    """The run that was disturbed least: the smallest wall time, the largest peak."""
    fastest = min(uses, key=lambda use: use.wall)
    return Use(fastest.wall, fastest.cpu, max(u.peak for u in uses), fastest.output)
