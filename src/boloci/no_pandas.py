"""Keeping pandas out of a process: boloci uses none of it.

pyarrow imports pandas, where it is installed, to look whether a list is a frame. That
costs 0.9 CPU seconds, as much as reading a million values, and 40 MB of memory.
"""

import sys
from typing import Any


def keep_out() -> None:
    """Let no module of this process import pandas from now on."""
    sys.meta_path.insert(0, _NoPandas())


class _NoPandas:
    """An import hook: pyarrow fails where the module is None."""

    def find_spec(self, name: str, *_rest: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("kept out of this process", name=name)
