"""Draw a rich table on the screen, or as plain text into a file."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boloci.cli.showing import WIDE, console
from boloci.cli.writing import target

Block = tuple[Table | None, Sequence[str]]


def draw(table: Table | None, below: Sequence[str], output: str | None = None) -> None:
    """A table, if there is one, and the lines below it."""
    draw_blocks([(table, below)], output)


def draw_blocks(blocks: Sequence[Block], output: str | None = None) -> None:
    """Tables one below the other, each with its lines."""
    if output is None:
        for block in blocks:
            _print(console(), *block)
        return
    text = io.StringIO()
    for block in blocks:
        _print(Console(file=text, width=WIDE, highlight=False), *block)
    with target(output) as file:
        file.write(text.getvalue().encode())


def _print(screen: Console, table: Table | None, below: Sequence[str]) -> None:
    if table is not None:
        screen.print(table)
    for line in below:
        style = "dim" if table is not None else ""
        screen.print(Text(line, style=style), soft_wrap=True)
