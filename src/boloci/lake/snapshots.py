"""What each import brought: immutable, numbered in the order of arrival.

    lake/raw/SHA256                      the file as the user gave it
    lake/snapshots/000001-ab12cd34ef56/  manifest.json, values-0.parquet, places.parquet
    lake/undone/000001-ab12cd34ef56.json who took it back, and when
    lake/brought_back/000001-….json      when it had not counted, and by whom

The sequence orders revisions: for one key the later snapshot wins. The digest is
that of the content, so importing the same files twice finds the first.
"""

import datetime
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from boloci.lake import disk
from boloci.problems import Problem, Where, refuse
from boloci.sources.reading import Reading
from boloci.tables import SNAPSHOT, VALUES, findings_table

FORMAT = 1
_COMPRESSION = "zstd"


@dataclass(frozen=True)
class SourceFile:
    """One file inside a snapshot, as its manifest tells it."""

    name: str
    sha256: str
    format: str
    system: str
    aggregate: bool
    rows: Mapping[str, int]
    """Rows by table name."""
    values: str = ""
    """Name of its Parquet of values in the snapshot's folder; blank if it has none."""
    unique: bool = False
    """No key twice and no deletion among its values: they can be read as they are."""
    blanks: int = 0
    """Values left blank among them."""
    first_period: int | None = None
    last_period: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """The manifest of one import."""

    id: str
    sequence: int
    digest: str
    received: datetime.datetime
    by: str
    code_version: str
    replace: bool
    files: tuple[SourceFile, ...]
    contents: Mapping[str, str]
    """SHA-256 of each file in the snapshot's folder, for `verify`."""
    folder: Path
    undone: Mapping[str, str] = field(default_factory=dict)
    away: tuple[Mapping[str, str], ...] = ()
    """Times in which it did not count, before it was brought back: `at` and `by` of
    the undo, `back_at` and `back_by`."""

    @property
    def live(self) -> bool:
        """Whether its rows count: it was not undone."""
        return not self.undone

    def table(self, name: str) -> pa.Table | None:
        """One of its small tables, with column `file`; None if it brought none."""
        path = self.folder / f"{name}.parquet"
        return pq.read_table(path) if path.exists() else None


def digest_of(hashes: Sequence[str], *, replace: bool, settings: str = "") -> str:
    """Content address of an import: its files in any order, and how they were read."""
    parts = [*sorted(hashes), f"replace={replace}", settings]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def snapshots(lake: Path) -> list[Snapshot]:
    """Every snapshot in the order of arrival, undone ones included."""
    folders = sorted((lake / "snapshots").glob("[0-9]*-*"))
    return [_read(folder, lake) for folder in folders]


def live(lake: Path, as_of: datetime.datetime | None = None) -> list[Snapshot]:
    """Snapshots that count, or that counted at a moment (with its time zone)."""
    if as_of is None:
        return [snapshot for snapshot in snapshots(lake) if snapshot.live]
    return [
        snapshot
        for snapshot in snapshots(lake)
        if snapshot.received <= as_of and not _away_at(snapshot, as_of)
    ]


def _away_at(snapshot: Snapshot, moment: datetime.datetime) -> bool:
    """Whether it had been taken back and not yet brought back at a moment."""
    spans = [*snapshot.away, *([snapshot.undone] if snapshot.undone else [])]
    return any(
        datetime.datetime.fromisoformat(span["at"]) <= moment
        and (
            "back_at" not in span
            or moment < datetime.datetime.fromisoformat(span["back_at"])
        )
        for span in spans
    )


def is_live(lake: Path, snapshot_id: str) -> bool:
    """Whether the rows of one import count, without reading the others."""
    kept = (lake / "snapshots" / snapshot_id / "manifest.json").exists()
    return kept and not (lake / "undone" / f"{snapshot_id}.json").exists()


def find(lake: Path, digest: str) -> Snapshot | None:
    """The live snapshot with this content, if there is one."""
    return next((s for s in snapshots(lake) if s.live and s.digest == digest), None)


