"""Where the values of a DHIS2 file go: checked as they come, straight to Parquet.

Memory holds one block of the file and eight bytes a value, up to 32 MB.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import arrays, repeats
from boloci.sources.dhis2.arrays import Flags
from boloci.sources.dhis2.batch import ROLES, Batch, Coded
from boloci.sources.dhis2.keys import Crowded, Seen
from boloci.sources.dhis2.reports import period_code
from boloci.tables import Finding

EXAMPLES = 5
SCHEMA = pa.schema(
    [
        *((role, pa.dictionary(pa.int32(), pa.string())) for role in ROLES),
        ("period", pa.int32()),
        ("value", pa.float64()),
        ("deleted", pa.bool_()),
        ("row", pa.int32()),
    ]
)
ROW_GROUP = 90_000
"""Rows written together at least: small pages are gathered."""

UPDATED = pa.field("updated", pa.dictionary(pa.int32(), pa.string()))


@dataclass
class Doubt:
    """How often a rule was broken by one element, and where first."""

    count: int = 0
    rows: list[int] = field(default_factory=list)
    text: str = ""


class Sink:
    """Takes batches in file order; writes one Parquet file in `tables.VALUES` terms."""

    def __init__(
        self, path: Path, *, file: str, staging: Path, updated: bool = False
    ) -> None:
        self.rows = 0
        self.deleted = 0
        self._file = file
        self._schema = SCHEMA.append(UPDATED) if updated else SCHEMA
        self._doubts: dict[tuple[str, str], Doubt] = {}
        self._periods: dict[str, int] = {}
        self._seen: Seen | None = Seen(staging)
        self._waiting: list[pa.Table] = []
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="lz4",
            use_dictionary=[name for name in self._schema.names if name != "row"],
            column_encoding={"row": "DELTA_BINARY_PACKED"},
            write_statistics=["period"],
            store_schema=False,
        )

    def __enter__(self) -> "Sink":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._write()
        self._writer.close()

    def add(self, batch: Batch) -> None:
        """Check and write one batch. Raises `Refused` for what spoils the file."""
        batch = self._numeric(batch)
        if not len(batch):
            return
        self._no_blank_keys(batch)
        periods = self._period_codes(batch)
        self._doubtful(batch)
        self._remember(batch)
        self._waiting.append(self._table(batch, periods))
        if sum(table.num_rows for table in self._waiting) >= ROW_GROUP:
            self._write()
        self.rows += len(batch)
        self.deleted += int(np.count_nonzero(batch.deleted))

    def twice(self) -> bool | None:
        """Whether a value was told twice; None if there were too many kinds to say."""
        return self._seen.twice() if self._seen else None

    def findings(self) -> list[Finding]:
        """What was doubtful, one finding a rule and element."""
        return [
            Finding(
                rule,
                "info" if rule == "fractional_value" else "warning",
                element=element,
                params={
                    "file": self._file,
                    "sheet": "",
                    "row": doubt.rows[0],
                    "column": "value",
                    "text": doubt.text,
                    "element": element,
                    "count": doubt.count,
                    "rows": doubt.rows,
                },
            )
            for (rule, element), doubt in self._doubts.items()
        ]

    def _numeric(self, batch: Batch) -> Batch:
        """Without the rows whose value is no number; each is counted."""
        if not batch.odd:
            return batch
        keep = np.ones(len(batch), bool)
        for index, text in batch.odd.items():
            keep[index] = False
            element = batch.roles["element"].text(index)
            self._doubt("value_not_a_number", element, int(batch.row[index]), text)
        return batch.kept(keep)

    def _no_blank_keys(self, batch: Batch) -> None:
        needed = {
            "dataElement": batch.roles["element"],
            "orgUnit": batch.roles["place"],
            "period": batch.period,
        }
        for name, column in needed.items():
            if column.blank:
                row = int(batch.row[np.argmax(column.codes < 0)])
                raise refuse("value_key_blank", Where(self._file, row=row, column=name))

    def _period_codes(self, batch: Batch) -> npt.NDArray[np.int32]:
        codes = []
        for index, text in enumerate(batch.period.texts):
            if text not in self._periods:
                used = np.flatnonzero(batch.period.codes == index)
                if not len(used):
                    codes.append(0)
                    continue
                row = int(batch.row[used[0]])
                self._periods[text] = period_code(text, self._file, row)
            codes.append(self._periods[text])
        table = np.array(codes, np.int32)
        return table[batch.period.codes]

    def _doubtful(self, batch: Batch) -> None:
        live = ~batch.deleted
        self._mark("negative_value", batch, (batch.value < 0) & live)
        part = np.isfinite(batch.value) & (batch.value != np.rint(batch.value))
        self._mark("fractional_value", batch, part & live)

    def _mark(self, rule: str, batch: Batch, broken: Flags) -> None:
        if not broken.any():
            return
        elements = batch.roles["element"]
        for index in np.flatnonzero(broken).tolist():
            text = f"{batch.value[index]:g}"
            self._doubt(rule, elements.text(index), int(batch.row[index]), text)

    def _doubt(self, rule: str, element: str, row: int, text: str) -> None:
        doubt = self._doubts.setdefault((rule, element), Doubt())
        doubt.count += 1
        doubt.text = doubt.text or text[:40]
        if len(doubt.rows) < EXAMPLES:
            doubt.rows.append(row)

    def _remember(self, batch: Batch) -> None:
        if self._seen is None:
            return
        try:
            self._seen.add({**batch.roles, "period": batch.period})
        except Crowded:
            self._seen = None

    def _write(self) -> None:
        if len(self._waiting) == 1:
            whole = self._waiting[0]
        elif self._waiting:
            pages = pa.concat_tables(self._waiting)
            whole = pages.unify_dictionaries().combine_chunks()
        else:
            return
        self._writer.write_table(whole, row_group_size=whole.num_rows)
        self._waiting = []

    def _table(self, batch: Batch, periods: npt.NDArray[np.int32]) -> pa.Table:
        columns = {role: _coded(batch.roles[role]) for role in ROLES}
        columns["period"] = arrays.numbers(periods, pa.int32())
        columns["value"] = arrays.numbers(batch.value, pa.float64(), batch.blank)
        columns["deleted"] = arrays.flags(batch.deleted)
        columns["row"] = arrays.numbers(batch.row, pa.int32())
        if "updated" in self._schema.names:
            assert batch.updated is not None
            columns["updated"] = _coded(batch.updated)
        in_order = [columns[name] for name in self._schema.names]
        return pa.Table.from_arrays(in_order, schema=self._schema)


def _coded(column: Coded) -> pa.Array:
    return arrays.coded(column.codes, column.texts)


Batches = Callable[[bool], Iterator[Batch]]
"""Reads the values of a file from its start; asked True, with `updated`."""


@dataclass(frozen=True)
class Stored:
    """A file's values on disk: each value once, nothing more to settle if `unique`."""

    path: Path
    rows: int
    unique: bool
    findings: list[Finding]


def store(batches: Batches, *, file: str, staging: Path, updated: bool) -> Stored:
    """Write every value of a file, once.

    `updated`: the file says when each value was last updated. Only a file whose values
    contradict each other is read again for these dates.
    """
    path = staging / "values.parquet"
    sink = _written(batches, path, file=file, staging=staging, updated=False)
    findings = sink.findings()
    if sink.twice() is not False:
        if updated and repeats.disagree(path, staging=staging):
            _written(batches, path, file=file, staging=staging, updated=True)
        once = staging / "values-once.parquet"
        findings += repeats.settle(path, file=file, staging=staging, out=once)
        path.unlink()
        path = once
    return Stored(path, sink.rows, sink.deleted == 0, findings)


def _written(batches: Batches, path: Path, **where: Any) -> Sink:
    with Sink(path, **where) as sink:
        for batch in batches(where["updated"]):
            sink.add(batch)
    return sink
