"""A power cut at any moment leaves the old state or the new one, never a mixture."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.scale.country import ENVIRONMENT, boloci, command, facts, imports, published

WORK_STARTS = 0.3
"""Share of a run before which a process only loads its libraries: less is cut there."""


def _moments(times: int, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(WORK_STARTS, 1.05) for _ in range(times)]


def _killed(workspace: Path, seconds: float, *arguments: object) -> float | None:
    """Kill -9 a command and its children after some seconds.

    None: it was cut; else the seconds that it took, being done before.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command(workspace, *map(str, arguments)),
        stdin=subprocess.DEVNULL,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    cut = process.wait() == -signal.SIGKILL
    return None if cut else time.perf_counter() - started


def _seconds(workspace: Path, *arguments: object) -> float:
    started = time.perf_counter()
    boloci(workspace, *map(str, arguments))
    return time.perf_counter() - started


def _kill_imports(built, folder: Path, times: int) -> None:
    took = _seconds(built.copy(folder / "timed"), "import", *built.later)
    cut = 0
    for number, moment in enumerate(_moments(times, seed=1)):
        workspace = built.copy(folder / str(number))
        done_in = _killed(workspace, moment * took, "import", *built.later)
        cut += done_in is None
        took = min(took, done_in or took)  # the machine was busier when it was timed
        boloci(workspace, "verify")
        assert imports(workspace) in (1, 2)
        assert facts(workspace) == built.before
        boloci(workspace, "import", *built.later)
        assert imports(workspace) == 2, "lost, or in twice"
    assert cut, "no run was cut: the moments were all too late"
    boloci(workspace, "build")
    assert facts(workspace) == built.after


def _kill_builds(built, folder: Path, times: int) -> None:
    workspace = built.copy(folder)
    boloci(workspace, "import", *built.later)
    timed = folder / "timed"
    took = _seconds(_copied(workspace, timed), "build")
    cut = 0
    for number, moment in enumerate(_moments(times, seed=2)):
        attempt = _copied(workspace, folder / str(number))
        before = published(attempt)
        done_in = _killed(attempt, moment * took, "build")
        cut += done_in is None
        took = min(took, done_in or took)  # the machine was busier when it was timed
        boloci(attempt, "verify")
        seen = built.before if published(attempt) == before else built.after
        assert facts(attempt) == seen, "half-published"
    assert cut, "no run was cut: the moments were all too late"
    boloci(attempt, "build")
    assert facts(attempt) == built.after


def _copied(workspace: Path, folder: Path) -> Path:
    return shutil.copytree(workspace, folder)


@pytest.mark.xdist_group("kills")
def test_an_import_killed_at_any_moment_is_whole_or_never_was(built, tmp_path):
    _kill_imports(built, tmp_path, times=3)


@pytest.mark.xdist_group("kills")
def test_a_build_killed_at_any_moment_leaves_the_published_facts_whole(built, tmp_path):
    _kill_builds(built, tmp_path, times=3)


@pytest.mark.slow
@pytest.mark.xdist_group("kills")
def test_an_import_killed_at_fifty_moments_is_whole_or_never_was(built, tmp_path):
    _kill_imports(built, tmp_path, times=50)


@pytest.mark.slow
@pytest.mark.xdist_group("kills")
def test_a_build_killed_at_fifty_moments_leaves_the_facts_whole(built, tmp_path):
    _kill_builds(built, tmp_path, times=50)
