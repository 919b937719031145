"""Building: live snapshots in, one published file of facts out.

The facts of a build lie in one DuckDB file, `lake/facts/PROFILE/BUILD.duckdb`, star
shaped (numbers for places, indicators and periods, with their small tables beside)
behind the view `facts`, which has exactly the columns of `tables.FACTS`.
"""

import datetime
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa

from boloci import places
from boloci.lake import builds, disk, snapshots
from boloci.lake.engines import connect
from boloci.pipeline import (
    adjusting,
    checks,
    correcting,
    cubes,
    denominating,
    doubts,
    goals,
    inequality,
    programme,
    publishing,
    quality,
    sexes,
    storing,
    surveying,
)
from boloci.pipeline.bringing import code_version, quiet
from boloci.pipeline.estimating import lasting
from boloci.pipeline.understanding import Understood, understand
from boloci.problems import refuse
from boloci.sources.reading import Progress
from boloci.tables import FINDINGS, findings_table
from boloci.workspace import Workspace


@dataclass(frozen=True)
class BuildReport:
    """What a build published."""

    build: str
    profile: str
    facts: int
    findings: pa.Table
    seconds: float
    stale: bool = False
    """Whether it carries an estimate of other data over."""


def build(
    workspace: Workspace,
    *,
    profile: str = "boloci",
    progress: Progress = quiet,
    before: Callable[[str], None] | None = None,
) -> BuildReport:
    """Compute every stored fact from the live snapshots and publish them.

    `before` is called with the build's name once it can be read, before it counts.
    Readers go on with the old build until `current` names the new one. Raises
    `Refused`: nothing imported, unknown profile, disk full, busy.
    """
    started = time.monotonic()
    known_profile(workspace, profile)
    lake = workspace.lake
    with disk.one_writer(lake), disk.disk_full_in_words(lake):
        live = snapshots.live(lake)
        if not live:
            raise refuse("nothing_imported", folder=str(workspace.root))
        folder = builds.folder(lake, profile)
        staging = folder / "staging"
        staging.mkdir(parents=True)
        name = builds.next_name(folder)
        path = staging / f"{name}.duckdb"
        known, findings, facts = assemble(
            workspace, live, path, name=name, profile=profile, progress=progress
        )
        carried, stale = 0, False
        if profile == lasting.PROFILE:
            used = [snapshot.id for snapshot in live]
            carried, stale = lasting.carry(lake, path, used)
        write_manifest(path, live, known, name=name, profile=profile)
        builds.publish(folder, staging, name, before=before)
    return BuildReport(
        name,
        profile,
        facts + carried,
        findings,
        time.monotonic() - started,
        stale=stale,
    )


def known_profile(workspace: Workspace, profile: str) -> None:
    """Refuse a profile that the catalogue has not, before a folder bears its name."""
    if profile not in workspace.catalogue.profiles:
        raise refuse(
            "unknown_profile",
            profile=profile,
            known=", ".join(sorted(workspace.catalogue.profiles)),
        )


def write_manifest(
    path: Path,
    live: Sequence[snapshots.Snapshot],
    known: Understood,
    *,
    name: str,
    profile: str,
) -> None:
    """Say beside a file of facts what it was made from."""
    manifest = builds.Manifest(
        build=name,
        profile=profile,
        created=datetime.datetime.now(datetime.UTC).isoformat(),
        snapshots=tuple(snapshot.id for snapshot in live),
        catalogue=known.catalogue.hash,
        code_version=code_version(),
    )
    path.with_suffix(".json").write_text(json.dumps(asdict(manifest), indent=1))


def assemble(
    workspace: Workspace,
    live: Sequence[snapshots.Snapshot],
    path: Path,
    *,
    name: str,
    profile: str,
    progress: Progress = quiet,
) -> tuple[Understood, pa.Table, int]:
    """Write a file of facts for these snapshots; also how `--as-of` is answered."""
    known = understand(workspace, live)
    engine = connect(path, spill=path.with_suffix(".spill"))
    try:
        rules = cubes.count(engine, known, profile=profile, progress=progress)
        progress("adjustments", cubes.COUNTED)
        adjusting.adjust(engine, known, rules)
        quality.count(engine, rules)
        progress("denominators", cubes.COUNTED)
        unjudged = denominating.candidates(engine, known, rules)
        unjudged += correcting.findings(engine, known)
        unjudged += goals.take_goals(engine, known, profile=rules.profile)
        unjudged += programme.unknown_measures(known)
        progress("surveys", cubes.COUNTED)
        unjudged += surveying.take(engine, known)
        progress("sexes", cubes.COUNTED)
        sexes.vary(engine, rules)
        rules = replace(rules, with_goals=goals.with_goals(engine))
        progress("findings", cubes.COUNTED)
        closed = places.reported_while_closed(known.tree, engine.arrow(_WHEN_REPORTED))
        summed = doubts.of_sums(engine, known, rules.profile)
        findings = pa.concat_tables(
            [
                findings_table([*known.findings, *closed, *unjudged, *summed], name),
                *_read(live, name),
                checks.check(engine, known, rules, build=name, progress=progress),
            ]
        )
        engine.drop("unit_counts")
        facts = storing.store(engine, rules, progress)
        progress("published", storing.STORED)
        publishing.finish(engine, known, rules, findings, build=name, profile=profile)
        progress("inequality", storing.STORED)
        inequality.store(engine, known.catalogue, profile=profile, build=name)
        progress("published", 1.0)
        engine.connection.execute("CHECKPOINT")
    finally:
        engine.connection.close()
    return known, findings, facts


def _read(live: Sequence[snapshots.Snapshot], build: str) -> Iterator[pa.Table]:
    """What was doubtful when the files of each snapshot were read."""
    for snapshot in live:
        found = snapshot.table("findings")
        if found is not None:
            index = found.column_names.index("build")
            names = pa.array([build] * found.num_rows, pa.string())
            yield found.set_column(index, "build", names).select(FINDINGS.names)


_WHEN_REPORTED = (
    "SELECT unit AS place_key, period, count(*) AS rows FROM unit_counts"
    " WHERE total IS NOT NULL OR female IS NOT NULL OR male IS NOT NULL GROUP BY ALL"
)
