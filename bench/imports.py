"""Import of DHIS2 files, the whole way into the lake, against a bare parse by a peer.

Ours recognises, reads, checks, and lands a snapshot that survives a power cut; the
peer only parses. The fixed cost of an import (start, catalogue, locks) is in ours.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import Line, Use, best, boloci, python

CSV_ROWS, JSON_ROWS, PAGE = 2_700_000, 1_000_000, 50_000
RUNS = 3
"""Each side runs this often and the fastest counts: the machine is shared."""


def csv(data: Path, rows: int = CSV_ROWS) -> Iterator[Line]:
    """A dataValueSets CSV against `pandas.read_csv`."""
    file = data / f"values-{rows}.csv"
    if not file.exists():
        python("bench.dhis2_files", "csv", file, rows)
    peer = best(*(python("bench.peers", "pandas_csv", file) for _ in range(RUNS)))
    ours = best(*(_imported(data, [file]) for _ in range(RUNS)))
    what = f"DHIS2 CSV, {rows:,} values"
    yield _rate(f"{what}: rate of import / pandas read_csv", ours, peer, 2.5)
    yield Line(f"{what}: peak memory", ours.peak, 300, unit="MB")
    read = best(*(_read(data, [file]) for _ in range(RUNS)))
    yield _rate(f"{what}: rate of reading alone / pandas read_csv", read, peer, 2.5)


def json(data: Path, rows: int = JSON_ROWS) -> Iterator[Line]:
    """dataValueSets JSON pages, and the same values in one envelope."""
    folder = data / f"pages-{rows}"
    if not folder.exists():
        python("bench.dhis2_files", "json", folder, rows, PAGE)
        python("bench.dhis2_files", "json", folder / "whole", rows, rows)
    pages = sorted(folder.glob("page-*.json"))
    peer = best(*(python("bench.peers", "orjson_rows", *pages) for _ in range(RUNS)))
    ours = best(*(_imported(data, pages) for _ in range(RUNS)))
    what = f"DHIS2 JSON, {rows:,} values"
    yield _rate(f"{what} in {len(pages)} pages: rate / orjson rows", ours, peer, 1.5)
    yield Line(f"{what} in {len(pages)} pages: peak memory", ours.peak, 250, unit="MB")
    read = best(*(_read(data, pages) for _ in range(RUNS)))
    yield _rate(f"{what} in {len(pages)} pages: reading alone", read, peer, 1.5)
    whole = _imported(data, [folder / "whole" / "page-001.json"])
    yield _rate(f"{what} in one envelope: rate / orjson rows", whole, peer, 1.5)
    yield Line(f"{what} in one envelope: peak memory", whole.peak, 250, unit="MB")


def _imported(data: Path, files: list[Path]) -> Use:
    """Import into a new workspace, whose making is not counted."""
    workspace = data / "import-workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    boloci("init", workspace)
    use = boloci("--workspace", workspace, "import", *files)
    shutil.rmtree(workspace)
    return use


def _read(data: Path, files: list[Path]) -> Use:
    """The source alone, file to tidy tables on disk: hashed and checked, not kept."""
    staging = data / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    use = python("bench.reading", staging, *files)
    shutil.rmtree(staging)
    return use


def _rate(what: str, ours: Use, peer: Use, limit: float) -> Line:
    ratio = peer.wall / ours.wall
    return Line(what, ratio, limit, True, "x", f"ours {ours}; peer {peer}")


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"csv": csv, "json": json}
