"""Targets that jump, contradict each other or do not add up are findings."""

import json

import pytest

from tests.spec.small_country import country, months, values

DISTRICTS = {
    "jumps": "A",
    "doubles": "B",
    "several": "E",
    "opens": "F G",
    "divides": "H I",
    "revised": "J K L",
    "births": "M N O",
    "infants": "P",
    "parts": "Q R S",
    "unknown": "T U",
    "closes": "V W",
    "grows": "X Y",
}
PLACES = "\n".join(
    [
        "place_id name level parent_id",
        *(f"{district} {district} district ." for district in DISTRICTS),
        *(
            f"{a} Area_{a} area {d}"
            for d, areas in DISTRICTS.items()
            for a in areas.split()
        ),
    ]
)
TARGETS = """
population place_id year value
live_births A 2020 100
live_births A 2021 112
live_births A 2022 105
live_births A 2023 90
live_births B 2021 100
live_births B 2022 200
live_births B 2023 100
live_births E 2022 100
live_births E 2023 120
surviving_infants E 2022 94
surviving_infants E 2023 118
live_births F 2022 100
live_births F 2023 102
live_births G 2023 300
live_births H 2022 200
live_births H 2023 120
live_births I 2023 84
live_births J 2022 100
live_births J 2023 120
live_births K 2022 100
live_births K 2023 80
live_births L 2022 100
live_births L 2023 300
live_births M 2023 90
total M 2023 1000
live_births N 2023 40
total N 2023 1000
live_births O 2023 5
total O 2023 1000
live_births P 2023 100
surviving_infants P 2023 101
live_births parts 2023 330
live_births Q 2023 100
live_births R 2023 100
live_births S 2023 100
live_births unknown 2023 330
live_births T 2023 100
live_births V 2022 100
live_births V 2023 130
live_births W 2022 300
live_births X 2022 100
live_births X 2023 130
live_births Y 2023 80
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Findings of a rule by place and year, in a country with a district a case."""
    told = country(
        tmp_path_factory.mktemp("targets") / "w",
        places=PLACES,
        values=values(months("DTP1", "A", 2023, "5 " * 12)),
        targets=TARGETS,
    )
    return lambda rule: {
        (f["place_id"], f["period_start"]): f for f in told.findings(rule)
    }


def test_a_change_of_more_than_a_tenth_is_a_finding_up_and_down(found):
    """100, 112 (+12 %), 105 (-6 %), 90 (-14 %)."""
    rows = found("target_jump")
    assert {year for place, year in rows if place == "A"} == {"2021", "2023"}
    assert rows["A", "2021"]["severity"] == "warning"
    assert (rows["A", "2023"]["value"], rows["A", "2023"]["expected"]) == (90, 105)


def test_a_population_that_doubles_and_halves_is_an_error_both_times(found):
    rows = found("target_jump")
    assert [rows["B", year]["severity"] for year in ("2022", "2023")] == ["error"] * 2


def test_several_populations_of_a_place_and_year_are_one_finding(found):
    """Live births + 20 %, surviving infants + 25.5 %: the larger is told."""
    row = found("target_jump")["E", "2023"]
    assert json.loads(row["params"])["population_fr"] == "nourrissons survivants"


def test_a_new_area_is_no_jump_of_its_district(found):
    assert not {("F", "2023"), ("opens", "2023")} & set(found("target_jump"))


def test_an_area_divided_in_two_is_said_as_that_and_is_no_jump_of_its_district(found):
    assert not {("H", "2023"), ("divides", "2023")} & set(found("target_jump"))
    row = found("target_divided")["H", "2023"]
    assert row["severity"] == "info"
    assert json.loads(row["params"])["neighbour"] == "Area_I"


def test_a_district_that_lost_an_area_does_not_jump_up_with_those_that_stay(found):
    """V 100, 130 and W 300, gone: the district fell from 400 to 130."""
    assert ("closes", "2023") not in found("target_jump")


def test_an_area_that_grows_as_its_neighbour_closes_took_its_children(found):
    row = found("target_divided")["V", "2023"]
    assert json.loads(row["params"])["neighbour"] == "Area_W"


def test_an_area_that_grows_beside_a_new_one_gave_it_no_children(found):
    """X 100, 130 while Y begins with 80."""
    assert ("X", "2023") in found("target_jump")
    assert ("X", "2023") not in found("target_divided")


def test_targets_counted_anew_in_most_places_are_said_once_for_the_district(found):
    """J + 20 %, K - 20 %, L x 3: revised, and L said singly."""
    row = found("targets_revised")["revised", "2023"]
    assert (row["value"], row["expected"]) == (3, 3)
    assert {p for p, _ in found("target_jump")} & {"J", "K", "L"} == {"L"}


def test_births_out_of_all_proportion_to_the_people_are_a_finding(found):
    """90, 40 and 5 births of 1000 people."""
    rows = found("births_per_population")
    assert set(rows) == {("M", "2023"), ("O", "2023")}
    assert rows["M", "2023"]["value"] == 90


def test_more_survivors_than_births_are_an_error(found):
    rows = found("infants_above_births")
    assert set(rows) == {("P", "2023")}
    assert rows["P", "2023"]["severity"] == "error"


def test_targets_of_parts_that_do_not_add_up_are_a_finding(found):
    """District 330, parts 300; where a part has no figure nothing is added up."""
    rows = found("target_parts_differ")
    assert set(rows) == {("parts", "2023")}
    assert (rows["parts", "2023"]["value"], rows["parts", "2023"]["expected"]) == (
        330,
        300,
    )
