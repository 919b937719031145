"""Values of a time that they cannot be of: after they came, or before there was EPI."""

from collections.abc import Iterable, Iterator

from boloci import periods
from boloci.lake.snapshots import Snapshot, SourceFile
from boloci.tables import Finding

EPI_BEGAN = 1974
"""Year of the Expanded Programme on Immunization (WHA27.57). A date that a
spreadsheet made of an empty cell is of 1900."""


def untimely(snapshots: Iterable[Snapshot]) -> list[Finding]:
    """Findings on files with a period after the day they came, or before the EPI.

    One a file and side, with its furthest period. A year's figure may be of the year
    to come: targets are set ahead. The values go in.
    """
    return [
        finding
        for snapshot in snapshots
        for file in snapshot.files
        for finding in _of_file(snapshot, file)
    ]


def _of_file(snapshot: Snapshot, file: SourceFile) -> Iterator[Finding]:
    if file.first_period is None or file.last_period is None:
        return
    came = snapshot.received.year * 100 + snapshot.received.month
    yearly = periods.kind(file.last_period) == periods.YEAR
    limit = came + 100 if yearly else came
    if periods.span(file.last_period).first > limit:
        yield _finding("period_to_come", file, file.last_period)
    if file.first_period // 100 < EPI_BEGAN:
        yield _finding("period_long_ago", file, file.first_period)


def _finding(rule: str, file: SourceFile, period: int) -> Finding:
    told = periods.text(period)
    return Finding(
        rule=rule,
        period_start=told,
        period_end=told,
        params={"file": file.name, "period": told, "year": EPI_BEGAN},
    )
