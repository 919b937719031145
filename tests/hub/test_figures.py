"""Pages of indicators, comparison, search, zero-dose children, girls and boys."""

import csv
import re

import pytest

from boloci.hub import current, reading, searching
from boloci.hub.rights import EVERYTHING, public
from boloci.names import fold
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading

PAGES = (
    "/indicators",
    "/indicator/dtp1_coverage",
    "/indicator/dtp1_doses?level=region",
    "/indicator/dtp1_sex_ratio",
    "/indicator/red_category",
    "/indicator/dtp1_coverage?method=survey",
    "/compare",
    "/compare?by=indicators",
    "/compare?by=scenarios&kind=year",
    "/compare?by=denominators",
    "/search",
    "/search?q=penta",
    "/zero-dose",
    "/zero-dose?level=region",
    "/micro-plan",
    "/equity",
    "/equity?dose=dtp3&level=district",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_everyone_in_french(hub: Hub, address: str) -> None:
    page = hub.browser().get(address)
    assert page.status_code == 200
    assert '<html lang="fr">' in page.content.decode()


@pytest.mark.parametrize(
    "address", [one for one in PAGES if "red_category" not in one and "q=" not in one]
)
def test_the_rows_of_a_page_are_those_of_its_files(hub: Hub, address: str) -> None:
    path, mark, query = address.partition("?")
    browser = hub.browser()
    told = browser.get(f"{path}.json{mark}{query}").json()["tables"]
    lines = browser.get(f"{path}.csv{mark}{query}")
    if told and lines.status_code == 200:
        assert lines.content.decode().count("\r\n") >= len(told[0]["rows"])


def test_a_place_is_found_whatever_accents_case_and_hyphens(hub: Hub) -> None:
    place = hub.places("district")[0]
    shouted = place.name.upper().replace("-", " ").replace("É", "E")
    assert place in searching.places(EVERYTHING, shouted).found


def test_a_typing_error_finds_the_closest_names_and_says_so(hub: Hub) -> None:
    place = max(hub.places("district"), key=lambda one: len(one.name))
    wrong = place.name[:3] + place.name[4:]
    hits = searching.places(EVERYTHING, wrong)
    assert place in hits.found
    assert hits.closest


def test_search_does_not_tell_the_public_that_an_area_exists(hub: Hub) -> None:
    area = next(p for p in hub.places("area") if not public().sees(p))
    assert area not in searching.places(public(), area.name).found
    assert area not in searching.places(public(), area.place_id).found
    mine = hub.browser("district_manager", area.parent_id)
    assert area.name in mine.get("/search", {"q": area.name}).content.decode()


def test_search_finds_indicators_by_the_alias_of_a_dose(hub: Hub) -> None:
    found = [one.indicator for one in searching.indicators("Penta1").found]
    assert "dtp1_coverage" in found


def test_an_empty_search_says_how_to_search(hub: Hub) -> None:
    assert "traits d'union" in hub.browser().get("/search").content.decode()


def test_every_number_of_an_indicator_is_explained(hub: Hub) -> None:
    body = hub.browser().get("/indicator/dtp1_coverage").content.decode()
    assert body.count("/explain?indicator=dtp1_coverage") >= len(hub.places("district"))


def test_an_indicator_that_is_none_is_no_page(hub: Hub) -> None:
    assert hub.browser().get("/indicator/nothing").status_code == 404


def test_ranks_are_told_as_ranges_where_intervals_overlap(hub: Hub) -> None:
    told = hub.browser().get("/indicator/dtp1_coverage.json?table=places").json()
    rows = told["tables"][0]["rows"]
    with_interval = [row for row in rows if row["lower"] is not None]
    assert with_interval
    assert any("–" in row["rank"] for row in rows)


def test_comparing_another_ones_area_answers_as_if_it_did_not_exist(hub: Hub) -> None:
    area = next(p for p in hub.places("area") if not public().sees(p))
    shut = hub.browser().get("/compare", {"places": area.place_id})
    nowhere = hub.browser().get("/compare", {"places": "nowhere"})
    assert shut.status_code == nowhere.status_code == 404


def test_a_place_typed_by_its_name_is_added_without_javascript(hub: Hub) -> None:
    place = hub.places("district")[0]
    answer = hub.browser().get("/compare", {"add": place.name})
    assert answer.status_code == 302
    assert place.place_id in answer["Location"]


def test_at_most_eight_places_are_compared(hub: Hub) -> None:
    ids = ",".join(one.place_id for one in hub.places("district"))
    rows = hub.browser().get("/compare.json", {"places": ids}).json()["tables"][0]
    assert len({row["place_id"] for row in rows["rows"]}) <= 8


def test_each_line_of_an_index_begins_at_one_hundred(hub: Hub) -> None:
    rows = hub.browser().get("/compare.json").json()["tables"][0]["rows"]
    first = {}
    for row in rows:
        if row["value"]:
            first.setdefault(row["who"], row["index"])
    assert first
    assert list(first.values()) == pytest.approx([100] * len(first))


def test_periods_turn_with_the_kind_that_is_chosen(hub: Hub) -> None:
    quarter = reading.whole_periods(public(), "quarter")[0]
    asked = {"kind": "year", "since": quarter}
    assert hub.browser().get("/compare", asked).status_code == 200


def test_reversed_periods_are_refused_in_words(hub: Hub) -> None:
    known = reading.whole_periods(public(), "quarter")
    asked = {"since": known[-1], "until": known[0]}
    assert hub.browser().get("/compare", asked).status_code == 400


def test_a_blank_figure_of_zero_dose_says_why(hub: Hub) -> None:
    rows = hub.browser().get("/zero-dose.json?table=places").json()["tables"][0]["rows"]
    assert rows
    assert all(row["value"] is not None or row["why"] for row in rows)


def test_the_range_of_zero_dose_holds_the_usual_figure(hub: Hub) -> None:
    rows = hub.browser().get("/zero-dose.json?table=places").json()["tables"][0]["rows"]
    for row in rows:
        if row["value"] is not None and row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"]


def test_areas_of_zero_dose_are_for_those_who_work_there(hub: Hub) -> None:
    shut = [one for one in hub.places("area") if not public().sees(one)]
    district = shut[0].parent_id
    asked = {"level": "area", "inside": district}
    areas = {one.place_id for one in shut if one.parent_id == district}
    assert hub.browser().get("/zero-dose.json", asked).status_code == 400
    mine = hub.browser("district_manager", district).get("/zero-dose.json", asked)
    told = {row["place_id"] for row in mine.json()["tables"][0]["rows"]}
    assert told
    assert told <= areas


def test_equity_says_who_reports_the_sexes_before_any_gap(hub: Hub) -> None:
    body = hub.browser().get("/equity").content.decode()
    assert re.search(r"Le sexe est déclaré par \d|Personne n.a déclaré", body)


def test_no_page_of_figures_has_a_style_or_a_script(hub: Hub) -> None:
    for address in ("/zero-dose", "/equity", "/compare", "/indicator/dtp1_coverage"):
        body = hub.browser().get(address).content.decode()
        assert " style=" not in body
        assert "<script" not in body


def test_a_file_says_of_which_build_page_and_place_its_rows_are(hub: Hub) -> None:
    district = hub.places("district")[0]
    answer = hub.browser("analyst").get(
        f"/place/{district.place_id}.csv?table=below&dose=dtp3"
    )
    first, *_ = csv.DictReader(answer.content.decode("utf-8-sig").splitlines())
    assert first["build"] == current.current().build
    assert first["page"] == f"/place/{district.place_id}?dose=dtp3"
    assert current.current().by_id[first["place_id"]].name == first["place"]
    assert first["synthetic"] == "yes"
    named = answer["Content-Disposition"]
    assert fold(district.name).replace(" ", "-") in named
    assert named.isascii()


def test_json_says_once_of_which_build_and_page_its_tables_are(hub: Hub) -> None:
    district = hub.places("district")[0]
    page = f"/place/{district.place_id}"
    told = hub.browser("analyst").get(f"{page}.json?table=below&dose=dtp3").json()
    assert told["build"] == current.current().build
    assert told["page"] == f"{page}?dose=dtp3"
    assert told["synthetic"] is True
    (table,) = told["tables"]
    assert "place_id" in {column["name"] for column in table["columns"]}
    assert not {"build", "page"} & table["rows"][0].keys()
    first = table["rows"][0]
    assert current.current().by_id[first["place_id"]].name == first["place"]


def test_json_of_what_is_no_figure_names_no_build(hub: Hub) -> None:
    told = hub.browser("analyst").get("/corrections.json").json()
    assert told.keys() == {"title", "tables"}
