"""What the pages tell people to type is typed, in order, and works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.scale.country import ENVIRONMENT, boloci, write_country

CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
READMES = ["README.md", "README.fr.md"]
GUIDES = ["docs/guide/en.md", "docs/guide/fr.md"]
TRUST = ["docs/trust/en.md", "docs/trust/fr.md"]
OPERATIONS = ["docs/operations/en.md", "docs/operations/fr.md"]
PAGES = [*READMES, *GUIDES, *TRUST, *OPERATIONS]
NAMED = {
    "Région": "Sikasso",
    "District Nord": "Bougouni",
    "Aire A00": "Kologo",
    "Aire A02": "Beronafana Sud",
}
"""Places of the small country, and the places of the demo that pages speak of."""


def commands(page: str) -> list[str]:
    """Lines that begin with `$` in the console blocks of a page, in order."""
    blocks = CONSOLE.findall((ROOT / page).read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    """The files of a small country, as a user has them in a folder."""
    folder = tmp_path_factory.mktemp("exports")
    write_country(folder)
    places = (folder / "places.csv").read_text(encoding="utf-8")
    for own, demo in NAMED.items():
        places = places.replace(own, demo)
    (folder / "places.csv").write_text(places, encoding="utf-8")
    (folder / "values-by-age.csv").write_text(
        "element,place_id,period,age,value\nYF,A00,202306,0_11m,24\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def workspace(exports, tmp_path_factory) -> Path:
    """A workspace where those files are in and published."""
    folder = tmp_path_factory.mktemp("built") / "mali"
    boloci(exports, "init", folder, "--country", "ML")
    boloci(folder, "import", *sorted(exports.iterdir()))
    boloci(folder, "build")
    return folder


def _typed(home: Path, lines: list[str]) -> None:
    """Type the lines in one shell; the first that fails ends it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ex", "-c", "\n".join(lines)],
        cwd=home,
        env=ENVIRONMENT | {"PATH": path, "BOLOCI_LANGUAGE": "fr"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("page", READMES)
def test_the_commands_of_the_readme_work_on_the_demo(page, workspace, tmp_path):
    shutil.copytree(workspace, tmp_path / "demo-mali")
    _typed(tmp_path, commands(page))


@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_the_guide_work_on_a_users_files(page, exports, tmp_path):
    shutil.copytree(exports, tmp_path / "exports")
    _typed(tmp_path, commands(page))


@pytest.mark.parametrize("page", TRUST)
def test_the_commands_about_trust_work_on_the_places_they_name(
    page, workspace, tmp_path
):
    shutil.copytree(workspace, tmp_path / "mali")
    _typed(tmp_path / "mali", commands(page))


@pytest.mark.parametrize("page", OPERATIONS)
def test_the_commands_of_operations_work_on_a_workspace(page, workspace, tmp_path):
    shutil.copytree(workspace, tmp_path / "mali")
    _typed(tmp_path, commands(page))


@pytest.mark.parametrize("page", OPERATIONS)
def test_what_operations_leaves_beside_the_demo_is_nothing_of_the_repository(page):
    beside = re.findall(r" \.\./(\S+)", "\n".join(commands(page)))
    assert beside
    for name in dict.fromkeys(beside):
        asked = ["git", "check-ignore", "--quiet", "--no-index", name]
        assert subprocess.run(asked, cwd=ROOT).returncode == 0, name


@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_commands_has_some(page):
    assert commands(page), "no console block was found"


@pytest.mark.parametrize("pair", [READMES, GUIDES, TRUST, OPERATIONS])
def test_both_languages_tell_the_same_commands(pair):
    one, other = ([line.split()[:2] for line in commands(page)] for page in pair)
    assert one == other
