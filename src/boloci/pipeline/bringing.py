"""Bringing files in: read them all, keep them as one snapshot, or keep nothing."""

import datetime
import getpass
import importlib.metadata
import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from boloci.lake import disk, snapshots
from boloci.lake.snapshots import Snapshot
from boloci.sources import archives
from boloci.sources.reading import Progress, Reading
from boloci.tables import FINDINGS, findings_table
from boloci.workspace import Workspace


@dataclass(frozen=True)
class FileRead:
    """What was understood of one file."""

    name: str
    format: str
    rows: dict[str, int]
    first_period: int | None
    last_period: int | None


@dataclass(frozen=True)
class ImportReport:
    """What an import brought, or would bring (`snapshot` blank on a dry run)."""

    snapshot: str
    already: bool
    files: list[FileRead]
    findings: pa.Table = field(default_factory=FINDINGS.empty_table)
    elements: dict[str, int] = field(default_factory=dict)
    """Element code -> how many of the source's own elements mean it."""
    places: int = 0
    """Places of the tree that rows of the files lie at."""


def quiet(_step: str, _share: float) -> None:
    """No progress shown."""


def code_version() -> str:
    """Version of boloci that reads and builds."""
    return importlib.metadata.version("boloci")


def import_files(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    format: str = "auto",
    replace: bool = False,
    dry_run: bool = False,
    by: str = "",
    received: datetime.datetime | None = None,
    progress: Progress = quiet,
    recipes: Sequence[Any] = (),
    occasion: str = "",
) -> ImportReport:
    """Read files together and keep them as one snapshot, all or nothing.

    The same content twice changes nothing (`already`), unless on another `occasion`:
    what people edit may go back to what it was before. Raises `Refused` with every
    problem found; nothing of the files is kept then.
    """
    from boloci import sources

    lake = workspace.lake
    with disk.one_writer(lake), disk.disk_full_in_words(lake):
        staging = lake / "staging" / str(os.getpid())
        staging.mkdir(parents=True)
        try:
            with ThreadPoolExecutor(1) as copier:
                raw = {
                    path: copier.submit(
                        snapshots.draft_raw, path, staging / f"raw-{number:04d}"
                    )
                    for number, path in enumerate([] if dry_run else map(Path, paths))
                }
                readings = sources.read(
                    paths,
                    format=format,
                    staging=staging,
                    progress=progress,
                    recipes=recipes,
                )
            return _keep(
                workspace,
                readings,
                raw,
                staging=staging,
                replace=replace,
                dry_run=dry_run,
                settings=f"{format} {occasion}".rstrip(),
                by=by or getpass.getuser(),
                received=received or datetime.datetime.now(datetime.UTC),
            )
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _keep(
    workspace: Workspace,
    readings: Sequence[Reading],
    raw: Mapping[Path, "Future[Path]"],
    *,
    staging: Path,
    replace: bool,
    dry_run: bool,
    settings: str,
    by: str,
    received: datetime.datetime,
) -> ImportReport:
    from boloci.pipeline.impossible_rows import impossible_rows
    from boloci.pipeline.own_country import refuse_others
    from boloci.pipeline.understanding import tree_so_far, understand_one

    refuse_others(workspace, readings, lambda: tree_so_far(workspace))
    lake = workspace.lake
    inputs = [reading.source for reading in readings if reading.source]
    digest = snapshots.digest_of(
        sorted({source.sha256 for source in inputs}), replace=replace, settings=settings
    )
    known = snapshots.find(lake, digest)
    if known and not dry_run:
        return _report(known, already=True)
    for path, draft in raw.items():
        snapshots.keep_raw(lake, draft.result(), archives.digest(path))
    kept = snapshots.commit(
        lake if not dry_run else staging / "dry",
        readings,
        [(source.name, source.sha256) for source in inputs],
        staging=staging,
        digest=digest,
        received=received,
        by=by,
        code_version=code_version(),
        replace=replace,
    )
    understood = understand_one(workspace, kept)
    return with_fields(
        _report(
            kept,
            already=bool(known),
            findings=[
                *understood.findings,
                *impossible_rows(understood, workspace.catalogue.profiles["boloci"]),
            ],
            dry_run=dry_run,
        ),
        elements=_elements(understood),
        places=len(set(understood.place_keys.values())),
    )


def _elements(understood: Any) -> dict[str, int]:
    """Element code -> how many of the source's own elements mean it."""
    codes = {key: code for (code, _), key in understood.mapped.keys.items()}
    pairs = {(codes[row["key"]], row["element"]) for row in understood.mapped.cells}
    return dict(sorted(Counter(code for code, _ in pairs).items()))


def _report(
    snapshot: Snapshot,
    *,
    already: bool,
    findings: Sequence[Any] = (),
    dry_run: bool = False,
) -> ImportReport:
    own = snapshot.table("findings")
    files = [
        FileRead(
            file.name, file.format, dict(file.rows), file.first_period, file.last_period
        )
        for file in snapshot.files
    ]
    return ImportReport(
        snapshot="" if dry_run else snapshot.id,
        already=already,
        files=files,
        findings=pa.concat_tables([own, findings_table(findings)])
        if own is not None
        else findings_table(findings),
    )
