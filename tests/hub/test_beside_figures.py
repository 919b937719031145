"""Beside a figure and its doubts: comments, and corrections to propose, for who may."""

import re
from html import unescape

import pytest
from django.test import Client

from boloci.hub import reading
from boloci.hub.current import current
from boloci.hub.inbox.models import Comment
from boloci.hub.rights import EVERYTHING
from tests.hub.conftest import Hub


def district(hub: Hub, at: int = 0) -> str:
    return hub.places("district")[at].place_id


def area(hub: Hub) -> str:
    """An area of the first district."""
    above = district(hub)
    return next(a.place_id for a in hub.places("area") if above in a.path.split("/"))


def explained(hub: Hub, place_id: str, indicator: str = "dtp1_doses") -> str:
    """The page of a month's figure."""
    month = reading.whole_periods(EVERYTHING, "month")[-1]
    return f"/explain?indicator={indicator}&place={place_id}&period={month}"


def proposals(browser: Client, address: str) -> list[str]:
    """The links to propose a correction."""
    page = browser.get(address).content.decode()
    return [
        unescape(one) for one in re.findall(r'href="(/corrections/add\?[^"]+)"', page)
    ]


def test_a_figure_leads_to_a_correction_with_the_form_filled_in(hub: Hub) -> None:
    browser = hub.browser("district_manager", district(hub))
    [link] = proposals(browser, explained(hub, area(hub)))
    form = browser.get(link).content.decode()
    month = reading.whole_periods(EVERYTHING, "month")[-1]
    for typed in (current().by_id[area(hub)].name, "DTP1", month):
        assert f'value="{typed}"' in unescape(form)


def test_a_figure_of_two_doses_leads_to_a_correction_of_each(hub: Hub) -> None:
    browser = hub.browser("analyst")
    links = proposals(browser, explained(hub, area(hub), "dropout_dtp1_dtp3"))
    assert [re.findall("element=(DTP.)", link) for link in links] == [
        ["DTP1"],
        ["DTP3"],
    ]


def test_the_unit_that_reported_in_a_district_is_named_by_who_proposes(
    hub: Hub,
) -> None:
    browser = hub.browser("district_manager", district(hub))
    [link] = proposals(browser, explained(hub, district(hub)))
    assert "place=" not in link


@pytest.mark.parametrize("role", ["viewer", None])
def test_who_may_not_propose_is_offered_no_correction(
    hub: Hub, role: str | None
) -> None:
    browser = hub.browser(role) if role else hub.browser()
    assert proposals(browser, explained(hub, district(hub))) == []
    assert proposals(browser, f"/quality?place={district(hub)}") == []


def test_nobody_is_offered_a_correction_of_somebody_elses_place(hub: Hub) -> None:
    browser = hub.browser("district_manager", district(hub))
    assert proposals(browser, explained(hub, district(hub, 1))) == []


def test_a_kept_page_tells_the_next_reader_nothing_of_the_one_before(hub: Hub) -> None:
    address = explained(hub, district(hub))
    assert proposals(hub.browser("district_manager", district(hub)), address)
    assert proposals(hub.browser("viewer", district(hub)), address) == []


def test_doubts_lead_to_corrections_of_the_values_they_are_about(hub: Hub) -> None:
    found = proposals(hub.browser("analyst"), "/quality?rule=outlier_high")
    assert found
    for link in found:
        assert re.search(r"place=\w+&element=\w+&period=\d{6}", link)


@pytest.mark.parametrize("address", ["/quality?place={place}", "explained"])
def test_a_comment_on_a_place_stands_beside_its_figures_and_doubts(
    own_hub: Hub, address: str
) -> None:
    place_id = district(own_hub)
    browser = own_hub.browser("district_manager", place_id)
    shown = (
        explained(own_hub, place_id)
        if address == "explained"
        else address.format(place=place_id)
    )
    browser.post(
        "/inbox/comment",
        {
            "place_id": place_id,
            "subject": f"place:{place_id}",
            "text": "registre vu en mars",
            "next": shown,
        },
    )
    assert Comment.objects.count() == 1
    assert "registre vu en mars" in browser.get(shown).content.decode()
    assert "registre vu en mars" not in own_hub.browser().get(shown).content.decode()
