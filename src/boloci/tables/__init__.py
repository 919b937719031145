"""The contract of every tidy table: its columns, its key, what a blank means.

`TIDY` are the files people write and download (see the user guide); `SNAPSHOT` are
the tables a snapshot of the lake holds after a file was read; `FACTS`, `FINDINGS` and
`INEQUALITY` go out. Sources, lake, statistics, documentation and tests read the same
objects.
"""

from boloci.tables.published import (
    FACTS,
    FACTS_KEY,
    FINDINGS,
    INEQUALITY,
    SEVERITIES,
    Finding,
    finding_of,
    findings_table,
)
from boloci.tables.snapshot import SNAPSHOT, VALUES, VALUES_KEY, WUENIC_KEY
from boloci.tables.tidy import LEVELS, POPULATIONS, SMALL_CHILDREN, TIDY, Column, Table

__all__ = [
    "FACTS",
    "FACTS_KEY",
    "FINDINGS",
    "INEQUALITY",
    "LEVELS",
    "POPULATIONS",
    "SEVERITIES",
    "SMALL_CHILDREN",
    "SNAPSHOT",
    "TIDY",
    "VALUES",
    "VALUES_KEY",
    "WUENIC_KEY",
    "Column",
    "Finding",
    "Table",
    "finding_of",
    "findings_table",
]
