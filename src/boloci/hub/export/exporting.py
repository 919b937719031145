"""The export as a whole: from the first page along its links until none is left."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from boloci import __version__
from boloci.hub import reading, serving
from boloci.hub.current import build_file, current, workspace
from boloci.hub.export import folder as folders
from boloci.hub.export.layout import layout
from boloci.hub.export.pages import Written, write
from boloci.hub.figures.place_tables import BY_YEAR, KEYS
from boloci.hub.language import KNOWN
from boloci.hub.rights import public
from boloci.indicators_asked import indicators_named
from boloci.problems import refuse
from boloci.published import Published
from boloci.sources.reading import Progress

WORKERS = 2
"""Processes that make pages, as many as serve them."""


@dataclass(frozen=True)
class Exported:
    """What lies in the folder."""

    pages: int
    files: int
    size: int
    """Bytes."""


def export(
    folder: Path,
    *,
    now: datetime,
    indicators: Sequence[str] | None = (),
    workers: int = WORKERS,
    progress: Progress = lambda step, share: None,
) -> Exported:
    """Write the pages that everyone may see into a folder, whole or not at all.

    now         when the export is made, in the workspace's time
    indicators  those that get a page, as `boloci.indicators_asked` takes them; none
                named: the key figures of a place; None: all
    workers     processes; 0: this one alone
    Raises `Refused`: the workspace is not public, nothing is published, an indicator is
    unknown, the folder is not free, a page failed, or other figures were published
    meanwhile.
    """
    if not workspace().public:
        raise refuse("export_closed")
    start = current()
    shown = _shown(start, indicators)
    laid = layout(public(), start.places, shown, _languages())
    months = reading.whole_periods(public(), "month")
    told = {
        "day": now.date().isoformat(),
        "build": start.path.stem,
        "month": months[-1] if months else "",
    }
    with folders.replaced(folder) as draft:
        make = partial(write, layout=laid, folder=draft, told=told)
        with _makers(workers) as makers:
            pages = sum(one.pages for one in _all(laid.starts, make, makers, progress))
        if build_file() != str(start.path):
            raise refuse("export_build_changed")
        folders.listed(
            draft, {**told, "exported": now.isoformat(), "boloci": __version__}
        )
        files = [path for path in draft.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
    return Exported(pages, len(files), size)


def _shown(source: Published, named: Sequence[str] | None) -> Sequence[str]:
    """Codes of the indicators that get a page."""
    if named is None:
        return list(source.indicators)
    found = indicators_named(workspace().catalogue, source.indicators, named)
    for one in found:
        if one not in source.indicators:
            raise refuse("export_indicator_none", indicator=one)
    return found or [one for one in (*KEYS, *BY_YEAR) if one in source.indicators]


def _languages() -> list[str]:
    """Languages of the hub; the workspace's first one opens the export."""
    first = [one for one in workspace().languages if one in KNOWN][:1]
    return [*first, *(one for one in KNOWN if one not in first)]


def _all(
    starts: list[str], make: Any, makers: Executor, progress: Progress
) -> Iterator[Written]:
    """Make each address that is reached, once."""
    seen = set(starts)
    waiting: set[Future[Written]] = {makers.submit(make, one) for one in starts}
    done = 0
    while waiting:
        ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for one in ended:
            written = one.result()
            new = written.found - seen
            seen |= new
            waiting |= {makers.submit(make, address) for address in sorted(new)}
            done += 1
            progress("pages", done / len(seen))
            yield written


@contextmanager
def _makers(workers: int) -> Iterator[Executor]:
    """Processes that make pages. Started anew: a copy of one that drew would hang."""
    makers: Executor = _Here()
    if workers:
        makers = ProcessPoolExecutor(
            workers, get_context("spawn"), _begin, (workspace().root,)
        )
    try:
        yield makers
    finally:
        makers.shutdown(cancel_futures=True)


def _begin(root: Path) -> None:
    """Make a process ready. The first one alone is told to stop; where it is gone,
    this one has nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    serving.setup(root)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # only processes that were started begin
    parent.join()
    os._exit(1)


class _Here(Executor):
    """Makes pages in this process, one after the other."""

    def submit(self, make: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """A page, made at once."""
        done: Future[Any] = Future()
        try:
            done.set_result(make(*given, **named))
        except Exception as error:
            done.set_exception(error)
        return done
