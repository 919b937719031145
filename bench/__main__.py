"""Run benches and print their figures: `python -m bench [--list] [NAME...]`.

Exit 1 if a limit was not kept. Data are made once under bench/data.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    adjusting,
    alarms,
    causes,
    estimate,
    hub,
    imports,
    look,
    national,
    published,
    reference,
)
from bench.measure import ROOT, Failed, Line, Table

BENCHES: dict[str, Callable[..., Iterator[Line | Table]]] = {
    **imports.BENCHES,
    **national.BENCHES,
    **published.BENCHES,
    **alarms.BENCHES,
    **look.BENCHES,
    **causes.BENCHES,
    **adjusting.BENCHES,
    **estimate.BENCHES,
    **reference.BENCHES,
    **hub.BENCHES,
}
BY_ROWS = tuple(imports.BENCHES)


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 when every limit was kept."""
    asked = _parser().parse_args(arguments)
    asked.data.mkdir(parents=True, exist_ok=True)
    kept = True
    for name in asked.benches or BENCHES:
        for line in run(name, data=asked.data, rows=asked.rows, areas=asked.areas):
            print(line, flush=True)
            kept = kept and well(line)
    return 0 if kept else 1


def run(
    name: str, *, data: Path, rows: int | None = None, areas: int | None = None
) -> Iterator[Line | Table | str]:
    """The lines of one bench; a sentence instead where it could not be run."""
    size = rows if name in BY_ROWS else areas
    try:
        yield from BENCHES[name](data, *([size] if size else []))
    except national.NoYardstick as reason:
        yield f"{name}: could not run: {reason}"
    except Failed as reason:
        yield f"{name}: failed: {reason}"
    except Exception:
        yield f"{name}: failed: {traceback.format_exc()}"


def well(line: Line | Table | str) -> bool:
    """Whether a limit was kept, or there is none: a sentence says what went wrong."""
    return isinstance(line, Table) or (isinstance(line, Line) and line.kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("benches", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--rows", type=int, help="values of the DHIS2 files")
    parser.add_argument("--areas", type=int, help="health areas of the country")
    parser.add_argument("--data", type=Path, default=ROOT / "bench" / "data")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
