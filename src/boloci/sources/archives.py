"""Files out of gzip and zip archives, without trusting what an archive says of itself.

Sizes are counted while unpacking; an archive that grows too much, nests too deep, hides
a link or a name that leads outside is refused, and nothing of it is kept.
"""

import errno
import gzip
import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from boloci.problems import Where, refuse
from boloci.sources.reading import Input

MOST_BYTES = 20 << 30
"""Everything out of one archive together: a national DHIS2 export is under 5 GiB."""
MOST_RATIO = 250
"""Unpacked over packed. CSV of repeated identifiers packs 20 to 60 times, a zip bomb
1,000 times and more."""
RATIO_FROM = 64 << 20
"""Below this size no ratio is a danger: a file of zeros may be small and honest."""
MOST_FILES = 2_000
MOST_NESTING = 2
"""An archive in an archive is read (`export.zip/values.csv.gz`), no deeper."""
WORKBOOK_BYTES = 2 << 30
"""Unpacked sheets of one workbook, which are read whole."""

BLOCK = 1 << 20
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_OTHER = {b"7z\xbc\xaf": "7z", b"Rar!": "rar", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_OTHER[b"\x28\xb5\x2f\xfd"] = "zstd"
_OFFICE = ("[Content_Types].xml", "mimetype")
_NOT_DATA = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass
class Allowance:
    """How much one archive may still unpack to."""

    packed: int
    name: str
    used: int = 0
    most: int = MOST_BYTES

    def take(self, count: int) -> None:
        """Count unpacked bytes. Raises `Refused` (`archive_too_big`) past the limit."""
        self.used += count
        ratio = self.used / max(self.packed, 1)
        if self.used > self.most or (self.used > RATIO_FROM and ratio > MOST_RATIO):
            values = {"megabytes": self.used >> 20, "ratio": round(ratio)}
            raise refuse("archive_too_big", Where(self.name), **values)


def inputs(path: Path, *, staging: Path) -> Iterator[Input]:
    """The readable files a path holds: itself, or those inside the archive it is.

    Unpacked files go below `staging`. Raises `Refused` for what is no file, empty,
    encrypted, damaged, too big, or leads outside.
    """
    name = path.name
    if not path.exists():
        raise refuse("file_missing", Where(file=str(path)))
    if not path.is_file():
        raise refuse("not_a_file", Where(file=str(path)))
    whole = Input(path, name, digest(path))
    yield from _opened(whole, staging, Allowance(path.stat().st_size, name), depth=0)


def digest(path: Path) -> str:
    """SHA-256 of a file; one that did not change since is not read again."""
    found = path.stat()
    return _digest(path.absolute(), found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _digest(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(
    source: Input, staging: Path, allowance: Allowance, *, depth: int
) -> Iterator[Input]:
    with source.path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise refuse("file_empty", Where(file=source.name))
    other = next((n for magic, n in _OTHER.items() if start.startswith(magic)), "")
    if other:
        raise refuse("archive_kind", Where(file=source.name), kind=other)
    if start.startswith(_EMPTY_ZIP):
        raise refuse("archive_empty", Where(file=source.name))
    if start.startswith(_GZIP):
        _check_depth(source, depth)
        inner = _gunzipped(source, staging, allowance)
        yield from _opened(inner, staging, allowance, depth=depth + 1)
    elif start.startswith(_ZIP):
        yield from _unzipped(source, staging, allowance, depth=depth)
    else:
        yield source


def _check_depth(source: Input, depth: int) -> None:
    if depth >= MOST_NESTING:
        raise refuse("archive_too_deep", Where(file=source.name), most=MOST_NESTING)


def _gunzipped(source: Input, staging: Path, allowance: Allowance) -> Input:
    plain = source.name.removesuffix(".gz").removesuffix(".GZ")
    path = _free(staging)
    try:
        with gzip.open(source.path) as packed:
            _copy(packed, path, allowance)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refuse("archive_damaged", Where(file=source.name)) from None
    return Input(path, plain, source.sha256)


def _unzipped(
    source: Input, staging: Path, allowance: Allowance, *, depth: int
) -> Iterator[Input]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            if any(name in archive.namelist() for name in _OFFICE):
                _check_workbook(source, archive)
                yield source
                return
            _check_depth(source, depth)
            for member in _members(archive, source):
                inner = _extracted(archive, member, source, staging, allowance)
                yield from _opened(inner, staging, allowance, depth=depth + 1)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise refuse("archive_damaged", Where(file=source.name)) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a damaged directory points before the file
            raise
        raise refuse("archive_damaged", Where(file=source.name)) from None


def _check_workbook(source: Input, archive: zipfile.ZipFile) -> None:
    """A workbook is read whole by its reader: count what it unpacks to first."""
    size = source.path.stat().st_size
    allowance = Allowance(size, source.name, most=WORKBOOK_BYTES)
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise refuse("file_encrypted", Where(file=source.name))
        if member.file_size > RATIO_FROM or len(archive.infolist()) > MOST_FILES:
            allowance.take(member.file_size)
        with archive.open(member) as packed:
            while block := packed.read(BLOCK):
                allowance.take(len(block))


def _members(archive: zipfile.ZipFile, source: Input) -> list[zipfile.ZipInfo]:
    """Files of a zip worth reading. Refuses links, encryption, names that lead out."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not any(part in _NOT_DATA for part in PurePosixPath(member.filename).parts)
    ]
    if len(members) > MOST_FILES:
        raise refuse("archive_many_files", Where(file=source.name), count=len(members))
    for member in members:
        where = Where(file=source.name, text=member.filename)
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in str(parts)[:2]:
            raise refuse("archive_leads_out", where)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise refuse("archive_link", where)
        if member.flag_bits & 1:
            raise refuse("file_encrypted", where)
    if not members:
        raise refuse("archive_empty", Where(file=source.name))
    return members


def _extracted(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    source: Input,
    staging: Path,
    allowance: Allowance,
) -> Input:
    path = _free(staging)
    with archive.open(member) as packed:
        _copy(packed, path, allowance)
    return Input(path, f"{source.name}/{member.filename}", source.sha256)


def _copy(packed: IO[bytes] | gzip.GzipFile, path: Path, allowance: Allowance) -> None:
    with path.open("wb") as out:
        while block := packed.read(BLOCK):
            allowance.take(len(block))
            out.write(block)


def _free(staging: Path) -> Path:
    """A name of our own: names inside archives never become paths."""
    return staging / f"unpacked-{sum(1 for _ in staging.iterdir()):05d}"
