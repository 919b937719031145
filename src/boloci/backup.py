"""Backup and restore: a workspace as one zip file, and back.

`backup.json` in the file lists every other file with its SHA-256. The lake is held
for writing while it is copied, so that the file shows one moment; readers go on.
"""

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from boloci import __version__
from boloci.lake import disk
from boloci.problems import Where, refuse
from boloci.sources.reading import Progress
from boloci.workspace import (
    FOLDERS,
    SECRETS,
    SETTINGS,
    Workspace,
    open_workspace,
    write_secrets,
)

LIST = "backup.json"
HUB = "hub.sqlite3"
FORMAT = 1
_LEFT_OUT = ("staging", "lock", "draws")
"""Parts of a path; draws of an estimate come out the same when drawn again."""
_PACKED = (".parquet", ".gz", ".zip", ".xlsx")
_CHUNK = 1 << 20


def backup(
    workspace: Workspace,
    file: Path,
    *,
    with_secrets: bool = False,
    progress: Progress = lambda step, share: None,
) -> int:
    """Save a workspace into a zip file; the number of files saved.

    The file appears under its name only when it is whole. Raises `Refused`: the file
    exists or lies inside the workspace.
    """
    _refuse_target(workspace, file)
    partial = file.with_name(file.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
            listed = _save_hub(workspace, archive)
            with disk.one_writer(workspace.lake):
                paths = list(_paths(workspace.root, with_secrets=with_secrets))
                for done, path in enumerate(paths):
                    progress("backup", done / len(paths))
                    name = path.relative_to(workspace.root).as_posix()
                    listed[name] = _add(archive, name, path)
            archive.writestr(LIST, json.dumps(_manifest(listed), indent=1))
        disk.flush_file(partial)
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)
    return len(listed)


def restore(
    file: Path, folder: Path, *, progress: Progress = lambda step, share: None
) -> Workspace:
    """Put a backup into an empty folder and open it.

    The settings come last: a folder where this was stopped is no workspace. Raises
    `Refused`: folder not empty, not a backup, a file that differs from what was saved.
    """
    if folder.exists() and any(folder.iterdir()):
        raise refuse("restore_not_empty", folder=str(folder))
    with _archive(file) as archive:
        listed = _listed(archive, file)
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(listed, key=lambda name: (name == SETTINGS, name))
        for done, name in enumerate(names):
            progress("restore", done / len(names))
            if _extract(archive, name, folder) != listed[name]:
                raise refuse("backup_damaged", Where(file=file.name), member=name)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    write_secrets(folder)
    return open_workspace(folder)


def _refuse_target(workspace: Workspace, file: Path) -> None:
    if file.exists():
        raise refuse("file_exists", file=str(file))
    if not file.absolute().parent.is_dir():
        raise refuse("folder_missing", folder=str(file.absolute().parent))
    if file.resolve().is_relative_to(workspace.root.resolve()):
        raise refuse("backup_inside", file=str(file))


def _paths(root: Path, *, with_secrets: bool) -> Iterator[Path]:
    """Files of a backup: settings, catalogue, lake; secrets only when asked."""
    yield root / SETTINGS
    if with_secrets and (root / SECRETS).exists():
        yield root / SECRETS
    for folder in ("catalogue", "lake"):
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root).parts
            if path.is_file() and not any(part in _LEFT_OUT for part in inside):
                yield path


def _save_hub(workspace: Workspace, archive: zipfile.ZipFile) -> dict[str, str]:
    """People's records, as SQLite itself copies them while they are in use.

    Without sessions: who holds the file must not be able to go on as somebody.
    """
    hub = workspace.root / HUB
    if not hub.exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / HUB
        source, target = sqlite3.connect(hub), sqlite3.connect(copy)
        try:
            source.backup(target)
            _forget_sessions(target)
        finally:
            source.close()
            target.close()
        return {HUB: _add(archive, HUB, copy)}


def _forget_sessions(hub: sqlite3.Connection) -> None:
    named = "SELECT 1 FROM sqlite_master WHERE name = 'django_session'"
    if hub.execute(named).fetchone():
        hub.execute("DELETE FROM django_session")
        hub.commit()
        hub.execute("VACUUM")  # nothing of them stays in free pages


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add one file and give its SHA-256."""
    entry = zipfile.ZipInfo.from_file(path, name)
    packed = path.suffix in _PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(entry, "w") as target:
        return _copy(source, target)


def _extract(archive: zipfile.ZipFile, name: str, folder: Path) -> str:
    """Write one member below the folder and give its SHA-256."""
    path = folder.joinpath(*PurePosixPath(name).parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, path.open("wb") as target:
        if name == SECRETS:
            path.chmod(0o600)
        return _copy(source, target)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise refuse("backup_missing", file=str(file)) from None
    except zipfile.BadZipFile:
        raise refuse("backup_unknown", Where(file=file.name)) from None


def _listed(archive: zipfile.ZipFile, file: Path) -> dict[str, str]:
    """Name -> SHA-256 of what a backup says it holds, each safely below its folder."""
    names = set(archive.namelist())
    if LIST not in names:
        raise refuse("backup_unknown", Where(file=file.name))
    manifest: dict[str, Any] = json.loads(archive.read(LIST))
    listed: dict[str, str] = manifest["files"]
    for name in listed:
        path = PurePosixPath(name)
        unsafe = path.is_absolute() or ".." in path.parts or "\\" in name
        if unsafe or name not in names:
            raise refuse("backup_damaged", Where(file=file.name), member=name)
    return listed


def _manifest(listed: dict[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "boloci": __version__,
        "files": listed,
    }
