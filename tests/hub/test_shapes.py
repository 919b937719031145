"""Maps of a reader: what the scope sees, and nothing sensitive in public."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from boloci import whereabouts
from boloci.charts.geometry import spots_of
from boloci.hub.rights import EVERYTHING, Scope, public, readable
from boloci.hub.shapes import shapes
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading


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


def test_what_lies_inside_a_sensitive_place_has_no_point_in_public_either(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = hub.places("district")[0]
    inside = [p for p in hub.places("area") if district.place_id in p.path.split("/")]
    everyone = Scope(everywhere=True, open_levels=True)
    assert shapes(everyone, inside).points
    marked = frozenset({district.place_id})
    monkeypatch.setattr(whereabouts, "sensitive", lambda _workspace: marked)
    assert shapes(everyone, inside).points == {}
    assert shapes(EVERYTHING, inside).points


@pytest.mark.parametrize(
    "address",
    ["/overview", "/indicator/dtp1_coverage", "/zero-dose", "/equity", "/compare"],
)
def test_no_public_picture_draws_a_sensitive_district(
    address: str, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = frozenset({hub.places("district")[0].place_id})
    others = {place.place_id for place in hub.places("district")} - marked
    before = _drawn(hub, address)
    monkeypatch.setattr(whereabouts, "sensitive", lambda _workspace: marked)
    after = _drawn(hub, address)
    assert before == after | (marked if before else frozenset())
    assert not before or after >= others


def _drawn(hub: Hub, address: str) -> frozenset[str]:
    """Ids of places with a shape or a point in the specifications of a page."""
    browser = hub.browser()
    charts = set(
        re.findall(r"\.vl\.json\?chart=(\w+)", browser.get(address).content.decode())
    )
    found: set[str] = set()
    for chart in charts:
        answer = browser.get(f"{address}.vl.json?chart={chart}")
        found |= set(_placed(json.loads(answer.content)))
    return frozenset(found)


def _placed(told: Any) -> Iterator[str]:
    """Ids of all that has both an id of a place and where it is, at any depth."""
    if isinstance(told, list):
        for one in told:
            yield from _placed(one)
    elif isinstance(told, dict):
        if "place_id" in told and told.keys() & {"geometry", "x", "longitude"}:
            yield told["place_id"]
        for one in told.values():
            yield from _placed(one)


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
