"""Draw a rich table on the screen, or as plain text into a file.

Nothing of a table is cut off. Where the terminal is too narrow for its columns, the
headings over numbers are folded; where that is not enough, each row becomes lines of
`heading: text`.
"""

import io
import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from boloci.cli.showing import WIDE, console, labelled
from boloci.cli.unbroken import words
from boloci.cli.writing import target

SENTENCE = 60
"""A longer text is read as a sentence."""

READABLE = 24
"""Columns that a sentence needs to be read with ease."""

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
        if _least_width(table) > screen.width:
            _fold_headings(table)
        if _least_width(table) <= screen.width:
            screen.print(table)
        else:
            for told in _row_by_row(table):
                screen.print(told, soft_wrap=True)
    for line in below:
        style = "dim" if table is not None else ""
        screen.print(Text(line, style=style), soft_wrap=True)


def _least_width(table: Table) -> int:
    """Columns of the terminal below which some text would be cut off."""
    edges = 2 * len(table.columns) - 1
    return edges + sum(_least_of(column) for column in table.columns)


def _least_of(column: Column) -> int:
    if column.no_wrap:
        return _widest([str(column.header), *map(str, column.cells)])
    longest = _widest([str(cell) for cell in column.cells])
    return max(column.min_width or 0, READABLE if longest > SENTENCE else 0)


def _widest(texts: Sequence[str]) -> int:
    lines = (line for text in texts for line in text.splitlines())
    return max(map(cell_len, lines), default=0)


def _fold_headings(table: Table) -> None:
    """Headings over numbers become as narrow as the numbers or their longest word."""
    for column in table.columns:
        if column.no_wrap:
            heading = str(column.header)
            width = _widest([*words(heading), *map(str, column.cells)])
            column.header = "\n".join(textwrap.wrap(heading, max(width, 1)))


def _row_by_row(table: Table) -> Iterator[Text]:
    """Each row as lines of `heading: text`, a blank line behind; what is blank is not
    told."""
    headings = [" ".join(str(column.header).split()) for column in table.columns]
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        for heading, cell in zip(headings, map(str, cells), strict=True):
            if cell.strip():
                yield Text(labelled(heading, cell) if heading else cell)
        yield Text()
