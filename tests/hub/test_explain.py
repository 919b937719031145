"""Explain this number: from a figure back to its rows, as far as one may see them."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client

from boloci.hub import reading
from boloci.hub.figures import explain
from boloci.hub.rights import EVERYTHING
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading

ASKED = "indicator=dtp1_coverage&place={place}&period={period}"


def fact_of(hub: Hub, level: str) -> dict[str, Any]:
    """The latest whole quarter's coverage of the first place of a level."""
    place = hub.places(level)[0].place_id
    period = reading.whole_periods(EVERYTHING, "quarter")[-1]
    found = reading.facts(
        EVERYTHING,
        indicator="dtp1_coverage",
        place=place,
        period=period,
        sex="total",
        method="reported",
        denominator="target",
    ).to_pylist()
    return dict(found[0])


def rows_of(browser: Client, fact: dict[str, Any]) -> list[dict[str, str]]:
    """The rows behind a figure, as its CSV tells them."""
    asked = ASKED.format(place=fact["place_id"], period=fact["period"])
    answer = browser.get(f"/explain.csv?table=rows&{asked}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def added_up(rows: list[dict[str, str]]) -> float:
    """The numerator that rows add up to."""
    counted = [r for r in rows if (r["role"], r["state"]) == ("numerator", "used")]
    return sum(float(row["value"]) for row in counted)


def test_the_rows_of_a_district_add_up_to_its_numerator(hub: Hub) -> None:
    fact = fact_of(hub, "district")
    rows = rows_of(hub.browser("analyst"), fact)
    assert {row["n"] for row in rows} == {"1"}
    assert added_up(rows) == fact["numerator"]


def test_in_public_rows_of_areas_are_added_up_by_district(hub: Hub) -> None:
    fact = fact_of(hub, "district")
    rows = rows_of(hub.browser(), fact)
    areas = {place.place_id for place in hub.places("area")}
    assert rows
    assert not areas & {row["place_id"] for row in rows}
    assert added_up(rows) == fact["numerator"]


def test_a_page_says_why_rows_are_added_up(hub: Hub) -> None:
    fact = fact_of(hub, "district")
    asked = ASKED.format(place=fact["place_id"], period=fact["period"])
    public = hub.browser().get(f"/explain?{asked}").content.decode()
    inside = hub.browser("analyst").get(f"/explain?{asked}").content.decode()
    assert "additionné par district" in public
    assert "additionné par district" not in inside


def test_a_region_is_told_place_by_place(hub: Hub) -> None:
    fact = fact_of(hub, "region")
    asked = ASKED.format(place=fact["place_id"], period=fact["period"])
    tables = hub.browser().get(f"/explain.json?{asked}").json()["tables"]
    parts = next(one for one in tables if one["name"] == "parts")["rows"]
    assert sum(row["numerator"] for row in parts) == fact["numerator"]


def test_a_place_that_may_not_be_seen_is_not_explained(hub: Hub) -> None:
    area = hub.places("area")[0].place_id
    for place in (area, "nowhere"):
        asked = ASKED.format(place=place, period="2024Q1")
        assert hub.browser().get(f"/explain?{asked}").status_code == 404


def test_without_a_figure_the_page_says_how_to_go_on(hub: Hub) -> None:
    place = hub.places("district")[0].place_id
    assert hub.browser().get("/explain").status_code == 200
    for period, said in (("1999Q2", "T2 1999"), ("1998..1999", "1998..1999")):
        asked = ASKED.format(place=place, period=period)
        answer = hub.browser().get(f"/explain?{asked}")
        assert answer.status_code == 200
        assert "pas ce chiffre" in answer.content.decode()
        assert said in answer.content.decode()


def test_a_page_of_rows_goes_on_to_the_next_without_script(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = fact_of(hub, "district")
    asked = ASKED.format(place=fact["place_id"], period=fact["period"])
    browser = hub.browser("analyst")
    total = len(rows_of(browser, fact))
    monkeypatch.setattr(explain, "ON_A_PAGE", 20)
    page = browser.get(f"/explain?{asked}&from=20").content.decode()
    assert total > 40
    assert f"Lignes 21 à 40 sur {total}" in page
    assert "from=0#rows" in page
    assert "from=40#rows" in page


def test_names_of_lines_begin_alike_and_promise_no_reason(hub: Hub) -> None:
    place = hub.places("country")[0].place_id
    for indicator in ("dtp1_coverage", "dtp1_sex_ratio"):
        asked = {"indicator": indicator, "place": place, "period": "2023"}
        page = hub.browser().get("/explain", asked).content.decode()
        names = re.findall(r"<dt>([^<]+)</dt>", page)
        assert "Ce que cela dit" in names
        assert [name for name in names if name[:1].islower()] == []


def test_the_links_of_two_places_stand_apart_from_the_sentence(hub: Hub) -> None:
    page = hub.browser().get("/indicator/dtp1_coverage").content.decode()
    assert re.search(r"\)\.\s+<a class=\"online\" href=\"/compare", page)
