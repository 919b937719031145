"""What a figure assumes: its scenario, and where its denominator comes from."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from boloci.cli import adjustment_table
from boloci.cli.language import _, spoken
from boloci.cli.showing import labelled, number, rows_said, split_constant, table
from boloci.cli.tongue import TONGUE
from boloci.codes import SCENARIOS
from boloci.explain import Explanation
from boloci.telling import chains, methods

CHANGES_SHOWN = 20

Line = tuple[str, str]


def told(one: Explanation) -> Iterator[Line]:
    """Name and text of each line."""
    if one.fact["method"] in SCENARIOS[1:]:
        yield _("scenario"), methods.name(TONGUE, one.fact["method"])
    text = one.denominator
    if text is None:
        return
    chain = labelled(text.name[spoken()], text.chain[spoken()])
    yield _("denominator from"), chain
    yield from chains.lines(TONGUE, one.inputs)
    yield _("beware"), text.caveat[spoken()]


def print_changes(screen: Console, one: Explanation) -> None:
    """The months of units that the scenario changes, largest change first."""
    found = one.changed
    if found.num_rows == 0:
        return
    changes = found.slice(0, CHANGES_SHOWN).to_pylist()
    rows = [adjustment_table.texts(row) for row in changes]
    headings = adjustment_table.headings()
    drawn, _said = split_constant(
        headings, rows, always=("place", "period", "before", "after", "reason")
    )
    whole = sum(found["change"].to_pylist())
    title = _("What the scenario changes: {n} doses or contacts in all")
    signed = ("+" if whole > 0 else "") + number(whole, 0)
    screen.print(Text("  " + title.format(n=signed), style="dim"))
    screen.print(table(drawn, rows, right=adjustment_table.RIGHT))
    screen.print(Text("  " + rows_said(len(rows), found.num_rows), style="dim"))
