"""The job of a typed month: an import like any other, then figures with it.

It can be run again from its start: the lake knows the entry that it has.
"""

import csv
import tempfile
from collections.abc import Sequence
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
    """Small tidy files, the first kept under the name of who typed it: the numbers,
    and that the report came where sources state which ones did."""
    elements = {row["element"] for row in month.rows}
    report = pipeline.typed_report(
        workspace(), month.place_id, int(month.period), elements
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            _written(Path(folder), name, month, table, rows)
            for name, table, rows in (
                ("saisie", "values", month.rows),
                ("rapport", "reports", report),
            )
            if rows
        ]
        return pipeline.import_files(
            workspace(),
            paths,
            format="tidy",
            by=f"hub:grid {month.by}",
            occasion=f"month {month.pk}.{month.version}",
        )


def _written(
    folder: Path, name: str, month: Month, table: str, rows: Sequence[dict[str, str]]
) -> Path:
    path = folder / folders.safe_name(f"{name} {month.place_id} {month.period}.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TIDY[table].names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _end(month: Month, **fields: Any) -> None:
    """Note how it ended; whoever looked at the month before looks again."""
    kept = Month.objects.filter(pk=month.pk, state="sending")
    kept.update(**fields, version=month.version + 1, at=timezone.now())
