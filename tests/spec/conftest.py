"""Tests that share a country run on one worker, so that it is built once."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One group a file."""
    for item in items:
        if HERE / "statistics" not in item.path.parents and HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(f"spec-{item.path.stem}"))
