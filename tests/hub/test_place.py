"""The page of a place: what a district chief takes to a meeting."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from boloci import workspace
from boloci.cli import look_table
from boloci.hub import reading
from boloci.hub.figures import about, first, place_tables
from boloci.hub.rights import EVERYTHING
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading


def text(browser: Client, address: str) -> str:
    page = browser.get(address)
    assert page.status_code == 200
    body = re.sub(r"<(svg|script)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def links(browser: Client, address: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', browser.get(address).content.decode()))


@pytest.fixture
def district(hub: Hub):
    """A district of which the build knows where to look first."""
    rows = reading.look(EVERYTHING, level="area")
    known = {row["place_id"] for row in rows if row["children"]}
    return next(
        one
        for one in hub.places("district")
        if len(known & {a.place_id for a in reading.below(EVERYTHING, one)}) > 1
    )


def test_a_chief_finds_within_two_clicks_where_to_act_whether_it_is_real_and_prints(
    hub: Hub, district
) -> None:
    browser = hub.browser("district_manager", district.place_id)
    first = reading.look(EVERYTHING, district, level="area")[0]
    start = text(browser, "/")
    assert "Où chercher d'abord : votre lieu" in start
    assert first["place"] in start  # no click yet
    own = f"/place/{district.place_id}"
    assert f"/place/{first['place_id']}" in links(browser, "/")
    assert browser.get("/home").url == own  # one click: the own page
    page = text(browser, own)
    answer = page[page.index("Où agir d'abord") : page.index("Le chiffre est-il vrai")]
    assert first["place"] in answer
    assert first["why_fr"][0] in answer
    assert first["action_fr"] in answer
    assert any(one.startswith("/explain?") for one in links(browser, own))
    assert any(one.endswith(".card.png") for one in links(browser, own))


def test_the_order_of_the_areas_is_that_of_the_file(hub: Hub, district) -> None:
    browser = hub.browser("district_manager", district.place_id)
    address = f"/place/{district.place_id}"
    told = browser.get(f"{address}.json?table=look").json()["tables"][0]["rows"]
    expected = reading.look(EVERYTHING, district, level="area")
    ordered = [row["place_id"] for row in expected if row["children"]]
    assert [row["place_id"] for row in told] == ordered


def test_who_may_not_see_the_areas_is_told_so_and_gets_no_first_one(
    hub: Hub, district
) -> None:
    page = text(hub.browser(), f"/place/{district.place_id}")
    assert "connectez-vous" in page
    assert "Commencez par" not in page
    for area in reading.below(EVERYTHING, district):
        assert f"/place/{area.place_id}" not in links(
            hub.browser(), f"/place/{district.place_id}"
        )


def test_an_area_of_another_district_answers_as_if_it_did_not_exist(
    hub: Hub, district
) -> None:
    other = next(
        a for a in hub.places("area") if district.place_id not in a.path.split("/")
    )
    browser = hub.browser("district_manager", district.place_id)
    for suffix in ("", ".csv", ".json", ".svg", ".card.png"):
        assert browser.get(f"/place/{other.place_id}{suffix}").status_code == 404
        assert browser.get(f"/place/nowhere{suffix}").status_code == 404


def test_every_level_and_group_has_its_page(hub: Hub) -> None:
    browser = hub.browser("analyst")
    levels = ("country", "region", "district", "area", "group")
    some = [hub.places(level)[0] for level in levels if hub.places(level)]
    assert len(some) >= 4
    for one in some:
        assert one.name in text(browser, f"/place/{one.place_id}")


def test_controls_change_the_figure_and_its_explanation(hub: Hub, district) -> None:
    address = f"/place/{district.place_id}?indicator=dtp3_coverage&method=both"
    assert any(
        "indicator=dtp3_coverage" in one and "method=both" in one
        for one in links(hub.browser(), address)
    )


def test_a_year_can_be_looked_at_as_well_as_a_quarter(hub: Hub, district) -> None:
    rows = hub.browser().get(f"/place/{district.place_id}.json?period=2023").json()
    keys = next(one for one in rows["tables"] if one["name"] == "keys")
    assert {row["period"] for row in keys["rows"]} == {"2023"}


def test_a_choice_that_is_none_is_refused_in_words(hub: Hub, district) -> None:
    page = hub.browser().get(f"/place/{district.place_id}?period=2099Q1")
    assert page.status_code == 400
    assert "2099Q1" in page.content.decode()


def test_the_doses_of_the_trend_are_those_of_the_facts(hub: Hub, district) -> None:
    address = f"/place/{district.place_id}.json?table=trend&indicator=dtp1_doses"
    told = hub.browser().get(address).json()["tables"][0]["rows"]
    facts = reading.facts(
        EVERYTHING,
        indicator="dtp1_doses",
        place=district.place_id,
        period=f"{told[0]['period']}..{told[-1]['period']}",
        sex="total",
        method="reported",
    ).to_pylist()
    assert {(r["period"], r["value"]) for r in told} == {
        (r["period"], r["value"]) for r in facts
    }


def test_the_picture_for_messaging_is_small_enough(hub: Hub, district) -> None:
    card = hub.browser().get(f"/place/{district.place_id}.card.png")
    assert card["Content-Type"] == "image/png"
    assert card.content.startswith(b"\x89PNG")
    assert len(card.content) <= 150_000


def test_a_place_without_a_dose_in_a_year_says_what_to_do_next(hub: Hub) -> None:
    told = reading.facts(
        EVERYTHING, indicator="dtp1_doses", level="area", period="2022"
    )
    reported = set(told["place_id"].to_pylist())
    silent = [one for one in hub.places("area") if one.place_id not in reported]
    assert silent  # areas that opened later
    address = f"/place/{silent[0].place_id}?period=2022"
    page = text(hub.browser("analyst"), address)
    assert "Pas de chiffre : rien n'a été déclaré ici pour cette période." in page
    assert "Choisissez une autre période" in page


def test_a_single_month_of_data_still_makes_the_pages(
    hub: Hub, district, monkeypatch
) -> None:
    months = {"month": ("202406",), "quarter": (), "year": ()}
    monkeypatch.setattr(reading, "whole_periods", lambda _scope, kind: months[kind])
    assert "moins de deux trimestres entiers" in text(hub.browser(), "/?kept=apart")
    page = text(hub.browser(), f"/place/{district.place_id}?kept=apart")
    assert "Doses depuis janvier 2024" in page


def test_a_workspace_without_figures_says_what_to_do(settings, tmp_path, db) -> None:
    settings.WORKSPACE = replace(workspace.init(tmp_path / "w"), public=True)
    page = text(Client(), "/")
    assert "Aucun chiffre n'est encore publié" in page
    assert "boloci import" in page


def test_a_place_has_the_ranks_that_the_table_of_its_neighbours_shows(hub: Hub) -> None:
    browser = hub.browser("analyst")
    for here in hub.places("district"):
        own = first._own(EVERYTHING, here, None)
        above = browser.get(f"/place/{here.parent_id}.json?table=below").json()
        below = {one["place_id"]: one for one in above["tables"][0]["rows"]}
        if own is not None and own["children"]:
            assert own["rank"] == below[here.place_id]["rank"]


@pytest.mark.parametrize(
    ("rank", "tied", "told"), [(2, 3, "2–5"), (1, 0, "1"), (4, None, "4")]
)
def test_ranks_that_chance_leaves_are_told_as_a_range(rank, tied, told) -> None:
    row = {"rank": rank, "tied": tied}
    assert first.ranks(row) == told
    assert look_table._ranks(row) == told


def test_a_range_of_ranks_is_explained_the_right_way_round(hub: Hub) -> None:
    browser = hub.browser()
    browser.cookies["boloci_language"] = "en"
    page = text(browser, "/")
    assert "share a range (2–5) cannot be told apart" in page
    assert "chance is enough to make it" not in page


def _event(kind: str, product: str, note: str) -> dict[str, object]:
    return {"kind": kind, "product": product, "note": note, "first": 202301} | {
        "last": 202301
    }


@pytest.mark.parametrize(
    ("event", "indicator", "drawn"),
    [
        (_event("campaign", "", "Campagne rougeole-rubéole"), "dtp1_coverage", False),
        (_event("campaign", "", "Campagne rougeole-rubéole"), "mcv1_doses", True),
        (_event("campaign", "", "Campagne rougeole-rubéole"), "completeness", True),
        (_event("campaign", "", "Campagne intégrée"), "dtp1_coverage", True),
        (_event("stock_out", "BCG", ""), "dropout_dtp1_dtp3", False),
        (_event("stock_out", "PENTA", ""), "dropout_dtp1_dtp3", True),
        (_event("displacement", "", "Départ de familles"), "bcg_coverage", True),
    ],
)
def test_a_chart_has_the_events_of_its_vaccine_or_of_all(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, event, indicator, drawn
) -> None:
    monkeypatch.setattr(about, "_context", lambda keys: [event])
    here = hub.places("region")[0]
    found = about.events(EVERYTHING, here, ["2023Q1"], indicator)
    assert bool(found) is drawn


@pytest.mark.parametrize(
    ("value", "language", "told"),
    [
        (-5.5, "en", "5.5 pt, girls ahead"),
        (5.5, "en", "5.5 pt, boys ahead"),
        (-5.5, "fr", "5,5 pt, les filles devant"),
        (0.01, "en", "0.0 pt"),
    ],
)
def test_a_gap_says_who_is_ahead(value: float, language: str, told: str) -> None:
    fact = {"indicator": "dtp1_sex_gap", "value": value, "unit": "points"}
    with translation.override(language):
        assert place_tables.told(fact).replace("\u00a0", " ") == told


def test_the_note_about_remarks_stands_where_a_figure_has_one(hub: Hub) -> None:
    browser = hub.browser("analyst")
    for place in (*hub.places("region"), *hub.places("district")):
        page = browser.get(f"/place/{place.place_id}").content.decode()
        for section in re.findall(r"<section.*?</section>", page, flags=re.S):
            assert ("* Une remarque" in section) == ('">*</abbr>' in section)
