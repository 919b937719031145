"""Where places are: points and boundaries, as sources tell them."""

import datetime
import gzip
import json
from pathlib import Path

import pytest

from boloci import pipeline, whereabouts, workspace
from boloci.lake import snapshots
from boloci.workspace import Workspace

RING = [[-8.0, 12.0], [-7.0, 12.0], [-7.0, 13.0], [-8.0, 13.0], [-8.0, 12.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace.init(tmp_path / "w", country="ML")


def feature(place_id: str, geometry: dict) -> dict:
    told = {"name": place_id, "level": "2", "parent": "top"}
    return {
        "type": "Feature",
        "id": place_id,
        "geometry": geometry,
        "properties": told,
    }


def told(office: Workspace, path: Path, content: object) -> None:
    path.write_text(json.dumps(content))
    pipeline.import_files(office, [path], by="a test")


def geojson(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def test_boundaries_are_read_from_the_geojson_that_was_imported(
    office: Workspace, tmp_path: Path
) -> None:
    point = {"type": "Point", "coordinates": [-6.0, 14.0]}
    told(
        office,
        tmp_path / "organisationUnits.geojson",
        geojson(feature("square", POLYGON), feature("spot", point)),
    )
    assert whereabouts.boundaries(office) == {"square": POLYGON}
    assert whereabouts.points(office)["spot"] == (-6.0, 14.0)
    assert whereabouts.points(office)["square"] == pytest.approx((-7.5, 12.5))


def test_boundaries_are_read_from_metadata_in_json_too(
    office: Workspace, tmp_path: Path
) -> None:
    unit = {"id": "square", "name": "Carré", "path": "/top/square", "geometry": POLYGON}
    told(office, tmp_path / "units.json", {"organisationUnits": [unit]})
    assert whereabouts.boundaries(office) == {"square": POLYGON}


def test_an_import_that_was_undone_tells_no_boundary(
    office: Workspace, tmp_path: Path
) -> None:
    told(office, tmp_path / "units.geojson", geojson(feature("square", POLYGON)))
    assert whereabouts.boundaries(office)
    (snapshot,) = snapshots.live(office.lake)
    now = datetime.datetime.now(datetime.UTC)
    snapshots.undo(office.lake, snapshot.id, by="a test", at=now)
    assert whereabouts.boundaries(office) == {}


def test_a_file_written_otherwise_tells_no_boundary(tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.write_bytes(gzip.compress(b'{"organisationUnits": 3}'))
    assert whereabouts._areas(odd) == {}


def test_places_marked_sensitive_are_known(office: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        "place_id,name,level,parent_id,latitude,longitude,sensitive\n"
        "top,Mali,country,,,,\n"
        "camp,Camp,area,top,14.5,-4.2,yes\n"
    )
    pipeline.import_files(office, [path], by="a test")
    assert whereabouts.sensitive(office) == {"camp"}
    assert whereabouts.points(office) == {"camp": (-4.2, 14.5)}
