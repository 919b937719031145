"""DHIS2 organisation units, JSON and geojson -> the table `units`.

A unit keeps its own identifier. Its parent is `parent`, else the last but one part of
`path`; a parent that the file does not hold is fine. A point is a coordinate; an area
has the centre of its largest ring.
"""

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from boloci.sources.dhis2.documents import (
    Feature,
    Features,
    Level,
    Text,
    Unit,
    decoded,
    french,
    id_of,
    name_of,
    said,
)
from boloci.sources.reading import Input, Reading
from boloci.tables import SNAPSHOT, Finding

EXAMPLES = 5
Rows = list[dict[str, Any]]


def rows(units: Iterable[Unit], file: str) -> tuple[Rows, list[Finding]]:
    """Rows of the table `units`, and what was doubtful about dates and coordinates."""
    bad_dates: list[tuple[int, str]] = []
    bad_points: list[tuple[int, str]] = []
    found = []
    for row, unit in enumerate(units, 1):
        if not said(unit.id):
            continue
        latitude, longitude = _point(unit, row, bad_points)
        path = said(unit.path)
        found.append(
            {
                "place_id": said(unit.id),
                "name": name_of(unit) or said(unit.shortName) or said(unit.id),
                "short_name": said(unit.shortName),
                "code": said(unit.code),
                "name_fr": french(unit),
                "parent": id_of(unit.parent) or _above(path),
                "path": path,
                "depth": _depth(unit.level, path),
                "opening": _date(unit.openingDate, row, bad_dates),
                "closed": _date(unit.closedDate, row, bad_dates),
                "latitude": latitude,
                "longitude": longitude,
                "row": row,
            }
        )
    doubts = [
        *_doubt("unit_date_unread", bad_dates, file),
        *_doubt("unit_coordinates_unread", bad_points, file),
    ]
    return found, doubts


def level_rows(levels: Iterable[Level]) -> Rows:
    """Rows of the table `unit_levels`."""
    return [
        {"depth": each.level, "name": name_of(each), "row": row}
        for row, each in enumerate(levels, 1)
        if each.level is not None and name_of(each)
    ]


def read_geojson(source: Input, *, format: str) -> Reading:
    """Read `organisationUnits.geojson`. Raises `Refused`."""
    content = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    features = decoded(content, Features, source.name).features
    found, findings = rows(map(_unit, features), source.name)
    tables = {"units": pa.Table.from_pylist(found, schema=SNAPSHOT["units"])}
    groups = _groups(features)
    if groups:
        tables["groups"] = pa.Table.from_pylist(groups, schema=SNAPSHOT["groups"])
    return Reading(format, "dhis2", tables, findings=findings)


def _unit(feature: Feature) -> Unit:
    told = feature.properties or {}
    graph = [part for part in str(told.get("parentGraph") or "").split("/") if part]
    path = "/" + "/".join([*graph, str(feature.id)]) if "parentGraph" in told else None
    return Unit(
        id=feature.id,
        name=_text(told.get("name")),
        code=_text(told.get("code")),
        shortName=_text(told.get("shortName")),
        level=_text(told.get("level")),
        parent=said(_text(told.get("parent"))),
        path=path,
        geometry=feature.geometry,
    )


def _text(value: object) -> Text:
    return value if isinstance(value, str | int) else None


def _groups(features: Iterable[Feature]) -> Rows:
    """DHIS2 writes the identifiers of a unit's groups among its properties."""
    return [
        {
            "group": str(group),
            "kind": "dhis2",
            "place_id": said(feature.id),
            "row": row,
        }
        for row, feature in enumerate(features, 1)
        for group in (feature.properties or {}).get("groups") or ()
        if said(feature.id)
    ]


def _above(path: str | None) -> str | None:
    parts = [part for part in (path or "").split("/") if part]
    return parts[-2] if len(parts) > 1 else None


def _depth(level: Text, path: str | None) -> int | None:
    if level is not None and str(level).isdigit():
        return int(level)
    return path.count("/") if path else None


def _date(text: Text, row: int, bad: list[tuple[int, str]]) -> datetime.date | None:
    """A date as DHIS2 writes it, or milliseconds since 1970; None if blank or odd."""
    try:
        if isinstance(text, int):
            since = datetime.timedelta(milliseconds=text)
            return (datetime.datetime(1970, 1, 1) + since).date()
        return datetime.date.fromisoformat(text[:10]) if text else None
    except (ValueError, OverflowError):
        bad.append((row, str(text)))
        return None


def _point(
    unit: Unit, row: int, bad: list[tuple[int, str]]
) -> tuple[float | None, float | None]:
    """Latitude and longitude, or neither."""
    raw = bytes(unit.geometry.coordinates) if unit.geometry else b""
    raw = raw or (unit.coordinates or "").encode()
    if not raw.strip() or raw == b"null":
        return None, None
    try:
        longitude, latitude = _centre(msgspec.json.decode(raw))
    except (msgspec.DecodeError, ValueError, TypeError, IndexError):
        bad.append((row, raw[:40].decode("utf-8", "replace")))
        return None, None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        bad.append((row, raw[:40].decode("utf-8", "replace")))
        return None, None
    return latitude, longitude


def _centre(coordinates: list[Any]) -> tuple[float, float]:
    """Longitude and latitude of a point, or of the centroid of the largest ring."""
    rings = list(_rings(coordinates))
    if not rings:
        return float(coordinates[0]), float(coordinates[1])
    areas = [abs(_twice_area(ring)) for ring in rings]
    ring = rings[int(np.argmax(areas))]
    if max(areas) == 0:
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    shifted = ring - ring[0]
    x, y = shifted[:, 0], shifted[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    total = 3 * cross.sum()
    centre_x = ((x[:-1] + x[1:]) * cross).sum() / total
    centre_y = ((y[:-1] + y[1:]) * cross).sum() / total
    return float(ring[0, 0] + centre_x), float(ring[0, 1] + centre_y)


def _rings(coordinates: list[Any]) -> Iterable[Any]:
    """Every list of points, however deep."""
    if not coordinates or not isinstance(coordinates[0], list):
        return
    if isinstance(coordinates[0][0], list):
        for part in coordinates:
            yield from _rings(part)
    else:
        yield np.array([point[:2] for point in coordinates], float)


def _twice_area(ring: Any) -> float:
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def _doubt(rule: str, bad: list[tuple[int, str]], file: str) -> list[Finding]:
    if not bad:
        return []
    params = {
        "file": file,
        "row": bad[0][0],
        "text": bad[0][1],
        "count": len(bad),
        "rows": [row for row, _ in bad[:EXAMPLES]],
    }
    return [Finding(rule, params=params)]
