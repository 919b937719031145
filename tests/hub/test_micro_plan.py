"""The plan of visits: areas by children reached per visit, as the reader assumes."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest

from boloci import whereabouts
from boloci.hub.figures import micro_plan_tables
from boloci.published import PlaceRow
from boloci.stats.outreach import Assumed
from tests.hub.conftest import Hub
from tests.hub.test_estimate_page import COMMON, fact, text

Estimated = Callable[..., Hub]
pytestmark = pytest.mark.reading


def visits(hub: Hub, query: str = "", role: str = "analyst") -> list[Any]:
    answer = hub.browser(role).get(f"/micro-plan.json?table=visits{query}").json()
    return list(answer["tables"][0]["rows"]) if answer["tables"] else []


def test_areas_come_by_what_a_visit_reaches(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    found = visits(hub)
    each = [row["each"] for row in found]
    assert len(found) == len(hub.places("area"))
    assert each == sorted(each, reverse=True)
    assert [row["order"] for row in found] == list(range(1, len(found) + 1))


def test_no_visit_reaches_more_than_the_team_can_vaccinate(
    estimated_hub: Estimated,
) -> None:
    found = visits(estimated_hub(), "&capacity=10&found=70")
    assert max(row["each"] for row in found) == pytest.approx(10, abs=0.5)
    assert all(row["each"] <= 10 for row in found)


def test_more_children_found_at_a_visit_need_fewer_visits(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    few, many = (
        sum(row["visits"] for row in visits(hub, f"&found={found}"))
        for found in (70, 10)
    )
    assert few < many


def test_the_chosen_share_is_reached_of_what_is_expected(
    estimated_hub: Estimated,
) -> None:
    for row in visits(estimated_hub(), "&share=80"):
        assert row["reached_lower"] <= row["reached"] <= row["reached_upper"]
        assert row["fewest"] <= row["visits"] <= row["most"]
        assert row["reached"] >= 0.75 * row["value"]


def test_the_page_says_what_is_assumed_and_that_nobody_measured_it(
    estimated_hub: Estimated,
) -> None:
    told = text(estimated_hub(), "/micro-plan?capacity=50&found=20&share=90")
    assert "vaccine au plus 50 enfants zéro dose en une sortie : une hypothèse" in told
    assert (
        "elle trouve 20 % des enfants zéro dose encore manqués : une hypothèse" in told
    )
    assert "jusqu'à atteindre 90 % de ses enfants zéro dose" in told
    assert re.search(r"Il faut [\d ]+ sorties dans \d+ aires de santé", told)
    assert "un classement" in told


def test_the_choices_work_without_javascript_and_stand_in_the_address(
    estimated_hub: Estimated,
) -> None:
    browser = estimated_hub().browser("analyst")
    content = browser.get("/micro-plan?capacity=50").content.decode()
    assert re.search(r'<option value="50" selected', content)
    assert browser.get("/micro-plan?capacity=7").status_code == 400


def test_the_curve_begins_with_nobody_and_climbs_less_and_less(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    answer = hub.browser("analyst").get("/micro-plan.json?table=curve").json()
    curve = answer["tables"][0]["rows"]
    assert (curve[0]["visits"], curve[0]["reached"]) == (0, 0)
    counts = np.array([row["visits"] for row in curve], float)
    reached = np.array([row["reached"] for row in curve])
    slopes = np.diff(reached) / np.diff(counts)
    assert np.all(np.diff(slopes) <= 1e-6)
    assert reached[-1] == pytest.approx(visits(hub)[-1]["reached_so_far"])
    assert curve[-1]["visits"] == visits(hub)[-1]["visits_so_far"]


def test_who_sees_no_area_is_told_to_sign_in(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    district = next(
        d
        for d in hub.places("district")
        if not visits(hub, f"&inside={d.place_id}", role="")
    )
    told = text(hub, f"/micro-plan?inside={district.place_id}", role="")
    assert "vous ne pouvez en voir aucune ici" in told
    assert "Connectez-vous" in told


def test_a_manager_plans_the_own_district_alone(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    own = hub.places("district")[0].place_id
    browser = hub.browser("district_manager", own)
    found = browser.get("/micro-plan.json?table=visits").json()["tables"][0]["rows"]
    mine = {area.place_id for area in hub.places("area") if area.parent_id == own}
    assert {row["place_id"] for row in found} == mine


def test_a_plan_of_a_part_says_of_how_many_areas_it_is(
    estimated_hub: Estimated, settings: Any
) -> None:
    hub = estimated_hub()
    group = next(one for one in hub.places("group") if one.name == "Programme inventé")
    settings.WORKSPACE = replace(hub.workspace, public_groups=(group.place_id,))
    said = "aires de santé que vous pouvez voir, et non des"
    assert said in text(hub, "/micro-plan", role="")
    assert said not in text(hub, "/micro-plan")


def test_in_public_no_visit_to_a_sensitive_place_is_told(
    estimated_hub: Estimated, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    hub = estimated_hub()
    group = next(one for one in hub.places("group") if one.name == "Programme inventé")
    open_to_all = replace(hub.workspace, public_groups=(group.place_id,))
    settings.WORKSPACE = open_to_all
    shown = visits(hub, role="")
    assert shown
    marked = shown[0]
    monkeypatch.setattr(
        whereabouts, "sensitive", lambda _w: frozenset({marked["place_id"]})
    )
    left = visits(hub, "&share=90", role="")
    assert marked["place_id"] not in {row["place_id"] for row in left}
    assert len(left) == len(shown) - 1
    page = text(hub, "/micro-plan?share=90", role="")
    assert "Un lieu n'est pas nommé ici" in page
    signed = visits(hub, "&share=90")
    assert marked["place_id"] in {row["place_id"] for row in signed}


def test_areas_that_cannot_be_told_are_counted_and_not_planned(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    shut = hub.places("region")[0]
    hub = estimated_hub(refused=(shut.place_id,))
    inside = [a for a in hub.places("area") if shut.place_id in a.path.split("/")]
    assert len(visits(hub)) == len(hub.places("area")) - len(inside)
    assert f"{len(inside)} aires de santé ne sont pas dans le plan" in text(
        hub, "/micro-plan"
    )
    only = text(hub, f"/micro-plan?inside={shut.place_id}")
    assert "L'estimation ne dit rien des aires de santé de ce lieu" in only


def test_without_an_estimate_the_plan_says_how_to_get_one(hub: Hub) -> None:
    assert "boloci estimate" in text(hub, "/micro-plan")


def test_the_list_is_printed_with_room_for_dates_and_downloads(
    estimated_hub: Estimated,
) -> None:
    browser = estimated_hub().browser("analyst")
    content = unescape(browser.get("/micro-plan").content.decode())
    assert '<th scope="col" class="printed">Dates, équipe</th>' in content
    for suffix in (".csv", ".xlsx"):
        assert browser.get(f"/micro-plan{suffix}?table=visits").status_code == 200
    assert browser.get("/micro-plan.png?chart=curve").status_code == 200


def test_an_area_where_nobody_is_missed_needs_no_visit(hub: Hub) -> None:
    area = PlaceRow(1, "a", "A", "area", "", "/a", ())
    found = micro_plan_tables.plan(
        [area],
        {"a": {**COMMON, **fact(0.0, 0.0, 0.0)}},
        {"a": [0.0] * 41},
        assumed=Assumed(30, 0.3),
        share=0.8,
        period="2023",
    )
    (row,) = found.areas.rows
    assert (row["visits"], row["each"], row["reached"]) == (0, 0, 0)
    assert [one["visits"] for one in found.curve.rows] == [0]
    assert micro_plan_tables.sentences(found, "80")
