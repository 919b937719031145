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

PACKAGE = Path(__file__).parents[1]
ROOM = 128 * 2**20
"""Bytes that the bodies of one build may take: some thousand pages."""
KIND = "json.gz"
KINDS_KEPT = ("pages", "answers")
"""Folders of the workspace's cache, each with one for every build."""
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
    """Throw away what is kept of builds that are there no more."""
    builds = Path(build_file()).parent
    for kind in KINDS_KEPT:
        for each in (workspace().root / "cache" / kind).glob("*"):
            if not (builds / f"{each.name}.duckdb").exists():
                shutil.rmtree(each, ignore_errors=True)


def folder(kind: str, build: str) -> Path:
    """Where what is made of a build is kept: `KINDS_KEPT`."""
    return workspace().root / "cache" / kind / (Path(build).stem or "none")


def basis() -> tuple[str, int, str, str, str]:
    """What figures stand on: the build, the settings, the catalogue, boloci itself."""
    file, served = build_file(), workspace()
    made = Path(file).stat().st_mtime_ns if file else 0
    return file, made, repr(served), served.catalogue.hash, _code()


@lru_cache(maxsize=8)
def _shelf(build: str) -> Shelf:
    return Shelf(folder("pages", build), ROOM)


def _key(scope: Scope, language: str, address: str) -> str:
    lake = whereabouts.told_by(workspace())
    return repr((*basis(), lake, scope, language, address))


@cache
def _code() -> str:
    """boloci itself as this process runs it: code, templates, texts."""
    told = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.*")):
        if file.suffix != ".pyc":
            about = file.stat()
            told.update(f"{file} {about.st_mtime_ns} {about.st_size}\n".encode())
    return told.hexdigest()
