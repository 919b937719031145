"""The locks install what pyproject.toml asks for, on any machine."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-extras.lock")


def _locked(lock: str) -> list[Requirement]:
    lines = (ROOT / lock).read_text().splitlines()
    return [
        Requirement(line.removesuffix("\\").strip())
        for line in lines
        if re.match(r"[a-z]", line)
    ]


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _asked(lock: str) -> list[str]:
    project = _project()
    base = project["project"]["dependencies"]
    groups, extras = (
        project["dependency-groups"],
        project["project"]["optional-dependencies"],
    )
    return {
        "requirements.lock": [*base, *groups["build"]],
        "requirements-dev.lock": [*base, *groups["build"], *groups["dev"]],
        "requirements-extras.lock": [*base, *(d for e in extras.values() for d in e)],
    }[lock]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry_and_no_path_of_a_machine(lock):
    found = re.findall(
        r"https?:|file:|/work|/opt|/home|--\w*index\S*|--find-links",
        (ROOT / lock).read_text(),
    )
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(lock):
    for part in re.split(r"\n(?=[a-z])", (ROOT / lock).read_text().strip()):
        assert re.match(r"[\w.-]+(\[\w+\])?==[\w.]+", part), part[:80]
        assert "--hash=sha256:" in part, part[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock):
    locked: dict[str, list[Requirement]] = {}
    for pinned in _locked(lock):
        locked.setdefault(canonicalize_name(pinned.name), []).append(pinned)
    for text in _asked(lock):
        asked = Requirement(text)
        pins = locked[canonicalize_name(asked.name)]
        for pin in pins:
            version = next(iter(pin.specifier)).version
            assert asked.specifier.contains(version), f"{pin} is not {asked}"


def test_the_three_locks_agree_on_every_version():
    versions: dict[tuple[str, str], set[str]] = {}
    for lock in LOCKS:
        for pin in _locked(lock):
            key = (canonicalize_name(pin.name), str(pin.marker))
            versions.setdefault(key, set()).add(str(pin.specifier))
    assert {key: found for key, found in versions.items() if len(found) > 1} == {}
