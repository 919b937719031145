"""`make` alone tells a newcomer what there is to do."""

import shutil
import subprocess

import pytest

from tests.conftest import ROOT

TASKS = {"demo", "test", "verify", "bench", "lint", "types", "contracts", "docs"}


@pytest.mark.skipif(not shutil.which("make"), reason="no make on this machine")
def test_make_alone_lists_every_task_with_one_line():
    listed = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    lines = dict(line.split(maxsplit=2)[1:] for line in listed.splitlines())
    assert set(lines) >= TASKS
    assert all(lines.values())
