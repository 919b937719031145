"""DHIS2 metadata as CSV: organisation units and data elements.

Contract: DHIS2 writes a list (`/api/organisationUnits.csv`) with the names of the
fields as header, and reads one (Import/Export app) with `name, uid, code, parent, ...`.
Both are known by their headers.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping

from boloci.problems import Where, refuse
from boloci.sources.dhis2.documents import Element, Level, Unit, holding
from boloci.sources.dhis2.metadata import tables_of
from boloci.sources.reading import Input, Reading

_SAME = {
    "uid": "id",
    "parentid": "parent",
    "parentuid": "parent",
    "parentpath": "",
    "zeroissignificant": "zeros",
    "domaintype": "domain",
    "aggregationoperator": "aggregationtype",
}
_UNIT = {"parent", "path", "openingdate", "closeddate", "featuretype", "geometry"}
_ELEMENT = {"valuetype", "domain", "aggregationtype", "zeros"}

Row = Mapping[str, str]


def recognise(start: bytes) -> str | None:
    """`dhis2 organisationUnits csv` and the like, from the header."""
    names = set(_header(start.partition(b"\n")[0].decode("utf-8", "replace")))
    if not {"id", "name"} <= names or "placeid" in names:
        return None
    if names & _ELEMENT:
        return "dhis2 dataElements csv"
    if names & _UNIT:
        return "dhis2 organisationUnits csv"
    return "dhis2 organisationUnitLevels csv" if "level" in names else None


def read(source: Input, *, format: str) -> Reading:
    """Read a list of metadata. Raises `Refused`."""
    try:
        text = source.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("wrong_encoding", Where(source.name)) from None
    rows = _rows(text, source.name)
    collection = format.split()[1]
    document = holding(collection, [_THING[collection](row) for row in rows])
    tables, findings = tables_of(document, source.name)
    return Reading(format, "dhis2", tables, findings=findings)


def _header(line: str) -> list[str]:
    return _plain(next(csv.reader([line.strip()]), []))


def _plain(cells: Iterable[str]) -> list[str]:
    plain = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
    return [_SAME.get(cell, cell) for cell in plain]


def _rows(text: str, file: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error:
        raise refuse("file_truncated", Where(file, row=reader.line_num)) from None
    names = _plain(lines[0])
    for row, line in enumerate(lines[1:], 2):
        if line and len(line) != len(names):
            where = Where(file, row=row, text=",".join(line)[:80])
            raise refuse("row_width", where, expected=len(names), found=len(line))
    return [dict(zip(names, line, strict=True)) for line in lines[1:] if line]


def _unit(row: Row) -> Unit:
    return Unit(
        id=row["id"],
        name=row["name"],
        shortName=row.get("shortname"),
        code=row.get("code"),
        level=row.get("level"),
        path=row.get("path"),
        parent=row.get("parent") or None,
        openingDate=row.get("openingdate"),
        closedDate=row.get("closeddate"),
        coordinates=row.get("coordinates") or None,
    )


def _element(row: Row) -> Element:
    zeros = row.get("zeros", "").lower()
    return Element(
        id=row["id"],
        name=row["name"],
        shortName=row.get("shortname"),
        code=row.get("code"),
        zeroIsSignificant=zeros == "true" if zeros else None,
    )


def _level(row: Row) -> Level:
    return Level(
        id=row["id"],
        name=row["name"],
        level=int(row["level"]) if row["level"].isdigit() else None,
    )


_THING: Mapping[str, Callable[[Row], Unit | Element | Level]] = {
    "organisationUnits": _unit,
    "dataElements": _element,
    "organisationUnitLevels": _level,
}
