"""Maps of a reader: what the scope sees, and nothing sensitive in public."""

import pytest

from boloci import whereabouts
from boloci.charts.geometry import spots_of
from boloci.hub.rights import EVERYTHING, public, readable
from boloci.hub.shapes import shapes
from tests.hub.conftest import Hub


def test_every_district_is_on_the_sketch_that_everyone_gets(hub: Hub) -> None:
    districts = hub.places("district")
    made = shapes(public(), districts)
    assert made.areas.keys() == {place.place_id for place in districts}
    assert made.schematic


def test_a_map_shows_no_area_that_the_reader_may_not_see(hub: Hub) -> None:
    own = hub.places("district")[0]
    scope = readable(hub.user("district_manager", own.place_id))
    made = shapes(scope, hub.places("area"))
    assert made.points
    assert made.points.keys() <= scope.places
    assert not shapes(public(), hub.places("area")).points.keys() - public().places


def test_a_sensitive_place_has_no_point_in_public_and_moves_no_middle(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = hub.places("district")[0]
    inside = [p for p in hub.places("area") if district.place_id in p.path.split("/")]
    before = shapes(public(), [district]).points[district.place_id]
    hidden = frozenset(place.place_id for place in inside[1:])
    monkeypatch.setattr(whereabouts, "sensitive", lambda _workspace: hidden)
    after = shapes(public(), [district]).points[district.place_id]
    told = whereabouts.points(hub.workspace)
    assert after == pytest.approx(told[inside[0].place_id])
    assert after != before
    assert shapes(public(), [hub.places("area")[0]]).points == {}
    assert shapes(EVERYTHING, inside).points.keys() >= hidden


def test_boundaries_that_were_imported_are_drawn_as_they_are(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    area = {"type": "Polygon", "coordinates": [ring]}
    districts = hub.places("district")
    drawn = {place.place_id: area for place in districts}
    monkeypatch.setattr(whereabouts, "boundaries", lambda _workspace: drawn)
    made = shapes(public(), districts)
    assert not made.schematic
    assert set(spots_of(made.areas.values())) == set(ring)
