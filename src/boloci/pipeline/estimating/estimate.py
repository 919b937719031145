"""From the published build to a published estimate: read, fit, sum up, publish.

Nothing holds the lake while regions are fitted, which takes minutes: an import or a
build may come in between. Then the estimate is of the build it was read from, and the
build that is published with it says so by the flag `stale`.
"""

import datetime
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from boloci import periods, whereabouts
from boloci.lake import builds, disk, merge, snapshots
from boloci.lake.engines import connect
from boloci.names import fold
from boloci.pipeline import publishing
from boloci.pipeline.bringing import quiet
from boloci.pipeline.estimating import (
    baselines,
    children,
    fitting,
    keeping,
    lasting,
    moving,
)
from boloci.pipeline.estimating.baselines import Baseline
from boloci.pipeline.estimating.children import Summed
from boloci.pipeline.estimating.figures import Times, place, times
from boloci.pipeline.estimating.fitting import Fits
from boloci.pipeline.estimating.keeping import Chain
from boloci.pipeline.estimating.lasting import PROFILE
from boloci.pipeline.estimating.reading import Country, Refusal, Region, country
from boloci.pipeline.estimating.tables import Tables, fact_table, worst
from boloci.problems import Refused, refuse
from boloci.sources.reading import Progress
from boloci.stats.estimate import sums_of_draws, unseen
from boloci.stats.estimate.evidence import Anchor, Array
from boloci.workspace import Workspace

SEED = 1
CHAIN = Chain(draws=120, warmup=50)
FITTED, SUMMED = 0.9, 0.98
"""How far an estimate is when regions are fitted, and when they are summed up."""
MOVED_LEVELS = ("country", "region", "district", "area")


