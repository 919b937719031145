"""Sheets of workbooks and delimited files as one thing: a titled grid of cells."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from boloci.problems import Where, refuse
from boloci.sources import text_files, workbooks
from boloci.sources.reading import Input
from boloci.sources.words import squeeze
from boloci.sources.workbooks import Cell, Grid

MOST_BYTES = 256 << 20
"""A wide text file larger than this is no spreadsheet anyone made by hand."""
SAMPLE_LINES = 50


@dataclass(frozen=True)
class Sheet:
    """A grid, its title (blank for a text file), and where its cells were merged."""

    title: str
    cells: Grid
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    def text(self, row: int, column: int) -> str:
        """A cell as text with its spaces squeezed; blank outside the grid."""
        if row >= len(self.cells) or column >= len(self.cells[row]):
            return ""
        return squeeze(workbooks.text(self.cells[row][column]))

    def cell(self, row: int, column: int) -> Cell:
        """A cell as it is; the empty text outside the grid."""
        if row >= len(self.cells) or column >= len(self.cells[row]):
            return ""
        return self.cells[row][column]

    def where(self, row: int, column: int) -> str:
        """`Sheet1!C7`, or `C7` in a text file."""
        address = workbooks.address(self.title, row, column)
        return address if self.title else address[1:]

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max(map(len, self.cells), default=0)


def of_workbook(path: Path, name: str) -> Iterator[Sheet]:
    """Every filled sheet of a workbook, merged cells filled."""
    with workbooks.opened(path, name) as book:
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            cells = sheet.to_python(skip_empty_area=False)
            if cells:
                merged = tuple(sheet.merged_cell_ranges or ())
                yield Sheet(title, filled(cells, merged), merged)


def filled(
    cells: Grid, merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
) -> Grid:
    """The cells with each merged range holding its text throughout.

    A range from the first column to the right is a title, not a header: it stays in
    its first cell.
    """
    for (top, left), (bottom, right) in merged:
        if left == 0 and right > 0:
            continue
        for row in range(top, min(bottom, len(cells) - 1) + 1):
            for column in range(left, min(right, len(cells[row]) - 1) + 1):
                cells[row][column] = cells[top][left]
    return cells


def of_text(source: Input, staging: Path) -> tuple[Sheet, text_files.TextFile]:
    """A delimited file as a grid of texts."""
    if source.path.stat().st_size > MOST_BYTES:
        raise refuse("spreadsheet_too_big", Where(source.name))
    file = text_files.open_text(source, staging)
    text = file.path.read_text(encoding="utf-8-sig")
    return Sheet("", rows_of(text)), file


def rows_of(text: str) -> Grid:
    """Rows of a delimited text, by the separator most lines agree on."""
    separator = separator_of(text)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    return [list(row) for row in lines]


def separator_of(text: str) -> str:
    """The separator that splits most of the first lines into the same columns."""
    lines = text.splitlines()[:SAMPLE_LINES]

    def agreement(separator: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        counts.pop(1, None)
        counts.pop(0, None)
        width, rows = max(counts.items(), key=lambda each: each[1], default=(0, 0))
        return rows, width

    return max(text_files.SEPARATORS, key=agreement)
