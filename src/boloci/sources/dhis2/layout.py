"""Reading records that all have the shape of the first one, without a tokeniser.

DHIS2 writes a data value as five identifiers of fixed width, then the value:

    "BD6XfqZeTQa","201801","DnFHsmC36q4","klCgCWaKsfW","HllvX50cXC0","12",...

so everything up to the value lies at the same offset in every line. A `Layout` takes
the offsets from one record and reads millions at the same places with NumPy, some
three times as fast as a CSV parser. It never guesses: if one record has a quote or a
separator elsewhere, or an identifier that is not letters and digits, the block is
handed back unread (None), and the careful reader takes it.

Why a line that fits must be the start of a record, although a comment may hold line
breaks: inside a quoted field a quote is written twice, so a line that begins with a
quote and then a letter or digit cannot lie inside one.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from boloci.sources.dhis2.arrays import Flags, numbers
from boloci.sources.dhis2.batch import Coded

SLACK = 256
"""Bytes that must follow a block in its buffer: words are read past the last record."""

MAX_WIDTH = 16
"""Longest identifier that two words of eight bytes, overlapping, can tell apart."""

FEW_RUNS = 0.25
"""Where equal neighbours are this common (exports are sorted), runs are numbered."""

Words = npt.NDArray[np.uint64]
Bytes = bytes | bytearray
Starts: TypeAlias = "npt.NDArray[np.int64]"

_U = np.uint64
_ONES = _U(0x0101010101010101)
_HIGH = _U(0x8080808080808080)
_GOLDEN = _U(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Span:
    """Where an identifier lies in each record."""

    offset: int
    width: int


@dataclass(frozen=True)
class Layout:
    """Offsets of a record: identifiers, the punctuation between, where the value is.

    `sample` holds the first `value_at` bytes of a record; `ends` is the byte that
    ends a value.
    """

    sample: bytes
    spans: dict[str, Span]
    value_at: int
    ends: bytes

    @property
    def fits(self) -> bool:
        """Whether records of this shape can be read by words."""
        widths = [span.width for span in self.spans.values()]
        return self.value_at + 8 <= SLACK and all(0 < w <= MAX_WIDTH for w in widths)

    def prefixes(self, buffer: Bytes, starts: Starts) -> Words | None:
        """First bytes of every record as words, shape (records, words).

        None if the punctuation of one record is not where that of the sample is.
        """
        width = -(-self.value_at // 8) * 8
        records = np.ndarray(
            (len(buffer) - width,), f"V{width}", buffer=buffer, strides=(1,)
        )
        words = records[starts].view("<u8").reshape(-1, width // 8)
        mask = np.zeros(width, np.uint8)
        mask[: self.value_at] = 255
        for span in self.spans.values():
            mask[span.offset : span.offset + span.width] = 0
        masks = mask.view("<u8")
        wanted = np.frombuffer(self.sample.ljust(width, b"\0")[:width], "<u8") & masks
        for index, part in enumerate(masks):
            if part and not ((words[:, index] & part) == wanted[index]).all():
                return None
        return words

    def identifiers(self, words: Words, role: str) -> Coded | None:
        """One identifier of every record; None if one is not letters and digits."""
        span, length = self.spans[role], len(words)
        step = words.shape[1] * 8
        low = _word(words, span.offset, step) & _mask(span.width)
        high = None
        if span.width > 8:
            high = _word(words, span.offset + span.width - 8, step).copy()
        found = _distinct(low, high)
        if found is None:
            return None
        codes, first = found
        text = words.view(np.uint8).reshape(length, step)
        cells = text[first, span.offset : span.offset + span.width]
        texts = tuple(cell.tobytes().decode("latin-1") for cell in cells)
        if not all(word.isascii() and word.isalnum() for word in texts):
            return None
        return Coded(codes, texts)


def _word(words: Words, offset: int, step: int) -> Words:
    """Eight bytes of each record from an offset (past the end of the prefix: none)."""
    room = step - offset
    if room >= 8:
        return np.ndarray((len(words),), "<u8", words, offset, (step,))
    last = np.ndarray((len(words),), "<u8", words, step - 8, (step,))
    shifted: Words = last >> _U(8 * (8 - room))
    return shifted


def _mask(width: int) -> np.uint64:
    return _U((1 << 8 * min(width, 8)) - 1)


def _distinct(
    low: Words, high: Words | None
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]] | None:
    """Codes of equal pairs of words, and the first record that holds each.

    None if two different pairs were mixed to one number: then the codes are wrong.
    """
    changes = low[1:] != low[:-1]
    if high is not None:
        changes |= high[1:] != high[:-1]
    heads = np.concatenate([[0], np.flatnonzero(changes) + 1])
    if len(heads) > FEW_RUNS * len(low):
        return _numbered(low, high)
    lengths = np.diff(heads, append=len(low))
    found = _numbered(low[heads], None if high is None else high[heads])
    return found and (np.repeat(found[0], lengths), heads[found[1]])


def _numbered(
    low: Words, high: Words | None
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]] | None:
    mixed = low if high is None else low * _GOLDEN ^ high
    told = numbers(mixed, pa.uint64()).dictionary_encode()
    codes = np.frombuffer(told.indices.buffers()[1], np.int32, len(low))
    first = np.empty(len(told.dictionary), np.intp)
    first[codes[::-1]] = np.arange(len(low) - 1, -1, -1)
    exact = high is None or (
        (low[first][codes] == low).all() and (high[first][codes] == high).all()
    )
    return (codes, first) if exact else None


@dataclass(frozen=True)
class Figures:
    """Values read at once: whole numbers of up to seven digits.

    `odd` marks the others (decimals, signs, texts, longer numbers), to be read one by
    one.
    """

    value: npt.NDArray[np.float64]
    blank: Flags
    odd: Flags


def figures(buffer: Bytes, at: Starts, ends: bytes) -> Figures:
    """Numbers that begin at these bytes and end before the byte `ends`.

    Eight bytes are one word: the digits before `ends` are moved to its top, then
    neighbours are added in pairs, pairs in fours, fours in eights.
    """
    word = np.ndarray((len(buffer) - 8,), "<u8", buffer=buffer, strides=(1,))[at]
    differs = word ^ _ONES * _U(ends[0])
    hit = (differs - _ONES) & ~differs & _HIGH
    lowest = hit & (~hit + _U(1))
    digits = (lowest >> _U(7)) - _U(1)
    bits: Words = np.bitwise_count(digits).astype(_U)
    blank = bits == 0
    figure = ((word ^ _ONES * _U(ord("0"))) & digits) << (_U(64) - bits)
    odd = ((figure + _ONES * _U(0x76)) | figure) & _HIGH != 0
    odd |= lowest == 0
    tens = figure * _U(10) + (figure >> _U(8))
    pairs = _U(0x000000FF000000FF)
    number = (
        (tens & pairs) * _U(0x000F424000000064)
        + ((tens >> _U(16)) & pairs) * _U(0x0000271000000001)
    ) >> _U(32)
    value = number.astype(np.float64)
    if blank.any():
        value[blank] = np.nan
    return Figures(value, blank, odd & ~blank)


def odd_texts(buffer: Bytes, at: Starts, ends: bytes, odd: Flags) -> dict[int, str]:
    """Texts of the values that are not plain whole numbers."""
    texts = {}
    for index in np.flatnonzero(odd).tolist():
        start = int(at[index])
        stop = buffer.find(ends, start)
        texts[index] = buffer[start:stop].decode("utf-8", "replace")
    return texts
