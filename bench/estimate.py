"""The estimate of the share of children who had DTP1, against the answer key.

usage: python -m bench.estimate SHAPE[:SEED] [REGION...] [--draws N] [--warmup N]
           [--apart] [--json]
Each region of a synthetic country is told to the model as arrays: doses, completeness,
gridded births, targets, surveys, lots, recounts, with all faults that are planted.
Regions are then put together as one country (`--apart`: each alone). Beside the model,
in the same run: doses over the official target, the same capped at 100 %, over children
derived from Penta1 (Countdown), and the regional survey nearest in time held for every
place, with gridded births. Nothing was chosen on the shapes that are held out.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.estimate_countries import SHAPES, Country, named
from bench.measure import Line, python

COUNTRIES = ("mali:11", "mali:905", "other_faults:904")
DRAWS, WARMUP = 200, 100
LIMITS = {"area": 0.095, "district": 0.035}
"""Design 8, for a country with surveys and lots."""


def estimate(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Errors and intervals of every country, all its regions pooled."""
    for name in COUNTRIES:
        measured = python("bench.estimate", name, "--json")
        told = json.loads(measured.output.splitlines()[-1])
        for level, limit in LIMITS.items():
            found = told["figures"][f"{level}-quarter"]
            detail = ", ".join(f"{way} {x:.3f}" for way, x in found["rmse"].items())
            what = f"{name}: error of {level}-quarter DTP1"
            yield Line(what, found["everywhere"], limit, unit="", detail=detail)
            what = f"{name}: {level}-quarters in their 90 % interval"
            inside = 100 * found["within"]["model"]
            yield Line(what, inside, 87, at_least=True, unit="%")
        what = f"{name}: zero-dose children, off by"
        yield Line(what, abs(told["zero_dose"]["model"]), 10, unit="%")
        yield Line(
            f"{name}: seconds", measured.wall, 300, unit="s", detail=str(measured)
        )


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
    """Print the scores of one country."""
    parser = argparse.ArgumentParser(prog="python -m bench.estimate")
    parser.add_argument("country", metavar="SHAPE[:SEED]", help=", ".join(SHAPES))
    parser.add_argument("regions", nargs="*", metavar="REGION")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--warmup", type=int, default=WARMUP)
    parser.add_argument("--apart", action="store_true", help="each region alone")
    parser.add_argument("--json", action="store_true", help="figures for a machine")
    asked = parser.parse_args(arguments)
    try:
        told = measured(
            named(asked.country),
            asked.regions,
            draws=asked.draws,
            warmup=asked.warmup,
            apart=asked.apart,
        )
    except ValueError as wrong:
        parser.error(str(wrong))
    if asked.json:
        print(json.dumps(told))
    else:
        from bench.estimate_table import printed

        print(printed(told))


if __name__ == "__main__":
    main(sys.argv[1:])
