"""Where to look first, from monthly doses alone (design 3)."""

from pathlib import Path

import pytest

from boloci.problems import Refused
from tests.spec.small_country import Country, country, months, values

PLACES = """
place_id name level parent_id
D District district .
A Aa area D
B Bb area D
E Ee area D
"""


def flat(doses: int) -> str:
    return " ".join([str(doses)] * 12)


def doses(place: str, bcg: int, dtp1: int, dtp3: int, year: int = 2024) -> list:
    """Twelve equal months of the three doses."""
    return [
        months(code, place, year, flat(count))
        for code, count in (("BCG", bcg), ("DTP1", dtp1), ("DTP3", dtp3))
    ]


@pytest.fixture
def district(tmp_path: Path) -> Country:
    """A district alone, with 12 months of values.csv and places.csv and no more."""
    told = values(
        *doses("A", 100, 95, 90), *doses("B", 100, 80, 50), *doses("E", 30, 28, 20)
    )
    return country(tmp_path / "w", places=PLACES, values=told)


def test_a_district_with_twelve_months_of_doses_alone_has_an_order(district: Country):
    found = district.workspace.look(place="D").to_pylist()
    assert [row["place_id"] for row in found] == ["B", "A", "E"]
    assert [row["children"] for row in found] == [600, 120, 120]
    assert (found[0]["period_start"], found[0]["period_end"]) == ("202401", "202412")


def test_children_are_those_lost_before_the_first_dose_and_after_it(
    district: Country,
):
    first = district.workspace.look(place="D").to_pylist()[0]
    assert (first["not_started"], first["not_finished"]) == (240, 360)
    assert first["reasons"] == "not_finished;not_started"
    assert first["share"] == pytest.approx(50)


def test_places_that_chance_may_part_are_tied(district: Country):
    found = district.workspace.look(place="D").to_pylist()
    assert [(row["rank"], row["tied"]) for row in found] == [(1, 0), (2, 1), (2, 1)]
    assert "tied" in found[1]["doubts"]


def test_by_share_a_small_area_comes_before_a_large_one(district: Country):
    found = district.workspace.look(place="D", by="share").to_pylist()
    assert [row["place_id"] for row in found] == ["B", "E", "A"]


def test_each_place_has_a_sentence_in_both_languages_and_an_action(district: Country):
    first = district.workspace.look(place="D").to_pylist()[0]
    assert (
        "360 enfants ont commencé le DTC et ne l'ont pas fini" in first["sentence_fr"]
    )
    assert "240 children who came for BCG and not for DTP1" in first["sentence_en"]
    assert first["action_fr"].startswith("Sortez de l'échéancier")
    assert "…" not in first["sentence_fr"] + first["sentence_en"]


def test_the_first_fifth_of_a_district_is_a_finding(district: Country):
    (found,) = district.findings("look_first")
    assert (found["place_id"], found["value"], found["severity"]) == ("B", 600, "info")


def test_a_silent_area_is_about_its_unknown_children(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2024, "40 40 40 40 x x x x x x x 40"),
            months("DTP3", "A", 2024, "40 40 40 40 x x x x x x x 40"),
            *doses("B", 40, 40, 39),
        ),
    )
    first = told.workspace.look(place="D").to_pylist()[0]
    assert (first["place_id"], first["children"], first["unknown"]) == ("A", 280, 280)
    assert first["silent_months"] == "202405;202406;202407;202408;202409;202410;202411"


def test_two_missing_months_are_a_doubt_and_no_lost_children(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2024, "40 40 40 40 x x 40 40 40 40 40 40"),
            months("DTP3", "A", 2024, "30 30 30 30 x x 30 30 30 30 30 30"),
        ),
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert (found["children"], found["unknown"]) == (100, 0)
    assert "doses_missing" in found["doubts"]


def test_a_report_that_came_without_a_dose_is_not_said_to_be_missing(tmp_path: Path):
    reports = "\n".join(f"EPI A 2024{month:02d} 1 1" for month in range(1, 13))
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2024, "40 40 40 40 x x 40 40 40 40 40 40"),
            months("DTP3", "A", 2024, "30 30 30 30 x x 30 30 30 30 30 30"),
        ),
        reports=f"dataset place_id period expected received\n{reports}",
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert found["doubts"] == "doses_missing"
    assert "aucune dose de DTC1 déclarée en mai 2024, juin 2024" in found["sentence_fr"]
    assert "no dose of DTP1 reported in" in found["sentence_en"]


