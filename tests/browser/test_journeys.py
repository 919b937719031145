"""What people come to do, in a real browser: French, English, desk and phone."""

import csv
import io

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Served, Visit, Visiting

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def heading(visit: Visit) -> str:
    return visit.page.locator("h1").inner_text()


def clean(visit: Visit) -> bool:
    """Nothing was asked of another host, and nothing broke the policy."""
    return not visit.foreign and not visit.said


@SIZES
@LANGUAGES
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


@LANGUAGES
def test_a_researcher_takes_away_the_figures_that_the_page_shows(
    visit: Visiting, language: str
) -> None:
    reader = visit(language)
    reader.to("/indicator/dtp1_coverage?level=district&period=2023")
    link = reader.page.locator('main a[href*=".csv"]').first
    with reader.page.expect_download() as download:
        link.click()
    content = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert rows
    shown = reader.page.locator("main").inner_text()
    assert any(value and value in shown for row in rows for value in row.values())


def test_the_language_changes_and_the_question_stays(visit: Visiting) -> None:
    reader = visit("fr")
    asked = "/indicator/dtp1_coverage?level=region&period=2023&sex=female"
    reader.to(asked)
    french = heading(reader)
    reader.page.click("button[name=language][value=en]")
    assert reader.path == asked
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert heading(reader) != french
    reader.to("/")
    assert reader.page.locator("html").get_attribute("lang") == "en", "it is kept"


@SIZES
def test_a_place_is_found_without_its_accents(
    visit: Visiting, served: Served, size: tuple[int, int]
) -> None:
    reader = visit("fr", size)
    reader.to(f"/place/{served.district}")
    name = heading(reader).split("\n")[0].split(" district")[0]
    reader.page.fill("input[name=q]", name.upper())
    reader.page.press("input[name=q]", "Enter")
    if not reader.path.startswith("/place/"):
        reader.page.locator(f'main a[href^="/place/{served.district}"]').first.click()
    assert name in heading(reader)


@LANGUAGES
def test_a_number_is_taken_apart_in_one_click(visit: Visiting, language: str) -> None:
    reader = visit(language)
    reader.to("/")
    reader.page.locator('main a[href^="/explain?"]').first.click()
    assert reader.path.startswith("/explain?indicator=dtp1_coverage")
    assert reader.page.locator("main table").count()
    assert clean(reader)


def test_who_signs_out_sees_no_more_than_everybody(
    visit: Visiting, served: Served
) -> None:
    chief = visit().sign_in()
    inside = chief.page.eval_on_selector_all(
        'main a[href^="/place/"]', "all => all.map(a => a.getAttribute('href'))"
    )
    area = next(
        path
        for path in inside
        if chief.to(path) == 200
        and "aire de santé" in chief.page.locator("h1").inner_text()
    )
    chief.page.click('form[action="/sign-out"] button')
    if chief.path.startswith("/sign-out"):
        chief.page.click("main button")
    assert chief.to(area) == 404
    assert chief.page.locator("main a").count(), "a next step"


@pytest.mark.parametrize("path", ["/", "/zero-dose", "/equity", "/learning-hub"])
def test_a_page_is_read_and_asked_again_without_scripts(
    visit: Visiting, path: str
) -> None:
    reader = visit("fr", PHONE, scripts=False)
    assert reader.to(path) == 200
    assert reader.page.locator("main svg, main img, main table").count()
    form = reader.page.locator("form.controls").first
    form.locator("button").click()
    assert "?" in reader.path, "what is shown is in the address"
    assert reader.page.locator("h1").count() == 1


def test_the_keyboard_alone_reaches_the_content_and_the_controls(
    visit: Visiting,
) -> None:
    reader = visit()
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


@LANGUAGES
def test_who_asks_for_what_is_not_there_gets_a_way_on(
    visit: Visiting, language: str
) -> None:
    reader = visit(language)
    for path, status in (("/place/nowhere", 404), ("/search?q=zzzzzz", 200)):
        assert reader.to(path) == status
        assert reader.page.locator("main a, main form").count()
        assert "Traceback" not in reader.page.content()


def test_dark_and_grey_readers_get_pages_of_their_own_ground(visit: Visiting) -> None:
    reader = visit()
    reader.to("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = reader.page.evaluate(ground)
    reader.page.emulate_media(color_scheme="dark")
    assert reader.page.evaluate(ground) != light
