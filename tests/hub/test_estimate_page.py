"""The page of zero-dose children with an estimate, in each state of one."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from boloci.charts import Column, Table
from boloci.charts.canvas import PHONE_WIDTH, Canvas
from boloci.hub import current
from boloci.hub.figures import (
    estimated,
    estimated_charts,
    estimated_tables,
    estimated_words,
    what_moved,
    zero_dose,
    zero_dose_estimate,
)
from boloci.hub.rights import readable
from boloci.published import PlaceRow
from boloci.workspace import Workspace, open_workspace
from tests.hub.conftest import Hub
from tests.hub.test_every_url import body, reader, told_of, words_of

Estimated = Callable[..., Hub]
pytestmark = pytest.mark.reading


def text(hub: Hub, address: str = "/zero-dose", role: str = "analyst") -> str:
    """What a page says in French, without tags and with plain spaces."""
    content = hub.browser(role).get(address).content.decode()
    plain = unescape(re.sub(r"<[^>]+>", " ", content))
    return " ".join(re.sub("[\u00a0\u202f]", " ", plain).split())


def rows(hub: Hub, table: str, query: str = "", role: str = "analyst") -> list[Any]:
    answer = hub.browser(role).get(f"/zero-dose.json?table={table}{query}").json()
    return list(answer["tables"][0]["rows"]) if answer["tables"] else []


def fact(
    value: float | None, lower: float | None, upper: float | None
) -> dict[str, Any]:
    return {"value": value, "lower": lower, "upper": upper, "flags": ""}


def test_the_page_says_how_many_between_which_ends_and_by_which_chance(
    estimated_hub: Estimated,
) -> None:
    told = text(estimated_hub())
    assert re.search(
        r"Environ [\d ]+ enfants sans première dose de DTC, entre [\d ]+ et [\d ]+"
        r" \(9 chances sur 10\)",
        told,
    )
    assert re.search(r"Soit \d+ % des enfants à vacciner, entre \d+ % et \d+ %", told)
    assert (
        "L'estimation repose sur les doses déclarées et 2 enquêtes, 24 lots (LQAS)"
        in told
    )
    assert "Les doses seules ne disent pas combien d'enfants sont manqués" in told


def test_it_says_why_the_usual_figure_differs(estimated_hub: Estimated) -> None:
    told = text(estimated_hub())
    assert "Le chiffre habituel, cible officielle moins doses déclarées" in told
    assert re.search(r"La cible officielle compte \d+ % d'enfants de moins", told)


def test_girls_are_told_of_where_girls_are_chosen(estimated_hub: Estimated) -> None:
    told = text(estimated_hub(), "/zero-dose?sex=female&by=zero_dose_share")
    assert re.search(r"Environ [\d ]+ filles sans première dose", told)
    assert "des filles à vacciner" in told


def test_without_an_estimate_it_says_what_is_missing_and_how_to_get_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zero_dose_estimate.estimated, "has_reference", lambda: False)
    told = text(hub)
    assert "Aucune estimation n'a encore été faite" in told
    assert "boloci estimate" in told
    assert "pip install 'boloci[estimate]'" in told
    assert "Chance de dépasser" not in told


def test_the_reference_fit_is_not_asked_for_where_it_is_installed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zero_dose_estimate.estimated, "has_reference", lambda: True)
    assert "boloci[estimate]" not in text(hub)


def test_a_stale_estimate_says_of_when_it_is_and_what_to_do(
    estimated_hub: Estimated,
) -> None:
    told = text(estimated_hub(stale=True))
    assert "le 20 novembre 2026 : elle ne les connaît pas" in told
    assert "Pour la refaire : boloci estimate" in told
    assert "Pour la refaire" not in text(estimated_hub())


def test_that_it_is_stale_is_said_once_and_not_in_each_row(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub(stale=True)
    assert {row["flags"] for row in rows(hub, "estimates")} == {""}
    assert "stale" not in text(hub)


def region(estimated_hub: Estimated) -> PlaceRow:
    estimated_hub()
    return next(p for p in current.current().places if p.level == "region")


def test_a_refused_place_is_blank_and_says_why(estimated_hub: Estimated) -> None:
    shut = region(estimated_hub)
    hub = estimated_hub(refused=(shut.place_id,))
    told = text(hub, f"/zero-dose?inside={shut.place_id}")
    assert f"{shut.name} n'a pas pu être estimé pour 2023" in told
    assert "1 région n'a pas pu être estimée : ses lieux restent vides." in told
    found = rows(hub, "estimates")
    districts = {
        p.place_id for p in hub.places("district") if p.parent_id == shut.place_id
    }
    blank = {row["place_id"] for row in found if row["value"] is None}
    assert blank == districts
    assert all(row["ranks"] == "" for row in found if row["place_id"] in blank)
    assert "Refusé : ces données ne permettent pas de le dire." in text(hub)


def test_a_country_of_which_a_part_is_refused_is_not_told_as_a_whole(
    estimated_hub: Estimated,
) -> None:
    shut = region(estimated_hub)
    hub = estimated_hub(refused=(shut.place_id,))
    assert "n'a pas pu être estimé dans son ensemble pour 2023" in text(hub)
    sexes = [row for row in rows(hub, "sexes") if row["told_by"] == "estimation"]
    assert {row["why"] for row in sexes} == {
        "Refusé : ces données ne permettent pas de le dire."
    }


def test_an_estimate_without_survey_and_lot_says_so(estimated_hub: Estimated) -> None:
    told = text(estimated_hub(surveys=0, lots=0, recounts=0, gridded=False))
    assert "Aucune enquête ni aucun lot n'a été apporté" in told
    assert "doses déclarées et la seule cible officielle pour les naissances" in told


def test_a_period_that_was_not_estimated_says_so(estimated_hub: Estimated) -> None:
    told = text(estimated_hub(), "/zero-dose?period=2023Q1")
    assert "n'a pas été estimé pour T1 2023." in told


def test_a_quarter_that_keeps_no_draws_sends_to_the_years(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    assert "Choisissez une année." in text(hub, "/zero-dose?period=2023Q4")
    assert rows(hub, "chances", "&period=2024Q1")


def test_a_higher_threshold_is_never_likelier(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    low, high = (
        {
            row["place_id"]: row["above"]
            for row in rows(hub, "chances", f"&level=area&threshold={at}")
        }
        for at in (10, 30)
    )
    assert low
    assert all(high[place_id] <= chance for place_id, chance in low.items())
    assert any(high[place_id] < chance for place_id, chance in low.items())


def test_a_threshold_that_is_no_choice_is_refused_in_words(
    estimated_hub: Estimated,
) -> None:
    assert estimated_hub().browser().get("/zero-dose?threshold=17").status_code == 400


def test_areas_know_their_chance_in_region_and_country(
    estimated_hub: Estimated,
) -> None:
    found = rows(estimated_hub(), "chances", "&level=area")
    assert all(row["worst_region"] is not None for row in found)
    assert sum(row["worst_country"] for row in found) == pytest.approx(
        round(len(found) / 5), abs=0.01
    )


def test_girls_boys_and_the_gap_stand_beside_what_is_reported(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    sexes = [row for row in rows(hub, "sexes") if row["told_by"] == "estimation"]
    assert [row["sex"] for row in sexes] == ["filles", "garçons"]
    assert all(row["lower"] < row["value"] < row["upper"] for row in sexes)
    assert all(row["children_lower"] < row["children"] for row in sexes)
    gaps = rows(hub, "gaps")
    assert [row["told_by"] for row in gaps] == ["estimation", "rapports mensuels"]
    assert gaps[0]["lower"] < gaps[0]["value"] < gaps[0]["upper"]


def test_what_moved_it_is_a_sentence(estimated_hub: Estimated) -> None:
    assert re.search(
        r"Les doses déclarées sur la cible officielle donnent \d+ %, les doses et les"
        r" naissances seules environ \d+ % ; de là, les enquêtes jouent pour -3 pt,"
        r" les lots \(LQAS\) pour -4 pt et les recomptages pour \+1 pt : l'estimation"
        r" est de \d+ %, où ce que l'on croyait avant toute donnée pèse 7 %\.",
        text(estimated_hub()),
    )


def test_a_table_tells_each_source_and_the_shift_that_they_force(
    estimated_hub: Estimated,
) -> None:
    found = rows(estimated_hub(), "moved")
    by = {row["step"]: row["by"] for row in found}
    assert by["Avec les enquêtes"] == pytest.approx(-3)
    assert (by["dont EDS"], by["dont MICS"]) == (-5, 2)
    assert by["Avec les recomptages de registres"] == pytest.approx(1)
    (shift,) = (row["by"] for row in found if row["step"].startswith("Dont un décal"))
    assert shift == pytest.approx(-2)
    weights = [row["weight"] for row in found if row["weight"] is not None]
    assert weights == [pytest.approx(7)]


def _moved(*pulls: estimated.Pull, **steps: float) -> str:
    with translation.override("en"):
        return what_moved.sentence(list(steps.items()), pulls)


def test_a_move_of_less_than_half_a_point_has_no_sign() -> None:
    said = _moved(
        estimated.Pull("lots", "LQ", -0.3, None), naive=109.0, doses=84.3, estimate=84.0
    )
    assert said == (
        "Reported doses over the official target say 109%, doses and births alone about"
        " 84%; from there lots (LQAS) move it by 0\u00a0pt: the estimate is 84%."
    )


def test_an_estimate_of_before_pulls_were_told_says_what_it_can() -> None:
    assert _moved(naive=109.0, doses=84.0, estimate=80.0) == (
        "Reported doses over the official target say 109%; the estimate is 80%."
    )
    assert _moved(naive=109.0, prior=72.0) == ""


def test_every_estimate_is_explained(estimated_hub: Estimated) -> None:
    hub = estimated_hub()
    content = hub.browser("analyst").get("/zero-dose").content.decode()
    asked = re.findall(r'href="(/explain\?[^"]*method=estimated)"', content)
    assert len(asked) > len(hub.places("district"))
    assert hub.browser("analyst").get(unescape(asked[0])).status_code == 200


@pytest.mark.parametrize("role", ["nobody", "outsider", "district_manager", "analyst"])
@pytest.mark.parametrize("path", ["/zero-dose", "/micro-plan"])
def test_no_hidden_place_is_told_of_with_an_estimate(
    estimated_hub: Estimated, role: str, path: str
) -> None:
    hub = estimated_hub()
    client, user = reader(hub, role)
    seen = readable(user).places
    places = current.current().places
    hidden = {p.place_id: p.name for p in places if p.place_id not in seen}
    known = {w for p in places if p.place_id in seen for w in words_of(p.name)}
    own = hub.places("district")[0].place_id
    for suffix in ("", ".json", ".csv"):
        for query in ("", "?level=area", f"?inside={own}", f"?inside={own}&level=area"):
            answer = client.get(f"{path}{suffix}{query}")
            assert answer.status_code in (200, 400, 404)
            assert not told_of(body(answer), hidden, known)


def test_the_maps_the_bands_and_their_files_are_of_the_same_places(
    estimated_hub: Estimated,
) -> None:
    hub = estimated_hub()
    content = text(hub)
    assert "Incertitude : largeur de l'intervalle" in content
    told = [rows(hub, name) for name in ("map_value", "map_width", "bands")]
    assert [len(one) for one in told] == [len(hub.places("district"))] * 3
    browser = hub.browser("analyst")
    for name in ("map_value", "map_width", "bands"):
        for suffix in (".svg", ".vl.json"):
            assert browser.get(f"/zero-dose{suffix}?chart={name}").status_code == 200
        assert browser.get(f"/zero-dose.csv?table={name}").status_code == 200


def members(*names: str) -> list[PlaceRow]:
    return [
        PlaceRow(at, name, name, "district", "ML", f"/ML/{name}", ())
        for at, name in enumerate(names)
    ]


def banded(found: dict[str, Any]) -> Any:
    told = {name: {**row, **COMMON} for name, row in found.items()}
    return estimated_tables.places_table(
        members(*found),
        told,
        {},
        indicator="zero_dose_children",
        period="2023",
    )


COMMON = {
    "indicator": "zero_dose_children",
    "place_id": "x",
    "period": "2023",
    "method": "estimated",
    "flags": "",
}


def test_places_that_overlap_come_by_name_and_not_by_value(hub: Hub) -> None:
    table = banded({"B": fact(30, 20, 40), "A": fact(25, 18, 39), "C": fact(5, 1, 9)})
    assert [row["place"] for row in table.rows] == ["A", "B", "C"]
    assert [row["ranks"] for row in table.rows] == ["1–2", "1–2", "3"]
    assert [row["band"] for row in table.rows] == [1, 1, 2]
    assert [row["band_ranks"] for row in table.rows] == ["1–2", "1–2", "3"]


def test_places_without_an_estimate_come_last_and_are_not_drawn(hub: Hub) -> None:
    table = banded({"B": fact(None, None, None), "A": fact(25, 18, 39)})
    assert [row["place"] for row in table.rows] == ["A", "B"]
    with translation.override("fr"):
        chart = estimated_charts.bands_chart(table)
    drawn = chart.specify(Canvas(language="fr"))
    assert len(drawn["data"]["values"]) == 1
    assert "ne peut être dit pour aucun d'eux" in chart.description


def test_a_width_among_many_children_is_told_in_percent_of_them(hub: Hub) -> None:
    table = banded({"A": fact(200, 150, 250), "B": fact(0, 0, 0)})
    assert [row["width"] for row in table.rows] == [50, None]


def test_the_usual_figure_is_drawn_beside_the_estimate(hub: Hub) -> None:
    found = {"A": {**fact(25, 18, 39), **COMMON}}
    table = estimated_tables.places_table(
        members("A"),
        found,
        {"A": fact(12, None, None)},
        indicator="zero_dose_children",
        period="2023",
    )
    drawn = estimated_charts.bands_chart(table).specify(Canvas(language="fr"))
    shapes = drawn["layer"][-1]["encoding"]["shape"]["scale"]
    assert shapes["range"] == ["circle", "diamond"]
    assert drawn["data"]["values"][0]["usual"] == 12


@pytest.mark.parametrize(
    ("chance", "told", "words"),
    [
        (0.0, "moins de 1 %", "presque sûrement pas"),
        (0.5, "50 %", "on ne peut pas le dire"),
        (0.7, "70 %", "probablement"),
        (1.0, "plus de 99 %", "presque sûrement"),
        (None, "–", "on ne peut pas le dire"),
    ],
)
def test_a_chance_is_told_in_words_and_never_as_certain(
    hub: Hub, chance: float | None, told: str, words: str
) -> None:
    with translation.override("fr"):
        assert estimated_words.chance(chance).replace("\u00a0", " ") == told
        assert estimated_words.verdict(chance) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (fact(12, 5, 20), "déclarent 12 % de doses de plus"),
        (fact(-12, -20, -5), "déclarent 12 % de doses de moins"),
        (fact(4, -3, 11), "de 3 % de moins à 11 % de plus"),
    ],
)
def test_over_reporting_is_said_with_its_side_or_as_unknown(
    hub: Hub, row: Any, words: str
) -> None:
    with translation.override("fr"):
        (told,) = estimated_words.differences({"over_reporting": row})
    assert words in told.replace("\u00a0", " ")


def test_a_doubt_without_an_interval_is_not_told(hub: Hub) -> None:
    assert not estimated_words.differences({"over_reporting": fact(None, None, None)})


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        (10.0, "moins que ce que l'estimation permet"),
        (25.0, "l'estimation le permet"),
        (90.0, "plus que ce que l'estimation permet"),
    ],
)
def test_the_usual_figure_is_judged_by_the_interval(
    hub: Hub, usual: float, words: str
) -> None:
    with translation.override("fr"):
        told = estimated_words.beside(fact(25, 18, 39), fact(usual, None, None), "")
    assert words in told


def test_of_long_lists_the_first_are_shown_and_the_rest_is_in_the_file(
    estimated_country: Callable[..., Workspace],
    tmp_path: Path,
    settings: Any,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(
        estimated_country().root, tmp_path / "w", ignore=shutil.ignore_patterns("cache")
    )
    settings.WORKSPACE = replace(open_workspace(tmp_path / "w"), public=True)
    hub = Hub(settings.WORKSPACE)
    monkeypatch.setattr(zero_dose, "MOST_LISTED", 3)
    content = hub.browser("analyst").get("/zero-dose?level=area").content.decode()
    for name in ("estimates", "chances", "places"):
        section = content.partition(f'id="{name}"')[2].partition("</section>")[0]
        assert section.count('<th scope="row">') == 3
        every = len(rows(hub, name, "&level=area"))
        assert every > 3
        assert f"Les 3 premiers lieux sur {every}" in section.replace("\u00a0", " ")


def test_a_map_of_very_many_places_is_drawn_once_for_all_screens() -> None:
    few, many = (
        Table("estimates", "t", [Column("place", "Place")], [{"place": "x"}] * n)
        for n in (estimated_charts.MANY_PLACES, estimated_charts.MANY_PLACES + 1)
    )
    assert estimated_charts.map_width(few) > PHONE_WIDTH
    assert estimated_charts.map_width(many) == PHONE_WIDTH