def test_a_fall_against_the_same_months_a_year_before_counts(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2023, flat(60)),
            months("DTP3", "A", 2023, flat(60)),
            months("DTP1", "A", 2024, flat(30)),
            months("DTP3", "A", 2024, flat(30)),
        ),
        events="""
        kind place_id start end note
        new_catchment A 2024-01-01 2024-01-31 divided
        """,
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert (found["fewer"], found["children"]) == (360, 360)
    assert {"level_shift", "catchment"} <= set(found["doubts"].split(";"))


def test_a_fall_that_bcg_tells_too_is_counted_once(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(*doses("A", 60, 60, 60, 2023), *doses("A", 50, 30, 30, 2024)),
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert (found["not_started"], found["fewer"]) == (240, 120)


def test_a_small_fall_is_chance_and_counts_for_nothing(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(*doses("A", 40, 41, 41, 2023), *doses("A", 40, 40, 40, 2024)),
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert found["fewer"] == 0


def test_bcg_of_a_maternity_is_left_out_of_the_whole_level(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            *doses("A", 120, 40, 38), *doses("B", 5, 40, 38), *doses("E", 5, 40, 30)
        ),
    )
    found = told.workspace.look(place="D").to_pylist()
    assert [row["bcg_tells"] for row in found] == [False] * 3
    assert [row["place_id"] for row in found] == ["E", "A", "B"]
    assert [row["not_started"] for row in found] == [0, 0, 0]


def test_stock_and_sessions_are_told_where_they_are_known(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(*doses("A", 60, 50, 40)),
        stock="""
        product place_id period opening received issued lost closing stockout_days
        PENTA A 202403 100 0 100 0 0 20
        """,
        sessions="""
        place_id period planned held
        A 202403 10 2
        A 202404 10 9
        """,
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert found["reasons"].endswith("stock_out;sessions")
    assert (found["stock_out_months"], found["sessions_months"]) == ("202403", "202403")
    assert "11 held of 20 planned" in found["sentence_en"]


def test_a_high_outlier_names_no_area_by_itself(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            *doses("B", 40, 38, 36, 2023),
            *doses("B", 40, 38, 36, 2024),
            months("BCG", "A", 2023, flat(41)),
            months("DTP1", "A", 2023, flat(40)),
            months("DTP3", "A", 2023, flat(39)),
            months("BCG", "A", 2024, "41 41 41 41 410 41 41 41 41 41 41 41"),
            months("DTP1", "A", 2024, flat(40)),
            months("DTP3", "A", 2024, flat(39)),
        ),
    )
    found = {row["place_id"]: row for row in told.workspace.look(place="D").to_pylist()}
    assert found["A"]["children"] == 24
    assert found["A"]["outlier_months"] == "202405"
    assert "outlier" in found["A"]["doubts"]


def test_other_months_are_worked_out_from_the_same_build(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(*doses("A", 60, 50, 40, 2023), *doses("A", 60, 58, 57, 2024)),
    )
    (before,) = told.workspace.look(place="D", period="2023").to_pylist()
    assert (before["children"], before["period_end"]) == (240, "202312")
    (half,) = told.workspace.look(place="D", period="202406").to_pylist()
    assert (half["period_start"], half["period_end"]) == ("202307", "202406")


def test_more_dtp3_than_dtp1_is_a_doubt_and_no_child_found(tmp_path: Path):
    told = country(
        tmp_path / "w", places=PLACES, values=values(*doses("A", 30, 30, 45))
    )
    (found,) = told.workspace.look(place="D").to_pylist()
    assert found["children"] == 0
    assert "reversed" in found["doubts"]


def test_a_profile_without_its_constants_says_so(tmp_path: Path):
    told = country(
        tmp_path / "w",
        profile="dhis2",
        places=PLACES,
        values=values(*doses("A", 9, 9, 9)),
    )
    with pytest.raises(Refused) as refused:
        told.workspace.look(profile="dhis2")
    assert refused.value.problems[0].code == "look_not_built"


def test_months_before_the_first_data_of_the_workspace_are_not_silent(
    district: Country,
):
    found = district.workspace.look(place="D", period="202402").to_pylist()
    assert [row["silent_months"] for row in found] == [""] * 3
    assert [row["unknown"] for row in found] == [0] * 3
    assert {row["known_months"] for row in found} == {2}
    assert "sur douze mois, dont 2 avec des données" in found[0]["sentence_fr"]
    assert "in twelve months, 2 of them with data" in found[0]["sentence_en"]


def test_months_after_the_last_data_of_the_workspace_are_not_silent(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(*(list(lines)[:6] for lines in doses("A", 60, 50, 40))),
    )
    (found,) = told.workspace.look(place="D", period="2024").to_pylist()
    assert (found["silent_months"], found["known_months"]) == ("", 6)


def test_a_month_that_few_have_reported_yet_is_not_looked_at(district: Country):
    before = district.workspace.look(place="D").to_pylist()
    district.bring(values=values([*months("DTP1", "A", 2025, "95")]))
    district.build()
    after = district.workspace.look(place="D").to_pylist()
    told = ("period_end", "place_id", "children", "silent_months", "doubts")
    assert [[row[name] for name in told] for row in after] == [
        [row[name] for name in told] for row in before
    ]


def test_a_month_that_most_have_reported_is_the_last_one(district: Country):
    lines = [months("DTP1", place, 2025, "28") for place in "AB"]
    district.bring(values=values(*lines))
    district.build()
    found = district.workspace.look(place="D").to_pylist()
    assert {row["period_end"] for row in found} == {"202501"}


def test_an_area_without_the_months_that_others_reported_is_silent(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            *doses("A", 40, 40, 40),
            months("DTP1", "B", 2024, "x x x x x x 40 40 40 40 40 40"),
        ),
    )
    found = {row["place_id"]: row for row in told.workspace.look(place="D").to_pylist()}
    assert found["B"]["unknown"] == 240
    assert found["B"]["silent_months"].startswith("202401;")


