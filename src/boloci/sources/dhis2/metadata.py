"""DHIS2 metadata -> elements, options, datasets, groups, units and their levels.

Names are trimmed. A list that came in pages is said to be one page of several.
Source: DHIS2 developer documentation, "Metadata".
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from boloci.sources.dhis2 import documents, reports, units
from boloci.sources.dhis2.documents import (
    DataSet,
    Document,
    Group,
    GroupSet,
    Named,
    Ref,
    french,
    id_of,
    name_of,
    said,
)
from boloci.sources.reading import Input, Reading
from boloci.tables import SNAPSHOT, Finding

Rows = list[dict[str, Any]]


def read(source: Input, *, format: str, collection: str | None) -> Reading:
    """Read metadata: one collection, or a whole export. Raises `Refused`."""
    document = documents.metadata(source, collection)
    tables, findings = tables_of(document, source.name)
    found = [*findings, *_one_page(document, source.name)]
    if not tables:
        found.append(Finding("nothing_read", params={"file": source.name}))
    return Reading(format, "dhis2", tables, findings=found)


def tables_of(
    document: Document, file: str
) -> tuple[dict[str, pa.Table], list[Finding]]:
    """Tables of `boloci.tables.SNAPSHOT` for each list that has rows."""
    unit_rows, findings = units.rows(document.organisationUnits or (), file)
    rows: dict[str, Rows] = {
        "units": unit_rows,
        "unit_levels": units.level_rows(document.organisationUnitLevels or ()),
        "groups": _groups(document),
        "elements": _elements(document),
        "options": _options(document),
        "datasets": _datasets(document.dataSets or ()),
        "reports": reports.registered(
            document.completeDataSetRegistrations or (), file
        ),
    }
    tables = {
        name: pa.Table.from_pylist(content, schema=SNAPSHOT[name])
        for name, content in rows.items()
        if content
    }
    return tables, [*findings, *_without_id(document, file)]


def _named(thing: Named, row: int) -> dict[str, Any]:
    return {
        "code": said(thing.code),
        "name": name_of(thing) or said(thing.shortName),
        "name_fr": french(thing),
        "row": row,
    }


def _elements(document: Document) -> Rows:
    return [
        {
            "element": said(each.id),
            "short_name": said(each.shortName),
            "stores_zeros": each.zeroIsSignificant,
            **_named(each, row),
        }
        for row, each in enumerate(document.dataElements or (), 1)
        if said(each.id)
    ]


def _options(document: Document) -> Rows:
    return [
        {"option": said(each.id), **_named(each, row)}
        for row, each in enumerate(document.categoryOptionCombos or (), 1)
        if said(each.id)
    ]


def _datasets(datasets: Iterable[DataSet]) -> Rows:
    """One row a form and element; a form whose elements are not told has one row."""
    return [
        {
            "dataset": said(each.id),
            "name": name_of(each),
            "name_fr": french(each),
            "element": element,
            "row": row,
        }
        for row, each in enumerate(datasets, 1)
        if said(each.id)
        for element in _collected(each)
    ]


def _collected(dataset: DataSet) -> list[str | None]:
    refs = [each.dataElement for each in dataset.dataSetElements or ()]
    every = [id_of(ref) for ref in (*refs, *(dataset.dataElements or ()))]
    return list(dict.fromkeys(each for each in every if each)) or [None]


def _groups(document: Document) -> Rows:
    """Members of each group, told by the group or by its units; reason: the group set.

    DHIS2 does not date a membership: it is taken to hold always.
    """
    sets = _set_names(document.organisationUnitGroupSets or ())
    names: dict[str, str | None] = {}
    members: dict[tuple[str, str | None], int] = {}
    for row, group in enumerate(document.organisationUnitGroups or (), 1):
        _note(group, names)
        for unit in group.organisationUnits or [Ref()]:
            members.setdefault((said(group.id) or "", id_of(unit)), row)
    for row, place in enumerate(document.organisationUnits or (), 1):
        for ref in place.organisationUnitGroups or ():
            _note(ref, names)
            members.setdefault((said(ref.id) or "", said(place.id)), row)
    filled = {group for group, place in members if place}
    return [
        {
            "group": group,
            "name": names[group],
            "kind": "dhis2",
            "place_id": place,
            "reason": sets.get(group),
            "row": row,
        }
        for (group, place), row in members.items()
        if group and (place or group not in filled)
    ]


def _note(group: Group | Ref, names: dict[str, str | None]) -> None:
    name = said(group.id)
    if name:
        names[name] = names.get(name) or name_of(group)


def _set_names(sets: Iterable[GroupSet]) -> dict[str, str | None]:
    return {
        id_of(group) or "": name_of(each)
        for each in sets
        for group in each.organisationUnitGroups or ()
    }


def _without_id(document: Document, file: str) -> list[Finding]:
    """Objects that cannot be referred to: left out, counted by list."""
    findings = []
    for name in documents.lists(document):
        if name == "completeDataSetRegistrations":
            continue
        things: Sequence[Named] = getattr(document, name)
        rows = [row for row, each in enumerate(things, 1) if not said(each.id)]
        if name != "organisationUnitLevels" and rows:
            params = {"file": file, "row": rows[0], "count": len(rows), "list": name}
            findings.append(Finding("record_without_id", params=params))
    return findings


def _one_page(document: Document, file: str) -> list[Finding]:
    pager = document.pager
    if pager is None or (pager.pageCount or 1) <= 1:
        return []
    name = next(iter(documents.lists(document)), "")
    params = {
        "file": file,
        "page": pager.page,
        "pages": pager.pageCount,
        "total": pager.total,
        "count": len(getattr(document, name)) if name else 0,
        "list": name,
    }
    return [Finding("one_page_of_many", params=params)]
