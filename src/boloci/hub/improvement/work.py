"""The job of a team's month: an import like any other, then figures with it.

It can be run again from its start: the lake knows the entry that it has.
"""

import csv
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone
from django_tasks import task

from boloci import pipeline
from boloci.hub.current import workspace
from boloci.hub.imports import folders, told
from boloci.hub.imports.actions import note_import
from boloci.hub.improvement.models import TeamMonth
from boloci.tables import TIDY

TABLE = "measures"


@task()
def send(pk: int) -> None:
    """Import what a team counted and have figures published; a draft again if it
    fails."""
    month = TeamMonth.objects.get(pk=pk)
    if month.state != "sending":
        return
    try:
        report = _import(month)
    except Exception as error:
        _end(month, state="draft", problems=told.problems(error))
    else:
        note_import(
            partial(_end, month, state="sent"),
            by=month.by,
            snapshot=report.snapshot,
            place_id=month.place_id,
        )


def _import(month: TeamMonth) -> pipeline.ImportReport:
    """A small tidy file of measures, with the name of who counted."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"equipe {month.place_id} {month.period}.csv"
        path = Path(folder) / folders.safe_name(name)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, TIDY[TABLE].names, restval="")
            writer.writeheader()
            writer.writerows(month.rows)
        return pipeline.import_files(
            workspace(),
            [path],
            format="tidy",
            by=f"hub:improvement {month.by}",
            occasion=f"team month {month.pk}.{month.version}",
        )


def _end(month: TeamMonth, **fields: Any) -> None:
    """Note how it ended; whoever looked at the month before looks again."""
    kept = TeamMonth.objects.filter(pk=month.pk, state="sending")
    kept.update(**fields, version=month.version + 1, at=timezone.now())