def commit(
    lake: Path,
    readings: Sequence[Reading],
    names: Sequence[tuple[str, str]],
    *,
    staging: Path,
    digest: str,
    received: datetime.datetime,
    by: str,
    code_version: str,
    replace: bool,
) -> Snapshot:
    """Keep readings as the next snapshot. `names`: (name, sha256) of each reading.

    The caller holds the lake (`disk.one_writer`); `staging` lies inside it.
    """
    sequence = max((s.sequence for s in snapshots(lake)), default=0) + 1
    folder = staging / "snapshot"
    folder.mkdir(parents=True)
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2; SET memory_limit = '200MB'")
        files = tuple(
            _keep_file(engine, folder, index, reading, name)
            for index, (reading, name) in enumerate(zip(readings, names, strict=True))
        )
    _keep_tables(folder, readings)
    manifest = {
        "format": FORMAT,
        "sequence": sequence,
        "digest": digest,
        "received": received.astimezone(datetime.UTC).isoformat(),
        "by": by,
        "code_version": code_version,
        "replace": replace,
        "files": [asdict(file) for file in files],
        "contents": {path.name: disk.sha256(path) for path in sorted(folder.iterdir())},
    }
    disk.write_json(folder / "manifest.json", manifest)
    final = lake / "snapshots" / f"{sequence:06d}-{digest[:12]}"
    final.parent.mkdir(parents=True, exist_ok=True)
    disk.place_folder(folder, final)
    return _read(final, lake)


def undo(lake: Path, snapshot_id: str, *, by: str, at: datetime.datetime) -> Snapshot:
    """Take an import back: its rows no longer count; nothing is deleted.

    Refused with `snapshot_unknown` (closest ids listed) or `snapshot_undone`.
    """
    snapshot = named(lake, snapshot_id)
    if snapshot.undone:
        raise refuse(
            "snapshot_undone",
            snapshot=snapshot.id,
            at=snapshot.undone["at"],
            by=snapshot.undone["by"],
        )
    note = lake / "undone" / f"{snapshot.id}.json"
    note.parent.mkdir(exist_ok=True)
    disk.write_json(note, {"at": at.astimezone(datetime.UTC).isoformat(), "by": by})
    return _read(snapshot.folder, lake)


def bring_back(
    lake: Path, snapshot_id: str, *, by: str, at: datetime.datetime
) -> Snapshot:
    """Have an undone import count again at its old rank: later ones still win.

    When it had not counted is kept beside, so that figures as of a day in between stay
    what they were. Refused with `snapshot_unknown` or `snapshot_counts`.
    """
    snapshot = named(lake, snapshot_id)
    if snapshot.live:
        raise refuse("snapshot_counts", snapshot=snapshot.id)
    back = {"back_at": at.astimezone(datetime.UTC).isoformat(), "back_by": by}
    # A power cut between the two writes leaves it undone, with a span of that undo:
    # the next attempt replaces the span rather than telling it twice.
    before = [span for span in snapshot.away if span["at"] != snapshot.undone["at"]]
    path = lake / "brought_back" / f"{snapshot.id}.json"
    path.parent.mkdir(exist_ok=True)
    disk.write_json(path, [*before, {**snapshot.undone, **back}])
    note = lake / "undone" / f"{snapshot.id}.json"
    note.unlink()
    disk.flush_folder(note.parent)
    return _read(snapshot.folder, lake)


def named(lake: Path, snapshot_id: str) -> Snapshot:
    """The one snapshot whose id is or begins so. Refused with `snapshot_unknown`."""
    known = {snapshot.id: snapshot for snapshot in snapshots(lake)}
    matching = [i for i in known if i == snapshot_id or i.startswith(snapshot_id)]
    if len(matching) != 1:
        raise refuse("snapshot_unknown", snapshot=snapshot_id, known=", ".join(known))
    return known[matching[0]]


def draft_raw(path: Path, draft: Path) -> Path:
    """Copy the user's file into the lake's staging, on disk before it counts.

    Run beside the reading: on an office computer the disk is slower than both.
    Refused with `file_changed` if the file was written to meanwhile.
    """
    before = path.stat()
    shutil.copyfile(path, draft)
    disk.flush_file(draft)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise refuse("file_changed", Where(file=path.name))
    return draft


def keep_raw(lake: Path, draft: Path, sha256: str) -> None:
    """Keep a drafted file under its hash; a second copy costs nothing."""
    final = lake / "raw" / sha256
    if final.exists():
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(final)
    disk.flush_folder(final.parent)


