"""What came of leaving surveys and lots out: a table, and how many were foreseen."""

from typing import Any

from boloci.cli.language import _, spoken
from boloci.cli.showing import console, note, number, say, table
from boloci.wording import problem_sentence
from boloci.workspace import Workspace


def tell_validation(workspace: Workspace, found: Any) -> None:
    """Every figure beside what all else says, then the shares within."""
    headings = {
        "place": _("place"),
        "source": _("survey or lot"),
        "indicator": _("figure"),
        "found": _("found"),
        "expected": _("all else says"),
        "interval": _("90 of 100 between"),
        "within": _("within"),
    }
    rows = [_row(workspace, row) for row in found.rows]
    right = ("found", "expected", "interval")
    console().print(table(headings, rows, right=right))
    for lot, words in (
        (True, _("Lots within: {within} of {count} ({share}%).")),
        (False, _("Figures of surveys within: {within} of {count} ({share}%).")),
    ):
        told = [row.within for row in found.rows if row.lot is lot]
        if told:
            say(
                words.format(
                    within=number(sum(told), 0),
                    count=number(len(told), 0),
                    share=number(100 * sum(told) / len(told), 0),
                )
            )
    say(
        _(
            "About 90% are expected. Clearly fewer: the intervals of the estimates are"
            " too narrow, or surveys and lots contradict each other."
        )
    )
    for one in found.refused:
        note(problem_sentence(one.problem, workspace.catalogue, spoken()))
    if found.unasked:
        note(
            _("No survey and no lot to leave out in: {regions}.").format(
                regions=", ".join(found.unasked)
            )
        )


def _row(workspace: Workspace, row: Any) -> dict[str, str]:
    between = _("{lower} to {upper}")
    return {
        "place": row.place,
        "source": row.source,
        "indicator": workspace.catalogue.indicators[row.indicator].name[spoken()],
        "found": number(row.found),
        "expected": number(row.expected),
        "interval": between.format(lower=number(row.lower), upper=number(row.upper)),
        "within": _("yes") if row.within else _("no"),
    }
