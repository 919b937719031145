"""What people come to do, in a real browser: French, English, desk and phone."""

import csv
import io

import pytest
from playwright.sync_api import expect

from boloci.names import fold
from boloci.published import published
from tests.browser.conftest import DESKTOP, PHONE, READERS, Served, Visit, Visiting

MESSAGE = 150_000
"""Bytes that a picture for messaging may have."""


def heading(visit: Visit) -> str:
    return visit.page.locator("h1").inner_text()


def clean(visit: Visit) -> bool:
    """Nothing was asked of another host, and nothing broke the policy."""
    return not visit.foreign and not visit.said


@READERS
def test_a_chief_signs_in_and_reads_where_to_act_first_on_two_sheets(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    chief = visit(language, size).sign_in()
    assert chief.path == f"/place/{served.district}"
    told = chief.page.locator("#look")
    assert told.is_visible()
    action = told.locator("p.todo").first
    assert action.is_visible(), "one action"
    assert told.locator("ol li").count(), "why"
    assert chief.page.locator("#real").is_visible()
    if size == DESKTOP:
        sheets = chief.page.pdf(format="A4").count(b"/Type /Page\n")
        assert sheets <= 2
        chief.page.emulate_media(media="print")
        assert not chief.page.locator("nav.menu").is_visible()
        assert action.is_visible()
    assert clean(chief)


@READERS
def test_a_researcher_takes_away_the_figures_that_the_page_shows(
    visit: Visiting, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    reader.to("/indicator/dtp1_coverage?level=district&period=2023")
    link = reader.page.locator('main a[href*=".csv"]').first
    with reader.page.expect_download() as download:
        link.click()
    content = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert rows
    shown = reader.page.locator("main").inner_text()
    assert any(value and value in shown for row in rows for value in row.values())


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_language_changes_and_the_question_stays(
    visit: Visiting, size: tuple[int, int]
) -> None:
    reader = visit("fr", size)
    asked = "/indicator/dtp1_coverage?level=region&period=2023&sex=female"
    reader.to(asked)
    french = heading(reader)
    reader.page.click("button[name=language][value=en]")
    assert reader.path == asked
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert heading(reader) != french
    reader.to("/")
    assert reader.page.locator("html").get_attribute("lang") == "en", "it is kept"


@READERS
def test_a_place_is_found_without_its_accents(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    name = published(served.workspace).by_id[served.district].name
    reader.to("/")
    reader.page.fill("input[name=q]", fold(name).upper())
    reader.page.press("input[name=q]", "Enter")
    if not reader.path.startswith("/place/"):
        reader.page.locator(f'main a[href^="/place/{served.district}"]').first.click()
    assert name in heading(reader)


@READERS
def test_a_number_is_taken_apart_in_one_click(
    visit: Visiting, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    reader.to("/")
    reader.page.locator('main a[href^="/explain?"]').first.click()
    assert reader.path.startswith("/explain?indicator=dtp1_coverage")
    assert reader.page.locator("main table").count()
    assert clean(reader)


@READERS
def test_who_signs_out_sees_no_more_than_everybody(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    chief = visit(language, size).sign_in()
    area = f"/place/{served.area}"
    assert chief.to(area) == 200
    chief.page.click('form[action="/sign-out"] button')
    if chief.path.startswith("/sign-out"):
        chief.page.click("main button")
    assert chief.to(area) == 404
    assert chief.page.locator("main a").count(), "a next step"


@READERS
@pytest.mark.parametrize("path", ["/", "/zero-dose", "/equity", "/learning-hub"])
def test_a_page_is_read_and_asked_again_without_scripts(
    visit: Visiting, path: str, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size, scripts=False)
    assert reader.to(path) == 200
    assert reader.page.locator("main svg, main img, main table").count()
    form = reader.page.locator("form.controls").first
    form.locator("button").click()
    assert "?" in reader.path, "what is shown is in the address"
    expect(reader.page.locator("h1")).to_have_count(1)


@READERS
def test_the_keyboard_alone_reaches_the_content_and_the_controls(
    visit: Visiting, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    reader.to("/")
    focused = "document.activeElement"
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate(f"{focused}.getAttribute('href')") == "#content"
    assert reader.page.locator("a.skip").bounding_box()["y"] >= 0, "it is seen"
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate(f"{focused}.id") == "content"
    for _ in range(80):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate(f"{focused}.closest('form.controls') !== null"):
            break
    else:
        raise AssertionError("the controls are out of reach")
    ring = f"getComputedStyle({focused}).outlineStyle"
    assert reader.page.evaluate(ring) != "none"


@READERS
def test_who_asks_for_what_is_not_there_gets_a_way_on(
    visit: Visiting, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    for path, status in (("/place/nowhere", 404), ("/search?q=zzzzzz", 200)):
        assert reader.to(path) == status
        assert reader.page.locator("main a, main form").count()
        assert "Traceback" not in reader.page.content()


@READERS
def test_a_place_is_taken_away_as_one_picture_for_messaging(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    reader = visit(language, size)
    reader.to(f"/place/{served.district}")
    link = reader.page.locator('main a[href*=".card.png"]').first
    picture = reader.page.request.get(reader.url + link.get_attribute("href"))
    assert picture.headers["content-type"] == "image/png"
    assert picture.body().startswith(b"\x89PNG")
    assert len(picture.body()) <= MESSAGE


def test_dark_and_grey_readers_get_pages_of_their_own_ground(visit: Visiting) -> None:
    reader = visit()
    reader.to("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = reader.page.evaluate(ground)
    reader.page.emulate_media(color_scheme="dark")
    assert reader.page.evaluate(ground) != light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_place_keeps_its_name_beside_its_numbers_on_a_telephone(
    visit: Visiting, scheme: str
) -> None:
    page = (reader := visit("fr", PHONE)).page
    page.emulate_media(color_scheme=scheme)
    reader.to("/indicator/dtp1_coverage")
    table = page.locator(".scroll:has(th[scope=row])").first
    name = table.locator("tbody th").first
    table.evaluate("it => it.scrollLeft = 60")
    assert table.evaluate("it => it.scrollLeft") == 60, "wider than the telephone"
    edge = table.bounding_box()["x"]
    assert name.bounding_box()["x"] == pytest.approx(edge, abs=3)
    ground = name.evaluate("it => getComputedStyle(it).backgroundColor")
    assert ground.startswith("rgb("), "a number must not shine through the name"
