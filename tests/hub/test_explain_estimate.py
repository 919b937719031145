"""Explain this number, of an estimated one: what it is, what it stands on, why not."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from boloci.hub import current
from boloci.hub.figures.explain_estimate import helps
from boloci.hub.language import COOKIE
from boloci.stats.vocabulary import FLAGS
from boloci.workspace import Workspace
from tests.hub.conftest import Hub
from tests.spec.estimated_country import estimated, told
from tests.spec.small_country import country

Estimated = Callable[..., Hub]
pytestmark = pytest.mark.reading


@pytest.fixture(scope="module")
def without_survey(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A country estimated from doses, targets and births alone; read only."""
    made = country(tmp_path_factory.mktemp("untold"), **told(surveys=None))
    estimated(made)
    return made.workspace


@pytest.fixture
def untold_hub(without_survey: Workspace, settings: Any, db: None) -> Hub:
    """The hub over a country whose level of coverage nothing tells."""
    settings.WORKSPACE = replace(without_survey, public=True, synthetic=True)
    return Hub(settings.WORKSPACE)


def page(hub: Hub, language: str = "fr", role: str = "analyst", **asked: str) -> str:
    """The page of an estimated figure of 2023."""
    browser = hub.browser(role)
    browser.cookies[COOKIE] = language
    query = {"indicator": "dtp1_coverage", "period": "2023", "method": "estimated"}
    answer = browser.get("/explain", {**query, **asked})
    assert answer.status_code == 200
    return str(answer.content.decode())


def text(content: str) -> str:
    """What a page says, without tags and with plain spaces."""
    plain = unescape(re.sub(r"<[^>]+>", " ", content))
    return " ".join(re.sub("[\u00a0\u202f]", " ", plain).split())


def test_it_says_how_sure_it_is_and_what_was_weighed(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    said = text(page(hub, place=hub.places("region")[0].place_id))
    assert re.search(
        r"9 chances sur 10 que le vrai chiffre soit entre \d+ % et \d+ %", said
    )
    assert "Les doses déclarées, les cibles officielles, les naissances" in said
    assert "sont pesés ensemble, car chacun peut se tromper" in said
    assert "doses déclarées et 2 enquêtes, 24 lots (LQAS), 5 recomptages" in said
    assert "Elle ne dépasse jamais 100 %" in said


def test_it_says_what_doses_alone_would_say_and_leads_there(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    content = page(hub, place=hub.places("country")[0].place_id)
    assert re.search(
        r"comparées à la cible officielle, diraient à elles seules \d+ % : (plus|moins)"
        r" que l'estimation ne le permet",
        text(content),
    )
    assert re.search(r'href="/explain\?[^"]*method=reported', content)


def test_doses_alone_tell_no_missed_children_where_there_are_more_than_the_target(
    tmp_path: Path, settings: Any, db: None
) -> None:
    made = country(tmp_path, **told())
    estimated(made)
    settings.WORKSPACE = replace(made.workspace, public=True, synthetic=True)
    said = text(page(Hub(made.workspace), place="R1", indicator="zero_dose_children"))
    assert "ne disent à elles seules rien ici. Non estimable : plus de doses" in said


def test_the_day_is_told_and_draws_and_seed_lie_behind_details(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    content = page(hub, place=hub.places("district")[0].place_id)
    behind = re.findall(r"<details>.*?</details>", content, re.S)
    (made,) = [text(one) for one in behind if "tirages" in one]
    assert re.search(r"Faite le 20 novembre 2026 .* 200 tirages .* graine 11", made)
    shown = "".join(re.split(r"(?s)<details>.*?</details>", content))
    assert "graine" not in text(shown)


@pytest.mark.parametrize("level", ["country", "district", "area"])
def test_it_leads_to_zero_dose_children_of_the_place_and_to_the_method(
    estimated_hub: Estimated, level: str
) -> None:
    hub = estimated_hub()
    here = hub.places(level)[0]
    content = page(hub, place=here.place_id)
    address = re.findall(r'href="(/zero-dose\?inside[^"]+)"', content)
    assert len(address) == 1
    asked = current.current().by_id[
        here.parent_id if level == "area" else here.place_id
    ]
    shown = hub.browser("analyst").get(unescape(address[0])).content.decode()
    assert f"Estimation : {asked.name}, 2023" in text(shown)
    assert 'href="/sources#estimate"' in content
    sources = hub.browser("analyst").get("/sources").content.decode()
    assert 'id="estimate"' in sources
    assert "Ce que personne ne peut savoir" in sources


def test_no_row_is_singled_out_nor_is_it_said_that_none_stands_behind_it(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    said = text(page(hub, place=hub.places("district")[0].place_id))
    assert "Lignes des fichiers" not in said
    assert "jamais de quelques lignes de fichiers" in said


def test_parts_of_an_estimate_have_their_intervals(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    query = {"indicator": "dtp1_coverage", "period": "2023", "method": "estimated"}
    query["place"] = hub.places("region")[0].place_id
    tables = hub.browser().get("/explain.json", query).json()["tables"]
    (parts,) = [one["rows"] for one in tables if one["name"] == "parts"]
    assert all(row["lower"] < row["value"] < row["upper"] for row in parts)


def test_old_data_is_told_once_with_its_day(estimated_hub: Estimated) -> None:
    hub = estimated_hub(stale=True)
    said = text(page(hub, place=hub.places("district")[0].place_id))
    assert "faite, le 20 novembre 2026 : elle ne les connaît pas" in said
    assert "Estimation d'avant les derniers imports" not in said


def test_a_refused_figure_says_why_what_would_tell_and_what_is_told(
    untold_hub: Hub,
) -> None:
    content = page(untold_hub, place="R1")
    said = text(content)
    assert "aucune enquête ni aucun lot ne dit le niveau de la couverture" in said
    assert "Refusé : ces données ne permettent pas de le dire" not in said
    assert "Une enquête de la région, ou des lots (LQAS) dans ses districts" in said
    assert re.search(r"malgré tout : .*Abandon DTC1-DTC3 : \d+,\d %", said)
    assert re.search(r'href="/explain\?indicator=dropout_dtp1_dtp3&[^"]*R1', content)
    assert "diraient à elles seules" not in said
    assert "Vide sans rapport" not in said


def test_english_says_the_same(estimated_hub: Estimated, untold_hub: Hub) -> None:
    refused = text(page(untold_hub, "en", place="R1"))
    assert "A survey of the region, or lots (LQAS) in its districts, would tell" in (
        refused
    )
    hub = estimated_hub()
    said = text(page(hub, "en", place=hub.places("country")[0].place_id))
    assert re.search(
        r"9 chances in 10 that the true figure lies between \d+% and", said
    )
    assert "What it stands on" in said


def test_every_reason_to_refuse_an_estimate_says_what_would_tell() -> None:
    reasons = [flag for flag in FLAGS if flag.endswith("_not_told")]
    assert len(reasons) == 3
    for flag in (*reasons, "target_missing"):
        assert len(helps(f"refused;{flag}")) == 1


def test_a_reported_figure_is_told_as_before(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    place = hub.places("district")[0].place_id
    content = page(hub, place=place, method="reported", denominator="target")
    assert "doses déclarées pour" in text(content)
    assert "stands-on" not in content
