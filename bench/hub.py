"""The hub: its first view on a slow link, its pages warm, fifty people at once.

All of it through `boloci serve` as a country would run it: on the national demo, and
the same pages on 26.6 million values. What is read by whom is told in `hub_readers`,
how a view is watched in `hub_browser`, how people read in `hub_walk`. Figures are taken
in several runs, and each line says how far apart they were.
"""

import json
import re
import shutil
import statistics
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.hub_peers_served import VIEWS, peers
from bench.hub_served import Memory, Served, demo, served, share, watched
from bench.hub_walk import THINKS
from bench.measure import Line, boloci, python
from bench.national import AREAS, imported_workspace

RUNS = 3
SECONDS = 120
"""How long fifty people read."""
ROUNDS = 5
"""How often a run asks for each page once it is warm."""
READY = 8
"""How often the overview is asked for before its view is watched."""


def first_view(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """The public overview in a browser on a slow link, beside peers with one chart."""
    file = data / "overview-coverage.csv"
    with served(demo(data)) as hub:
        for _ in range(READY):
            _got(hub.url)
        file.write_bytes(_got(f"{hub.url}/overview.csv?table=coverage"))
        ours = _views(hub.url, "boloci")
    beside = [f"boloci, the whole overview: {_watched(ours)}"]
    for name, told in peers(data, file, _views):
        beside.append(f"{name}: {told if isinstance(told, str) else _watched(told)}")
    detail = "; ".join(beside)
    what = "First view of the overview"
    size = max(view["bytes"] for view in ours) / 1000
    yield Line(f"{what}: on the wire", size, 60, unit="kB", detail=detail)
    what += ", 400 kbit/s, 400 ms, CPU x6: readable"
    readable = statistics.median(view["readable"] for view in ours)
    yield Line(what, readable, 1.7, unit="s", detail=detail)


def pages(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Every page of every role, one after the other, on the national demo."""
    asked = _asked(demo(data))
    what = "Pages of every role, national demo: p95 warm"
    yield Line(what, asked.warm(), 30, unit="ms", detail=asked.told())


def large(data: Path, areas: int = AREAS) -> Iterator[Line]:
    """The same pages with facts of 26.6 million values behind them."""
    workspace = imported_workspace(data, areas)
    if not (workspace / "lake" / "facts" / "boloci" / "current").exists():
        boloci("--workspace", workspace, "build")
    small, big = _asked(demo(data)), _asked(workspace)
    both = small.kinds & big.kinds
    what = f"Pages on {areas:,} areas and 120 months / national demo"
    detail = f"{big.told(both)}; demo: {small.told(both)}"
    ratio = big.warm(both) / small.warm(both)
    yield Line(f"{what}: p95 warm", ratio, 1.5, unit="x", detail=detail)
    ratio = big.first(both) / small.first(both)
    yield Line(f"{what}: p95 of the first time", ratio, 1.5, unit="x")


def people(
    data: Path, _areas: int | None = None, *, seconds: int = SECONDS, runs: int = RUNS
) -> Iterator[Line]:
    """Fifty people at once: on a hub that has just started, and as long again."""
    crowds = [_crowds(demo(data), seconds, run) for run in range(runs)]
    for part, when in enumerate(("from its start on", "then")):
        yield from _answered(
            f"Fifty people for {seconds} s, {when}", [c["parts"][part] for c in crowds]
        )
    looks = [look for crowd in crowds for look in crowd["memory"]]
    held = [max((look[n] for look in looks), key=_rss) for n in range(len(looks[0]))]
    last = "; ".join(", ".join(map(str, crowd["memory"][-1])) for crowd in crowds)
    detail = f"largest of each {', '.join(map(str, held))}; after each run {last}"
    what = "Memory of a web process, with its pen, at most"
    own = max(one.pss for look in looks for one in look)
    by_share = f"{what}: PSS, what processes share counted by share"
    yield Line(by_share, own, 350, unit="MB", detail=detail)
    yield Line(f"{what}: RSS", max(map(_rss, held)), 350, unit="MB", detail=detail)


def _answered(what: str, crowds: list[dict[str, Any]]) -> Iterator[Line]:
    """Errors and times of several runs of one part."""
    spent = [[1000 * answer[3] for answer in crowd["answers"]] for crowd in crowds]
    worst = [share(one, 0.95) for one in spent]
    wrong = [a for crowd in crowds for a in crowd["answers"] if a[2] != 200]
    first = f"the first: {wrong[0]}" if wrong else ""
    yield Line(f"{what}: answers that were no page", len(wrong), 0, detail=first)
    least, most = THINKS
    detail = (
        f"{_each(map(len, spent))} pages, each asked for {least:.0f} to {most:.0f} s"
        f" after the one before; p95 {_each(worst)},"
        f" p50 {_each(share(s, 0.5) for s in spent)}, longest {_each(map(max, spent))}"
        f" ms; CPU s of the hub {_each(crowd['cpu'] for crowd in crowds)}, of those who"
        f" ask {_each((crowd['own'] for crowd in crowds), 1)}"
    )
    yield Line(f"{what}: p95", statistics.median(worst), 500, unit="ms", detail=detail)


def _rss(memory: Memory) -> float:
    return memory.rss


@dataclass(frozen=True)
class Asked:
    """Every page of a hub, asked for one after the other."""

    found: list[dict[str, Any]]
    """role, path, status, seconds of the first time, and of each time when warm."""
    first_cpu: float = 0.0
    warm_cpu: float = 0.0
    """CPU seconds of the hub for all that was asked for, first and warm."""

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """Role and kind of the pages that were there."""
        return frozenset(map(_kind, self._there(None)))

    def warm(self, kinds: Iterable[Any] | None = None) -> float:
        """95th percentile of milliseconds, warm: the median of the runs."""
        return statistics.median(self._runs(kinds))

    def first(self, kinds: Iterable[Any] | None = None) -> float:
        """95th percentile of milliseconds when a page was asked for the first time."""
        return 1000 * share([one["first"] for one in self._there(kinds)], 0.95)

    def told(self, kinds: Iterable[Any] | None = None) -> str:
        """The figures behind, and the slowest pages."""
        there = self._there(kinds)
        slowest = sorted(there, key=lambda one: -statistics.median(one["warm"]))[:3]
        named = ", ".join(
            f"{one['path'].partition('?')[0]} ({one['role']})"
            f" {1000 * statistics.median(one['warm']):.0f}"
            for one in slowest
        )
        other = len(self.found) - len(there)
        every = len(self.found)
        warm_cpu = 1000 * self.warm_cpu / (every * RUNS * ROUNDS)
        return (
            f"{len(there)} pages ({other} not compared), {RUNS} runs: p95"
            f" {_each(self._runs(kinds))} ms, {warm_cpu:.0f} CPU ms a page; slowest"
            f" {named} ms; first time: p50"
            f" {1000 * statistics.median(one['first'] for one in there):.0f}, p95"
            f" {self.first(kinds):.0f} ms, {1000 * self.first_cpu / every:.0f} CPU ms"
            " a page"
        )

    def _there(self, kinds: Iterable[Any] | None) -> list[dict[str, Any]]:
        there = [one for one in self.found if one["status"] == 200]
        return [one for one in there if kinds is None or _kind(one) in kinds]

    def _runs(self, kinds: Iterable[Any] | None) -> list[float]:
        rounds = list(zip(*(one["warm"] for one in self._there(kinds)), strict=True))
        runs = [
            rounds[start : start + ROUNDS] for start in range(0, len(rounds), ROUNDS)
        ]
        return [1000 * share([s for r in run for s in r], 0.95) for run in runs]


def _kind(page: dict[str, Any]) -> tuple[str, str]:
    """Role and path of a page, without the place that it is about."""
    path = page["path"].partition("?")[0]
    return page["role"], re.sub(r"^(/place)/[^/.]+", r"\1", path)


@cache
def _asked(workspace: Path) -> Asked:
    with _read(workspace) as (hub, readers):
        found = _walked("pages", hub, readers, RUNS * ROUNDS)
        return Asked(found["pages"], found["first_cpu"], found["warm_cpu"])


def _crowds(workspace: Path, seconds: int, seed: int) -> dict[str, Any]:
    """What fifty people got, twice, and what the hub used for it."""
    with _read(workspace) as (hub, readers), watched(hub) as memory:
        found = _walked("people", hub, readers, seconds, seed)
    return {**found, "memory": memory}


@contextmanager
def _read(workspace: Path) -> Iterator[tuple[Served, Path]]:
    """A hub being served, and the file of those who will read it.

    Pages that an earlier bench left on disk are thrown away, and with them those that
    a build made ahead: the worker makes them again while the hub is already read.
    """
    shutil.rmtree(workspace / "cache" / "pages", ignore_errors=True)
    readers = workspace.parent / "readers.json"
    readers.write_text(python("bench.hub_readers", workspace).output.splitlines()[-1])
    with served(workspace) as hub:
        yield hub, readers


def _walked(side: str, hub: Served, readers: Path, *numbers: int) -> dict[str, Any]:
    pid = hub.process.pid
    use = python("bench.hub_walk", side, hub.url, readers, pid, *numbers)
    found: dict[str, Any] = json.loads(use.output.splitlines()[-1])
    return found


def _views(url: str, name: str) -> list[dict[str, float]]:
    """First views of a page, each in a browser of its own."""
    found = [python("bench.hub_browser", url, *VIEWS[name]) for _ in range(RUNS)]
    return [json.loads(use.output.splitlines()[-1]) for use in found]


def _watched(views: list[dict[str, float]]) -> str:
    """What several first views took."""
    seconds = ", ".join(
        f"{what} {_each((view[what] for view in views), 2)}"
        for what in ("painted", "readable", "drawn")
    )
    sizes = _each(view["bytes"] / 1000 for view in views)
    requests = _each(view["requests"] for view in views)
    return f"{seconds} s, {sizes} kB, {requests} requests"


def _each(figures: Iterable[float], digits: int = 0) -> str:
    """One figure a run."""
    return " / ".join(f"{figure:.{digits}f}" for figure in figures)


def _got(url: str) -> bytes:
    with urlopen(url, timeout=60) as answer:
        found: bytes = answer.read()
        return found


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {
    "hub_view": first_view,
    "hub_pages": pages,
    "hub_people": people,
    "hub_large": large,
}
