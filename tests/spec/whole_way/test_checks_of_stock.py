"""Doses beside the vaccine that was used, and stock cards that do not add up."""

import json

from tests.spec.small_country import country, months, values

PLACES = """
place_id name level parent_id
D District district .
A Aa area D
B Bb area D
"""
HEADER = "product place_id period opening received issued lost closing"


def told(folder, doses, *cards):
    return country(
        folder / "w",
        places=PLACES,
        values=values(*doses),
        stock="\n".join([HEADER, *cards]),
    )


def found(told, rule):
    return {f["place_id"]: f for f in told.findings(rule)}


def test_more_children_vaccinated_than_doses_used_is_a_finding(tmp_path):
    """Penta: 300 + 250 + 240 = 790 given, 600 used: 190 > 2 sqrt(1390) = 74.6."""
    doses = [
        months(element, "A", 2024, f"{n} {n}")
        for element, n in (("DTP1", 150), ("DTP2", 125), ("DTP3", 120))
    ]
    a = told(
        tmp_path,
        doses,
        "PENTA A 202401 0 400 300 0 100",
        "PENTA A 202402 100 300 300 0 100",
    )
    row = found(a, "doses_above_used")["A"]
    assert (row["value"], row["expected"]) == (790, 600)
    assert json.loads(row["params"])["wastage"] == -31.7


def test_only_months_with_a_stock_card_are_compared(tmp_path):
    doses = [months("BCG", "A", 2024, "50 50 50 50")]
    a = told(tmp_path, doses, "BCG A 202401 0 100 60 0 40")
    assert not a.findings("doses_above_used")


def test_units_without_a_card_are_no_part_of_their_districts_comparison(tmp_path):
    """A used 60 for 50; B gave 500 and keeps no card."""
    doses = [months("BCG", "A", 2024, "50"), months("BCG", "B", 2024, "500")]
    a = told(tmp_path, doses, "BCG A 202401 0 100 60 0 40")
    assert not a.findings("doses_above_used")


def test_doses_of_a_campaign_come_out_of_the_same_vials(tmp_path):
    a = country(
        tmp_path / "w",
        places=PLACES,
        values="""
        element place_id period strategy value
        MCV1 A 202401 fixed 100
        MCV1 A 202401 campaign 300
        """,
        stock=f"{HEADER}\nMR A 202401 0 500 200 0 300",
    )
    assert found(a, "doses_above_used")["A"]["value"] == 400


def test_an_opening_balance_that_is_not_the_last_closing_is_said_once_a_year(tmp_path):
    a = told(
        tmp_path,
        [months("BCG", "A", 2024, "5 5 5 5")],
        "BCG A 202401 0 50 10 0 40",
        "BCG A 202402 45 0 10 0 35",
        "BCG A 202403 15 0 5 0 10",
        "BCG A 202404 10 0 5 0 5",
    )
    (row,) = a.findings("opening_not_previous_closing")
    assert (row["value"], row["expected"]) == (15, 35)
    assert json.loads(row["params"])["count"] == 2


def test_a_month_without_a_card_breaks_no_chain(tmp_path):
    a = told(
        tmp_path,
        [months("BCG", "A", 2024, "5 5 5")],
        "BCG A 202401 0 50 10 0 40",
        "BCG A 202403 15 0 5 0 10",
    )
    assert not a.findings("opening_not_previous_closing")


def test_a_card_that_does_not_balance_is_a_finding(tmp_path):
    """0 + 50 - 10 - 2 leaves 38, not 40."""
    a = told(tmp_path, [months("BCG", "A", 2024, "5")], "BCG A 202401 0 50 10 2 40")
    (row,) = a.findings("stock_does_not_balance")
    assert (row["value"], row["expected"]) == (40, 38)
