"""Reading files through the one door, as a user's import does."""

from pathlib import Path

import pytest

from boloci import sources
from boloci.problems import Refused


@pytest.fixture
def staging(tmp_path):
    """The folder of one import."""
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


@pytest.fixture
def write(tmp_path):
    """`write("values.csv", text or bytes)`: a file of the user's."""

    def to(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return path

    return to


@pytest.fixture
def read(staging):
    """`read(path, ...)`: the readings of files, in order."""

    def through(*paths: Path, **how):
        folder = staging / f"import-{len(list(staging.iterdir()))}"
        folder.mkdir()
        return sources.read(paths, staging=folder, **how)

    return through


@pytest.fixture
def refused(read):
    """`refused(path)`: the problems for which files are refused."""

    def problems(*paths: Path, **how):
        with pytest.raises(Refused) as caught:
            read(*paths, **how)
        return caught.value.problems

    return problems
