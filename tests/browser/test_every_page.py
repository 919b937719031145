"""Every page that a reader can reach by following links, in a real browser.

The walk takes a few addresses of each page, so that a country of any size costs the
same; a new page is walked as soon as something links to it.
"""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    Served,
    Visit,
    Visiting,
    begin_project,
    bring,
    propose,
    tidy,
)

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LAYOUT = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
    const root = document.documentElement;
    return {
        language: root.lang,
        headings: document.querySelectorAll("h1").length,
        twice: ids.filter((id, at) => ids.indexOf(id) !== at),
        sideways: root.scrollWidth - root.clientWidth,
    }
}"""


def kind_of(path: str) -> str:
    """The page that an address is of: its name; blank where the hub has none."""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return "" if found.kwargs.get("suffix") else found.url_name or ""


def followed(visit: Visit) -> Iterator[str]:
    """Addresses of pages that a page links to; downloads are other tests' work."""
    for link in visit.page.eval_on_selector_all(
        "a[href]", "all => all.map(a => a.href)"
    ):
        parts = urlsplit(urljoin(visit.page.url, link))
        if link.startswith(visit.url) and "." not in parts.path.rpartition("/")[2]:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def wrong_with(visit: Visit, path: str, language: str) -> list[str]:
    """What is wrong with a page: an empty list, or one line a fault."""
    visit.said.clear()
    visit.foreign.clear()
    status = visit.to(path)
    found = [f"console: {said}" for said in visit.said]
    found += [f"asks {url}" for url in visit.foreign]
    if status >= 400:
        return [*found, f"status {status}"]
    wide = visit.page.evaluate(LAYOUT)
    visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    narrow = visit.page.evaluate(LAYOUT)
    if wide["language"] != language:
        found.append(f"lang is {wide['language']}")
    if wide["headings"] != 1:
        found.append(f"{wide['headings']} h1")
    found += [f"id {one} twice" for one in wide["twice"]]
    if narrow["sideways"] > 0:
        found.append(f"{narrow['sideways']} px to scroll sideways on a telephone")
    found += barriers(visit)
    visit.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return found


def barriers(visit: Visit) -> list[str]:
    """What axe finds against WCAG 2.1 AA, with the first place of each."""
    options = {
        "runOnly": {"type": "tag", "values": STANDARD},
        "resultTypes": ["violations"],
    }
    violations = Axe().run(visit.page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])} times)"
        for one in violations
    ]


def walk(
    visit: Visit, starts: list[str], language: str, each: int
) -> tuple[Counter[str], list[str]]:
    """Pages walked by kind, so many addresses of each, and what is wrong with them."""
    waiting, seen, walked = deque(starts), set(starts), Counter[str]()
    wrong: list[str] = []
    while waiting:
        path = waiting.popleft()
        bare = urlsplit(path).path
        kind = kind_of(bare)
        if walked[kind or bare] >= each:
            continue
        walked[kind or bare] += 1
        wrong += [f"{path}: {one}" for one in wrong_with(visit, path, language)]
        for link in followed(visit):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return walked, wrong


@pytest.mark.parametrize(
    ("reader", "language", "each"),
    [
        ("nobody", "fr", 1),
        ("chief", "en", 1),
        pytest.param("nobody", "fr", 3, marks=pytest.mark.slow),
        pytest.param("nobody", "en", 2, marks=pytest.mark.slow),
        pytest.param("chief", "fr", 2, marks=pytest.mark.slow),
    ],
)
def test_every_page_keeps_the_rules_of_the_house(
    visit: Visiting, reader: str, language: str, each: int
) -> None:
    visitor = visit(language)
    starts = ["/", "/search?q=ko", "/sign-in"]
    if reader == "chief":
        visitor.sign_in()
        starts = ["/home", "/account"]
    walked, wrong = walk(visitor, starts, language, each)
    assert walked.keys() >= {"place", "explain", "indicator"}
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_the_pages_of_the_office_keep_them_with_work_on_them(
    visit: Visiting, served: Served, language: str
) -> None:
    office = visit(language).sign_in("admin")
    bring(office, tidy(served, 600))
    upload = office.path
    correction = propose(
        office,
        place=served.area,
        element="DTP2",
        period="2023-01" if language == "fr" else "2023-02",
        reason="Deux mois dans un",
        value="12",
    )
    project = begin_project(office, served, f"Projet ({language})")
    starts = [
        project,
        "/imports",
        upload,
        "/corrections",
        correction,
        "/people",
        "/audit",
    ]
    starts += ["/sites", "/imports/grid"] if language == "en" else []
    walked, wrong = walk(office, starts, language, 1)
    assert walked.keys() >= {"upload", "correction", "propose_correction", "people"}
    assert walked.keys() >= {"project", "team_month", "wall", "story", "add_record"}
    assert not wrong, "\n".join(wrong)


def test_a_page_that_is_not_there_and_a_refused_one_keep_them_too(
    visit: Visiting,
) -> None:
    visitor = visit()
    for path in ("/nowhere", "/place/nowhere", "/?dose=nothing"):
        assert visitor.to(path) in (400, 404)
        assert not barriers(visitor)
        layout = visitor.page.evaluate(LAYOUT)
        assert (layout["language"], layout["headings"]) == ("fr", 1)
        assert visitor.page.locator("main a").count(), "a next step"
