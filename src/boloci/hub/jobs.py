"""The worker: jobs that people started and that take longer than a page may.

`python -m boloci.hub.jobs`, started by `boloci serve`. One worker a workspace: it
holds a lock while it runs, so that two never publish at once.

A job may be stopped at any moment, by a signal or a power cut: every job can be run
again from its start, and what was running when the last worker ended is put back in
the queue.
"""

import datetime
import os
import signal
import sys

from filelock import FileLock, Timeout

from boloci.hub import serving
from boloci.no_pandas import keep_out
from boloci.workspace import find

LOCK = "worker.lock"
INTERVAL = 1.0
"""Seconds between two looks into an empty queue."""
BEHIND = 10
"""How far this process stands behind those that answer readers (its niceness): where
nobody reads it loses nothing."""
LATER = datetime.timedelta(seconds=20)
"""Until pages are made ahead: the first readers after a start come first."""


def main() -> int:
    """Work until stopped; 1 where another worker of this workspace runs."""
    keep_out()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(BEHIND)
    root = find()
    serving.setup(root)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_DFL)  # ends at once, also inside the engine
    try:
        with FileLock(root / LOCK, timeout=0):
            requeue()
            _upkeep()
            work()
    except Timeout:
        return 1
    return 0


def requeue() -> int:
    """Put back what ran when the last worker ended; the number of jobs.

    Only for who holds the worker's lock: nobody else can be at them.
    """
    from django_tasks_db.models import DBTaskResult

    running = DBTaskResult.objects.running()
    return int(running.update(status="READY", started_at=None))


def _upkeep() -> None:
    from django.utils import timezone

    from boloci.hub import upkeep
    from boloci.hub.imports import warming

    upkeep.schedule()
    warming.go_on(timezone.now() + LATER)


def work(*, until_done: bool = False) -> None:
    """Do jobs as they come; `until_done`: end once the queue is empty."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["default"],
        interval=INTERVAL,
        batch=until_done,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()


if __name__ == "__main__":
    sys.exit(main())
