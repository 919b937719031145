"""Pictures on pages: for a desk and a telephone, under the policy, small to send."""

import gzip
import re

import pytest

from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading

FIRST_PAGE = 60_000
"""Bytes on the wire, the style sheet apart."""


def test_each_chart_is_drawn_for_a_desk_and_for_a_telephone(hub: Hub) -> None:
    page = hub.browser().get("/").content.decode()
    widths = re.findall(r'<svg [^>]*width="(\d+)"[^>]*role="img"', page)
    assert widths
    assert page.count('<div class="wide">') == page.count('<div class="narrow">')
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_pictures_bring_no_inline_style_and_no_address(hub: Hub) -> None:
    page = hub.browser().get("/").content.decode()
    for picture in re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL):
        assert not re.search(r"\sstyle=|<style|<script|href", picture)


def test_the_first_page_is_small_on_the_wire(hub: Hub) -> None:
    assert len(gzip.compress(hub.browser().get("/").content)) <= FIRST_PAGE


def test_every_picture_of_the_overview_comes_as_a_file(hub: Hub) -> None:
    browser = hub.browser()
    page = browser.get("/").content.decode()
    links = re.findall(r'href="(/overview\.(?:svg|png|vl\.json)\?[^"]*)"', page)
    assert len(links) >= 3
    for link in links[:6]:
        answer = browser.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.content
