"""Jobs of imports, run by the worker (`boloci.hub.jobs`) one after the other.

Each may be stopped at any moment and run again from its start: the lake keeps an import
whole or not at all and knows what it has, and a build counts once it is whole.
"""

import datetime
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django_tasks import task

from boloci import pipeline
from boloci.hub.current import workspace
from boloci.hub.imports import emptying, folders, told, warming
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.places.mirror import mirror
from boloci.lake import disk, snapshots
from boloci.published import holding
from boloci.sources import recipe

SECONDS = 1.0
"""Between two notes of how far a job is."""


@task()
def read(upload_id: int) -> None:
    """Read the files of an upload and note what was understood; keep nothing."""
    upload = Upload.objects.get(pk=upload_id)
    if upload.state != "reading":
        return
    try:
        report = _import(upload, dry_run=True)
    except Exception as error:
        _end(upload, state="refused", problems=told.problems(error), report=None)
    else:
        _end(upload, state="understood", report=told.report(report), problems=[])


@task()
def keep(upload_id: int) -> None:
    """Import what was read, and have figures published with it."""
    from boloci.hub.imports.actions import note_import

    upload = Upload.objects.get(pk=upload_id)
    if upload.state != "keeping":
        return
    try:
        report = _import(upload, dry_run=False)
    except Exception as error:
        _end(upload, state="refused", problems=told.problems(error))
        return
    kept = partial(_end, upload, state="kept")
    note_import(kept, by=upload.by, snapshot=report.snapshot)
    folders.remove(upload_id)


@task()
def publish(publication_id: int) -> None:
    """Take back or bring back an import, build, make the first pages, mirror places.

    Where nothing counts any more, what is published holds nothing.
    """
    publication = Publication.objects.get(pk=publication_id)
    if not publication.under_way:
        return
    kept = Publication.objects.filter(pk=publication_id)
    kept.update(state="building")
    try:
        if publication.undoes:
            _take_back(publication.undoes, publication.by)
        if publication.restores:
            _bring_back(publication.restores, publication.by)
        build = emptying.publish_nothing(workspace()) or _build(kept)
        with holding(workspace(), build):
            mirror()
    except Exception as error:
        kept.update(state="failed", problems=told.problems(error))
        return
    kept.update(state="published", build=build, share=1.0)
    warming.go_on()


def _build(kept: Any) -> str:
    """Publish figures of the imports that count; the build's name."""
    report = pipeline.build(
        workspace(), progress=_progress(kept), before=warming.before
    )
    return report.build


def _import(upload: Upload, *, dry_run: bool) -> pipeline.ImportReport:
    kept = Upload.objects.filter(pk=upload.pk)
    return pipeline.import_files(
        workspace(),
        folders.files(upload.pk),
        replace=upload.replace,
        dry_run=dry_run,
        by=upload.by,
        progress=_progress(kept),
        recipes=recipe.load_all(workspace().own_catalogue / "recipes"),
    )


def _end(upload: Upload, **fields: Any) -> None:
    """Note how a job ended; whoever looked at the upload before looks again."""
    version = upload.version + 1
    Upload.objects.filter(pk=upload.pk).update(**fields, share=1.0, version=version)


def _progress(kept: Any) -> Callable[[str, float], None]:
    """Notes in a record how far a job is, now and then."""
    last = 0.0

    def note(_step: str, share: float) -> None:
        nonlocal last
        if time.monotonic() - last > SECONDS:
            kept.update(share=share)
            last = time.monotonic()

    return note


def _take_back(snapshot_id: str, by: str) -> None:
    lake = workspace().lake
    with disk.one_writer(lake):
        if any(one.id == snapshot_id for one in snapshots.live(lake)):
            now = datetime.datetime.now(datetime.UTC)
            snapshots.undo(lake, snapshot_id, by=by, at=now)


def _bring_back(snapshot_id: str, by: str) -> None:
    lake = workspace().lake
    with disk.one_writer(lake):
        if not snapshots.is_live(lake, snapshot_id):
            now = datetime.datetime.now(datetime.UTC)
            snapshots.bring_back(lake, snapshot_id, by=by, at=now)
