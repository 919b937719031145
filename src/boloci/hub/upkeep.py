"""What the worker does by itself once a day: throw away what nobody needs any more.

The queue is the table of due dates: each day's job puts the next day's there before it
does anything, so that one that fails is tried again tomorrow.
"""

import datetime

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

DAY = datetime.timedelta(days=1)
FINISHED_DAYS = 30
"""Days that finished jobs are kept: long enough to ask why one failed."""


@task()
def tidy() -> None:
    """Forget sessions that have ended and jobs that ended long ago."""
    schedule(timezone.now() + DAY)
    call_command("clearsessions")
    call_command("prune_db_task_results", min_age_days=FINISHED_DAYS, verbosity=0)


def schedule(when: datetime.datetime | None = None) -> None:
    """Have it done at a time, or now, unless it is waiting to be done already."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.filter(task_path=tidy.module_path, status="READY")
    if not waiting.exists():
        tidy.using(run_after=when).enqueue()
