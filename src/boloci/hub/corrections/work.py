"""Jobs of corrections: ask the source, write what was decided to the lake.

Both can be run again from their start: the lake knows the same rows.
"""

from typing import Any

from django.db import transaction
from django_tasks import task

from boloci.corrections import keep_rows, proposed_row
from boloci.hub.corrections.models import Correction
from boloci.hub.current import workspace
from boloci.hub.imports import told
from boloci.hub.imports.actions import start_publication


@task()
def check(pk: int) -> None:
    """Ask what the source says: the guard of the correction, or why it is unfit."""
    one = Correction.objects.get(pk=pk)
    if one.state != "checking":
        return
    asked = ("element", "period", "sex", "age", "strategy")
    said = ("action", "value", "reason", "by")
    try:
        row = proposed_row(
            workspace(),
            place=one.place_id,
            **{name: getattr(one, name) for name in (*asked, *said)},
        )
    except Exception as error:
        _end(one, state="unfit", problems=told.problems(error))
    else:
        told_by_source = {
            "expect": row["expect"],
            "correction_id": row["correction_id"],
        }
        _end(one, state="proposed", **told_by_source)


@task()
def write(pk: int) -> None:
    """Put what was decided into the lake and have figures published."""
    one = Correction.objects.get(pk=pk)
    if one.written == one.state:
        return
    keep_rows(workspace(), [one.row], by=f"hub:corrections {one.decided_by}")
    with transaction.atomic():
        Correction.objects.filter(pk=pk).update(written=one.state)
        start_publication(by=one.decided_by)


def _end(one: Correction, **fields: Any) -> None:
    """Note what the source said; whoever looked at it before looks again."""
    kept = Correction.objects.filter(pk=one.pk, state="checking")
    kept.update(**fields, version=one.version + 1)
