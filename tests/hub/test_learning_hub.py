"""The Learning Hub page: the seed's figures, what they say, and who sees what."""

import json
from dataclasses import replace

import pytest

from boloci.hub import current
from boloci.hub.figures import learning_hub

pytestmark = pytest.mark.reading

PAGE = "/learning-hub"


def sentences(hub, browser=None, query=""):
    answer = (browser or hub.browser()).get(f"{PAGE}.json{query}")
    assert answer.status_code == 200
    tables = {one["name"]: one for one in json.loads(answer.content)["tables"]}
    return tables["narrative"]["rows"], tables


def test_the_page_opens_for_everyone_with_levels_and_narrative(hub):
    answer = hub.browser().get(PAGE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Doses de DTC1 par trimestre" in page
    assert 'id="index"' in page
    assert 'id="panels"' in page


def test_every_line_of_a_narrative_tells_of_figures_on_the_page(hub):
    rows, tables = sentences(hub)
    assert {row["about"] for row in rows} <= {"levels", "sites"}
    places = {row["place"] for row in tables["numbers"]["rows"]}
    assert hub.places("country")[0].name in places


def test_numbers_coverage_and_index_are_of_the_same_quarters(hub):
    _rows, tables = sentences(hub)
    quarters = {
        name: [row["period"] for row in tables[name]["rows"]]
        for name in ("numbers", "coverage", "index")
    }
    assert quarters["numbers"] == quarters["coverage"] == quarters["index"]


def test_the_index_of_the_first_quarter_is_100(hub):
    _rows, tables = sentences(hub)
    assert tables["index"]["rows"][0]["index"] == pytest.approx(100)


def test_two_places_of_one_name_are_told_apart_by_where_they_lie(hub):
    one, *others = hub.places("area")
    other = next(place for place in others if place.parent_id != one.parent_id)
    names = learning_hub._names([one, replace(other, name=one.name)])
    assert len(set(names.values())) == 2
    assert all(name.startswith(f"{one.name} (") for name in names.values())


def test_quarters_are_chosen_in_the_url_whichever_comes_first(hub):
    _rows, tables = sentences(hub, query="?from=2023Q4&to=2023Q1")
    periods = [row["period"] for row in tables["numbers"]["rows"]]
    assert (periods[0], len(set(periods))) == ("2023Q1", 4)


def test_a_quarter_that_is_none_is_refused_with_the_choices(hub):
    answer = hub.browser().get(f"{PAGE}?from=2031Q9")
    assert answer.status_code == 400
    assert "2023" in answer.content.decode()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json", ".svg", ".vl.json"])
def test_figures_and_sentences_are_files(hub, suffix):
    assert hub.browser().get(PAGE + suffix).status_code == 200


def test_areas_of_a_group_that_is_not_public_are_not_shown_to_everyone(hub, settings):
    settings.WORKSPACE = replace(settings.WORKSPACE, public_groups=())
    _rows, tables = sentences(hub)
    levels = {p.place_id: p.level for p in current.current().places}
    shown = {
        row["place_id"]
        for t in tables.values()
        for row in t["rows"]
        if "place_id" in row
    }
    assert {levels[one] for one in shown} <= {"country", "region", "district", "group"}


def test_no_group_at_all_leaves_the_country_and_says_what_to_do(hub, monkeypatch):
    monkeypatch.setattr("boloci.group_kinds.kinds", lambda _workspace: {})
    answer = hub.browser().get(f"{PAGE}?no=group")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Sites et groupes" in page
    assert "groups.csv" in page


def test_the_page_speaks_english(hub):
    browser = hub.browser()
    browser.cookies["boloci_language"] = "en"
    page = browser.get(PAGE).content.decode()
    assert "Country and programmes" in page
    assert "National" in page


def test_a_workspace_that_is_not_public_shows_nothing_to_everyone(hub, settings):
    settings.WORKSPACE = replace(settings.WORKSPACE, public=False)
    answer = hub.browser().get(f"{PAGE}?not=public")
    assert answer.status_code in (302, 403, 404)
