"""Inequality of a survey's own groups, from a table such as a wealth-quintile report.

A CSV with one row a group, named as WHO's Health Inequality Data Repository does:

    indicator, dimension, subgroup, estimate            must be there
    subgroup_order    from the most disadvantaged on; blank: groups without an order
    se, population    blank: not known
    favourable_indicator (1, 0), indicator_scale (100), reference_subgroup (0, 1)

Groups in an order get the concentration, slope and relative indices as well.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from boloci.catalogue import load
from boloci.pipeline.groups import Asked, Told, array, constants
from boloci.pipeline.inequality import Found, Row, row_of, table
from boloci.problems import Where, refuse
from boloci.sources import numbers
from boloci.stats import gradient, inequality
from boloci.stats.inequality import Groups, Kind, drawn_values, refusal

MUST = ("indicator", "dimension", "subgroup", "estimate")
NUMBERS = {
    "estimate": None,
    "se": None,
    "population": None,
    "subgroup_order": None,
    "favourable_indicator": 1.0,
    "indicator_scale": 100.0,
    "reference_subgroup": 0.0,
}
"""Columns of numbers, and what a blank stands for; None: not known."""

_KINDS: Mapping[str, Kind] = {**inequality.KINDS, **gradient.KINDS}
SURVEY = "survey"
_DOTS = numbers.Style(".")


def of_file(
    path: str | Path, indicator: str | None = None, *, measure: Sequence[str] = ()
) -> pa.Table:
    """Measures of each indicator and dimension of a file, as `tables.INEQUALITY`.

    `over` is the file's dimension; place and period are blank. Raises `Refused` for
    a column that is missing and a cell that is no number.
    """
    families: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(Path(path)):
        if indicator is None or row["indicator"] == indicator:
            families[row["indicator"], row["dimension"]].append(row)
    rows = [
        row
        for (name, dimension), groups in families.items()
        for row in _measured(name, dimension, groups, measure)
    ]
    return table(rows, profile="", build="")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise refuse("file_missing", Where(file=str(path)))
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = file.readline()
        separator = max(",;\t", key=header.count)
        file.seek(0)
        reader = csv.DictReader(file, delimiter=separator)
        missing = [name for name in MUST if name not in (reader.fieldnames or ())]
        if missing:
            where = Where(file=path.name)
            raise refuse(
                "columns_missing", where, columns=", ".join(missing), table="inequality"
            )
        for row in reader:
            yield {**row, **_numbers(row, path, reader.line_num)}


def _numbers(row: Mapping[str, str], path: Path, line: int) -> dict[str, Any]:
    found = {}
    for name, blank in NUMBERS.items():
        text = row.get(name) or ""
        try:
            value = numbers.parse("" if text == "NA" else text, _DOTS)
        except numbers.NotANumber:
            where = Where(file=path.name, row=line, column=name, text=text)
            raise refuse("not_a_number", where) from None
        found[name] = blank if value is None else value
    return found


def _measured(
    indicator: str,
    dimension: str,
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
) -> Iterator[Row]:
    catalogue = load()
    rules = constants(catalogue, "boloci")
    known = [row for row in rows if row["estimate"] is not None]
    in_order = all(row["subgroup_order"] is not None for row in rows)
    if in_order:
        known = sorted(known, key=lambda row: row["subgroup_order"])
    groups = _groups(known)
    left_out = len(rows) - len(known)
    flags = {"groups_left_out"} if left_out else set()
    if groups.errors is None:
        flags.add("noise_not_known")
    ids = tuple(row["subgroup"] for row in known)
    told = Told(ids, groups, left_out, frozenset(flags))
    drawn = drawn_values(groups, draws=rules.draws, seed=rules.seed) if known else None
    for name, text in catalogue.inequality.items():
        wanted = name in _KINDS and (not names or name in names)
        if wanted and (in_order or not text.ordered):
            found: Found = refusal(
                _KINDS[name], groups, least=rules.least_groups
            ) or _KINDS[name].compute(groups, drawn)
            yield row_of(
                Asked(indicator, dimension, "", "", SURVEY, ""), name, told, found
            )


def _groups(rows: Sequence[Mapping[str, Any]]) -> Groups:
    weights, errors = (array(r[name] for r in rows) for name in ("population", "se"))
    reference = [i for i, row in enumerate(rows) if row["reference_subgroup"] == 1]
    return Groups(
        values=array(row["estimate"] for row in rows),
        weights=weights if len(rows) and (weights > 0).all() else None,
        errors=errors if len(rows) and np.isfinite(errors).all() else None,
        favourable=all(row["favourable_indicator"] == 1 for row in rows),
        reference=reference[0] if reference else None,
        scale=rows[0]["indicator_scale"] if rows else 100.0,
    )
