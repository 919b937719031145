"""Writes of imports: taking files, keeping or discarding them, undo, publishing."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from boloci.hub.current import workspace
from boloci.hub.imports import folders, work
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.people import audit
from boloci.hub.rights import require
from boloci.lake import snapshots
from boloci.problems import refuse
from boloci.sources import recipe as recipes
from boloci.sources.recipe import Recipe


def take_files(
    *, by: Any, files: Iterable[tuple[str, IO[bytes] | Any]], replace: bool = False
) -> Upload:
    """Put files (name, content) aside and have them read; nothing counts yet.

    Raises `Refused`: no file, disk full.
    """
    require(by, "import")
    given = list(files)
    if not given:
        raise refuse("upload_without_file")
    upload = None
    try:
        with transaction.atomic():
            upload = Upload.objects.create(by=_name(by), replace=replace)
            upload.files = folders.keep(upload.pk, given)
            upload.save(update_fields=["files"])
            _record(by, "take_files", upload)
            work.read.enqueue(upload.pk)
    except BaseException:
        if upload is not None:
            folders.remove(upload.pk)
        raise
    return upload


def take_again(*, by: Any, snapshot_id: str) -> Upload:
    """Read an undone import's files again, as the lake still has them."""
    require(by, "import")
    known = _snapshot(snapshot_id)
    if known.live:
        raise refuse("snapshot_counts", snapshot=known.id)
    named = {file.sha256: file.name for file in known.files}
    raw = {sha: workspace().lake / "raw" / sha for sha in named}
    opened = [(named[sha], path.open("rb")) for sha, path in raw.items()]
    try:
        return take_files(by=by, files=opened, replace=known.replace)
    finally:
        for _file_name, file in opened:
            file.close()


@transaction.atomic
def keep(*, by: Any, upload: Upload, version: int) -> Upload:
    """Import what was read and publish figures with it."""
    require(by, "import")
    _move(by, "keep_upload", upload, version, ("understood",), "keeping")
    work.keep.enqueue(upload.pk)
    return upload


@transaction.atomic
def discard(*, by: Any, upload: Upload, version: int) -> Upload:
    """Remove the files of an upload; what was told of them stays to be read."""
    require(by, "import")
    states = ("understood", "refused")
    _move(by, "discard_upload", upload, version, states, "discarded")
    transaction.on_commit(lambda: folders.remove(upload.pk))
    return upload


@transaction.atomic
def read_again(*, by: Any, upload: Upload, version: int) -> Upload:
    """Read an upload's files anew, after what stood in the way was put right."""
    require(by, "import")
    states = ("understood", "refused")
    _move(by, "read_upload_again", upload, version, states, "reading")
    work.read.enqueue(upload.pk)
    return upload


@transaction.atomic
def teach(
    *, by: Any, upload: Upload, version: int, recipe: Recipe, replace: bool = False
) -> Upload:
    """Keep how a spreadsheet is read, and read the upload's files by it.

    Files of the same layout are read so from then on. Raises `Refused`: a recipe of
    that name is kept (`replace` puts this one in its place), another decided meanwhile.
    """
    require(by, "import")
    path = recipe_file(recipe.name)
    if path.exists() and not replace:
        raise refuse("recipe_exists", name=path.stem)
    before = recipes.load(path) if path.exists() else None
    states = ("understood", "refused")
    _move(by, "read_upload_again", upload, version, states, "reading")
    audit.record(
        by=by,
        action="teach_recipe",
        about=f"recipe {path.stem}",
        before=recipes.plain(before) if before else None,
        after=recipes.plain(recipe),
    )
    recipes.save(recipe, path)
    work.read.enqueue(upload.pk)
    return upload


@transaction.atomic
def forget(*, by: Any, name: str) -> None:
    """Remove a recipe: files are no longer read by it. What was imported stays."""
    require(by, "import")
    path = recipe_file(name)
    if not path.exists():
        raise refuse("recipe_unknown", name=path.stem)
    before = path.read_text(encoding="utf-8")
    audit.record(
        by=by,
        action="forget_recipe",
        about=f"recipe {path.stem}",
        before={"text": before[:5000]},
    )
    path.unlink()


def recipe_file(name: str) -> Path:
    """Where a recipe of a name is kept."""
    stem = folders.safe_name(name.replace(".", " ")).strip("- ") or "recipe"
    return recipes_folder() / f"{stem[:60].rstrip()}.yaml"


def recipes_folder() -> Path:
    """Where the workspace keeps its recipes."""
    return workspace().own_catalogue / "recipes"


@transaction.atomic
def undo(*, by: Any, snapshot_id: str) -> Publication:
    """Take an import back and publish figures without it; nothing is deleted.

    Raises `Refused`: no such import, taken back already.
    """
    require(by, "import")
    known = _snapshot(snapshot_id)
    if not known.live:
        at, who = known.undone["at"], known.undone["by"]
        raise refuse("snapshot_undone", snapshot=known.id, at=at, by=who)
    audit.record(by=by, action="undo_import", about=f"snapshot {known.id}")
    return start_publication(by=by, undoes=known.id)


@transaction.atomic
def publish(*, by: Any) -> Publication:
    """Publish figures from the imports as they are now."""
    require(by, "import")
    return start_publication(by=by)


@transaction.atomic
def start_publication(*, by: Any, undoes: str = "") -> Publication:
    """Have figures published; one that waits already will do, unless it undoes.

    For rooms whose own action asked for the right, and for jobs.
    """
    if not undoes:
        waiting = Publication.objects.filter(state="waiting").first()
        if waiting is not None:
            return waiting
    made = Publication.objects.create(by=_name(by), undoes=undoes)
    audit.record(by=by, action="publish", about=f"publication {made.pk}")
    work.publish.enqueue(made.pk)
    return made


def note_import(
    end: Callable[..., None], *, by: str, snapshot: str, place_id: str = ""
) -> None:
    """Have figures published with what a job just imported, and note it as one write.

    `end` writes into the job's own record: the snapshot and the publication.
    """
    with transaction.atomic():
        publication = start_publication(by=by)
        end(snapshot=snapshot, publication_id=publication.pk)
        about = f"snapshot {snapshot}"
        audit.record(by=by, action="import", about=about, place_id=place_id)


def _snapshot(snapshot_id: str) -> snapshots.Snapshot:
    known = {one.id: one for one in snapshots.snapshots(workspace().lake)}
    if snapshot_id not in known:
        named = ", ".join(list(known)[-5:])
        raise refuse("snapshot_unknown", snapshot=snapshot_id, known=named)
    return known[snapshot_id]


def _move(
    by: Any,
    action: str,
    upload: Upload,
    version: int,
    states: tuple[str, ...],
    state: str,
) -> None:
    """Bring an upload to a state, where nobody else did since `version`."""
    before = told(upload)
    found = Upload.objects.filter(pk=upload.pk, version=version, state__in=states)
    if not found.update(state=state, version=version + 1, share=0.0):
        raise refuse("record_changed")
    upload.refresh_from_db()
    _record(by, action, upload, before=before)


def told(upload: Upload) -> dict[str, Any]:
    """What the audit keeps of an upload."""
    names = ("files", "replace", "state", "snapshot")
    return {name: getattr(upload, name) for name in names}


def _record(by: Any, action: str, upload: Upload, **states: Any) -> None:
    about = f"upload {upload.pk}"
    audit.record(by=by, action=action, about=about, after=told(upload), **states)


def _name(by: Any) -> str:
    return str(getattr(by, "username", by))
