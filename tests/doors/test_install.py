"""`doors/install.sh` on machines that lack something says what to install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("sh", "cat", "cksum", "basename", "dirname", "printf", "uname")
pytestmark = pytest.mark.skipif(not shutil.which("sh"), reason="needs a POSIX shell")


def _machine(folder: Path, **pythons: str) -> dict[str, str]:
    """A PATH with the usual tools, and Pythons that are shell scripts."""
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    for name, script in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder), "VENV": str(folder / "venv")}


def _install(environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(shutil.which("sh")), "doors/install.sh", "requirements.lock"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_without_a_python_the_remedy_is_told(tmp_path):
    done = _install(_machine(tmp_path))
    assert done.returncode == 3
    assert "Python 3.11" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_shim_that_only_prints_an_error_is_not_taken_for_a_python(tmp_path):
    done = _install(_machine(tmp_path, python3="echo no such version >&2; exit 127"))
    assert done.returncode == 3
    assert "found none" in done.stderr


def test_debians_python_without_venv_is_told_what_to_install(tmp_path):
    no_venv = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'
    done = _install(_machine(tmp_path, python3=no_venv))
    assert done.returncode == 3
    assert "apt-get install python3-venv" in done.stderr


def test_an_unchanged_environment_is_left_alone(tmp_path):
    machine = _machine(tmp_path)
    python = Path(machine["VENV"]) / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    wanted = subprocess.run(
        "cat pyproject.toml requirements.lock | cksum",
        shell=True,
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (Path(machine["VENV"]) / "installed-requirements").write_text(wanted)
    done = _install(machine)
    assert (done.returncode, done.stderr) == (0, "")
