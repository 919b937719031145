"""boloci: immunisation equity from the data a country already has.

`boloci.open("mali").facts(indicator="dtp1_coverage", level="region")` gives the
published facts of a workspace as an Arrow table.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boloci.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["open"]


def open(path: "str | Path | None" = None) -> "Workspace":
    """Open a workspace: the folder given, else `BOLOCI_WORKSPACE`, else this one."""
    from boloci.workspace import open_workspace

    return open_workspace(path)
