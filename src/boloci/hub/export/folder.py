"""The folder of an export: made beside its place, put there whole, packed as a zip.

`boloci-export.json` in it lists every file: a folder that holds that list and no other
file is an older export and may be replaced; any other folder is left alone.
"""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boloci.problems import refuse

LIST = "boloci-export.json"
FORMAT = 1
_DROPPED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems leave in a folder that somebody looked at."""


def free(folder: Path) -> None:
    """Raises `Refused` where something else than an older export would be lost."""
    if not folder.absolute().parent.is_dir():
        raise refuse("folder_missing", folder=str(folder.absolute().parent))
    if not os.path.lexists(folder):
        return
    if not folder.is_dir() or folder.is_symlink():
        raise refuse("export_folder_used", folder=str(folder))
    if folder.is_mount():
        raise refuse("export_folder_is_disk", folder=str(folder))
    inside = _files(folder) - _DROPPED
    others = sorted(inside - _listed(folder))
    if others and not (folder / LIST).is_file():
        raise refuse("export_folder_used", folder=str(folder))
    if others:
        raise refuse("export_folder_others", folder=str(folder), file=others[0])


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder to fill, which becomes `folder` once it is left without error.

    Where the power fails, the older export or the new one is there whole: under its
    name, or for a moment both beside it.
    """
    free(folder)
    beside = Path(
        tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent)
    )
    try:
        draft, older = beside / "new", beside / "old"
        draft.mkdir()
        yield draft
        free(folder)
        os.sync()
        if folder.exists():
            folder.rename(older)
        try:
            draft.rename(folder)
        except OSError:
            if older.exists():
                older.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def listed(folder: Path, told: Mapping[str, Any]) -> None:
    """Write the list of all files, with what is told of the export."""
    files = sorted({*_files(folder), LIST})
    content = {"format": FORMAT, **told, "files": files}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / LIST).write_text(text + "\n", encoding="utf-8")


def zipped(folder: Path, file: Path) -> None:
    """Pack a folder; the zip file appears under its name only when it is whole."""
    partial = file.with_name(file.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(_files(folder)):
                archive.write(folder / name, f"{folder.absolute().name}/{name}")
        os.replace(partial, file)
    except OSError as error:
        raise refuse("cannot_write", file=str(file)) from error
    finally:
        partial.unlink(missing_ok=True)


def _files(folder: Path) -> set[str]:
    """Names of all files below a folder."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def _listed(folder: Path) -> frozenset[str]:
    """Files that an older export says are its own."""
    try:
        content = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return frozenset(content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
