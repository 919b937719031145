"""Lists of data values cut out of JSON of any size, without parsing the whole.

A cut between two values lies between `},` and `{"` with a letter after it: no text of
a value can contain that, since its quote would end the text. The bracket that closes a
list might stand in a comment, so the value before it is parsed to be sure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from boloci.problems import Where, refuse
from boloci.sources.dhis2.documents import file_size, trouble
from boloci.sources.reading import Input, Progress

CHUNK = 4 << 20
"""Bytes read at once: about 15,000 values."""

LONGEST_VALUE = 1 << 20
"""No single value is this long, comment included."""

_LIST = re.compile(rb'"dataValues"\s*:\s*\[')
_BARE = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?=\{)")
_NEXT = re.compile(rb'\}\s*,\s*(?=\{\s*"\w)')
_CLOSED = re.compile(rb'\}\s*\]\s*(?:\}|,\s*"\w|,\s*\{|\])')
_CLOSED_AT_END = re.compile(rb"\}\s*\]\s*\Z")
_EMPTY = re.compile(rb"\s*\]")
_SHARED = re.compile(
    rb'"(dataSet|period|orgUnit|completeDate|attributeOptionCombo)"\s*:\s*"([^"]*)"'
)


@dataclass(frozen=True)
class Page:
    """What holds for every value of one list."""

    shared: dict[str, str] = field(default_factory=dict)
    enclosed: bool = True
    """False for a bare list of values."""


Piece = tuple[Page, bytes]
"""Whole values with commas between them, and their page; empty where a page begins."""


def pieces(source: Input, progress: Progress) -> Iterator[Piece]:
    """Every list of the file, in pieces of a chunk at most. Raises `Refused`."""
    size = file_size(source.path)
    text, at = b"", 0
    page: Page | None = None
    enclosed: bool | None = None
    with source.path.open("rb") as file:
        chunk = b"x"
        while chunk:
            chunk = file.read(CHUNK)
            text, at = text[at:] + chunk, 0
            while True:
                if page is None:
                    page, at = _open(text, at, bare=enclosed is None)
                    if page is None:
                        break
                    enclosed = bool(enclosed) or page.enclosed
                    yield page, b""
                found = _cut(text, at, not chunk, source.name)
                at = found.after
                if found.values:
                    yield page, found.values
                if not found.closed:
                    break
                page = None
            progress("values", min(file.tell() / size, 1.0))
    rest = text[at:].strip()
    whole = rest.endswith((b"}", b"]")) if enclosed else not rest
    if page is not None or enclosed is None or not whole:
        raise refuse("file_truncated", Where(source.name, text=_shown(rest)))


def _open(text: bytes, at: int, *, bare: bool) -> tuple[Page | None, int]:
    """Go to the next list of values: its page, and where its first value begins."""
    found = _LIST.search(text, at)
    if found:
        told = {
            key.decode(): value.decode("utf-8", "replace")
            for key, value in _SHARED.findall(text, at, found.start())
        }
        return Page(told), found.end()
    first = _BARE.match(text, at) if bare else None
    return (Page(enclosed=False), first.end()) if first else (None, at)


@dataclass(frozen=True)
class Cut:
    """Whole values, where to go on, and whether the list closed after them."""

    values: bytes
    after: int
    closed: bool


def _cut(text: bytes, at: int, last: bool, file: str) -> Cut:
    empty = _EMPTY.match(text, at)
    if empty:
        return Cut(b"", empty.end(), True)
    for end, bracket in _ends(text, at, last):
        if _is_value(_last_value(text, at, end)):
            return Cut(text[at:end], bracket + 1, True)
    boundary = None if last else _last_boundary(text, at, len(text))
    if boundary:
        return Cut(text[at : boundary[0]], boundary[1], False)
    if last or len(text) - at > CHUNK + LONGEST_VALUE:
        raise _broken(text[at:], file)
    return Cut(b"", at, False)


def _ends(text: bytes, at: int, last: bool) -> Iterator[tuple[int, int]]:
    """Where the list may close: just after its last value, and at which bracket."""
    bracket = text.find(b"]", at)
    while bracket >= 0:
        start = text.rfind(b"}", max(at, bracket - 64), bracket)
        if start >= 0:
            closes = _CLOSED.match(text, start)
            closes = closes or (_CLOSED_AT_END.match(text, start) if last else None)
            if closes:
                yield start + 1, bracket
        bracket = text.find(b"]", bracket + 1)


def _last_boundary(text: bytes, at: int, end: int) -> tuple[int, int] | None:
    """The last place between two values: end of one, start of the next."""
    window = 4096
    while True:
        start = max(at, end - window)
        found = list(_NEXT.finditer(text, start, end))
        if found:
            return found[-1].start() + 1, found[-1].end()
        if start == at:
            return None
        window *= 16


def _last_value(text: bytes, at: int, end: int) -> bytes:
    boundary = _last_boundary(text, at, end)
    return text[boundary[1] if boundary else at : end]


def _is_value(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _broken(rest: bytes, file: str) -> Exception:
    """Why the rest of a list cannot be read: damaged inside, or cut short."""
    content = b"[" + rest
    try:
        msgspec.json.decode(content, type=list[dict[str, msgspec.Raw]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return trouble(error, content, file)
    return refuse("file_truncated", Where(file, text=_shown(rest)))


def _shown(rest: bytes) -> str:
    return rest[-60:].decode("utf-8", "replace").strip()
