"""What people write, in a real browser: files, corrections, actions; what goes wrong.

The hub that is served publishes for good: each test writes about its own month or
place, and none counts what another may have written.
"""

import itertools
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import (
    HEADER,
    JOB,
    PHONE,
    READERS,
    Served,
    Visit,
    Visiting,
    bring,
    propose,
    tidy,
)

DOSES = itertools.count(701)


def figure(visit: Visit, served: Served) -> str:
    """What the page that explains the area's month says."""
    asked = {"indicator": "dtp1_doses", "place": served.area}
    assert visit.to(f"/explain?{urlencode({**asked, 'period': '202403'})}") == 200
    return visit.page.locator("main").inner_text()


@READERS
def test_a_file_is_brought_and_its_figures_are_watched_until_they_are_published(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    office = visit(language, size).sign_in("bureau")
    chief = visit(language, size).sign_in()
    doses = str(next(DOSES))
    assert doses not in figure(chief, served)
    bring(office, tidy(served, int(doses)))
    assert "mars 2024.csv" in office.page.locator("main").inner_text(), "as understood"
    assert doses not in figure(chief, served), "nothing counts before it is decided"
    office.page.locator("form[action$='/keep'] button").click()
    office.page.locator("main p.said a[href='/']").wait_for(timeout=JOB)
    assert doses in figure(chief, served)
    assert not office.said
    assert not office.foreign


@READERS
def test_what_was_typed_outlives_the_session(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    chief = visit(language, size).sign_in()
    page = chief.page
    reason = f"Le registre dit autre chose ({language}, {size[0]})"
    chief.to("/corrections/add")
    page.fill("input[name=place]", served.area)
    page.fill("input[name=element]", "DTP1")
    page.fill("input[name=period]", "2023-02")
    page.fill("input[name=value]", "12")
    page.fill("textarea[name=reason]", reason)
    page.context.clear_cookies(name="sessionid")
    page.locator("main form button.main").click()
    assert page.locator("input[name=login]").is_visible(), "signed out meanwhile"
    chief.type_sign_in("chef")
    page.wait_for_url("**/send-again")
    assert reason in page.locator("main").inner_text()
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: url.rpartition("/")[2].isdecimal())
    assert reason in page.locator("main").inner_text()


def middle(one: Locator) -> float:
    """Height on the page of the middle of what is seen."""
    box = one.bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def test_what_can_be_done_with_a_file_stands_in_one_line(visit: Visiting) -> None:
    office = visit("fr").sign_in("bureau")
    content = b"Aire;Doses remises\nKita;3\n"
    bring(office, {"name": "suivi.csv", "mimeType": "text/csv", "buffer": content})
    doing = office.page.locator("main .doing")
    link = doing.locator("a[href$='/columns']")
    for button in doing.locator("button").all():
        assert middle(link) == pytest.approx(middle(button), abs=1)
    doing.locator("form[action$='/discard'] button").click()


def slow_upload(visit: Visit, bytes_a_second: int) -> None:
    """Send no faster than a district's telephone does."""
    session = visit.page.context.new_cdp_session(visit.page)
    speed = {
        "offline": False,
        "latency": 100,
        "downloadThroughput": -1,
        "uploadThroughput": bytes_a_second,
    }
    session.send("Network.emulateNetworkConditions", speed)


def test_an_upload_that_is_cut_off_half_way_leaves_nothing(
    visit: Visiting, served: Served, tmp_path: Path
) -> None:
    office = visit().sign_in("bureau")
    office.to("/imports")
    waiting = office.page.locator("main a[href^='/imports/']").count()
    large = tmp_path / "grand.csv"
    large.write_text(HEADER + "\n" + "DTP1,X,202403,,,,1\n" * 400_000)
    slow_upload(office, 500_000)
    office.page.set_input_files("input[name=files]", large)
    office.page.locator("main form[enctype] button.main").click(no_wait_after=True)
    time.sleep(2)
    office.page.close()

    again = visit().sign_in("bureau")
    assert again.to("/imports") == 200
    assert again.page.locator("main a[href^='/imports/']").count() == waiting
    assert "grand.csv" not in again.page.locator("main").inner_text()
    folder = served.workspace.root / "uploads"
    assert not any(path.name == "grand.csv" for path in folder.glob("**/*"))
    bring(again, tidy(served, next(DOSES)))
    again.page.locator("form[action$='/discard'] button").click()
    expect(again.page.locator("form[action$='/discard']")).to_have_count(0)


@READERS
def test_the_second_of_two_on_one_record_is_told_and_loses_nothing(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    chief = visit(language, size).sign_in()
    what = f"Vérifier le registre ({language}, {size[0]})"
    chief.to(f"/place/{served.district}")
    form = chief.page.locator("form[action='/inbox/act']")
    form.locator("xpath=..").locator("summary").click()
    form.locator("textarea[name=text]").fill(what)
    form.locator("button").click()
    line = chief.page.locator("#written li", has_text=what)
    line.locator("a[href^='/inbox/action/']").click()
    address = chief.path

    office = visit(language, size).sign_in("bureau")
    assert office.to(address) == 200
    office.page.select_option("select[name=status]", index=1)
    office.page.locator("main form button.main").click()
    office.page.locator("main p.said").wait_for()

    mine = "Registre vu mardi, page 12"
    chief.page.fill("textarea[name=evidence]", mine)
    chief.page.locator("main form button.main").click()
    conflict = chief.page.locator("main section h2")
    assert conflict.is_visible(), "told that somebody else saved meanwhile"
    assert chief.page.input_value("textarea[name=evidence]") == mine
    chief.page.locator("main form button.main").click()
    chief.page.locator("main p.said").wait_for()
    assert chief.page.input_value("textarea[name=evidence]") == mine


@READERS
def test_a_correction_is_proposed_decided_by_another_and_audited(
    visit: Visiting, served: Served, language: str, size: tuple[int, int]
) -> None:
    first = visit(language, size).sign_in("bureau")
    asked = {
        "place": served.area,
        "element": "DTP3",
        "period": f"2023-{3 + 2 * (language == 'en') + (size == PHONE):02d}",
        "reason": "Deux mois dans un",
        "value": "12",
    }
    address = propose(first, **asked)
    assert not first.page.locator("button[formaction$='/accept']").count(), (
        "not oneself"
    )

    second = visit(language, size).sign_in("autre")
    second.to(address)
    second.page.fill("input[name=decision]", "<b>Le registre le dit</b>")
    second.page.locator("button[formaction$='/reject']").click()
    second.page.locator("main p.said").wait_for()
    assert "<b>Le registre le dit</b>" in second.page.locator("main").inner_text()

    admin = visit(language, size).sign_in("admin")
    assert admin.to("/audit") == 200
    assert "autre" in admin.page.locator("main").inner_text()
