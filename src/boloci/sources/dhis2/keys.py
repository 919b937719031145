"""Does a file tell one value twice? Found in memory that does not grow with the file.

The identifiers of a value are numbered as they come and packed into one integer of 64
bits. Sorted, equal integers are neighbours. Beyond `IN_MEMORY` values, sorted runs lie
in a temporary file and are compared range by range.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from boloci.sources.dhis2.batch import Coded

BITS = {"element": 14, "option": 14, "attribute": 8, "place": 18, "period": 10}
"""Room for 16,384 elements and options, 262,144 places, 1,024 periods in one key."""

IN_MEMORY = 4_000_000
"""Keys held at once: 32 MB."""

Keys = npt.NDArray[np.uint64]


class Crowded(Exception):
    """There are more identifiers of a kind than a key has room for."""


class Seen:
    """The keys of a file; `twice` says whether one came more than once."""

    def __init__(self, folder: Path) -> None:
        self._numbers: dict[str, dict[str, int]] = {part: {} for part in BITS}
        self._held: Keys = np.empty(IN_MEMORY, np.uint64)
        self._count = 0
        self._runs: list[int] = []
        self._spill = folder / "keys"

    def add(self, parts: Mapping[str, Coded]) -> None:
        """Take the keys of a batch. Raises `Crowded`."""
        keys: Keys = np.zeros(len(parts["place"].codes), np.uint64)
        for part, bits in BITS.items():
            keys <<= np.uint64(bits)
            keys |= self._numbered(part, parts[part])
        while len(keys):
            room = len(self._held) - self._count
            if not room:
                self._write_run()
                continue
            taken, keys = keys[:room], keys[room:]
            self._held[self._count : self._count + len(taken)] = taken
            self._count += len(taken)

    def twice(self) -> bool:
        """Whether any key came more than once."""
        if not self._runs:
            return _repeats(self._held[: self._count])
        if self._count:
            self._write_run()
        try:
            ranges = _ranges(self._spill, self._runs)
            return any(_repeats(np.concatenate(parts)) for parts in ranges)
        finally:
            self._spill.unlink()

    def _numbered(self, part: str, column: Coded) -> Keys:
        known = self._numbers[part]
        texts = (*column.texts, "")  # blank is code -1: the last of these
        numbers = [known.setdefault(text, len(known)) for text in texts]
        if len(known) > 1 << BITS[part]:
            raise Crowded(part)
        table = np.array(numbers, np.uint64)
        if len(column.texts) == 1 and not column.blank:
            return table[:1]
        return table[column.codes]

    def _write_run(self) -> None:
        keys = self._held[: self._count]
        keys.sort()
        with self._spill.open("ab") as file:
            file.write(keys.data)
        self._runs.append(len(keys))
        self._count = 0


def _ranges(path: Path, lengths: list[int]) -> Iterator[list[Keys]]:
    """The same keys, cut at common bounds: a key has all its copies in one range.

    A range is as long as half a run; of each run only its part of the range is read.
    """
    starts = np.cumsum([0, *lengths])
    runs = np.split(np.memmap(path, np.uint64, mode="r"), starts[1:-1])
    places = np.linspace(0, lengths[0] - 1, 2 * len(lengths) + 1).astype(np.intp)
    bounds = np.array(runs[0][places[1:-1]])
    cuts = [[0, *np.searchsorted(run, bounds), len(run)] for run in runs]
    del runs
    for index in range(len(bounds) + 1):
        yield [
            np.fromfile(
                path,
                np.uint64,
                cut[index + 1] - cut[index],
                offset=8 * int(start + cut[index]),
            )
            for start, cut in zip(starts[:-1], cuts, strict=True)
        ]


def _repeats(keys: Keys) -> bool:
    keys.sort()
    return bool((keys[1:] == keys[:-1]).any())
