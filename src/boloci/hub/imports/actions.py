"""Writes of imports: taking files, keeping or discarding them, undo, publishing."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet

from boloci import losing
from boloci.hub.current import workspace
from boloci.hub.imports import folders, work
from boloci.hub.imports.models import Publication, Upload
from boloci.hub.people import audit
from boloci.hub.rights import require
from boloci.lake import snapshots
from boloci.problems import refuse
from boloci.sources import recipe as recipes
from boloci.sources.recipe import Recipe


class NoPlaceLeft(Exception):
    """Other imports would count, and lie at no place: taking this one back is refused.

    Not a `Refused`: the page that asks for the decision tells it with its numbers.
    """


def take_files(
    *, by: Any, files: Iterable[tuple[str, IO[bytes] | Any]], replace: bool = False
) -> tuple[Upload, bool]:
    """Put files (name, content) aside and have them read; nothing counts yet.

    The second is True where the same content waits already: then it is that upload,
    and nothing is kept of what was sent. Raises `Refused`: no file, disk full.
    """
    require(by, "import")
    given = list(files)
    if not given:
        raise refuse("upload_without_file")
    upload = None
    try:
        with transaction.atomic():
            upload = Upload.objects.create(by=_name(by), replace=replace)
            kept = folders.keep(upload.pk, given)
            upload.files = [name for name, _sha in kept]
            upload.digest = snapshots.digest_of(
                [sha for _name, sha in kept], replace=replace
            )
            if waiting := _same_that_waits(upload):
                folders.remove(upload.pk)
                upload.delete()
                return waiting, True
            upload.save(update_fields=["files", "digest"])
            _record(by, "take_files", upload)
            work.read.enqueue(upload.pk)
    except BaseException:
        if upload is not None and upload.pk is not None:
            folders.remove(upload.pk)
        raise
    return upload, False


def _same_that_waits(upload: Upload) -> Upload | None:
    """An upload of the same content that was not decided yet."""
    others = Upload.objects.exclude(pk=upload.pk).filter(state__in=Upload.WAITING)
    return others.filter(digest=upload.digest).first()


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

    Raises `Refused` (no such import, taken back already) and `NoPlaceLeft`.
    """
    require(by, "import")
    known = counted(snapshot_id)
    under_way = _under_way().filter(undoes=known.id).first()
    if under_way is not None:
        return under_way
    if loss_of(known).refused:
        raise NoPlaceLeft(known.id)
    audit.record(by=by, action="undo_import", about=f"snapshot {known.id}")
    return start_publication(by=by, undoes=known.id)


@transaction.atomic
def bring_back(*, by: Any, snapshot_id: str) -> Publication:
    """Have an undone import count again at its old rank, and publish figures with it.

    Raises `Refused`: no such import, one that counts.
    """
    require(by, "import")
    known = _snapshot(snapshot_id)
    if known.live:
        raise refuse("snapshot_counts", snapshot=known.id)
    under_way = _under_way().filter(restores=known.id).first()
    if under_way is not None:
        return under_way
    audit.record(by=by, action="restore_import", about=f"snapshot {known.id}")
    return start_publication(by=by, restores=known.id)


def counted(snapshot_id: str) -> snapshots.Snapshot:
    """An import that counts. Raises `Refused`: no such import, taken back already."""
    known = _snapshot(snapshot_id)
    if not known.live:
        at, who = known.undone["at"], known.undone["by"]
        raise refuse("snapshot_undone", snapshot=known.id, at=at, by=who)
    return known


def loss_of(known: snapshots.Snapshot) -> losing.Loss:
    """What taking an import back takes away, after those that wait to be taken back."""
    return losing.loss(workspace().lake, known, being_undone())


def being_undone() -> set[str]:
    """Ids of the imports that a publishing under way takes back."""
    return set(_under_way().exclude(undoes="").values_list("undoes", flat=True))


def being_restored() -> set[str]:
    """Ids of the imports that a publishing under way brings back."""
    return set(_under_way().exclude(restores="").values_list("restores", flat=True))


def _under_way() -> QuerySet[Publication]:
    return Publication.objects.filter(state__in=Publication.UNDER_WAY)


@transaction.atomic
def publish(*, by: Any) -> Publication:
    """Publish figures from the imports as they are now."""
    require(by, "import")
    return start_publication(by=by)


@transaction.atomic
def start_publication(*, by: Any, undoes: str = "", restores: str = "") -> Publication:
    """Have figures published; one that waits already will do, unless this one takes an
    import back or brings one back.

    For rooms whose own action asked for the right, and for jobs.
    """
    if not undoes and not restores:
        waiting = Publication.objects.filter(state="waiting").first()
        if waiting is not None:
            return waiting
    made = Publication.objects.create(by=_name(by), undoes=undoes, restores=restores)
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
