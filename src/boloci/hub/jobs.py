"""The worker: jobs that people started and that take longer than a page may.

`python -m boloci.hub.jobs`, started by `boloci serve`. One worker a workspace: it
holds a lock while it runs, so that two never publish at once.
"""

import sys

from filelock import FileLock, Timeout

from boloci.hub import serving
from boloci.workspace import find

LOCK = "worker.lock"


def main() -> int:
    """Work until stopped; 1 where another worker of this workspace runs."""
    root = find()
    serving.setup(root)
    from django.core.management import call_command

    try:
        with FileLock(root / LOCK, timeout=0):
            call_command("db_worker", verbosity=0, interval=1.0)
    except Timeout:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
