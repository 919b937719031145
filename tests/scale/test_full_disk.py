"""A full disk is said in words, and what was published stays readable."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scale.country import boloci, command, facts, imports

SMALLEST_FILE = 4096
ENVIRONMENT = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
"""Python would keep its own compiled modules cut short, and fail on them ever after."""


def _no_file_may_grow():
    """Every write past a few kilobytes fails as on a full disk, without root."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALLEST_FILE, SMALLEST_FILE))


def _without_room(workspace: Path, *words: str | Path) -> subprocess.CompletedProcess:
    return boloci(
        workspace, *words, check=False, env=ENVIRONMENT, preexec_fn=_no_file_may_grow
    )


def _told_in_words(done: subprocess.CompletedProcess) -> bool:
    said = (done.stdout + done.stderr).lower()
    return "traceback" not in said and "disk" in said


def test_an_import_on_a_full_disk_is_refused_in_words_and_keeps_nothing(
    built, tmp_path
):
    workspace = built.copy(tmp_path)
    done = _without_room(workspace, "import", *built.later)
    assert done.returncode == 3, done.stderr
    assert _told_in_words(done), done.stderr
    assert imports(workspace) == 1
    boloci(workspace, "verify")
    assert facts(workspace) == built.before


def test_a_build_on_a_full_disk_leaves_the_old_facts_published(built, tmp_path):
    workspace = built.copy(tmp_path)
    boloci(workspace, "import", *built.later)
    done = _without_room(workspace, "build")
    assert done.returncode == 3, done.stderr
    assert _told_in_words(done), done.stderr
    boloci(workspace, "verify")
    assert facts(workspace) == built.before


@pytest.mark.skipif(
    sys.platform != "linux"
    or not shutil.which("unshare")
    or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0,
    reason="needs Linux and the right to make a mount namespace",
)
def test_a_disk_that_really_fills_up_during_a_build_keeps_the_old_facts(
    built, tmp_path
):
    workspace = built.copy(tmp_path)
    boloci(workspace, "import", *built.later)
    done = _on_a_small_disk(workspace, tmp_path / "disk")
    assert "exit 3" in done.stdout, done.stdout + done.stderr
    assert _told_in_words(done), done.stdout + done.stderr
    assert "verify 0" in done.stdout, done.stdout + done.stderr


def _on_a_small_disk(workspace: Path, disk: Path) -> subprocess.CompletedProcess:
    """Build where only a few kilobytes are left; then verify when there is room."""
    disk.mkdir()
    copy = disk / "workspace"
    build = " ".join(command(copy, "build"))
    verify = " ".join(command(copy, "verify"))
    script = f"""
    mount -t tmpfs -o size=64m tmpfs {disk} && cp -r {workspace} {copy} || exit 9
    dd if=/dev/zero of={disk}/filler bs=64k 2>/dev/null
    truncate -s -128K {disk}/filler
    {build}; echo "exit $?"
    rm {disk}/filler
    {verify}; echo "verify $?"
    """
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