@dataclass(frozen=True)
class EstimateReport:
    """What an estimate published, and what it could not."""

    build: str
    regions: tuple[str, ...]
    """Names of the regions that are estimated."""
    drawn: int
    """How many of them were fitted now; the others were there."""
    refused: tuple[Refusal, ...]
    missing: tuple[str, ...]
    """Regions that were not asked for and have no draws: the country lacks them."""
    untold: tuple[str, ...]
    """Regions estimated whose level of coverage nothing tells."""
    left_out: tuple[str, ...]
    """Surveys and rounds of lots that tell nothing of the months with doses."""
    facts: int
    stale: bool
    """Whether other data were published while it was made."""
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether the country has every region that has children."""
        return not self.missing and not any(one.places for one in self.refused)


@dataclass(frozen=True)
class Published:
    """A published build, as far as the estimate needs it."""

    build: str
    made_from: tuple[str, ...]
    country: Country
    baselines: tuple[Baseline, ...]
    ids: Mapping[int, str]
    names: dict[str, str]
    """Names of places by id."""
    levels: Mapping[int, str]
    above: Mapping[int, tuple[int, ...]]
    """Keys of the regions and countries above each place."""


def estimate(
    workspace: Workspace,
    *,
    regions: Sequence[str] = (),
    seed: int = SEED,
    chain: Chain = CHAIN,
    progress: Progress = quiet,
) -> EstimateReport:
    """Estimate coverage from what is published, and publish it beside.

    regions    names or ids of regions; none: all. Regions that were fitted before on
               the same figures are published too
    seed       the same seed gives the same numbers
    chain      length of the chains: shorter ones are rougher

    Raises `Refused`: nothing published, nothing to estimate, unknown region, disk
    full, busy.
    """
    started = time.monotonic()
    lake = workspace.lake
    read = read_published(workspace)
    asked = asked_regions(read.country, regions)
    fits = fitting.fit(
        lake,
        read.country.regions,
        asked,
        seed=seed,
        chain=chain,
        progress=lambda name, share: progress(name, FITTED * share),
    )
    refused = (*read.country.refused, *fits.refused)
    if not fits.fitted:
        raise Refused(*(one.problem for one in refused))
    lacking = _lacking(read.country, fits)
    found = _tables(read, fits, lacking, refused, seed=seed, progress=progress)
    of_country = () if lacking else read.country.asked
    left_out = _left_out(read.country, of_country)
    about = _about(read, fits, refused, of_country, seed=seed, chain=chain)
    progress("published", SUMMED)
    with disk.one_writer(lake), disk.disk_full_in_words(lake):
        lasting.write(
            lake,
            {**found, "about": lasting.rows("about", [about])},
            places=read.ids,
            made_from=read.made_from,
        )
        build, facts, stale = _publish(lake)
        keeping.prune(lake, fits.names)
    progress("published", 1.0)
    return EstimateReport(
        build=build,
        regions=tuple(one.region.name for one in fits.fitted),
        drawn=fits.drawn,
        refused=refused,
        missing=tuple(one.name for one in lacking),
        untold=tuple(
            one.region.name
            for one in fits.fitted
            if not (one.model.anchors or of_country)
        ),
        left_out=left_out,
        facts=facts,
        stale=stale,
        seconds=time.monotonic() - started,
    )


def read_published(workspace: Workspace) -> Published:
    """What the current build says; nothing of it is read again after the fitting."""
    lake = workspace.lake
    folder = builds.folder(lake, PROFILE)
    build = builds.current(folder)
    if build is None:
        raise refuse("facts_none", profile=PROFILE)
    path = folder / f"{build}.duckdb"
    made_from = json.loads(path.with_suffix(".json").read_text())["snapshots"]
    used = [one for one in snapshots.snapshots(lake) if one.id in made_from]
    recounts = merge.table(used, "recounts").to_pylist()
    told = country(path, whereabouts.points(workspace), recounts)
    with duckdb.connect(str(path), True, config=builds.READING) as file:
        names = file.sql("SELECT indicator FROM indicator").fetchall()
        if ("over_reporting",) not in names:
            raise refuse("estimate_build_older")
        simpler = tuple(baselines.of_doses(file))
        rows = file.execute(
            "SELECT place_key, place_id, coalesce(level, ''), coalesce(path, ''),"
            " coalesce(name, place_id)"
            " FROM place ORDER BY place_key"
        ).fetchall()
    keys = {place_id: (key, level) for key, place_id, level, *_rest in rows}
    above = {
        key: tuple(
            keys[one][0]
            for one in path.split("/")
            if one in keys and one != own and keys[one][1] in MOVED_LEVELS[:2]
        )
        for key, own, _level, path, _name in rows
    }
    return Published(
        build,
        tuple(made_from),
        told,
        simpler,
        {key: place_id for key, place_id, *_rest in rows},
        {place_id: name for _key, place_id, *_rest, name in rows},
        {key: level for key, _id, level, *_rest in rows},
        above,
    )


def asked_regions(told: Country, wanted: Sequence[str]) -> list[Region]:
    """Regions by name or id; all where none is named."""
    if not wanted:
        return list(told.regions)
    known: dict[str, Region | Refusal] = {}
    every: list[Region | Refusal] = [*told.refused, *told.regions]
    for one in every:
        known |= {fold(one.name): one, fold(one.place_id): one}
    unknown = next((name for name in wanted if fold(name) not in known), None)
    if unknown is not None:
        names = ", ".join(sorted((one.name for one in told.regions), key=fold))
        raise refuse("estimate_region_unknown", region=unknown, known=names or "-")
    found = [known[fold(name)] for name in wanted]
    refusals = [one.problem for one in found if isinstance(one, Refusal)]
    if len(refusals) == len(found):
        raise Refused(*refusals)
    chosen = {one.place_id for one in found}
    return [one for one in told.regions if one.place_id in chosen]


def _lacking(told: Country, fits: Fits) -> list[Region]:
    """Regions that could be fitted and are neither fitted nor refused."""
    done = {one.region.place_id for one in fits.fitted}
    done |= {one.place_id for one in fits.refused}
    return [one for one in told.regions if one.place_id not in done]


def _tables(
    read: Published,
    fits: Fits,
    lacking: Sequence[Region],
    refused: Sequence[Refusal],
    *,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Every table of the estimate, of the places all of whose regions are there."""
    when = times(read.country.quarters, read.country.whole)
    without = {place for one in lacking for place in one.belonging}
    without |= {place for one in refused for place in one.places}
    alone = children.together(
        fits.fitted, seed=seed, whole=not lacking, asked=read.country.asked
    )
    tables, summed = Tables(when), Summed({}, {})
    surveys: dict[int, Array] = {}
    ready_after = children.waiting(fits.fitted)
    for number, (one, ready) in enumerate(zip(alone, ready_after, strict=True)):
        share = FITTED + (SUMMED - FITTED) * number / len(alone)
        progress(one.fitted.region.name, share)
        summed.add(children.told(one, seed=seed))
        held = baselines.of_survey(one.fitted.region, read.country.asked)
        for key, both in held.items():
            surveys[key] = surveys.get(key, 0) + both
        for key in sorted(ready):
            sums, known = summed.sums.pop(key), summed.children.pop(key)
            if key not in without:
                tables.add(place(key, sums, known, when))
    years = when.at(periods.YEAR)
    before = unseen.coverage(fits.fitted[0].model, fitting.generator(seed, "prior"))
    prior = 100 * sums_of_draws.by_period(before, when.of)
    simpler = [*read.baselines, *_by_survey(surveys, without, when)]
    codes = tuple(when.codes[n] for n in years)
    whole = [key for key in surveys if key not in without]
    told_prior = {when.codes[n]: float(prior[n] / when.of[n].sum()) for n in years}
    at_levels = [key for key in whole if read.levels[key] in MOVED_LEVELS]
    pulled = moving.pulled(
        alone, tables.coverage.keys() & at_levels, when, whole=not lacking
    )
    moved, pulls = moving.moved(
        at_levels, simpler, told_prior, tables.by_doses, tables.coverage, pulled
    )
    found = {
        "spread": tables.spread,
        "worst": worst(
            _members(read, fits, without),
            tables.shares,
            codes,
            fitting.generator(seed, "worst"),
        ),
        "moved": moved,
        "pulls": pulls,
        "sensitivity": [*tables.sensitivity, *_simpler(simpler, set(whole), codes)],
    }
    rows = {name: lasting.rows(name, told) for name, told in found.items()}
    return {"facts": fact_table(tables.facts), **rows}


