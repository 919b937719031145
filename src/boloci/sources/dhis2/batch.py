"""A run of data values, as each reader of values hands it on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from boloci.sources.dhis2.arrays import Flags

ROLES = ("element", "option", "attribute", "place")
"""What a value is about, beside its period: columns of `boloci.tables.VALUES`."""


@dataclass(frozen=True)
class Coded:
    """Texts told once: row i holds `texts[codes[i]]`, or is blank where -1."""

    codes: npt.NDArray[np.int32]
    texts: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Whether any row is blank."""
        return bool(len(self.codes)) and bool(self.codes.min() < 0)

    def text(self, row: int) -> str:
        """Text of one row; blank if none."""
        code = int(self.codes[row])
        return self.texts[code] if code >= 0 else ""

    def kept(self, keep: Flags) -> "Coded":
        """Only the rows to keep."""
        return Coded(self.codes[keep], self.texts)


def coded(texts: Sequence[str]) -> Coded:
    """Give each distinct text a code; an empty text is blank."""
    distinct = dict.fromkeys(texts)
    distinct.pop("", None)
    numbers = {text: code for code, text in enumerate(distinct)} | {"": -1}
    codes = np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts))
    return Coded(codes, tuple(distinct))


@dataclass(frozen=True)
class Batch:
    """Values of consecutive records.

    `value` is nan where `blank`; `odd` holds, by row of the batch, the texts that are
    no number. `row` is the record number, a CSV header being row 1. `updated` is there
    only when asked for: DHIS2's lastUpdated, to say which of two values is the later.
    """

    roles: Mapping[str, Coded]
    period: Coded
    value: npt.NDArray[np.float64]
    blank: Flags
    odd: Mapping[int, str]
    deleted: Flags
    row: npt.NDArray[np.int32]
    updated: Coded | None = None

    def __len__(self) -> int:
        return len(self.row)

    def kept(self, keep: Flags) -> "Batch":
        """Only the rows to keep; `odd` rows are taken to have been dealt with."""
        return Batch(
            {role: column.kept(keep) for role, column in self.roles.items()},
            self.period.kept(keep),
            self.value[keep],
            self.blank[keep],
            {},
            self.deleted[keep],
            self.row[keep],
            self.updated.kept(keep) if self.updated else None,
        )


def ahead(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Read the next batch in a second thread while this one is written."""
    iterator = iter(batches)
    with ThreadPoolExecutor(1) as reader:
        future = reader.submit(next, iterator, None)
        while (batch := future.result()) is not None:
            future = reader.submit(next, iterator, None)
            yield batch
