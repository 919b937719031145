"""The overview: the public first page."""

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
