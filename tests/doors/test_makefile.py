"""`make` alone tells a newcomer what there is to do, and no door leaves a test out."""

import os
import re
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


@pytest.mark.skipif(not shutil.which("make"), reason="no make on this machine")
def test_the_demo_opens_on_the_port_that_is_asked_for():
    for asked, port in ((["PORT=8010"], "8010"), ([], "8000")):
        told = subprocess.run(
            ["make", "--dry-run", "demo", *asked],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env={k: v for k, v in os.environ.items() if k not in ("PORT", "MAKEFLAGS")},
        ).stdout
        assert f'--port "{port}"' in told


def test_what_make_test_leaves_out_is_run_by_another_task_of_ci():
    tasks = dict(
        re.findall(
            r"^(\w+):.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.M
        )
    )
    [ran] = re.findall(
        r"^for task in (.*?);", (ROOT / ".ci/run").read_text("utf-8"), re.M
    )
    left_out = re.findall(r"--ignore (\S+)", tasks["test"])
    assert left_out == ["tests/docs"]
    assert f'-m "not slow" {left_out[0]}\n' in tasks["docs"]
    assert {"docs", "test"} <= set(ran.split())
