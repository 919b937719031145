"""Bodies of pages, kept on disk for all processes and the next start.

A body is kept under everything that it depends on: the build, what else the lake tells
(where places are), the workspace's settings and catalogue, boloci itself, the reader's
scope, the language, the address. Whatever of these changes, another body is made. What
of a page depends on anything else (the reader, the hub's records, the day) does not
belong into its body: it stands beside it.
"""

import gzip
import hashlib
import json
import shutil
from functools import cache, lru_cache
from pathlib import Path

from boloci import whereabouts
from boloci.hub.current import build_file, workspace
from boloci.hub.rights import Scope
from boloci.shelf import Shelf
from boloci.workspace import Workspace

PACKAGE = Path(__file__).parents[1]
ROOM = 128 * 2**20
"""Bytes that the bodies of one build may take: some thousand pages."""
KIND = "json.gz"
Body = tuple[str, str, str]
"""Title, description and HTML."""


def get(scope: Scope, language: str, address: str) -> Body | None:
    """A body that was kept; None where it is to be made."""
    kept = _shelf(build_file()).get(_key(scope, language, address), KIND)
    if kept is None:
        return None
    try:
        title, description, html = json.loads(gzip.decompress(kept))
    except (OSError, EOFError, ValueError):  # cut off, as a power cut leaves a file
        return None
    return title, description, html


def put(scope: Scope, language: str, address: str, body: Body) -> None:
    """Keep a body."""
    content = gzip.compress(json.dumps(body).encode(), compresslevel=1)
    _shelf(build_file()).put(_key(scope, language, address), KIND, content)


def prune() -> None:
    """Throw away the bodies of builds that are there no more."""
    builds = Path(build_file()).parent
    for folder in _folder(workspace()).glob("*"):
        if not (builds / f"{folder.name}.duckdb").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _folder(served: Workspace) -> Path:
    return served.root / "cache" / "pages"


@lru_cache(maxsize=8)
def _shelf(build: str) -> Shelf:
    return Shelf(_folder(workspace()) / (Path(build).stem or "none"), ROOM)


def _key(scope: Scope, language: str, address: str) -> str:
    file, served = build_file(), workspace()
    made = Path(file).stat().st_mtime_ns if file else 0
    lake, rules = whereabouts.told_by(served), served.catalogue.hash
    return repr((file, made, lake, served, rules, _code(), scope, language, address))


@cache
def _code() -> str:
    """boloci itself as this process runs it: code, templates, texts."""
    told = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.*")):
        if file.suffix != ".pyc":
            about = file.stat()
            told.update(f"{file} {about.st_mtime_ns} {about.st_size}\n".encode())
    return told.hexdigest()
