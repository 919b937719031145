"""Months of teams that come in a file: measures.csv, or a sheet of a workbook; and
the file to fill in.

The file is read as every tidy table is, so that what is wrong with a cell is told by
its row. Then each row must be of a site that the reader may write, of a month in which
it is one, and of an indicator that the teams of the project count.
"""

import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from boloci import periods, sources
from boloci.charts import Column, Table
from boloci.hub.figures import choice
from boloci.hub.imports import folders
from boloci.hub.improvement import entered, months, records
from boloci.hub.improvement.entered import Pair
from boloci.hub.improvement.models import Project
from boloci.hub.language import _
from boloci.hub.people.forms import place_name
from boloci.names import fold
from boloci.problems import Problem, Refused, Where, refuse
from boloci.sources import MOST_PROBLEMS
from boloci.sources.reading import Reading
from boloci.tables import TIDY, Finding

TABLE = "measures"
MOST_BYTES = 2 * 2**20
FILLED = ("indicator", "place_id", "period", "sex", *entered.PARTS)
"""Columns of the file to fill in."""
OTHER_FILES = {"not_this_format", "not_tidy"}
"""What the reader says of a file that is no table of months."""
DOUBTS = {
    "tidy_sheets_not_read": "month_file_sheets",
    "duplicate_disagree": "month_file_twice",
}
"""Doubts that an import tells and goes on -> the problem that they are here, where all
of a file is taken or nothing."""


def rows_of(
    by: Any, project: Project, name: str, content: bytes
) -> list[dict[str, str]]:
    """Rows of measures as a file tells them, totals of both sexes added. A row
    without numbers counts nothing, as a pair of boxes that is left empty.

    Raises `Refused` with every row that cannot be taken, up to 20.
    """
    if len(content) > MOST_BYTES:
        raise refuse("members_file_large", Where(name))
    given = _read(name, content)
    sites = _sites(by, project)
    known = {one: set(months.months_of_site(project, one)) for one in sites.values()}
    counted = records.counted_by_teams(project)
    problems: list[Problem] = []
    pairs: dict[tuple[str, str], dict[str, Pair]] = {}
    for row in filter(_is_filled, given):
        where = Where(name, row=row["row"])
        place = sites.get(row["place_id"]) or sites.get(fold(row["place_id"]))
        pair = _pair(row)
        own = pairs.setdefault((place or "", str(row["period"])), {})
        wrong = [
            *_wrong(place, row, counted, known),
            *_not_counted(pair),
            *_not_beside(pair, own),
        ]
        problems += [Problem(one.code, where, one.values) for one in wrong]
        own[pair.key] = pair
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return [
        told
        for (place, period), own in pairs.items()
        for told in entered.rows(list(own.values()), place, period)
    ]


def _read(name: str, content: bytes) -> list[dict[str, Any]]:
    if not name or not content:
        raise refuse("file_empty", Where(name or TABLE))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given" / folders.safe_name(name)
        path.parent.mkdir()
        path.write_bytes(content)
        staging = Path(folder) / "staging"
        staging.mkdir()
        readings = _readings(path, staging)
        tables = [one.tables.get(TABLE) for one in readings]
        found = [one for one in tables if one is not None and not isinstance(one, Path)]
    if len(found) != len(readings) or not found:
        raise _other_columns(name)
    problems = [
        _doubted(name, finding)
        for one in readings
        for finding in one.findings
        if finding.rule in DOUBTS
    ]
    if problems:
        raise Refused(*problems)
    return [row for table in found for row in table.to_pylist()]


def _readings(path: Path, staging: Path) -> list[Reading]:
    try:
        return sources.read([path], format="tidy", staging=staging)
    except Refused as error:
        if {one.code for one in error.problems} & OTHER_FILES:
            raise _other_columns(path.name) from None
        raise


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(row[name] is not None for name in (*entered.PARTS, "value"))


def _other_columns(name: str) -> Refused:
    return refuse(
        "month_file_columns", Where(name), columns=", ".join(TIDY[TABLE].required)
    )


def _doubted(name: str, finding: Finding) -> Problem:
    """A doubt of the reader as a reason to take nothing: it would leave rows out."""
    same = finding.params.get("rows") or [[None]]
    told = {key: str(finding.params.get(key, "")) for key in ("sheet", "sheets")}
    values = {**told, "indicator": str(finding.params.get("text", ""))}
    return Problem(DOUBTS[finding.rule], Where(name, row=same[0][-1]), values)


def _sites(by: Any, project: Project) -> dict[str, str]:
    """Ids and folded names, where no other site has them, of sites that a person may
    write -> their ids."""
    own = [
        one
        for one in records.site_ids(project)
        if records.may_write(by, "cycle", project, one)
    ]
    names = [fold(place_name(one)) for one in own]
    alone = {n: one for n, one in zip(names, own, strict=True) if names.count(n) == 1}
    return {**alone, **{one: one for one in own}}


def _pair(row: Mapping[str, Any]) -> Pair:
    """A row as the two boxes that a team would have typed."""
    numbers = [row["numerator"], row["denominator"]]
    texts = ["" if one is None else f"{one:.12g}" for one in numbers]
    key = f"{row['indicator']}.{row['sex'] or 'total'}"
    named = zip(entered.PARTS, texts, strict=True)
    boxes = {f"{key}.{part}": text for part, text in named}
    sexes = {one.sex: one for one in entered.read([row["indicator"]], boxes)}
    return sexes[row["sex"] or ""]


def _wrong(
    place: str | None,
    row: Mapping[str, Any],
    counted: Sequence[str],
    known: Mapping[str, Container[int]],
) -> Iterator[Problem]:
    if row["indicator"] not in counted:
        told = {"indicator": row["indicator"], "known": ", ".join(counted) or "–"}
        yield Problem("month_file_indicator", values=told)
    month = periods.text(row["period"])
    if place is None:
        yield Problem("month_file_place", values={"place": row["place_id"]})
    elif periods.kind(row["period"]) != periods.MONTH:
        yield Problem("month_to_come", values={"month": month})
    elif row["period"] not in known[place]:
        yield Problem("month_outside_site", values={"month": month})


def _not_beside(pair: Pair, own: Mapping[str, Pair]) -> Iterator[Problem]:
    """A figure told twice, or a total beside girls and boys, from which it follows."""
    name = pair.indicator
    if pair.key in own:
        yield Problem("month_file_twice", values={"indicator": name})
    others = {"female", "male"} if not pair.sex else {"total"}
    if any(f"{name}.{sex}" in own for sex in others):
        yield Problem("month_file_numbers", values={"why": entered.not_both()})


def _not_counted(pair: Pair) -> Iterator[Problem]:
    """Numbers that are missing, or no count: a percentage alone is not taken."""
    why = pair.wrong
    if not why and pair.counted is None:
        why = entered.both_needed()
    if why:
        yield Problem("month_file_numbers", values={"why": why})


def blank(project: Project, place_id: str, wanted: Sequence[str]) -> Table:
    """A table to fill in and bring: a row for each month, indicator and sex, as the
    form has them. `place` and `counted` are for people; whoever reads the file goes
    by the other columns."""
    rows = [
        {
            "place": place_name(place_id),
            "counted": choice.indicator(indicator),
            "indicator": indicator,
            "place_id": place_id,
            "period": month,
            "sex": sex,
        }
        for month in wanted
        for indicator in records.counted_by_teams(project)
        for sex in entered.SEXES
    ]
    names = ("place", "counted", *FILLED)
    return Table(TABLE, _("Months to fill in"), [Column(n, n) for n in names], rows)
