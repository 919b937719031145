"""A team's work in a real browser: a project begun, a month entered, nothing lost."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import (
    JOB,
    PHONE,
    READERS,
    Served,
    Visit,
    Visiting,
    begin_project,
)

NAMES = itertools.count(1)
BOX = "input[name='n.complete_immunisation.{}']"
COUNTED = {
    "female.numerator": "21",
    "female.denominator": "40",
    "male.numerator": "30",
    "male.denominator": "41",
}


def begun(visit: Visit, served: Served) -> str:
    """A project of the chief's district with one site and one measure; its address."""
    return begin_project(visit, served, f"Projet {next(NAMES)}")


def fill(visit: Visit, boxes: dict[str, str]) -> None:
    for name, text in boxes.items():
        visit.page.fill(BOX.format(name), text)


@READERS
def test_a_month_is_entered_on_three_screens_and_shown_as_results(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    chief = visit(language, size).sign_in()
    project = begun(chief, served)
    chief.to(project)
    chief.page.locator(f"a[href='{project}/month']").click()
    fill(chief, COUNTED)
    chief.page.locator("button[value=send]").click()
    chief.page.wait_for_url(lambda url: url.endswith(project))
    for _ in range(60):
        chief.to(project)
        if chief.page.locator("main .says").count():
            break
        chief.page.wait_for_timeout(JOB / 60)
    told = chief.page.locator("#figures").inner_text()
    assert "20,7" in told or "20.7" in told, "the gap between 73.2 and 52.5 %"
    assert not chief.said
    assert not chief.foreign


def test_what_is_typed_without_a_connection_is_there_when_it_is_back(
    visit: Visiting, served: Served
) -> None:
    chief = visit("fr", PHONE).sign_in()
    address = f"{begun(chief, served)}/month"
    chief.to(address)
    chief.page.context.set_offline(True)
    fill(chief, {"female.numerator": "7", "female.denominator": "19"})
    kept = chief.page.locator("[data-kept]")
    expect(kept).to_contain_text("navigateur", timeout=20_000)
    chief.page.context.set_offline(False)
    chief.page.reload()
    assert chief.page.input_value(BOX.format("female.numerator")) == "7"
    assert chief.page.input_value(BOX.format("female.denominator")) == "19"


def test_a_page_that_was_on_its_way_while_a_draft_was_kept_shows_what_was_typed(
    visit: Visiting, served: Served
) -> None:
    chief = visit("fr").sign_in()
    address = f"{begun(chief, served)}/month"
    chief.to(address)
    earlier = chief.page.request.get(chief.page.url).text()
    fill(chief, {"female.numerator": "7"})
    kept = chief.page.locator("[data-kept]")
    expect(kept).to_contain_text("brouillon", timeout=20_000)
    chief.page.route(
        "**/month",
        lambda asked: asked.fulfill(body=earlier, content_type="text/html"),
        times=1,
    )
    chief.page.reload()
    assert chief.page.input_value(BOX.format("female.numerator")) == "7"
    fill(chief, {"female.denominator": "19"})
    expect(kept).to_contain_text("brouillon", timeout=20_000)
    chief.page.reload()
    assert chief.page.input_value(BOX.format("female.denominator")) == "19"


def test_what_is_typed_is_kept_as_a_draft_for_another_computer(
    visit: Visiting, served: Served
) -> None:
    chief = visit("fr").sign_in()
    address = f"{begun(chief, served)}/month"
    chief.to(address)
    fill(chief, {"male.numerator": "11"})
    expect(chief.page.locator("[data-kept]")).to_contain_text("brouillon")
    elsewhere = visit("fr").sign_in()
    elsewhere.to(address)
    assert elsewhere.page.input_value(BOX.format("male.numerator")) == "11"
    assert not chief.said


def test_a_project_is_read_without_scripts(visit: Visiting, served: Served) -> None:
    writer = visit("fr").sign_in()
    project = begun(writer, served)
    reader = visit("fr", scripts=False).sign_in()
    assert reader.to(project) == 200
    assert "Projet" in reader.page.locator("h1").inner_text()
    assert reader.to(f"{project}/month") == 200
    fill(reader, {"female.numerator": "50", "female.denominator": "40"})
    reader.page.locator("button[value=send]").click()
    assert "50 sur 40" in reader.page.locator("main").inner_text()


@pytest.mark.parametrize("paper", ["month?paper=yes", "wall", "story"])
def test_what_is_printed_fits_its_sheet(
    visit: Visiting, served: Served, paper: str
) -> None:
    chief = visit("fr").sign_in()
    chief.to(f"{begun(chief, served)}/{paper}")
    chief.page.emulate_media(media="print")
    assert chief.page.pdf(format="A4").count(b"/Type /Page\n") <= 2
