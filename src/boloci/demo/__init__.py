"""A synthetic country with known truth, written as a country would export it.

`write` gives DHIS2 export files and tidy CSV files that go through the real import,
and beside them `truth/`, the answer key, which is never imported. All of it is
invented, except the figures published for places that carry their own name.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boloci.demo import (
    answers,
    country,
    dhis2,
    faults,
    programme,
    reporting,
    simulate,
    supply,
    surveys,
    targets,
    tidy,
)
from boloci.demo import parameters as shape_of
from boloci.demo.draws import generator
from boloci.demo.programme import Programme
from boloci.sources.reading import Progress

SEED = 20181


@dataclass(frozen=True)
class DemoFiles:
    """What was written: `files` to import, `truth` to check against, key figures."""

    files: list[Path]
    truth: Path
    figures: dict[str, Any] = field(default_factory=dict)


def _silent(_step: str, _share: float) -> None:
    return None


def write(
    folder: Path,
    *,
    seed: int = SEED,
    parameters: Path | None = None,
    progress: Progress = _silent,
) -> DemoFiles:
    """Write the synthetic country into a folder; same seed, same bytes.

    `parameters`: another file of the shape of `parameters.yaml`; the synthetic Mali
    without. Raises `Refused` where that file does not describe a country.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = parameters or shape_of.HERE / "parameters.yaml"
    progress("simulate", 0.0)
    given = programme.load()
    known = simulated(shape_of.load(source), given, seed=seed)
    progress("simulate", 1.0)
    files, count = _files(folder, known, given, seed, progress)
    truth = answers.write(folder, known, parameters=source)
    progress("truth", 1.0)
    return DemoFiles(files, truth, _figures(known, count))


def simulated(
    wanted: shape_of.Parameters, given: Programme, *, seed: int
) -> answers.Answers:
    """The whole country in memory: truth, targets, reports, faults."""
    tree = country.build(wanted, generator(seed, "country"))
    planted = faults.plan(tree, given, seed=seed)
    births = simulate.expected_births(tree, given, seed=seed)[:, given.oldest :]
    world = faults.shocks(planted, tree, given, births)
    truth = simulate.truth(tree, given, world, seed=seed)
    known = targets.denominators(tree, truth.expected_births, seed=seed)
    official = faults.jump(planted, tree, known.official)
    shape = tree.open.shape
    before = reporting.reports(
        tree,
        given,
        truth,
        official,
        cheats=faults.over_reporting(planted, shape),
        forced=faults.unreported(planted, shape),
        seed=seed,
    )
    spoiled = faults.apply(planted, before, seed=seed)
    found = surveys.surveys(tree, given, truth, seed=seed)
    return answers.Answers(
        tree, truth, known, official, before, spoiled, planted, found
    )


def _files(
    folder: Path,
    known: answers.Answers,
    given: Programme,
    seed: int,
    progress: Progress,
) -> tuple[list[Path], int]:
    tree, reports, planted = known.country, known.reports, known.planted
    files: list[Path | None] = [
        *dhis2.metadata(folder, tree, given, reports, seed=seed)
    ]
    path, count = dhis2.values(
        folder, tree, given, reports, seed=seed, progress=progress
    )
    files += [path, dhis2.rates(folder, tree, reports)]
    small = {
        "places": tidy.places(tree),
        "groups": tidy.groups(tree, seed=seed),
        "measures": tidy.measures(tree),
        "goals": tidy.goals(tree),
        "events": tidy.events(tree, planted, seed=seed),
        "surveys": known.surveyed.rows,
        "lqas": surveys.lots(tree, given, known.truth, seed=seed),
        "recounts": surveys.recounts(tree, known.truth, reports, seed=seed),
    }
    files += [tidy.rows(folder, name, records) for name, records in small.items()]
    large = {
        "targets": tidy.targets(tree, known.official, known.known),
        "sessions": supply.sessions(tree, reports, seed=seed),
        "stock": supply.stock(tree, given, known.truth, planted, seed=seed),
    }
    for name, table in large.items():
        files.append(tidy.columns(folder, name, table) if table else None)
    progress("tables", 1.0)
    return tidy.listed(files), count


def _figures(known: answers.Answers, count: int) -> dict[str, Any]:
    """What a person wants to know of the country that was made."""
    kinds: dict[str, int] = {}
    for fault in known.planted:
        kinds[fault.kind] = kinds.get(fault.kind, 0) + 1
    return {
        "areas": len(known.country.areas),
        "districts": len(known.country.districts),
        "regions": len(known.country.region_uids),
        "months": len(known.country.parameters.months),
        "values": count,
        "faults": kinds,
        "national": answers.national(known),
    }
