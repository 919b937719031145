"""The small country, to be served."""

import shutil
from pathlib import Path

import pytest

from boloci.workspace import Workspace
from tests.hub.conftest import small_country  # noqa: F401
from tests.serving.processes import settle


@pytest.fixture
def own_country(small_country: Workspace, tmp_path: Path) -> Path:  # noqa: F811
    """A copy, public, that a test may serve and break."""
    shutil.copytree(small_country.root, tmp_path / "w")
    settle(tmp_path / "w", public="true", synthetic="true")
    return tmp_path / "w"
