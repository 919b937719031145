"""A whole country: 1,700 areas x 120 months, 26.6 million values, against pandas.

The yardstick (`shared/bench/pandas_peer.py`, run as it is) reads Parquet and prints
a few sums. Ours are two: the same analysis through boloci's own functions, and the
full build: every count and indicator of the profile at every level, written and
published.
"""

import ast
import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import ROOT, Line, Use, boloci, measured, python

AREAS, MONTHS = 1_700, 120
SMALL_AREAS = 64
"""About 1 million values: the foot of the growth exponent."""
SHARED = Path(os.environ.get("BOLOCI_SHARED", ROOT.parent / "shared"))
AGREE = 1e-3
"""How far the two analyses may differ: the peer counts a missing sex as no dose."""


class NoYardstick(Exception):
    """The yardstick is not on this machine."""


def build(data: Path, areas: int = AREAS) -> Iterator[Line]:
    """The whole build, writing included, beside the yardstick's CPU seconds.

    Its plain part (counts, targets, facts as reported) is held against the yardstick;
    what judges it (checks, scenarios, denominators, surveys) against the plain part.
    """
    large, peer = _made(data, areas), _peer(data, areas)
    workspace, imported = _imported(data, areas)
    built = python("bench.build_steps", workspace)
    judging = sum(s for name, s in _steps(built).items() if name in JUDGING)
    judging += sum(s for n, s in _steps(built).items() if n.startswith("check_"))
    plain = built.cpu - judging
    what = f"Build of {large:,} values"
    details = f"ours {built}; peer {peer}; the import took {imported}"
    yield Line(f"{what}, plain: CPU / pandas", plain / peer.cpu, 1.8, detail=details)
    details = f"{judging:.1f} CPU s for {_dearest(built)}"
    whole = f"{what}, all checks and scenarios with it: CPU / plain build"
    yield Line(whole, built.cpu / plain, 2.0, unit="x", detail=details)
    yield Line(f"{what}: peak memory", built.peak, 1500, unit="MB")
    yield Line(f"Import of {large:,} values as CSV: peak memory", imported.peak, 300)
    small = _made(data, SMALL_AREAS)
    little, _ = _imported(data, SMALL_AREAS)
    foot = python("bench.build_steps", little)
    growth = math.log(built.cpu / foot.cpu) / math.log(large / small)
    what = f"Growth of the build, {small:,} -> {large:,} values: exponent of CPU"
    yield Line(what, growth, 1.1, detail=f"{foot} -> {built}")


JUDGING = {
    "adjustments",
    "denominators",
    "surveys",
    "sexes",
    "findings",
    "scenarios",
    "inequality",
}
"""Steps of a build that judge what was counted; so do those named `check_...`."""


def _steps(built: Use) -> dict[str, float]:
    """CPU seconds of each step, as `bench.build_steps` prints them."""
    found: dict[str, float] = json.loads(built.output.splitlines()[-1])
    return found


def _dearest(built: Use, count: int = 5) -> str:
    """The steps that judge and cost most, with their CPU seconds."""
    judged = [
        (seconds, name)
        for name, seconds in _steps(built).items()
        if name in JUDGING or name.startswith("check_")
    ]
    most = sorted(judged, reverse=True)[:count]
    return ", ".join(f"{name} {seconds:.1f}" for seconds, name in most) + ", ..."


def analysis(data: Path, areas: int = AREAS) -> Iterator[Line]:
    """The yardstick's own figures through boloci's functions, and that they agree."""
    rows, peer = _made(data, areas), _peer(data, areas)
    ours = python("bench.yardstick", data / f"national-{areas}")
    what = f"The yardstick's analysis of {rows:,} values"
    details = f"ours {ours}; peer {peer}"
    yield Line(f"{what}: CPU / pandas", ours.cpu / peer.cpu, 0.5, False, "x", details)
    one, other = figures(ours), figures(peer)
    apart = max(abs(one[name] / other[name] - 1) for name in other)
    details = ", ".join(f"{name} {one[name]:g} / {other[name]:g}" for name in other)
    yield Line(f"{what}: largest difference", apart, AGREE, detail=details)


def _made(data: Path, areas: int) -> int:
    """Generate and convert once; the number of values."""
    folder = data / f"national-{areas}"
    counted = folder / "rows"
    if not counted.exists():
        generate = SHARED / "bench" / "generate.py"
        if not generate.exists():
            raise NoYardstick("bench/generate.py is not in ../shared or BOLOCI_SHARED")
        measured([sys.executable, generate, folder, str(areas), str(MONTHS)])
        rows = python("bench.national_files", folder, folder / "tidy").output
        counted.write_text(rows)
    return int(counted.read_text())


def _imported(data: Path, areas: int) -> tuple[Path, Use]:
    folder = data / f"national-{areas}"
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    boloci("init", workspace)
    files = sorted((folder / "tidy").glob("*.csv"))
    return workspace, boloci("--workspace", workspace, "import", *files)


def imported_workspace(data: Path, areas: int) -> Path:
    """The workspace of an earlier bench of this size, or a new one."""
    workspace = data / f"national-{areas}" / "workspace"
    if not (workspace / "lake" / "snapshots").exists():
        _made(data, areas)
        _imported(data, areas)
    return workspace


_peers: dict[int, Use] = {}


def _peer(data: Path, areas: int) -> Use:
    """The yardstick on the same data, in the same run; once."""
    if areas not in _peers:
        peer = SHARED / "bench" / "pandas_peer.py"
        _peers[areas] = measured([sys.executable, peer, data / f"national-{areas}"])
    return _peers[areas]


def figures(use: Use) -> dict[str, float]:
    """What an analysis printed, by name."""
    found: dict[str, float] = {}
    for line in use.output.splitlines():
        if line.startswith("{"):
            text = line.replace("np.float64(", "(").replace("np.int64(", "(")
            found |= ast.literal_eval(text)
    return found


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {
    "analysis": analysis,
    "build": build,
}
