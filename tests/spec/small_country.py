"""Countries small enough to add up by hand, told as text tables.

A table is words parted by spaces under a line of column names; `.` is a blank cell.
"""

import csv
import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from boloci import pipeline, workspace
from boloci.codes import SCENARIOS
from boloci.pipeline import BuildReport, ImportReport
from boloci.workspace import Workspace

TWO_AREAS = """
place_id name level parent_id
C Country country .
D North district C
A Aa area D
B Bb area D
"""
"""Places of a country with one district."""
STEADY = "40 41 39 40 42 38 40 41 39 40 42 38"
"""Doses of a year in which nothing happens."""

_NUMBERS = itertools.count(1)

Fact = dict[str, Any]


def rows(text: str) -> list[dict[str, str | None]]:
    """The rows of a text table; a blank cell is None."""
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    names, *cells = lines
    return [
        {
            name: None if cell == "." else cell
            for name, cell in zip(names, line, strict=True)
        }
        for line in cells
    ]


def write_csv(path: Path, text: str) -> Path:
    """A text table as a tidy CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([["" if c == "." else c for c in line] for line in lines])
    return path


@dataclass(frozen=True)
class Country:
    """A workspace, what is brought into it, and the facts that come out."""

    workspace: Workspace

    def bring(
        self,
        *,
        replace: bool = False,
        received: datetime.datetime | None = None,
        dry_run: bool = False,
        **tables: str,
    ) -> ImportReport:
        """Import text tables, named as tidy files are, as one snapshot."""
        folder = self.workspace.root / "brought" / f"{next(_NUMBERS):03d}"
        paths = [
            write_csv(folder / f"{name}.csv", text) for name, text in tables.items()
        ]
        return pipeline.import_files(
            self.workspace,
            paths,
            replace=replace,
            received=received,
            dry_run=dry_run,
            by="a test",
        )

    def build(self, profile: str = "boloci") -> BuildReport:
        """Build and publish."""
        return pipeline.build(self.workspace, profile=profile)

    def facts(self, indicator: str = "", **filters: Any) -> list[Fact]:
        """Facts as rows of plain values."""
        if indicator:
            filters["indicator"] = indicator
        found: pa.Table = self.workspace.facts(**filters)
        return found.to_pylist()

    def fact(self, indicator: str, place: str, period: str, **filters: Any) -> Fact:
        """The one fact of a key; sex left out: both together.

        Method and denominator left out: as reported or entered, over the official
        target.
        """
        filters.setdefault("sex", "total")
        found = self.facts(indicator, place=place, period=period, **filters)
        if not {"method", "denominator"} & filters.keys():
            found = [fact for fact in found if usual(fact)]
        assert len(found) == 1, f"{indicator} {place} {period}: {found}"
        return found[0]

    def value(
        self, indicator: str, place: str, period: str, **filters: Any
    ) -> float | None:
        """The value of one fact."""
        return self.fact(indicator, place, period, **filters)["value"]

    def findings(self, rule: str = "") -> list[Fact]:
        """Published findings as rows."""
        filters = {"rule": rule} if rule else {}
        return self.workspace.findings(**filters).to_pylist()


def country(folder: Path, *, profile: str = "boloci", **tables: str) -> Country:
    """A new country told by text tables, built."""
    told = Country(workspace.init(folder))
    if tables:
        told.bring(**tables)
        told.build(profile)
    return told


def usual(fact: Fact) -> bool:
    """Whether a fact is of no adjusted scenario and of no candidate denominator."""
    scenario = fact["method"] in SCENARIOS and fact["method"] != "reported"
    return not scenario and fact["denominator_source"] in ("", "target")


def flags(fact: Fact) -> set[str]:
    """The flags of a fact."""
    return set(filter(None, fact["flags"].split(";")))


def months(
    element: str, place: str, year: int, doses: str, columns: str = ""
) -> Iterator[str]:
    """Lines of values.csv, one a month from January; `.` is a blank, `x` no row."""
    for month, cell in enumerate(doses.split(), start=1):
        if cell != "x":
            yield f"{element} {place} {year}{month:02d} {columns} {cell}"


def values(*lines: Iterator[str], header: str = "element place_id period value") -> str:
    """A text table of values from `months`."""
    return "\n".join([header, *itertools.chain(*lines)])
