"""DHIS2's JSON objects, with the few properties that boloci reads.

msgspec skips everything else while it parses. Texts may be absent or null; a number
where DHIS2 writes a text is taken as one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from boloci.problems import Where, refuse
from boloci.sources.dhis2.shapes import COLLECTIONS, item_kind, shape
from boloci.sources.reading import Input

Text = str | int | None
"""An identifier or name, as servers and scripts write it."""


class Translation(msgspec.Struct):
    """One property in one language."""

    locale: str | None = None
    property: str | None = None
    value: str | None = None


class Ref(msgspec.Struct):
    """Another object, by its id; sometimes with its names."""

    id: Text = None
    name: Text = None
    displayName: Text = None
    code: Text = None


class Named(msgspec.Struct):
    """What every DHIS2 object has."""

    id: Text = None
    name: Text = None
    displayName: Text = None
    shortName: Text = None
    code: Text = None
    translations: list[Translation] | None = None


class Geometry(msgspec.Struct):
    """GeoJSON geometry; the coordinates are parsed one unit at a time."""

    type: str | None = None
    coordinates: msgspec.Raw = msgspec.Raw(b"null")


class Unit(Named):
    """An organisation unit. `coordinates` is how DHIS2 before 2.31 wrote geometry."""

    level: Text = None
    path: str | None = None
    parent: Ref | str | None = None
    openingDate: Text = None
    closedDate: Text = None
    geometry: Geometry | None = None
    coordinates: str | None = None
    organisationUnitGroups: list[Ref] | None = None


class Level(Named):
    """The name of one depth of the tree."""

    level: int | None = None


class Group(Named):
    """An organisation unit group and its members."""

    organisationUnits: list[Ref] | None = None


class GroupSet(Named):
    """A set of groups that exclude one another."""

    organisationUnitGroups: list[Ref] | None = None


class Element(Named):
    """A data element."""

    zeroIsSignificant: bool | None = None


class Option(Named):
    """A category option combination."""


class DataSetElement(msgspec.Struct):
    """One element of a data set."""

    dataElement: Ref | None = None


class DataSet(Named):
    """A form. DHIS2 before 2.25 listed `dataElements`."""

    dataSetElements: list[DataSetElement] | None = None
    dataElements: list[Ref] | None = None


class Registration(msgspec.Struct):
    """A form said to be complete by a unit for a period."""

    dataSet: Ref | str | None = None
    period: Ref | Text = None
    organisationUnit: Ref | str | None = None
    orgUnit: Ref | str | None = None
    completed: bool | None = None


class Pager(msgspec.Struct):
    """Which page of a list a file is."""

    page: int | None = None
    pageCount: int | None = None
    total: int | None = None


class Document(msgspec.Struct):
    """A metadata export, or any list with its envelope."""

    organisationUnits: list[Unit] | None = None
    organisationUnitLevels: list[Level] | None = None
    organisationUnitGroups: list[Group] | None = None
    organisationUnitGroupSets: list[GroupSet] | None = None
    dataElements: list[Element] | None = None
    categoryOptionCombos: list[Option] | None = None
    dataSets: list[DataSet] | None = None
    completeDataSetRegistrations: list[Registration] | None = None
    pager: Pager | None = None


class Feature(msgspec.Struct):
    """A unit in DHIS2's geojson: its own words for what the JSON calls otherwise."""

    id: Text = None
    geometry: Geometry | None = None
    properties: dict[str, Any] | None = None


class Features(msgspec.Struct):
    """DHIS2's geojson of organisation units."""

    features: list[Feature]


_ITEM = {
    "organisationUnits": Unit,
    "organisationUnitLevels": Level,
    "organisationUnitGroups": Group,
    "organisationUnitGroupSets": GroupSet,
    "dataElements": Element,
    "categoryOptionCombos": Option,
    "dataSets": DataSet,
    "completeDataSetRegistrations": Registration,
}

T = TypeVar("T")


def decoded(content: bytes, kind: type[T], file: str) -> T:
    """Parse JSON into a type. Raises `Refused`, saying where it cannot be read."""
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise trouble(error, content, file) from None


def trouble(error: Exception, content: bytes, file: str) -> Exception:
    """The problem behind a decoding error."""
    if isinstance(error, msgspec.ValidationError):
        where = str(error).partition(" - at ")[2]
        return refuse("json_unexpected", Where(file, column=where.strip("`")))
    if isinstance(error, UnicodeDecodeError):
        return refuse("wrong_encoding", Where(file))
    if "truncated" in str(error):
        return refuse("file_truncated", Where(file, text=_tail(content)))
    place = str(error).rpartition("byte ")[2].rstrip(")")
    byte = int(place) if place.isdigit() else 0
    row = content.count(b"\n", 0, byte) + 1
    text = content[max(0, byte - 20) : byte + 20].decode("utf-8", "replace")
    return refuse("json_malformed", Where(file, row=row, text=text), byte=byte)


def _tail(content: bytes) -> str:
    return content[-40:].decode("utf-8", "replace")


def metadata(source: Input, collection: str | None) -> Document:
    """A metadata document, whatever its envelope.

    `collection`: what a bare list or a single object holds; None for an envelope.
    """
    content = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if collection is None:
        return decoded(content, Document, source.name)
    item: Any = _ITEM[collection]
    found = shape(content[:65_536])
    if found.opening == "[":
        return holding(collection, decoded(content, list[item], source.name))
    if collection in found.keys and item_kind(set(found.keys)) != collection:
        return decoded(content, Document, source.name)
    return holding(collection, [decoded(content, item, source.name)])


def holding(collection: str, things: list[Any]) -> Document:
    """A document of one list."""
    document = Document()
    setattr(document, collection, things)
    return document


def lists(document: Document) -> Iterable[str]:
    """Names of the lists that a document brought, empty ones too."""
    return [name for name in COLLECTIONS if getattr(document, name) is not None]


def said(text: Text) -> str | None:
    """A text without the spaces around it; None if blank."""
    plain = "" if text is None else " ".join(str(text).split())
    return plain or None


def name_of(thing: Named | Ref) -> str | None:
    """The name, else the name in the language of whoever exported it."""
    return said(thing.name) or said(thing.displayName)


def french(thing: Named) -> str | None:
    """The French name from the translations, if there is one."""
    for each in thing.translations or ():
        language = (each.locale or "").replace("-", "_").partition("_")[0]
        if language == "fr" and each.property in ("NAME", "name"):
            return said(each.value)
    return None


def id_of(thing: Ref | str | int | None) -> str | None:
    """Identifier of a reference."""
    return said(thing.id) if isinstance(thing, Ref) else said(thing)


def file_size(path: Path) -> int:
    """Bytes of a file, at least one."""
    return max(path.stat().st_size, 1)
