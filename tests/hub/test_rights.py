"""Who may see what."""

import pytest
from django.http import Http404

from boloci.hub import reading
from boloci.hub.rights import Scope, public, readable
from tests.hub.conftest import Hub


def test_everyone_sees_districts_and_nobody_areas_without_a_sign_in(hub: Hub) -> None:
    seen = public()
    assert all(seen.sees(place) for place in hub.places("district"))
    assert not any(seen.sees(place) for place in hub.places("area"))


def test_a_closed_workspace_shows_nothing_without_a_sign_in(hub: Hub, settings) -> None:
    from dataclasses import replace

    settings.WORKSPACE = replace(hub.workspace, public=False)
    assert not any(public().sees(place) for place in hub.places("country"))


def test_a_district_manager_sees_the_areas_of_the_own_district_alone(hub: Hub) -> None:
    own, other = hub.places("district")[:2]
    scope = readable(hub.user("district_manager", own.place_id))
    for area in hub.places("area"):
        assert scope.sees(area) == (own.place_id in area.path.split("/"))
    assert scope.sees(other)


def test_anothers_area_is_refused_like_one_that_does_not_exist(hub: Hub) -> None:
    own = hub.places("district")[0]
    scope = readable(hub.user("district_manager", own.place_id))
    other = next(a for a in hub.places("area") if own.place_id not in a.path)
    for place_id in (other.place_id, "nowhere"):
        with pytest.raises(Http404):
            reading.facts(scope, indicator="dtp1_doses", place=place_id)


def test_facts_of_a_level_leave_out_what_may_not_be_seen(hub: Hub) -> None:
    own = hub.places("district")[0]
    scope = readable(hub.user("coach", own.place_id))
    table = reading.facts(scope, indicator="dtp1_doses", level="area", period="2023")
    assert table.num_rows
    assert set(table["place_id"].to_pylist()) <= scope.places


def test_an_analyst_sees_every_place(hub: Hub) -> None:
    assert readable(hub.user("analyst")) == Scope(
        signed_in=True, everywhere=True, open_levels=True
    )


@pytest.mark.parametrize("word", ["area", "AREA", "Aire de santé"])
def test_no_word_for_a_level_tells_how_unequal_hidden_places_are(
    hub: Hub, word: str
) -> None:
    from boloci.problems import Refused

    district = hub.places("district")[0]
    with pytest.raises((Http404, Refused)):
        reading.unequal(public(), "dtp1_coverage", district, word, as_="inequality")
