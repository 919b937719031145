"""What several files of tests look at and none changes: built once for all workers."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

from boloci import pipeline, workspace
from boloci.workspace import Workspace

SHARED = Path(os.environ.get("BOLOCI_SHARED", Path(__file__).parents[4] / "shared"))
WORKBOOK = SHARED / "data/countdown/kenya.xlsx"


@pytest.fixture(scope="session")
def kenya_built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Workspace:
    """Countdown's workbook of Kenya under `countdown` and `boloci`; read only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "kenya-built"
    with FileLock(folder.with_suffix(".lock")):
        if (folder / "whole").exists():
            return workspace.open_workspace(folder / "w")
        opened = workspace.init(folder / "w")
        pipeline.import_files(opened, [WORKBOOK], by="a test")
        for profile in ("countdown", "boloci"):
            pipeline.build(opened, profile=profile)
        (folder / "whole").touch()
        return opened
