"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BOLOCI_SHARED", ROOT.parent / "shared"))


@pytest.fixture
def shared():
    """`shared("data/x.csv")`: a real file outside the repository, or a skip."""

    def find(path: str) -> Path:
        found = SHARED / path
        if not found.exists():
            pytest.skip(f"{path} is not in ../shared nor in BOLOCI_SHARED")
        return found

    return find


@pytest.fixture(autouse=True)
def usual_width(monkeypatch):
    """Tables as wide as they need: pytest-xdist tells its workers of a width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(autouse=True)
def usual_language():
    """Speak French at the beginning of each test, whatever the one before spoke."""
    from boloci.cli import language

    if language.spoken() != language.USUAL:
        language.speak(language.USUAL)
