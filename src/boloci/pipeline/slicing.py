"""Figures that are not stored: worked out when asked, by the functions of a build."""

import datetime
import hashlib
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from boloci.catalogue.definitions import Indicator
from boloci.codes import METHODS
from boloci.lake import builds, disk, snapshots
from boloci.lake.engines import Engine, sql
from boloci.pipeline import (
    by_pair,
    computing,
    goals,
    publishing,
    reporting,
    scenarios,
)
from boloci.pipeline.bringing import code_version, quiet
from boloci.pipeline.building import assemble, known_profile, write_manifest
from boloci.pipeline.rules import Rules, Tables
from boloci.pipeline.scenarios import SOURCES, Cut, Pair
from boloci.problems import refuse
from boloci.sources.reading import Progress
from boloci.stats import coverage, sex_gap
from boloci.stats.vocabulary import FLAGS, Frame, among
from boloci.tables import FACTS
from boloci.workspace import Workspace


def _unless_older(computing: Callable[..., pa.Table]) -> Callable[..., pa.Table]:
    """Refuse in words where a table or column is not in the build that is read."""

    @wraps(computing)
    def told(*given: Any, build: str, profile: str, **asked: Any) -> pa.Table:
        try:
            return computing(*given, build=build, profile=profile, **asked)
        except (duckdb.CatalogException, duckdb.BinderException) as missing:
            raise refuse("build_older", build=build, profile=profile) from missing

    return told


@_unless_older
def compute(
    workspace: Workspace,
    cursor: duckdb.DuckDBPyConnection,
    *,
    build: str,
    profile: str,
    indicators: Sequence[str],
    places: Sequence[int] | None,
    periods: Sequence[int],
    boys_per_girl: float | None = None,
) -> pa.Table:
    """Facts of some places and periods, from the counts of an opened build.

    `cursor` reads the build; `places` are place keys (None: all). Gives the rows a
    build would store for these periods, in the schema of `tables.FACTS`; with another
    `boys_per_girl`, what they would be had it split the targets not given by sex.
    Raises `Refused` where an older boloci made the build without what is needed.
    """
    engine = Engine(cursor)
    rules = _rules(workspace, engine, profile)
    cut = _with_inside(engine, Cut(places=places, periods=periods))
    tables = _slice(engine, rules, cut)
    if boys_per_girl is not None:
        against = sex_gap.at_ratio(tables.against, boys_per_girl)
        tables = replace(tables, against=against)
    parts = []
    for name in indicators:
        definition = rules.indicators[name]
        if not computing.is_computed(definition):
            continue
        found = computing.compute(definition, tables, rules)
        if not among(found, "pair"):
            usual = scenarios.usual(definition).number
            found = found.with_columns(pair=nw.lit(usual, nw.Int16))
        query = _wanted(found, places, periods)
        parts.append(_named(engine, query, definition, build, profile))
    return pa.concat_tables(parts) if parts else FACTS.empty_table()


@_unless_older
def compute_pairs(
    workspace: Workspace,
    cursor: duckdb.DuckDBPyConnection,
    *,
    build: str,
    profile: str,
    wanted: Mapping[str, Sequence[Pair]],
    places: Sequence[int],
    periods: Sequence[int] | None,
) -> pa.Table:
    """Facts of other scenarios and sources than the usual, which no build stores.

    `wanted`: pairs of each indicator. `periods` None: every quarter, semester and
    year. A pair that is refused gives rows with null and the flags that say why. Facts
    that a build stores are left out. Raises `Refused` as `compute` does.
    """
    engine = Engine(cursor)
    rules = _rules(workspace, engine, profile)
    cut = _with_inside(engine, Cut(places=places, periods=periods))
    others = _others(engine, cut)
    if periods is not None:
        cut = replace(cut, periods=[*periods, _baseline(rules)])
    parts = []
    for definition, found in by_pair.told(engine, rules, others, cut, wanted):
        query = _wanted(found, places, periods)
        unless = scenarios.is_stored(definition.indicator)
        parts.append(_named(engine, query, definition, build, profile, unless=unless))
    return pa.concat_tables(parts) if parts else FACTS.empty_table()


def _wanted(
    frame: Frame, places: Sequence[int] | None, periods: Sequence[int] | None
) -> str:
    """The facts of the places and periods asked for, as SQL."""
    asked = Cut(places=places, periods=periods).of(places="place", periods="period")
    long = "TRUE" if periods is not None else scenarios.LONG.format("period")
    return f"SELECT * FROM ({sql(frame)}) WHERE {asked} AND {long}"


def _rules(workspace: Workspace, engine: Engine, profile: str) -> Rules:
    """Rules with the element numbers of the build that is read, not of today's."""
    keys = {
        (code, variant): key
        for key, code, variant in engine.rows(
            "SELECT element, code, variant FROM element"
        )
    }
    main = engine.rows("SELECT dataset FROM main_dataset")[0][0]
    catalogue = workspace.catalogue
    return Rules(
        indicators=catalogue.indicators,
        elements=catalogue.elements,
        keys=keys,
        profile=catalogue.profiles[profile],
        main_dataset=main,
        datasets=reporting.datasets(engine),
        with_goals=goals.with_goals(engine),
    )


