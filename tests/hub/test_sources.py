"""Sources and definitions: the catalogue, the imports and the builds, as pages."""

import json

import pytest

from boloci.lake import builds
from boloci.spacing import unbroken
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading


def test_every_kind_of_definition_is_listed_and_leads_to_its_page(hub: Hub) -> None:
    page = hub.browser().get("/sources").content.decode()
    for code in ("indicators", "denominators", "flags", "rules", "profiles"):
        assert f'id="{code}"' in page
    for address in ("indicator/dtp1_coverage", "rule/heaping", "profile/boloci"):
        assert f"/sources/{address}" in page
        assert hub.browser().get(f"/sources/{address}").status_code == 200


def test_a_search_finds_definitions_without_accents(hub: Hub) -> None:
    rows = hub.browser().get("/sources.json?q=NEGATIF").json()["tables"][0]["rows"]
    assert "dropout_negative" in {row["code"] for row in rows}
    none = hub.browser().get("/sources?q=zzzz").content.decode()
    assert "Aucune définition" in none


def test_an_indicator_is_told_as_the_catalogue_tells_it(hub: Hub) -> None:
    definition = hub.workspace.catalogue.indicators["dtp1_coverage"]
    told = hub.browser().get("/sources/indicator/dtp1_coverage.json").json()
    texts = {row["text"] for row in told["tables"][0]["rows"]}
    said = (definition.numerator, definition.null)
    assert {unbroken(one["fr"], "fr") for one in said} <= texts
    assert definition.source in texts


def test_a_rule_shows_no_finding_of_a_hidden_place(hub: Hub) -> None:
    areas = {place.name for place in hub.places("area")}
    seen = {p.name for level in ("region", "district") for p in hub.places(level)}
    for code in hub.workspace.catalogue.checks["outliers"].rules:
        page = hub.browser().get(f"/sources/rule/{code}").content.decode()
        assert not [name for name in areas - seen if f"{name}, " in page]


def test_constants_of_a_profile_stand_with_their_sources(hub: Hub) -> None:
    told = hub.browser().get("/sources/profile/boloci.json").json()["tables"][1]
    constants = hub.workspace.catalogue.profiles["boloci"].constants
    assert {row["constant"] for row in told["rows"]} == set(constants)
    assert all(row["source"] for row in told["rows"])


def test_who_imported_is_told_to_administrators_alone(hub: Hub) -> None:
    admin, analyst = hub.browser("administrator"), hub.browser("analyst")
    for suffix in ("", ".csv", ".json"):
        assert b"a test" in admin.get(f"/sources/imports{suffix}").content
        assert b"a test" not in analyst.get(f"/sources/imports{suffix}").content
        assert b"a test" not in hub.browser().get(f"/sources/imports{suffix}").content


def test_a_build_tells_what_it_was_made_from(hub: Hub) -> None:
    name = builds.current(builds.folder(hub.workspace.lake, "boloci"))
    told = json.loads(hub.browser().get(f"/sources/build/{name}.json").content)
    assert told["build"] == name
    assert told["snapshots"]


def test_what_is_not_in_the_catalogue_has_no_page(hub: Hub) -> None:
    for address in ("indicator/none", "rule/none", "profile/none", "build/none.json"):
        assert hub.browser().get(f"/sources/{address}").status_code == 404
