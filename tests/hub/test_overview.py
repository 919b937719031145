"""The overview: the public first page."""

import pytest

from boloci.hub import reading
from boloci.hub.figures import changed, overview
from boloci.hub.rights import EVERYTHING
from boloci.problems import refuse
from tests.hub.conftest import Hub


def test_everyone_gets_the_overview_in_french_without_signing_in(hub: Hub) -> None:
    page = hub.browser().get("/")
    assert page.status_code == 200
    assert '<html lang="fr">' in page.content.decode()
    assert "Données synthétiques" in page.content.decode()


def test_the_figures_of_the_page_are_those_of_its_csv(hub: Hub) -> None:
    told = hub.browser().get("/overview.json").json()["tables"][0]["rows"]
    lines = hub.browser().get("/overview.csv").content.decode().splitlines()
    assert len(lines) == len(told) + 1


def test_the_language_is_the_cookies_before_the_workspaces(hub: Hub) -> None:
    browser = hub.browser()
    browser.post("/language", {"language": "en", "next": "/"})
    assert '<html lang="en">' in browser.get("/").content.decode()


def test_the_districts_to_look_at_first_come_in_the_order_of_look(hub: Hub) -> None:
    told = hub.browser().get("/overview.json?table=look").json()["tables"][0]["rows"]
    expected = reading.look(EVERYTHING, level="district")
    ordered = [row["place_id"] for row in expected if row["children"]]
    assert [row["place_id"] for row in told] == ordered
    page = hub.browser().get("/").content.decode()
    assert all(f"/place/{place_id}" in page for place_id in ordered[:5])


def test_a_change_is_told_only_where_it_is_larger_than_usual(hub: Hub) -> None:
    quarters = reading.whole_periods(EVERYTHING, "quarter")
    rows = changed.table(EVERYTHING, "district", quarters).rows
    assert len({row["place_id"] for row in rows}) == len(rows) <= 5
    for row in rows:
        assert abs(row["change"]) > row["usual"]
        assert row["place"] not in row["sentence"]  # the page names and links it


def test_each_vaccine_has_its_page_and_another_is_refused_in_words(hub: Hub) -> None:
    for dose in ("dtp1", "dtp3", "mcv1"):
        assert hub.browser().get(f"/?dose={dose}").status_code == 200
    assert hub.browser().get("/?dose=nothing").status_code == 400


def test_a_build_that_does_not_know_where_to_look_still_has_its_pages(
    hub: Hub, monkeypatch
) -> None:
    def unknown(*_asked: object, **_named: object) -> None:
        raise refuse("look_not_built", build="old")

    monkeypatch.setattr(reading.looking, "told", unknown)
    page = hub.browser().get("/?kept=old").content.decode()
    assert "Rien ici ne dit où chercher" in page


@pytest.mark.parametrize(
    ("received", "expected", "flags", "opened"),
    [
        (11, 12, "", True),
        (12, 12, "above_100;target_revised", False),
        (None, None, "above_100", False),
    ],
)
def test_open_marks_are_reports_that_are_missing_and_nothing_else(
    received, expected, flags, opened
) -> None:
    row = {"received": received, "expected": expected, "flags": flags}
    assert overview._incomplete(row) is opened


def test_rows_of_trends_know_which_reports_are_missing(hub: Hub) -> None:
    country = hub.places("country")
    quarters = reading.whole_periods(EVERYTHING, "quarter")
    span = f"{quarters[0]}..{quarters[-1]}"
    rows = overview.facts_of(EVERYTHING, "dtp1_doses", country, span)
    lacking = [row["received"] < row["expected"] for row in rows]
    assert rows
    assert [row["flagged"] for row in rows] == lacking


@pytest.mark.parametrize("role", ["", "vaccinator", "district_manager", "analyst"])
def test_before_anything_is_published_everyone_has_the_first_page(
    own_hub: Hub, role: str
) -> None:
    client = own_hub.browser(role, own_hub.places("area")[0].place_id if role else "")
    (own_hub.workspace.root / "lake" / "facts" / "boloci" / "current").unlink()
    for address in ("/", "/home"):
        assert client.get(address, follow=True).status_code == 200, address
