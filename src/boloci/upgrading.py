"""Bring a workspace of an older format to this one: save, change, build again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boloci.backup import backup
from boloci.problems import refuse
from boloci.sources.reading import Progress
from boloci.workspace import FORMAT, Workspace, open_workspace, read_settings

Step = Callable[[Path], None]
"""Changes a workspace from one format to the next, settings included."""

STEPS: Mapping[int, Step] = {}
"""Format -> the step that leads to the next one. Format 1 is the first there is."""


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did; `saved` is None where nothing was to be done."""

    format_before: int
    saved: Path | None = None


def upgrade(
    root: Path,
    *,
    steps: Mapping[int, Step] = STEPS,
    progress: Progress = lambda step, share: None,
) -> Upgraded:
    """Bring the workspace in `root` to `FORMAT`; a backup beside it comes first.

    Raises `Refused`: no workspace, a format newer than this program, or one from
    which no step leads here.
    """
    found = read_settings(root).get("format")
    if found == FORMAT:
        return Upgraded(FORMAT)
    if not isinstance(found, int) or (found < FORMAT and found not in steps):
        raise refuse("format_unknown", folder=str(root), found=str(found))
    if found > FORMAT:
        raise refuse("format_newer", folder=str(root), found=found, known=FORMAT)
    saved = root.with_name(f"{root.name}-format{found}-{date.today()}.zip")
    backup(Workspace(root=root), saved, progress=progress)
    for number in range(found, FORMAT):
        steps[number](root)
    _build_again(open_workspace(root), progress)
    return Upgraded(found, saved)


def _build_again(workspace: Workspace, progress: Progress) -> None:
    """Build every profile that was published."""
    from boloci import pipeline

    for current in sorted((workspace.lake / "facts").glob("*/current")):
        pipeline.build(workspace, profile=current.parent.name, progress=progress)