def _by_survey(
    surveys: Mapping[int, Array], without: set[int], when: Times
) -> list[Baseline]:
    """The baseline of surveys over gridded births, by year."""
    found = []
    for key, both in surveys.items():
        by_period = sums_of_draws.by_period(both, when.of)
        for n in when.at(periods.YEAR):
            reached, due = (float(each) for each in by_period[:, n])
            if key not in without and reached <= due and due > 0:
                way, year = baselines.SURVEY, when.codes[n]
                share = 100 * reached / due
                found.append(Baseline(way, key, year, share, due - reached))
    return found


def _simpler(
    told: Sequence[Baseline], whole: set[int], years: Sequence[int]
) -> list[dict[str, Any]]:
    """Baselines as rows of `estimate_sensitivity`; they have no interval."""
    return [
        {
            "place": one.place,
            "period": one.period,
            "kept": one.way,
            "indicator": indicator,
            "value": value,
            "lower": None,
            "upper": None,
        }
        for one in told
        if one.place in whole and one.period in years
        for indicator, value in (
            ("dtp1_coverage", one.coverage),
            ("zero_dose_children", one.zero_dose),
        )
    ]


def _members(
    read: Published, fits: Fits, without: set[int]
) -> dict[tuple[int, str], list[int]]:
    """Areas and districts of each region and country, to be ranked among each other."""
    areas = [area.key for one in fits.fitted for area in one.region.areas]
    held = {key for one in fits.fitted for key in one.region.belonging}
    districts = [key for key in sorted(held) if read.levels[key] == "district"]
    found: dict[tuple[int, str], list[int]] = {}
    for level, several in (("area", areas), ("district", districts)):
        for key in dict.fromkeys(several):
            for above in read.above[key]:
                if above not in without:
                    found.setdefault((above, level), []).append(key)
    return found


def _left_out(told: Country, of_country: Sequence[Anchor]) -> tuple[str, ...]:
    """Surveys and rounds that tell nothing; those of the country alone too, where it
    is not put together."""
    unused = {one.name for one in told.asked} - {one.name for one in of_country}
    return (*told.left_out, *sorted(unused))


def _about(
    read: Published,
    fits: Fits,
    refused: Sequence[Refusal],
    of_country: Sequence[Anchor],
    *,
    seed: int,
    chain: Chain,
) -> dict[str, Any]:
    """The row of the table `estimate`."""
    evidence = [one.region.evidence for one in fits.fitted]
    anchors = [anchor for one in evidence for anchor in one.joint_anchors]
    surveys = [one for one in (*anchors, *of_country) if one.source >= 0]
    return {
        "made": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
        "from_build": read.build,
        "seed": seed,
        "draws": chain.draws,
        "surveys": len({one.name for one in surveys}),
        "lots": sum(one.source < 0 for one in anchors),
        "recounts": sum(len(one.recounts) for one in evidence),
        "regions": len(fits.fitted),
        "regions_refused": len(refused),
        "gridded": all(one.region.gridded for one in fits.fitted),
        "left_out": "; ".join(_left_out(read.country, of_country)),
    }


def _publish(lake: Path) -> tuple[str, int, bool]:
    """Publish a copy of the current build with the last estimate in it.

    Gives its name, how many facts are estimated, and whether they are stale. The
    caller holds the lake.
    """
    folder = builds.folder(lake, PROFILE)
    current = str(builds.current(folder))
    staging = folder / "staging"
    staging.mkdir(parents=True)
    name = builds.next_name(folder)
    draft = staging / f"{name}.duckdb"
    shutil.copyfile(folder / f"{current}.duckdb", draft)
    manifest = json.loads((folder / f"{current}.json").read_text())
    engine = connect(draft)
    try:
        lasting.take_out(engine)
        publishing.rename(engine, build=name, profile=PROFILE)
        facts, stale = lasting.append(engine, lake, manifest["snapshots"])
        engine.connection.execute("CHECKPOINT")
    finally:
        engine.connection.close()
    manifest |= {
        "build": name,
        "created": datetime.datetime.now(datetime.UTC).isoformat(),
    }
    draft.with_suffix(".json").write_text(json.dumps(manifest, indent=1))
    builds.publish(folder, staging, name)
    return name, facts, stale
