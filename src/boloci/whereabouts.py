"""Where places are: points and boundaries, as the sources tell them.

Points come from the tables of the snapshots that count; boundaries from DHIS2's
metadata as it was received, JSON or geojson, since the tables hold no shapes.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from boloci.lake import merge
from boloci.lake.snapshots import live
from boloci.sources.dhis2.documents import Geometry as Told
from boloci.workspace import Workspace

Point = tuple[float, float]
"""Longitude and latitude."""
Geometry = Mapping[str, Any]
"""GeoJSON: a Polygon or a MultiPolygon."""

AREAS = ("Polygon", "MultiPolygon")
_DHIS2_PLACES = ("organisationUnits", "metadata json")
"""Formats of the files that may hold boundaries have one of these in their name."""


class _Unit(msgspec.Struct):
    id: str = ""
    geometry: Told | None = None


class _Document(msgspec.Struct):
    organisationUnits: list[_Unit] = []
    features: list[_Unit] = []


def points(workspace: Workspace) -> Mapping[str, Point]:
    """The points told of places, by `place_id`: tidy places go before DHIS2's units."""
    return _points(workspace.lake, told_by(workspace))


def sensitive(workspace: Workspace) -> frozenset[str]:
    """Ids of the places marked sensitive: never a point of theirs in public."""
    return _sensitive(workspace.lake, told_by(workspace))


def boundaries(workspace: Workspace) -> Mapping[str, Geometry]:
    """The boundaries told of places, by `place_id`; the latest file wins."""
    return _boundaries(workspace.lake, told_by(workspace))


def told_by(workspace: Workspace) -> tuple[str, ...]:
    """Names of snapshots and of what was undone: what is read is kept under these."""
    folders = (workspace.lake / "snapshots", workspace.lake / "undone")
    return tuple(sorted(one.name for each in folders for one in each.glob("*")))


@lru_cache(maxsize=4)
def _points(lake: Path, _which: Sequence[str]) -> Mapping[str, Point]:
    found: dict[str, Point] = {}
    for name in ("units", "places"):
        rows = merge.table(live(lake), name)
        told = rows.select(["place_id", "longitude", "latitude"]).to_pylist()
        found |= {
            row["place_id"]: (row["longitude"], row["latitude"])
            for row in told
            if row["longitude"] is not None and row["latitude"] is not None
        }
    return found


@lru_cache(maxsize=4)
def _sensitive(lake: Path, _which: Sequence[str]) -> frozenset[str]:
    rows = merge.table(live(lake), "places").select(["place_id", "sensitive"])
    return frozenset(r["place_id"] for r in rows.to_pylist() if r["sensitive"])


@lru_cache(maxsize=4)
def _boundaries(lake: Path, _which: Sequence[str]) -> Mapping[str, Geometry]:
    found: dict[str, Geometry] = {}
    for snapshot in live(lake):
        for file in snapshot.files:
            if any(part in file.format for part in _DHIS2_PLACES):
                found |= _areas(lake / "raw" / file.sha256)
    return found


def _areas(raw: Path) -> dict[str, Geometry]:
    """Polygons of a file; none where it is not written as this reads it."""
    content = raw.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    return {
        unit.id: area for unit, area in _told(content.removeprefix(b"\xef\xbb\xbf"))
    }


def _told(content: bytes) -> Iterator[tuple[_Unit, Geometry]]:
    """Units with an area: of an envelope, of geojson or of a bare list."""
    try:
        document = msgspec.json.decode(content, type=_Document | list[_Unit])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if isinstance(document, _Document):
        document = [*document.organisationUnits, *document.features]
    for unit in document:
        if unit.geometry is not None and unit.geometry.type in AREAS:
            rings = msgspec.json.decode(bytes(unit.geometry.coordinates))
            yield unit, {"type": unit.geometry.type, "coordinates": rings}
