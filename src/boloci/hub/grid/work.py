"""The job of a typed month: an import like any other, then figures with it.

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
from boloci.hub.grid.models import Month
from boloci.hub.imports import folders, told
from boloci.hub.imports.actions import note_import
from boloci.tables import TIDY


@task()
def send(pk: int) -> None:
    """Import what was typed and have figures published; a draft again if it fails."""
    month = Month.objects.get(pk=pk)
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


def _import(month: Month) -> pipeline.ImportReport:
    """One small tidy file, kept under the name of who typed it."""
    name = folders.safe_name(f"saisie {month.place_id} {month.period}.csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, TIDY["values"].names)
            writer.writeheader()
            writer.writerows(month.rows)
        return pipeline.import_files(
            workspace(),
            [path],
            format="tidy",
            by=f"hub:grid {month.by}",
            occasion=f"month {month.pk}.{month.version}",
        )


def _end(month: Month, **fields: Any) -> None:
    """Note how it ended; whoever looked at the month before looks again."""
    kept = Month.objects.filter(pk=month.pk, state="sending")
    kept.update(**fields, version=month.version + 1, at=timezone.now())
