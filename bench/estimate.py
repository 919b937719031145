"""The estimate of the share of children who had DTP1, against the answer key.

usage: python -m bench.estimate SHAPE[:SEED[-LAST]] [REGION...] [--draws N]
           [--warmup N] [--apart] [--json]
Each region of a synthetic country is told to the model as arrays: doses, completeness,
gridded births, targets, surveys, lots, recounts, with all faults that are planted.
Regions are then put together as one country (`--apart`: each alone). Beside the model,
in the same run: doses over the official target, the same capped at 100 %, over children
derived from Penta1 (Countdown), and the regional survey nearest in time held for every
place, with gridded births. Nothing was chosen on the seeds that are held out; how far
places lie apart was chosen on other countries of the same shapes (record 0021).
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import estimate_limits, estimate_pooled
from bench.estimate_countries import NONE, RICH, SHAPES, SURVEYS, Country, named
from bench.measure import ROOT, Line, Table, python
from boloci.pipeline.estimating.estimate import CHAIN

HELD_OUT = {
    RICH: ("rich_by_sex", "rich_no_sex"),
    SURVEYS: ("surveys_by_sex", "surveys_no_sex"),
    NONE: ("no_anchor",),
}
SEEDS = "301-308"
"""Of each shape: forty countries."""
WHOLE = "mali:906"
"""A country of national size, for time and memory."""
CHOSEN_ON = ("mali:11",)
SOURCES = ("src/boloci/stats/estimate", "src/boloci/demo", "bench/countries")
DRAWS, WARMUP = CHAIN.draws, CHAIN.warmup
SECONDS, MEGABYTES = 300, 2000
Scored = Mapping[str, Any]


def estimate(data: Path, _areas: int | None = None) -> Iterator[Line | Table]:
    """Design 8's limits, by what anchors countries have; then every figure."""
    shown: list[Table] = []
    for anchors, shapes in HELD_OUT.items():
        names = [f"{shape}:{SEEDS}" for shape in shapes]
        each = {
            country.name: _of_its_own(country, data)
            for name in names
            for country in named(name)
        }
        together = estimate_pooled.pooled(list(each.values()))
        yield from estimate_limits.lines(anchors, together, len(each))
        shown += estimate_pooled.tables(anchors, each, together)
    large = {name: _scored(named(name)[0]) for name in (WHOLE, *CHOSEN_ON)}
    told = large[WHOLE]
    yield Line(f"{WHOLE}, whole country", told["seconds"], SECONDS, unit="s")
    yield Line(f"{WHOLE}, peak memory", told["megabytes"], MEGABYTES, unit="MB")
    for name, one in large.items():
        title = f"{name}, {'chosen on' if name in CHOSEN_ON else 'held out'}"
        shown += estimate_pooled.tables(
            title, {name: one}, estimate_pooled.pooled([one])
        )
    yield from shown


def _of_its_own(country: Country, data: Path) -> Scored:
    """Scores of a country, kept: an hour of countries outlasts an interruption.

    They are of one state of the model and of the simulated countries, as committed;
    while files of theirs are changed nothing is kept.
    """
    if (state := _state()) is None:
        return _scored(country)
    kept = data / "estimate" / state / f"{country.name.replace(':', '-')}.json"
    if not kept.exists():
        scores = _scored(country)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(scores), encoding="utf-8")
    scored: Scored = json.loads(kept.read_text(encoding="utf-8"))
    return scored


def _state() -> str | None:
    """What the scores of a country hang on: the trees of its code, and the chain."""
    if _git("status", "--porcelain", "--", *SOURCES):
        return None
    trees = _git("rev-parse", *(f"HEAD:{source}" for source in SOURCES))
    return hashlib.sha256(f"{trees} {CHAIN}".encode()).hexdigest()[:12]


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout


def _scored(country: Country) -> Scored:
    """Scores of a country, from a process of its own, with what that used."""
    used = python("bench.estimate", country.name, "--json")
    (told,) = json.loads(used.output.splitlines()[-1]).values()
    return {**told, "seconds": used.wall, "megabytes": used.peak}


BENCHES = {"estimate": estimate}


def measured(
    country: Country,
    wanted: Sequence[str] = (),
    *,
    draws: int = DRAWS,
    warmup: int = WARMUP,
    apart: bool = False,
) -> dict[str, Any]:
    """Scores of a country, or of some of its regions together."""
    from bench.estimate_fits import fitted
    from bench.estimate_judged import judged
    from bench.estimate_regions import regions
    from bench.estimate_table import scored

    known = list(regions(country.seed, country.parameters))
    names = [one.evidence.name for one in known]
    if missing := set(wanted) - set(names):
        raise ValueError(f"{', '.join(missing)}: not one of {', '.join(names)}")
    chosen = [one for one in known if not wanted or one.evidence.name in wanted]
    fits = fitted(chosen, draws=draws, warmup=warmup, seed=country.seed, apart=apart)
    return scored([judged(fit) for fit in fits])


def main(arguments: Sequence[str]) -> None:
    """Print the scores of a country, or of some drawn by several seeds."""
    parser = argparse.ArgumentParser(prog="python -m bench.estimate")
    parser.add_argument("country", metavar="SHAPE[:SEED]", help=", ".join(SHAPES))
    parser.add_argument("regions", nargs="*", metavar="REGION")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--warmup", type=int, default=WARMUP)
    parser.add_argument("--apart", action="store_true", help="each region alone")
    parser.add_argument("--json", action="store_true", help="figures for a machine")
    asked = parser.parse_args(arguments)
    try:
        countries = named(asked.country)
        told = {}
        for one in countries:
            told[one.name] = measured(
                one,
                asked.regions,
                draws=asked.draws,
                warmup=asked.warmup,
                apart=asked.apart,
            )
            if not asked.json:
                _print(one.name, told[one.name])
    except ValueError as wrong:
        parser.error(str(wrong))
    if asked.json:
        print(json.dumps(told))
    elif len(told) > 1:
        anchors, together = (
            countries[0].anchors,
            estimate_pooled.pooled([*told.values()]),
        )
        for part in estimate_limits.lines(anchors, together, len(told)):
            print(part)
        for table in estimate_pooled.tables(anchors, told, together):
            print(f"\n{table}")


def _print(name: str, told: Scored) -> None:
    from bench.estimate_table import printed

    print(f"{name}\n{printed(told)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
