"""The report that a typed month is, where sources state which reports came.

Where nothing states that, a month with a value was received (`reporting`): there is
nothing to add. Where a source said "not received", that would stand beside the numbers
that somebody has typed since, and the place would be taken for a silent one.
"""

from collections.abc import Iterable

from boloci.lake import snapshots
from boloci.pipeline import reporting
from boloci.pipeline.understanding import Understood, understand
from boloci.workspace import Workspace

Row = dict[str, str]


def typed_report(
    workspace: Workspace, place_id: str, month: int, elements: Iterable[str]
) -> list[Row]:
    """Rows of the tidy table `reports`: the forms that typed elements are on, received.

    None for a form of which no source states what was due, nor where the source counts
    several reports of the place in a month: which of them was typed is not known.
    Whether it was on time stays as it was told: a month typed later says nothing of it.
    """
    known = understand(workspace, snapshots.live(workspace.lake))
    forms = reporting.forms(known)
    typed = sorted({forms.get(element, "") for element in elements} - {""})
    rows = (_row(known, form, place_id, month) for form in typed)
    return [row for row in rows if row]


def _row(known: Understood, form: str, place_id: str, month: int) -> Row:
    stated = [
        row
        for row in known.tables["reports"].to_pylist()
        if row["dataset"] == form and row["expected"] is not None
    ]
    if not stated:
        return {}
    place = known.tree.by_id.get(place_id)
    told_as = known.texts_of([place.key]) if place else []
    of_place = [row for row in stated if row["place_id"] in told_as]
    if any(row["expected"] > 1 for row in of_place):
        return {}
    due = any(row["period"] == month for row in of_place)
    return {
        "dataset": form,
        "place_id": of_place[0]["place_id"] if of_place else place_id,
        "period": str(month),
        "expected": "" if due else "1",
        "received": "1",
    }
