"""Building: live snapshots in, one published file of facts out.

The facts of a build lie in one DuckDB file, `lake/facts/PROFILE/BUILD.duckdb`, star
shaped (numbers for places, indicators and periods, with their small tables beside)
behind the view `facts`, which has exactly the columns of `tables.FACTS`.
"""

import datetime
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import narwhals as nw
import pyarrow as pa

from boloci import places
from boloci.catalogue.definitions import Indicator
from boloci.lake import builds, disk, snapshots
from boloci.lake.engines import Engine, connect
from boloci.pipeline import (
    adjusting,
    by_pair,
    checks,
    computing,
    correcting,
    counting,
    denominating,
    doubts,
    goals,
    inequality,
    placing,
    programme,
    publishing,
    quality,
    reporting,
    sexes,
    summing,
    surveying,
    targeting,
)
from boloci.pipeline.bringing import code_version, quiet
from boloci.pipeline.computing import Rules, Tables
from boloci.pipeline.understanding import Understood, understand
from boloci.problems import refuse
from boloci.sources.reading import Progress
from boloci.stats import coverage, sex_gap
from boloci.stats.vocabulary import Frame
from boloci.tables import FINDINGS, findings_table
from boloci.workspace import Workspace

JUDGED, STORED = 0.5, 0.9
"""How far a build is when its numbers are judged, and when its facts are stored."""


@dataclass(frozen=True)
class BuildReport:
    """What a build published."""

    build: str
    profile: str
    facts: int
    findings: pa.Table
    seconds: float