def _with_inside(engine: Engine, cut: Cut) -> Cut:
    """The places of a cut with the districts inside them."""
    if cut.places is None:
        return cut
    inside = engine.rows(
        f"SELECT DISTINCT district FROM districts WHERE {cut.of(places='place')}"
    )
    return replace(cut, places=sorted({*cut.places, *(key for (key,) in inside)}))


def _baseline(rules: Rules) -> int:
    """The period that changes since the baseline are measured from."""
    return int(rules.profile.value("baseline_year")) * 100


def _slice(engine: Engine, rules: Rules, cut: Cut) -> Tables:
    """The build's cubes, cut to places and periods."""
    here = cut.of(places="place")
    if cut.periods is not None:
        cut = replace(cut, periods=[*cut.periods, _baseline(rules)])
    counts = _cut(engine, "counts", cut.cells)
    others = _others(engine, cut)
    against = coverage.against_target(
        counts,
        others["targets"],
        engine.frame("element_population"),
        complete_from=rules.complete_from,
    )
    return Tables(
        counts=counts,
        against=sex_gap.beside(
            against, _varied(engine, cut), boys_per_girl=rules.boys_per_girl
        ),
        months=_cut(engine, "counts", f"{here} AND period % 100 BETWEEN 1 AND 12"),
        **others,
    )


def _varied(engine: Engine, cut: Cut) -> Frame:
    """How much sexes vary; builds before 2026-11-22 do not tell."""
    if engine.exists("FROM duckdb_tables() WHERE table_name = 'sex_dispersion'"):
        return _cut(engine, "sex_dispersion", cut.cells)
    query = "SELECT element, place, period, NULL::DOUBLE AS dispersion FROM counts"
    return nw.from_native(engine.connection.sql(f"{query} WHERE FALSE"))


def _others(engine: Engine, cut: Cut) -> dict[str, Frame]:
    """The cubes that are the same whatever the scenario, of some places."""
    here = cut.of(places="place")
    whole = ("districts", "goals")
    return {
        name: engine.frame(name) if name in whole else _cut(engine, name, here)
        for name in by_pair.OTHERS
    }


def _cut(engine: Engine, name: str, condition: str) -> Frame:
    query = f"SELECT * FROM {name} WHERE {condition}"
    return nw.from_native(engine.connection.sql(query))


def _named(
    engine: Engine,
    query: str,
    indicator: Indicator,
    build: str,
    profile: str,
    unless: str = "FALSE",
) -> pa.Table:
    """The rows of a query of facts in words, but those for which `unless` holds."""
    rows = engine.arrow(
        f"SELECT ? AS indicator, p.place_id, p.name AS place,"
        " coalesce(p.level, '') AS level,"
        f" {publishing.PERIOD_TEXT} AS period,"
        f" {publishing.SEX_TEXT} AS sex, ? AS profile,"
        f" {list(METHODS)}[f.pair // {len(SOURCES)} + 1] AS method,"
        f" {list(SOURCES)}[f.pair % {len(SOURCES)} + 1] AS denominator_source,"
        " f.numerator, f.denominator, f.value, f.lower, f.upper, f.confidence,"
        " ? AS unit, f.flags AS flags, f.expected::BIGINT AS expected,"
        " f.received::BIGINT AS received, ? AS build"
        f" FROM ({query}) f JOIN place p ON p.place_key = f.place AND NOT {unless}"
        " ORDER BY p.place_key, f.period, f.sex, f.pair",
        indicator.indicator,
        profile,
        str(indicator.unit),
        build,
    )
    index = rows.column_names.index("flags")
    flags = pa.array([flag_text(code) for code in rows["flags"].to_pylist()], "str")
    return rows.set_column(index, "flags", flags).cast(FACTS)


def flag_text(code: int) -> str:
    """Words of a sum of flags, sorted, joined by `;`."""
    return ";".join(sorted(name for name, bit in FLAGS.items() if code & bit))


def as_of(
    workspace: Workspace,
    day: datetime.date,
    *,
    profile: str,
    progress: Progress = quiet,
) -> Path:
    """A file of facts from the data received by the end of a day, built if need be.

    Today's catalogue and code; kept in the workspace under what it was made from.
    Raises `Refused` (`nothing_received`) where nothing had been received.
    """
    known_profile(workspace, profile)
    zone = zoneinfo.ZoneInfo(workspace.time_zone)
    end = datetime.datetime.combine(day, datetime.time.max, zone)
    live = snapshots.live(workspace.lake, end)
    if not live:
        raise refuse("nothing_received", day=day.isoformat())
    made_from = [snapshot.id for snapshot in live]
    parts = [*made_from, workspace.catalogue.hash, profile, code_version()]
    name = "as-of-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    folder = builds.folder(workspace.lake, profile) / "as-of"
    path = folder / f"{name}.duckdb"
    if path.exists() and path.with_suffix(".json").exists():
        return path
    with disk.one_writer(workspace.lake), disk.disk_full_in_words(workspace.lake):
        staging = folder.parent / "staging"
        staging.mkdir(parents=True)
        draft = staging / path.name
        known, _findings, _facts = assemble(
            workspace, live, draft, name=name, profile=profile, progress=progress
        )
        write_manifest(draft, live, known, name=name, profile=profile)
        folder.mkdir(exist_ok=True)
        for file in (draft.with_suffix(".json"), draft):
            disk.flush_file(file)
            file.rename(folder / file.name)
        disk.flush_folder(folder)
    return path
