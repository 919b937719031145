"""One built country, copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.scale.country import YEARS, boloci, facts, write_country


@dataclass(frozen=True)
class Built:
    """A workspace with the first year published, and what the second year leads to."""

    workspace: Path
    later: list[Path]
    """Files of the second year, not imported yet."""
    before: list[str]
    """Facts as published."""
    after: list[str]
    """Facts when the second year is in, from an undisturbed run."""

    def copy(self, folder: Path) -> Path:
        """A copy of the workspace that a test may spoil."""
        return shutil.copytree(self.workspace, folder / "workspace")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("country")
    files = write_country(folder / "files")
    workspace = folder / "workspace"
    boloci(folder, "init", workspace)
    boloci(workspace, "import", *files[YEARS[0]])
    boloci(workspace, "build")
    before = facts(workspace)
    undisturbed = shutil.copytree(workspace, folder / "undisturbed")
    boloci(undisturbed, "import", *files[YEARS[1]])
    boloci(undisturbed, "build")
    return Built(workspace, files[YEARS[1]], before, facts(undisturbed))
