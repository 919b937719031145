"""What a reading holds, in plain rows."""

from pathlib import Path

import pyarrow.parquet


def rows(reading, table="values"):
    """Rows of a table of a reading, blank columns left out."""
    found = reading.tables[table]
    if isinstance(found, Path):
        found = pyarrow.parquet.read_table(found)
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in found.to_pylist()
    ]


def rules(reading):
    """Rules of the findings of a reading."""
    return [finding.rule for finding in reading.findings]
