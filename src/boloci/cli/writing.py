"""Tables out: CSV, JSON, XLSX and Parquet, to a file or to standard output.

A file is written under another name and takes its own only when it is whole.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa

from boloci.problems import refuse
from boloci.table_files import WRITERS

SUFFIXES = {
    ".csv": "csv",
    ".json": "json",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".txt": "table",
}
BINARY = ("xlsx", "parquet")


def chosen_format(given: str | None, output: str | None) -> str:
    """Format asked for, else that of the file's suffix, else a table."""
    if given:
        return given
    if output is None:
        return "table"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise refuse("suffix_unknown", file=output, known=" ".join(SUFFIXES))
    return SUFFIXES[suffix]


def write(batches: pa.RecordBatchReader, format: str, output: str | None) -> int:
    """Write every row in a format other than `table`; the number of rows written."""
    if output is None and format in BINARY and sys.stdout.isatty():
        raise refuse("binary_to_terminal", format=format)
    with target(output) as file:
        return WRITERS[format](batches, file)


@contextmanager
def target(output: str | None) -> Iterator[IO[bytes]]:
    """A binary file that appears under its name only when it is whole, or stdout."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    if not path.absolute().parent.is_dir():
        raise refuse("folder_missing", folder=str(path.absolute().parent))
    if path.is_dir():
        raise refuse("output_is_folder", folder=output.rstrip("/"))
    partial = path.with_name(path.name + ".partial")
    try:
        file = partial.open("wb")
    except OSError as error:
        raise refuse("cannot_write", file=output) from error
    try:
        with file:
            yield file
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
