"""The pages of the estimate in a real browser: rules of the house, phone, keyboard."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from boloci.workspace import Workspace, open_workspace
from tests.browser.conftest import PEOPLE, PHONE, Served, Visiting
from tests.browser.test_every_page import wrong_with
from tests.hub.conftest import PASSWORD, small_country  # noqa: F401
from tests.hub.estimate_by_hand import write_estimate
from tests.serving.processes import make_people, serving, settle

SMALL = 12
"""Pixels of letters that are meant for paper."""


@pytest.fixture(scope="module")
def served(
    served: Served,
    small_country: Workspace,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The small country with an estimate."""
    root = tmp_path_factory.mktemp("estimated") / "w"
    shutil.copytree(
        small_country.root, root, ignore=shutil.ignore_patterns("cache", "hub.sqlite3*")
    )
    write_estimate(open_workspace(root))
    settle(root, public="true", synthetic="true")
    role = PEOPLE["bureau"][1]
    person = {"username": "bureau", "name": "Le bureau", "role": role}
    make_people(root, [{**person, "password": PASSWORD, "place_id": ""}])
    with serving(root) as hub:
        yield replace(served, url=hub.url, workspace=Workspace(root))


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_the_pages_of_the_estimate_keep_the_rules(
    visit: Visiting, language: str
) -> None:
    office = visit(language).sign_in("bureau")
    office.to("/zero-dose")
    explained = office.page.locator("#estimated a.online").get_attribute("href")
    assert explained
    assert "method=estimated" in explained
    wrong = [
        f"{path}: {one}"
        for path in ("/zero-dose", "/zero-dose?level=area", "/micro-plan", explained)
        for one in wrong_with(office, path, language)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_plan_is_changed_by_keyboard_on_a_telephone_without_scripts(
    visit: Visiting,
) -> None:
    office = visit("fr", PHONE, scripts=False).sign_in("bureau")
    office.to("/zero-dose")
    office.page.get_by_role("link", name="Planifier les sorties").focus()
    office.page.keyboard.press("Enter")
    office.page.wait_for_url("**/micro-plan?**")
    office.page.select_option("select[name=capacity]", "50")
    office.page.locator("form.controls button").focus()
    office.page.keyboard.press("Enter")
    office.page.wait_for_url("**capacity=50**")
    assert "au plus 50 enfants zéro dose" in office.page.inner_text("main")


def test_on_paper_a_list_is_dense_and_no_button_stands(visit: Visiting) -> None:
    office = visit("fr").sign_in("bureau")
    office.to("/zero-dose")
    office.page.emulate_media(media="print")
    assert not office.page.get_by_role(
        "link", name="Planifier les sorties"
    ).is_visible()
    for name in ("estimates", "chances", "places"):
        size = office.page.locator(f"#{name} table").evaluate(
            "table => parseFloat(getComputedStyle(table).fontSize)"
        )
        assert size < SMALL
    for line in office.page.locator("#estimates tbody tr").all():
        box = line.bounding_box()
        assert box
        assert box["height"] < 2 * SMALL  # the interval stands beside its figure
