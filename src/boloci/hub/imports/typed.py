"""What people type for a month and send: the life that such entries share.

An entry is a draft, is sent, and becomes an import like any other, with figures after
it. Its model has `state`, `version`, `problems`, `snapshot`, `publication`, `by`, `at`
and `place_id`. Each room says what its tables are and how it writes its audit.
"""

import csv
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone

from boloci import pipeline
from boloci.hub.current import workspace
from boloci.hub.imports import folders, told
from boloci.hub.imports.actions import note_import
from boloci.problems import refuse
from boloci.tables import TIDY

SENDING = "sending"
File = tuple[str, str, Sequence[Mapping[str, str]]]
"""Name without ending, tidy table, rows."""


def move(entry: Any, *, version: int, state: str, fields: Mapping[str, Any]) -> None:
    """Change an entry. Raises `Refused` where somebody else did since `version`, or
    where it is no longer in that state."""
    found = type(entry).objects.filter(pk=entry.pk, version=version, state=state)
    if not found.update(**fields, version=version + 1, at=timezone.now()):
        raise refuse("record_changed")
    entry.refresh_from_db()


def carry(entry: Any, bring: Callable[[Any], pipeline.ImportReport]) -> None:
    """Import an entry that is being sent and have figures published; a draft again,
    with why, if it fails. Can be run again: the lake knows the entry that it has."""
    if entry.state != SENDING:
        return
    try:
        report = bring(entry)
    except Exception as error:
        _end(entry, state="draft", problems=told.problems(error))
    else:
        note_import(
            partial(_end, entry, state="sent"),
            by=entry.by,
            snapshot=report.snapshot,
            place_id=entry.place_id,
        )


def _end(entry: Any, **fields: Any) -> None:
    """Note how it ended; whoever looked at the entry before looks again."""
    kept = type(entry).objects.filter(pk=entry.pk, state=SENDING)
    kept.update(**fields, version=entry.version + 1, at=timezone.now())


def bring(files: Sequence[File], *, by: str, occasion: str) -> pipeline.ImportReport:
    """Import rows as small tidy files, all of them together; files without a row are
    left out. `by` and `occasion` as `pipeline.import_files` takes them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [_written(Path(folder), *file) for file in files if file[2]]
        return pipeline.import_files(
            workspace(), paths, format="tidy", by=by, occasion=occasion
        )


def _written(
    folder: Path, name: str, table: str, rows: Sequence[Mapping[str, str]]
) -> Path:
    path = folder / folders.safe_name(f"{name}.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TIDY[table].names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
