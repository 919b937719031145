"""Jobs of groups: write a change to the lake, take one back.

Both can be run again from their start: the lake knows what it has.
"""

import datetime
from typing import Any

from django_tasks import task

from boloci import groups
from boloci.hub.current import workspace
from boloci.hub.imports import told
from boloci.hub.sites.models import Change, read
from boloci.lake import disk, snapshots


@task()
def write(pk: int) -> None:
    """Bring the group as it is to be; figures follow with the next publishing."""
    one = Change.objects.get(pk=pk)
    if one.state != "waiting":
        return
    try:
        report = groups.keep(
            workspace(),
            read(one.after),
            by=f"hub:sites {one.by}",
            occasion=f"hub:sites {one.pk} {one.at.isoformat()}",
        )
    except Exception as error:
        _end(pk, state="refused", problems=told.problems(error))
    else:
        Change.objects.filter(pk=pk).update(snapshot=report.snapshot)
        _end(pk, state="kept")


@task()
def take_back(pk: int) -> None:
    """Have the import that a change became no longer count."""
    one = Change.objects.get(pk=pk)
    if one.state != "undoing":
        return
    lake = workspace().lake
    with disk.one_writer(lake):
        if any(known.id == one.snapshot for known in snapshots.live(lake)):
            now = datetime.datetime.now(datetime.UTC)
            snapshots.undo(lake, one.snapshot, by=f"hub:sites {one.undone_by}", at=now)
    Change.objects.filter(pk=pk, state="undoing").update(state="undone")


def _end(pk: int, **fields: Any) -> None:
    """Note how it ended, unless the change was taken back meanwhile."""
    Change.objects.filter(pk=pk, state="waiting").update(**fields)
