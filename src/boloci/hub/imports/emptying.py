"""Figures whose every import was taken back: what is published then holds nothing.

Without it the last figures would stay on every page although nothing counts: `build`
refuses where there is nothing to compute. That pages still have a build keeps them the
same for everyone: one without places.
"""

from boloci.lake import builds, disk, snapshots
from boloci.pipeline import building
from boloci.workspace import Workspace

PROFILE = "boloci"


def publish_nothing(workspace: Workspace) -> str:
    """Publish a build of no import where every import was taken back: its name.

    Blank where an import counts, or none ever came. Raises `Refused`: disk full, busy.
    """
    lake = workspace.lake
    with disk.one_writer(lake), disk.disk_full_in_words(lake):
        known = snapshots.snapshots(lake)
        if not known or any(one.live for one in known):
            return ""
        folder = builds.folder(lake, PROFILE)
        staging = folder / "staging"
        staging.mkdir(parents=True)
        name = builds.next_name(folder)
        path = staging / f"{name}.duckdb"
        told, _findings, _facts = building.assemble(
            workspace, [], path, name=name, profile=PROFILE
        )
        building.write_manifest(path, [], told, name=name, profile=PROFILE)
        builds.publish(folder, staging, name)
        return name
