"""Text files as countries send them: encodings, separators, headers.

UTF-8 is read as it is. UTF-16 with its byte order mark is rewritten to UTF-8. Other
bytes are read as Windows-1252 (what French Excel writes) only where every one of them
is a letter or sign of French, English, Portuguese or Spanish in that encoding; then a
finding says so. Anything else is refused: a wrong guess would spoil names in silence.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from boloci.problems import Where, refuse
from boloci.sources.reading import Input
from boloci.tables import Finding

BLOCK = 1 << 20
SEPARATORS = (",", ";", "\t")
OTHER_SEPARATORS = ("|", ":", " ", "^")
HEADER_BYTES = 65_536
WINDOWS = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœ"
    "\u00a0«»’‘“”–—…€°²³·±½¼¿¡´"
)
"""What a byte above 127 may be, for a file to be read as Windows-1252 (cp1252)."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFile:
    """A text file ready to read: UTF-8, maybe a rewritten copy."""

    path: Path
    findings: list[Finding] = field(default_factory=list)


def is_text(start: bytes) -> bool:
    """False where the first bytes are no text: a picture, an archive, a workbook."""
    return start.startswith(_UTF16) or b"\0" not in start


def decoded(start: bytes) -> str:
    """The first bytes as text, whatever the encoding: for recognising only."""
    if start.startswith(_UTF16):
        return start[: len(start) // 2 * 2].decode("utf-16", "replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        return start.decode("cp1252", "replace")


def open_text(source: Input, staging: Path) -> TextFile:
    """The file as UTF-8, rewritten into `staging` if it was not.

    Raises `Refused`: `file_empty`, `not_text`, `wrong_encoding`.
    """
    first = start(source.path)
    if not first.strip(b"\xef\xbb\xbf \t\r\n"):
        raise refuse("file_empty", Where(file=source.name))
    if first.startswith(_UTF16):
        return _rewritten(source, staging, "utf-16")
    if not is_text(first):
        raise refuse("not_text", Where(file=source.name))
    wrong = _first_not_utf8(source.path)
    if wrong is None:
        return TextFile(source.path)
    if not _is_windows(source.path):
        row, text = wrong
        raise refuse("wrong_encoding", Where(source.name, row=row, text=text))
    return _rewritten(source, staging, "cp1252")


def start(path: Path) -> bytes:
    """The first `HEADER_BYTES` of a file."""
    with path.open("rb") as file:
        return file.read(HEADER_BYTES)


def _first_not_utf8(path: Path) -> tuple[int, str] | None:
    """Line number and line of the first byte that is no UTF-8; None if all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                read = decoder.getstate()[0] + block
                before = min(error.start, len(read))
                line = read[:before].rpartition(b"\n")[2] + read[before:][:40]
                text = line.partition(b"\n")[0].decode("cp1252", "replace")
                return lines + read[:before].count(b"\n"), text[:80]
            lines += block.count(b"\n")
    return None


def _is_windows(path: Path) -> bool:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            high = bytes(byte for byte in set(block) if byte > 127)
            if not WINDOWS.issuperset(high.decode("cp1252", "replace")):
                return False
    return True


def _rewritten(source: Input, staging: Path, encoding: str) -> TextFile:
    path = staging / f"{source.path.name}.utf8"
    try:
        with (
            source.path.open("r", encoding=encoding, newline="") as old,
            path.open("w", encoding="utf-8", newline="") as new,
        ):
            while block := old.read(BLOCK):
                new.write(block)
    except UnicodeDecodeError:
        raise refuse("wrong_encoding", Where(file=source.name)) from None
    params = {"file": source.name, "encoding": encoding}
    return TextFile(path, [Finding("encoding_read", "info", params=params)])


@dataclass(frozen=True)
class Header:
    """The first filled line of a delimited file, and how many lines end with it."""

    names: tuple[str, ...]
    separator: str
    lines: int


def headers(
    text: str, separators: tuple[str, ...] = SEPARATORS, *, rows: int = 1
) -> Iterator[Header]:
    """The header row as each separator would split it.

    rows    filled rows from the first on, each of which may be the header
    """
    for separator in separators:
        if separator not in text:
            continue
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        filled = (row for row in reader if any(map(str.strip, row)))
        try:
            for row in islice(filled, rows):
                if len(row) > 1:
                    yield Header(tuple(row), separator, reader.line_num)
        except csv.Error:
            continue
