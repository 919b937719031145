"""A table as a page shows it, and a chart: a table with a picture of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boloci.charts.canvas import Canvas


@dataclass(frozen=True)
class Column:
    """A column: its name in files, its label for readers, its unit.

    Units: those of the catalogue (percent, doses, ...); "text", "period", "day",
    "place" (the row also holds `place_id`) and "indicator" are shown as such, "flags"
    as the sentences of the catalogue.
    """

    name: str
    label: str
    unit: str = "text"


@dataclass(frozen=True)
class Table:
    """Rows with full precision; only what shows them rounds."""

    name: str
    """In addresses and file names: lower case, no spaces."""
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)

    def column(self, name: str) -> Column:
        """A column by its name; one without a label where the table has none."""
        return next((c for c in self.columns if c.name == name), Column(name, ""))


@dataclass(frozen=True)
class Chart:
    """A picture of a table.

    `specify(canvas)` gives the Vega-Lite specification for a width in CSS pixels and a
    language, with its data inside: nothing is fetched when it is drawn.
    """

    title: str
    description: str
    """What the picture shows, in a sentence or two, for who does not see it."""
    table: Table
    specify: Callable[[Canvas], Mapping[str, Any]] = field(repr=False)

    @property
    def name(self) -> str:
        """The name of its table."""
        return self.table.name
