"""Is everything in the lake as it was written?"""

from boloci.lake import builds, snapshots
from boloci.problems import Problem
from boloci.sources.reading import Progress
from boloci.workspace import Workspace


def verify(
    workspace: Workspace, *, progress: Progress = lambda step, share: None
) -> list[Problem]:
    """What is damaged or missing in imports and published facts; empty: all is well.

    Every file is read again and compared with the hash written beside it.
    """
    problems: list[Problem] = []
    held = snapshots.snapshots(workspace.lake)
    for done, snapshot in enumerate(held):
        progress("verify", done / (len(held) + 1))
        problems += snapshots.verify(snapshot, workspace.lake)
    progress("verify", len(held) / (len(held) + 1))
    return problems + builds.verify(workspace.lake)
