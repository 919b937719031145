"""Reading published facts: one number, and all the facts of one place.

usage: python -m bench.published WORKSPACE      (the measured side: prints seconds)
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import Line, boloci, python
from bench.national import AREAS, imported_workspace

ASKED = 300
PLACES = 30


def published(data: Path, areas: int = AREAS) -> Iterator[Line]:
    """From a build of national size, through `boloci.open(...).facts(...)`."""
    workspace = imported_workspace(data, areas)
    if not (workspace / "lake" / "facts" / "boloci" / "current").exists():
        boloci("--workspace", workspace, "build")
    words = python("bench.published", workspace).output.split()
    one, place = (float(word) * 1000 for word in words[-2:])
    what = f"Published facts of {areas} areas"
    yield Line(f"{what}: one number, p95", one, 15, unit="ms")
    yield Line(f"{what}: every fact of one place, p95", place, 300, unit="ms")


def _asked(workspace: Path) -> tuple[float, float]:
    """95th percentile of seconds for one number, and for the slice of one place."""
    import boloci

    opened = boloci.open(workspace)
    districts = opened.facts(indicator="dtp1_coverage", level="area", period="2020")
    places = districts["place_id"].unique().to_pylist()
    chance = random.Random(1)

    def one() -> int:
        return opened.facts(
            indicator="dtp1_coverage",
            place=chance.choice(places),
            period=f"{chance.randint(2015, 2024)}Q{chance.randint(1, 4)}",
        ).num_rows

    def slice_() -> int:
        return opened.facts(place=chance.choice(places)).num_rows

    return _p95(one, ASKED), _p95(slice_, PLACES)


def _p95(ask: Callable[[], int], times: int) -> float:
    spent, rows = [], 0
    for _ in range(times):
        started = time.perf_counter()
        rows += ask()
        spent.append(time.perf_counter() - started)
    if not rows:
        raise SystemExit("no fact was found: nothing was measured")
    return sorted(spent)[int(0.95 * times)]


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"published": published}

if __name__ == "__main__":
    print(*_asked(Path(sys.argv[1])))