def verify(snapshot: Snapshot, lake: Path) -> list[Problem]:
    """What is damaged or missing in a snapshot; empty when all is well."""
    troubles = [
        Problem("snapshot_damaged", Where(file=f"{snapshot.id}/{name}"))
        for name, expected in snapshot.contents.items()
        if not (snapshot.folder / name).exists()
        or disk.sha256(snapshot.folder / name) != expected
    ]
    for file in snapshot.files:
        raw = lake / "raw" / file.sha256
        if not raw.exists() or disk.sha256(raw) != file.sha256:
            troubles.append(Problem("raw_damaged", Where(file=file.name)))
    return troubles


def _read(folder: Path, lake: Path) -> Snapshot:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    note = lake / "undone" / f"{folder.name}.json"
    spans = lake / "brought_back" / f"{folder.name}.json"
    return Snapshot(
        id=folder.name,
        sequence=manifest["sequence"],
        digest=manifest["digest"],
        received=datetime.datetime.fromisoformat(manifest["received"]),
        by=manifest["by"],
        code_version=manifest["code_version"],
        replace=manifest["replace"],
        files=tuple(SourceFile(**file) for file in manifest["files"]),
        contents=manifest["contents"],
        folder=folder,
        undone=json.loads(note.read_text()) if note.exists() else {},
        away=tuple(json.loads(spans.read_text())) if spans.exists() else (),
    )


def _keep_file(
    engine: duckdb.DuckDBPyConnection,
    folder: Path,
    index: int,
    reading: Reading,
    name: tuple[str, str],
) -> SourceFile:
    rows = {
        table: content.num_rows
        for table, content in reading.tables.items()
        if isinstance(content, pa.Table)
    }
    known: dict[str, Any] = {}
    if "values" in reading.tables:
        path = folder / f"values-{index}.parquet"
        known = _keep_values(engine, path, reading.tables["values"])
        rows["values"] = known.pop("rows")
    return SourceFile(
        name=name[0],
        sha256=name[1],
        format=reading.format,
        system=reading.system,
        aggregate=reading.aggregate,
        unique=reading.unique,
        rows=rows,
        **known,
    )


def _keep_values(
    engine: duckdb.DuckDBPyConnection, path: Path, content: pa.Table | Path
) -> dict[str, Any]:
    """Move or write one file's values, with the distinct kinds and places beside."""
    if isinstance(content, Path):
        content.rename(path)
    else:
        pq.write_table(_complete(content, VALUES), path, compression=_COMPRESSION)
    have = pq.read_schema(path).names
    columns = {
        "kinds": [n if n in have else f"NULL::VARCHAR AS {n}" for n in KIND],
        "sites": ["place"],
    }
    found = {}
    for name, keys in columns.items():
        found[name] = engine.sql(
            f"SELECT {', '.join(keys)}, count(*) AS rows,"
            " count(*) - count(value) AS blanks, min(period) AS first_period,"
            " max(period) AS last_period FROM read_parquet(?) GROUP BY ALL"
            " ORDER BY ALL",
            params=[str(path)],
        ).to_arrow_table()
        beside = path.with_name(path.name.replace("values", name))
        pq.write_table(found[name], beside)
    sites = found["sites"]
    return {
        "values": path.name,
        "rows": pc.sum(sites["rows"]).as_py() or 0,
        "blanks": pc.sum(sites["blanks"]).as_py() or 0,
        "first_period": pc.min(sites["first_period"]).as_py(),
        "last_period": pc.max(sites["last_period"]).as_py(),
    }


KIND = ("element", "option", "sex", "age", "strategy")
"""What a value is about, whatever its place and period, in the source's words."""


def _keep_tables(folder: Path, readings: Sequence[Reading]) -> None:
    parts: dict[str, list[pa.Table]] = {}
    findings = []
    for index, reading in enumerate(readings):
        findings += reading.findings
        for name, content in reading.tables.items():
            if name == "values" or isinstance(content, Path):
                continue
            table = _complete(content, SNAPSHOT[name])
            numbers = pa.array([index] * table.num_rows, pa.int16())
            parts.setdefault(name, []).append(table.append_column("file", numbers))
    for name, tables in parts.items():
        pq.write_table(pa.concat_tables(tables), folder / f"{name}.parquet")
    pq.write_table(findings_table(findings), folder / "findings.parquet")


def _complete(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with every column of the schema, missing ones null, types exact."""
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
