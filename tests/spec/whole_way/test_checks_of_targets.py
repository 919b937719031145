"""Targets that jump, contradict each other or do not add up are findings."""

import json

from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id valid_from valid_to
C Country country . . .
D District district C . .
A Aa area D . .
B Bb area D . .
E Ee area D . .
"""
VALUES = values(months("DTP1", "A", 2023, "5 " * 12))


def told(folder, targets, places=PLACES):
    return country(
        folder / "w",
        places=places,
        values=VALUES,
        targets="population place_id year value\n" + targets.strip(),
    )


def found(told, rule):
    return {(f["place_id"], f["period_start"]): f for f in told.findings(rule)}


def test_a_change_of_more_than_a_tenth_is_a_finding_up_and_down(tmp_path):
    """100, 112 (+12 %), 105 (-6 %), 90 (-14 %)."""
    a = told(
        tmp_path,
        """
        live_births A 2020 100
        live_births A 2021 112
        live_births A 2022 105
        live_births A 2023 90
        """,
    )
    rows = found(a, "target_jump")
    assert {year for place, year in rows if place == "A"} == {"2021", "2023"}
    assert rows["A", "2021"]["severity"] == "warning"
    assert (rows["A", "2023"]["value"], rows["A", "2023"]["expected"]) == (90, 105)


def test_a_population_that_doubles_and_halves_is_an_error_both_times(tmp_path):
    a = told(
        tmp_path,
        """
        live_births A 2021 100
        live_births A 2022 200
        live_births A 2023 100
        """,
    )
    rows = found(a, "target_jump")
    assert [rows["A", year]["severity"] for year in ("2022", "2023")] == ["error"] * 2


def test_several_populations_of_a_place_and_year_are_one_finding(tmp_path):
    a = told(
        tmp_path,
        """
        live_births A 2022 100
        live_births A 2023 120
        surviving_infants A 2022 94
        surviving_infants A 2023 120
        """,
    )
    (row,) = [f for f in a.findings("target_jump") if f["place_id"] == "A"]
    assert json.loads(row["params"])["population_fr"] == "nourrissons survivants"


def test_a_new_area_is_no_jump_of_its_district(tmp_path):
    a = told(
        tmp_path,
        """
        live_births A 2022 100
        live_births A 2023 102
        live_births B 2023 300
        """,
    )
    assert not a.findings("target_jump")


def test_an_area_divided_in_two_is_said_as_that_and_is_no_jump_of_its_district(
    tmp_path,
):
    a = told(
        tmp_path,
        """
        live_births A 2022 200
        live_births A 2023 120
        live_births B 2023 84
        """,
    )
    assert not a.findings("target_jump")
    (row,) = a.findings("target_divided")
    assert row["severity"] == "info"
    assert json.loads(row["params"])["neighbour"] == "Bb"


def test_targets_counted_anew_in_most_places_are_said_once_for_the_district(tmp_path):
    """A +20 %, B -20 %, E x 3: revised, and E said singly."""
    a = told(
        tmp_path,
        """
        live_births A 2022 100
        live_births A 2023 120
        live_births B 2022 100
        live_births B 2023 80
        live_births E 2022 100
        live_births E 2023 300
        """,
    )
    (row,) = a.findings("targets_revised")
    assert (row["place_id"], row["value"]) == ("D", 3)
    areas = {p for p, _ in found(a, "target_jump")} & {"A", "B", "E"}
    assert areas == {"E"}


def test_births_out_of_all_proportion_to_the_people_are_a_finding(tmp_path):
    """90 births of 1000 people; 40 of 1000; 5 of 1000."""
    a = told(
        tmp_path,
        """
        live_births A 2023 90
        total A 2023 1000
        live_births B 2023 40
        total B 2023 1000
        live_births E 2023 5
        total E 2023 1000
        """,
    )
    rows = found(a, "births_per_population")
    assert set(rows) == {("A", "2023"), ("E", "2023")}
    assert rows["A", "2023"]["value"] == 90


def test_more_survivors_than_births_are_an_error(tmp_path):
    a = told(tmp_path, "live_births A 2023 100\nsurviving_infants A 2023 101")
    (row,) = a.findings("infants_above_births")
    assert (row["severity"], row["place_id"]) == ("error", "A")


def test_targets_of_parts_that_do_not_add_up_are_a_finding(tmp_path):
    """District 330, parts 300: 9 % apart. The country's 331 is within 2 % of 330."""
    a = told(
        tmp_path,
        """
        live_births C 2023 331
        live_births D 2023 330
        live_births A 2023 100
        live_births B 2023 100
        live_births E 2023 100
        """,
    )
    rows = found(a, "target_parts_differ")
    assert (rows["D", "2023"]["value"], rows["D", "2023"]["expected"]) == (330, 300)


def test_parts_are_not_added_up_where_one_has_no_figure(tmp_path):
    a = told(
        tmp_path,
        """
        live_births D 2023 330
        live_births A 2023 100
        live_births B 2023 100
        """,
    )
    assert not a.findings("target_parts_differ")
