"""Draw a rich table on the screen, or as plain text into a file."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boloci.cli.showing import WIDE, console
from boloci.cli.writing import target


def draw(table: Table, below: Sequence[str], output: str | None = None) -> None:
    """A table and the lines below it."""
    if output is None:
        _print(console(), table, below)
        return
    text = io.StringIO()
    _print(Console(file=text, width=WIDE, highlight=False), table, below)
    with target(output) as file:
        file.write(text.getvalue().encode())


def _print(screen: Console, table: Table, below: Sequence[str]) -> None:
    screen.print(table)
    for line in below:
        screen.print(Text(line, style="dim"), soft_wrap=True)
