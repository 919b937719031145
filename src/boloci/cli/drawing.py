"""Draw a rich table on the screen, or as plain text into a file."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boloci.cli.showing import WIDE, console
from boloci.cli.writing import target


def draw(table: Table | None, below: Sequence[str], output: str | None = None) -> None:
    """A table, if there is one, and the lines below it."""
    if output is None:
        _print(console(), table, below)
        return
    text = io.StringIO()
    _print(Console(file=text, width=WIDE, highlight=False), table, below)
    with target(output) as file:
        file.write(text.getvalue().encode())


def _print(screen: Console, table: Table | None, below: Sequence[str]) -> None:
    if table is not None:
        screen.print(table)
    for line in below:
        style = "dim" if table is not None else ""
        screen.print(Text(line, style=style), soft_wrap=True)
