"""The container of old .xls files, checked before it is read.

A damaged one can send calamine round in a circle of sectors for ever. In a sound file
every sector has one successor at most, and no chain comes back on itself.
Source: Microsoft, [MS-CFB] Compound File Binary File Format, 2.2 to 2.4.
"""

import struct
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_IN_HEADER = 109
"""Places of the sector table named in the header itself."""
_LAST = 0xFFFFFFFA
"""Numbers from here on are no sectors: end of chain, free, reserved."""

Chain: TypeAlias = "np.ndarray[Any, np.dtype[np.uint32]]"


def is_sound(path: Path) -> bool:
    """False for a container whose chains of sectors break or go round in circles."""
    data = path.read_bytes()
    try:
        size = 1 << struct.unpack_from("<H", data, 30)[0]
        if size not in (512, 4096):
            return False
        table = _table(data, size)
        mini = _followed(data, size, table, struct.unpack_from("<I", data, 60)[0])
        return _without_circles(table) and _without_circles(mini)
    except (struct.error, IndexError, ValueError):
        return False


def _sector(data: bytes, size: int, number: int) -> Chain:
    start = (number + 1) * size
    if number >= _LAST or start + size > len(data) + size - 1:
        raise IndexError(number)
    return np.frombuffer(data[start : start + size].ljust(size, b"\xff"), "<u4")


def _table(data: bytes, size: int) -> Chain:
    """The sector table: for each sector the one that follows it."""
    count = struct.unpack_from("<I", data, 44)[0]
    if count > len(data) // size + 1:
        raise ValueError(count)
    places = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    further = struct.unpack_from("<I", data, 68)[0]
    while len(places) < count:
        sector = _sector(data, size, further)
        places += sector[:-1].tolist()
        further = int(sector[-1])
    parts = [_sector(data, size, place) for place in places[:count]]
    return np.concatenate(parts) if parts else np.empty(0, "<u4")


def _followed(data: bytes, size: int, table: Chain, first: int) -> Chain:
    """The sectors of one chain, as numbers: the table of the small sectors."""
    parts: list[Chain] = []
    while first < _LAST:
        if len(parts) > len(table):
            raise ValueError("circle")
        parts.append(_sector(data, size, first))
        first = int(table[first])
    return np.concatenate(parts) if parts else np.empty(0, "<u4")


def _without_circles(table: Chain) -> bool:
    """True where no sector follows two others and every chain has a beginning."""
    nexts = table[table < _LAST]
    if len(nexts) and (nexts.max() >= len(table) or len(np.unique(nexts)) < len(nexts)):
        return False
    begins = np.setdiff1d(np.flatnonzero(table < _LAST), nexts)
    seen = 0
    for begin in begins:
        at = int(begin)
        while at < len(table) and table[at] < _LAST:
            seen += 1
            at = int(table[at])
    return seen == len(nexts)
