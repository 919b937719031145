"""`make verify`: every check that takes long, written down with machine and commit.

Runs the tests marked slow and every bench at full size, and writes
docs/measurements/DATE.md: what was measured, what failed, and what this machine
could not run with the reason. `python -m bench.verify NAME...` runs those benches only,
without the tests, and its page says so.
"""

import datetime
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeGuard
from xml.etree import ElementTree

from bench.__main__ import BENCHES, run, well
from bench.measure import ROOT, Line, Table


def main(names: Sequence[str] = ()) -> int:
    """Run all, write the page, print where it is; 1 if anything failed."""
    started = time.monotonic()
    tests = [] if names else list(_slow_tests())
    data = ROOT / "bench" / "data"
    data.mkdir(parents=True, exist_ok=True)
    lines: list[Line | Table | str] = []
    for name in names or BENCHES:
        for line in run(name, data=data):
            print(line, flush=True)
            lines.append(line)
    minutes = (time.monotonic() - started) / 60
    file = _free(ROOT / "docs" / "measurements")
    file.write_text(page(tests, lines, minutes, names), encoding="utf-8")
    print(f"written: {file.relative_to(ROOT)}")
    bad = any(outcome == "failed" for _, outcome, _ in tests)
    bad = bad or not all(well(line) for line in lines)
    return 1 if bad else 0


def _slow_tests() -> Iterator[tuple[str, str, str]]:
    """(test, passed | failed | skipped, reason) of every test marked slow, or extra."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "slow or extra"]
        subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, stdin=subprocess.DEVNULL
        )
        for case in ElementTree.parse(report).iter("testcase"):
            name = case.get("name", "").removeprefix("test_").replace("_", " ")
            trouble = case.find("failure")
            trouble = case.find("error") if trouble is None else trouble
            if trouble is not None:
                yield name, "failed", trouble.get("message", "").splitlines()[0]
            elif (skip := case.find("skipped")) is not None:
                yield name, "skipped", skip.get("message", "")
            else:
                yield name, "passed", f"{float(case.get('time', 0)):.0f} s"


def page(
    tests: list[tuple[str, str, str]],
    lines: list[Line | Table | str],
    minutes: float,
    names: Sequence[str] = (),
) -> str:
    """The page: machine, figures beside their limits, long tests, what is missing."""
    today = datetime.date.today()
    parts = [
        f"# Measured on {today}",
        "",
        *_machine(),
        f"- Took: {minutes:.0f} min",
        *([f"- Only: {', '.join(names)}; no long tests"] if names else []),
        "",
    ]
    parts += ["| figure | measured | limit | |", "| --- | --- | --- | --- |"]
    for line in lines:
        if isinstance(line, Line):
            sign = ">=" if line.at_least else "<="
            verdict = "kept" if line.kept else "**not kept**"
            figure = f"{line.figure:.3g} {line.unit}".strip()
            parts.append(
                f"| {line.what} | {figure} | {sign} {line.limit:g} | {verdict} |"
            )
    parts += ["", "## How", ""]
    parts += [f"- {x.what}: {x.detail}" for x in lines if _told(x)]
    for line in lines:
        if isinstance(line, Table):
            parts += ["", str(line)]
    parts += ["", "## Long tests", ""]
    parts += [f"- {name}: {outcome} ({why})" for name, outcome, why in tests]
    parts += ["", "## Not run, or failed", ""]
    gone = [str(line).splitlines()[0] for line in lines if isinstance(line, str)]
    gone += [f"{name}: {why}" for name, outcome, why in tests if outcome != "passed"]
    parts += [f"- {text}" for text in gone] or ["- nothing"]
    return "\n".join(parts) + "\n"


def _free(folder: Path) -> Path:
    """DATE.md; DATE-2.md and so on for what is measured later that day."""
    today = str(datetime.date.today())
    names = (today, *(f"{today}-{n}" for n in range(2, 100)))
    return next(file for name in names if not (file := folder / f"{name}.md").exists())


def _told(line: Line | Table | str) -> TypeGuard[Line]:
    return isinstance(line, Line) and bool(line.detail)


def _machine() -> list[str]:
    """Machine and commit, as lines of a list."""
    commit = _printed("git", "rev-parse", "HEAD")
    dirty = " with changes not committed" if _printed("git", "status", "-s") else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    return [
        f"- Commit: {commit}{dirty}",
        f"- Processor: {_processor()}, {cores or os.cpu_count()} cores",
        f"- Memory: {memory:.0f} GiB",
        f"- System: {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}",
    ]


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown"
    found = re.search(r"model name\s*:\s*(.+)", told)
    return found.group(1) if found else platform.machine()


def _printed(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
