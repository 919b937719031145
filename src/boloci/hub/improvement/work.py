"""Jobs of improvement: a team's month, and doses counted again, become imports.

Both can be run again from their start: the lake knows the entry that it has.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from django_tasks import task

from boloci import pipeline
from boloci.hub.current import workspace
from boloci.hub.imports import told, typed
from boloci.hub.imports.actions import note_import, start_publication
from boloci.hub.improvement.models import Recount, TeamFile, TeamMonth
from boloci.lake import snapshots


@task()
def send(pk: int) -> None:
    """Import what a team counted and have figures published; a draft again if it
    fails."""
    typed.carry(TeamMonth.objects.get(pk=pk), _import)


def _import(month: TeamMonth) -> pipeline.ImportReport:
    return _imported(
        "measures",
        month.rows,
        name=f"equipe {month.place_id} {month.period}",
        by=month.by,
        occasion=f"team month {month.pk}.{month.version}",
    )


@task()
def bring_file(pk: int) -> None:
    """Import months that came in a file, and have figures published with them."""
    one = TeamFile.objects.get(pk=pk)
    if one.state != "sending":
        return
    kept = TeamFile.objects.filter(pk=pk, state="sending")
    try:
        report = _imported(
            "measures",
            one.rows,
            name=f"equipes {Path(one.name).stem}",
            by=one.by,
            occasion=f"team file {one.pk}",
        )
    except Exception as error:
        kept.update(state="refused", problems=told.problems(error))
    else:
        note_import(
            partial(kept.update, state="sent"),
            by=one.by,
            snapshot=report.snapshot,
            place_id=one.project.place_id,
        )


@task()
def bring_recount(pk: int) -> None:
    """Bring what a visit counted again, as evidence; one that was taken away or
    changed no longer counts as it was."""
    one = Recount.objects.get(pk=pk)
    if one.snapshot and _is_live(one.snapshot):
        start_publication(by=one.by, undoes=one.snapshot)
    if one.removed:
        return
    row = {
        "element": one.element,
        "place_id": one.place_id,
        "period": one.period,
        "register": str(one.register),
        "monthly_report": "" if one.reported is None else str(one.reported),
    }
    kept = Recount.objects.filter(pk=pk)
    try:
        report = _imported(
            "recounts",
            [row],
            name=f"recomptage {one.place_id} {one.period}",
            by=one.by,
            occasion=f"recount {one.pk}.{one.version}",
        )
    except Exception as error:
        kept.update(problems=told.problems(error))
        return

    def end(*, snapshot: str, publication_id: int) -> None:
        del publication_id  # evidence: no page waits for its figures
        kept.update(snapshot=snapshot, problems=[])

    note_import(end, by=one.by, snapshot=report.snapshot, place_id=one.place_id)


def _is_live(snapshot: str) -> bool:
    return any(one.id == snapshot for one in snapshots.live(workspace().lake))


def _imported(
    table: str,
    rows: Sequence[Mapping[str, str]],
    *,
    name: str,
    by: str,
    occasion: str,
) -> pipeline.ImportReport:
    """Import rows of a tidy table as a small file of its own."""
    file = (name, table, rows)
    return typed.bring([file], by=f"hub:improvement {by}", occasion=occasion)