@pytest.fixture
def short(tmp_path: Path) -> Country:
    """Two months; the second DTP1 of A was typed with ten zeros too many."""
    return country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("BCG", "A", 2024, "41 41"),
            months("DTP1", "A", 2024, "40 1000000000000"),
            months("DTP3", "A", 2024, "30 30"),
            months("DTP1", "B", 2024, "40 40"),
            months("DTP3", "B", 2024, "38 38"),
        ),
    )


def test_an_impossible_number_of_a_short_series_is_a_grave_finding(short: Country):
    (found,) = short.findings("doses_impossible")
    assert (found["place_id"], found["period_start"]) == ("A", "202402")
    assert (found["value"], found["high"], found["severity"]) == (1e12, 10_000, "error")


def test_an_impossible_number_counts_no_child_and_is_left_out_aloud(short: Country):
    found = {
        row["place_id"]: row for row in short.workspace.look(place="D").to_pylist()
    }
    assert [found["A"][name] for name in ("bcg", "dtp1", "dtp3")] == [41, 40, 30]
    assert found["A"]["children"] == 11
    assert (found["A"]["impossible_months"], found["A"]["silent_months"]) == (
        "202402",
        "",
    )
    assert "impossible" in found["A"]["doubts"].split(";")
    assert (
        "un nombre impossible a été laissé de côté en février 2024"
        in found["A"]["sentence_fr"]
    )


def test_a_district_leaves_out_the_month_that_an_area_makes_impossible(short: Country):
    (found,) = short.workspace.look(level="district").to_pylist()
    assert (found["children"], found["impossible_months"]) == (12, "202402")


def test_ten_thousand_doses_of_an_area_are_possible_and_one_more_is_not(
    tmp_path: Path,
):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(
            months("DTP1", "A", 2024, "10000 40"), months("DTP1", "B", 2024, "10001 40")
        ),
    )
    assert [f["place_id"] for f in told.findings("doses_impossible")] == ["B"]


def test_a_district_may_give_more_in_a_month_than_an_area(tmp_path: Path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values=values(months("DTP1", "D", 2024, "100000 100001")),
    )
    (found,) = told.findings("doses_impossible")
    assert (found["value"], found["period_start"]) == (100_001, "202402")
