"""Saying why an answer is empty: which filter, and which periods there are."""

from typing import Any

from boloci.cli.language import _
from boloci.cli.showing import note, number
from boloci.workspace import Workspace


def tell_empty(workspace: Workspace, **asked: Any) -> None:
    """Say on stderr which filter let nothing through, after saying that nothing came.

    `asked`: the filters of `facts`.
    """
    from boloci.emptied import emptied

    found = emptied(workspace, **asked)
    if found.first is not None:
        told = (
            _("There is none of --period {period}: there are {first} to {last}.")
            if found.first != found.last
            else _("There is none of --period {period}: there is {first} alone.")
        )
        note(told.format(period=asked["period"], first=found.first, last=found.last))
    for name, count in found.without.items():
        if name != "period":
            told = _("Without --{filter} there would be {n}.")
            note(told.format(filter=name, n=number(count, 0)))
    if not found.without:
        told = _("Leave one out, or see what there is with: {command}")
        note(told.format(command="boloci facts --level country"))