def build(
    workspace: Workspace, *, profile: str = "boloci", progress: Progress = quiet
) -> BuildReport:
    """Compute every stored fact from the live snapshots and publish them.

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
        write_manifest(path, live, known, name=name, profile=profile)
        builds.publish(folder, staging, name)
    return BuildReport(name, profile, facts, findings, time.monotonic() - started)


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
        rules = cubes(engine, known, profile=profile, progress=progress)
        progress("adjustments", JUDGED)
        adjusting.adjust(engine, known, rules)
        quality.count(engine, rules)
        progress("denominators", JUDGED)
        unjudged = denominating.candidates(engine, known, rules)
        unjudged += correcting.findings(engine, known)
        unjudged += goals.take_goals(engine, known, profile=rules.profile)
        unjudged += programme.unknown_measures(known)
        progress("surveys", JUDGED)
        unjudged += surveying.take(engine, known)
        progress("sexes", JUDGED)
        sexes.vary(engine, rules)
        rules = replace(rules, with_goals=goals.with_goals(engine))
        progress("findings", JUDGED)
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
        facts = _facts(engine, rules, progress)
        progress("published", STORED)
        publishing.finish(engine, known, rules, findings, build=name, profile=profile)
        progress("inequality", STORED)
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


def cubes(
    engine: Engine,
    known: Understood,
    *,
    profile: str,
    progress: Progress = quiet,
) -> Rules:
    """Tables `counts`, `targets`, `reports`, `sessions`, `measures` in the engine."""
    put_places(engine, known)
    chosen = known.catalogue.profiles[profile]
    steps: list[tuple[str, Callable[[], None]]] = [
        ("values", lambda: placing.place_values(engine, known)),
        ("counts", lambda: counting.count_units(engine, known)),
        ("datasets", lambda: reporting.find_datasets(engine, known)),
        ("populations", lambda: targeting.take_targets(engine, known)),
    ]
    _run(steps, progress, 0.0, 0.2)
    main = reporting.main_dataset(engine, known)
    steps = [
        (
            "reports",
            lambda: reporting.count_reports(engine, known, main_dataset=main),
        ),
        ("silence", lambda: counting.add_silence(engine)),
        (
            "targets",
            lambda: targeting.count_targets(engine, profile=chosen, main_dataset=main),
        ),
        ("places", lambda: counting.count_places(engine)),
        ("sessions", lambda: programme.count_sessions(engine, known)),
        ("measures", lambda: programme.take_measures(engine, known)),
    ]
    _run(steps, progress, 0.2, JUDGED)
    engine.drop("received", "month_reports", "unit_reports")
    return Rules(
        indicators=known.catalogue.indicators,
        elements=known.catalogue.elements,
        keys=known.mapped.keys,
        profile=chosen,
        main_dataset=main,
        datasets=reporting.datasets(engine),
    )


def _run(
    steps: Sequence[tuple[str, Callable[[], None]]],
    progress: Progress,
    start: float,
    end: float,
) -> None:
    for index, (name, step) in enumerate(steps):
        progress(name, start + (end - start) * index / len(steps))
        step()


def put_places(engine: Engine, known: Understood) -> None:
    """Tables `place`, `membership` (unit, place, months) and `districts`."""
    engine.put("place", known.dimension, lasting=True)
    ways = known.tree.membership().rename_columns(
        ["unit", "place", "first_month", "last_month"]
    )
    engine.put("membership", ways, lasting=True)
    for name, query in _WAYS.items():
        engine.create(name, query)
    engine.create(
        "districts",
        "SELECT DISTINCT m.unit AS district, m.place FROM membership m"
        " JOIN place p ON p.place_key = m.unit"
        " WHERE p.level = 'district' AND m.unit <> m.place",
        lasting=True,
    )


_WHEN_REPORTED = (
    "SELECT unit AS place_key, period, count(*) AS rows FROM unit_counts"
    " WHERE total IS NOT NULL OR female IS NOT NULL OR male IS NOT NULL GROUP BY ALL"
)

_WAYS = {
    "own_months": "SELECT unit, first_month, last_month FROM membership"
    " WHERE unit = place",
    "lineage": "SELECT unit, dense_rank() OVER (ORDER BY ways)::INTEGER AS lineage,"
    " ways FROM (SELECT unit, list((place, first_month, last_month) ORDER BY place,"
    " first_month) AS ways FROM membership WHERE unit <> place GROUP BY unit)",
    "lineage_above": "SELECT lineage, way[1] AS place, way[2] AS first_month,"
    " way[3] AS last_month FROM (SELECT DISTINCT lineage, unnest(ways) AS way"
    " FROM lineage)",
}


CUBES = (
    *("counts", "against", "targets", "reports", "sessions", "measures", "goals"),
    *("districts", "quality"),
)
"""Tables that facts are computed from."""


def tables_of(cubes: Mapping[str, Frame]) -> Tables:
    """The cubes as facts take them, months apart from longer periods."""
    counts = cubes["counts"]
    named = {**cubes, "counts": _long(counts), "months": counts.filter(summing.month())}
    return Tables(**named)


def _long(frame: Frame) -> Frame:
    """Rows of quarters, semesters and years."""
    part = nw.col("period") % 100
    return frame.filter((part == 0) | (part > 20))


def set_against_targets(engine: Engine, rules: Rules) -> None:
    """Table `against`: doses beside their target, by quarter, semester and year."""
    beside = engine.query(
        _beside_targets,
        engine.columns("counts", "targets", "element_population", "sex_dispersion"),
        complete_from=rules.complete_from,
        boys_per_girl=rules.boys_per_girl,
    )
    engine.create("against", f"{beside} ORDER BY element, place, period", lasting=True)


def _beside_targets(
    counts: Frame,
    targets: Frame,
    populations: Frame,
    dispersion: Frame,
    *,
    complete_from: float,
    boys_per_girl: float,
) -> Frame:
    joined = coverage.against_target(
        _long(counts), targets, populations, complete_from=complete_from
    )
    return sex_gap.beside(joined, dispersion, boys_per_girl=boys_per_girl)


def _facts(engine: Engine, rules: Rules, progress: Progress) -> int:
    """Tables and views of every stored indicator; gives the number of facts."""
    progress("targets", checks.UNTIL)
    set_against_targets(engine, rules)
    publishing.create_fact_table(engine)
    cubes = engine.columns(*CUBES)
    counted = {key for (key,) in engine.rows("SELECT DISTINCT element FROM counts")}
    computed = [
        indicator
        for indicator in rules.indicators.values()
        if stored(indicator, rules) and computing.needs(indicator, rules) <= counted
    ]
    for index, indicator in enumerate(computed):
        share = checks.UNTIL + (STORED - checks.UNTIL) * index / len(computed)
        progress(indicator.indicator, share)
        query = engine.query(
            _computed, cubes, indicator=indicator.indicator, rules=rules
        )
        publishing.append_facts(engine, query)
    progress("scenarios", STORED)
    by_pair.store(engine, rules)
    progress("published", STORED)
    publishing.append_measures(engine, rules)
    publishing.append_found(engine, engine.arrow("SELECT * FROM told_facts"), rules)
    return publishing.relate(engine, rules)


def _computed(*cubes: Frame, indicator: str, rules: Rules) -> Frame:
    """Facts of one indicator as they are stored."""
    definition = rules.indicators[indicator]
    tables = tables_of(dict(zip(CUBES, cubes, strict=True)))
    found = _long(computing.compute(definition, tables, rules))
    return publishing.labelled(found, definition, rules)


def stored(indicator: Indicator, rules: Rules) -> bool:
    """Whether a build writes its facts row by row.

    Counts, and statistics of doses beside their target, are views over their rows
    unless a goal is set for them; measures are stored as they came.
    """
    if indicator.indicator in rules.with_goals:
        return True
    kind = indicator.formula["kind"]
    return kind not in {"measure", "lot_class", "doses", "count", *computing.AGAINST}
