"""The job of a typed month: an import like any other, then figures with it."""

from django_tasks import task

from boloci import pipeline
from boloci.hub.current import workspace
from boloci.hub.grid.models import Month
from boloci.hub.imports import typed


@task()
def send(pk: int) -> None:
    """Import what was typed and have figures published; a draft again if it fails."""
    typed.carry(Month.objects.get(pk=pk), _import)


def _import(month: Month) -> pipeline.ImportReport:
    """Small tidy files, the first kept under the name of who typed it: the numbers,
    and that the report came where sources state which ones did."""
    elements = {row["element"] for row in month.rows}
    report = pipeline.typed_report(
        workspace(), month.place_id, int(month.period), elements
    )
    about = f"{month.place_id} {month.period}"
    return typed.bring(
        [
            (f"saisie {about}", "values", month.rows),
            (f"rapport {about}", "reports", report),
        ],
        by=f"hub:grid {month.by}",
        occasion=f"month {month.pk}.{month.version}",
    )
